"""A new kind is one file and one line: docs/adding-a-kind.md is performed, step by step, on a copy of the checkout."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests import printed, served
from tests.conftest import Databases
from tests.printed import CHECKOUT, Fence, drift, performed

DOCUMENT = CHECKOUT / "docs/adding-a-kind.md"
COPIED = (
    "registry", "seeds", "tests", "openapi", "app.py", "gunicorn.conf.py", "pyproject.toml", "constraints.txt", "Makefile",
)  # fmt: skip
LAST = '    "resource",\n'
"""The line of MODULES behind which the new one is put."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout with the file, the line and the seed that the document prints."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in COPIED:
        if (CHECKOUT / name).is_dir():
            shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(CHECKOUT / name, copy / name)
    declaration, line, seed = (_block(language) for language in ("python", "diff", "yaml"))
    (copy / "registry/kinds/scholarship.py").write_text(declaration.text, "utf-8")
    catalogue = copy / "registry/kinds/catalogue.py"
    text = catalogue.read_text("utf-8")
    assert text.count(LAST) == 1
    (added,) = line.text.splitlines(keepends=True)
    catalogue.write_text(text.replace(LAST, LAST + added.removeprefix("+")), "utf-8")
    (copy / "seeds/scholarships.yaml").write_text(seed.text, "utf-8")
    return copy


def test_a_new_kind_is_one_file_and_one_line_as_the_document_shows(
    checkout: Path, databases: Databases, seeded_url: str
) -> None:
    _put_tools_in(checkout)
    blocks = [block for block in printed.blocks(DOCUMENT) if block.performer == "tests/test_new_kind.py"]
    if databases.server:  # what asks the service; the rest is the same whatever the database
        blocks = [block for block in blocks if "curl" in block.commands]
    with served.served(checkout, databases.copy(seeded_url), checkout) as service:
        answers = performed(blocks, service)
    drifted = [line for block, answer in zip(blocks, answers, strict=True) for line in drift(block, answer)]
    assert not drifted, "\n\n".join(drifted)
    if databases.server:
        return
    document = json.loads((checkout / "openapi/v1.json").read_bytes())
    assert {"/v1/scholarships", "/v1/scholarships/{id}"} <= set(document["paths"])
    faces = {"Scholarship", "ScholarshipItem", "ScholarshipInput", "ScholarshipPatch", "ScholarshipPage"}
    assert faces <= set(document["components"]["schemas"])
    assert document["components"]["examples"]["Scholarship"]["value"]["awards"] == 20
    assert _changed(checkout) == {"registry/kinds/catalogue.py", "openapi"}


def _block(language: str) -> Fence:
    (block,) = [fence for fence in printed.fences(DOCUMENT) if fence.language == language]
    return block


def _put_tools_in(checkout: Path) -> None:
    """What `make` would have installed: the interpreter and its tools, under the names that the document uses."""
    tools = checkout / ".venv/bin"
    tools.mkdir(parents=True)
    for name in ("python", "lint-imports"):
        (tools / name).write_text(f'#!/bin/sh\nexec "{Path(sys.executable).with_name(name)}" "$@"\n')
        (tools / name).chmod(0o755)
    (checkout / ".venv/test.stamp").touch()


def _changed(checkout: Path) -> set[str]:
    """The files of the checkout that differ in the copy; all of openapi/ as one, since it is generated."""
    found = set()
    for name in COPIED:
        files = [CHECKOUT / name, *(CHECKOUT / name).rglob("*")]
        for path in files:
            relative = path.relative_to(CHECKOUT)
            if path.is_file() and path.suffix != ".pyc" and path.read_bytes() != (checkout / relative).read_bytes():
                found.add("openapi" if name == "openapi" else str(relative))
    return found
