"""A Python client is generated from the document, and does a first registration with it against the real service."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from registry.http.document import described
from registry.settings import Settings
from tests.fuzz import serving

NAME = "registry_client"
UNPARSED = ("application/yaml", "application/atom+xml", "application/graphml+xml", "application/jsonl")
"""Forms that the generator does not know; it is told to hand them over as text."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the generated package, which can be imported."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "v1.json").write_bytes(described(Settings().seeds, "json")[0])
    config = {"post_hooks": [], "content_type_overrides": dict.fromkeys(UNPARSED, "text/plain")}
    (folder / "config.json").write_text(json.dumps(config))
    command = [
        sys.executable, "-m", "openapi_python_client", "generate", "--path", "v1.json", "--meta", "none", "--output-path", NAME,
        "--config", "config.json", "--fail-on-warning",
    ]  # fmt: skip
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield NAME
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def api(package: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The generated operations and models, and a client with a curator's token for a service that runs."""
    module = import_module(f"{package}.client")
    models = import_module(f"{package}.models")
    with (
        serving(tmp_path_factory.mktemp("served")) as (address, token),
        module.AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True) as client,
    ):

        def call(operation: str, *path: str, **given: Any) -> Any:
            act = import_module(f"{package}.api.{operation}")
            return act.sync_detailed(*path, client=client, **given)

        yield SimpleNamespace(call=call, models=models)


def test_every_operation_can_be_imported(package: str) -> None:
    folder = Path(import_module(package).__file__ or "").parent / "api"
    names = [path for path in folder.glob("*/*.py") if path.stem != "__init__"]
    for path in names:
        assert callable(import_module(f"{package}.api.{path.parent.name}.{path.stem}").sync_detailed)
    assert len(names) > 80


def test_a_first_registration(api: SimpleNamespace) -> None:
    models = api.models

    def named(text: str) -> list[Any]:
        return [models.NameInput(text=text, lang="en", role=models.NameRoleCode.OFFICIAL)]

    def party(ident: str, role: Any) -> Any:
        tie, active = models.RelationCode.ORGANIZED_BY, models.LifecycleCode.ACTIVE
        return models.TieInput(relation=tie, lifecycle=active, role=role, target=models.TargetInput(id=ident))

    known = api.call("records.list_organizations", q="Tsinghua University", limit=1).parsed.items[0]
    partner = api.call("records.create_organization", body=models.OrganizationInput(
        names=named("Savanna Institute of Technology"), type_=models.OrganizationTypeCode.UNIVERSITY,
        lifecycle=models.LifecycleCode.ACTIVE, places=[models.PlaceInput(country="KE")],
    ))  # fmt: skip
    assert partner.status_code == 201
    assert partner.headers["Location"] == f"/v1/organizations/{partner.parsed.id}"
    program = api.call("records.create_program", body=models.ProgramInput(
        names=named("Teachers of the Savanna"), type_=models.ProgramTypeCode.SEED_TEACHER_PROGRAM,
        lifecycle=models.LifecycleCode.ACTIVE,
        milestones=[models.MilestoneInput(key="m1", event=models.EventCode.ESTABLISHED, date="2019")],
        relations=[party(partner.parsed.id, models.RoleCode.HOST), party(known.id, models.RoleCode.LEAD)],
    ))  # fmt: skip
    assert program.status_code == 201
    first = program.headers["ETag"]

    for own, other in ((partner.parsed.id, known.id), (known.id, partner.parsed.id)):
        lines = api.call("relations.list_partners", own).parsed.items
        (line,) = (each for each in lines if each.partner.id == other)
        assert [way.holder.id for way in line.ways] == [program.parsed.id]

    change = models.ProgramPatch(milestones=[models.MilestonePatch(key="m1", date="2018-09")])
    corrected = api.call("records.amend_program", program.parsed.id, body=change, if_match=first)
    assert corrected.status_code == 200
    assert corrected.parsed.milestones[0].date == "2018-09"
    assert corrected.parsed.milestones[0].event == models.EventCode.ESTABLISHED

    refused = api.call("records.amend_program", program.parsed.id, body=change, if_match=first)
    assert refused.status_code == 412
    assert isinstance(refused.parsed, models.Problem)
    assert refused.parsed.type_.endswith("#stale")

    now = api.call("records.read_program", program.parsed.id)
    assert now.headers["ETag"] == corrected.headers["ETag"] != first
    assert now.parsed.record.version == 2
    assert api.call("records.read_program", program.parsed.id, if_none_match=now.headers["ETag"]).status_code == 304
