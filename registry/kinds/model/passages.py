"""Reading a passage: which names, words, numbers and dates are printed in it."""

import re
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from registry.kinds.model.folding import folded, squeezed

_NUMBER = re.compile(
    r"(?<![0-9.])([0-9][0-9,]*(?:\.[0-9]+)?)(?:\s*\+)?(?:[\s-]*(hundred|thousand|million|billion|trillion|万|亿))?"
)
_MARKUP = re.compile(r"\*|</?[a-z]+>|\^\[[0-9]+\]|[¹²³⁰⁴-⁹]")
_WORD = re.compile(r"[a-z]+")
_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "万": 10**4,
    "亿": 10**8,
}
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_WORDS = {word: number for number, word in enumerate([*_UNITS.split(), "eighteen", "nineteen"])}
_WORDS |= {
    word: 10 * number
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_WORDS |= {
    word: number
    for number, word in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 1
    )
}
_WORDS |= {"half": 2, "quarter": 4, "once": 1, "twice": 2, "double": 2, "both": 2}
_PARTS = {"half", "quarter", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
_WORDS |= {word + "s": number for word, number in list(_WORDS.items()) if word.endswith(("d", "th"))}
_MONTHS = "january february march april may june july august september october november december"
_MONTH_NUMBERS = {month: Decimal(number) for number, month in enumerate(_MONTHS.split(), 1)}


class Passage:
    """Some lines of a source; questions about it are asked after folding (see folding.py).

    Emphasis and footnote marks are markup of the text, not letters of the names that they touch.
    """

    def __init__(self, text: str) -> None:
        self.text = squeezed(text)
        self._folded = folded(_MARKUP.sub("", text))

    def prints(self, text: str) -> bool:
        """Whether the text stands there verbatim, not as a part of a longer word."""
        wanted = re.escape(folded(text))
        if not wanted:
            return False
        before = r"(?<![a-z0-9])" if wanted[:1].isascii() and wanted[:1].isalnum() else ""
        after = r"(?![a-z0-9])" if wanted[-1:].isascii() and wanted[-1:].isalnum() else ""
        return re.search(before + wanted + after, self._folded) is not None

    def prints_number(self, number: str) -> bool:
        """Whether the decimal number stands there, in digits or words, or each group of its digits does."""
        if abs(Decimal(number)) in self._numbers:
            return True
        groups = re.findall(r"[0-9]+", number)
        return len(groups) > 1 and {Decimal(group) for group in groups} <= self._numbers

    def prints_date(self, date: str) -> bool:
        """Whether each year, month and day of an EDTF date stands there, in digits or words."""
        months = {_MONTH_NUMBERS[word] for word in self._spelled if word in _MONTH_NUMBERS}
        return {Decimal(group) for group in re.findall(r"[0-9]+", date)} <= self._numbers | months

    @cached_property
    def _spelled(self) -> list[str]:
        return _WORD.findall(self._folded)

    @cached_property
    def _numbers(self) -> set[Decimal]:
        found: set[Decimal] = set()
        for digits, scale in _NUMBER.findall(self._folded):
            number = Decimal(digits.replace(",", ""))
            found |= {number, number * _SCALES.get(scale, 1)}
            found |= {Decimal(group) for group in re.findall(r"[0-9]+", digits)}
        for word, following in pairwise([*self._spelled, ""]):
            found |= _said(word, following)
        return found


def _said(word: str, following: str) -> set[Decimal]:
    """The numbers that a word says, alone and with the word behind it.

    An article is one only in front of a scale or a part ("a hundred", "a third"), which itself may do without ("half").
    """
    if word in ("a", "an"):
        word = "one" if following in _SCALES or following in _PARTS else ""
    if word not in _WORDS:
        return set()
    number = Decimal(_WORDS[word])
    found = {number, Decimal(1)} if word in ("half", "quarter") else {number}
    if following in _SCALES:
        found.add(number * _SCALES[following])
    elif following in _WORDS and number in (20, 30, 40, 50, 60, 70, 80, 90):
        found.add(number + _WORDS[following])
    return found
