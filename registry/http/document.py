"""The OpenAPI document, made from KINDS and OPERATIONS: the same declarations that the service runs on."""

import hashlib
import inspect
import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from marshmallow import EXCLUDE, Schema

from registry import __version__
from registry.http import schemas
from registry.http.limits import ANY_DOCUMENT, limits, name_of_words, words_of
from registry.http.operations import CSV, JSON, MERGE_PATCH, Answered, Operation
from registry.http.parameters import Parameter, text, whole
from registry.http.problems import MEDIA as PROBLEM
from registry.http.repeating import REPLAY
from registry.http.table import OPERATIONS, TAGS
from registry.http.topics.reconciliation_bodies import RESULTS, ReconcileResult
from registry.kinds.catalogue import KINDS, vocabularies
from registry.kinds.model.kind import Kind
from registry.service.examples import Example, examples

ABOUT = """A registry of international cooperation in AI and education: who works with whom, through which platform,
training center, program, standard or agreement, since when, and how we know.

Reading needs no account. Writing needs a bearer token. Every record carries the evidence that its values stand on."""

REFUSALS = {
    400: "A parameter is unknown, repeated or malformed, or the body is not JSON.",
    401: "A valid token is needed, or the one that was sent is not valid.",
    403: "The token's role or scopes do not suffice.",
    404: "There is no such record, page or path; a mistyped id has a type of its own.",
    405: "The method is not offered here.",
    406: "None of the accepted forms is offered.",
    409: "The registry's state does not allow it: an unknown target, an identifier that is taken, a record still referred to, "
    "or one that may be there already; then `candidates` names those to decide about.",
    410: "The record was withdrawn.",
    412: "The record has changed since the version that If-Match names.",
    413: "The body is too large.",
    414: "The address is too long.",
    415: "The media type of the body is not taken.",
    422: "The body breaks the schema or a rule; each fault has a pointer.",
    428: "If-Match is missing.",
    429: "Too many requests within a minute, of this token or address; or too many of them refused.",
    431: "The headers are too large.",
    500: "The registry failed.",
    503: "The registry cannot serve at present.",
}
HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ETag": ("Names this version: for If-Match and If-None-Match.", text(r'(?:W/)?"[!#-~]{1,200}"', 210)),
    "Link": ("Links to related pages, such as the next one (RFC 8288).", text(r"[ -~]+", 9000)),
    REPLAY: ("That the request was answered before under its Idempotency-Key.", {"type": "string", "enum": ["true"]}),
    "Location": ("Address of what was made, or of the record that this one was merged into.", text(r"/[!-~]+", 9000)),
    "Content-Location": ("The record's own address.", text(r"/[!-~]+", 2000)),
    "Registry-Change": ("Number of the last journal line before the answer was made.", whole(0, 10**15)),
    "Registry-Id": ("Tells this registry from every other: for `registry` of the feed.", text(r"[0-9a-f]{32}", 32, 32)),
    "WWW-Authenticate": ("How to authenticate.", text(r"[ -~]+", 200)),
    "Allow": ("The methods that are offered.", text(r"[A-Z, ]+", 100)),
    "Retry-After": ("How many seconds to wait.", whole(0, 86400)),
    "X-Request-Id": ("Names this request in the registry's log.", text(r"[0-9a-f]{32}", 32, 32)),
    "Access-Control-Allow-Origin": ("Any page may read the answer.", {"type": "string", "enum": ["*"]}),
    "RateLimit-Policy": (
        "How many requests are allowed in how many seconds (IETF draft); absent where there is no limit.",
        text(r"[ -~]+", 200),
    ),
    "RateLimit": (
        "How many requests are left, and when there will be more (IETF draft); absent where there is no limit.",
        text(r"[ -~]+", 200),
    ),
}
ALWAYS = ("X-Request-Id", "Access-Control-Allow-Origin", "RateLimit-Policy", "RateLimit")
WITH_STATUS = {401: ("WWW-Authenticate",), 405: ("Allow",), 429: ("Retry-After",), 503: ("Retry-After",)}


@cache
def document(seeds: Path) -> dict[str, Any]:
    """The document as a mapping, its examples taken from the seeds of a folder."""
    samples, shared = examples(seeds), _shared_parameters()
    plugin = MarshmallowPlugin(schema_name_resolver=_name_of)
    spec = APISpec(
        title="Partnership Registry", version=__version__, openapi_version="3.1.0", plugins=[plugin],
        info={
            "description": ABOUT,
            "contact": {"name": "The registry's maintainers", "email": "registry@example.org"},
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        servers=[{"url": "/", "description": "This registry, in production or wherever it is served.", "x-internal": False}],
        security=[{}, {"bearerAuth": []}],
    )  # fmt: skip
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(limits)
    _add_components(spec, samples, shared)
    for operation in OPERATIONS:
        for kind in KINDS.values() if operation.per_kind else (None,):
            path = operation.path_for(kind)
            spec.path(path=path, operations={operation.method.lower(): _operation(operation, kind, samples, shared)})
    made = spec.to_dict()
    for key, name in plugin.converter.refs.items():
        made["components"]["schemas"][name]["description"] = _told(key[0])
    return _sorted_components(made)


def _add_components(spec: APISpec, samples: dict[str, Example], shared: dict[str, dict[str, Any]]) -> None:
    """What the operations refer to, besides the schemas that they name themselves."""
    for vocabulary in vocabularies().values():
        spec.components.schema(name_of_words(vocabulary), words_of(vocabulary))
    spec.components.schema(*ANY_DOCUMENT)
    spec.components.schema(ReconcileResult.__name__, schema=ReconcileResult)
    spec.components.schema(*RESULTS)
    for name, about in TAGS.items():
        spec.tag({"name": name, "description": about})
    spec.components.security_scheme("bearerAuth", {
        "type": "http", "scheme": "bearer", "description": "A token that `registry token issue` has given; not a JWT, so RFC 8725 has no say.",
    })  # fmt: skip
    for name, (about, schema) in HEADERS.items():
        spec.components.header(name, {"description": about, "schema": schema, "required": False})
    for status, about in REFUSALS.items():
        headers = _headers((*WITH_STATUS.get(status, ()), *ALWAYS))
        content = {PROBLEM: {"schema": schemas.Problem}}
        spec.components.response(f"Refused{status}", {"description": about, "headers": headers, "content": content})
    for kind in KINDS.values():
        shown = {"summary": f"{kind.a_label.capitalize()} from the seeds.", "value": samples[kind.name].served}
        spec.components.example(kind.schema.__name__, shown)
    for name, parameter in shared.items():
        spec.components.parameter(name, parameter["in"], {k: v for k, v in parameter.items() if k != "in"})


def _name_of(schema: Any) -> str:
    """Every schema of ours has a name of its own already, so that apispec renames none."""
    found = resolve_schema_cls(schema)
    assert isinstance(found, type)
    return found.__name__


def _told(schema: type[Schema]) -> str:
    """What a schema is, and whether clients have to expect members that it does not name."""
    about = " ".join((schema.__doc__ or "").split())
    return f"{about} More members may come in time." if getattr(schema.Meta, "unknown", None) == EXCLUDE else about


@cache
def described(seeds: Path, form: str) -> tuple[bytes, str]:
    """The document in one of its forms, `json` or `yaml`, with its entity tag."""
    made = document(seeds)
    if form == "json":
        content = json.dumps(made, ensure_ascii=False, indent=1).encode() + b"\n"
    else:
        plain = json.loads(json.dumps(made))
        content = yaml.dump(plain, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=120).encode()
    return content, hashlib.sha256(content).hexdigest()[:32]


def _shared_parameters() -> dict[str, dict[str, Any]]:
    """Parameters that several operations have alike, by the name of their component."""
    documented = [
        each.documented()
        for operation in OPERATIONS
        for kind in (KINDS.values() if operation.per_kind else (None,))
        for each in operation.all_parameters(kind)
        if each.where != "path"
    ]
    texts = Counter(json.dumps(each, sort_keys=True) for each in documented)
    found: dict[str, dict[str, Any]] = {}
    for each in documented:
        if texts[json.dumps(each, sort_keys=True)] > 1:
            found.setdefault(each["name"], each)
    return found


def _operation(
    operation: Operation, kind: Kind | None, samples: dict[str, Example], shared: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    words = _words(kind)
    found: dict[str, Any] = {
        "operationId": operation.operation_id(kind),
        "summary": operation.summary.format(**words),
        "description": operation.about.format(**words) if kind else operation.about,
        "tags": [operation.tag],
        "parameters": [_parameter(each, kind, samples, shared) for each in operation.all_parameters(kind)],
        "responses": {},
    }
    if operation.body and kind:
        found["requestBody"] = _body(operation, kind, samples[kind.name])
    elif isinstance(operation.body, type):
        found["requestBody"] = {
            "required": True,
            "description": inspect.cleandoc(operation.body.__doc__ or ""),
            "content": {operation.media: {"schema": operation.body}},
        }
    for answer in operation.answers:
        found["responses"][str(answer.status)] = _answer(answer, operation, kind, samples)
    if operation.conditional and not operation.writes:
        found["responses"]["304"] = {
            "description": "What the client has is still right.",
            "headers": _headers(("ETag", *ALWAYS)),
        }
    if "{id}" in operation.path:
        found["responses"]["308"] = {
            "description": "The record was merged into another.",
            "headers": _headers(("Location", *ALWAYS)),
        }
    for status in operation.statuses():
        found["responses"][str(status)] = f"Refused{status}"
    if operation.role:
        found["security"] = [{"bearerAuth": []}]
    return found


def _words(kind: Kind | None) -> dict[str, str]:
    if kind is None:
        return {"name": "record", "a_name": "a record", "names": "records", "kind_about": ""}
    return {
        "name": kind.label,
        "a_name": kind.a_label,
        "names": kind.plural.replace("-", " "),
        "kind_about": kind.about,
    }


def _parameter(
    each: Parameter, kind: Kind | None, samples: dict[str, Example], shared: dict[str, dict[str, Any]]
) -> dict[str, Any] | str:
    found = each.documented()
    if shared.get(each.name) == found:
        return each.name
    if each.name == "id" and each.where == "path":
        found["example"] = samples[kind.name if kind else "organization"].id
    return found


def _body(operation: Operation, kind: Kind, sample: Example) -> dict[str, Any]:
    if operation.body == "patch":
        example: Any = {"topics": sample.sent["topics"]}
        return {"required": True, "description": "The members to change.", "content": {
            MERGE_PATCH: {"schema": type(kind.patcher), "example": example},
        }}  # fmt: skip
    return {"required": True, "description": f"The {kind.label}.", "content": {
        JSON: {"schema": type(kind.writer), "example": sample.sent},
    }}  # fmt: skip


def _answer(answer: Answered, operation: Operation, kind: Kind | None, samples: dict[str, Example]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": answer.about.format(**_words(kind)),
        "headers": _headers((*answer.headers, *((REPLAY,) if operation.keyed else ()), *ALWAYS)),
    }
    content: dict[str, Any] = {}
    for form in answer.forms if answer.status != 204 else ():
        schema = answer.body(kind) if answer.body else None
        content[form] = _content(form, schema, kind, answer)
        if form == JSON and kind and schema is type(kind.reader):
            content[form]["examples"] = {"sample": {"$ref": f"#/components/examples/{kind.schema.__name__}"}}
    if content:
        found["content"] = content
    links = _links(operation, answer, kind)
    if links:
        found["links"] = links
    return found


def _content(
    form: str, schema: type[Schema] | Mapping[str, Any] | None, kind: Kind | None, answer: Answered
) -> dict[str, Any]:
    if form.endswith(("json", "yaml")):
        return {"schema": schema}
    stream: dict[str, Any] = {"type": "string", "maxLength": 10**9, "pattern": r"^[^\u0000]*$"}
    if form == "application/jsonl":
        name = f"{kind.schema.__name__}Item" if kind else "EntryItem"
        return {
            "schema": {
                **stream,
                "description": "One document to a line.",
                "x-item-schema": f"#/components/schemas/{name}",
            }
        }
    columns = {"x-columns": list(answer.columns(kind))} if answer.columns and form == CSV else {}
    return {"schema": stream | columns}


def _links(operation: Operation, answer: Answered, kind: Kind | None) -> dict[str, Any]:
    """From what was made to what can be done with it: as the row says, and for records by rule."""
    return {
        name: {
            "operationId": name,
            "parameters": dict(parameters),
            "description": f"To {name.replace('_', ' ')} with what was answered.",
        }
        for name, parameters in {**_links_of_record(operation, answer, kind), **answer.links}.items()
    }


def _links_of_record(operation: Operation, answer: Answered, kind: Kind | None) -> dict[str, dict[str, str]]:
    if kind is None or answer.status not in (200, 201) or operation.name not in ("create", "read"):
        return {}
    if operation.name == "create" and answer.status == 200:
        return {}
    noun = kind.name.replace("-", "_")
    ident = {"id": "$response.body#/id"}
    tagged = {**ident, "If-Match": "$response.header.ETag"}
    links = {f"read_{noun}": ident, "list_partners": ident, "list_revisions": ident}
    if operation.name == "create":
        links |= {f"{verb}_{noun}": tagged for verb in ("replace", "amend", "withdraw")}
    return links


def _headers(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _sorted_components(made: dict[str, Any]) -> dict[str, Any]:
    made["components"] = {name: dict(sorted(each.items())) for name, each in sorted(made["components"].items())}
    return made
