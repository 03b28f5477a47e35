"""Where what is published contradicts itself: each flagged value, and what stands at the other end."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from registry.errors import Unknown
from registry.kinds.model.documents import Document, resolve
from registry.store import finding, records
from registry.store.conditions import Condition, Span
from registry.store.database import Store
from registry.store.meeting import Query


class Contradictions(NamedTuple):
    """A page of contradictions, and where the next one begins."""

    items: list[Document]
    total: int
    next: str | None


def contradictions(store: Store, limit: int, after: str | None) -> Contradictions:
    """Every value that a curator flagged as contradicted, in the order of ids; `after` is the last one's `id:key`."""
    query = Query(conditions=(Condition("caution", (Span("contradicted", "contradicted"),)),))
    flagged = [pair for each in finding.walk(store, query) for pair in _flagged(json.loads(each))]
    places = [f"{record['id']}:{caution['key']}" for record, caution in flagged]
    if after is not None and after not in places:
        raise Unknown("There is no such page: nothing stands there any more.")
    start = places.index(after) + 1 if after is not None else 0
    shown = flagged[start : start + limit]
    others = records.many(store, {see["id"] for _, caution in shown for see in caution["see"]})
    known = {ident: json.loads(each.bytes) for ident, each in others.items()}
    more = limit > 0 and start + limit < len(flagged)
    return Contradictions(
        [_line(*each, known) for each in shown], len(flagged), places[start + limit - 1] if more else None
    )


def _flagged(record: Document) -> Iterator[tuple[Document, Document]]:
    for caution in record["cautions"]:
        if caution["kind"] == "contradicted":
            yield record, caution


def _line(record: Document, caution: Document, known: dict[str, Document]) -> Document:
    line: Document = {
        "record": _brief(record),
        **{name: caution[name] for name in ("key", "about", "note", "suggested") if name in caution},
    }
    line |= _value(record, caution["about"])
    line["see"] = [_other_end(see, known[see["id"]]) for see in caution["see"] if see["id"] in known]
    return line


def _other_end(see: Document, record: Document) -> Document:
    about = {"about": see["about"]} if "about" in see else {}
    return {"record": _brief(record), **about, **_value(record, see.get("about"))}


def _value(record: Document, pointer: str | None) -> dict[str, Any]:
    """The value at a pointer, as text where it is not a plain one."""
    try:
        value = resolve(record, pointer) if pointer else None
    except KeyError:
        value = None
    if value is None:
        return {}
    return {"value": (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:2000]}


def _brief(record: Document) -> Document:
    return {"id": record["id"], "kind": record["kind"], "name": record["name"]}
