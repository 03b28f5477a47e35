"""Small things that the store remembers by name, and which seeds it has taken in."""

from collections.abc import Iterable
from typing import NamedTuple

from registry.store.database import Store


class Remembered(NamedTuple):
    """What was last taken in of a seed: the record that it became, the digest applied, the version that it made."""

    record: str
    digest: str
    version: int


def get(store: Store, name: str) -> str | None:
    """What is remembered under a name."""
    row = store.row("SELECT value FROM setting WHERE name = ?", [name])
    return str(row[0]) if row else None


def put(store: Store, name: str, value: str) -> None:
    """Remember a value under a name."""
    sql = "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    store.change(sql, [name, value])


def remembered_seeds(store: Store) -> dict[str, Remembered]:
    """All seeds that were taken in, by key."""
    return {row[0]: Remembered(*row[1:]) for row in store.rows("SELECT seed, record, digest, version FROM seed")}


def remember_seeds(store: Store, seeds: Iterable[tuple[str, Remembered]]) -> None:
    """Remember what was taken in of seeds."""
    sql = (
        "INSERT INTO seed VALUES (?, ?, ?, ?) ON CONFLICT (seed) DO UPDATE SET record = excluded.record, "
        "digest = excluded.digest, version = excluded.version"
    )
    store.change_many(sql, [(key, *each) for key, each in seeds])
