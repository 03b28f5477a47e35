"""Who may act: bearer tokens of 256 random bits, shown once, kept as digests, narrowed by scopes."""

import datetime
import hashlib
import hmac
import re
import secrets
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from registry.errors import Conflict, Fault, Forbidden, Invalid, Unauthenticated, Unknown
from registry.service import accounts
from registry.service.accounts import COMMAND_LINE
from registry.service.roles import SCOPE_OF, scopes_of, suffices
from registry.store import admin_journal, tokens
from registry.store.accounts import Account
from registry.store.admin_journal import Pen
from registry.store.database import Store
from registry.store.tokens import Token

PATTERN = r"prt_([0-9a-f]{12})_[A-Za-z0-9_-]{43}_[0-9a-f]{8}"
"""What a token looks like: prefix, id, secret, checksum."""

_NOTED_EVERY = datetime.timedelta(minutes=1)


class Holder(NamedTuple):
    """Who acts: an account's name and role, what its token may be used for, the organizations it acts for."""

    name: str
    role: str
    scopes: tuple[str, ...]
    organizations: tuple[str, ...]
    token: str


class Issued(NamedTuple):
    """A new token: its text, which nobody can learn later, and what is kept of it."""

    text: str
    token: Token


def issue(
    store: Store, name: str, role: str | None = None, days: int | None = None, *, scopes: Sequence[str] | None = None,
    by: str = COMMAND_LINE,
) -> str:  # fmt: skip
    """The text of a new token, shown this once; with a role, the account is made where there is none of that name.

    Raises Unknown (no account and no role), Conflict (another role, disabled), Invalid (a scope beyond the role).
    """
    with admin_journal.writing(store) as pen:
        known = accounts.known(store, name)
        if known is None and role is not None:
            known = accounts.added(store, pen, name, role, (), by)
        elif known is None:
            raise Unknown(f"There is no account '{name}': add it, or say its role.")
        elif role not in (None, known.role):
            raise Conflict(f"The account '{name}' is there already, as {known.role}: change its role, or leave it out.")
        return _issued(store, pen, known, days, scopes, by).text


def issue_to(store: Store, name: str, days: int | None, scopes: Sequence[str] | None, by: str) -> Issued:
    """A new token of an account, ending after so many days or never. Raises Unknown, Conflict, Invalid as `issue` does."""
    with admin_journal.writing(store) as pen:
        return _issued(store, pen, accounts.find(store, name), days, scopes, by)


def authenticate(store: Store, text: str) -> Holder:
    """Who bears this token. Raises Unauthenticated, never saying why to the client; its `reason` is for the journal."""
    ident = _sound(text)
    if ident is None:
        raise _refused("malformed", "malformed")
    found = tokens.find(store, ident)
    if found is None or not hmac.compare_digest(found[0].digest, _digest(text)):
        raise _refused(ident, "unknown")
    token, account = found
    moment = datetime.datetime.now(datetime.UTC)
    if token.revoked_at or account.disabled_at or (token.expires_at and token.expires_at <= _written(moment)):
        raise _refused(ident, "revoked" if token.revoked_at else "disabled" if account.disabled_at else "expired")
    if token.last_used_at is None or token.last_used_at < _written(moment - _NOTED_EVERY):
        tokens.touch(store, ident, _written(moment), _written(moment - _NOTED_EVERY))
    return holder_of(token, account)


def holder_of(token: Token, account: Account) -> Holder:
    """Who bears a token; of its scopes those that its account's present role has."""
    scopes = tuple(scope for scope in scopes_of(account.role) if scope in token.scopes)
    return Holder(account.name, account.role, scopes, account.organizations, token.id)


def require(holder: Holder | None, role: str) -> Holder:
    """The holder, if role and scope suffice. Raises Unauthenticated or Forbidden."""
    if holder is None:
        raise Unauthenticated("This needs a bearer token.")
    if not suffices(holder.role, role):
        raise Forbidden(f"This needs the role {role}; that of the account is {holder.role}.")
    if not reaches(holder, role):
        raise Forbidden(f"This needs the scope '{SCOPE_OF[role]}', which the token does not have.")
    return holder


def reaches(holder: Holder, role: str) -> bool:
    """Whether somebody may do what is reserved for a role: the account's role and the token's scopes both suffice."""
    return suffices(holder.role, role) and SCOPE_OF.get(role) in (None, *holder.scopes)


def revoke(store: Store, ident: str, by: str = COMMAND_LINE) -> None:
    """End a token, named by its id or by its whole text. Raises Unknown where there is none to end."""
    whole = re.fullmatch(PATTERN, ident)
    ident = whole[1] if whole else ident
    with admin_journal.writing(store) as pen:
        if not tokens.revoke(store, ident, pen.at):
            raise Unknown("There is no live token with this id.")
        pen.write(by, "token-revoked", ident, {})


def listed(store: Store) -> list[tuple[Token, Account]]:
    """What is kept of all tokens, the oldest first, with their accounts."""
    return tokens.every(store)


def listed_of(store: Store, name: str, after: str, limit: int) -> list[Token]:
    """What is kept of the tokens of an account, the oldest first, past the one with the id `after`. Raises Unknown."""
    return tokens.page(store, accounts.find(store, name).name, after, limit)


def _issued(
    store: Store, pen: Pen, account: Account, days: int | None, scopes: Sequence[str] | None, by: str
) -> Issued:
    if account.disabled_at:
        raise Conflict(f"The account '{account.name}' is disabled.")
    allowed = scopes_of(account.role)
    faults = [
        Fault(f"{s} is not among the scopes of the role {account.role}", f"/scopes/{n}")
        for n, s in enumerate(scopes or ())
        if s not in allowed
    ]
    if faults:
        raise Invalid(f"A token has no more scopes than its account: {', '.join(allowed) or 'none'}.", faults)
    given = allowed if scopes is None else tuple(scope for scope in allowed if scope in scopes)
    ident, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    body = f"prt_{ident}_{secret}"
    text = f"{body}_{zlib.crc32(body.encode()):08x}"
    ends = None if days is None else _written(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days))
    token = Token(ident, _digest(text), account.name, given, pen.at, ends)
    tokens.add(store, token)
    detail = {"account": account.name, "scopes": list(given)} | ({"expires_at": ends} if ends else {})
    pen.write(by, "token-issued", ident, detail)
    return Issued(text, token)


def _sound(text: str) -> str | None:
    """The id in a token whose checksum fits: a mistyped one needs no look into the database."""
    found = re.fullmatch(PATTERN, text)
    body, _, checksum = text.rpartition("_")
    return found[1] if found and f"{zlib.crc32(body.encode()):08x}" == checksum else None


def _refused(subject: str, reason: str) -> Unauthenticated:
    return Unauthenticated("The token is not valid: it is unknown, revoked or expired.", subject, reason)


def _written(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
