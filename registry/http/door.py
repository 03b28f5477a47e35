"""The door: what any client may ask, and gets without ado, is answered here, before Flask is asked; all else is let through."""

import os
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.routing import Map, MapAdapter

from registry.http.answering import Answering
from registry.http.answers import Kept, Made, always
from registry.http.limiting import COUNTED, REQUESTS, Limits, headers, network
from registry.store import journal
from registry.store.database import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATUSES = {each.value: f"{each.value} {each.phrase.upper()}" for each in HTTPStatus}


class Door:
    """A WSGI application around another that answers what follows the journal, ready or made on the spot.

    Requests count against the same limits as behind it. What is refused is refused behind it, by one who can say why: bad
    tokens, parameters and headers, records that are not there, clients that have asked for too much.
    """

    def __init__(
        self, behind: "WSGIApplication", routes: Map, answerings: Mapping[str, Answering], store: Store, limits: Limits,
        kept: Kept,
    ) -> None:  # fmt: skip
        self._behind, self._routes, self._answerings = behind, routes, answerings
        self._fixed = {
            each.rule: each.endpoint
            for each in routes.iter_rules()
            if each.methods and "GET" in each.methods and not each.arguments
        }
        self._store, self._limits, self._kept = store, limits, kept

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        change = journal.known_head(self._store) if self._is_plain(environ) else None
        if change is None:
            return self._behind(environ, start_response)
        environ[COUNTED] = standing, allowed = self._limits.spend(
            REQUESTS, f"address {network(environ.get('REMOTE_ADDR', ''))}"
        )
        try:
            made = self._made(environ, change) if allowed else None
        except Exception:  # whatever it is, it happens behind the door again
            made = None
        if made is None:
            return self._behind(environ, start_response)
        told = [*made.told(), *always(made.policy, os.urandom(16).hex()), *headers([standing] if standing else [])]
        start_response(STATUSES[made.status], told)
        return [made.content] if isinstance(made.content, bytes) else made.content or []

    @staticmethod
    def _is_plain(said: "WSGIEnvironment") -> bool:
        return said["REQUEST_METHOD"] == "GET" and "HTTP_AUTHORIZATION" not in said

    def _made(self, said: "WSGIEnvironment", change: int) -> Made | None:
        """The answer; None where it is not for this to give. Raises whatever comes in the way."""
        ready = self._kept.given(said, change)
        if ready:
            return ready
        path = said["PATH_INFO"].encode("latin1").decode(errors="replace")
        found, values = self._found(path)
        answering = self._answerings.get(found)
        if answering is None or answering.operation.role or not answering.operation.follows_journal:
            return None
        return answering.anew(said, dict(values), None, change)

    def _found(self, path: str) -> tuple[str, Mapping[str, str]]:
        """The operation that a path names, and what it says of it. Raises what Werkzeug raises where there is none."""
        fixed = self._fixed.get(path)
        return (fixed, {}) if fixed else MapAdapter(self._routes, "", "/", "", "http", path, "GET").match()
