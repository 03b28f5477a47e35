"""How much of what there is."""

from registry.store import records
from registry.store.database import Store


def by_kind(store: Store) -> dict[str, int]:
    """The number of published records of each kind."""
    return records.counts(store)
