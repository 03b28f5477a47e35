"""Counting the records that are found, across one or two of their dimensions."""

from collections.abc import Sequence
from typing import NamedTuple

from registry.store.database import Store
from registry.store.finding import Part, Query, members

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
    found = [Cell(None, None, _count(store, query))]
    rows, *columns = dimensions
    found += [Cell(value, None, count) for value, count in _by(store, query, rows)]
    if columns:
        found += [Cell(None, value, count) for value, count in _by(store, query, columns[0])]
        found += [Cell(*row) for row in _by_both(store, query, rows, columns[0])]
    return found


def _count(store: Store, query: Query) -> int:
    within = members(query, "s.record")
    row = store.row(f"SELECT COUNT(*) FROM sort s WHERE {within.sql}", within.values)
    return int(row[0]) if row else 0


def _by(store: Store, query: Query, dimension: str) -> list[tuple[str, int]]:
    values, within = _values(dimension), members(query, "s.record")
    sql = (
        f"SELECT a.value, COUNT(DISTINCT a.record) FROM ({values.sql}) a WHERE a.record IN "
        f"(SELECT s.record FROM sort s WHERE {within.sql}) GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return [(row[0], row[1]) for row in store.rows(sql, (*values.values, *within.values))]


def _by_both(store: Store, query: Query, rows: str, columns: str) -> list[tuple[str, str, int]]:
    first, second, within = _values(rows), _values(columns), members(query, "s.record")
    sql = (
        f"SELECT a.value, b.value, COUNT(DISTINCT a.record) FROM ({first.sql}) a JOIN ({second.sql}) b ON b.record = a.record "
        f"WHERE a.record IN (SELECT s.record FROM sort s WHERE {within.sql}) GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [(row[0], row[1], row[2]) for row in store.rows(sql, (*first.values, *second.values, *within.values))]


def _values(dimension: str) -> Part:
    """The values that records have of a dimension: of a filter, the year of establishment, or a party's id."""
    if dimension == PARTY:
        return Part(
            "SELECT t.source AS record, r.id AS value FROM tie t JOIN record r ON r.number = t.target WHERE t.party = 1"
        )
    if dimension == YEAR:
        return Part(
            "SELECT record, SUBSTR(low, 1, 4) AS value FROM term WHERE field = ? AND SUBSTR(low, 1, 4) = SUBSTR(high, 1, 4)",
            (dimension,),
        )
    return Part("SELECT record, low AS value FROM term WHERE field = ?", (dimension,))
