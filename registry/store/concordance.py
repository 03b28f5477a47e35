"""All words of the search index in their order, each with the records that have it, as they were when they were read."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

from pyroaring import BitMap

from registry.store.database import Store

COLUMNS = ("names : ", "")
"""Where the index is asked for words: in names, or anywhere."""


class Concordance:
    """The words of one column, or of all: what begins with a text stands together, and so do the records that have it."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._starts, self._records = array("I", [0]), array("I")

    def add(self, word: str, records: Iterator[int]) -> None:
        """Add a word that comes behind all others, with its records, some perhaps several times."""
        self._words.append(word)
        self._records.extend(records)
        self._starts.append(len(self._records))

    def having(self, word: str) -> BitMap:
        """The records that have a word."""
        at = bisect_left(self._words, word)
        there = at < len(self._words) and self._words[at] == word
        return BitMap(self._records[self._starts[at] : self._starts[at + 1]]) if there else BitMap()

    def beginning(self, text: str) -> BitMap:
        """The records that have a word that begins so."""
        first, last = bisect_left(self._words, text), bisect_left(self._words, text + "\U0010ffff")
        return BitMap(self._records[self._starts[first] : self._starts[last]])


def read(store: Store) -> dict[str, Concordance]:
    """A concordance for each of COLUMNS, from the index of SQLite."""
    named, anywhere = Concordance(), Concordance()
    store.change("CREATE VIRTUAL TABLE IF NOT EXISTS temp.occurrence USING fts5vocab('main', 'search', 'instance')")
    sql = (
        "SELECT term, group_concat(doc), group_concat(CASE WHEN col = 'names' THEN doc END) FROM temp.occurrence "
        "GROUP BY term ORDER BY term"
    )
    for word, records, in_names in store.each(sql):
        anywhere.add(word, map(int, records.split(",")))
        if in_names:
            named.add(word, map(int, in_names.split(",")))
    return dict(zip(COLUMNS, (named, anywhere), strict=True))
