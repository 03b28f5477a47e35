"""How like two names are, and which name of one record met which of another: pure, knowing nothing of what is stored."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from rapidfuzz import fuzz

from registry.kinds.model.documents import Document
from registry.kinds.model.folding import comparable

CLOSE = 0.9
"""From here on two names are close."""

NEARLY = 0.99
"""The most that close names score: only the same name scores 1."""

LONGEST = 500
"""Longer names are compared by so many characters, as they are indexed."""


class Met(NamedTuple):
    """A name of one record that met a name of another: how like they are, and the two as they are written."""

    score: float
    own: str
    other: str

    @property
    def reason(self) -> str:
        """The meeting in words."""
        if self.score == 1:
            return f"'{self.own}' is its name '{self.other}'"
        return f"'{self.own}' is close to its name '{self.other}' ({self.score:.2f})"


def names_of(document: Document) -> dict[str, str]:
    """The names that a record bears, as they are written, by how they are compared."""
    return {comparable(each["text"])[:LONGEST]: each["text"] for each in document.get("names", [])}


def likeness(one: str, other: str) -> float:
    """How like two comparable names are, whatever the order of their words; 0 where their numbers differ.

    Names that differ in a number are of two editions, years or branches, not of one thing spelled in two ways.
    """
    if one == other:
        return 1.0
    if _numbers(one) != _numbers(other):
        return 0.0
    best = max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)) / 100
    return min(round(best, 2), NEARLY) if best >= CLOSE else best


def meetings(own: Mapping[str, str], other: Mapping[str, str]) -> list[Met]:
    """Which names of one record are the same as, or close to, which of another, the most like first."""
    found = (Met(likeness(mine, its), own[mine], other[its]) for mine in own for its in other)
    return sorted((each for each in found if each.score >= CLOSE), reverse=True)


def decided(document: Document) -> set[str]:
    """The records that somebody has decided this one is not."""
    return {each["target"]["id"] for each in document.get("distinct_from", [])}


def _numbers(name: str) -> list[str]:
    return re.findall(r"[0-9]+", name)
