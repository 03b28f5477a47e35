"""JSON Lines: one document to a line, newlines between and at the end."""

from collections.abc import Iterable, Iterator

CHUNK = 200
"""How many documents are joined into one piece of the stream."""


def written(documents: Iterable[bytes]) -> Iterator[bytes]:
    """The documents as a stream of lines, some hundreds at a time."""
    batch: list[bytes] = []
    for document in documents:
        batch.append(document)
        if len(batch) == CHUNK:
            yield b"\n".join(batch) + b"\n"
            batch = []
    if batch:
        yield b"\n".join(batch) + b"\n"
