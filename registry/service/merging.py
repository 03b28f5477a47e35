"""Merging two records of one thing, undoing a wrong merge, and verifying a record."""

from registry.errors import Conflict, Fault, Invalid
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.merging import absorbed, differences
from registry.service import reading
from registry.store import journal, records
from registry.store.database import Store
from registry.store.journal import deciding
from registry.store.publishing import Change, Published, publish


@deciding
def merge(
    store: Store, loser: str, survivor: str, tags: frozenset[str] | None, by: str, why: str, *, rehearse: bool = False
) -> Published:
    """Merge a record into another, which keeps both names and whose single values stay; answers the survivor.

    The loser's address leads to the survivor from then on. Raises Stale (the loser has changed), Invalid (two kinds,
    or a record into itself), and as reading does.
    """
    changes = merge_changes(store, loser, survivor, tags)
    return publish(store, changes, by, why, rehearse=rehearse)[changes[-1].ident]


def merge_changes(store: Store, loser: str, survivor: str, tags: frozenset[str] | None) -> list[Change]:
    """The changes that a merge consists of: the loser leaves, the survivor takes in what it had."""
    lost, kept = reading.read(store, loser), reading.read(store, survivor)
    if lost.kind != kept.kind or lost.id == kept.id:
        detail = (
            "is the same record"
            if lost.id == kept.id
            else f"is a {KINDS[kept.kind].label}, the other a {KINDS[lost.kind].label}"
        )
        raise Invalid("Only two records of one kind can be merged.", [Fault(detail, "/into")])
    last = records.latest(store, [lost.id, kept.id])
    kind = KINDS[kept.kind]
    whole = kind.read(
        _without_each_other(absorbed(last[kept.id].document, last[lost.id].document, lost.id), lost.id, kept.id)
    )
    return [
        Change("merge", kind, lost.id, last[lost.id].document, tags, "merged", kept.id),
        Change("absorb", kind, kept.id, whole, frozenset([kept.etag])),
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
    told = records.latest(store, [found.id])[found.id].document
    change = Change("verify", KINDS[found.kind], found.id, told, tags, verified_by=by)
    return publish(store, [change], by, why, rehearse=rehearse)[found.id]


def _restored(store: Store, loser: str) -> Change:
    found = records.many(store, [loser])[loser]
    told = records.latest(store, [loser])[loser].document
    return Change("restore", KINDS[found.kind], loser, told, frozenset([found.etag]))


def _as_before(store: Store, absorbing: records.Revision) -> Change:
    """The survivor as it was before it absorbed. Raises Conflict where it has changed since."""
    now = records.many(store, [absorbing.record])[absorbing.record]
    last = records.latest(store, [now.id])[now.id]
    changed = list(differences(absorbing.document, last.document))
    if changed or last.state != "published":
        faults = [
            Fault(f"was {each.get('before')!r}, is {each.get('after')!r}", each["pointer"]) for each in changed[:50]
        ]
        raise Conflict(f"Record {now.id} has changed since the merge: take these changes back first.", faults)
    before = records.revision(store, now.id, absorbing.version - 1)
    assert before is not None
    return Change("restore", KINDS[now.kind], now.id, before.document, frozenset([now.etag]))


def _without_each_other(document: Document, lost: str, kept: str) -> Document:
    """What the two said of one another no longer makes sense."""
    for name in ("relations", "distinct_from"):
        document[name] = [m for m in document[name] if m.get("target", {}).get("id") not in (lost, kept)]
    return document
