"""The order of a list, kept in mind: which record stands in which place, and where the first of some records stand."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate

from pyroaring import BitMap

NEAREST = 64
"""In so many places at an end of an order, or twice, four times ... as many, the first of many records are looked for."""


class Order:
    """The numbers of a list's records in an order, by number the place of each, and by place the value that put it there."""

    def __init__(self, numbers: "array[int]", values: Iterable[str] = ()) -> None:
        self.numbers, self.places = numbers, array("I", bytes(4 * (max(numbers, default=0) + 1)))
        for place, number in enumerate(numbers):
            self.places[number] = place
        encoded = [value.encode() for value in values]
        self._values, self._ends = b"".join(encoded), array("Q", accumulate(map(len, encoded), initial=0))

    def value(self, number: int) -> str:
        """The value that orders a record; there is one for each record of a list, when the order was made with values."""
        return self._encoded(self.places[number]).decode()

    def has(self, number: int, value: str) -> bool:
        """Whether a record is there, put in its place by this value."""
        there = number < len(self.places) and len(self.numbers) > 0 and self.numbers[self.places[number]] == number
        return there and self.value(number) == value

    def beginning(self, text: str) -> "array[int]":
        """The records whose values begin with a text, in order."""
        places = range(len(self.numbers))
        first = bisect_left(places, text.encode(), key=self._encoded)
        last = bisect_left(places, (text + "\U0010ffff").encode(), key=self._encoded)
        return self.numbers[first:last]

    def _encoded(self, place: int) -> bytes:
        return self._values[self._ends[place] : self._ends[place + 1]]

    def first(self, hits: BitMap, count: int, past: int | None, *, backwards: bool) -> list[int]:
        """The first of the hits in this order, or backwards from its end, past the record with a number."""
        size = len(self.numbers)
        if past is None:
            hits = self._foremost(hits, count, backwards=backwards)
        elif len(hits) * len(hits) > size * count:
            at = self.places[past]
            walk = range(at - 1, -1, -1) if backwards else range(at + 1, size)
            return _some((self.numbers[at] for at in walk), hits, count)
        places = list(map(self.places.__getitem__, hits))
        if past is not None:
            limit = self.places[past]
            places = [place for place in places if (place < limit if backwards else place > limit)]
        return [self.numbers[place] for place in sorted(places, reverse=backwards)[:count]]

    def _foremost(self, hits: BitMap, count: int, *, backwards: bool) -> BitMap:
        """Of many hits only those in the first few places: enough of them, and as a rule not many more."""
        if len(hits) > 4 * count:
            enough = 2 * count * len(self.numbers) // len(hits)  # places, were the hits spread evenly
            for reach in self._reaches[backwards][(enough // NEAREST).bit_length() :]:
                near = hits & reach
                if len(near) >= count:
                    return near
        return hits

    @cached_property
    def records(self) -> BitMap:
        """All records that stand in the order."""
        return BitMap(self.numbers)

    @cached_property
    def _reaches(self) -> tuple[list[BitMap], list[BitMap]]:
        """The records in the first NEAREST places, in twice as many, and so on; and those in the last."""
        size = len(self.numbers)
        sizes = [NEAREST << step for step in range(size.bit_length()) if NEAREST << step < size]
        return [BitMap(self.numbers[:size]) for size in sizes], [BitMap(self.numbers[-size:]) for size in sizes]


def _some(numbers: Iterator[int], hits: BitMap, count: int) -> list[int]:
    found = []
    for number in numbers:
        if number in hits:
            found.append(number)
            if len(found) == count:
                break
    return found
