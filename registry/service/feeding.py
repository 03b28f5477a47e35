"""The journal as a feed that can be resumed: what changed, in the one order that all readers see."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from registry.errors import Conflict, Unknown
from registry.kinds.model.documents import Document
from registry.kinds.model.merging import differences
from registry.service import reading
from registry.store import journal, records
from registry.store.database import Store
from registry.store.journal import Line
from registry.store.records import Revision

LONGEST_WAIT = 25
_PAUSE = 0.25


class Feed(NamedTuple):
    """Some lines of the journal, where it ends, and the digest of its last line."""

    items: list[Document]
    head: int
    digest: str
    registry: str
    more: bool


def changes(
    store: Store, after: int, limit: int, *, kinds: Sequence[str] = (), documents: bool = False, wait: int = 0,
    registry: str | None = None,
) -> Feed:  # fmt: skip
    """The lines past a number, oldest first; `wait` holds the answer up to so many seconds for the first to come.

    Raises Unknown for a position that the journal has not reached, Conflict where it is one of another registry.
    """
    own = identity(store)
    if registry is not None and registry != own:
        raise Conflict(f"This is the registry {own}; the position is one of {registry}. Begin again with a snapshot.")
    if after > journal.head(store):
        raise Unknown(
            f"The journal has not reached {after}: the position is one of another registry, or from the future."
        )
    found = _awaited(store, after, limit + 1, kinds, wait)
    head = journal.present(store)
    made = records.revisions_by_change(store, [line.number for line, _ in found[:limit]])
    items = [_item(store, line, digest, made[line.number], documents=documents) for line, digest in found[:limit]]
    return Feed(items, head.number, head.digest, own, len(found) > limit)


def identity(store: Store) -> str:
    """What tells this registry from every other, whatever its records: the digest of its first journal line."""
    first = journal.lines(store, 0, 1)
    return first[0][1][:32] if first else "0" * 32


def export(store: Store, moment: str | None, kinds: Sequence[str] = ()) -> tuple[int, Iterator[bytes]]:
    """The journal number, and every published record as it was then, in the order of ids."""
    change = reading.as_of(store, moment) if moment else journal.head(store)
    return change, _exported(store, change, kinds)


def check(store: Store) -> tuple[int, str]:
    """Go through the whole journal. Answers its length and last digest. Raises Conflict at the first line that is wrong."""
    last, number = "", 0
    while found := journal.lines(store, number, 1000):
        made = records.revisions_by_change(store, [line.number for line, _ in found])
        for line, digest in found:
            if line.number != number + 1:
                raise Conflict(f"Journal line {number + 1} is missing.")
            last = journal.digest_after(last, line)
            if digest != last or line.number not in made:
                raise Conflict(f"Journal line {line.number} is not as it was written.")
            if journal.digest_of_document(made[line.number].document) != line.document:
                raise Conflict(f"The revision of journal line {line.number} is not as it was written.")
            number = line.number
    head = journal.present(store)
    if (head.number, head.digest) != (number, last):
        raise Conflict(f"The journal ends at {number}, but its head says {head.number}.")
    return number, last


def _awaited(store: Store, after: int, limit: int, kinds: Sequence[str], wait: int) -> list[tuple[Line, str]]:
    until = time.monotonic() + min(wait, LONGEST_WAIT)
    while True:
        found = journal.lines(store, after, limit, kinds)
        if found or time.monotonic() >= until:
            return found
        time.sleep(_PAUSE)


def _item(store: Store, line: Line, digest: str, made: Revision, *, documents: bool) -> Document:
    item: Document = {
        "number": line.number, "batch": line.batch, "at": line.at, "act": line.act,
        "record": {"id": line.record, "kind": line.kind}, "version": line.version, "state": made.state,
        "by": line.by, "why": line.why, "digest": digest,
    }  # fmt: skip
    if made.survivor:
        item["survivor"] = made.survivor
    before = records.revision(store, line.record, line.version - 1) if line.version > 1 else None
    item["differences"] = _differences(before, made)
    item["rendered"] = [{"id": ident} for ident in line.rendered]
    if documents:
        change = journal.end_of_batch(store, line.number)
        if made.state == "published":
            item["document"] = _document(store, line.record, change)
        for each in item["rendered"]:
            each["document"] = _document(store, each["id"], change)
    return item


def _differences(before: Revision | None, made: Revision) -> list[Document]:
    if before is None:
        return []
    changed = list(differences(before.document, made.document))
    if before.state != made.state:
        changed.append({"pointer": "/record/state", "before": before.state, "after": made.state})
    return changed


def _document(store: Store, ident: str, change: int) -> Document:
    there, then = records.read(store, ident), records.revision_as_of(store, ident, change)
    assert there is not None and then is not None
    return reading.served_then(store, there, then, change)


def _exported(store: Store, change: int, kinds: Sequence[str]) -> Iterator[bytes]:
    last = ""
    while idents := records.ids_after(store, last, change, kinds, 200):
        for ident in idents:
            there, then = records.read(store, ident), records.revision_as_of(store, ident, change)
            if there is not None and then is not None and then.state == "published":
                document = reading.served_then(store, there, then, change)
                yield json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        last = idents[-1]
