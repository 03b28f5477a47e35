"""The database behind the registry: SQLite or PostgreSQL, one connection kept per thread, one writer at a time."""

import fcntl
import json
import threading
from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import peewee
from playhouse.db_url import parse as parse_url

from registry.errors import Unavailable
from registry.store.commits import Commits
from registry.store.turns import turn

BATCH = 500
"""How many rows go in one statement."""

_LOCK_NUMBER = 7_294_113_021
_PATIENCE = 10
"""How many seconds a writer waits for another process's."""
FAILURES = (peewee.OperationalError, peewee.InterfaceError)
"""What statements raise while the database is busy or away; see `is_passing`."""

# Synchronous in full: what was answered is on the disk, even if the power fails a moment later.
_PRAGMAS = {"journal_mode": "wal", "synchronous": "full", "cache_size": -32000, "mmap_size": 1 << 30, "temp_store": 2}


def marks(values: Sized) -> str:
    """A question mark for each of the values."""
    return ", ".join("?" * len(values))


class Store:
    """A database that speaks the same SQL on both engines: `?` for values, text compared bytewise."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.database = _sqlite(url) if self.sqlite else _postgresql(url)
        path = url.removeprefix("sqlite:///")
        self._file = path if self.sqlite and path != ":memory:" else None
        self._commits = Commits(self._file) if self._file else None
        self._remembered: dict[str, tuple[bytes, tuple[Any, ...] | None]] = {}
        self._writer = threading.RLock()
        self.patience: float = _PATIENCE

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        return list(self._run(sql, values).fetchall())

    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement one by one, for those that are many."""
        cursor = self._run(sql, values)
        while rows := cursor.fetchmany(BATCH):
            yield from rows

    def packed(self, columns: Sequence[str], sql: str, values: Sequence[Any] = ()) -> list[Sequence[Any]]:
        """The rows of a statement that answers these columns, in no order; for those that are many.

        They come as one row: at each row of its own the threads of the process would have to agree whose turn it is.
        """
        packed = f"json_group_array(json_array({', '.join(columns)}))"
        if not self.sqlite:
            packed = f"json_agg(json_build_array({', '.join(columns)}))::text"
        row = self.row(f"SELECT {packed} FROM ({sql}) AS found", values)
        return json.loads(row[0]) if row and row[0] else []

    def among(self, column: str) -> str:
        """The condition that a column is one of many numbers, which are given as one value by `as_one`."""
        return f"{column} IN (SELECT value FROM json_each(?))" if self.sqlite else f"{column} = ANY(?)"

    def as_one(self, numbers: Iterable[int]) -> Any:
        """Many numbers as the one value that `among` takes."""
        return str(list(numbers)) if self.sqlite else list(numbers)

    def remembered(self, sql: str) -> tuple[Any, ...] | None:
        """The first row of a statement without values, asked once between any two commits where these can be told."""
        stamp = self.stamp()
        known = self._remembered.get(sql)
        if stamp is not None and known is not None and known[0] == stamp:
            return known[1]
        row = self.row(sql)
        if stamp is not None:
            self._remembered[sql] = stamp, row
        return row

    def recalled(self, sql: str) -> tuple[Any, ...] | None:
        """The same as far as nothing need be asked, else None."""
        known = self._remembered.get(sql)
        return known[1] if known is not None and known[0] == self.stamp() else None

    def stamp(self) -> bytes | None:
        """What every commit changes, told without a statement; None where it cannot be told, and in a transaction."""
        return None if self._commits is None or self.database.in_transaction() else self._commits.stamp()

    def row(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a statement, or None."""
        found: tuple[Any, ...] | None = self._run(sql, values).fetchone()
        return found

    def change(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run a statement that changes rows; answers how many."""
        return int(self._run(sql, values).rowcount)

    def change_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        rows = list(rows)
        if rows:
            self.database.cursor().executemany(self._dialect(sql), rows)

    def rows_in(self, sql: str, keys: Iterable[Any], more: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement whose first `IN (?)` is asked for many keys, some hundreds at a time.

        `more` are the values of the question marks that come after it.
        """
        wanted = list(keys)
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            yield from self.rows(sql.replace("IN (?)", f"IN ({', '.join('?' * len(part))})", 1), [*part, *more])

    def rows_for(self, sql: str, keys: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement whose one `VALUES (?)` is given many rows of keys, some hundreds at a time."""
        wanted = list(keys)
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            row = f"({', '.join('?' * len(part[0]))})"
            yield from self.rows(
                sql.replace("VALUES (?)", f"VALUES {', '.join([row] * len(part))}"), [v for key in part for v in key]
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction that holds the writer's lock of this process, then the database's own."""
        with self._writer:
            outermost = not self.database.in_transaction()
            if outermost and not self.sqlite:
                self.rows("SELECT 1")  # connects anew where the server was away: within a transaction that is too late
            with self._turn() if outermost else nullcontext(), self.database.atomic():
                if outermost and not self.sqlite:
                    self.rows("SELECT set_config('lock_timeout', ?, true)", [f"{self.patience}s"])
                yield

    def _turn(self) -> AbstractContextManager[object]:
        """The turn of this process among those that write to a file; PostgreSQL lets writers stand in line itself."""
        return turn(Path(self._file + ".turn"), self.patience) if self._file else nullcontext()

    def note(self, sql: str, values: Sequence[Any] = ()) -> bool:
        """Run a small write that may be left out: it waits for no other writer and never fails. Whether it was made."""
        if not self._writer.acquire(blocking=False):
            return False
        try:
            if self.sqlite:
                self.change("PRAGMA busy_timeout = 0")
                return self.change(sql, values) > 0
            with self.database.atomic():
                self.change("SET LOCAL lock_timeout = 50")
                return self.change(sql, values) > 0
        except peewee.PeeweeException:
            return False
        finally:
            if self.sqlite:
                self.change(f"PRAGMA busy_timeout = {int(self.patience * 1000)}")
            self._writer.release()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold off every other process that asks for the same, for what is done once at the start."""
        if not self.sqlite:
            self.rows("SELECT pg_advisory_lock(?)", [_LOCK_NUMBER])
            try:
                yield
            finally:
                self.rows("SELECT pg_advisory_unlock(?)", [_LOCK_NUMBER])
        elif self._file is None:
            yield
        else:
            with Path(self._file + ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield

    def close(self) -> None:
        """Close this thread's connection, and that by which commits are told; the latter is opened again when asked for."""
        self.database.close()
        if self._commits:
            self._commits.close()

    def is_passing(self, failure: BaseException) -> bool:
        """Whether a failure may be gone when it is tried again: the database is busy, or cannot be reached."""
        return isinstance(failure, FAILURES) and (not self.sqlite or "locked" in str(failure) or "busy" in str(failure))

    def _run(self, sql: str, values: Sequence[Any]) -> Any:
        try:
            return self.database.execute_sql(self._dialect(sql), values)
        except (peewee.InterfaceError, peewee.OperationalError):
            if self.sqlite or self.database.in_transaction():
                raise
            self.database.close()
            return self.database.execute_sql(self._dialect(sql), values)

    def _dialect(self, sql: str) -> str:
        return sql if self.sqlite else sql.replace("%", "%%").replace("?", "%s")


def _sqlite(url: str) -> peewee.SqliteDatabase:
    path = url.removeprefix("sqlite:///")
    if path != ":memory:":
        try:
            Path(path).absolute().parent.mkdir(parents=True, exist_ok=True)
            with Path(path).open("ab"):
                pass
        except OSError as reason:
            raise Unavailable(f"The database {path} cannot be written: {reason.strerror}: {reason.filename}.") from None
    return peewee.SqliteDatabase(path, pragmas=_PRAGMAS, timeout=_PATIENCE, lock_type="IMMEDIATE")


def _postgresql(url: str) -> peewee.PostgresqlDatabase:
    options = parse_url(url)
    return peewee.PostgresqlDatabase(options.pop("database"), prefer_psycopg3=True, **options)
