"""Under which names records are known: what a new record is held against before it is made."""

from collections.abc import Iterable

from registry.kinds.model.documents import Document
from registry.kinds.model.likeness import decided
from registry.store import records
from registry.store.database import Store


def bearers(store: Store, kind: str, names: Iterable[str]) -> dict[str, set[str]]:
    """The ids of the records of a kind that bear one of some comparable names, by name."""
    sql = (
        "SELECT n.folded, r.id, r.kind FROM name n JOIN record r ON r.number = n.record "
        "WHERE r.state = 'published' AND n.folded IN (?)"
    )
    found: dict[str, set[str]] = {}
    for name, ident, its_kind in store.rows_in(sql, names):
        if its_kind == kind:
            found.setdefault(name, set()).add(ident)
    return found


def settled(store: Store, document: Document) -> set[str]:
    """The records that a document decides it is not; of merged ones also what they were merged into."""
    named = decided(document)
    return named | {each.id for each in records.about(store, named).values()}
