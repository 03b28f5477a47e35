"""The documents are true: their commands are run as printed, and answer what is printed."""

import re
from pathlib import Path

import pytest

from registry import __version__
from registry.cli import main
from registry.settings import Settings
from tests import printed, served
from tests.conftest import Databases
from tests.printed import CHECKOUT, Fence, drift, performed

README = CHECKOUT / "README.md"
BY_NAME = {str(path.relative_to(CHECKOUT)): path for path in printed.documents()}
PERFORMED = [name for name, path in BY_NAME.items() if any(block.performer is None for block in printed.blocks(path))]


@pytest.mark.parametrize("name", PERFORMED)
def test_every_command_of_a_document_answers_what_is_printed_under_it(
    name: str, databases: Databases, seeded_url: str, tmp_path: Path
) -> None:
    on_sqlite = databases.server is None
    blocks = [
        block
        for block in printed.blocks(BY_NAME[name])
        if block.performer is None and (on_sqlite or block.words != "on SQLite")
    ]
    with served.served(tmp_path, databases.copy(seeded_url)) as service:
        answers = performed(blocks, service)
    drifted = [line for block, answer in zip(blocks, answers, strict=True) for line in drift(block, answer)]
    assert not drifted, "\n\n".join(drifted)


def test_commands_that_others_perform_are_performed_there() -> None:
    left = [(name, block) for name, path in BY_NAME.items() for block in printed.blocks(path) if block.performer]
    assert left
    for name, block in left:
        performer = (CHECKOUT / str(block.performer)).read_text("utf-8")
        lines = block.commands.splitlines()
        missing = [line for line in lines if not re.search(rf"^{re.escape(line)}\b", performer, re.M)]
        assert name in performer or not missing, f"{block.where}: {block.performer} does not perform {missing}"


def test_an_answer_that_drifts_is_found() -> None:
    def differs(printed_text: str, real: str, language: str = "json") -> list[str]:
        return printed.differences(Fence(language, "", printed_text, 0), real)

    assert not differs('{"a": [1, ...], ..., "d": "x..."}', '{"a":[1,2,3],"b":{},"d":"xyz"}')
    assert not differs('{"a": ..., "b": [..., 2, ...]}', '{"a":{"c":1},"b":[1,2,3]}')
    assert not differs("one\n...\nla... line\n", "one\ntwo\nthree\nlast line\n", "text")
    assert differs('{"a": 1}', '{"a":1,"b":2}') == ["/b is not printed"]
    assert differs('{"a": 1, ...}', '{"b":2}') == ["/a is not there"]
    assert differs('{"a": {"b": 1}}', '{"a":{"b":2}}') == ["/a/b is 2, not 1"]
    assert differs('{"a": 1}', '{"a":true}') == ["/a is True, not 1"]
    assert differs('{"a": "x...z"}', '{"a":"xy"}') == ["/a is 'xy', not 'x...z'"]
    assert differs('{"a": [1]}', '{"a":[1,2]}') == ["/a goes on with 2"]
    assert differs('{"a": [..., 4]}', '{"a":[1,2]}')
    assert differs('{"a": [1, 2, ...]}', '{"a":[1]}') == ["/a ends before 2"]
    assert differs('{"a": 1}', "curl: (7)")
    assert differs("one\n", "one\ntwo\n", "text") == ["the answer goes on with 'two'"]
    assert differs("", "something\n", "text") == ["the answer goes on with 'something'"]


def test_the_table_of_settings_is_what_can_be_set() -> None:
    told = dict(re.findall(r"^\| `(PORT|REGISTRY_[A-Z_]+)` \| `(.*?)` \|", README.read_text("utf-8"), re.M))
    settings = {f"REGISTRY_{name.upper()}": str(value) for name, value in vars(Settings()).items()}
    settings["REGISTRY_SEEDS"] = Settings().seeds.name
    gunicorn = (CHECKOUT / "gunicorn.conf.py").read_text("utf-8")
    assert told == settings | dict(re.findall(r"environ\.get\('?\"?([A-Z_]+)['\"], ['\"](.*?)['\"]\)", gunicorn))


def test_the_table_of_commands_names_every_command() -> None:
    told = set(re.findall(r"`registry ((?:[a-z]+ ?)+)", README.read_text("utf-8")))
    groups = {name: getattr(each, "commands", {}) for name, each in main.commands.items()}
    real = {f"{name} {inner}".strip() for name, commands in groups.items() for inner in commands or [""]}
    assert {name.strip() for name in told} == real


def test_the_map_of_the_house_is_the_house() -> None:
    map_of_house = next(fence for fence in printed.fences(README) if fence.text.startswith("app.py"))
    told = []
    for line in map_of_house.text.splitlines():
        name = line.split()[0]
        told.append(f"registry/{name}" if line.startswith("  ") else name)
    assert [name for name in told if not (CHECKOUT / name).exists()] == []
    floors = {f"registry/{p.name}{'/' if p.is_dir() else ''}" for p in (CHECKOUT / "registry").iterdir()}
    assert {name for name in floors if "__" not in name and not name.endswith("py.typed")} <= set(told)


def test_links_between_documents_lead_somewhere() -> None:
    files = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *(CHECKOUT / "openapi").glob("*.md")]
    links = [(path, target) for path in files for target in re.findall(r"\]\(([^)#:]+)[)#]", path.read_text("utf-8"))]
    assert links
    assert [f"{path.name}: {target}" for path, target in links if not (path.parent / target).exists()] == []


def test_every_decision_says_when_why_and_what_follows() -> None:
    decisions = sorted((CHECKOUT / "docs/adr").glob("*.md"))
    assert decisions
    for number, path in enumerate(decisions, 1):
        text = path.read_text("utf-8")
        assert path.name.startswith(f"{number:04d}-")
        assert re.match(rf"# {number}\. .+\n\nDate: \d{{4}}-\d\d-\d\d\n\nStatus: (accepted|superseded)", text), (
            path.name
        )
        assert re.findall(r"^## (.+)$", text, re.M) == ["Context", "Decision", "Consequences"], path.name


def test_the_log_of_changes_has_an_entry_for_this_version() -> None:
    text = (CHECKOUT / "CHANGELOG.md").read_text("utf-8")
    assert "12 months" in text.split("\n## ")[0]
    assert re.findall(r"^## \[(.+?)\]", text, re.M)[:2] == ["Unreleased", __version__]
