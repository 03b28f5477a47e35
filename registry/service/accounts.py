"""Accounts: adding them, changing what they may do, disabling them; each act with its line in the administrative journal."""

import re
from collections.abc import Sequence

from registry.errors import Conflict, Fault, Invalid, Unknown
from registry.kinds.model import ids
from registry.kinds.model.relations import RELATIONS
from registry.store import accounts, admin_journal, records
from registry.store.accounts import Account
from registry.store.admin_journal import Pen
from registry.store.database import Store

COMMAND_LINE = "command line"
"""Who acts, for the journal, where somebody types the `registry` command."""

RESERVED = (COMMAND_LINE, "seeds", "anonymous")
"""What the journals call those that have no account."""

CHARACTERS = r"[A-Za-z0-9À-ɏ一-鿿 ._@'+-]+"
"""What the names of accounts are made of."""

NAME = r"[A-Za-z0-9À-ɏ一-鿿](?:[A-Za-z0-9À-ɏ一-鿿 ._@'+-]{0,62}[A-Za-z0-9À-ɏ一-鿿])?"
"""What the name of a new account looks like."""

NAME_HINT = "begins and ends with a Latin or Chinese letter or a digit; between them . _ @ ' + - and spaces may stand"

_ACTING = RELATIONS["operated-by"].targets


def add(store: Store, name: str, role: str, organizations: Sequence[str], by: str) -> Account:
    """A new account. Raises Conflict where the name is taken or an organization unknown, Invalid for a reserved name."""
    with admin_journal.writing(store) as pen:
        return added(store, pen, name, role, organizations, by)


def added(store: Store, pen: Pen, name: str, role: str, organizations: Sequence[str], by: str) -> Account:
    """A new account, within a transaction that does more."""
    if not re.fullmatch(NAME, name):
        raise Invalid(f"'{name}' is not the name of an account: it {NAME_HINT}.", [Fault(NAME_HINT, "/name")])
    if name.casefold() in RESERVED:
        raise Invalid(
            f"The name '{name}' is reserved.", [Fault("is what the journals call those without an account", "/name")]
        )
    account = Account(name, role, _organizations(store, organizations), pen.at, None)
    if not accounts.add(store, account):
        raise Conflict(f"There is an account '{name}' already.", [Fault("is taken", "/name")])
    pen.write(by, "account-added", name, {"role": role, "organizations": list(account.organizations)})
    return account


def change(
    store: Store, name: str, by: str, *, role: str | None = None, organizations: Sequence[str] | None = None,
    disabled: bool | None = None,
) -> Account:  # fmt: skip
    """Change what is given; what changes nothing leaves no line. Raises Unknown, or Conflict as `add` does."""
    with admin_journal.writing(store) as pen:
        before = after = find(store, name)
        if role is not None:
            after = after._replace(role=role)
        if organizations is not None:
            after = after._replace(organizations=_organizations(store, organizations))
        if disabled is not None and disabled != (before.disabled_at is not None):
            after = after._replace(disabled_at=pen.at if disabled else None)
        if after != before:
            accounts.change(store, after)
            pen.write(by, "account-changed", name, _changed(before, after))
    return after


def known(store: Store, name: str) -> Account | None:
    """The account of this name, if there is one."""
    return accounts.find(store, name)


def find(store: Store, name: str) -> Account:
    """The account of this name. Raises Unknown."""
    found = known(store, name)
    if found is None:
        raise Unknown(f"There is no account '{name}'.")
    return found


def listed(store: Store, after: str = "", limit: int = 10**6) -> list[Account]:
    """Accounts past a name, in the order of names."""
    return accounts.page(store, after, limit)


def _changed(before: Account, after: Account) -> dict[str, object]:
    said: dict[str, object] = {}
    if after.role != before.role:
        said["role"] = after.role
    if after.organizations != before.organizations:
        said["organizations"] = list(after.organizations)
    if after.disabled_at != before.disabled_at:
        said["disabled"] = after.disabled_at is not None
    return said


def _organizations(store: Store, given: Sequence[str]) -> tuple[str, ...]:
    """The ids, in lower case, a merged record's being that of its survivor. Raises Conflict for what nobody can act for."""
    about = records.about(store, {ident.lower() for ident in given})
    there = records.many(store, {each.id for each in about.values()})
    faults = []
    for at, ident in enumerate(given):
        known = about.get(ident.lower())
        if known is None:
            said = "is not in the registry" if ids.is_sound(ident) else "is mistyped: its check digits do not fit"
        elif there[known.id].state != "published":
            said = "was withdrawn"
        elif known.kind not in _ACTING:
            said = f"is a {known.kind}: an account acts for {', '.join(_ACTING)}"
        else:
            continue
        faults.append(Fault(f"{ident} {said}", f"/organizations/{at}"))
    if faults:
        raise Conflict("The account cannot act for this.", faults)
    return tuple(dict.fromkeys(about[ident.lower()].id for ident in given))
