"""What is done to the registry as a whole, by those who run it."""

from pathlib import Path

from registry.service.loading import Loaded, load_seeds
from registry.store import migrating, rendering
from registry.store.database import Store


def migrated(store: Store) -> list[str]:
    """Bring the database to the shape that this version needs; answers what was applied."""
    return migrating.migrate(store)


def reindexed(store: Store) -> int:
    """Make all that is derived again; answers how many records there are."""
    return rendering.reindex(store)


def loaded(store: Store, folder: Path) -> Loaded:
    """Take in the seeds of a folder."""
    return load_seeds(store, folder)
