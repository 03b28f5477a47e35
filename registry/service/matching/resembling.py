"""Which records a new one may be already: what registering looks at before it makes anything."""

import json
from typing import NamedTuple

from registry.errors import Candidate, Duplicate, Fault
from registry.kinds.model.documents import Document
from registry.kinds.model.folding import comparable
from registry.kinds.model.kind import Kind
from registry.kinds.model.likeness import decided
from registry.service.matching.agreeing import JUDGED, beside
from registry.service.matching.index import Index
from registry.service.matching.keeping import index_of
from registry.service.matching.seeing import Sighting, see
from registry.service.matching.telling import reason, written
from registry.service.matching.weighing import DOUBTED, is_doubted, shares, utilities
from registry.store import names, records
from registry.store.database import Store

LIKELY = 0.75
"""From this score on a record is named, each being held against the new one alone."""
NEARLY = 0.99
"""The most that a name scores which differs in more than writing."""
MOST = 10
"""How many candidates are named at most."""
_REASONS = 5


class _Met(NamedTuple):
    score: float
    own: str
    sighting: Sighting


def candidates(
    store: Store, kind: Kind, document: Document, limit: int = MOST, *, ident: str | None = None
) -> list[Candidate]:
    """The records that a document may be about, the likeliest first; not those that somebody decided are others.

    Looked for are equal identifiers, of whatever kind, and names of the same kind. `ident` is the record that the document
    is of, where it has one.
    """
    if not kind.matched:
        return []
    index = index_of(store)
    met = _met(index, kind, document)
    shared: dict[str, list[str]] = {}
    for (scheme, value), holder in sorted(records.by_identifier(store, kind.identifiers(document)).items()):
        shared.setdefault(holder, []).append(f"both have the {scheme} {value}")
    there = [*records.numbered(store, met), *records.many(store, shared).values()]
    settled = names.settled(store, document) | {ident}
    found = []
    for other in {each.id: each for each in there if each.state == "published" and each.id not in settled}.values():
        its = json.loads(other.bytes)
        fitting = [each for each in met.get(other.number, []) if _fits(each, its)]
        if ident not in decided(its) and (fitting or shared.get(other.id)):
            found.append(_candidate(its, fitting, shared.get(other.id, []), index))
    return sorted(found, key=lambda each: (-each.score, each.name, each.id))[:limit]


def refuse_duplicates(kind: Kind, found: list[Candidate]) -> None:
    """Raise Duplicate where there are candidates that nobody has decided about."""
    if found:
        raise Duplicate(
            f"The {kind.label} may be in the registry already: use the record that is there, or say in distinct_from of "
            "each candidate why it is another.",
            found,
            [undecided(each) for each in found],
        )


def undecided(candidate: Candidate) -> Fault:
    """What is to be decided about a candidate."""
    return Fault(f"may be {candidate.id} ({candidate.name}): {'; '.join(candidate.reasons)}", candidate.pointer)


def _met(index: Index, kind: Kind, document: Document) -> dict[int, list[_Met]]:
    """The records of the kind that names of the document are likely to be of, by number."""
    found: dict[int, list[_Met]] = {}
    own = {comparable(each["text"]): each["text"] for each in document.get("names", [])}
    for name in own.values():
        seen = see(index, name, frozenset([kind.name]))
        for sighting, utility in zip(seen, utilities(name, seen, index), strict=True):
            most = 1.0 if sighting.way == "exact" else DOUBTED if is_doubted(sighting) else NEARLY
            score = most if sighting.way == "exact" else min(most, shares([utility])[0])
            if score >= LIKELY:
                found.setdefault(sighting.record, []).append(_Met(round(score, 2), name, sighting))
    return found


def _fits(met: _Met, its: Document) -> bool:
    """Whether what was left out of the new name, such as a place, does not speak against the record."""
    return met.sighting.aside not in JUDGED or "differs" not in beside(met.own, met.sighting, its).values()


def _candidate(its: Document, met: list[_Met], shared: list[str], index: Index) -> Candidate:
    met = sorted(met, key=lambda each: -each.score)
    reasons = [reason(each.own, written(its, each.sighting, index), each.sighting, each.score) for each in met]
    score = 1.0 if shared else met[0].score
    where = "/identifiers" if shared else "/names"
    return Candidate(its["id"], its["kind"], its["name"], score, tuple([*shared, *reasons][:_REASONS]), where)
