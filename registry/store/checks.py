"""What must hold of a set of changes before it is made.

Targets exist, identifiers are free, no new record bears the name of another, and nobody is left dangling.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from registry.errors import Candidate, Conflict, Duplicate, Fault, Invalid, Refusal
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import Kind, chosen_name
from registry.kinds.model.likeness import decided, meetings, names_of
from registry.store import names, records
from registry.store.changes import Change
from registry.store.database import Store

LIVE = ("published", "merged")
"""States of records that others may refer to: a merged one is spoken of as its survivor."""


class Objection(NamedTuple):
    """One thing that does not hold of what is to become of a record, and the sort of refusal that it is.

    `candidate` is the record that a new one may be already; `target` the one that is missing.
    """

    record: str
    detail: str
    fault: Fault
    sort: type[Refusal] = Conflict
    candidate: Candidate | None = None
    target: str | None = None


def check(store: Store, changes: Sequence[Change]) -> None:
    """Raise Conflict for all that does not hold, Invalid where no state would allow it.

    Duplicate is raised where that is only that new records may be there already.
    """
    found = list(objections(store, changes))
    for sort in (Conflict, Invalid):
        against = [each for each in found if each.sort is sort]
        if against:
            raise sort(against[0].detail, [each.fault for each in against])
    if found:
        raise Duplicate(found[0].detail, [c for each in found if (c := each.candidate)], [each.fault for each in found])


def objections(store: Store, changes: Sequence[Change]) -> Iterator[Objection]:
    """Everything that does not hold of the changes, each with the place and the record that it is about."""
    published = [change for change in changes if change.state == "published"]
    made = {change.ident: change for change in changes}
    yield from _targets(store, published, made)
    yield from _sources(store, published)
    yield from _identifiers(store, published, set(made))
    yield from _referrers(store, changes, made)
    yield from _citations(store, changes, made)
    yield from _names(store, published, made)


def unfixed(kind: Kind, before: Document, after: Document) -> list[Fault]:
    """The members that keep their first value for ever, and are to have another."""
    return [
        Fault(f"stays {before[name]!r} for ever", f"/{name}")
        for name in kind.fixed
        if name in before and after.get(name) != before[name]
    ]


def _targets(store: Store, published: Sequence[Change], made: Mapping[str, Change]) -> Iterator[Objection]:
    wanted = {ident for change in published for ident in change.kind.targets(change.document)}
    there = records.standings(store, wanted - set(made))
    for change in published:
        for ident in sorted(change.kind.targets(change.document)):
            state = made[ident].state if ident in made else there[ident].state if ident in there else None
            if state not in LIVE:
                said = "is not in the registry" if state is None else "was withdrawn"
                where = _pointer_to(change.document, ident)
                fault = Fault(f"{ident} {said}", where)
                yield Objection(change.ident, f"Record {ident} {said}.", fault, target=ident)
    kinds = {i: KINDS[each.kind] for i, each in there.items()} | {i: change.kind for i, change in made.items()}
    for change in published:
        if change.kind.targets(change.document) <= set(kinds):
            for fault in change.kind.misdirected(change.document, kinds):
                detail = f"The {change.kind.label} refers to a record that cannot stand there."
                yield Objection(change.ident, detail, fault, Invalid)


def _sources(store: Store, published: Sequence[Change]) -> Iterator[Objection]:
    made = {pair for change in published for pair in change.kind.identifiers(change.document)}
    cited = {("source-key", key) for change in published for key in _cited(change.document)}
    known = records.by_identifier(store, cited - made)
    for change in published:
        for at, entry in enumerate(change.document["evidence"]):
            pair = ("source-key", entry.get("source", ""))
            if pair in cited and pair not in made and pair not in known:
                detail = f"no source has the key '{pair[1]}': register the source first"
                fault = Fault(detail, f"/evidence/{at}/source")
                yield Objection(change.ident, "Evidence cites an unknown source.", fault)


def _identifiers(store: Store, published: Sequence[Change], changing: set[str]) -> Iterator[Objection]:
    """One scheme and value belongs to one live record."""
    claimed: dict[tuple[str, str], str] = {}
    known = records.by_identifier(store, {p for change in published for p in change.kind.identifiers(change.document)})
    for change in published:
        for pair in sorted(change.kind.identifiers(change.document)):
            holder = claimed.setdefault(pair, change.ident)
            other = known.get(pair, change.ident)
            if holder == change.ident and other not in changing:
                holder = other
            if holder != change.ident:
                detail = f"{pair[0]} {pair[1]} belongs to record {holder} already"
                fault = Fault(detail, "/identifiers")
                yield Objection(change.ident, "An identifier belongs to one record only.", fault)


def _referrers(store: Store, changes: Sequence[Change], made: Mapping[str, Change]) -> Iterator[Objection]:
    """A record is withdrawn only when no live record refers to it any more."""
    leaving = [change.ident for change in changes if change.state == "withdrawn"]
    sql = (
        "SELECT DISTINCT s.id, t.id FROM reference f JOIN record t ON t.number = f.target "
        "JOIN record s ON s.number = f.source WHERE t.id IN (?)"
    )
    for referrer, target in store.rows_in(sql, leaving):
        stays = made.get(referrer)
        refers = stays is None or (stays.state == "published" and target in stays.kind.targets(stays.document))
        if referrer != target and refers:
            detail = f"Record {target} is still referred to by {referrer}: change or withdraw that first."
            yield Objection(target, detail, Fault(f"{referrer} refers to {target}", parameter="id"))


def _names(store: Store, published: Sequence[Change], made: Mapping[str, Change]) -> Iterator[Objection]:
    """A new record bears no name of another of its kind, unless somebody decided that it is another one.

    Names are looked for before as well, and more kindly; here nobody can come between the look and the deed.
    """
    new = [change for change in published if change.act == "create" and change.kind.matched and not change.reviewed]
    among = _bearers_among(published) if new else {}
    for change in new:
        own = names_of(change.document)
        alike = {ident for idents in names.bearers(store, change.kind.name, own).values() for ident in idents} - set(
            made
        )
        alike |= {
            ident
            for name in own
            for ident in among[change.kind.name, name]
            if _is_asked_about(change, made[ident], made)
        }
        others = alike - names.settled(store, change.document)
        there = {each.id: json.loads(each.bytes) for each in records.many(store, others).values()}
        for ident in sorted(others):
            document = made[ident].document if ident in made else there[ident]
            met = [each for each in meetings(own, names_of(document)) if each.score == 1]
            shown = chosen_name(document) or ident
            candidate = Candidate(ident, change.kind.name, shown, 1.0, tuple(each.reason for each in met))
            fault = Fault(f"may be {ident} ({shown}): {'; '.join(candidate.reasons)}", "/names")
            detail = f"There is a {change.kind.label} of this name already."
            yield Objection(change.ident, detail, fault, Duplicate, candidate)


def _bearers_among(published: Sequence[Change]) -> dict[tuple[str, str], list[str]]:
    """Which of the changing records are to bear a name, by kind and name."""
    found = defaultdict(list)
    for change in published:
        for name in names_of(change.document):
            found[change.kind.name, name].append(change.ident)
    return found


def _is_asked_about(new: Change, other: Change, made: Mapping[str, Change]) -> bool:
    """Whether a new record is held against another of the same set: of two new ones, the later against the earlier."""
    if other is new or new.ident in decided(other.document):
        return False
    order = list(made)
    return other.act != "create" or order.index(other.ident) < order.index(new.ident)


def _citations(store: Store, changes: Sequence[Change], made: Mapping[str, Change]) -> Iterator[Objection]:
    """A source leaves only when no evidence cites it by its key any more."""
    leaving = {
        change.document["key"]: change for change in changes if change.state != "published" and "key" in change.document
    }
    sql = (
        "SELECT t.low, r.id FROM term t JOIN record r ON r.number = t.record WHERE t.field = 'source' AND t.low IN (?)"
    )
    for key, citing in sorted(store.rows_in(sql, leaving)):
        stays = made.get(citing)
        cites = stays is None or (stays.state == "published" and key in _cited(stays.document))
        if cites and citing != leaving[key].ident:
            detail = f"Evidence of {citing} cites '{key}': let it cite another source first."
            fault = Fault(detail, parameter="id")
            yield Objection(leaving[key].ident, f"The source '{key}' is still cited.", fault)


def _cited(document: Document) -> set[str]:
    return {each["source"] for each in document["evidence"] if "source" in each}


def _pointer_to(document: Document, ident: str) -> str:
    """Where a document refers to a record."""
    for name in ("relations", "distinct_from"):
        for at, member in enumerate(document.get(name, [])):
            if member.get("target", {}).get("id") == ident:
                return f"/{name}/{at}/target/id"
    for name in ("subject", "relative_to"):
        if document.get(name, {}).get("target", {}).get("id") == ident:
            return f"/{name}/target/id"
    return "/stated_by/id" if document.get("stated_by", {}).get("id") == ident else "/cautions"
