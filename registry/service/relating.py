"""Who works with whom, under what, since when, and how we know."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from registry.errors import Unknown
from registry.kinds.model.documents import Document
from registry.kinds.model.evidence import is_covered
from registry.kinds.model.folding import folded
from registry.kinds.model.kind import FIRMNESS, weakest
from registry.service import reading
from registry.store import records, relating
from registry.store.database import Store
from registry.store.relating import Joint

FIRM = tuple(standing for standing in FIRMNESS if standing not in ("proposed", "planned"))
"""The standings that make partners unless others are asked for."""


class Partners(NamedTuple):
    """A page of partners: lines in the order of their names, how many there are in all, and where the next begins."""

    items: list[Document]
    total: int
    next: str | None


def partners(
    store: Store, ident: str, *, standings: Sequence[str] = (), kinds: Sequence[str] = (), countries: Sequence[str] = (),
    with_parts: bool = False, limit: int = 50, after: str | None = None,
) -> Partners:  # fmt: skip
    """One line for each partner of a record, with the ways they work together.

    `standings` are those that count (default: neither proposed nor planned). Raises Unknown for a foreign cursor,
    else as reading does.
    """
    own = reading.read(store, ident)
    joints = relating.joints(store, own.id, with_parts=with_parts)
    held = {
        i: json.loads(r.bytes)
        for i, r in records.many(store, {i for j in joints for i in (j.holder, j.partner, j.own)}).items()
    }
    ways: dict[str, list[Document]] = defaultdict(list)
    for joint in joints:
        way = _way(joint, held, own.id)
        if way["standing"] in (standings or FIRM):
            ways[joint.partner].append(way)
    chosen = [held[i] for i in ways if _fits(held[i], kinds, countries)]
    chosen.sort(key=lambda record: (folded(record["name"]), record["id"]))
    start = 0
    if after is not None:
        start = next((n for n, r in enumerate(chosen, 1) if r["id"] == after), -1)
        if start < 0:
            raise Unknown("There is no such page: the cursor belongs to another query.")
    shown = chosen[start : start + limit]
    lines = [_line(record, ways[record["id"]]) for record in shown]
    more = limit > 0 and start + limit < len(chosen)
    return Partners(lines, len(chosen), shown[-1]["id"] if more else None)


def _fits(record: Document, kinds: Sequence[str], countries: Sequence[str]) -> bool:
    there = {place.get("country") for place in record["places"]}
    return (not kinds or record["kind"] in kinds) and (not countries or bool(there & set(countries)))


def _line(record: Document, ways: list[Document]) -> Document:
    ways.sort(key=lambda way: (way.get("since", "9999"), way["holder"]["name"], way["holder"]["id"]))
    return {
        "partner": _brief(record),
        "standing": max((way["standing"] for way in ways), key=FIRMNESS.index),
        "ways": ways,
    }


def _way(joint: Joint, held: dict[str, Document], asked: str) -> Document:
    holder = held[joint.holder]
    ties = {
        side: next(each for each in holder["relations"] if each["key"] == key)
        for side, key in (("own", joint.own_key), ("partner", joint.partner_key))
        if key is not None
    }
    way: Document = {"holder": _brief(holder), "direct": len(ties) == 1}
    if joint.own != asked:
        way["part"] = _brief(held[joint.own])
    for side, tie in ties.items():
        way[side] = {
            name: tie[name] for name in ("relation", "role", "since", "until", "standing", "key") if name in tie
        }
    way["standing"] = weakest(*(tie["standing"] for tie in ties.values()))
    dates = {name: [tie[name] for tie in ties.values() if name in tie] for name in ("since", "until")}
    if dates["since"]:
        way["since"] = max(dates["since"])
    if dates["until"]:
        way["until"] = min(dates["until"])
    way["evidence"] = evidence_for(holder, [f"/relations/{tie['key']}" for tie in ties.values()])
    return way


def evidence_for(holder: Document, pointers: Iterable[str]) -> list[str]:
    """The keys of the evidence of a record that some of its values stand on."""
    wanted = list(pointers)
    found = []
    for entry in holder["evidence"]:
        told = [*entry["supports"], *entry["inferred"]]
        if any(is_covered(pointer, told) or is_covered(each, [pointer]) for pointer in wanted for each in told):
            found.append(entry["key"])
    return found


def _brief(record: Document) -> Document:
    return {"id": record["id"], "kind": record["kind"], "name": record["name"]}
