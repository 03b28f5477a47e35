"""Which records meet the conditions of a query, told by bitmaps that the process keeps in mind (memory.py)."""

from typing import NamedTuple

from pyroaring import BitMap

from registry.kinds.catalogue import BY_PLURAL
from registry.store.conditions import Condition, PartnerOf, PartyTo, Tied, statements
from registry.store.database import Store
from registry.store.indexing import ALL
from registry.store.memory import Memory, Under
from registry.store.postings import met


class Query(NamedTuple):
    """What to find: in one collection or in all, under conditions, in an order; where the journal is known to end."""

    scope: str = ALL
    conditions: tuple[Condition | Tied | PartnerOf | PartyTo, ...] = ()
    text: str = ""
    order: tuple[tuple[str, bool], ...] = (("name", False),)
    change: int | None = None


def meeting(store: Store, mind: Memory, query: Query) -> BitMap:
    """The numbers of the records that meet all conditions: for a page, its total, and the pages behind it."""
    asked = (query.scope, query.conditions)
    found: BitMap | None = mind.known(asked)
    if found is None:
        found = _met(store, mind, query)
        mind.keep(asked, found)
    return found


def _met(store: Store, mind: Memory, query: Query) -> BitMap:
    within: list[BitMap] = []
    without: list[BitMap] = []
    for each in query.conditions:
        values = mind.under(each.field) if isinstance(each, Condition) and not each.ordered else None
        if isinstance(each, Condition) and values is not None:
            within += [_under_any(values, [span.low for span in each.any_of])] if each.any_of else []
            without += [values[span.low].records for span in each.none_of if span.low in values]
        else:
            for part, excluded in statements(each):
                (without if excluded else within).append(BitMap([row[0] for row in store.rows(part.sql, part.values)]))
    within.append(_of_scope(mind, query.scope))
    found = met(within)
    return found.difference(*without) if without else found


def _of_scope(mind: Memory, scope: str) -> BitMap:
    """The records of a collection, or of all; not to be changed."""
    kinds = mind.under("kind") or {}
    if scope != ALL:
        return _under_any(kinds, [BY_PLURAL[scope].name])
    known: BitMap | None = mind.known(ALL)
    if known is None:
        known = _under_any(kinds, list(kinds))
        mind.keep(ALL, known)
    return known


def _under_any(values: dict[str, Under], wanted: list[str]) -> BitMap:
    """The records under any of some values; not to be changed."""
    there = [values[value].records for value in wanted if value in values]
    return there[0] if len(there) == 1 else BitMap.union(BitMap(), *there)
