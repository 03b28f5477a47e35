"""The journal: one line for each revision, in the one order that all readers see, each line sealed to the last."""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from registry.kinds.model.documents import Document
from registry.store.database import Store

P = ParamSpec("P")
R = TypeVar("R")


_HEAD = "SELECT number, at, digest FROM journal_head WHERE one = 1"


@dataclass
class Line:
    """One line: which revision came when, by whom, why.

    `batch` is the number of the first line of the same transaction; `rendered` are the records whose bytes the change
    altered besides its own; `content` is the digest of all that the revision holds.
    """

    act: str
    record: str
    kind: str
    version: int
    by: str
    why: str
    number: int = 0
    at: str = ""
    batch: int = 0
    rendered: list[str] = field(default_factory=list)
    content: str = ""


@dataclass
class Head:
    """Where the journal ends within the present transaction."""

    number: int
    at: str
    digest: str


def now() -> str:
    """The present moment in UTC, to the microsecond."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def begin(store: Store) -> Head:
    """Take the next number: the first statement of each writing transaction, and the lock that orders them.

    No number is lost, since a transaction that is rolled back gives it back; no moment is before the last one.
    """
    moment = now()
    row = store.row(
        "UPDATE journal_head SET number = number + 1, at = CASE WHEN at > ? THEN at ELSE ? END WHERE one = 1 "
        "RETURNING number - 1, at, digest",
        [moment, moment],
    )
    assert row is not None
    return Head(*row)


def hold(store: Store) -> None:
    """Keep every writer waiting until the transaction ends, without taking a number."""
    store.change("UPDATE journal_head SET number = number WHERE one = 1")


def deciding(act: Callable[Concatenate[Store, P], R]) -> Callable[Concatenate[Store, P], R]:
    """An act that decides by what it reads, and then writes: no other writer comes between."""

    @wraps(act)
    def decided(store: Store, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with store.writing():
            hold(store)
            return act(store, *args, **kwargs)

    return decided


def write(store: Store, head: Head, lines: list[Line]) -> None:
    """Append the lines, numbered from `head`, and move the head to the last of them."""
    last, rows = head.digest, []
    for line in lines:
        last = digest_after(last, line)
        rows.append((line.number, line.batch, line.at, line.act, line.record, line.kind, line.version, line.by, line.why,
                     json.dumps(line.rendered), line.content, last))  # fmt: skip
    store.change_many("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    store.change("UPDATE journal_head SET number = ?, digest = ? WHERE one = 1", [lines[-1].number, last])


def digest_of_revision(
    document: Document, state: str, survivor: str | None, verified_at: str | None, verified_by: str | None,
    seals: Mapping[str, str],
) -> str:  # fmt: skip
    """What a line says of all that its revision holds."""
    held = {
        "document": document, "state": state, "survivor": survivor, "verified_at": verified_at, "verified_by": verified_by,
        "seals": dict(seals),
    }  # fmt: skip
    return hashlib.sha256(canonical(held).encode()).hexdigest()


def canonical(document: Document) -> str:
    """The one text of a document that digests are taken of and equality is told by."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_after(last: str, line: Line) -> str:
    """The digest of a line: SHA-256 over the digest of the line before it and all that the line says.

    Everything that goes into it is published with the feed, so that whoever follows can check each line.
    """
    said = [last, line.number, line.batch, line.at, line.act, line.record, line.kind, line.version, line.by, line.why,
            line.rendered, line.content]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def present(store: Store) -> Head:
    """Where the journal ends now: published with the feed, so that nobody can shorten or rewrite it unseen."""
    row = store.remembered(_HEAD)
    assert row is not None
    return Head(*row)


def head(store: Store) -> int:
    """The number of the last line; 0 in an empty registry."""
    return present(store).number


def known_head(store: Store) -> int | None:
    """The number of the last line if it is known without asking the database, else None."""
    row = store.recalled(_HEAD)
    return None if row is None else int(row[0])


def reach(store: Store) -> int:
    """The number of the last line, asked of the database whatever is known."""
    row = store.row("SELECT number FROM journal_head WHERE one = 1")
    assert row is not None
    return int(row[0])


def altered(store: Store, after: int, most: int) -> list[int] | None:
    """The numbers of the records whose bytes the lines past a number altered; None where there are `most` lines or more."""
    found = store.rows("SELECT record, rendered FROM journal WHERE number > ? LIMIT ?", (after, most))
    if len(found) == most:
        return None
    idents = {ident for record, rest in found for ident in (record, *json.loads(rest))}
    return [row[0] for row in store.rows_in("SELECT number FROM record WHERE id IN (?)", idents)]


def end_of_batch(store: Store, number: int) -> int:
    """The number of the last line of the transaction that a line belongs to: nobody ever saw less of it."""
    row = store.row(
        "SELECT MAX(o.number) FROM journal o WHERE o.batch = (SELECT j.batch FROM journal j WHERE j.number = ?)",
        [number],
    )
    return int(row[0]) if row and row[0] is not None else number


def ends_of_batches(store: Store, batches: Iterable[int]) -> dict[int, int]:
    """The number of the last line of each transaction, by that of its first."""
    sql = "SELECT batch, MAX(number) FROM journal WHERE batch IN (?) GROUP BY batch"
    return dict(store.rows_in(sql, set(batches)))


def batch_of(store: Store, number: int) -> list[int]:
    """The numbers of all lines of the transaction that a line belongs to."""
    sql = "SELECT o.number FROM journal o WHERE o.batch = (SELECT j.batch FROM journal j WHERE j.number = ?)"
    return [row[0] for row in store.rows(sql, [number])]


def lines(store: Store, after: int, limit: int, kinds: Sequence[str] = ()) -> list[tuple[Line, str]]:
    """The lines past a number, with their digests, in order; only those that changed or rendered a record of `kinds`."""
    narrowed, values = (f"AND {_touching(store, kinds)} ", [*kinds, *kinds]) if kinds else ("", [])
    rows = store.rows(
        "SELECT act, record, kind, version, by_whom, why, number, at, batch, rendered, document, digest FROM journal j "
        f"WHERE number > ? {narrowed}ORDER BY number LIMIT ?",
        (after, *values, limit),
    )
    return [(_line(*row[:-1]), row[-1]) for row in rows]


def _line(
    act: str, record: str, kind: str, version: int, by: str, why: str, number: int, at: str, batch: int, rendered: str,
    content: str,
) -> Line:  # fmt: skip
    return Line(act, record, kind, version, by, why, number, at, batch, json.loads(rendered), content)


def _touching(store: Store, kinds: Sequence[str]) -> str:
    """The condition that a line changed a record of some kinds, or rendered one again."""
    each = "json_each(j.rendered) e" if store.sqlite else "json_array_elements_text(j.rendered::json) AS e (value)"
    some = ", ".join("?" * len(kinds))
    return (
        f"(kind IN ({some}) OR rendered <> '[]' AND EXISTS "
        f"(SELECT 1 FROM {each} JOIN record r ON r.id = e.value WHERE r.kind IN ({some})))"
    )
