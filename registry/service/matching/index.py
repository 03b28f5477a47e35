"""All names of a registry in memory, and which of them are worth comparing with a question.

Names are found by their rarest tokens: words, pairs of Chinese characters, pairs of syllables. A word that no name has is
looked up among those that it may stand for.

What is found depends on what the names are, never on the order in which they came: all is kept in the order of the records.
"""

from array import array
from bisect import bisect_left, insort_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log
from threading import RLock

from pyroaring import BitMap

from registry.kinds.model.folding import has_cjk
from registry.service.matching import forms
from registry.service.matching.forms import Form, Script
from registry.service.matching.words import Words
from registry.store.matching import Named

MOST_READ = 2000
"""How many places of postings are read for one form of a question."""
MOST_FOUND = 40
"""How many names are compared for one form of a question."""


class Space:
    """The names of one script: their texts by slot, the slots by token, and by squashed text.

    `worded` says that its tokens are words, of which people misspell some; `records` tells of each name whose it is.
    """

    def __init__(self, records: "array[int]", *, worded: bool) -> None:
        self.worded = worded
        self.texts: list[str] = []
        self._lengths = array("H")
        self.names = array("q")
        self.translated = bytearray()
        self.slots: dict[str, array[int]] = {}
        self.same: dict[str, array[int]] = {}
        self.words = Words(self.slots)
        self._records = records
        self._gone = 0
        self._rarities: dict[str, float] = {}

    def add(self, form: Form, name: int) -> None:
        """Add a form of a name."""
        self._rarities.clear()
        slot = len(self.texts)
        self.texts.append(form.text)
        self._lengths.append(len(form.text))
        self.names.append(name)
        self.translated.append(form.translated)
        for token in set(form.tokens):
            if token not in self.slots:
                self.slots[token] = array("I")
                if self.worded:
                    self.words.learn(token)
            _insert(self.slots[token], slot, self.record)
        _insert(self.same.setdefault(form.squashed, array("I")), slot, self.record)

    def take_out(self, form: Form, name: int) -> None:
        """Take a form of a name out again, so that nothing finds it, and with it the words that no other name has."""
        self._rarities.clear()
        same = self.same[form.squashed]
        slot = next(each for each in same if self.names[each] == name)
        same.remove(slot)
        for token in set(form.tokens):
            self.slots[token].remove(slot)
            if not self.slots[token]:
                del self.slots[token]
                if self.worded:
                    self.words.forget(token)
        self._gone += 1

    def record(self, slot: int) -> int:
        """The number of the record whose name is in a slot."""
        return self._records[self.names[slot]]

    def rarity(self, token: str) -> float:
        """How much a token tells: more, the fewer names have it."""
        found = self._rarities.get(token)
        if found is None:
            known = self.slots.get(token, ())
            found = log(1 + (len(self.texts) - self._gone + 1) / (1 + len(known)))
            if known:  # of what no name has there is no end
                self._rarities[token] = found
        return found

    def knows(self, token: str) -> bool:
        """Whether any name has the token."""
        return token in self.slots

    def find(self, form: Form, most: int = MOST_READ, fits: Callable[[int], bool] | None = None) -> list[int]:
        """The slots that share the most telling tokens with a form of a question, the best first; of names that fit."""
        weights = self._expanded(tuple(dict.fromkeys(form.tokens)), nearly=self.worded and not form.translated)
        read: list[tuple[float, array[int]]] = []
        for count, token, weight in sorted(
            (len(self.slots[token]), token, weight) for token, weight in weights.items()
        ):
            if count > most and read:
                break
            read.append((weight * self.rarity(token), self.slots[token][:most]))
            most -= count
        return self._best(self._shares(read, len(form.text), fits), len(form.text))

    def _shares(
        self, read: Sequence[tuple[float, "array[int]"]], length: int, fits: Callable[[int], bool] | None
    ) -> dict[int, float]:
        """What each slot that fits has of some gains, in the order in which they are told.

        Most slots have the last gain alone, and of such only those are kept that can be among the best.
        """
        shares: dict[int, float] = {}
        alone: list[int] = []
        gain = 0.0
        for at, (gain, slots) in enumerate(read, 1):
            for slot in slots if at < len(read) else [slot for slot in slots if slot in shares]:
                shares[slot] = shares.get(slot, 0.0) + gain
        if read:
            gain, slots = read[-1]
            alone = [slot for slot in slots if slot not in shares]
        if fits is not None:
            names = self.names
            shares = {slot: share for slot, share in shares.items() if fits(names[slot])}
            alone = [slot for slot in alone if fits(names[slot])]
        return shares | dict.fromkeys(self._nearest(alone, length, MOST_FOUND), gain)

    def _best(self, shares: Mapping[int, float], length: int) -> list[int]:
        """The slots of the greatest shares; of equal ones those first whose texts are most nearly so long.

        What is equal in that too stays in the order of the records, as the shares were told.
        """
        slots = list(shares)
        if len(shares) > MOST_FOUND:
            least = sorted(shares.values(), reverse=True)[MOST_FOUND - 1]
            slots = [slot for slot, share in shares.items() if share > least]
            equal = [slot for slot, share in shares.items() if share == least]
            slots += self._nearest(equal, length, MOST_FOUND - len(slots))
        lengths = self._lengths
        return sorted(slots, key=lambda slot: (-shares[slot], abs(lengths[slot] - length)))

    def _nearest(self, slots: list[int], length: int, most: int) -> list[int]:
        """Those of some slots whose texts are most nearly so long, the first of equals, in the order of the slots."""
        if len(slots) <= most:
            return slots
        lengths = self._lengths
        differ = [abs(lengths[slot] - length) for slot in slots]
        ordered = sorted(differ)
        least = ordered[most - 1]
        equal = most - bisect_left(ordered, least)  # so many of those that differ as much as the last of them
        found = []
        for slot, difference in zip(slots, differ, strict=True):
            if difference < least:
                found.append(slot)
            elif difference == least and equal:
                found.append(slot)
                equal -= 1
        return found

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
                for other, likely in self.words.near(token):
                    found[other] = max(found.get(other, 0.0), likely)
            elif len(token) < 5:
                for other in self.words.begun(token):
                    found.setdefault(other, 0.5)
        return found


def _insert(places: "array[int]", place: int, record: Callable[[int], int]) -> None:
    """Put a place among others, in the order of the records whose they are."""
    if not places or record(places[-1]) <= record(place):
        places.append(place)
    else:
        insort_right(places, place, key=record)


class Index:
    """The names of all published records, each with its record; records can be put anew and taken out.

    A name beside which that of the whole stands, as people write parts, is kept as well; `composed` are the numbers of such.
    Who looks into it, or changes it, holds its lock.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self.names: list[str] = []
        self.records = array("q")
        self.spaces: dict[Script, Space] = {
            script: Space(self.records, worded=script == "latin") for script in ("latin", "cjk", "sound")
        }
        self.composed: set[int] = set()
        self.named: dict[int, list[int]] = {}
        self.kinds: dict[int, frozenset[str]] = {}
        self._of_kind: defaultdict[str, BitMap] = defaultdict(BitMap)
        self.ties: Counter[int] = Counter()
        self._targets: dict[int, array[int]] = {}
        self.acronyms: dict[str, array[int]] = {}
        self.firsts: dict[str, array[int]] = {}
        self.gone = 0

    def put(self, of: Named, wholes: Iterable[str] = ()) -> None:
        """Put a record with its names, and those of what it is part of; its ties make others better known."""
        record, names, wholes = of.number, of.names, list(wholes)
        self.drop(record)
        self.kinds[record] = of.kinds
        if of.targets:
            self._targets[record] = array("q", of.targets)
            self.ties.update(of.targets)
        self.named[record] = [self._add(record, name) for name in names]
        for number, name in zip(self.named[record], names, strict=True):
            for acronym in forms.acronyms(name):
                _insert(self.acronyms.setdefault(acronym, array("I")), number, self.records.__getitem__)
        if not any(whole in name for whole in wholes for name in names):
            composed = [self._add(record, name) for name in _composed(names, wholes)]
            self.named[record] += composed
            self.composed.update(composed)
        for kind in of.kinds:
            self._of_kind[kind].update(self.named[record])

    def of_kinds(self, kinds: frozenset[str] | None) -> Callable[[int], bool] | None:
        """What tells of a name by its number whether it is of a record of some kinds; None where any will do."""
        if kinds is None:
            return None
        wanted = [self._of_kind[kind] for kind in kinds if kind in self._of_kind]
        return (wanted[0] if len(wanted) == 1 else BitMap.union(BitMap(), *wanted)).__contains__

    def _add(self, record: int, name: str) -> int:
        number = len(self.names)
        self.names.append(name)
        self.records.append(record)
        for form in forms.of_name(name):
            self.spaces[form.script].add(form, number)
        for first in _firsts(name):
            _insert(self.firsts.setdefault(first, array("I")), number, self.records.__getitem__)
        return number

    def drop(self, record: int) -> None:
        """Take a record out: nothing finds its names any more.

        Left where they are, those of a record that is changed again and again would crowd out its present ones.
        """
        kinds = self.kinds.pop(record, None)
        if kinds is None:
            return
        for kind in kinds:
            self._of_kind[kind] -= BitMap(self.named[record])
        self.ties.subtract(self._targets.pop(record, ()))
        for number in self.named.pop(record):
            self._forget(number)
            self.composed.discard(number)
            self.gone += 1

    def _forget(self, number: int) -> None:
        name = self.names[number]
        for form in forms.of_name(name):
            self.spaces[form.script].take_out(form, number)
        beginnings = ((self.acronyms, forms.acronyms(name)), (self.firsts, _firsts(name)))
        for places, keys in beginnings:
            for key in keys:
                if number in places.get(key, ()):
                    places[key].remove(number)
        self.records[number] = -1


def _firsts(name: str) -> set[str]:
    """The characters that a Chinese short name may begin with: the first, and that behind a country."""
    chinese = [form.text for form in forms.of_name(name) if form.script == "cjk"]
    return {first for text in chinese for first in (text[:1], *forms.behind_country(text))}


def _composed(names: Sequence[str], wholes: Sequence[str]) -> Iterator[str]:
    """A name with that of the whole, for the first of each script in which both have one."""
    for chinese in (False, True):
        own = [name for name in names if has_cjk(name) is chinese]
        its = [name for name in wholes if has_cjk(name) is chinese]
        if own and its:
            yield its[0] + own[0] if chinese else f"{own[0]}, {its[0]}"
