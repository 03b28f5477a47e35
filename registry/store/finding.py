"""Finding records: lists, searches, facets and counts, as SQL that is the same on both engines.

Fragments of text with their values are put together; a list of one sort walks an index and needs no sorting. Which records
meet conditions, and how many, is told by bitmaps that the process keeps in mind (memory.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from pyroaring import BitMap

from registry.kinds.catalogue import BY_PLURAL
from registry.kinds.model.folding import comparable
from registry.kinds.model.relations import INVERSES, RELATIONS
from registry.store import memory
from registry.store.database import Store
from registry.store.indexing import ALL
from registry.store.memory import Memory, Under
from registry.store.searching import begun, fts5_query, plain, tsquery

RANKED = 1000
"""How many hits of a search are ranked and paged through."""


PUBLISHED = "state = 'published'"
PARTY_TO = "t.party = 1 AND (t.standing NOT IN ('proposed', 'planned') OR r.lifecycle IN ('proposed', 'planned'))"
"""A tie `t` whose target is a party to the record `r` that holds it: no less firmly than there is that record."""


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
    """What to find: in one collection or in all, under conditions, in an order; where the journal is known to end."""

    scope: str = ALL
    conditions: tuple[Condition | Tied | PartnerOf | PartyTo, ...] = ()
    text: str = ""
    order: tuple[tuple[str, bool], ...] = (("name", False),)
    change: int | None = field(default=None, compare=False)


class Part(NamedTuple):
    """A fragment of SQL with the values of its question marks."""

    sql: str
    values: tuple[Any, ...] = ()


def all_of(parts: Sequence[Part], joiner: str = " AND ") -> Part:
    """Several fragments joined."""
    return Part(joiner.join(part.sql for part in parts), tuple(v for part in parts for v in part.values))


@dataclass(frozen=True)
class Page:
    """A page of a list: the records' bytes, what orders the last of them, and whether there are more."""

    items: list[bytes] = field(default_factory=list)
    last: tuple[Any, ...] = ()
    more: bool = False


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
        if after is not None:
            sql = "SELECT value FROM sort WHERE record = ? AND scope = ? AND field = ?"
            if store.row(sql, (after[1], query.scope, field)) != (after[0],) or after[1] in mind.changed:
                return None
        hits = _meeting(store, mind, query)
        past, moved = after[1] if after else None, hits & mind.changed
        chosen = order.first(hits - moved if moved else hits, limit + 1, past, backwards=backwards)
        chosen += moved
        documents, values = mind.documents(query.scope, field, chosen)
        rows = [(values[number], number, documents[number]) for number in chosen if number in values]
    if moved:
        rows.sort(reverse=backwards)
        if after is not None:
            rows = [row for row in rows if (row[:2] < after if backwards else row[:2] > after)]
    return _paged(rows, limit)


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
        return len(searched(store, query))
    with memory.of(store).at_present(query.change) as mind:
        return len(_meeting(store, mind, query))


def facets(store: Store, query: Query, fields: Sequence[str]) -> dict[str, dict[str, tuple[int, int]]]:
    """How many records there are under each value of some fields, and how many of these under a caution."""
    hits = searched(store, query) if query.text else None
    with memory.of(store).at_present(query.change) as mind:
        found = _meeting(store, mind, query) if hits is None else BitMap(hits)
        return {name: _counts(store, mind, name, found) for name in fields}


def _counts(store: Store, mind: Memory, name: str, found: BitMap) -> dict[str, tuple[int, int]]:
    """How many of the records there are under each value of a field, the most frequent values first."""
    values = mind.values(name)
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


def _meeting(store: Store, mind: Memory, query: Query) -> BitMap:
    """The numbers of the records that meet all conditions: for a page, its total, and the pages behind it."""
    asked = (query.scope, query.conditions)
    found: BitMap | None = mind.known(asked)
    if found is None:
        found = _met(store, mind, query)
        mind.keep(asked, found)
    return found


def _met(store: Store, mind: Memory, query: Query) -> BitMap:
    within, without = list[BitMap](), list[BitMap]()
    for each in query.conditions:
        values = mind.values(each.field) if isinstance(each, Condition) and not each.ordered else None
        if isinstance(each, Condition) and values is not None:
            within += [_under_any(values, [span.low for span in each.any_of])] if each.any_of else []
            without += [values[span.low].records for span in each.none_of if span.low in values]
        else:
            for part, excluded in _numbers(each):
                (without if excluded else within).append(BitMap([row[0] for row in store.rows(part.sql, part.values)]))
    within.append(_of_scope(mind, query.scope))
    found = BitMap.intersection(*sorted(within, key=len))
    return found.difference(*without) if without else found


def _of_scope(mind: Memory, scope: str) -> BitMap:
    """The records of a collection, or of all; not to be changed."""
    kinds = mind.values("kind") or {}
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


def numbers(store: Store, query: Query) -> BitMap:
    """The numbers of the records that are found."""
    if query.text:
        return BitMap(searched(store, query))
    with memory.of(store).at_present(query.change) as mind:
        return _meeting(store, mind, query)


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
    offset = int(after[0]) if after else 0
    ranking = searched(store, query)
    chosen = ranking[offset : offset + limit]
    with memory.of(store).at_present(query.change) as mind:
        documents, values = mind.documents(query.scope, "name", chosen)
        items = [documents[number] for number in chosen if number in values]
    return Page(items, (offset + len(chosen),), len(ranking) > offset + limit)


def searched(store: Store, query: Query) -> list[int]:
    """The records that a text finds: exact names first, then names, then anything; at most RANKED.

    Among equals those come first whose shown name begins with the text, then shorter names. Of what a text finds RANKED
    are looked at, in the index's own order: ranking all that a common word finds would walk the whole index.
    """
    with memory.of(store).at_present(query.change) as mind:
        known: list[int] | None = mind.known(query)
        if known is not None:
            return known
        narrowed = query.scope != ALL or query.conditions
        within, briefness = _meeting(store, mind, query) if narrowed else None, mind.briefness()
    exact, leading = _so_named(store, query, within)
    ranked = dict[int, None]()
    for found in (exact & leading, exact - leading, leading):
        ranked.update(dict.fromkeys(sorted(sorted(found), key=briefness.__getitem__)))
    for way in _ways(store, query.text):
        if len(ranked) < RANKED:
            ranked.update(dict.fromkeys(sorted(sorted(_kept(store, way, within)), key=briefness.__getitem__)))
    ordered = list(ranked)[:RANKED]
    with memory.of(store).at_present(query.change) as mind:
        mind.keep(query, ordered)
    return ordered


def _so_named(store: Store, query: Query, within: BitMap | None) -> tuple[set[int], set[int]]:
    """The records that bear the text of a search as a name, and those whose shown name begins with it."""
    text, most = plain(query.text), f" LIMIT {RANKED}" if within is None else ""
    sql: str = "SELECT record, 1 FROM name WHERE folded IN (?, ?)"
    values: list[Any] = [comparable(query.text)[:500], text[:500]]
    if text:  # every name begins with nothing
        leading = f"SELECT record, 0 FROM sort WHERE scope = ? AND field = 'name' AND value >= ? AND value < ?{most}"
        sql += f" UNION ALL SELECT * FROM ({leading}) AS begun"
        values += [query.scope, text, text + "\U0010ffff"]
    found: tuple[set[int], set[int]] = (set(), set())
    for number, is_exact in store.rows(sql, values):
        if within is None or number in within:
            found[0 if is_exact else 1].add(number)
    return found


def _ways(store: Store, text: str) -> Iterator[Part]:
    """The ways in which the words of a text find records, the best first."""
    asked = fts5_query(text, begun(store, text)) if store.sqlite else tsquery(text)
    if asked and store.sqlite:
        yield Part("SELECT rowid AS number FROM search WHERE search MATCH ?", (f"names : ({asked})",))
        yield Part("SELECT rowid AS number FROM search WHERE search MATCH ?", (asked,))
    elif asked:
        yield Part("SELECT record AS number FROM search WHERE names @@ ?::tsquery", (asked,))
        yield Part("SELECT record AS number FROM search WHERE (names || body) @@ ?::tsquery", (asked,))


def _kept(store: Store, found: Part, within: BitMap | None) -> list[int]:
    """Up to RANKED of the numbers that a statement finds, those within the bitmap where there is one."""
    if within is None:
        return [row[0] for row in store.packed(("number",), f"{found.sql} LIMIT {RANKED}", found.values)]
    return list(islice((row[0] for row in store.each(found.sql, found.values) if row[0] in within), RANKED))


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
        for found, excluded in _numbers(each):
            yield Part(f"{record} {'NOT ' if excluded else ''}IN ({found.sql})", found.values)


def _numbers(each: Condition | Tied | PartnerOf | PartyTo) -> Iterator[tuple[Part, bool]]:
    """Statements for the numbers of records, and whether these are excluded."""
    if isinstance(each, Condition):
        if each.any_of:
            yield _under(each, each.any_of), False
        if each.none_of:
            yield _under(each, each.none_of), True
    elif isinstance(each, Tied):
        yield _tied(each), each.exclude
    elif isinstance(each, PartyTo):
        yield _party(each), each.exclude
    else:
        yield _partners(each), each.exclude


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
        both = RELATIONS[code].inverse == code  # such a tie reads the same from either end
        for this, other in ((near, far), (far, near)) if both else ((near, far),):
            sql = f"SELECT t.{this} FROM tie t JOIN record o ON o.number = t.{other} WHERE t.relation = ? AND o.id = ?"
            ways.append(Part(sql, (code, ident)))
    return all_of(ways, " UNION ")


def _party(each: PartyTo) -> Part:
    marks = ", ".join("?" * len(each.idents))
    return Part(
        "SELECT t.source FROM tie t JOIN record r ON r.number = t.source JOIN record o ON o.number = t.target "
        f"WHERE {PARTY_TO} AND o.id IN ({marks})",
        each.idents,
    )


def _partners(each: PartnerOf) -> Part:
    return all_of([_partners_of(ident, with_parts=each.with_parts) for ident in each.idents], " UNION ")


def _partners_of(ident: str, *, with_parts: bool) -> Part:
    own = Part("SELECT number FROM record WHERE id = ?", (ident,))
    if with_parts:
        own = Part(parts_of(own.sql), own.values)
    firm = "standing NOT IN ('proposed', 'planned')"
    ways = [
        f"SELECT t.target FROM tie t WHERE t.partnership = 1 AND t.{firm} AND t.source IN ({own.sql})",
        f"SELECT t.source FROM tie t WHERE t.partnership = 1 AND t.{firm} AND t.target IN ({own.sql})",
        f"SELECT b.target FROM tie a JOIN tie b ON b.source = a.source AND b.party = 1 AND b.{firm} "
        f"WHERE a.party = 1 AND a.{firm} AND a.target IN ({own.sql})",
    ]
    found = " UNION ".join(ways)
    return Part(f"SELECT * FROM ({found} EXCEPT SELECT * FROM ({own.sql}) o) p", own.values * 4)


def parts_of(own: str, unsure: Sequence[str] = ()) -> str:
    """The records that a query answers, with all their parts, and the parts of these.

    Parts that are only proposed or planned do not count, unless these standings are named.
    """
    left_out = [f"'{standing}'" for standing in ("proposed", "planned") if standing not in unsure]
    firm = f" AND t.standing NOT IN ({', '.join(left_out)})" if left_out else ""
    return (
        f"WITH RECURSIVE whole(number) AS ({own} UNION SELECT t.source FROM tie t JOIN whole w ON t.target = w.number "
        f"WHERE t.relation = 'part-of'{firm}) SELECT number FROM whole"
    )
