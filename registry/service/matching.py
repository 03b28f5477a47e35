"""Matching: which records a document may be about already, so that nothing is created twice."""

import json
from collections import defaultdict

from registry.errors import Candidate, Duplicate, Fault
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import Kind
from registry.kinds.model.likeness import close_to, decided, lengths, meetings, names_of
from registry.store import names, records
from registry.store.database import Store

MOST = 10
"""How many candidates are named at most."""

_REASONS = 5


def candidates(
    store: Store, kind: Kind, document: Document, limit: int = MOST, *, ident: str | None = None
) -> list[Candidate]:
    """The records that a document may be about, the likeliest first; not those that somebody decided are others.

    Looked for are equal identifiers and equal or close names of the same kind. `ident` is the record that the document
    is of, where it has one.
    """
    if not kind.matched:
        return []
    shared = defaultdict(list)
    for (scheme, value), holder in sorted(records.by_identifier(store, kind.identifiers(document)).items()):
        shared[holder].append(f"both have the {scheme} {value}")
    own = names_of(document)
    alike = set(shared) | _alike_by_name(store, kind, list(own))
    others = records.many(store, alike - names.settled(store, document) - {ident})
    found = []
    for other in others.values():
        its = json.loads(other.bytes)
        met = meetings(own, names_of(its)) if other.kind == kind.name else []
        if ident not in decided(its) and (met or shared[other.id]):
            score = 1.0 if shared[other.id] else met[0].score
            reasons = [*shared[other.id], *(each.reason for each in met)][:_REASONS]
            where = "/identifiers" if shared[other.id] else "/names"
            found.append(Candidate(other.id, other.kind, its["name"], score, tuple(reasons), where))
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


def _alike_by_name(store: Store, kind: Kind, own: list[str]) -> set[str]:
    if not own:
        return set()
    spans = [lengths(name) for name in own]
    bearers = defaultdict(set)
    for name, ident in names.of_length(store, kind.name, min(low for low, _ in spans), max(high for _, high in spans)):
        bearers[name].add(ident)
    close = {other for name in own for other in close_to(name, list(bearers))}
    return {ident for name in close for ident in bearers[name]}
