"""Which records the words of searches find, kept in mind by a process.

A word that thousands of records have costs the index milliseconds each time that it is read to its end, and what begins many
words tens of them. Here it is a bitmap, and what several words find is an intersection. All words are read once before a
process serves; the index alone tells what a word finds: when records have changed since, it is asked for these.
"""

from collections import OrderedDict
from collections.abc import Iterable
from functools import reduce
from operator import and_
from typing import NamedTuple

from pyroaring import BitMap

from registry.store import concordance
from registry.store.concordance import Concordance
from registry.store.database import Store, marks
from registry.store.searching import Sought

MOST_HELD = 2000
"""So many words are kept, those that were asked for last."""
MOST_ASKED = 20_000
"""So many are remembered to have been asked for once."""
MOST_SPANS = 50
"""Where changed records stand in more places than so many, a word is read to its end."""
MOST_CHANGES = 100_000
"""After so many changes all that was read is let go."""
GAP = 500
"""Changed records whose numbers differ by no more are asked for together."""
FEW = 20
"""Of so many records the words are looked at for a phrase."""
LONGEST = 200
"""What is longer than this is not kept, nor remembered."""


class Posting(NamedTuple):
    """The records that a word finds, and how many changes were known when it was read; fewer than none where it is to be read."""

    records: BitMap
    since: int


class Postings:
    """The records of some words, each word written as the question that SQLite's index is asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._concordances: dict[str, Concordance] = {}
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._held: OrderedDict[str, Posting] = OrderedDict()
        self._changes: list[int] = []

    def __len__(self) -> int:
        return len(self._held) + len(self._concordances)

    def load(self) -> None:
        """Read all words, so that none has to be asked for twice before it is kept."""
        if self._store.sqlite and not self._changes:
            self._concordances = concordance.read(self._store)

    def of(self, column: str, sought: Sought) -> BitMap | None:
        """The records that a word of a search finds, not to be changed; None where the index has to be asked as yet."""
        if sought.phrase:
            return self._phrase(column, sought)
        asked = [Sought((word,)) for word in sought.words] or [sought]
        found = [each for each in (self._known(column, one) for one in asked) if each is not None]
        if len(found) < len(asked):
            return None
        return found[0] if len(found) == 1 else BitMap.union(*found)

    @property
    def knows_beginnings(self) -> bool:
        """Whether what begins with a text can be told at once."""
        return bool(self._concordances)

    def change(self, numbers: Iterable[int]) -> None:
        """Note that records have changed."""
        self._changes += numbers
        if len(self._changes) > MOST_CHANGES:
            self.doubt()

    def doubt(self) -> None:
        """Note that any records may have changed: each word is read again when it is next asked for."""
        self._held.update({asked: Posting(each.records, -1) for asked, each in self._held.items()})
        self._concordances, self._changes = {}, []

    def _phrase(self, column: str, sought: Sought) -> BitMap | None:
        """The records that have words one behind the other: told where few have all of them."""
        words = [self._known(column, Sought((word,))) for word in set(sought.phrase.split())]
        every = [each for each in words if each is not None]
        if every and len(every) == len(words):
            having = met(every)
            if len(having) <= FEW:
                return self._with_phrase(column, sought.phrase, having)
        return self._known(column, sought)

    def _with_phrase(self, column: str, phrase: str, having: BitMap) -> BitMap:
        texts = "c0" if column else "c0, c1"
        sql = f"SELECT id, {texts} FROM search_content WHERE id IN ({marks(having)})"
        rows = self._store.rows(sql, list(having)) if having else []
        return BitMap(row[0] for row in rows if any(f" {phrase} " in f" {text} " for text in row[1:]))

    def _known(self, column: str, sought: Sought) -> BitMap | None:
        """What is kept, or can be told, brought up to date; None where it is asked for the first time."""
        asked = f"{column}{sought}"
        held = self._held.get(asked)
        known = held or self._told(column, asked, sought)
        if known is None:
            return None
        if known.since != len(self._changes):
            known = Posting(self._renewed(asked, known), len(self._changes))
        if known is not held:
            self._held[asked] = known
            if len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(asked)
        return known.records

    def _renewed(self, asked: str, known: Posting) -> BitMap:
        if known.since < 0:
            return self._read(asked)
        changed = BitMap(self._changes[known.since :])
        spans = _spans(changed)
        if len(spans) > MOST_SPANS:
            return self._read(asked)
        return BitMap.union(known.records - changed, *(self._read(asked, *span) for span in spans))

    def _told(self, column: str, asked: str, sought: Sought) -> Posting | None:
        """What is not kept: as all words were read at first, or to be read; None where it is asked for the first time."""
        if self._concordances and not sought.phrase:
            words = self._concordances[column]
            return Posting(words.having(sought.words[0]) if sought.words else words.beginning(sought.beginning), 0)
        if asked in self._asked:
            return Posting(BitMap(), -1)
        if len(asked) <= LONGEST:
            self._asked[asked] = None
            if len(self._asked) > MOST_ASKED:
                self._asked.popitem(last=False)
        return None

    def _read(self, asked: str, *span: int) -> BitMap:
        """What the index finds, between two numbers where these are given."""
        narrowed = " AND rowid BETWEEN ? AND ?" if span else ""
        row = self._store.row(f"SELECT group_concat(rowid) FROM search WHERE search MATCH ?{narrowed}", (asked, *span))
        return BitMap(map(int, row[0].split(","))) if row and row[0] else BitMap()


def met(found: Iterable[BitMap]) -> BitMap:
    """What stands in all of some bitmaps, the smallest first."""
    return reduce(and_, sorted(found, key=len))


def _spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last of numbers that stand close together; they come in order."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        first = spans.pop()[0] if spans and number - spans[-1][1] <= GAP else number
        spans.append((first, number))
    return spans
