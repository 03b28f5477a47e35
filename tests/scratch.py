"""Where tests keep databases that nobody will miss: in memory where there is room, since they are copied hundreds of times."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 3 << 30


def place() -> Path:
    """A folder to make others in."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if roomy else Path(tempfile.gettempdir())


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """A new folder, removed afterwards with all that is in it."""
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=place()))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
