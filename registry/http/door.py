"""The door: what is ready is answered here, before Flask is asked; all else is let through to it."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from registry.errors import BadQuery
from registry.http.answers import Kept, Ready, always, asked_by, unchanged
from registry.http.limiting import REQUESTS, Limits, headers, network
from registry.store import journal
from registry.store.database import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Door:
    """A WSGI application around another that answers what is ready.

    Requests count against the same limits as behind it. What is refused is refused behind it: bad tokens and headers, and
    clients that have asked for too much.
    """

    def __init__(self, behind: "WSGIApplication", store: Store, limits: Limits, kept: Kept) -> None:
        self._behind, self._store, self._limits, self._kept = behind, store, limits, kept

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        ready = self._ready(environ)
        answer = ready and self._answer(ready, environ.get("HTTP_IF_NONE_MATCH"))
        if not ready or not answer:
            return self._behind(environ, start_response)
        standing, allowed = self._limits.spend(REQUESTS, f"address {network(environ.get('REMOTE_ADDR', ''))}")
        if not allowed:
            return self._behind(environ, start_response)
        status, told, content = answer
        told = [*told, *always(ready.policy, os.urandom(16).hex()), *headers([standing] if standing else [])]
        start_response(status, told)
        return content

    def _ready(self, said: "WSGIEnvironment") -> Ready | None:
        if said["REQUEST_METHOD"] != "GET" or "HTTP_AUTHORIZATION" in said:
            return None
        change = journal.known_head(self._store)
        return None if change is None else self._kept.get(asked_by(said, change))

    @staticmethod
    def _answer(ready: Ready, header: str | None) -> tuple[str, list[tuple[str, str]], list[bytes]] | None:
        """The status, the headers and the bytes; None where these have to be made, or the client is mistaken."""
        try:
            known = ready.known(header)
        except BadQuery:
            return None
        if known:
            return "304 NOT MODIFIED", unchanged(known), []
        if ready.content is None:
            return None
        return "200 OK", [*ready.headers, ("Content-Length", str(len(ready.content)))], [ready.content]
