"""What must hold of a set of changes before it is made: targets exist, identifiers are free, nobody is left dangling."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from registry.errors import Conflict, Fault, Invalid
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.store import records
from registry.store.database import Store

if TYPE_CHECKING:
    from registry.store.publishing import Change

LIVE = ("published", "merged")
"""States of records that others may refer to: a merged one is spoken of as its survivor."""


def check(store: Store, changes: Sequence["Change"]) -> None:
    """Raise Conflict, or Invalid, for the first thing that does not hold."""
    published = [change for change in changes if change.state == "published"]
    _targets(store, published, {change.ident: change for change in changes})
    _sources(store, published)
    _identifiers(store, published, {change.ident for change in changes})
    _referrers(store, changes)
    _citations(store, changes)


def _targets(store: Store, published: Sequence["Change"], made: Mapping[str, "Change"]) -> None:
    wanted = {ident for change in published for ident in change.kind.targets(change.document)}
    there = records.standings(store, wanted - set(made))
    for change in published:
        for ident in sorted(change.kind.targets(change.document)):
            state = made[ident].state if ident in made else there[ident].state if ident in there else None
            if state not in LIVE:
                said = "is not in the registry" if state is None else "was withdrawn"
                fault = Fault(f"{ident} {said}", _pointer_to(change.document, ident))
                raise Conflict(f"Record {ident} {said}.", [fault])
    kinds = {i: KINDS[each.kind] for i, each in there.items()} | {i: change.kind for i, change in made.items()}
    for change in published:
        faults = list(change.kind.misdirected(change.document, kinds))
        if faults:
            raise Invalid(f"The {change.kind.label} refers to a record that cannot stand there.", faults)


def _sources(store: Store, published: Sequence["Change"]) -> None:
    made = {pair for change in published for pair in change.kind.identifiers(change.document)}
    cited = {("source-key", key) for change in published for key in _cited(change.document)}
    known = records.by_identifier(store, cited - made)
    for change in published:
        for at, entry in enumerate(change.document["evidence"]):
            pair = ("source-key", entry.get("source", ""))
            if pair in cited and pair not in made and pair not in known:
                detail = f"no source has the key '{pair[1]}': register the source first"
                raise Conflict("Evidence cites an unknown source.", [Fault(detail, f"/evidence/{at}/source")])


def _identifiers(store: Store, published: Sequence["Change"], changing: set[str]) -> None:
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
                raise Conflict("An identifier belongs to one record only.", [Fault(detail, "/identifiers")])


def _referrers(store: Store, changes: Sequence["Change"]) -> None:
    """A record is withdrawn only when no live record refers to it any more."""
    leaving = [change.ident for change in changes if change.state == "withdrawn"]
    made = {change.ident: change for change in changes}
    sql = (
        "SELECT DISTINCT s.id, t.id FROM reference f JOIN record t ON t.number = f.target "
        "JOIN record s ON s.number = f.source WHERE t.id IN (?)"
    )
    for referrer, target in store.rows_in(sql, leaving):
        stays = made.get(referrer)
        refers = stays is None or (stays.state == "published" and target in stays.kind.targets(stays.document))
        if referrer != target and refers:
            detail = f"Record {target} is still referred to by {referrer}: change or withdraw that first."
            raise Conflict(detail, [Fault(f"{referrer} refers to {target}", parameter="id")])


def _citations(store: Store, changes: Sequence["Change"]) -> None:
    """A source leaves only when no evidence cites it by its key any more."""
    made = {change.ident: change for change in changes}
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
            raise Conflict(f"The source '{key}' is still cited.", [Fault(detail, parameter="id")])


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
