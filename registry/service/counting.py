"""How much of what there is: by kind, and across the dimensions of partnerships."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from registry.kinds.catalogue import KINDS
from registry.service import asking
from registry.store import counting, finding, records
from registry.store.counting import PARTY, YEAR, Cell
from registry.store.database import Store

DIMENSIONS = ("kind", "type", "lifecycle", "country", "subdivision", "region", "area", "topic", "source", YEAR, PARTY)
"""What partnerships can be counted by; each is a filter of the list over all kinds as well."""
CONVENING = tuple(kind.name for kind in KINDS.values() if kind.convenes)
"""The kinds of record whose parties work together in them."""


class Table(NamedTuple):
    """Counts across one or two dimensions, and the names of the records that stand as values."""

    cells: list[Cell]
    names: Mapping[str, str]


def by_kind(store: Store) -> dict[str, int]:
    """The number of published records of each kind."""
    return records.counts(store)


def partnerships(store: Store, filters: Mapping[str, Sequence[str]], rows: str, columns: str | None) -> Table:
    """How many records that several can be party to are found, across dimensions."""
    filters = {**filters, "kind": filters.get("kind") or CONVENING}
    query = finding.Query(conditions=tuple(asking.conditions(None, filters)))
    dimensions = [rows] if columns is None else [rows, columns]
    cells = counting.across(store, query, dimensions)
    parties = {
        value for cell in cells for value, name in zip(cell, dimensions, strict=False) if name == PARTY and value
    }
    return Table(cells, {ident: each.name for ident, each in records.about(store, map(str, parties)).items()})
