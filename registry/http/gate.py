"""Before each request: who asks, how much they have asked for, and whether they may; refusals are noted here."""

from collections.abc import Collection
from typing import TypeVar

from flask import Request, g, request
from flask.ctx import _AppCtxGlobals

from registry.errors import Forbidden, Unauthenticated
from registry.http.limiting import COUNTED, REFUSED, REQUESTS, Limits, headers, network, refusal
from registry.service import access, auditing
from registry.service.access import Holder
from registry.settings import Settings
from registry.store.database import Store

T = TypeVar("T")


def here(proxy: T) -> T:
    """What one of Flask's proxies stands for at present: each further look through it costs a microsecond."""
    found: T = proxy._get_current_object()  # type: ignore[attr-defined]
    return found


class Gate:
    """Lets requests of one worker process in."""

    def __init__(self, store: Store, settings: Settings, operations: Collection[str]) -> None:
        self.store, self.limits, self.operations = store, Limits(settings), operations

    def admit(self, asked: Request, kept: _AppCtxGlobals) -> None:
        """Count the request against its token, or else its address. Raises TooMany, or Unauthenticated for a bad token.

        A valid token is let in whatever else came from its address: bad ones spoil no neighbour's day. Only operations
        look at tokens; pages and addresses that lead nowhere do not.
        """
        kept.holder, kept.standings = None, []
        said = asked.environ
        address = f"address {network(said.get('REMOTE_ADDR', ''))}"
        try:
            if "HTTP_AUTHORIZATION" in said and asked.endpoint in self.operations:
                kept.holder = self._holder(said["HTTP_AUTHORIZATION"])
        except Unauthenticated as bad:
            self._spend(kept, REQUESTS, address)
            self._spend(kept, REFUSED, address)
            auditing.token_refused(self.store, bad.subject or auditing.MALFORMED, bad.reason, _request())
            raise
        self._spend(kept, REQUESTS, f"token {kept.holder.token}" if kept.holder else address)

    def forbid(self, holder: Holder, forbidden: Forbidden) -> None:
        """Note an act that the holder may not do. Raises TooMany for who tries that again and again."""
        self._spend(here(g), REFUSED, f"token {holder.token}")
        auditing.act_forbidden(self.store, holder.name, holder.token, forbidden.detail, _request())

    def said(self, kept: _AppCtxGlobals) -> list[tuple[str, str]]:
        """The header fields that tell the client where it stands."""
        return headers(kept.get("standings", []))

    def _spend(self, kept: _AppCtxGlobals, policy: str, client: str) -> None:
        counted = request.environ.get(COUNTED) if policy == REQUESTS else None
        standing, allowed = counted or self.limits.spend(policy, client)
        if standing is not None:
            kept.standings.append(standing)
            if not allowed:
                raise refusal(standing) from None

    def _holder(self, header: str) -> Holder:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("The registry takes bearer tokens only.", auditing.MALFORMED, "not a bearer token")
        return access.authenticate(self.store, token.strip())


def _request() -> auditing.Request:
    return auditing.Request(request.remote_addr or "", request.endpoint or "", g.request_id)
