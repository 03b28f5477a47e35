"""The Reconciliation API 0.2, by which OpenRefine and its like match columns of names and pull in values.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema

from registry import __version__
from registry.errors import BadQuery, Fault, Invalid, TooLarge, Unreadable
from registry.formats import card
from registry.http.bodies import parsed
from registry.http.operations import HTML, Answered, Call, Operation, Reply, written
from registry.http.parameters import Parameter, text, whole, words
from registry.http.topics import reconciliation_bodies as bodies
from registry.kinds.model import ids
from registry.kinds.model.documents import Document
from registry.kinds.model.fields import FREE_TEXT
from registry.kinds.model.kind import Kind
from registry.kinds.model.validation import loaded
from registry.service import reading, reconciling
from registry.service.reconciling import PROPERTIES, TYPES, Cell, Property, Proposed, Query, Type, Wish, types_of
from registry.store.records import Stored

BASE = "/reconcile/0.2"
BATCH = 50
"""How many queries the manifest asks clients to send at once; more are taken."""
UNUSED = (
    "spell",
    "exact",
    "prefixed",
    "scoring",
    "stemmed",
    "filter",
    "lang",
    "schema",
    "key",
    "format",
    "output",
    "mql_output",
)
"""What OpenRefine's suggest widget sends besides, from the days of Freebase; it changes nothing here."""
DEFAULT_TYPES = ("organization", "training-center", "program", "platform", "standard")
SETTINGS = (
    {"name": "limit", "label": "Values at most", "type": "number", "default": 0, "help_text": "How many values of each record; 0 for all."},
    {"name": "words", "label": "Codes", "type": "select", "default": "code", "help_text": "How codes are told: CN, China.",
     "choices": [{"value": "code", "name": "as they are"}, {"value": "en", "name": "in English"}, {"value": "zh", "name": "in Chinese"}]},
    {"name": "proposed", "label": "Proposed ties too", "type": "checkbox", "default": False, "help_text": "Whether ties count that are only proposed or planned."},
)  # fmt: skip


def asked(call: Call) -> Reply:
    """The manifest, or the answers to what a GET asks."""
    return _answer(call, {name: call.values[name] for name in ("queries", "extend") if call.values[name] is not None})


def posted(call: Call) -> Reply:
    """The answers to what a form asks."""
    fields = call.body()
    unknown = [name for name in fields if name not in ("queries", "extend")]
    if unknown:
        faults = [Fault("is not a field here", parameter=name) for name in unknown]
        raise BadQuery(f"Unknown field: {', '.join(unknown)[:200]}. There are: queries, extend.", faults)
    if not fields:
        raise BadQuery("Send queries or extend.", [Fault("is missing", parameter="queries")])
    return _answer(call, fields)


def _answer(call: Call, fields: Mapping[str, str]) -> Reply:
    if len(fields) > 1:
        raise BadQuery("Send queries or extend, not both.", [Fault("stands beside queries", parameter="extend")])
    if "queries" in fields:
        return written(_results(call, fields["queries"]))
    return written(_rows(call, fields["extend"]) if "extend" in fields else _manifest(call))


def _results(call: Call, said: str) -> Document:
    """The answers to a batch of queries."""
    batch = _object(call, "queries", said)
    if len(batch) > bodies.MOST_QUERIES:
        raise TooLarge(f"There are {len(batch)} queries; at most {bodies.MOST_QUERIES} are answered at once.")
    queries = [_query(name, body) for name, body in batch.items()]
    answers = reconciling.answered(call.store, queries)
    return {name: {"result": [_candidate(each) for each in found]} for name, found in zip(batch, answers, strict=True)}


def _query(name: str, body: Any) -> Query:
    at = "/" + name.replace("~", "~0").replace("/", "~1")
    if len(name) > 200 or "\0" in name or not name.isprintable():
        raise _bad("queries", [Fault("the id of a query is too long, or holds what cannot be printed", at[:300])])
    read = _loaded(bodies.ReconcileQuery, body, "queries", at)
    if "query" not in read and not read["properties"]:
        raise _bad("queries", [Fault("a query needs `query`, or `properties`", at, "queries")])
    values = tuple((each["pid"], each["v"]) for each in read["properties"])
    return Query(read.get("query", ""), read["type"], read["type_strict"], values, read["limit"])


def _candidate(each: Proposed) -> Document:
    record = each.document
    features: list[Document] = [] if each.name is None else [{"id": "name", "value": round(each.name, 4)}]
    features += [{"id": pid, "value": said == "agrees"} for pid, said in each.verdicts.items() if said != "unknown"]
    about = {"description": record["summary"]} if "summary" in record else {}
    return {
        "id": record["id"], "name": record["name"], **about, "score": round(100 * each.score, 2), "match": each.match,
        "type": [_type(one) for one in types_of(record)], "features": features,
    }  # fmt: skip


def _type(each: Type) -> Document:
    return {"id": each.id, "name": each.name}


def _rows(call: Call, said: str) -> Document:
    """The answer to a data extension query."""
    read = _loaded(bodies.ExtendQuery, _object(call, "extend", said), "extend", "")
    wishes = [_wish(each) for each in read["properties"]]
    rows = reconciling.extended(call.store, list(dict.fromkeys(read["ids"])), wishes)
    meta = [{"id": each.pid, "name": each.wanted.name} for each in wishes]
    return {
        "meta": meta,
        "rows": {i: {pid: [_cell(c) for c in cells] for pid, cells in row.items()} for i, row in rows.items()},
    }


def _wish(each: Document) -> Wish:
    settings = each.get("settings") or bodies.ExtendSettings().load({})
    return Wish(each["id"], settings["limit"], settings["words"], settings["proposed"])


def _cell(each: Cell) -> Document:
    if each.entity:
        return {"id": each.entity, "name": each.value}
    return {"str" if isinstance(each.value, str) else "int": each.value}


def _object(call: Call, name: str, said: str) -> Document:
    """The JSON object that a field holds. Raises BadQuery."""
    try:
        read = parsed(said.encode(), call.settings.deepest_body, f"'{name}'")
    except Unreadable as refusal:
        raise BadQuery(refusal.detail, [Fault("is not JSON", parameter=name)]) from None
    if not isinstance(read, dict):
        raise _bad(name, [Fault("is not a JSON object", "", name)])
    return read


def _loaded(schema: type[Schema], body: Any, name: str, at: str) -> Document:
    """A part of a field's JSON, which stands at a pointer, as its schema reads it. Raises BadQuery."""
    try:
        found: Document = loaded(schema(), body, "")
    except Invalid as refusal:
        raise _bad(name, [Fault(each.detail, at + (each.pointer or ""), name) for each in refusal.faults]) from None
    return found


def _bad(name: str, faults: Sequence[Fault]) -> BadQuery:
    where = f"{faults[0].pointer}: {faults[0].detail}" if faults[0].pointer else faults[0].detail
    return BadQuery(f"'{name}' is not as the Reconciliation API has it: {where}", faults)


def _manifest(call: Call) -> Document:
    """What this service offers, and where."""
    root = call.root()
    service = f"{root}{BASE}"

    def suggests(what: str) -> Document:
        return {
            "service_url": service,
            "service_path": f"/suggest/{what}",
            "flyout_service_path": f"/flyout/{what}?id=${{id}}",
        }

    return {
        "versions": ["0.2"], "name": call.settings.title, "identifierSpace": f"{root}/v1/records/",
        "schemaSpace": f"{root}/v1/openapi.json#/components/schemas/Entry", "documentation": f"{root}/docs", "serviceVersion": __version__,
        "defaultTypes": [_type(TYPES[each]) for each in DEFAULT_TYPES], "batchSize": BATCH,
        "view": {"url": f"{root}/v1/records/{{{{id}}}}"},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": 420, "height": 260},
        "suggest": {what: suggests(what) for what in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"}, "property_settings": list(SETTINGS),
        },
    }  # fmt: skip


def suggest_entities(call: Call) -> Reply:
    """Records for what was typed."""
    values = call.values
    found = reconciling.entities(call.store, values["prefix"], values["type"] or (), values["cursor"], values["limit"])
    return written({"result": [_suggested(each) for each in found]})


def _suggested(each: Document) -> Document:
    about = {"description": each["summary"]} if "summary" in each else {}
    return {"id": each["id"], "name": each["name"], **about, "notable": [_type(TYPES[each["kind"]])]}


def suggest_types(call: Call) -> Reply:
    """Types for what was typed."""
    found = reconciling.named(call.values["prefix"], TYPES.values())
    return written({"result": [_told_type(each) for each in _cut(call, found)]})


def _told_type(each: Type) -> Document:
    broader = {"broader": [_type(TYPES[each.broader])]} if each.broader else {}
    return {**_type(each), "description": each.about, **broader}


def suggest_properties(call: Call) -> Reply:
    """Properties for what was typed."""
    types = call.values["type"] or ()
    offered = reconciling.proposed(types[0] if types else None)
    found = reconciling.named(call.values["prefix"], offered if types else PROPERTIES.values())
    return written({"result": [_told_property(each) for each in _cut(call, found)]})


def _told_property(each: Property) -> Document:
    return {"id": each.id, "name": each.name, "description": each.about}


def _cut(call: Call, found: Sequence[Any]) -> Sequence[Any]:
    return found[call.values["cursor"] :][: call.values["limit"]]


def propose_properties(call: Call) -> Reply:
    """The properties that records of a type can have."""
    kind, limit = call.values["type"] or None, call.values["limit"]
    found = reconciling.proposed(kind)[:limit]
    body: Document = {"properties": [_told_property(each) for each in found]}
    return written(body | ({"type": kind} if kind else {}) | ({"limit": limit} if limit else {}))


def preview(call: Call) -> Reply:
    """A record as a page."""
    ident = call.values["id"]
    document = json.loads(_present(call, ident).bytes)
    page = card.page(document, [each.name for each in types_of(document)], _address(call, document))
    return Reply(page.encode(), media=f"{HTML}; charset=utf-8")


def flyout_entity(call: Call) -> Reply:
    """A record in short."""
    document = json.loads(_present(call, call.values["id"]).bytes)
    html = card.card(document, [each.name for each in types_of(document)], _address(call, document))
    return written({"id": call.values["id"], "html": html})


def flyout_type(call: Call) -> Reply:
    """A type in short."""
    each = TYPES[call.values["id"]]
    return written({"id": each.id, "html": card.note(each.name, each.about)})


def flyout_property(call: Call) -> Reply:
    """A property in short."""
    each = PROPERTIES[call.values["id"]]
    return written({"id": each.id, "html": card.note(each.name, each.about)})


def _present(call: Call, ident: str) -> Stored:
    """The record that an id means, or the one that it was merged into. Raises as reading does."""
    return reading.present(call.store, [ident]).get(ident) or reading.read(call.store, ident)


def _address(call: Call, document: Document) -> str:
    return f"{call.root()}/v1/records/{document['id']}"


_QUERIES = '{"q0":{"query":"Tsinghua Univ.","type":"organization"}}'


def _text_of_json(name: str, about: str, **more: Any) -> Parameter:
    return Parameter(name, about, text(FREE_TEXT, 8000), **more)


def _batch_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        _text_of_json(
            "queries",
            "A batch of queries as JSON; without `queries` and `extend` the manifest is answered.",
            example=_QUERIES,
        ),
        _text_of_json("extend", "A data extension query as JSON."),
    )


def _suggest_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter("prefix", "What was typed so far.", text(FREE_TEXT, 200, 0), required=True, example="tsing"),
        Parameter("cursor", "How many suggestions to pass over.", whole(0, 1000), default=0),
        Parameter("limit", "How many to answer at most.", whole(1, 50), default=10),
        Parameter("type", "Only of this type.", words(tuple(TYPES)), occurs="repeated"),
        *(Parameter(name, "Sent by OpenRefine's suggest widget; changes nothing.", text(FREE_TEXT, 200, 0), occurs="repeated") for name in UNUSED),
    )  # fmt: skip


def _proposal_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "type", "The type; what all records have, where it is empty.", words(("", *TYPES)), example="organization"
        ),
        Parameter("limit", "How many to answer at most.", whole(1, 1000)),
    )


def _by_id(schema: Mapping[str, Any], example: str) -> Parameter:
    return Parameter("id", "Its id.", schema, required=True, example=example)


_RECORD = _by_id(text(ids.PATTERN, 10, 10), "p64qpd0g38")
_ANSWERS: dict[str, Any] = {
    "anyOf": [bodies.ReconcileManifest, {"$ref": f"#/components/schemas/{bodies.RESULTS[0]}"}, bodies.ReconcileRows]
}


def _flyout(what: str, act: Any, parameter: Parameter, refusals: tuple[int, ...] = ()) -> Operation:
    return Operation(
        f"reconcile_flyout_{what}", "GET", f"{BASE}/flyout/{what}", f"Show a suggested {what} in short", "A piece of HTML to show beside a suggestion.",
        act, (Answered(200, "The HTML.", lambda _: bodies.ReconcileFlyout),), lambda _: (parameter,), tag="reconciliation", refusals=refusals,
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "reconcile", "GET", BASE, "Read the manifest, or ask by an address",
        "Answers the manifest of the reconciliation service; with `queries` the records that each may mean, with `extend` the values of properties.",
        asked, (Answered(200, "The manifest, or what was asked for.", lambda _: _ANSWERS),), _batch_parameters, tag="reconciliation", refusals=(413,),
    ),
    Operation(
        "reconcile_batch", "POST", BASE, "Match rows of a table, or pull in values",
        f"Takes a form with `queries`, a batch of up to {bodies.MOST_QUERIES} as JSON, or with `extend`, a data extension query. Nothing is written, and no "
        "token is needed. A query has a name, types, other values by property, and a limit; see the manifest for where these are suggested.",
        posted, (Answered(200, "What was asked for.", lambda _: {"anyOf": _ANSWERS["anyOf"][1:]}),), body=bodies.ReconcileForm, tag="reconciliation",
        repeatable=False, takes_form=True,
    ),
    *(
        Operation(
            f"reconcile_suggest_{what}", "GET", f"{BASE}/suggest/{what}", f"Suggest {plural} for typing", f"Answers {plural} whose name or id begins with what was typed.",
            act, (Answered(200, "The suggestions.", lambda _: bodies.ReconcileSuggestions),), _suggest_parameters, tag="reconciliation",
        )
        for what, plural, act in (("entity", "records", suggest_entities), ("type", "types", suggest_types), ("property", "properties", suggest_properties))
    ),
    Operation(
        "reconcile_properties", "GET", f"{BASE}/properties", "Propose properties of a type", "Answers the properties that can be pulled in for records of a type.",
        propose_properties, (Answered(200, "The properties.", lambda _: bodies.ReconcileProposals),), _proposal_parameters, tag="reconciliation",
    ),
    _flyout("entity", flyout_entity, _RECORD, (404, 410)),
    _flyout("type", flyout_type, _by_id(words(tuple(TYPES)), "organization")),
    _flyout("property", flyout_property, _by_id(words(tuple(PROPERTIES)), "country")),
    Operation(
        "reconcile_preview", "GET", f"{BASE}/preview", "Show a record in short", "A small page, which may be framed by any other.",
        preview, (Answered(200, "The page.", None, (HTML,)),), lambda _: (_RECORD,), tag="reconciliation", refusals=(404, 410), framed=True,
    ),
)  # fmt: skip
