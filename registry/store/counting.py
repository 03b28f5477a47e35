"""Counting the records that are found, across one or two of their dimensions."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from pyroaring import BitMap

from registry.store.conditions import PARTY_TO, Part
from registry.store.database import Store
from registry.store.finding import numbers
from registry.store.meeting import Query

PARTY = "party"
YEAR = "established"


class Cell(NamedTuple):
    """How many records there are under a value of the rows and one of the columns; None stands for any."""

    row: str | None
    column: str | None
    number: int


def across(store: Store, query: Query, dimensions: Sequence[str]) -> list[Cell]:
    """The counts under each pair of values, under each value alone, and in all.

    A record that has several values of a dimension is counted under each, so that counts do not add up to their total.
    """
    found = numbers(store, query)
    rows, *columns = [_under(store, dimension, found) for dimension in dimensions]
    cells = [Cell(None, None, len(found))]
    cells += [Cell(value, None, count) for value, count in _ranked(rows)]
    for column in columns:
        cells += [Cell(None, value, count) for value, count in _ranked(column)]
        pairs = Counter(
            pair for record in rows.keys() & column.keys() for pair in product(rows[record], column[record])
        )
        cells += [Cell(*pair, count) for pair, count in sorted(pairs.items())]
    return cells


def _under(store: Store, dimension: str, found: BitMap) -> dict[int, set[str]]:
    """By record, the values of a dimension that those which are found have."""
    values: dict[int, set[str]] = defaultdict(set)
    part = _values(dimension)
    for number, value in store.each(part.sql, part.values):
        if number in found:
            values[number].add(value)
    return values


def _ranked(values: dict[int, set[str]]) -> list[tuple[str, int]]:
    """How many records there are under each value, the most frequent first."""
    counts = Counter(value for each in values.values() for value in each)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _values(dimension: str) -> Part:
    """The values that records have of a dimension: of a filter, a year that they can be of, or a party's id."""
    if dimension == PARTY:
        return Part(
            "SELECT t.source AS record, o.id AS value FROM tie t JOIN record r ON r.number = t.source "
            f"JOIN record o ON o.number = t.target WHERE {PARTY_TO}"
        )
    if dimension == YEAR:
        return _years()
    return Part("SELECT record, low AS value FROM term WHERE field = ?", (dimension,))


def _years() -> Part:
    """Each year that is told by itself, with the records that can be of it: those as well whose date spans several."""
    one = "SUBSTR(low, 1, 4) = SUBSTR(high, 1, 4)"
    return Part(
        f"SELECT record, SUBSTR(low, 1, 4) AS value FROM term WHERE field = ? AND {one} UNION ALL "
        "SELECT t.record, y.value FROM term t JOIN "
        f"(SELECT DISTINCT SUBSTR(low, 1, 4) AS value FROM term WHERE field = ? AND {one}) y "
        "ON y.value BETWEEN SUBSTR(t.low, 1, 4) AND SUBSTR(t.high, 1, 4) WHERE t.field = ? AND NOT "
        "SUBSTR(t.low, 1, 4) = SUBSTR(t.high, 1, 4)",
        (YEAR, YEAR, YEAR),
    )
