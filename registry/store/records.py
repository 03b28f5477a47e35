"""Reading records and their history: ready bytes, no model objects, one statement for one record."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import About, Kept
from registry.store.database import Store


class Stored(NamedTuple):
    """One record as it is served; `survivor` is the record that it was merged into."""

    number: int
    id: str
    kind: str
    state: str
    version: int
    change: int
    created_at: str
    updated_at: str
    survivor: str | None
    etag: str
    bytes: bytes


class Revision(NamedTuple):
    """One published state of a record, as the registry was told it."""

    record: str
    version: int
    change: int
    at: str
    act: str
    by: str
    why: str
    state: str
    survivor: str | None
    verified_at: str | None
    verified_by: str | None
    document: Document
    seals: Mapping[str, str]

    def kept(self, created_at: str, updated_at: str) -> Kept:
        """What the registry kept of the record then."""
        return Kept(self.version, self.change, self.state, created_at, updated_at, self.verified_at, self.verified_by)


STORED = "number, id, kind, state, version, change, created_at, updated_at, survivor, etag, bytes"
_REVISION = (
    "SELECT r.id, v.version, v.change, j.at, j.act, j.by_whom, j.why, v.state, v.survivor, v.verified_at, v.verified_by, "
    "v.document, v.seals FROM revision v JOIN record r ON r.number = v.record JOIN journal j ON j.number = v.change"
)


def read(store: Store, ident: str) -> Stored | None:
    """The record with this id, in whatever state; None where there is none."""
    row = store.row(f"SELECT {STORED} FROM record WHERE id = ?", [ident])
    return stored(row) if row else None


def stored(row: tuple[Any, ...]) -> Stored:
    """A row of the table as a record; PostgreSQL hands bytes out as a view."""
    return Stored._make([*row[:-1], bytes(row[-1])])


def many(store: Store, idents: Iterable[str]) -> dict[str, Stored]:
    """The records with these ids, by id; ids without a record are left out."""
    return {row[1]: stored(row) for row in store.rows_in(f"SELECT {STORED} FROM record WHERE id IN (?)", idents)}


def revisions(store: Store, ident: str, after: int, limit: int) -> list[Revision]:
    """The revisions of a record past a version, the oldest first."""
    sql = f"{_REVISION} WHERE r.id = ? AND v.version > ? ORDER BY v.version LIMIT ?"
    return [_revision(row) for row in store.rows(sql, [ident, after, limit])]


def revision(store: Store, ident: str, version: int) -> Revision | None:
    """One revision by its version."""
    row = store.row(f"{_REVISION} WHERE r.id = ? AND v.version = ?", [ident, version])
    return _revision(row) if row else None


def revision_as_of(store: Store, ident: str, change: int) -> Revision | None:
    """The revision that was the newest when the journal ended with `change`."""
    sql = f"{_REVISION} WHERE r.id = ? AND v.change <= ? ORDER BY v.change DESC LIMIT 1"
    row = store.row(sql, [ident, change])
    return _revision(row) if row else None


def revisions_by_change(store: Store, changes: Iterable[int]) -> dict[int, Revision]:
    """The revisions that journal lines made, by the numbers of the lines."""
    found = (_revision(row) for row in store.rows_in(f"{_REVISION} WHERE v.change IN (?)", changes))
    return {each.change: each for each in found}


def latest(store: Store, idents: Iterable[str]) -> dict[str, Revision]:
    """The newest revision of records, by id."""
    sql = f"{_REVISION} WHERE v.version = r.version AND r.id IN (?)"
    return {row[0]: _revision(row) for row in store.rows_in(sql, idents)}


def updated_as_of(store: Store, ident: str, change: int) -> str:
    """When the content of a record last changed, as far as the journal had come; verifying it is no change of it."""
    sql = "SELECT MAX(at) FROM journal WHERE record = ? AND number <= ? AND act <> 'verify'"
    row = store.row(sql, [ident, change])
    return str(row[0]) if row else ""


def change_at(store: Store, moment: str) -> int:
    """The number of the last journal line at or before a moment; 0 before the first."""
    row = store.row("SELECT COALESCE(MAX(number), 0) FROM journal WHERE at <= ?", [moment])
    return int(row[0]) if row else 0


def about(store: Store, idents: Iterable[str]) -> dict[str, About]:
    """What others need to know of records to name them, by id; a merged record is spoken of as its survivor."""
    sql = (
        "SELECT r.id, t.id, t.kind, t.name, t.lifecycle FROM record r JOIN record t ON t.id = COALESCE(r.survivor, r.id) "
        "WHERE r.id IN (?)"
    )
    return {row[0]: About(*row[1:]) for row in store.rows_in(sql, idents)}


def about_as_of(store: Store, idents: Iterable[str], change: int) -> dict[str, About]:
    """The same as it was when the journal ended with `change`."""
    found: dict[str, About] = {}
    for ident in idents:
        then, seen = revision_as_of(store, ident, change), {ident}
        while then is not None and then.survivor is not None and then.survivor not in seen:
            seen.add(then.survivor)
            then = revision_as_of(store, then.survivor, change)
        if then is not None:
            found[ident] = _about_then(store, then, change)
    return found


def _about_then(store: Store, then: Revision, change: int) -> About:
    kind = KINDS[_kind_of(store, then.record)]
    named = about_as_of(store, kind.naming(then.document), change)
    return kind.about_of(then.document, then.record, named)


def _kind_of(store: Store, ident: str) -> str:
    row = store.row("SELECT kind FROM record WHERE id = ?", [ident])
    assert row is not None
    return str(row[0])


def reason_of_last(store: Store, ident: str) -> str:
    """Why a record was last changed."""
    row = store.row("SELECT why FROM journal WHERE record = ? ORDER BY number DESC LIMIT 1", [ident])
    return str(row[0]) if row else ""


def by_identifier(store: Store, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Which live record has an identifier: its id, by pair of scheme and value."""
    wanted = set(pairs)
    sql = "SELECT i.scheme, i.value, r.id FROM identifier i JOIN record r ON r.number = i.record WHERE i.value IN (?)"
    found = {(scheme, value): ident for scheme, value, ident in store.rows_in(sql, {value for _, value in wanted})}
    return {pair: ident for pair, ident in found.items() if pair in wanted}


def ids_after(store: Store, last: str, change: int, kinds: Sequence[str], limit: int) -> list[str]:
    """The ids past one of the records that existed when the journal ended with `change`, in order."""
    narrowed = f"AND r.kind IN ({', '.join('?' * len(kinds))}) " if kinds else ""
    sql = (
        "SELECT r.id FROM record r JOIN revision v ON v.record = r.number AND v.version = 1 "
        f"WHERE r.id > ? AND v.change <= ? {narrowed}ORDER BY r.id LIMIT ?"
    )
    return [row[0] for row in store.rows(sql, (last, change, *kinds, limit))]


def numbered(store: Store, numbers: Iterable[int]) -> list[Stored]:
    """The records with these numbers, in no order."""
    return [stored(row) for row in store.rows_in(f"SELECT {STORED} FROM record WHERE number IN (?)", numbers)]


def counts(store: Store) -> dict[str, int]:
    """The number of published records of each kind."""
    return dict(store.rows("SELECT kind, COUNT(*) FROM record WHERE state = 'published' GROUP BY kind"))


def _revision(row: tuple[Any, ...]) -> Revision:
    *plain, document, seals = row
    return Revision._make([*plain, json.loads(document), json.loads(seals)])
