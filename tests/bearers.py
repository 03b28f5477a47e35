"""Everybody who may ask for something: nobody, each role, each role without its scope, and tokens that no longer count."""

from collections.abc import Mapping
from typing import NamedTuple

from registry.service import access, accounts
from registry.service.roles import ROLES
from registry.store.database import Store


class Bearer(NamedTuple):
    """Somebody who asks: the role of the account, the scopes of the token (all of the role's if None), what became of it."""

    role: str | None
    scopes: tuple[str, ...] | None = None
    fate: str = "valid"


BEARERS: Mapping[str, Bearer] = {
    "nobody": Bearer(None),
    **{role: Bearer(role) for role in ROLES},
    "officer without submit": Bearer("officer", ()),
    "reviewer without review": Bearer("reviewer", ("submit",)),
    "curator without publish": Bearer("curator", ("submit", "review")),
    "curator with publish only": Bearer("curator", ("publish",)),
    "administrator without administer": Bearer("administrator", ("submit", "review", "publish")),
    "expired": Bearer("administrator", fate="expired"),
    "revoked": Bearer("administrator", fate="revoked"),
    "disabled": Bearer("administrator", fate="disabled"),
}

MAY: Mapping[str, frozenset[str]] = {
    "nobody": frozenset(),
    "reader": frozenset({"reader"}),
    "officer": frozenset({"reader", "officer"}),
    "reviewer": frozenset({"reader", "officer", "reviewer"}),
    "curator": frozenset({"reader", "officer", "reviewer", "curator"}),
    "administrator": frozenset({"reader", "officer", "reviewer", "curator", "administrator"}),
    "officer without submit": frozenset({"reader"}),
    "reviewer without review": frozenset({"reader", "officer"}),
    "curator without publish": frozenset({"reader", "officer", "reviewer"}),
    "curator with publish only": frozenset({"reader", "curator"}),
    "administrator without administer": frozenset({"reader", "officer", "reviewer", "curator"}),
}
"""For whom each bearer counts: what is reserved for these roles is open to it."""


def tokens(store: Store) -> dict[str, str | None]:
    """A token for each bearer, by the bearer's name."""
    return {name: _token(store, name, bearer) for name, bearer in BEARERS.items()}


def _token(store: Store, name: str, bearer: Bearer) -> str | None:
    if bearer.role is None:
        return None
    text = access.issue(store, name, bearer.role, 1, scopes=bearer.scopes)
    ident = text.split("_")[1]
    if bearer.fate == "expired":
        store.change("UPDATE token SET expires_at = created_at WHERE id = ?", [ident])
    elif bearer.fate == "revoked":
        access.revoke(store, ident)
    elif bearer.fate == "disabled":
        accounts.change(store, name, "Ada", disabled=True)
    return text
