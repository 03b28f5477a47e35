"""Keeping the indexes in step with the declarations: when these differ from last time, everything is made again."""

import hashlib

from registry.kinds.catalogue import KINDS
from registry.kinds.model.relations import RELATIONS
from registry.store import settings
from registry.store.database import Store
from registry.store.rendering import reindex

_NAME = "declarations"
SHAPE = 3
"""Raised by hand when rendering or indexing changes without any declaration changing."""


def fingerprint() -> str:
    """A digest over what rendering and indexing depend on: kinds, filters, orders, relations."""
    said = [
        (kind.name, sorted(kind.orders.items()), [(f.name, f.paths, f.field.choices) for f in kind.filters.values()], kind.convenes,
         list(kind.reader.fields), [each.code for each in kind.complete])
        for kind in KINDS.values()
    ]  # fmt: skip
    return hashlib.sha256(repr((SHAPE, said, sorted(RELATIONS.items()))).encode()).hexdigest()


def bring_up_to_date(store: Store) -> bool:
    """Reindex if the declarations changed since it was last done; whether it was."""
    with store.alone():
        known, now = settings.get(store, _NAME), fingerprint()
        if known == now:
            return False
        with store.writing():
            if known is not None:
                reindex(store)
            settings.put(store, _NAME, now)
    return known is not None
