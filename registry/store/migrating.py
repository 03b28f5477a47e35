"""Bringing the database to the shape that this version needs, by one process at a time."""

import logging
from pathlib import Path

import peewee
from playhouse.migrations import Runner

from registry.errors import Unavailable
from registry.store.database import Store

FOLDER = Path(__file__).parent / "migrations"


def migrate(store: Store) -> list[str]:
    """Apply what is pending; answers the names. Raises Unavailable where the database is from a newer version."""
    try:
        with store.alone():
            runner = Runner(store.database, str(FOLDER))
            newer = [each.name for each in runner.status() if each.path is None]
            if newer:
                raise Unavailable(
                    f"The database {_shown(store.url)} is from a newer version of the registry (it has {newer[-1]}): "
                    "run that version, or restore a backup."
                )
            applied: list[str] = runner.up()
            return applied
    except peewee.DatabaseError as reason:
        logging.getLogger(__name__).debug("migrating failed", exc_info=True)
        said = " ".join(str(reason).split())
        raise Unavailable(f"The database {_shown(store.url)} cannot be used: {said}") from None


def _shown(url: str) -> str:
    """The URL without what may be secret: user, password, options."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"
