"""Tokens: only their digests are kept."""

from typing import NamedTuple

from registry.store.database import Store


class Token(NamedTuple):
    """What is kept of a token."""

    id: str
    digest: str
    holder: str
    role: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None


def add(store: Store, token: Token) -> None:
    """Keep a token."""
    store.change("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?)", token)


def find(store: Store, ident: str) -> Token | None:
    """The token with this id."""
    row = store.row("SELECT * FROM token WHERE id = ?", [ident])
    return Token(*row) if row else None


def every(store: Store) -> list[Token]:
    """All tokens, the oldest first."""
    return [Token(*row) for row in store.rows("SELECT * FROM token ORDER BY created_at, id")]


def revoke(store: Store, ident: str, at: str) -> bool:
    """Mark a token as revoked; whether there was one to revoke."""
    return store.change("UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", [at, ident]) == 1
