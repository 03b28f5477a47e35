"""Answers as they are sent, and those that are kept ready: nothing in them is looked up, checked or quoted once more."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from threading import Lock
from typing import Any, NamedTuple

from flask import Response
from werkzeug.datastructures import Headers

POLICY = "default-src 'none'; frame-ancestors 'none'"
"""What a browser may do with an answer: nothing but show it."""
FRAMED = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""The same of a page that others may frame."""
MOST_KEPT = 32_000_000
"""How many bytes of ready answers a process keeps."""


class _Said(Headers):
    """Headers of our own making, which hold no line breaks; the server looks once more."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self._list.extend(pairs)

    def extend(self, *args: Any, **kwargs: Any) -> None:
        self._list.extend(*args)


class Answer(Response):
    """A response whose headers are sent as they stand, with the length of a body that is known.

    `said` are the headers that were given, `tag` the entity tag that the content has when it is not compressed,
    `policy` what a browser may do with it.
    """

    default_mimetype = None

    def __init__(
        self,
        content: bytes | Iterator[bytes] | None,
        status: int,
        headers: list[tuple[str, str]],
        tag: str | None = None,
        policy: str = POLICY,
    ) -> None:
        self.said, self.tag, self.policy = headers, tag, policy
        if isinstance(content, bytes):
            headers = [*headers, ("Content-Length", str(len(content)))]
        super().__init__([content] if isinstance(content, bytes) else content, status, _Said(headers))

    def get_wsgi_headers(self, environ: Any) -> Headers:
        return self.headers


class Ready(NamedTuple):
    """An answer that can be given again: its bytes, its headers, the entity tag of its content where it has one."""

    content: bytes
    headers: list[tuple[str, str]]
    tag: str | None


class Kept:
    """The ready answers of this process that were used last, by all that they depend on."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most, self._size = most, 0
        self._ready: OrderedDict[Hashable, Ready] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Ready | None:
        """The answer that was kept, or None."""
        with self._lock:
            found = self._ready.get(key)
            if found is not None:
                self._ready.move_to_end(key)
            return found

    def put(self, key: Hashable, ready: Ready) -> None:
        """Keep an answer, and let those go that have not been asked for the longest."""
        if len(ready.content) * 10 > self._most:
            return
        with self._lock:
            if key not in self._ready:
                self._ready[key] = ready
                self._size += len(ready.content) + 1000
            while self._size > self._most:
                _, gone = self._ready.popitem(last=False)
                self._size -= len(gone.content) + 1000
