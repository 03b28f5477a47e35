"""The OpenAPI document: valid, always the same, held to the routes both ways, limited and described throughout."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import yaml
from flask import Flask
from openapi_spec_validator import validate

from registry.application import create_app
from registry.http.document import described
from registry.http.operations import Operation
from registry.http.table import OPERATIONS
from registry.kinds.catalogue import KINDS
from registry.kinds.model.kind import Kind
from registry.service import access
from registry.settings import CHECKOUT, Settings
from tests.conftest import UNHURRIED, Databases, store_of
from tests.contract import ContractClient, dereferenced, faults, operations, route_names, spec

Node = dict[str, Any]
FORMS = ("json", "yaml")
OWN_PAGES = "/docs"
ROWS = [(each, kind) for each in OPERATIONS for kind in (KINDS.values() if each.per_kind else (None,))]
rows = pytest.mark.parametrize(("operation", "kind"), ROWS, ids=[each.operation_id(kind) for each, kind in ROWS])
reads = pytest.mark.parametrize(
    "name", [each.operation_id(kind) for each, kind in ROWS if each.method == "GET" and not each.role]
)


def schemas() -> Iterator[tuple[str, Node]]:
    """Every schema of the document, those within others included, by where it stands."""
    for name, schema in spec()["components"]["schemas"].items():
        yield from within(f"/components/schemas/{name}", schema)
    for section in ("parameters", "headers"):
        for name, each in spec()["components"][section].items():
            yield from within(f"/components/{section}/{name}", each["schema"])
    for name, operation in operations().items():
        for parameter in operation["parameters"]:
            if "$ref" not in parameter:
                yield from within(f"/{name}/{parameter['name']}", parameter["schema"])
        bodies = {"body": operation.get("requestBody", {}), **operation["responses"]}
        for status, body in bodies.items():
            for media, content in dereferenced(body).get("content", {}).items():
                yield from within(f"/{name}/{status}/{media}", content["schema"])


def within(where: str, schema: Node) -> Iterator[tuple[str, Node]]:
    """A schema and those that it is made of; references are not followed."""
    yield where, schema
    for name, member in schema.get("properties", {}).items():
        yield from within(f"{where}/{name}", member)
    for keyword in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(keyword), dict):
            yield from within(f"{where}/{keyword}", schema[keyword])
    for keyword in ("anyOf", "oneOf", "allOf"):
        for at, way in enumerate(schema.get(keyword, ())):
            yield from within(f"{where}/{keyword}/{at}", way)


def types(schema: Node) -> set[str]:
    given = schema.get("type", [])
    return {given} if isinstance(given, str) else set(given)


def lacking(schema: Node) -> Iterator[str]:
    """What limits a schema of this type has to state, and does not."""
    if "enum" in schema or "$ref" in schema or "anyOf" in schema:
        return
    if not types(schema) and not schema.get("description", "").endswith("Any JSON value."):
        yield "a type"
    if "string" in types(schema):
        yield from ({"maxLength"} - set(schema))
        if not {"pattern", "format"} & set(schema):
            yield "pattern or format"
    if types(schema) & {"integer", "number"}:
        yield from ({"format", "minimum", "maximum"} - set(schema))
    if "array" in types(schema):
        yield from ({"items", "maxItems"} - set(schema))
    if "object" in types(schema):
        yield from unsaid_of_object(schema)


def unsaid_of_object(schema: Node) -> Iterator[str]:
    """An object is closed, says in words that it is open, or is a map with limits to its keys and their number."""
    if isinstance(schema.get("additionalProperties"), dict):
        yield from ({"maxProperties", "propertyNames"} - set(schema))
    elif schema.get("additionalProperties") is not False and not schema.get("description", "").endswith(
        "More members may come in time."
    ):
        yield "whether it is open or closed"


def test_it_is_valid_openapi() -> None:
    validate(spec())
    assert spec()["openapi"] == "3.1.0"


def test_it_is_the_same_bytes_whichever_process_makes_it() -> None:
    program = (
        "import hashlib; from registry.http.document import described; from registry.settings import Settings\n"
        "for form in ('json', 'yaml'): print(hashlib.sha256(described(Settings().seeds, form)[0]).hexdigest())"
    )
    made = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate()[0].split() for process in made)
    assert first == second, "something in it depends on the order of a set"
    assert len(first) == len(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_the_committed_document_is_the_one_that_is_served(client: ContractClient, form: str) -> None:
    served = client.get(f"/v1/openapi.{form}", headers={"Accept-Encoding": "identity"}).data
    assert served == described(Settings().seeds, form)[0]
    assert (CHECKOUT / "openapi" / f"v1.{form}").read_bytes() == served, "run `make openapi`, and commit what it writes"


def test_its_two_forms_say_the_same() -> None:
    assert yaml.load(described(Settings().seeds, "yaml")[0], yaml.CSafeLoader) == spec()


def test_every_route_is_in_it_and_every_operation_of_it_has_a_route(shared_app: Flask) -> None:
    routed = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), rule.endpoint)
        for rule in shared_app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS") and not rule.rule.startswith(OWN_PAGES)
    }
    told = {
        (method.upper(), path, operation["operationId"])
        for path, item in spec()["paths"].items()
        for method, operation in item.items()
    }
    assert routed == told
    assert {name for _, _, name in told} == route_names()


@rows
def test_every_operation_names_its_statuses(operation: Operation, kind: Kind | None) -> None:
    named = set(operations()[operation.operation_id(kind)]["responses"])
    expected = {"400", "401", "405", "414", "429", "431", "500"} | {str(each.status) for each in operation.answers}
    expected |= {"413", "415", "422"} if operation.body else set()
    expected |= {"403"} if operation.role else set()
    expected |= {"404", "410", "308"} if "{id}" in operation.path else set()
    if operation.conditional:
        expected |= {"412", "428"} if operation.writes else {"304"}
    assert expected <= named
    assert any(status.startswith("2") for status in named)


def test_every_schema_states_all_its_limits() -> None:
    found = {where: missing for where, schema in schemas() if (missing := sorted(lacking(schema)))}
    assert found == {}


def test_every_field_parameter_header_and_answer_is_described() -> None:
    nodes = [(f"{where}/{name}", each) for where, s in schemas() for name, each in s.get("properties", {}).items()]
    nodes += [(f"/components/schemas/{name}", each) for name, each in spec()["components"]["schemas"].items()]
    nodes += [(f"/components/headers/{name}", each) for name, each in spec()["components"]["headers"].items()]
    nodes += [(f"tag {each['name']}", each) for each in spec()["tags"]]
    for name, operation in operations().items():
        nodes += [(name, operation), (f"{name} summary", {"description": operation["summary"]})]
        nodes += [(f"{name}/{p.get('name')}", dereferenced(p)) for p in operation["parameters"]]
        nodes += [(f"{name}/{status}", dereferenced(each)) for status, each in operation["responses"].items()]
        nodes += [(f"{name} body", operation["requestBody"])] if "requestBody" in operation else []
    assert [where for where, node in nodes if len(node.get("description", "").strip()) < 3] == []
    assert [where for where, node in nodes if "{" in node["description"]] == [], "a placeholder was left"


def test_every_pattern_is_one_that_javascript_reads_as_python_does() -> None:
    patterns = {schema["pattern"] for _, schema in schemas() if "pattern" in schema}
    for pattern in patterns:
        assert pattern.startswith("^") and pattern.endswith("$"), f"{pattern} finds its form anywhere in a text"
        assert re.compile(pattern)
        escaped = {each for each in re.findall(r"\\(u[0-9a-f]{4}|.)", pattern) if len(each) == 1}
        assert escaped <= set(r"^$\.*+?()[]{}|/"), f"{pattern} escapes what Unicode patterns of ECMA-262 do not"
        assert "(?P" not in pattern and "(?i" not in pattern


def test_no_object_within_a_schema_gets_the_name_of_another_schema_when_clients_are_generated() -> None:
    schemas = spec()["components"]["schemas"]
    made = {
        name + "".join(part.capitalize() for part in member.split("_"))
        for name, schema in schemas.items()
        for member, each in schema.get("properties", {}).items()
        if "object" in types(each) or "enum" in each or types(each.get("items", {})) & {"object"}
    }
    assert made & set(schemas) == set()


def test_no_schema_shares_its_name_with_one_of_its_properties() -> None:
    named = {
        f"{name}.{each}"
        for name, schema in spec()["components"]["schemas"].items()
        for each in schema.get("properties", {})
        if each.replace("_", "").replace("-", "").lower() == name.lower()
    }
    assert named == set()


@rows
def test_every_example_is_valid(operation: Operation, kind: Kind | None) -> None:
    told = operations()[operation.operation_id(kind)]
    shown: list[tuple[str, Node, Any]] = []
    for parameter in map(dereferenced, told["parameters"]):
        shown += [(parameter["name"], parameter["schema"], value) for value in given(parameter)]
    for status, answer in {"body": told.get("requestBody", {}), **told["responses"]}.items():
        for media, content in dereferenced(answer).get("content", {}).items():
            shown += [(f"{status} {media}", content["schema"], value) for value in given(content)]
    if operation.name in ("create", "replace", "amend"):
        assert any(where.startswith("body") for where, _, _ in shown), "the body has no example"
    assert {where: wrong for where, schema, value in shown if (wrong := faults(schema, value))} == {}


def given(node: Node) -> list[Any]:
    """The examples that a parameter or a form of a body gives."""
    single = [node["example"]] if "example" in node else []
    return single + [dereferenced(each)["value"] for each in node.get("examples", {}).values()]


@reads
def test_examples_of_reads_are_alive(administrator: ContractClient, name: str) -> None:
    """Of submissions there is none yet, so that the example of one leads nowhere."""
    path, told = next((p, o) for p, item in spec()["paths"].items() for o in item.values() if o["operationId"] == name)
    parameters = [dereferenced(each) for each in told["parameters"]]
    for parameter in parameters:
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(parameter["example"]))
    asked = {p["name"]: encoded(p) for p in parameters if p["in"] == "query" and "example" in p}
    needed = {p["name"]: asked[p["name"]] for p in parameters if p["in"] == "query" and p["required"]}
    for query in (needed, asked, *({**needed, each: value} for each, value in asked.items())):
        answer = administrator.get(f"{path}?{urlencode(query, quote_via=quote)}")
        expected = 404 if path.startswith("/v1/submissions/") else 200
        assert answer.status_code == expected, f"{path}?{query}: {answer.text}"


@pytest.fixture(scope="module")
def administrator(databases: Databases, seeded_url: str) -> Iterator[ContractClient]:
    """A client that may read everything, by the name that the examples have."""
    app = create_app(replace(UNHURRIED, database_url=databases.copy(seeded_url)))
    app.test_client_class = ContractClient
    client = app.test_client()
    client.token = access.issue(store_of(app), "Ada", "administrator")
    yield client
    store_of(app).close()


def encoded(parameter: Node) -> str:
    """The example of a query parameter as it stands in an address."""
    value = parameter["example"]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        assert not parameter["explode"] or len(value) == 1
        return ",".join(value)
    return str(value)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_examples_of_writes_are_taken(curator: ContractClient, kind: Kind) -> None:
    replacing = operations()[f"replace_{kind.name}".replace("-", "_")]
    amending = operations()[f"amend_{kind.name}".replace("-", "_")]
    ident = dereferenced(replacing["parameters"][0])["example"]
    here, anyhow = f"/v1/{kind.plural}/{ident}", {"If-Match": "*"}
    (body,) = (content["example"] for content in replacing["requestBody"]["content"].values())
    (patch,) = (content["example"] for content in amending["requestBody"]["content"].values())
    assert curator.put(here, json=body, headers=anyhow).status_code == 200
    assert curator.patch(here, json=patch, headers=anyhow).status_code == 200
    created = curator.post(f"/v1/{kind.plural}?dry_run=true", json=body)
    assert created.status_code == (409 if kind.matched or kind.identifiers(body) else 200)


def test_links_lead_to_existing_operations_with_what_the_answer_holds() -> None:
    followed = 0
    for name, told in operations().items():
        for status, answer in ((s, dereferenced(a)) for s, a in told["responses"].items()):
            for link in answer.get("links", {}).values():
                target = operations()[link["operationId"]]
                taken = {parameter["name"] for parameter in map(dereferenced, target["parameters"])}
                assert set(link["parameters"]) <= taken, f"{name} {status} -> {link['operationId']}"
                for expression in link["parameters"].values():
                    assert held(answer, expression), f"{name} {status}: {expression} leads nowhere"
                followed += 1
    assert followed >= 6 * len(KINDS)


def held(answer: Node, expression: str) -> bool:
    """Whether an answer holds for certain what the expression of a link takes from it."""
    if expression.startswith("$response.header."):
        return expression.rpartition(".")[2] in answer["headers"]
    assert expression.startswith("$response.body#/")
    schema = dereferenced(answer["content"]["application/json"]["schema"])
    return expression.partition("#/")[2] in schema["required"]


def test_every_kind_asks_for_a_name_or_makes_one() -> None:
    for kind in KINDS.values():
        written = spec()["components"]["schemas"][type(kind.writer).__name__]
        named = "names" in written["required"] and written["properties"]["names"]["minItems"] == 1
        assert named == (kind.titled is None)


def test_the_document_is_read_as_json_without_loss() -> None:
    text = described(Settings().seeds, "json")[0].decode()
    assert json.loads(text) == spec()
