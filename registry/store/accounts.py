"""Accounts: who may act, in which role, for which organizations."""

import json
from typing import NamedTuple

from registry.store.database import Store


class Account(NamedTuple):
    """What is kept of an account; `organizations` are ids of the records that it acts for."""

    name: str
    role: str
    organizations: tuple[str, ...]
    created_at: str
    disabled_at: str | None


def add(store: Store, account: Account) -> bool:
    """Keep an account; whether its name was free."""
    sql = "INSERT INTO account VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING"
    return store.change(sql, account._replace(organizations=json.dumps(account.organizations))) == 1  # type: ignore[arg-type]


def change(store: Store, account: Account) -> None:
    """Put an account in the place of the one of its name."""
    store.change(
        "UPDATE account SET role = ?, organizations = ?, disabled_at = ? WHERE name = ?",
        [account.role, json.dumps(account.organizations), account.disabled_at, account.name],
    )


def find(store: Store, name: str) -> Account | None:
    """The account of this name."""
    row = store.row("SELECT name, role, organizations, created_at, disabled_at FROM account WHERE name = ?", [name])
    return account_of(*row) if row else None


def page(store: Store, after: str, limit: int) -> list[Account]:
    """Accounts past a name, in the order of names."""
    sql = "SELECT name, role, organizations, created_at, disabled_at FROM account WHERE name > ? ORDER BY name LIMIT ?"
    return [account_of(*row) for row in store.rows(sql, [after, limit])]


def account_of(name: str, role: str, organizations: str, created_at: str, disabled_at: str | None) -> Account:
    """An account from its row."""
    return Account(name, role, tuple(json.loads(organizations)), created_at, disabled_at)
