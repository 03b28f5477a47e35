"""Ids that are kept for records that are still to be made."""

from collections.abc import Iterable

from registry.kinds.model import ids
from registry.store.database import Store


def free_id(store: Store) -> str:
    """A new id that no record has and none is to have."""
    while True:
        ident = ids.drawn()
        taken = "SELECT 1 FROM record WHERE id = ? UNION ALL SELECT 1 FROM reservation WHERE id = ?"
        if store.row(taken, [ident, ident]) is None:
            return ident


def reserve(store: Store, idents: Iterable[str], submission: int) -> None:
    """Keep ids for the records that a submission is to make, and no others for it."""
    store.change("DELETE FROM reservation WHERE submission = ?", [submission])
    store.change_many("INSERT INTO reservation VALUES (?, ?)", [(ident, submission) for ident in idents])
