"""Tokens: only their digests are kept."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from registry.store.accounts import Account, account_of
from registry.store.database import Store

_COLUMNS = "t.id, t.digest, t.account, t.scopes, t.created_at, t.expires_at, t.revoked_at, t.last_used_at"


class Token(NamedTuple):
    """What is kept of a token; `scopes` say what it may be used for, as far as its account's role allows."""

    id: str
    digest: str
    account: str
    scopes: tuple[str, ...]
    created_at: str
    expires_at: str | None = None
    revoked_at: str | None = None
    last_used_at: str | None = None


def add(store: Store, token: Token) -> None:
    """Keep a token."""
    store.change(
        "INSERT INTO token (id, digest, account, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        [token.id, token.digest, token.account, json.dumps(token.scopes), token.created_at, token.expires_at],
    )


def find(store: Store, ident: str) -> tuple[Token, Account] | None:
    """The token with this id, and the account that it belongs to."""
    row = store.row(
        f"SELECT {_COLUMNS}, a.name, a.role, a.organizations, a.created_at, a.disabled_at "
        "FROM token t JOIN account a ON a.name = t.account WHERE t.id = ?",
        [ident],
    )
    return (_token(row[:8]), account_of(*row[8:])) if row else None


def every(store: Store) -> list[tuple[Token, Account]]:
    """All tokens, the oldest first, with their accounts."""
    rows = store.rows(
        f"SELECT {_COLUMNS}, a.name, a.role, a.organizations, a.created_at, a.disabled_at "
        "FROM token t JOIN account a ON a.name = t.account ORDER BY t.created_at, t.id"
    )
    return [(_token(row[:8]), account_of(*row[8:])) for row in rows]


def page(store: Store, account: str, after: str, limit: int) -> list[Token]:
    """Tokens of an account, the oldest first, past the one with the id `after` (from the first where it is empty)."""
    past = "AND (t.created_at, t.id) > (SELECT o.created_at, o.id FROM token o WHERE o.id = ?) " if after else ""
    sql = f"SELECT {_COLUMNS} FROM token t WHERE t.account = ? {past}ORDER BY t.created_at, t.id LIMIT ?"
    return [_token(row) for row in store.rows(sql, [account, *([after] if after else []), limit])]


def revoke(store: Store, ident: str, at: str) -> bool:
    """Mark a token as revoked; whether there was one to revoke."""
    return store.change("UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", [at, ident]) == 1


def touch(store: Store, ident: str, at: str, unless_since: str) -> None:
    """Note that a token was used, unless that was noted since a moment; left out where it would have to wait."""
    store.note(
        "UPDATE token SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)",
        [at, ident, unless_since],
    )


def _token(row: Sequence[Any]) -> Token:
    ident, digest, account, scopes, *moments = row
    return Token(ident, digest, account, tuple(json.loads(scopes)), *moments)
