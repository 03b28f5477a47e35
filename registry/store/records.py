"""Reading records and their history: ready bytes, no model objects, one statement for one record."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import About
from registry.store.database import Store


class Stored(NamedTuple):
    """One record as it is served."""

    number: int
    id: str
    kind: str
    state: str
    version: int
    change: int
    created_at: str
    updated_at: str
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
    document: Document
    seals: Mapping[str, str]


STORED = "number, id, kind, state, version, change, created_at, updated_at, etag, bytes"
_REVISION = (
    "SELECT j.record, v.version, v.change, j.at, j.act, j.by_whom, j.why, v.state, v.document, v.seals "
    "FROM revision v JOIN record r ON r.number = v.record JOIN journal j ON j.number = v.change"
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


def latest(store: Store, numbers: Iterable[int]) -> dict[int, tuple[Document, dict[str, str]]]:
    """The newest document and seals of records, by number."""
    sql = (
        "SELECT v.record, v.document, v.seals FROM revision v JOIN record r ON r.number = v.record "
        "AND r.version = v.version WHERE v.record IN (?)"
    )
    return {number: (json.loads(text), json.loads(seals)) for number, text, seals in store.rows_in(sql, numbers)}


def change_at(store: Store, moment: str) -> int:
    """The number of the last journal line at or before a moment; 0 before the first."""
    row = store.row("SELECT COALESCE(MAX(number), 0) FROM journal WHERE at <= ?", [moment])
    return int(row[0]) if row else 0


def about(store: Store, idents: Iterable[str]) -> dict[str, About]:
    """What others need to know of records to name them, by id."""
    sql = "SELECT id, kind, name, lifecycle FROM record WHERE id IN (?)"
    return {row[0]: About(*row[1:]) for row in store.rows_in(sql, idents)}


def about_as_of(store: Store, idents: Iterable[str], change: int) -> dict[str, About]:
    """The same as it was when the journal ended with `change`."""
    found = about(store, idents)
    then = {ident: revision_as_of(store, ident, change) for ident in found}
    return {
        ident: KINDS[found[ident].kind].about_of(was.document, found[ident].name, found) if was else found[ident]
        for ident, was in then.items()
    }


def withdrawal_reason(store: Store, ident: str) -> str:
    """Why a record was withdrawn."""
    row = store.row("SELECT why FROM journal WHERE record = ? ORDER BY number DESC LIMIT 1", [ident])
    return str(row[0]) if row else ""


def by_identifier(store: Store, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Which live record has an identifier: its id, by pair of scheme and value."""
    wanted = set(pairs)
    sql = "SELECT i.scheme, i.value, r.id FROM identifier i JOIN record r ON r.number = i.record WHERE i.value IN (?)"
    found = {(scheme, value): ident for scheme, value, ident in store.rows_in(sql, {value for _, value in wanted})}
    return {pair: ident for pair, ident in found.items() if pair in wanted}


def _revision(row: tuple[Any, ...]) -> Revision:
    *plain, document, seals = row
    return Revision._make([*plain, json.loads(document), json.loads(seals)])


def counts(store: Store) -> dict[str, int]:
    """The number of published records of each kind."""
    return dict(store.rows("SELECT kind, COUNT(*) FROM record WHERE state = 'published' GROUP BY kind"))
