"""What a search finds, the best first: exact names, then names, then anything.

Among equals those come first whose shown name begins with the text, then shorter names. Of what a text finds RANKED are
looked at, in the index's own order: ranking all that a common word finds would walk the whole index.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from pyroaring import BitMap

from registry.kinds.model.folding import comparable
from registry.store import memory, searching
from registry.store.concordance import COLUMNS
from registry.store.database import Store
from registry.store.indexing import ALL
from registry.store.meeting import Query, meeting
from registry.store.memory import Memory
from registry.store.postings import met
from registry.store.searching import Sought, plain

RANKED = 1000
"""How many hits of a search are ranked and paged through."""


MATCHING = "SELECT rowid AS number FROM search WHERE search MATCH ?"


class Ranking(NamedTuple):
    """The records that a search finds in tiers, the best first; none is in two, and each is put in order when looked at."""

    tiers: list[BitMap]

    def __len__(self) -> int:
        return min(RANKED, sum(map(len, self.tiers)))

    def some(self, mind: Memory, start: int, count: int) -> list[int]:
        """So many of the records from a place on."""
        found: list[int] = []
        end = min(start + count, len(self))
        for tier in self.tiers:
            if start < len(tier) and end > 0:
                found += _briefest(mind, tier, end)[start:]
            start, end = max(0, start - len(tier)), end - len(tier)
        return found


def _briefest(mind: Memory, tier: BitMap, count: int) -> list[int]:
    if tier.intersect(mind.changed):
        return sorted(sorted(tier), key=mind.briefness().__getitem__)[:count]
    order = mind.by_briefness()
    return order.first(tier & order.records, count, None, backwards=False)


def ranked(store: Store, query: Query) -> Ranking:
    """The records that the text of a query finds, among those that meet its conditions.

    The database is asked while nobody has to wait for what is kept in mind.
    """
    with memory.of(store).at_present(query.change) as mind:
        known: Ranking | None = mind.known(query)
        if known is not None:
            return known
        change, within, leading = mind.change, meeting(store, mind, query), _leading(store, mind, query)
        begun = searching.begun(store, query.text) if store.sqlite and not mind.postings.knows_beginnings else {}
    leading &= within
    exact = _so_named(store, query) & within
    tiers, before = [exact & leading, exact - leading, leading - exact], exact | leading
    ways = _ways(store, query, within, begun)
    while len(before) < RANKED and (hits := next(ways, None)) is not None:
        tiers.append(hits - before)
        before |= hits
    found = Ranking([tier for tier in tiers if tier])
    with memory.of(store).at_present(query.change) as mind:
        if mind.change == change:  # else it may lack what has come since
            mind.keep(query, found)
    return found


def _is_narrowed(query: Query) -> bool:
    return query.scope != ALL or bool(query.conditions)


def _leading(store: Store, mind: Memory, query: Query) -> BitMap:
    """The records whose shown name begins with the text of a search."""
    text = plain(query.text)[:500]
    if not text:  # every name begins with nothing
        return BitMap()
    most = -1 if _is_narrowed(query) else RANKED
    if not mind.changed:
        numbers = mind.order(query.scope, "name").beginning(text)
        return BitMap(numbers if most < 0 else numbers[:most])
    sql = "SELECT record FROM sort WHERE scope = ? AND field = 'name' AND value >= ? AND value < ?"
    rows = store.rows(sql + ("" if most < 0 else f" LIMIT {most}"), [query.scope, text, text + "\U0010ffff"])
    return BitMap([row[0] for row in rows])


def _so_named(store: Store, query: Query) -> BitMap:
    """The records that bear the text of a search as a name."""
    asked = [comparable(query.text)[:500], plain(query.text)[:500]]
    return BitMap([row[0] for row in store.rows("SELECT record FROM name WHERE folded IN (?, ?)", asked)])


def _ways(store: Store, query: Query, within: BitMap, begun: Mapping[str, Sequence[str]]) -> Iterator[BitMap]:
    """What the words of a text find, the best first: in names, then anywhere."""
    if store.sqlite:
        sought = searching.fts5_sought(query.text, begun)
        for column in COLUMNS if sought else ():
            yield _by_words(store, query, column, sought, within)
    elif asked := searching.tsquery(query.text):
        for vector in ("names", "(names || body)"):
            yield _first(
                store, query, f"SELECT record AS number FROM search WHERE {vector} @@ ?::tsquery", asked, within
            )


def _by_words(store: Store, query: Query, column: str, sought: list[Sought], within: BitMap) -> BitMap:
    """Up to RANKED of the records that have all words, in the order of their numbers."""
    with memory.of(store).at_present(query.change) as mind:
        known = [mind.postings.of(column, each) for each in sought]
    held = [each for each in known if each is not None]
    if len(held) < len(known):
        return _first(store, query, MATCHING, column + f"({' AND '.join(map(str, sought))})", within)
    found = met([within, *held])
    return found if len(found) <= RANKED else found[:RANKED]


def _first(store: Store, query: Query, sql: str, asked: str, within: BitMap) -> BitMap:
    """The first RANKED that a statement finds, in the order of their numbers."""
    if _is_narrowed(query):
        numbers = (row[0] for row in store.each(sql, [asked]))
        return BitMap(islice((number for number in numbers if number in within), RANKED))
    return BitMap([row[0] for row in store.packed(("number",), f"{sql} LIMIT {RANKED}", [asked])]) & within
