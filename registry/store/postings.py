"""Which records the words of searches find, kept in mind where they are asked for again and again.

A word that thousands of records have costs the index milliseconds each time that it is read to its end. From the second
time on its records are a bitmap, and what several words find is an intersection. The index alone tells what a word finds:
when records have changed since, it is asked for these.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from pyroaring import BitMap

from registry.store.database import Store, marks

MOST_HELD = 2000
"""So many words are kept, those that were asked for last."""
MOST_ASKED = 20_000
"""So many words are remembered to have been asked for once."""
MOST_CHANGES = 20
"""Records that changed since a word was read; when there are more, it is read again."""
LONGEST = 200
"""Longer words than this are not kept, nor remembered."""


class Postings:
    """The records of some words, each word written as the question that SQLite's index is asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._held: OrderedDict[str, tuple[BitMap, int]] = OrderedDict()
        self._changes: list[int] = []

    def __len__(self) -> int:
        return len(self._held)

    def of(self, word: str) -> BitMap | None:
        """The records that have a word, not to be changed; None where it is asked for the first time."""
        if word in self._held:
            found, since = self._held[word]
            self._held.move_to_end(word)
            changed = self._changes[since:]
            if changed:
                found = self._renewed(word, found, changed)
        elif word in self._asked:
            found = self._read(word)
        else:
            self._remember(word)
            return None
        self._held[word] = found, len(self._changes)
        if len(self._held) > MOST_HELD:
            self._held.popitem(last=False)
        return found

    def change(self, numbers: Iterable[int]) -> None:
        """Note that records have changed."""
        self._changes += numbers

    def _remember(self, word: str) -> None:
        if len(word) <= LONGEST:
            self._asked[word] = None
            if len(self._asked) > MOST_ASKED:
                self._asked.popitem(last=False)

    def _renewed(self, word: str, found: BitMap, changed: Sequence[int]) -> BitMap:
        numbers = sorted(set(changed))
        if len(numbers) > MOST_CHANGES:
            return self._read(word)
        return found - BitMap(numbers) | self._read(word, f" AND rowid IN ({marks(numbers)})", numbers)

    def _read(self, word: str, narrowed: str = "", numbers: Iterable[int] = ()) -> BitMap:
        row = self._store.row(
            f"SELECT group_concat(rowid) FROM search WHERE search MATCH ?{narrowed}", (word, *numbers)
        )
        return BitMap(map(int, row[0].split(","))) if row and row[0] else BitMap()
