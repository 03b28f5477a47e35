"""The administrative journal: accounts, tokens and refusals, one line each, sealed to the last like the public one."""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import peewee

from registry.kinds.model.documents import Document
from registry.store.database import Store
from registry.store.journal import canonical, now


class Line(NamedTuple):
    """One line: who did what to which account or token, or was refused."""

    number: int
    at: str
    by: str
    act: str
    subject: str
    detail: Document
    digest: str


class End(NamedTuple):
    """Where the journal ends: the number and digest of its last line."""

    number: int
    digest: str


class Pen:
    """Writes lines in the transaction of the acts that they tell of."""

    def __init__(self, store: Store, at: str, end: End) -> None:
        self.store, self.at, self.end = store, at, end

    def write(self, by: str, act: str, subject: str, detail: Document) -> None:
        """Append a line."""
        unsealed = Line(self.end.number + 1, self.at, by, act, subject, detail, "")
        self.end = End(unsealed.number, digest_after(self.end.digest, unsealed))
        self.store.change(
            "INSERT INTO admin_journal VALUES (?, ?, ?, ?, ?, ?, ?)",
            [self.end.number, self.at, by, act, subject, canonical(detail), self.end.digest],
        )
        self.store.change("UPDATE admin_head SET number = ?, digest = ? WHERE one = 1", self.end)


@contextmanager
def writing(store: Store) -> Iterator[Pen]:
    """One transaction for an act and its lines: it begins with the lock that puts all such acts in one order."""
    moment = now()
    with store.writing():
        row = store.row(
            "UPDATE admin_head SET at = CASE WHEN at > ? THEN at ELSE ? END WHERE one = 1 RETURNING at, number, digest",
            [moment, moment],
        )
        assert row is not None
        yield Pen(store, row[0], End(*row[1:]))


def write_alone(store: Store, by: str, act: str, subject: str, detail: Document) -> None:
    """Append a line that tells of a refusal. Where it cannot be kept the log says so: the refusal stands all the same."""
    try:
        with writing(store) as pen:
            pen.write(by, act, subject, detail)
    except peewee.PeeweeException:
        logging.getLogger("registry").exception("the administrative journal could not be written: %s %s", act, subject)


def lines(store: Store, after: int, limit: int) -> list[Line]:
    """The lines past a number, in order."""
    rows = store.rows(
        "SELECT number, at, by_whom, act, subject, detail, digest FROM admin_journal WHERE number > ? "
        "ORDER BY number LIMIT ?",
        [after, limit],
    )
    return [
        Line(number, at, by, act, subject, json.loads(detail), digest)
        for number, at, by, act, subject, detail, digest in rows
    ]


def end(store: Store) -> End:
    """Where the journal ends now."""
    row = store.row("SELECT number, digest FROM admin_head WHERE one = 1")
    assert row is not None
    return End(*row)


def digest_after(last: str, line: Line) -> str:
    """The digest of a line: SHA-256 over the digest of the line before it and all that the line says."""
    said = [last, line.number, line.at, line.by, line.act, line.subject, canonical(line.detail)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
