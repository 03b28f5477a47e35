"""Which records the words of searches find, kept in mind where they are many, or asked for again and again.

A word that thousands of records have costs the index milliseconds each time that it is read to its end. The records of such
words are bitmaps, read once before a process serves, and what several words find is an intersection. The index alone tells
what a word finds: when records have changed since, it is asked for these.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pyroaring import BitMap

from registry.store.database import Store, marks
from registry.store.searching import Sought

FREQUENT = 500
"""Words that so many records have are read beforehand."""
MOST_HELD = 2000
"""So many of the other words are kept, those that were asked for last."""
MOST_ASKED = 20_000
"""So many words are remembered to have been asked for once."""
MOST_CHANGES = 20
"""Records that changed since a word was read; when there are more, it is read again."""
LONGEST = 200
"""What is longer than this is not kept, nor remembered."""
COLUMNS = ("names : ", "")
"""Where the index is asked for words: in names, or anywhere."""


class Posting(NamedTuple):
    """The records that a word finds, and how many changes were known when it was read; fewer than none where it is to be read."""

    records: BitMap
    since: int


class Postings:
    """The records of some words, each word written as the question that SQLite's index is asked."""

    def __init__(self, store: Store) -> None:
        self._store, self.knows_frequent = store, False
        self._frequent: dict[str, Posting] = {}
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._held: OrderedDict[str, Posting] = OrderedDict()
        self._changes: list[int] = []

    def __len__(self) -> int:
        return len(self._held) + len(self._frequent)

    def load(self) -> None:
        """Read the words that many records have."""
        if not self._store.sqlite or self.knows_frequent:
            return
        self._store.change(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'search', 'row')"
        )
        for (word,) in self._store.rows("SELECT term FROM temp.vocabulary WHERE doc >= ?", [FREQUENT]):
            for column in COLUMNS:
                asked = f'{column}"{word}"'
                self._frequent[asked] = Posting(self._read(asked), len(self._changes))
        self.knows_frequent = True

    def of(self, column: str, sought: Sought) -> BitMap | None:
        """The records that a word of a search finds, not to be changed; None where it is asked for the first time."""
        asked = [f'{column}"{word}"' for word in sought.words] or [f"{column}{sought.pattern}"]
        if any(each in self._frequent for each in asked):
            found = [self._present(each) for each in asked]
        else:
            found = [each for each in map(self._second, asked) if each is not None]
        if len(found) < len(asked):
            return None
        return found[0] if len(found) == 1 else BitMap.union(*found)

    def change(self, numbers: Iterable[int]) -> None:
        """Note that records have changed."""
        self._changes += numbers

    def doubt(self) -> None:
        """Note that any records may have changed: each word is read again when it is next asked for."""
        for known in (self._frequent, self._held):
            known.update({asked: each._replace(since=-1) for asked, each in known.items()})
        self._changes = []

    def _second(self, asked: str) -> BitMap | None:
        """The same from the second time on."""
        if asked in self._held or asked in self._asked:
            return self._present(asked)
        if len(asked) <= LONGEST:
            self._asked[asked] = None
            if len(self._asked) > MOST_ASKED:
                self._asked.popitem(last=False)
        return None

    def _present(self, asked: str) -> BitMap:
        held = self._frequent if asked in self._frequent else self._held
        known = held.get(asked, Posting(BitMap(), -1))
        changed = sorted(set(self._changes[known.since :])) if known.since >= 0 else []
        found = known.records
        if known.since < 0 or len(changed) > MOST_CHANGES:
            found = self._read(asked)
        elif changed:
            found = found - BitMap(changed) | self._read(asked, changed)
        held[asked] = Posting(found, len(self._changes))
        if held is self._held:
            self._held.move_to_end(asked)
            if len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        return found

    def _read(self, asked: str, among: Sequence[int] = ()) -> BitMap:
        narrowed = f" AND rowid IN ({marks(among)})" if among else ""
        row = self._store.row(f"SELECT group_concat(rowid) FROM search WHERE search MATCH ?{narrowed}", (asked, *among))
        return BitMap(map(int, row[0].split(","))) if row and row[0] else BitMap()
