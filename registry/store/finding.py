"""Finding records: pages of lists and searches, totals, facets; as SQL that is the same on both engines.

A list of one sort walks an index and needs no sorting. Which records meet conditions, and how many, is told by bitmaps that
the process keeps in mind (meeting.py).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from pyroaring import BitMap

from registry.store import memory
from registry.store.conditions import PUBLISHED, Part, all_of, statements
from registry.store.database import Store
from registry.store.meeting import Query, meeting
from registry.store.memory import Memory
from registry.store.ranking import RANKED, ranked


class Page(NamedTuple):
    """A page of a list: the records' bytes, what orders the last of them, and whether there are more.

    `found` is how many there are in all, where that was learnt on the way.
    """

    items: Sequence[bytes] = ()
    last: tuple[Any, ...] = ()
    more: bool = False
    found: int | None = None


def page(store: Store, query: Query, limit: int, after: tuple[Any, ...] | None) -> Page:
    """Up to `limit` records past a position, in the query's order; one statement."""
    if query.text:
        return _ranked_page(store, query, limit, after)
    if query.conditions and len(query.order) == 1 and not store.database.in_transaction():
        found = _page_in_mind(store, query, limit, after)
        if found is not None:
            return found
    return _page(store, query, limit, after, list(_conditions(query, "s0.record")))


def _page_in_mind(store: Store, query: Query, limit: int, after: tuple[Any, ...] | None) -> Page | None:
    """The same by bitmaps; None where the record that the page before ended with has moved since."""
    ((field, backwards),) = query.order
    with memory.of(store).at_present(query.change) as mind:
        order = mind.order(query.scope, field)
        if after is not None and (not order.has(after[1], after[0]) or after[1] in mind.changed):
            return None
        hits = meeting(store, mind, query)
        past, moved = after[1] if after else None, hits & mind.changed
        chosen = order.first(hits - moved if moved else hits, limit + 1, past, backwards=backwards)
        value: Callable[[int], str] = order.value
        if moved:
            values = {number: value(number) for number in chosen} | mind.values(query.scope, field, list(moved))
            chosen, value = _in_order(values, after, backwards=backwards), values.__getitem__
        documents = mind.documents(chosen[:limit])
        shown = [number for number in chosen[:limit] if number in documents]
        last = (value(shown[-1]), shown[-1]) if shown else ()
        return Page([documents[number] for number in shown], last, len(chosen) > limit, len(hits))


def _in_order(values: dict[int, str], after: tuple[Any, ...] | None, *, backwards: bool) -> list[int]:
    """Records by the values that order them, past a position."""
    rows = sorted(((value, number) for number, value in values.items()), reverse=backwards)
    return [row[1] for row in rows if after is None or (row < after if backwards else row > after)]


def _page(store: Store, query: Query, limit: int, after: tuple[Any, ...] | None, conditions: list[Part]) -> Page:
    joins = [f"sort s{n}" for n in range(len(query.order))]
    where = [Part(f"s{n}.scope = ? AND s{n}.field = ?", (query.scope, name)) for n, (name, _) in enumerate(query.order)]
    where += [Part(f"s{n}.record = s0.record") for n in range(1, len(joins))]
    where += conditions
    columns = [(f"s{n}.value", descending) for n, (_, descending) in enumerate(query.order)]
    columns.append(("s0.record", query.order[-1][1]))
    if after is not None:
        where.append(_past(columns, after))
    condition = all_of(where)
    ordering = ", ".join(column + (" DESC" if descending else "") for column, descending in columns)
    sql = (
        f"SELECT {', '.join(column for column, _ in columns)}, r.bytes FROM {', '.join(joins)}, record r "
        f"WHERE r.number = s0.record AND {condition.sql} ORDER BY {ordering} LIMIT ?"
    )
    return _paged(store.rows(sql, (*condition.values, limit + 1)), limit)


def _paged(rows: Sequence[tuple[Any, ...]], limit: int) -> Page:
    """The page that rows make of which the last column is the document, the others what orders it."""
    shown = rows[:limit]
    return Page([bytes(row[-1]) for row in shown], tuple(shown[-1][:-1]) if shown else (), len(rows) > limit)


def total(store: Store, query: Query) -> int:
    """How many records there are; of a search, at most RANKED."""
    if query.text:
        return len(ranked(store, query))
    with memory.of(store).at_present(query.change) as mind:
        return len(meeting(store, mind, query))


def facets(store: Store, query: Query, fields: Sequence[str]) -> dict[str, dict[str, tuple[int, int]]]:
    """How many records there are under each value of some fields, and how many of these under a caution."""
    ranking = ranked(store, query) if query.text else None
    with memory.of(store).at_present(query.change) as mind:
        found = meeting(store, mind, query) if ranking is None else BitMap(ranking.some(mind, 0, RANKED))
        return {name: _counts(store, mind, name, found) for name in fields}


def _counts(store: Store, mind: Memory, name: str, found: BitMap) -> dict[str, tuple[int, int]]:
    """How many of the records there are under each value of a field, the most frequent values first."""
    values = mind.under(name)
    counts: dict[str, tuple[int, int]] = {}
    if values is not None:
        for value, under in values.items():
            count = under.records.intersection_cardinality(found)
            if count:
                counts[value] = (count, under.doubted.intersection_cardinality(found))
    else:
        seen: dict[str, tuple[set[int], set[int]]] = {}
        for value, number, doubted in store.each("SELECT low, record, doubted FROM term WHERE field = ?", (name,)):
            if number in found:
                seen.setdefault(value, (set(), set()))[0].add(number)
                if doubted:
                    seen[value][1].add(number)
        counts = {value: (len(all_of_it), len(some)) for value, (all_of_it, some) in seen.items()}
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1][0], pair[0])))


def numbers(store: Store, query: Query) -> BitMap:
    """The numbers of the records that are found."""
    ranking = ranked(store, query) if query.text else None
    with memory.of(store).at_present(query.change) as mind:
        return meeting(store, mind, query) if ranking is None else BitMap(ranking.some(mind, 0, RANKED))


def walk(store: Store, query: Query, chunk: int = 200) -> Iterator[bytes]:
    """All records in the order of their ids, in short reads; which they are is told at the beginning."""
    found = numbers(store, query)
    last = ""
    sql = "SELECT r.id, r.number FROM record r WHERE r.id > ? ORDER BY r.id LIMIT ?"
    while True:
        rows = store.rows(sql, (last, chunk))
        wanted = [row[1] for row in rows if row[1] in found]
        documents = dict(store.rows_in(f"SELECT number, bytes FROM record WHERE {PUBLISHED} AND number IN (?)", wanted))
        yield from (bytes(documents[number]) for number in wanted if number in documents)
        if len(rows) < chunk:
            return
        last = rows[-1][0]


def _ranked_page(store: Store, query: Query, limit: int, after: tuple[Any, ...] | None) -> Page:
    offset, ranking = int(after[0]) if after else 0, ranked(store, query)
    with memory.of(store).at_present(query.change) as mind:
        chosen = ranking.some(mind, offset, limit)
        documents = mind.documents(chosen)
        items = [documents[number] for number in chosen if number in documents]
    return Page(items, (offset + len(chosen),), len(ranking) > offset + limit)


def _past(columns: list[tuple[str, bool]], after: tuple[Any, ...]) -> Part:
    """Rows behind a position: by row values where all columns run one way, else column by column."""
    if len({descending for _, descending in columns}) == 1:
        sign = "<" if columns[0][1] else ">"
        names = ", ".join(column for column, _ in columns)
        return Part(f"({names}) {sign} ({', '.join('?' * len(columns))})", after)
    ways = []
    for n, (column, descending) in enumerate(columns):
        equal = [Part(f"{other} = ?", (after[m],)) for m, (other, _) in enumerate(columns[:n])]
        ways.append(all_of([*equal, Part(f"{column} {'<' if descending else '>'} ?", (after[n],))]))
    joined = all_of([Part(f"({way.sql})", way.values) for way in ways], " OR ")
    return Part(f"({joined.sql})", joined.values)


def _conditions(query: Query, record: str) -> Iterator[Part]:
    for each in query.conditions:
        for found, excluded in statements(each):
            yield Part(f"{record} {'NOT ' if excluded else ''}IN ({found.sql})", found.values)
