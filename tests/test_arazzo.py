"""The Arazzo description of registering with review is performed, step by step, as it stands."""

import json
from typing import Any

import yaml
from flask import Flask

from registry.service import access
from tests.conftest import store_of
from tests.contract import ContractClient, operations, spec
from tests.served import CHECKOUT

Document = dict[str, Any]


def described() -> Document:
    """The one workflow of the description."""
    made = yaml.safe_load((CHECKOUT / "openapi/registering.arazzo.yaml").read_text("utf-8"))
    assert made["sourceDescriptions"] == [{"name": "registry", "url": "./v1.json", "type": "openapi"}]
    (workflow,) = made["workflows"]
    assert isinstance(workflow, dict)
    return workflow


def test_every_step_names_an_operation_of_the_document_and_its_parameters() -> None:
    for step in described()["steps"]:
        operation = operations()[step["operationId"]]
        known = {each.get("name") or each["$ref"].rpartition("/")[2] for each in operation["parameters"]}
        assert {each["name"] for each in step["parameters"]} <= known | {"Authorization"}, step["stepId"]


def test_the_story_goes_as_it_is_described(app: Flask) -> None:
    client = app.test_client()
    assert isinstance(client, ContractClient)
    roles = {"officer": "Aigerim", "reviewer": "Bolat", "curator": "Ada"}
    known: Document = {f"$inputs.{r}": f"Bearer {access.issue(store_of(app), who, r)}" for r, who in roles.items()}
    evidence = [{"basis": "statement", "by": "Rector", "supports": ["/names/n1"], "inferred": ["/type", "/lifecycle"]}]
    partner = {
        "names": [{"key": "n1", "text": "Abai University of Almaty", "lang": "en", "role": "official"}],
        "type": "university", "lifecycle": "active", "evidence": evidence,
    }  # fmt: skip
    change = {"act": "create", "kind": "organization", "temporary": "@abai", "document": partner}
    known["$inputs.submission"] = {"title": "A partner", "changes": [change]}
    known["$inputs.correction"] = {"sector": "academia"}
    workflow = described()
    for step in workflow["steps"]:
        perform(client, step, known)
    revisions = known[workflow["outputs"]["revisions"]]
    assert [(each["act"], each["by"]) for each in revisions] == [("create", "Aigerim"), ("amend", "Ada")]
    assert "Bolat" in revisions[0]["why"]


def perform(client: ContractClient, step: Document, known: Document) -> None:
    """One step: the request that it describes, its criteria, and its outputs, kept under their expressions."""
    method, path = next(
        (m, p)
        for p, item in spec()["paths"].items()
        for m, o in item.items()
        if o["operationId"] == step["operationId"]
    )
    given: dict[str, Document] = {"path": {}, "query": {}, "header": {}}
    for each in step["parameters"]:
        given[each["in"]][each["name"]] = known.get(each["value"], each["value"])
    body = step.get("requestBody")
    payload = body and body["payload"]
    data = json.dumps(known[payload] if isinstance(payload, str) else payload) if body else None
    answer = client.open(
        path.format(**given["path"]), method=method.upper(), query_string=given["query"], headers=given["header"],
        data=data, content_type=body and body["contentType"],
    )  # fmt: skip
    for criterion in step["successCriteria"]:
        assert criterion["condition"] == f"$statusCode == {answer.status_code}", (step["stepId"], answer.text)
    for name, expression in step.get("outputs", {}).items():
        known[f"$steps.{step['stepId']}.outputs.{name}"] = _output(expression, answer)


def _output(expression: str, answer: Any) -> Any:
    if expression.startswith("$response.header."):
        return answer.headers[expression.removeprefix("$response.header.")]
    value = answer.json
    for word in expression.removeprefix("$response.body#/").split("/"):
        value = value[int(word)] if isinstance(value, list) else value[word]
    return value
