"""Answers that are kept for a day under the key that their request bore, so that a request sent twice acts once."""

import datetime
from typing import NamedTuple

from registry.store.database import Store

HOURS = 24
"""How long an answer is kept."""


class Kept(NamedTuple):
    """An answer, and the digest of the request that got it; `headers` is text that only the caller reads."""

    request: str
    status: int
    headers: str
    body: bytes


def claim(store: Store, holder: str, key: str, request: str) -> bool:
    """Take a key for a request, in the transaction that acts on it; False where it is taken.

    A twin that comes meanwhile waits here until the transaction ends: then the answer is there, or the key is free.
    """
    now = datetime.datetime.now(datetime.UTC)
    store.change("DELETE FROM answer WHERE created_at < ?", [_text(now - datetime.timedelta(hours=HOURS))])
    sql = "INSERT INTO answer VALUES (?, ?, ?, ?, 0, '', '') ON CONFLICT (holder, key) DO NOTHING"
    return store.change(sql, [holder, key, request, _text(now)]) == 1


def keep(store: Store, holder: str, key: str, status: int, headers: str, body: bytes) -> None:
    """Keep the answer to the request that took the key."""
    sql = "UPDATE answer SET status = ?, headers = ?, body = ? WHERE holder = ? AND key = ?"
    store.change(sql, [status, headers, body, holder, key])


def find(store: Store, holder: str, key: str) -> Kept:
    """The answer that is kept under a key."""
    row = store.row("SELECT request, status, headers, body FROM answer WHERE holder = ? AND key = ?", [holder, key])
    assert row is not None
    return Kept(row[0], row[1], row[2], bytes(row[3]))


def _text(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
