"""The promise between releases: each way to break a client is found, and growth is not taken for one."""

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from registry import __version__
from registry.cli import main
from registry.http.document import described
from registry.http.releases import breaks
from registry.settings import CHECKOUT, Settings
from tests.contract import spec

Node = dict[str, Any]
Mutation = Callable[[Node], object]

LIST = "/v1/organizations"
ONE = "/v1/organizations/{id}"


def part(document: Node) -> Node:
    """The document with a few paths only, so that each comparison is quick."""
    kept = {path: document["paths"][path] for path in (LIST, ONE, "/v1/records/{id}/partners")}
    return {**copy.deepcopy({**document, "paths": kept})}


def operation(document: Node, path: str, method: str) -> Node:
    found: Node = document["paths"][path][method]
    return found


def schema(document: Node, name: str) -> Node:
    found: Node = document["components"]["schemas"][name]
    return found


def parameter(document: Node, name: str) -> Node:
    found: Node = document["components"]["parameters"][name]
    return found


def content(document: Node, path: str, method: str, status: str = "200") -> Node:
    found: Node = operation(document, path, method)["responses"][status]["content"]
    return found


def without(nodes: list[Node], name: str) -> list[Node]:
    return [each for each in nodes if not each.get("$ref", "").endswith("/" + name)]


BREAKING: dict[str, tuple[Mutation, str]] = {
    "a path goes": (lambda d: d["paths"].pop(ONE), "PATCH /v1/organizations/{id} is gone"),
    "an operation goes": (lambda d: d["paths"][ONE].pop("delete"), "DELETE /v1/organizations/{id} is gone"),
    "an operation is renamed": (lambda d: operation(d, ONE, "get").update(operationId="get_it"), "its operationId was read_organization"),
    "a parameter goes": (
        lambda d: operation(d, LIST, "get").update(parameters=without(operation(d, LIST, "get")["parameters"], "country")),
        "the parameter country is gone",
    ),
    "a parameter becomes required": (lambda d: parameter(d, "country").update(required=True), "the parameter country became required"),
    "a required parameter comes": (
        lambda d: operation(d, LIST, "get")["parameters"].append({"name": "region_code", "in": "query", "required": True, "schema": {}}),
        "the parameter region_code became required",
    ),
    "a parameter is written otherwise": (lambda d: parameter(d, "country").update(explode=False), "the parameter country is written otherwise"),
    "a number's maximum sinks": (lambda d: parameter(d, "limit")["schema"].update(maximum=100), "limit: maximum was 500, and is 100"),
    "a number's minimum rises": (lambda d: parameter(d, "limit")["schema"].update(minimum=1), "limit: minimum was 0, and is 1"),
    "a word is no longer taken": (
        lambda d: parameter(d, "lifecycle")["schema"]["items"]["enum"].remove("ended"), "lifecycle[]: no longer takes ended",
    ),
    "a closed list of words comes": (
        lambda d: parameter(d, "country")["schema"]["items"].update(enum=["CN"]), "country[]: no longer takes other words",
    ),
    "a text is shortened": (lambda d: schema(d, "NameInput")["properties"]["text"].update(maxLength=10), "names[]/text: maxLength was 500"),
    "a text has to fit a format": (lambda d: schema(d, "NameInput")["properties"]["text"].update(format="uri"), "names[]/text: format is asked for"),
    "a list may hold less": (lambda d: schema(d, "OrganizationInput")["properties"]["topics"].update(maxItems=1), "topics: maxItems was 20"),
    "a list must hold one": (lambda d: schema(d, "OrganizationInput")["properties"]["places"].update(minItems=1), "places: minItems was None"),
    "a member that is sent becomes required": (
        lambda d: schema(d, "OrganizationInput")["required"].append("sector"), "body: the member sector became required",
    ),
    "a member can no longer be sent": (lambda d: schema(d, "PlaceInput")["properties"].pop("area"), "places[]: the member area is gone"),
    "null no longer removes a member": (
        lambda d: schema(d, "OrganizationPatch")["properties"].update(sector={"$ref": "#/components/schemas/SectorCode"}),
        "PATCH /v1/organizations/{id} body/sector: its type was null, string",
    ),
    "a map takes no further members": (
        lambda d: schema(d, "OrganizationInput")["properties"]["absent"].update(additionalProperties=False),
        "absent: takes no further members any more",
    ),
    "a body becomes required": (
        lambda d: operation(d, ONE, "put")["requestBody"].update(required=True), "PUT /v1/organizations/{id} body: became required",
    ),
    "a form is no longer taken": (
        lambda d: operation(d, LIST, "post")["requestBody"]["content"].pop("application/json"), "body: application/json is no longer taken",
    ),
    "a success is no longer answered": (lambda d: operation(d, LIST, "post")["responses"].pop("201"), "the answer 201 is gone"),
    "a header goes": (lambda d: operation(d, ONE, "get")["responses"]["200"]["headers"].pop("ETag"), "200: the header ETag is gone"),
    "a form of answer goes": (lambda d: content(d, LIST, "get").pop("text/csv"), "200: the form text/csv is gone"),
    "a member is no longer answered": (lambda d: schema(d, "PartnerLine")["properties"].pop("ways"), "items[]: the member ways is gone"),
    "a member is no longer certain": (
        lambda d: schema(d, "PartnerLine")["required"].remove("ways"), "items[]: the member ways is no longer certain",
    ),
    "a member is answered in another type": (
        lambda d: schema(d, "PartnerPage")["properties"]["total"].update(type="string"), "200/total: its type was integer, and is string",
    ),
    "a member may be null": (
        lambda d: schema(d, "PartnerPage")["properties"]["total"].update(type=["integer", "null"]), "200/total: its type was integer",
    ),
    "a token is asked for": (
        lambda d: operation(d, ONE, "get").update(security=[{"bearerAuth": []}]), "GET /v1/organizations/{id}: can no longer be asked without a token",
    ),
}  # fmt: skip

ADDITIVE: dict[str, Mutation] = {
    "a path comes": lambda d: d["paths"].update({"/v1/extra": {"get": operation(d, LIST, "get")}}),
    "an operation comes": lambda d: d["paths"][LIST].update({"put": operation(d, ONE, "put")}),
    "an optional parameter comes": lambda d: operation(d, LIST, "get")["parameters"].append({"name": "extra", "in": "query", "schema": {}}),
    "a parameter is no longer required": lambda d: parameter(d, "If-Match").update(required=False),
    "a maximum rises": lambda d: parameter(d, "limit")["schema"].update(maximum=1000),
    "a minimum sinks": lambda d: schema(d, "OrganizationInput")["properties"]["names"].update(minItems=0),
    "a word is taken besides": lambda d: parameter(d, "lifecycle")["schema"]["items"]["enum"].append("dormant"),
    "a word comes to a vocabulary": lambda d: schema(d, "LifecycleCode")["enum"].append("dormant"),
    "a pattern takes more": lambda d: parameter(d, "relation")["schema"]["items"].update(pattern="^.*$"),
    "a member is answered besides": lambda d: schema(d, "PartnerLine")["properties"].update(extra={"type": "string"}),
    "a member becomes certain": lambda d: schema(d, "Place")["required"].append("area") if "required" in schema(d, "Place")
    else schema(d, "Place").update(required=["area"]),
    "an optional member can be sent": lambda d: schema(d, "PlaceInput")["properties"].update(extra={"type": "string"}),
    "a member that was required need not be sent": lambda d: schema(d, "OrganizationInput")["required"].remove("type"),
    "null can be sent": lambda d: schema(d, "PlaceInput")["properties"]["locality"].update(type=["string", "null"]),
    "a body is no longer required": lambda d: operation(d, LIST, "post")["requestBody"].update(required=False),
    "a form of answer comes": lambda d: content(d, ONE, "get").update({"text/csv": {"schema": {"type": "string"}}}),
    "a header comes": lambda d: operation(d, ONE, "get")["responses"]["200"]["headers"].update(Extra={"schema": {}}),
    "a refusal comes": lambda d: operation(d, ONE, "get")["responses"].update({"451": {"description": "Not here."}}),
    "reading with a token is offered besides": lambda d: d["security"].append({"apiKey": []}),
    "everything is described anew": lambda d: schema(d, "Place").update(description="Where?"),
}  # fmt: skip


@pytest.fixture(scope="module")
def old() -> Node:
    before = part(spec())
    before["paths"][ONE]["put"]["requestBody"]["required"] = False
    return before


def test_a_document_breaks_nothing_against_itself() -> None:
    assert breaks(spec(), spec()) == []


@pytest.mark.parametrize("how", BREAKING)
def test_what_breaks_clients_is_found_and_named(old: Node, how: str) -> None:
    mutation, named = BREAKING[how]
    new = copy.deepcopy(old)
    mutation(new)
    assert new != old
    assert any(named in line for line in breaks(old, new)), breaks(old, new)


@pytest.mark.parametrize("how", ADDITIVE)
def test_growth_breaks_no_client(old: Node, how: str) -> None:
    new = copy.deepcopy(old)
    ADDITIVE[how](new)
    assert new != old
    assert breaks(old, new) == []


def test_the_document_of_a_release_is_kept_once(tmp_path: Path) -> None:
    release = ["openapi", "release", "--folder", str(tmp_path)]
    assert CliRunner().invoke(main, release).exit_code == 0
    kept = tmp_path / __version__ / "openapi.json"
    assert kept.read_bytes() == described(Settings().seeds, "json")[0]
    kept.write_text("what was released")
    again = CliRunner().invoke(main, release)
    assert again.exit_code == 1 and "is released already" in str(again.exception)
    assert kept.read_text() == "what was released"


def test_every_version_that_was_released_is_kept() -> None:
    named = set(re.findall(r"^## \[([0-9.]+)\]", (CHECKOUT / "CHANGELOG.md").read_text("utf-8"), re.M))
    assert named == {path.parent.name for path in (CHECKOUT / "openapi").glob("*/openapi.json")}
    assert __version__ in named
