"""Merging two records of one thing, undoing a wrong merge, and verifying a record."""

from registry.errors import Conflict, Fault, Gone, Invalid, Merged, Unknown
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import fingerprint, state_of
from registry.kinds.model.merging import Absorbed, absorbed, differences
from registry.service import reading
from registry.store import journal, records
from registry.store.changes import Change
from registry.store.database import Store
from registry.store.journal import deciding
from registry.store.publishing import Published, publish
from registry.store.records import Revision, Stored


@deciding
def merge(
    store: Store, loser: str, survivor: str, tags: frozenset[str] | None, by: str, why: str, *, rehearse: bool = False
) -> Published:
    """Merge a record into another, which keeps both names and whose single values stay; answers the survivor.

    The loser's address leads to the survivor from then on. Raises Stale (one of the two has changed), Conflict (one is
    merged already), Invalid (two kinds, or a record into itself), and as reading does.
    """
    changes = merge_changes(store, loser, survivor, tags)
    return publish(store, changes, by, why, rehearse=rehearse)[changes[-1].ident]


def merge_changes(store: Store, loser: str, survivor: str, tags: frozenset[str] | None) -> list[Change]:
    """The changes that a merge consists of: the loser leaves, the survivor takes in what it had."""
    lost = _losing(store, loser)
    reading.expect_version(lost, tags)
    kept = _staying(store, survivor)
    if lost.id == kept.id:
        raise Invalid("A record cannot be merged into itself.", [Fault("is the same record", "/into")])
    kind = KINDS[kept.kind]
    if lost.kind != kept.kind:
        detail = f"is {kind.a_label}, the other {KINDS[lost.kind].a_label}"
        raise Invalid("Only two records of one kind can be merged.", [Fault(detail, "/into")])
    last = records.latest(store, [lost.id, kept.id])
    made = absorbed(
        last[kept.id].document, last[lost.id].document, lost.id,
        themselves=_ids_of(store, lost.id, kept.id, last), fixed=kind.fixed,
    )  # fmt: skip
    whole = kind.read(made.document)
    return [
        Change("merge", kind, lost.id, last[lost.id].document, frozenset([lost.etag]), "merged", kept.id),
        Change("absorb", kind, kept.id, whole, frozenset([kept.etag]), seals=_seals(last[lost.id], made, whole)),
    ]


@deciding
def undo(store: Store, loser: str, by: str, why: str, *, rehearse: bool = False) -> Published:
    """Undo a merge: the loser is published again, the survivor is what it was. Answers the loser.

    Raises Conflict where the survivor has changed since, naming what; and where the record was not merged.
    """
    there = records.latest(store, [reading.known(loser)]).get(reading.known(loser))
    if there is None or there.survivor is None:
        raise Conflict(f"Record {loser} is not merged into another.")
    changes = [_restored(store, there.record)]
    batch = journal.batch_of(store, there.change)
    for change, revision in records.revisions_by_change(store, batch).items():
        if revision.record == there.survivor and change != there.change:
            changes.append(_as_before(store, revision))
    return publish(store, changes, by, why, rehearse=rehearse)[there.record]


@deciding
def verify(
    store: Store, ident: str, tags: frozenset[str] | None, by: str, why: str, *, rehearse: bool = False
) -> Published:
    """State that a record was looked at and holds: a revision that changes nothing but who verified it, and when."""
    found = reading.read(store, ident)
    reading.expect_version(found, tags)
    told = records.latest(store, [found.id])[found.id].document
    change = Change("verify", KINDS[found.kind], found.id, told, frozenset([found.etag]), verified_by=by)
    return publish(store, [change], by, why, rehearse=rehearse)[found.id]


def _losing(store: Store, ident: str) -> Stored:
    """The record that is to leave. One that is merged already is refused: a redirect would merge its survivor."""
    try:
        return reading.read(store, ident)
    except Merged as refusal:
        raise Conflict(refusal.detail, [Fault("is merged already", parameter="id")]) from None


def _staying(store: Store, ident: str) -> Stored:
    """The record that is to stay, which the body names."""
    try:
        return reading.read(store, ident)
    except (Merged, Gone, Unknown) as refusal:
        raise Conflict(refusal.detail, [Fault(refusal.detail, "/into")]) from None


def _ids_of(store: Store, lost: str, kept: str, last: dict[str, Revision]) -> set[str]:
    """All ids that lead to either of the two: their own, and those of records merged into them that they refer to."""
    said = {ident for each in last.values() for ident in KINDS[each.kind].targets(each.document)}
    return {lost, kept} | {i for i, each in records.about(store, said).items() if each.id in (lost, kept)}


def _seals(lost: Revision, made: Absorbed, whole: Document) -> dict[str, str]:
    """Passages that were verified for the record that leaves hold just as well where all their values came along."""
    before = {each["key"]: each for each in lost.document["evidence"]}
    return {
        each["key"]: fingerprint(each, whole)
        for each in whole["evidence"]
        if each["key"] in made.evidence
        and state_of(before[made.evidence[each["key"]]], lost.document, lost.seals) == "verified"
    }


def _restored(store: Store, loser: str) -> Change:
    found = records.many(store, [loser])[loser]
    told = records.latest(store, [loser])[loser].document
    return Change("restore", KINDS[found.kind], loser, told, frozenset([found.etag]))


def _as_before(store: Store, absorbing: Revision) -> Change:
    """The survivor as it was before it absorbed. Raises Conflict where it has changed since."""
    now = records.many(store, [absorbing.record])[absorbing.record]
    last = records.latest(store, [now.id])[now.id]
    faults = [
        Fault(f"was {each.get('before')!r}, is {each.get('after')!r}", each["pointer"])
        for each in differences(absorbing.document, last.document)
    ]
    if last.state != "published":
        faults.append(Fault(f"was published, is {last.state}", "/record/state"))
    if faults:
        raise Conflict(f"Record {now.id} has changed since the merge: take these changes back first.", faults[:50])
    before = records.revision(store, now.id, absorbing.version - 1)
    assert before is not None
    return Change("restore", KINDS[now.kind], now.id, before.document, frozenset([now.etag]))
