"""Who may write: bearer tokens of 256 random bits, shown once and kept as digests."""

import datetime
import hashlib
import hmac
import secrets
import zlib
from typing import NamedTuple

from registry.errors import Forbidden, Unauthenticated, Unknown
from registry.store import journal, tokens
from registry.store.database import Store
from registry.store.tokens import Token

ROLES = ("reader", "officer", "reviewer", "curator", "administrator")
"""The roles, each allowed what the ones before it are."""

PATTERN = r"prt_[0-9a-f]{12}_[A-Za-z0-9_-]{43}_[0-9a-f]{8}"
"""What a token looks like: prefix, id, secret, checksum."""


class Holder(NamedTuple):
    """Who acts: a name for the journal, and a role."""

    name: str
    role: str


def issue(store: Store, holder: str, role: str, days: int | None = None) -> str:
    """A new token, as text that is shown this once; it ends after so many days, or never."""
    ident, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    body = f"prt_{ident}_{secret}"
    text = f"{body}_{zlib.crc32(body.encode()):08x}"
    expires = None
    if days is not None:
        expires = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)).strftime(
            "%Y-%m-%dT%H:%M:%S.%fZ"
        )
    with store.writing():
        tokens.add(store, Token(ident, _digest(text), holder, role, journal.now(), expires, None))
    return text


def authenticate(store: Store, text: str) -> Holder:
    """Who bears this token. Raises Unauthenticated where it is unknown, revoked or expired, never saying which."""
    parts = text.split("_")
    token = tokens.find(store, parts[1]) if len(parts) >= 4 else None
    sound = token is not None and hmac.compare_digest(token.digest, _digest(text))
    if token is None or not sound or token.revoked_at or (token.expires_at and token.expires_at <= journal.now()):
        raise Unauthenticated("The token is not valid: it is unknown, revoked or expired.")
    return Holder(token.holder, token.role)


def require(holder: Holder | None, role: str) -> Holder:
    """The holder, if the role suffices. Raises Unauthenticated or Forbidden."""
    if holder is None:
        raise Unauthenticated("This needs a bearer token.")
    if not reaches(holder, role):
        raise Forbidden(f"This needs the role of a {role}; the token has that of a {holder.role}.")
    return holder


def reaches(holder: Holder, role: str) -> bool:
    """Whether somebody may do what a role may."""
    return ROLES.index(holder.role) >= ROLES.index(role)


def revoke(store: Store, ident: str) -> None:
    """End a token. Raises Unknown where there is none to end."""
    with store.writing():
        if not tokens.revoke(store, ident, journal.now()):
            raise Unknown(f"There is no live token {ident}.")


def listed(store: Store) -> list[Token]:
    """What is kept of all tokens, the oldest first."""
    return tokens.every(store)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
