"""The administrative journal: what it says of refusals, how it is read, and whether it is whole."""

from typing import NamedTuple

from registry.errors import Conflict
from registry.store import admin_journal
from registry.store.admin_journal import Line
from registry.store.database import Store

ACTS = ("account-added", "account-changed", "token-issued", "token-revoked", "token-refused", "act-forbidden")
"""What the lines tell of."""

MALFORMED = "malformed"
"""The subject of a line about a token that was none: nothing of what was sent is kept."""


class Request(NamedTuple):
    """What a line says of a request that was refused: whence, for what, and the id that is in the log as well."""

    address: str
    operation: str
    request_id: str


class Page(NamedTuple):
    """Some lines, whether there are more, and where the journal ends."""

    items: list[Line]
    more: bool
    head: int
    digest: str


def token_refused(store: Store, subject: str, reason: str, request: Request) -> None:
    """Note that a token was refused; `subject` is its id, or MALFORMED."""
    detail = {"reason": reason, **request._asdict()}
    admin_journal.write_alone(store, "anonymous", "token-refused", subject, detail)


def act_forbidden(store: Store, name: str, token: str, reason: str, request: Request) -> None:
    """Note that somebody's account or token does not suffice for what was asked."""
    detail = {"reason": reason, **request._asdict()}
    admin_journal.write_alone(store, name, "act-forbidden", token, detail)


def lines(store: Store, after: int, limit: int) -> Page:
    """The lines past a number, the oldest first."""
    found = admin_journal.lines(store, after, limit + 1)
    end = admin_journal.end(store)
    return Page(found[:limit], len(found) > limit, end.number, end.digest)


def check(store: Store) -> tuple[int, str]:
    """Go through the whole journal; answers its length and last digest. Raises Conflict at the first wrong line."""
    last, number = "", 0
    while found := admin_journal.lines(store, number, 1000):
        for line in found:
            number, last = number + 1, admin_journal.digest_after(last, line)
            if line.number != number:
                raise Conflict(f"Line {number} of the administrative journal is missing.")
            if line.digest != last:
                raise Conflict(f"Line {number} of the administrative journal is not as it was written.")
    if admin_journal.end(store) != (number, last):
        raise Conflict(f"The administrative journal ends at {number}, but its head says otherwise.")
    return number, last
