"""Answers as they are sent, and those that are kept ready: nothing in them is looked up, checked or quoted once more."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Response
from werkzeug.datastructures import Headers

from registry.http.conditional import current
from registry.http.parameters import IF_NONE_MATCH, read_header

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

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

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "HEAD" or not isinstance(self.response, list):
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        return self.response


class Ready(NamedTuple):
    """An answer that can be given again: its bytes, its headers, the entity tag of its content where it has one, its policy.

    Without bytes it is known only whether a client has it already.
    """

    content: bytes | None
    headers: list[tuple[str, str]]
    tag: str | None
    policy: str

    def known(self, header: str | None) -> str | None:
        """The tag by which a client has the answer already, as its If-None-Match says. Raises BadQuery for a malformed one."""
        asked = read_header(IF_NONE_MATCH, header) if self.tag else None
        return current(asked, self.tag) if asked and self.tag else None


def asked_by(said: Mapping[str, Any], change: int) -> Hashable:
    """All that a ready answer depends on: where the journal ends, and what the request says (its WSGI environment)."""
    return (
        change, said.get("PATH_INFO"), said.get("QUERY_STRING"), said.get("HTTP_ACCEPT"), said.get("HTTP_ACCEPT_ENCODING"),
    )  # fmt: skip


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
        if _size(ready) * 10 > self._most:
            return
        with self._lock:
            before = self._ready.pop(key, None)
            self._ready[key] = ready
            self._size += _size(ready) - (_size(before) if before else 0)
            while self._size > self._most:
                _, gone = self._ready.popitem(last=False)
                self._size -= _size(gone)


def _size(ready: Ready) -> int:
    return len(ready.content or b"") + 1000
