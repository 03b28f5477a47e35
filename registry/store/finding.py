"""Finding records: lists, searches, facets and counts, as SQL that is the same on both engines.

Fragments of text with their values are put together; a list of one sort walks an index and needs no sorting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from registry.kinds.model.folding import comparable
from registry.kinds.model.relations import INVERSES
from registry.store.database import Store
from registry.store.indexing import ALL
from registry.store.searching import fts5_query, tsquery

RANKED = 1000
"""How many hits of a search are ranked and paged through."""


class Span(NamedTuple):
    """An operand of a filter: from `low` to `high`, both included, both comparable text."""

    low: str
    high: str


@dataclass(frozen=True)
class Condition:
    """Records of which a term of `field` overlaps any of the spans, and none the excluded ones.

    `ordered` tells that terms may span from low to high, so that a single value may lie within them.
    """

    field: str
    any_of: tuple[Span, ...] = ()
    none_of: tuple[Span, ...] = ()
    ordered: bool = False


@dataclass(frozen=True)
class Tied:
    """Records that have a tie (either its word or its inverse) with any of the records; `exclude` turns it round."""

    ends: tuple[tuple[str, str], ...]
    exclude: bool = False


@dataclass(frozen=True)
class PartnerOf:
    """Records that are partners of any of the records."""

    idents: tuple[str, ...]
    with_parts: bool = False
    exclude: bool = False


@dataclass(frozen=True)
class PartyTo:
    """Records of which any of the records is a party; `exclude` turns it round."""

    idents: tuple[str, ...]
    exclude: bool = False


@dataclass(frozen=True)
class Query:
    """What to find: in one collection or in all, under conditions, in an order."""

    scope: str = ALL
    conditions: tuple[Condition | Tied | PartnerOf | PartyTo, ...] = ()
    text: str = ""
    order: tuple[tuple[str, bool], ...] = (("name", False),)


class Found(NamedTuple):
    """One record of a page, with the values that order it."""

    position: tuple[Any, ...]
    bytes: bytes


class Part(NamedTuple):
    """A fragment of SQL with the values of its question marks."""

    sql: str
    values: tuple[Any, ...] = ()


def all_of(parts: Sequence[Part], joiner: str = " AND ") -> Part:
    """Several fragments joined."""
    return Part(joiner.join(part.sql for part in parts), tuple(v for part in parts for v in part.values))


@dataclass(frozen=True)
class Page:
    """A page of a list: the records, and whether there are more."""

    items: list[Found] = field(default_factory=list)
    more: bool = False


def page(store: Store, query: Query, limit: int, after: tuple[Any, ...] | None) -> Page:
    """Up to `limit` records past a position, in the query's order; one statement."""
    if query.text:
        return _ranked_page(store, query, limit, after)
    joins = [f"sort s{n}" for n in range(len(query.order))]
    where = [Part(f"s{n}.scope = ? AND s{n}.field = ?", (query.scope, name)) for n, (name, _) in enumerate(query.order)]
    where += [Part(f"s{n}.record = s0.record") for n in range(1, len(joins))]
    where += list(_conditions(query, "s0.record"))
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
    rows = store.rows(sql, (*condition.values, limit + 1))
    return Page([Found(tuple(row[:-1]), bytes(row[-1])) for row in rows[:limit]], len(rows) > limit)


def total(store: Store, query: Query) -> int:
    """How many records there are; of a search, at most RANKED."""
    if query.text:
        hits = _hits(store, query)
        row = store.row(f"SELECT COUNT(*) FROM ({hits.sql}) h", hits.values)
    else:
        where = members(query, "s.record")
        row = store.row(f"SELECT COUNT(*) FROM sort s WHERE {where.sql}", where.values)
    return int(row[0]) if row else 0


def facets(store: Store, query: Query, fields: Sequence[str]) -> dict[str, dict[str, tuple[int, int]]]:
    """How many records there are under each value of some fields, and how many of these under a caution; one statement."""
    if query.text:
        hits = _hits(store, query)
        within = Part(f"SELECT h.record FROM ({hits.sql}) h", hits.values)
    else:
        where = members(query, "s.record")
        within = Part(f"SELECT s.record FROM sort s WHERE {where.sql}", where.values)
    sql = (
        f"SELECT t.field, t.low, COUNT(DISTINCT t.record), COUNT(DISTINCT CASE WHEN t.doubted = 1 THEN t.record END) FROM term t WHERE t.field IN ({', '.join('?' * len(fields))}) "
        f"AND t.record IN ({within.sql}) GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2"
    )
    counts: dict[str, dict[str, tuple[int, int]]] = {name: {} for name in fields}
    for name, value, count, doubted in store.rows(sql, (*fields, *within.values)):
        counts[name][value] = (count, doubted)
    return counts


def walk(store: Store, query: Query, chunk: int = 200) -> Iterator[bytes]:
    """All records in the order of their ids, in short reads."""
    last = ""
    if query.text:
        hits = _hits(store, query)
        within = Part(f"r.number IN (SELECT h.record FROM ({hits.sql}) h)", hits.values)
    else:
        where = members(query, "s.record")
        within = Part(f"r.number IN (SELECT s.record FROM sort s WHERE {where.sql})", where.values)
    while True:
        sql = f"SELECT r.id, r.bytes FROM record r WHERE r.id > ? AND {within.sql} ORDER BY r.id LIMIT ?"
        rows = store.rows(sql, (last, *within.values, chunk))
        yield from (bytes(row[1]) for row in rows)
        if len(rows) < chunk:
            return
        last = rows[-1][0]


def _ranked_page(store: Store, query: Query, limit: int, after: tuple[Any, ...] | None) -> Page:
    offset = int(after[0]) if after else 0
    hits = _hits(store, query)
    sql = f"SELECT r.bytes FROM ({hits.sql}) h JOIN record r ON r.number = h.record ORDER BY h.rank, h.lead, LENGTH(h.value), h.value, h.record LIMIT ? OFFSET ?"
    rows = store.rows(sql, (*hits.values, limit + 1, offset))
    found = [Found((offset + n + 1,), bytes(row[0])) for n, row in enumerate(rows[:limit])]
    return Page(found, len(rows) > limit)


def _hits(store: Store, query: Query) -> Part:
    """The records that a text finds: exact names first, then names, then anything.

    Among equals those come first whose shown name begins with the text, then shorter names.

    Of each sort at most RANKED are looked at, in the index's own order: ranking all that a common word finds would
    walk the whole index.
    """
    asked = fts5_query(query.text) if store.sqlite else tsquery(query.text)
    exact = _kept(query, "name f", "f.record", Part("f.folded = ?", (comparable(query.text)[:500],)), 0)
    if not asked:
        ranks = [exact]
    elif store.sqlite:
        ranks = [exact, _kept(query, "search f", "f.rowid", Part("search MATCH ?", (f"names : ({asked})",)), 1),
                 _kept(query, "search f", "f.rowid", Part("search MATCH ?", (asked,)), 2)]  # fmt: skip
    else:
        ranks = [exact, _kept(query, "search f", "f.record", Part("f.names @@ ?::tsquery", (asked,)), 1),
                 _kept(query, "search f", "f.record", Part("(f.names || f.body) @@ ?::tsquery", (asked,)), 2)]  # fmt: skip
    ranked = all_of(ranks, " UNION ALL ")
    return Part(
        "SELECT f.record AS record, MIN(f.rank) AS rank, CASE WHEN SUBSTR(f.value, 1, ?) = ? THEN 0 ELSE 1 END AS lead, "
        f"f.value AS value FROM ({ranked.sql}) f GROUP BY f.record, f.value "
        f"ORDER BY 2, 3, LENGTH(f.value), 4, 1 LIMIT {RANKED}",
        (len(comparable(query.text)), comparable(query.text), *ranked.values),
    )


def _kept(query: Query, table: str, record: str, found: Part, rank: int) -> Part:
    """What the text finds in one way, and the query's conditions keep; CROSS JOIN begins at the text on SQLite."""
    kept = all_of([Part("s.scope = ? AND s.field = 'name'", (query.scope,)), found, *_conditions(query, "s.record")])
    return Part(
        f"SELECT * FROM (SELECT s.record AS record, {rank} AS rank, s.value AS value FROM {table} CROSS JOIN sort s "
        f"WHERE s.record = {record} AND {kept.sql} LIMIT {RANKED}) w{rank}",
        kept.values,
    )


def members(query: Query, record: str) -> Part:
    """The conditions under which a row of `sort`, taken as `s`, stands for a record of the query."""
    scope = Part("s.scope = ? AND s.field = 'name'", (query.scope,))
    return all_of([scope, *_conditions(query, record)])


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
        if isinstance(each, Condition):
            if each.any_of:
                found = _under(each, each.any_of)
                yield Part(f"{record} IN ({found.sql})", found.values)
            if each.none_of:
                found = _under(each, each.none_of)
                yield Part(f"{record} NOT IN ({found.sql})", found.values)
        else:
            found = (
                _tied(each)
                if isinstance(each, Tied)
                else _party(each)
                if isinstance(each, PartyTo)
                else _partners(each)
            )
            yield Part(f"{record} {'NOT ' if each.exclude else ''}IN ({found.sql})", found.values)


def _under(condition: Condition, spans: tuple[Span, ...]) -> Part:
    if condition.ordered:
        overlap = Part(
            " OR ".join(["(low <= ? AND high >= ?)"] * len(spans)), tuple(v for s in spans for v in (s.high, s.low))
        )
    else:
        overlap = Part(f"low IN ({', '.join('?' * len(spans))})", tuple(span.low for span in spans))
    return Part(f"SELECT record FROM term WHERE field = ? AND ({overlap.sql})", (condition.field, *overlap.values))


def _tied(each: Tied) -> Part:
    ways = []
    for word, ident in each.ends:
        near, far, code = ("target", "source", INVERSES[word]) if word in INVERSES else ("source", "target", word)
        sql = f"SELECT t.{near} FROM tie t JOIN record o ON o.number = t.{far} WHERE t.relation = ? AND o.id = ?"
        ways.append(Part(sql, (code, ident)))
        if word == "cooperates-with":
            ways.append(Part(sql.replace(f"t.{near}", "t.target").replace(f"t.{far}", "t.source"), (code, ident)))
    return all_of(ways, " UNION ")


def _party(each: PartyTo) -> Part:
    marks = ", ".join("?" * len(each.idents))
    return Part(
        f"SELECT t.source FROM tie t JOIN record r ON r.number = t.target WHERE t.party = 1 AND r.id IN ({marks})",
        each.idents,
    )


def _partners(each: PartnerOf) -> Part:
    own = all_of([Part("SELECT number FROM record WHERE id = ?", (ident,)) for ident in each.idents], " UNION ")
    if each.with_parts:
        own = Part(parts_of(own.sql), own.values)
    firm = "standing NOT IN ('proposed', 'planned')"
    ways = [
        f"SELECT t.target FROM tie t WHERE t.partnership = 1 AND t.{firm} AND t.source IN ({own.sql})",
        f"SELECT t.source FROM tie t WHERE t.partnership = 1 AND t.{firm} AND t.target IN ({own.sql})",
        f"SELECT b.target FROM tie a JOIN tie b ON b.source = a.source AND b.party = 1 AND b.{firm} "
        f"WHERE a.party = 1 AND a.{firm} AND a.target IN ({own.sql})",
    ]
    found = " UNION ".join(ways)
    return Part(f"{found} EXCEPT SELECT * FROM ({own.sql}) o", own.values * 4)


def parts_of(own: str) -> str:
    """The records that a query answers, with all their parts, and the parts of these."""
    return (
        f"WITH RECURSIVE whole(number) AS ({own} UNION SELECT t.source FROM tie t JOIN whole w ON t.target = w.number "
        "WHERE t.relation = 'part-of') SELECT number FROM whole"
    )
