"""Whether anything was committed to a SQLite database since, told without a statement.

The wal-index, which all processes that have a database open share, begins with a header that every commit changes: a count
of changes, the length of the log, and checksums. It stands there twice, so that a reader sees when it is just being
written (https://www.sqlite.org/walformat.html#walidxfmt). Where it is as it was, nothing was committed in between.
"""

import mmap
import os
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import ClassVar

_COPY = 48


class _Header:
    """The header of a wal-index, mapped. Whoever maps it keeps it: see `let_go`.

    Closing any descriptor of a file drops all locks that the process has on it (POSIX), those of SQLite's own connections
    among them; another process would then take itself for the first, and empty the file.
    """

    held: ClassVar[list["_Header"]] = []

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        _Header.held.append(self)
        self.map = mmap.mmap(self._descriptor, 2 * _COPY, access=mmap.ACCESS_READ)

    def _is_gone(self) -> bool:
        """Whether SQLite has removed the file, which it does when nobody has the database open: no lock is left to lose."""
        try:
            there = Path(self._path).stat()
        except FileNotFoundError:
            return True
        return not os.path.samestat(there, os.fstat(self._descriptor))

    @classmethod
    def let_go(cls) -> None:
        """Close what can be closed, of all that this process has mapped."""
        for each in [each for each in cls.held if each._is_gone()]:
            cls.held.remove(each)  # the map closes with whoever looks at it last
            os.close(each._descriptor)


class Commits:
    """The header of a database's wal-index, mapped by this process.

    A connection is kept beside it, since SQLite removes the file with the last one. After a fork both are made anew: a
    connection is of no use in another process, and must not be closed there either.
    """

    def __init__(self, path: str) -> None:
        self._path, self._lock = path, Lock()
        self._process = 0
        self._header: _Header | None = None
        self._keeper: sqlite3.Connection | None = None
        self._inherited: list[sqlite3.Connection] = []

    def stamp(self) -> bytes | None:
        """What the next commit changes; None where it cannot be told, or a commit is under way."""
        if self._process != os.getpid():
            self._open()
        header = self._header
        if header is None:
            return None
        first, second = header.map[:_COPY], header.map[_COPY : 2 * _COPY]
        return first if first == second else None

    def _open(self) -> None:
        with self._lock:
            if self._process == os.getpid():
                return
            if self._keeper is not None:
                self._inherited.append(self._keeper)
                self._keeper, self._header = None, None
            try:
                self._keeper, logged = _keeper(self._path)
            except sqlite3.Error:  # whoever asks for more than this is told why
                return
            shared = f"{self._path}-shm"
            self._header = _Header(shared) if logged and Path(shared).exists() else None
            self._process = os.getpid()

    def close(self) -> None:
        """Let go of the file, so that nobody of this process has the database open."""
        with self._lock:
            self._process, self._header = 0, None
            if self._keeper is not None:
                self._keeper.close()
                self._keeper = None
            _Header.let_go()


def _keeper(path: str) -> tuple[sqlite3.Connection, bool]:
    """A connection that has read something, and whether the database has a write-ahead log."""
    with ExitStack() as unless_read:
        keeper = sqlite3.connect(path, check_same_thread=False)
        unless_read.callback(keeper.close)
        (mode,) = keeper.execute("PRAGMA journal_mode").fetchone()
        keeper.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
        unless_read.pop_all()
    return keeper, mode == "wal"
