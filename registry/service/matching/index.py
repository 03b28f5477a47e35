"""All names of a registry in memory, and which of them are worth comparing with a question.

Names are found by their rarest tokens: words, pairs of Chinese characters, pairs of syllables. A word that no name has is
looked up among those that are spelled nearly so, begin so, or are two of them written as one.
"""

import heapq
from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from math import log
from operator import itemgetter

from rapidfuzz import fuzz, process

from registry.kinds.model.folding import has_cjk
from registry.service.matching import forms
from registry.service.matching.forms import Form, Script
from registry.service.matching.lexicon import SEVERAL, STOP, misread, spelled

MOST_READ = 2000
"""How many places of postings are read for one form of a question."""
MOST_FOUND = 40
"""How many names are compared for one form of a question."""
_NEAR = 72
_LONGEST_WORD = 18
_ENTRIES = 6


class Space:
    """The names of one script: their texts by slot, the slots by token, and by squashed text.

    `worded` says that its tokens are words, of which people misspell some.
    """

    def __init__(self, *, worded: bool) -> None:
        self.worded = worded
        self.texts: list[str] = []
        self.names = array("q")
        self.translated = bytearray()
        self.slots: dict[str, array[int]] = {}
        self.same: dict[str, array[int]] = {}
        self._words: list[str] = []
        self._fresh: list[str] = []
        self._beginnings: dict[str, list[str]] = {}
        self._ends: dict[str, list[str]] = {}
        self._misread: dict[str, list[str]] = {}

    def add(self, form: Form, name: int) -> int:
        """Add a form of a name; answers its slot."""
        slot = len(self.texts)
        self.texts.append(form.text)
        self.names.append(name)
        self.translated.append(form.translated)
        for token in set(form.tokens):
            known = self.slots.get(token)
            if known is None:
                self.slots[token] = array("I", (slot,))
                self._learn(token)
            else:
                known.append(slot)
        self.same.setdefault(form.squashed, array("I")).append(slot)
        return slot

    def take_out(self, form: Form, name: int) -> None:
        """Take a form of a name out again, so that nothing finds it; its words stay known as words."""
        same = self.same[form.squashed]
        slot = next(each for each in same if self.names[each] == name)
        same.remove(slot)
        for token in set(form.tokens):
            self.slots[token].remove(slot)

    def _learn(self, word: str) -> None:
        if not self.worded or len(word) < 3:
            return
        self._fresh.append(word)
        self._misread.setdefault(misread(word), []).append(word)
        for width in _widths(len(word)):
            self._beginnings.setdefault(word[:width], []).append(word)
            self._ends.setdefault(word[-width:], []).append(word)

    def rarity(self, token: str) -> float:
        """How much a token tells: more, the fewer names have it."""
        known = self.slots.get(token)
        return log(1 + (len(self.texts) + 1) / (1 + (len(known) if known is not None else 0)))

    def knows(self, token: str) -> bool:
        """Whether any name has the token."""
        return token in self.slots

    def near(self, word: str) -> list[tuple[str, float]]:
        """Words that a word may stand for, each with how likely it does: spelled nearly so, beginning so, or two in one."""
        found: dict[str, float] = {}
        if len(word) > 3:
            width = 2 if len(word) < 7 else 3
            for among in (self._beginnings.get(word[:width], ()), self._ends.get(word[-width:], ())):
                close = process.extract(word, among, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_ENTRIES)
                found |= {other: ratio / 100 for other, ratio, _ in close}
        found |= dict.fromkeys(self._misread.get(misread(word), ())[:_ENTRIES], 0.95)
        for other in self._begun(word):
            found.setdefault(other, 0.8)
        for at in range(3, len(word) - 2):
            if word[:at] in self.slots and word[at:] in self.slots:
                found |= {word[:at]: 0.9, word[at:]: 0.9}
        return sorted(found.items(), key=itemgetter(1), reverse=True)[: 2 * _ENTRIES]

    def spaced(self, letters: str) -> list[str]:
        """The words that are written in some letters without spaces between them; empty where they are not words of names.

        One letter between two words may be none of theirs: what stands there for a space.
        """
        best: dict[tuple[int, int], tuple[int, list[str]]] = {(0, 0): (0, [])}
        for at in range(len(letters)):
            for slips in (0, 1):
                told, words = best.get((at, slips), (-1, []))
                if told < 0:
                    continue
                for end in range(at + 2, min(len(letters), at + _LONGEST_WORD) + 1):
                    piece = letters[at:end]
                    gain = told + (end - at) ** 2
                    if self._is_word(piece) and gain > best.get((end, slips), (-1, []))[0]:
                        best[end, slips] = gain, [*words, piece]
                if words and not slips and told > best.get((at + 1, 1), (-1, []))[0]:
                    best[at + 1, 1] = told, words
        whole = best.get((len(letters), 0)) or best.get((len(letters), 1))
        return whole[1] if whole and sum(word not in STOP for word in whole[1]) > 1 else []

    def _is_word(self, piece: str) -> bool:
        if piece in STOP or piece in SEVERAL:
            return True
        return len(piece) > 2 and (piece in self.slots or (len(piece) > 3 and spelled(piece) in self.slots))

    def _begun(self, start: str) -> Iterator[str]:
        if len(start) < 3 or len(start) > 8:
            return
        if len(self._fresh) > 50:
            self._words = sorted({*self._words, *self._fresh})
            self._fresh.clear()
        while self._fresh:
            insort(self._words, self._fresh.pop())
        at = bisect_left(self._words, start)
        for word in self._words[at : at + _ENTRIES]:
            if word.startswith(start):
                yield word

    def find(self, form: Form, most: int = MOST_READ) -> list[int]:
        """The slots that share the most telling tokens with a form of a question, the best first."""
        weights = self._expanded(tuple(dict.fromkeys(form.tokens)), nearly=self.worded and not form.translated)
        shares: dict[int, float] = {}
        get = shares.get
        for count, token, weight in sorted(
            (len(self.slots[token]), token, weight) for token, weight in weights.items()
        ):
            if count > most and shares:
                break
            gain = weight * self.rarity(token)
            for slot in self.slots[token][:most]:
                shares[slot] = get(slot, 0.0) + gain
            most -= count
        if len(shares) <= MOST_FOUND:
            return sorted(shares, key=shares.__getitem__, reverse=True)
        return heapq.nlargest(MOST_FOUND, shares, key=shares.__getitem__)

    def _expanded(self, tokens: tuple[str, ...], nearly: bool) -> Mapping[str, float]:
        """The tokens that names have, and what those that none has may stand for."""
        found = {token: 1.0 for token in tokens if token in self.slots}
        if not nearly:
            return found
        for at, token in enumerate(tokens):
            together = token + tokens[at + 1] if at + 1 < len(tokens) else ""
            if together in self.slots:
                found[together] = 1.0
            if token not in self.slots:
                for other, likely in self.near(token):
                    found[other] = max(found.get(other, 0.0), likely)
            elif len(token) < 5:
                for other in self._begun(token):
                    found.setdefault(other, 0.5)
        return found


def _widths(length: int) -> tuple[int, ...]:
    """By how many letters at either end a word of a length is looked up."""
    return (2,) if length < 5 else (2, 3) if length < 9 else (3,)


class Index:
    """The names of all published records, each with its record; records can be put anew and taken out.

    A name beside which that of the whole stands, as people write parts, is kept as well; `composed` are the numbers of such.
    """

    def __init__(self) -> None:
        self.spaces: dict[Script, Space] = {
            "latin": Space(worded=True), "cjk": Space(worded=False), "sound": Space(worded=False),
        }  # fmt: skip
        self.names: list[str] = []
        self.records = array("q")
        self.composed: set[int] = set()
        self.named: dict[int, list[int]] = {}
        self.kinds: dict[int, frozenset[str]] = {}
        self.ties: dict[int, int] = {}
        self.acronyms: dict[str, array[int]] = {}
        self.firsts: dict[str, array[int]] = {}
        self.gone = 0

    def put(
        self, record: int, kinds: frozenset[str], names: Iterable[str], *, ties: int = 0, wholes: Iterable[str] = ()
    ) -> None:
        """Put a record with its comparable names, those of what it is part of, and how many ties lead to it."""
        self.drop(record)
        names, wholes = list(names), list(wholes)
        self.kinds[record] = kinds
        if ties:
            self.ties[record] = ties
        self.named[record] = [self._add(record, name) for name in names]
        for number, name in zip(self.named[record], names, strict=True):
            for acronym in forms.acronyms(name):
                self.acronyms.setdefault(acronym, array("I")).append(number)
        if not any(whole in name for whole in wholes for name in names):
            composed = [self._add(record, name) for name in _composed(names, wholes)]
            self.named[record] += composed
            self.composed.update(composed)

    def _add(self, record: int, name: str) -> int:
        number = len(self.names)
        self.names.append(name)
        self.records.append(record)
        for form in forms.of_name(name):
            self.spaces[form.script].add(form, number)
        for first in _firsts(name):
            self.firsts.setdefault(first, array("I")).append(number)
        return number

    def drop(self, record: int) -> None:
        """Take a record out: nothing finds its names any more.

        Left where they are, those of a record that is changed again and again would crowd out its present ones.
        """
        if self.kinds.pop(record, None) is None:
            return
        self.ties.pop(record, None)
        for number in self.named.pop(record):
            self._forget(number)
            self.composed.discard(number)
            self.gone += 1

    def _forget(self, number: int) -> None:
        name = self.names[number]
        self.records[number] = -1
        for form in forms.of_name(name):
            self.spaces[form.script].take_out(form, number)
        beginnings = ((self.acronyms, forms.acronyms(name)), (self.firsts, _firsts(name)))
        for places, keys in beginnings:
            for key in keys:
                if number in places.get(key, ()):
                    places[key].remove(number)


def _firsts(name: str) -> set[str]:
    """The characters that a Chinese short name may begin with: the first, and that behind a country."""
    chinese = [form.text for form in forms.of_name(name) if form.script == "cjk"]
    return {first for text in chinese for first in (text[:1], *forms.behind_country(text))}


def _composed(names: list[str], wholes: list[str]) -> Iterator[str]:
    """A name with that of the whole, for the first of each script in which both have one."""
    for chinese in (False, True):
        own = [name for name in names if has_cjk(name) is chinese]
        its = [name for name in wholes if has_cjk(name) is chinese]
        if own and its:
            yield its[0] + own[0] if chinese else f"{own[0]}, {its[0]}"
