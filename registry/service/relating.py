"""Who works with whom, under what, since when, and how we know."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from registry.errors import Unknown
from registry.kinds.model import dates
from registry.kinds.model.documents import Document
from registry.kinds.model.evidence import is_covered
from registry.kinds.model.folding import folded
from registry.kinds.model.kind import FIRMNESS, is_doubted, weakest
from registry.service import reading
from registry.store import records, relating
from registry.store.database import Store
from registry.store.graph import Narrowing
from registry.store.relating import Joint

FIRM = tuple(standing for standing in FIRMNESS if standing not in ("proposed", "planned"))
"""The standings that make partners unless others are asked for."""


FACETS = ("kind", "country", "relation", "role", "standing")
"""What partners can be counted by; relation, role and standing are those of the ways."""
ORDERS = ("name", "since", "ways")
"""The orders that partners can be asked for in: by name, by the earliest date, by how many ways there are."""


@dataclass(frozen=True)
class Wanted:
    """Which partners, and which of the ways that lead to them; empty means any.

    `standings` default to all but proposed and planned. `active_on` is a span of days that a way must be able to have
    been active in, or with `certain`, must have been.
    """

    standings: Sequence[str] = ()
    kinds: Sequence[str] = ()
    countries: Sequence[str] = ()
    relations: Sequence[str] = ()
    roles: Sequence[str] = ()
    active_on: tuple[str, str] | None = None
    certain: bool = False
    with_parts: bool = False
    lifecycles: Sequence[str] = ()

    @property
    def by_documents(self) -> bool:
        """Whether only documents tell which partners count."""
        return bool(self.roles or self.countries)

    def keeps_joint(self, joint: Joint) -> bool:
        """Whether a way may count, as far as its ties in short tell."""
        return (
            weakest(*joint.standings) in (self.standings or FIRM)
            and (not self.relations or bool(joint.relations & {*self.relations}))
            and (not self.kinds or joint.kind in self.kinds)
            and (not self.lifecycles or joint.lifecycle in self.lifecycles)
        )

    def keeps_way(self, way: Document) -> bool:
        """Whether a way that may count does."""
        ties = [way[side] for side in ("own", "partner") if side in way]
        return not self.roles or any(tie.get("role") in self.roles for tie in ties)

    def keeps_partner(self, record: Document) -> bool:
        """Whether a partner counts."""
        return not self.countries or any(place.get("country") in self.countries for place in record["places"])


class Partners(NamedTuple):
    """A page of partners, how many there are in all, counts of them, and where the next page begins."""

    items: list[Document]
    total: int
    facets: dict[str, dict[str, tuple[int, int]]]
    next: str | None


def partners(
    store: Store, ident: str, wanted: Wanted, *, order: str = "name", facets: Sequence[str] = (), limit: int = 50,
    after: str | None = None,
) -> Partners:  # fmt: skip
    """One line for each partner of a record, with the ways they work together; `-` turns an order round.

    Raises Unknown for a foreign cursor, else as reading does.
    """
    own = reading.read(store, ident).id
    joints: dict[str, list[Joint]] = defaultdict(list)
    narrowing = Narrowing(active_on=wanted.active_on, certain=wanted.certain)
    for joint in relating.joints(store, own, narrowing, wanted.standings if wanted.with_parts else None):
        if wanted.keeps_joint(joint):
            joints[joint.partner].append(joint)
    by_name = sorted(joints, key=lambda partner: (folded(joints[partner][0].name), partner))
    if wanted.by_documents or facets or order.removeprefix("-") != "name":
        lines = _lines(store, own, wanted, [joint for partner in by_name for joint in joints[partner]])
        by_name = [line["partner"]["id"] for _, line in _ordered(lines, order)]
    else:
        lines = []
        by_name = by_name[::-1] if order.startswith("-") else by_name
    digest = hashlib.sha256(repr((own, wanted, order)).encode()).hexdigest()[:12]
    start = _start(by_name, digest, after) if after is not None else 0
    chosen = by_name[start : start + limit]
    told = {line["partner"]["id"]: line for _, line in lines}
    if not lines:
        told = {
            line["partner"]["id"]: line
            for _, line in _lines(store, own, wanted, [j for partner in chosen for j in joints[partner]])
        }
    more = limit > 0 and start + limit < len(by_name)
    counts = {name: _counts(lines, name) for name in facets}
    return Partners(
        [told[partner] for partner in chosen if partner in told],
        len(by_name),
        counts,
        digest + chosen[-1] if more else None,
    )


def _start(partners: Sequence[str], digest: str, after: str) -> int:
    """Where the page begins that a cursor leads to: behind the partner that it names."""
    if not after.startswith(digest) or after[len(digest) :] not in partners:
        raise Unknown("There is no such page: the cursor belongs to another query, or its partner is none any more.")
    return partners.index(after[len(digest) :]) + 1


def _ordered(lines: list[tuple[Document, Document]], order: str) -> list[tuple[Document, Document]]:
    """Lines that are in the order of names, in another order."""
    if order.removeprefix("-") == "since":
        lines.sort(key=lambda pair: min((way.get("since", "9999") for way in pair[1]["ways"]), default="9999"))
    elif order.removeprefix("-") == "ways":
        lines.sort(key=lambda pair: len(pair[1]["ways"]))
    return lines[::-1] if order.startswith("-") else lines


def _lines(store: Store, ident: str, wanted: Wanted, joints: list[Joint]) -> list[tuple[Document, Document]]:
    """Each partner's record with its line, in the order of the joints."""
    needed = records.many(store, {i for j in joints for i in (j.holder, j.partner, j.own)})
    held = {i: json.loads(each.bytes) for i, each in needed.items()}
    ways: dict[str, list[Document]] = defaultdict(list)
    for joint in joints:
        if wanted.keeps_partner(held[joint.partner]):
            way = _way(joint, held, ident)
            if way is not None and wanted.keeps_way(way):
                ways[joint.partner].append(way)
    return [(held[partner], _line(held[partner], each)) for partner, each in ways.items()]


def _counts(lines: Iterable[tuple[Document, Document]], facet: str) -> dict[str, tuple[int, int]]:
    """How many partners there are under each value, and how many by doubted ways alone; the most frequent first."""
    found: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    for record, line in lines:
        found.update(_under(record, line["standing"], line["ways"], facet))
        ways = [way for way in line["ways"] if "cautions" not in way]
        sure.update(_under(record, line["standing"], ways, facet))
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return {value: (count, count - sure[value]) for value, count in ranked}


def _under(record: Document, standing: str, ways: Iterable[Document], facet: str) -> set[str]:
    """The values of a facet that a partner has by some ways."""
    ways = list(ways)
    if facet in ("relation", "role"):
        return {way[side][facet] for way in ways for side in ("own", "partner") if facet in way.get(side, ())}
    if not ways:
        return set()
    if facet == "country":
        return {place["country"] for place in record["places"] if "country" in place}
    return {record["kind"] if facet == "kind" else standing}


def _line(record: Document, ways: list[Document]) -> Document:
    ways.sort(key=lambda way: (way.get("since", "9999"), way["holder"]["name"], way["holder"]["id"]))
    standing = max((way["standing"] for way in ways), key=FIRMNESS.index)
    return {"partner": _brief(record), "standing": standing, "ways": ways}


def _way(joint: Joint, held: dict[str, Document], asked: str) -> Document | None:
    """A way as it is told; None where its ties are there no more, since they were looked up a moment before."""
    holder = held[joint.holder]
    keys = {side: key for side, key in (("own", joint.own_key), ("partner", joint.partner_key)) if key is not None}
    by_key = {tie["key"]: tie for tie in holder["relations"]}
    if not by_key.keys() >= {*keys.values()}:
        return None
    ties = {side: by_key[key] for side, key in keys.items()}
    way: Document = {"holder": _brief(holder), "direct": len(ties) == 1}
    if joint.own != asked:
        way["part"] = _brief(held[joint.own])
    for side, tie in ties.items():
        way[side] = {
            name: tie[name] for name in ("relation", "role", "since", "until", "standing", "key") if name in tie
        }
    way["standing"] = weakest(*(tie["standing"] for tie in ties.values()))
    began = [tie["since"] for tie in ties.values() if "since" in tie]
    ended = [tie["until"] for tie in ties.values() if "until" in tie]
    if began:
        way["since"] = max(began, key=dates.bounds)
    if ended:
        way["until"] = min((each for each in ended if each != ".."), key=dates.bounds, default="..")
    way["evidence"] = evidence_for(holder, [f"/relations/{tie['key']}" for tie in ties.values()])
    return way | cautions_about(holder, [tie["key"] for tie in ties.values()])


def cautions_about(holder: Document, keys: Iterable[str]) -> Document:
    """The member `cautions` of what is told of some ties: the keys of those that doubt them; nothing where none does."""
    pointers = [f"/relations/{key}" for key in keys]
    found = [
        caution["key"] for caution in holder["cautions"] if any(is_doubted(at, caution["about"]) for at in pointers)
    ]
    return {"cautions": found} if found else {}


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
