"""What is done to the registry as a whole, by those who run it."""

from pathlib import Path

from registry.service.loading import Loaded, load_seeds
from registry.settings import Settings
from registry.store import migrating, rendering
from registry.store.database import Store
from registry.store.indexed import bring_up_to_date
from registry.store.indexing import tidy


def migrated(store: Store) -> list[str]:
    """Bring the database to the shape that this version needs; answers what was applied."""
    return migrating.migrate(store)


def reindexed(store: Store) -> int:
    """Make all that is derived again; answers how many records there are."""
    return rendering.reindex(store)


def loaded(store: Store, folder: Path) -> Loaded:
    """Take in the seeds of a folder."""
    return load_seeds(store, folder)


def prepare(store: Store, settings: Settings, *, load: bool) -> list[str]:
    """Migrate, make indexes anew where the declarations changed, take in the seeds; answers seeds left alone."""
    migrating.migrate(store)
    bring_up_to_date(store)
    left_alone = load_seeds(store, settings.seeds).left_alone if load else []
    with store.alone():
        tidy(store)
    store.close()
    return left_alone
