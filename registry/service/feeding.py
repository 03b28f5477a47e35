"""The journal as a feed that can be resumed: what changed, in the one order that all readers see; and what was then."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from registry.errors import Conflict, Unknown
from registry.kinds.model.documents import Document
from registry.service import reading
from registry.store import checking, journal, records
from registry.store.database import Store
from registry.store.history import Past
from registry.store.journal import Line
from registry.store.records import Moment, Revision

LONGEST_WAIT = 25
MOST_DOCUMENTS = 2000
"""A page with documents ends before it would hold more of them, unless its first line alone does."""

_PAUSE = 0.2
_WAITING = threading.BoundedSemaphore(4)
"""How many requests of one process may wait at once; the threads that remain answer the others."""
_BEGINNING = "0" * 32

Found = list[tuple[Line, str]]
"""Lines of the journal, each with its digest."""


class Feed(NamedTuple):
    """Some lines of the journal, the position behind them, whether there are more, and where the journal ends."""

    items: list[Document]
    position: int
    more: bool
    head: int
    digest: str
    registry: str


def changes(
    store: Store, after: int, limit: int, *, kinds: Sequence[str] = (), documents: bool = False, wait: int = 0,
    registry: str | None = None,
) -> Feed:  # fmt: skip
    """The lines past a number, oldest first; `wait` holds the answer up to so many seconds for the first to come.

    Raises Unknown for a position that the journal has not reached, Conflict where it is one of another registry.
    """
    own = identity(store)
    if registry is not None and registry != own and after > 0:
        raise Conflict(f"This is the registry {own}; the position is one of {registry}. Begin again with a snapshot.")
    if after > journal.head(store):
        raise Unknown(
            f"The journal has not reached {after}: the position is one of another registry, or from the future."
        )
    reached, found = _awaited(store, after, limit + 1, kinds, wait)
    lines = found[:limit]
    ends = journal.ends_of_batches(store, {line.batch for line, _ in lines}) if documents else {}
    if documents:
        lines = _not_too_many(lines)
    more = len(lines) < len(found)
    position = lines[-1][0].number if more else max([reached, *(line.number for line, _ in lines[-1:])])
    head = journal.present(store)
    return Feed(_items(store, lines, ends), position, more, head.number, head.digest, own)


def newest(store: Store, limit: int) -> Feed:
    """The last lines of the journal, oldest first."""
    return changes(store, max(0, journal.head(store) - limit), limit)


def identity(store: Store) -> str:
    """What tells this registry from every other, whatever its records: the digest of its first journal line."""
    first = journal.lines(store, 0, 1)
    return first[0][1][:32] if first else _BEGINNING


def export(store: Store, moment: str | None, kinds: Sequence[str] = ()) -> tuple[int, Iterator[bytes]]:
    """The journal number, and every published record as it is, or as it was then, in the order of ids."""
    if moment is None:
        return journal.head(store), _served(store, kinds)
    change = reading.as_of(store, moment)
    return change, _as_they_were(store, change, kinds)


def check(store: Store) -> tuple[int, str]:
    """Go through the whole journal. Answers its length and last digest. Raises Conflict at the first line that is wrong."""
    last, number = "", 0
    while found := journal.lines(store, number, 1000):
        made = records.revisions_by_change(store, [line.number for line, _ in found])
        for line, digest in found:
            if line.number != number + 1:
                raise Conflict(f"Journal line {number + 1} is missing.")
            last, number = journal.digest_after(last, line), line.number
            if digest != last:
                raise Conflict(f"Journal line {number} is not as it was written.")
            if line.number not in made or not _is_of(line, made[line.number]):
                raise Conflict(f"The revision of journal line {number} is not as it was written.")
    head = journal.present(store)
    if (head.number, head.digest) != (number, last):
        raise Conflict(f"The journal ends at {number}, but its head says {head.number}.")
    for fault in checking.faults(store):
        raise Conflict(fault)
    return number, last


def _is_of(line: Line, made: Revision) -> bool:
    held = journal.digest_of_revision(
        made.document, made.state, made.survivor, made.verified_at, made.verified_by, made.seals
    )
    return (line.record, line.kind, line.version, line.content) == (made.record, made.kind, made.version, held)


def _awaited(store: Store, after: int, limit: int, kinds: Sequence[str], wait: int) -> tuple[int, Found]:
    """Lines past a number, and how far the journal was searched; between looks nothing of the database is held."""
    until, reached = time.monotonic() + min(wait, LONGEST_WAIT), after
    waits = wait > 0 and _WAITING.acquire(blocking=False)
    try:
        while True:
            head = journal.head(store)
            found = journal.lines(store, reached, limit, kinds) if head > reached else []
            reached = max(reached, head)
            if found or not waits or time.monotonic() >= until:
                return reached, found
            time.sleep(_PAUSE)
    finally:
        if waits:
            _WAITING.release()


def _not_too_many(lines: Found) -> Found:
    held = 0
    for place, (line, _) in enumerate(lines):
        held += 1 + len(line.rendered)
        if held > MOST_DOCUMENTS and place:
            return lines[:place]
    return lines


def _items(store: Store, lines: Found, ends: dict[int, int]) -> list[Document]:
    """The lines as they are answered; with documents where the ends of their transactions are given."""
    made = records.revisions_by_change(store, [line.number for line, _ in lines])
    before = records.revisions_as_of(store, [(line.record, line.number - 1) for line, _ in lines if line.version > 1])
    past = Past(store, [moment for line, _ in lines if ends for moment in _shown(line, made[line.number], ends)])
    items = []
    for line, digest in lines:
        item = _item(line, digest, made[line.number], before.get((line.record, line.number - 1)))
        places = {line.record: item} | {each["id"]: each for each in item["rendered"]}
        for ident, end in _shown(line, made[line.number], ends) if ends else ():
            places[ident]["document"] = past.document((ident, end))
        items.append(item)
    return items


def _shown(line: Line, made: Revision, ends: dict[int, int]) -> list[Moment]:
    """The records of which a line shows the document, as they were when its transaction ended."""
    own = [line.record] if made.state == "published" else []
    return [(ident, ends[line.batch]) for ident in (*own, *line.rendered)]


def _item(line: Line, digest: str, made: Revision, before: Revision | None) -> Document:
    item: Document = {
        "number": line.number, "batch": line.batch, "at": line.at, "act": line.act,
        "record": {"id": line.record, "kind": line.kind}, "version": line.version, "state": made.state,
        "by": line.by, "why": line.why, "content": line.content, "digest": digest,
        "differences": reading.changed(before, made) if before else [],
        "rendered": [{"id": ident} for ident in line.rendered],
    }  # fmt: skip
    return item | ({"survivor": made.survivor} if made.survivor else {})


def _served(store: Store, kinds: Sequence[str]) -> Iterator[bytes]:
    last = ""
    while found := records.served_after(store, last, kinds, 200):
        yield from (each for _, each in found)
        last = found[-1][0]


def _as_they_were(store: Store, change: int, kinds: Sequence[str]) -> Iterator[bytes]:
    last = ""
    while idents := records.ids_after(store, last, change, kinds, 200):
        past = Past(store, [(ident, change) for ident in idents])
        for ident in idents:
            then = past.revision((ident, change))
            if then is not None and then.state == "published":
                yield json.dumps(past.document((ident, change)), ensure_ascii=False, separators=(",", ":")).encode()
        last = idents[-1]
