"""A test client that holds every request and every answer to the OpenAPI document.

Each test that talks to the API is a contract test by this: an answer that the document does not describe fails the
test that got it, refusals included. There is no list of exceptions.
"""

import gzip
import json
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.routing.exceptions import HTTPException
from werkzeug.test import TestResponse

from registry.http.document import document
from registry.http.table import OPERATIONS
from registry.kinds.catalogue import KINDS
from registry.service.exporting import headings
from registry.settings import Settings

MEND = "Either the act is wrong, or its row in registry/http/table.py: the document is made from there."


@cache
def spec() -> dict[str, Any]:
    """The document that the service serves."""
    made: dict[str, Any] = json.loads(json.dumps(document(Settings().seeds)))
    return made


@cache
def operations() -> dict[str, dict[str, Any]]:
    """The operations of the document, by operationId, which is also the name of their route."""
    return {each["operationId"]: each for item in spec()["paths"].values() for each in item.values()}


@cache
def validator(schema: str) -> Any:
    """Validates against a schema, written as JSON, that may refer to those of the document."""
    components = {"components": spec()["components"]} if "$ref" in schema else {}
    return jsonschema_rs.Draft202012Validator(json.loads(schema) | components)


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with a value, by a schema of the document."""
    checker = validator(json.dumps(schema))
    return [f"{'/'.join(map(str, e.instance_path))}: {e.message[:300]}" for e in checker.iter_errors(value)]


class ContractClient(FlaskClient):
    """A client whose every exchange is checked; `token` is sent with each request once it is set."""

    token: str | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if self.token:
            headers = Headers(kwargs.pop("headers", None) or {})
            headers.setdefault("Authorization", f"Bearer {self.token}")
            kwargs["headers"] = headers
        sent = kwargs.get("json", kwargs.get("data"))
        response = super().open(*args, **kwargs)
        if not response.is_streamed or response.mimetype in ("application/jsonl", "text/csv"):
            response.get_data()
        check(self.application, response, sent)
        return response


def check(app: Flask, response: TestResponse, sent: Any = None) -> None:
    """Fail where the exchange is not as the document says."""
    request = response.request
    where = f"{request.method} {request.path}?{request.query_string.decode()} -> {response.status_code}"
    _check_always(where, response)
    method = "GET" if request.method == "HEAD" else request.method
    try:
        name, _ = app.url_map.bind("").match(request.path, method)
    except HTTPException:
        assert response.status_code in (204, 404, 405, 429), f"{where}: nothing is offered here, yet it was answered."
        return
    operation = operations().get(name)
    if operation is None:
        assert request.path.startswith("/docs"), f"{where}: the route is not in the document. {MEND}"
        return
    if response.status_code < 400:
        _check_request(where, operation, request, sent)
    _check_answer(where, operation, response, request)


def _check_always(where: str, response: TestResponse) -> None:
    assert response.headers.get("X-Request-Id"), f"{where}: no request id"
    assert response.headers.get("Access-Control-Allow-Origin") == "*", f"{where}: no CORS header"
    if response.status_code >= 400:
        assert response.mimetype == "application/problem+json", (
            f"{where}: refused by {response.mimetype}, not by a problem"
        )
        if response.data:
            wrong = faults({"$ref": "#/components/schemas/Problem"}, json.loads(response.data))
            assert not wrong, f"{where}: the problem is not as the document says: {wrong}"


def _check_request(where: str, operation: dict[str, Any], request: Any, sent: Any) -> None:
    known = {(p["in"], p["name"]): p for p in map(dereferenced, operation["parameters"])}
    for name, values in request.args.lists():
        parameter = known.get(("query", name))
        assert parameter, f"{where}: took the parameter {name}, which the document does not list. {MEND}"
        schema = parameter["schema"]
        if schema.get("type") == "array":
            values = values if parameter["explode"] else values[0].split(",")
            wrong = faults(schema, values)
        else:
            value = values[0]
            if schema["type"] == "integer":
                value = int(value)
            elif schema["type"] == "boolean":
                value = {"true": True, "false": False}[value]
            wrong = faults(schema, value)
        assert not wrong, f"{where}: took {name}={values}, which the document refuses: {wrong}. {MEND}"
    body = operation.get("requestBody")
    if body and isinstance(sent, dict | list):
        wrong = faults(next(iter(body["content"].values()))["schema"], sent)
        assert not wrong, f"{where}: took a body that the document refuses: {wrong}. {MEND}"


def _check_answer(where: str, operation: dict[str, Any], response: TestResponse, request: Any) -> None:
    documented = operation["responses"].get(str(response.status_code))
    assert documented, f"{where}: this status is not documented; there are {', '.join(operation['responses'])}. {MEND}"
    documented = dereferenced(documented)
    for name, header in documented.get("headers", {}).items():
        value: Any = response.headers.get(name)
        if value is not None:
            schema = dereferenced(header)["schema"]
            wrong = faults(schema, int(value) if schema["type"] == "integer" else value)
            assert not wrong, f"{where}: the header {name} is not as documented: {wrong}"
    content = documented.get("content")
    if content is None or request.method == "HEAD":
        assert not response.data, f"{where}: answered a body that the document does not have. {MEND}"
        return
    assert response.mimetype in content, (
        f"{where}: answered {response.mimetype}; documented: {', '.join(content)}. {MEND}"
    )
    schema = content[response.mimetype]["schema"]
    if response.mimetype.endswith("json"):
        wrong = faults(schema, json.loads(_plain(response)))
        assert not wrong, f"{where}: the answer is not as documented: {wrong[:5]}. {MEND}"
    elif response.mimetype == "application/jsonl":
        for line in response.data.splitlines():
            wrong = faults({"$ref": schema["x-item-schema"]}, json.loads(line))
            assert not wrong, f"{where}: a line is not as documented: {wrong[:5]}. {MEND}"
    elif response.mimetype == "text/csv":
        first = response.data.decode("utf-8-sig").split("\r\n")[0]
        if "fields" not in request.args:
            assert first == ",".join(schema["x-columns"]), f"{where}: the headings are not the declared columns. {MEND}"
            return
        plural = request.path.rsplit("/", 1)[1]
        kind = next((k for k in KINDS.values() if k.plural == plural), None)
        fields = tuple(request.args["fields"].split(",")) if "fields" in request.args else ()
        assert first == ",".join(headings(kind, fields)), f"{where}: the headings are not the declared columns."


def _plain(response: TestResponse) -> bytes:
    return gzip.decompress(response.data) if response.headers.get("Content-Encoding") == "gzip" else response.data


def dereferenced(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = spec()
        for step in node["$ref"].split("/")[1:]:
            found = found[step]
        node = found
    return node


def address_of(path: str) -> str:
    """An address that a path of the document stands for, made of the examples that the document gives."""
    operation = next(iter(spec()["paths"][path].values()))
    needed = [p for p in map(dereferenced, operation["parameters"]) if p["required"] and p["in"] != "header"]
    for each in needed:
        path = path.replace(f"{{{each['name']}}}", str(each["example"]))
    return path + "?" + urlencode({p["name"]: p["example"] for p in needed if p["in"] == "query"})


def route_names() -> set[str]:
    """The names of all routes that the table of operations makes."""
    return {op.operation_id(kind) for op in OPERATIONS for kind in (KINDS.values() if op.per_kind else (None,))}
