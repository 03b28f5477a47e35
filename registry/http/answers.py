"""Answers as they are sent, and those that are kept ready: nothing in them is looked up, checked or quoted once more."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from threading import Lock
from typing import Any, NamedTuple

from flask import Response
from werkzeug.datastructures import Headers

from registry.http.conditional import current
from registry.http.parameters import IF_NONE_MATCH, read_header

POLICY = "default-src 'none'; frame-ancestors 'none'"
"""What a browser may do with an answer: nothing but show it."""
FRAMED = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""The same of a page that others may frame."""
MOST_KEPT = 32_000_000
"""How many bytes of ready answers a process keeps."""
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "ETag, Idempotent-Replay, Link, Location, Retry-After, RateLimit, RateLimit-Policy, Registry-Change, Registry-Id, X-Request-Id",
    ),
    ("Vary", "Accept, Accept-Encoding"),
)
"""Headers that every answer has."""
TO_BE_ASKED_AGAIN = ("Cache-Control", "max-age=0, must-revalidate")


def unchanged(known: str) -> list[tuple[str, str]]:
    """The headers for a client that has the answer already, by this tag."""
    return [("ETag", f'"{known}"'), TO_BE_ASKED_AGAIN]


def always(policy: str, request_id: str) -> list[tuple[str, str]]:
    """The headers that every answer has, with what a browser may do with it and the name of its request."""
    return [("X-Request-Id", request_id), *ALWAYS, ("Content-Security-Policy", policy)]


class _Said(Headers):
    """Headers of our own making, which hold no line breaks; the server looks once more."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self._list.extend(pairs)

    def extend(self, *args: Any, **kwargs: Any) -> None:
        self._list.extend(*args)


class Made(NamedTuple):
    """An answer: its status, its bytes (or a stream of them, or none), its headers but for what every answer has.

    `tag` is the entity tag that the content has when it is not compressed, `policy` what a browser may do with it. Answers
    that are kept are of status 200, with bytes, or of 304: then it is known only whether a client has it already.
    """

    status: int
    content: bytes | Iterator[bytes] | None
    headers: list[tuple[str, str]]
    tag: str | None = None
    policy: str = POLICY

    def given(self, header: str | None) -> "Made | None":
        """The answer once more, as If-None-Match asks for it; None where it has to be made. Raises BadQuery."""
        asked = read_header(IF_NONE_MATCH, header) if self.tag else None
        known = current(asked, self.tag) if asked and self.tag else None
        if known:
            return Made(304, None, unchanged(known), self.tag)
        return self if self.status == 200 else None

    def told(self) -> list[tuple[str, str]]:
        """Its headers, with the length of a content that is known."""
        content = self.content
        return [*self.headers, ("Content-Length", str(len(content)))] if isinstance(content, bytes) else self.headers


class Answer(Response):
    """An answer as Flask takes it; its headers are sent as they stand."""

    default_mimetype = None

    def __init__(self, made: Made) -> None:
        self.policy, content = made.policy, made.content
        super().__init__([content] if isinstance(content, bytes) else content, made.status, _Said(made.told()))

    def get_wsgi_headers(self, environ: Any) -> Headers:
        return self.headers


def asked_by(said: Mapping[str, Any], change: int) -> Hashable:
    """All that a ready answer depends on: where the journal ends, and what the request says (its WSGI environment)."""
    return (
        change, said.get("PATH_INFO"), said.get("QUERY_STRING"), said.get("HTTP_ACCEPT"), said.get("HTTP_ACCEPT_ENCODING"),
    )  # fmt: skip


class Kept:
    """The ready answers of this process that were used last, by all that they depend on."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most, self._size = most, 0
        self._ready: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = Lock()

    def given(self, said: Mapping[str, Any], change: int) -> Made | None:
        """What is kept for a request, as its If-None-Match asks for it, or None. Raises BadQuery."""
        key = asked_by(said, change)
        with self._lock:
            found = self._ready.get(key)
            if found is None:
                return None
            self._ready.move_to_end(key)
        return found.given(said.get("HTTP_IF_NONE_MATCH"))

    def put(self, key: Hashable, ready: Made) -> None:
        """Keep an answer, and let those go that have not been asked for the longest."""
        if _size(ready) * 10 > self._most:
            return
        with self._lock:
            before = self._ready.pop(key, None)
            self._ready[key] = ready
            self._size += _size(ready) - (_size(before) if before else 0)
            while self._size > self._most:
                _, gone = self._ready.popitem(last=False)
                self._size -= _size(gone)


def _size(ready: Made) -> int:
    return 1000 + (len(ready.content) if isinstance(ready.content, bytes) else 0)
