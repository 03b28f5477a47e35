"""How much of what there is: by kind, and across the dimensions of partnerships."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from registry.kinds.catalogue import KINDS
from registry.service import asking
from registry.store import counting, records
from registry.store.counting import PARTY, YEAR, Cell
from registry.store.database import Store
from registry.store.meeting import Query

DIMENSIONS = ("kind", "type", "lifecycle", "country", "subdivision", "region", "area", "topic", "source", YEAR, PARTY)
"""What partnerships can be counted by; each is a filter of the list over all kinds as well."""
CONVENING = tuple(kind.name for kind in KINDS.values() if kind.convenes)
"""The kinds of record whose parties work together in them."""
NOT_YET = ("!proposed", "!planned")
"""What a report leaves out unless it asks for a lifecycle."""


class Table(NamedTuple):
    """Counts across one or two dimensions, and the names of the records that stand as values."""

    cells: list[Cell]
    names: Mapping[str, str]


def by_kind(store: Store) -> dict[str, int]:
    """The number of published records of each kind."""
    return records.counts(store)


def partnerships(store: Store, filters: Mapping[str, Sequence[str]], rows: str, columns: str | None) -> Table:
    """How many records that several can be party to are found, across dimensions.

    What is only proposed or planned is left out, unless a lifecycle is asked for or is a dimension.
    """
    dimensions = [rows] if columns is None else [rows, columns]
    query = Query(conditions=tuple(asking.conditions(None, narrowed(filters, dimensions))))
    cells = counting.across(store, query, dimensions)
    parties = {
        value for cell in cells for value, name in zip(cell, dimensions, strict=False) if name == PARTY and value
    }
    return Table(cells, {ident: each.name for ident, each in records.about(store, map(str, parties)).items()})


def narrowed(filters: Mapping[str, Sequence[str]], dimensions: Sequence[str]) -> dict[str, list[str]]:
    """The filters, with what they leave unsaid: which kinds are counted, and that what is not yet there is not."""
    found = {name: list(values) for name, values in filters.items()}
    if all(kind.startswith("!") for kind in found.get("kind", ())):
        found["kind"] = [*CONVENING, *found.get("kind", ())]
    if "lifecycle" not in (*found, *dimensions):
        found["lifecycle"] = [*NOT_YET]
    return found


def behind(
    filters: Mapping[str, Sequence[str]], dimensions: Sequence[str], values: Sequence[str | None]
) -> dict[str, list[str]]:
    """The filters that find exactly the records under a value of each dimension; None stands for any."""
    found, taken = narrowed(filters, dimensions), {*filters}
    for dimension, value in zip(dimensions, values, strict=False):
        if value is None:
            continue
        if dimension in taken:
            found.setdefault(asking.ALSO, []).append(f"{dimension}:{value}")
        else:
            found[dimension] = [value]
            taken.add(dimension)
    return found
