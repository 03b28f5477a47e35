"""Reading records and their history: ready bytes, no model objects, one statement for one record."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

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
    """One published state of a record, as the registry was told it; the moments are those of the record then."""

    record: str
    kind: str
    created_at: str
    updated_at: str
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

    @property
    def kept(self) -> Kept:
        """What the registry kept of the record then."""
        return Kept(
            self.version, self.change, self.state, self.created_at, self.updated_at, self.verified_at, self.verified_by
        )


Moment = tuple[str, int]
"""A record by its id, as it was when the journal ended with a number."""

_SHORT = "number, id, kind, state, version, change, created_at, updated_at, survivor, etag"
STORED = f"{_SHORT}, bytes"
_COLUMNS = (
    "r.id, r.kind, r.created_at, (SELECT u.at FROM journal u WHERE u.record = r.id AND u.number <= v.change "
    "AND u.act <> 'verify' ORDER BY u.number DESC LIMIT 1), v.version, v.change, j.at, j.act, j.by_whom, j.why, v.state, "
    "v.survivor, v.verified_at, v.verified_by, v.document, v.seals"
)
_REVISION = (
    f"SELECT {_COLUMNS} FROM revision v JOIN record r ON r.number = v.record JOIN journal j ON j.number = v.change"
)
_NEWEST_THEN = (
    f"WITH wanted (id, number) AS (VALUES (?)) SELECT w.number, {_COLUMNS} FROM wanted w JOIN record r ON r.id = w.id "
    "JOIN revision v ON v.record = r.number AND v.version = (SELECT x.version FROM revision x "
    "WHERE x.record = r.number AND x.change <= w.number ORDER BY x.version DESC LIMIT 1) JOIN journal j ON j.number = v.change"
)


def read(store: Store, ident: str) -> Stored | None:
    """The record with this id, in whatever state; None where there is none."""
    row = store.row(f"SELECT {STORED} FROM record WHERE id = ?", [ident])
    return stored(row) if row else None


def short(store: Store, ident: str) -> Stored | None:
    """The same without its bytes."""
    row = store.row(f"SELECT {_SHORT} FROM record WHERE id = ?", [ident])
    return Stored._make([*row, b""]) if row else None


def documents(store: Store, numbers: Iterable[int]) -> list[tuple[int, bytes]]:
    """The numbers and the bytes of those of some records that are published, in no order.

    They come as one row, as those of `Store.packed`; a character that JSON escapes parts the documents.
    """
    gathered = "group_concat(number), CAST(group_concat(bytes, x'1e') AS BLOB)"
    if not store.sqlite:
        gathered = "string_agg(number::text, ','), string_agg(bytes, '\\x1e'::bytea)"
    sql = f"SELECT {gathered} FROM record WHERE state = 'published' AND {store.among('number')}"
    row = store.row(sql, [store.as_one(numbers)])
    if row is None or row[0] is None:
        return []
    return list(zip(map(int, row[0].split(",")), bytes(row[1]).split(b"\x1e"), strict=True))


def stored(row: tuple[Any, ...]) -> Stored:
    """A row of the table as a record; PostgreSQL hands bytes out as a view."""
    return Stored._make([*row[:-1], bytes(row[-1])])


def many(store: Store, idents: Iterable[str]) -> dict[str, Stored]:
    """The records with these ids, by id; ids without a record are left out."""
    return {row[1]: stored(row) for row in store.rows_in(f"SELECT {STORED} FROM record WHERE id IN (?)", idents)}


class Standing(NamedTuple):
    """What a change of another record must know of one: whether it lives, and as what."""

    kind: str
    state: str


def standings(store: Store, idents: Iterable[str]) -> dict[str, Standing]:
    """The same in short, without bytes."""
    rows = store.rows_in("SELECT id, kind, state FROM record WHERE id IN (?)", idents)
    return {row[0]: Standing(*row[1:]) for row in rows}


def revisions(store: Store, ident: str, after: int, limit: int) -> list[Revision]:
    """The revisions of a record past a version, the oldest first."""
    sql = f"{_REVISION} WHERE r.id = ? AND v.version > ? ORDER BY v.version LIMIT ?"
    return [_revision(row) for row in store.rows(sql, [ident, after, limit])]


def revision(store: Store, ident: str, version: int) -> Revision | None:
    """One revision by its version."""
    row = store.row(f"{_REVISION} WHERE r.id = ? AND v.version = ?", [ident, version])
    return _revision(row) if row else None


def revisions_as_of(store: Store, moments: Iterable[Moment]) -> dict[Moment, Revision]:
    """The revisions that were the newest when the journal ended with a number; moments before the first are left out."""
    found = store.rows_for(_NEWEST_THEN, moments)
    return {(row[1], row[0]): _revision(row[1:]) for row in found}


def revisions_by_change(store: Store, changes: Iterable[int]) -> dict[int, Revision]:
    """The revisions that journal lines made, by the numbers of the lines."""
    found = (_revision(row) for row in store.rows_in(f"{_REVISION} WHERE v.change IN (?)", changes))
    return {each.change: each for each in found}


def latest(store: Store, idents: Iterable[str]) -> dict[str, Revision]:
    """The newest revision of records, by id."""
    sql = f"{_REVISION} WHERE v.version = r.version AND r.id IN (?)"
    return {row[0]: _revision(row) for row in store.rows_in(sql, idents)}


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


def published(store: Store, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """The published ones of the records with these numbers, in no order, each with its bytes."""
    sql = "SELECT number, bytes FROM record WHERE number IN (?) AND state = 'published'"
    return ((number, bytes(each)) for number, each in store.rows_in(sql, numbers))


def served_after(store: Store, last: str, kinds: Sequence[str], limit: int) -> list[tuple[str, bytes]]:
    """The ids past one of the published records, in order, each with its bytes."""
    narrowed = f"AND kind IN ({', '.join('?' * len(kinds))}) " if kinds else ""
    sql = f"SELECT id, bytes FROM record WHERE id > ? AND state = 'published' {narrowed}ORDER BY id LIMIT ?"
    return [(row[0], bytes(row[1])) for row in store.rows(sql, (last, *kinds, limit))]


def counts(store: Store) -> dict[str, int]:
    """The number of published records of each kind."""
    return dict(store.rows("SELECT kind, COUNT(*) FROM record WHERE state = 'published' GROUP BY kind"))


def _revision(row: tuple[Any, ...]) -> Revision:
    *plain, document, seals = row
    return Revision._make([*plain, json.loads(document), json.loads(seals)])
