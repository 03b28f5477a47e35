"""Whose turn it is to write to a SQLite database, among the processes that have it open.

SQLite lets whoever waits for a writer sleep, longer each time, up to a tenth of a second: with several processes writing, some
wait for long while the database is free. Here they wait at a lock of a file beside it, and look every millisecond. It is a
courtesy: who has waited in vain asks SQLite all the same, and that decides.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK = 0.001


@contextmanager
def turn(path: Path, patience: float) -> Iterator[bool]:
    """Hold the lock of a file, for which is waited some seconds at most; tells whether it is held.

    A process that ends lets go of it, however it ends.
    """
    descriptor = _opened(path)
    if descriptor is None:
        yield False
        return
    try:
        yield _taken(descriptor, time.monotonic() + patience)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int | None:
    """The file, which need not be writable: somebody else may have made it; None where not even that is allowed."""
    try:
        return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return None


def _taken(descriptor: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(_LOOK)
        else:
            return True
