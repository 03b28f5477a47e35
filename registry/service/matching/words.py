"""The words of names, and which of them a word that no name has may stand for.

What is found does not depend on the order in which the words were learned.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterator
from operator import itemgetter

from rapidfuzz import fuzz, process

from registry.service.matching.lexicon import SEVERAL, SPELLINGS, STOP, misread, spelled

_NEAR = 72
_LONGEST = 18
_ENTRIES = 6
_UNSORTED = 50
_SMALL = STOP | SEVERAL.keys()
_UNREACHED: tuple[int, list[str]] = (-1, [])


class Words:
    """Words that can be looked up by how they begin, end, and look; `known` are those that names have now."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._sorted: list[str] = []
        self._fresh: list[str] = []
        self._places: tuple[dict[str, list[str]], ...] = ({}, {}, {})

    def learn(self, word: str) -> None:
        """Learn a word that a name has, and none had before."""
        if len(word) < 3:
            return
        self._fresh.append(word)
        for place, key in _keys(word):
            insort(self._places[place].setdefault(key, []), word)

    def forget(self, word: str) -> None:
        """Forget a word that no name has any more."""
        if len(word) < 3:
            return
        self._sort()
        del self._sorted[bisect_left(self._sorted, word)]
        for place, key in _keys(word):
            self._places[place][key].remove(word)

    def near(self, word: str) -> list[tuple[str, float]]:
        """Words that a word may stand for, each with how likely it does: spelled nearly so, beginning so, or two in one."""
        beginnings, ends, looks = self._places
        found: dict[str, float] = {}
        if len(word) > 3:
            width = 2 if len(word) < 7 else 3
            for among in (beginnings.get(word[:width], ()), ends.get(word[-width:], ())):
                close = process.extract(word, among, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_ENTRIES)
                found |= {other: ratio / 100 for other, ratio, _ in close}
        found |= dict.fromkeys(looks.get(misread(word), ())[:_ENTRIES], 0.95)
        for other in self.begun(word):
            found.setdefault(other, 0.8)
        for at in range(3, len(word) - 2):
            if word[:at] in self._known and word[at:] in self._known:
                found |= {word[:at]: 0.9, word[at:]: 0.9}
        return sorted(found.items(), key=itemgetter(1), reverse=True)[: 2 * _ENTRIES]

    def begun(self, start: str) -> Iterator[str]:
        """The first words that begin so."""
        if not 2 < len(start) < 9:
            return
        self._sort()
        at = bisect_left(self._sorted, start)
        for word in self._sorted[at : at + _ENTRIES]:
            if word.startswith(start):
                yield word

    def spaced(self, letters: str) -> list[str]:
        """The words that are written in some letters without spaces between them; empty where they are not words of names.

        One letter between two words may be none of theirs: what stands there for a space.
        """
        best: dict[tuple[int, int], tuple[int, list[str]]] = {(0, 0): (0, [])}
        for at in range(len(letters)):
            reached = [(slips, *best[at, slips]) for slips in (0, 1) if (at, slips) in best]
            pieces = self._begin(letters[at : at + _LONGEST]) if reached else []
            for slips, told, words in reached:
                for piece in pieces:
                    end, gain = at + len(piece), told + len(piece) ** 2
                    if gain > best.get((end, slips), _UNREACHED)[0]:
                        best[end, slips] = gain, [*words, piece]
                if words and not slips and told > best.get((at + 1, 1), _UNREACHED)[0]:
                    best[at + 1, 1] = told, words
        whole = best.get((len(letters), 0)) or best.get((len(letters), 1))
        return whole[1] if whole and sum(word not in STOP for word in whole[1]) > 1 else []

    def _begin(self, letters: str) -> list[str]:
        """The words of two letters or more that some letters begin with."""
        known, pieces = self._known, [letters[:size] for size in range(2, len(letters) + 1)]
        words = [piece for piece in pieces if piece in _SMALL or (piece in known and len(piece) > 2)]
        otherwise = [piece for piece in pieces[2:] if piece[-1] == "s" or piece in SPELLINGS]
        return words + [piece for piece in otherwise if spelled(piece) in known]

    def _sort(self) -> None:
        if len(self._fresh) > _UNSORTED:
            self._sorted = sorted([*self._sorted, *self._fresh])
            self._fresh.clear()
        while self._fresh:
            insort(self._sorted, self._fresh.pop())


def _keys(word: str) -> Iterator[tuple[int, str]]:
    """Under what a word is looked up: some letters at its beginning, some at its end, how it looks."""
    yield 2, misread(word)
    for width in (2,) if len(word) < 5 else (2, 3) if len(word) < 9 else (3,):
        yield 0, word[:width]
        yield 1, word[-width:]
