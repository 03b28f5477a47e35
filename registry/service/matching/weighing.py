"""From what was seen to how likely each record is meant: scores that hold what they say.

Each record that was seen has odds, by how its name fits; its score is its share of the odds of all and of none of them. So
two that fit alike halve the score, and a name that fits somewhat is likely to be of something that the registry lacks. The
weights are fitted on one half of a labelled set (`python -m tests.matching fit`), and tested on the other.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import exp, log1p

from registry.kinds.model.folding import comparable
from registry.service.matching import asides
from registry.service.matching.index import Index
from registry.service.matching.seeing import Sighting

CERTAIN = 0.9
"""From this score on a record is the match."""
DOUBTED = 0.89
"""The most that a record scores which is met in a way that is never certain."""
CLASHING = 0.05
"""From here on something in the one name is something else in the other."""
_NUMBERS = re.compile(r"(?<![a-z0-9])[0-9]+(?![a-z0-9])")

WEIGHTS = {
    "any": 1.17, "not all of what was asked": -6.37, "not all of the name": 0.50, "clash": -3.57,
    "letters that differ": -7.18, "words in another order": -3.21, "sound": 0.00, "translated": -3.52, "initials": 1.42,
    "more initials": 0.90, "short name": -1.66, "share of the name": 0.88, "left aside": -2.83, "said beside": -1.73,
    "brand": 1.20, "letters of the brand": 0.53, "piece of a longer name": 1.12, "nearly all of both": 5.33, "exact": 0.12,
    "known to many": 1.13,
}  # fmt: skip
NUMBERS_DIFFER = -6.0
PIECE_OF_MANY = -3.0
REORDERED_OF_MANY = -2.0
WORDS_MISSING = -0.7
INITIALS_OF_ASKED = -2.5
"""Set by hand, since the labelled set holds too few of such cases: other numbers; a piece of a name that others have too;
the words of a name in another order, where others have them too; words of the name that were not asked, since a body
without them may be another; a short name that what was asked has the initials of."""
_ALL, _NOT_ALL, _MUCH = 0.99, 0.93, 0.6
_SAME_ORDER = 0.95


def features(sighting: Sighting, index: Index) -> dict[str, float]:
    """What speaks for and against a record, each by the name of its weight."""
    like, way = sighting.likeness, sighting.way
    found = {
        "any": 1.0, "left aside": float(sighting.aside not in asides.CERTAIN), "exact": float(way == "exact"),
        "said beside": float(sighting.aside in asides.BESIDE),
    }  # fmt: skip
    known = log1p(index.ties.get(sighting.record, 0))
    if way == "identifier":
        return {}
    if sighting.aside == "all but the brand":
        return {"any": 1.0, "brand": 1.0, "letters of the brand": sighting.likeness.told}
    if way == "initials":
        return found | {"initials": 1.0, "more initials": like.told, "known to many": known}
    if way == "short":
        return found | {"short name": 1.0, "share of the name": like.ratio, "known to many": known}
    return found | {
        "not all of what was asked": 1 - like.asked, "not all of the name": 1 - like.there, "clash": like.clash,
        "letters that differ": 1 - like.ratio, "words in another order": like.ratio - like.order, "nearly all of both": min(like.asked, like.there) ** 4, "sound": float(way == "sound"),
        "translated": float(way == "translated"), "piece of a longer name": float(sighting.fragment),
    }  # fmt: skip


def fixed(asked: str, sighting: Sighting, seen: Sequence[Sighting], index: Index) -> float:
    """What speaks against a record by the weights that are set by hand."""
    added = 0.0
    numbers = _numbers(comparable(asked))
    its = _numbers(index.names[sighting.name]) if numbers and sighting.name >= 0 else numbers
    if its and its != numbers:
        added += NUMBERS_DIFFER
    if sighting.way == "initials" and not sighting.likeness.asked:
        added += INITIALS_OF_ASKED
    if sighting.fragment:
        added += PIECE_OF_MANY * log1p(_others_with_all(sighting, seen, index))
    if sighting.way == "close" and sighting.likeness.asked > _ALL and sighting.likeness.there < _NOT_ALL:
        added += WORDS_MISSING
    if sighting.way == "close" and not sighting.fragment and sighting.likeness.order < _SAME_ORDER:
        added += REORDERED_OF_MANY * log1p(_others_with_all(sighting, seen, index))
    return added


@lru_cache(1024)  # a question is held against many names
def _numbers(name: str) -> frozenset[str]:
    return frozenset(_NUMBERS.findall(name))


def utilities(asked: str, seen: Sequence[Sighting], index: Index) -> list[float]:
    """The logarithm of the odds of each record, by its name alone."""
    found = []
    for sighting in seen:
        utility = sum([WEIGHTS[name] * value for name, value in features(sighting, index).items()])
        found.append(utility + fixed(asked, sighting, seen, index))
    return found


def shares(utilities: Sequence[float]) -> list[float]:
    """The share of each in the odds of all, and of none of them."""
    highest = max([0.0, *utilities])
    odds = [exp(utility - highest) for utility in utilities]
    whole = exp(-highest) + sum(odds)
    return [each / whole for each in odds]


def is_doubted(sighting: Sighting) -> bool:
    """Whether a record is met in a way that is never certain."""
    return (
        sighting.way in ("translated", "initials", "short")
        or sighting.likeness.clash > CLASHING
        or sighting.aside not in asides.CERTAIN
    )


def _others_with_all(sighting: Sighting, sightings: Sequence[Sighting], index: Index) -> int:
    """How many other records of the same kinds have all of what was asked in a name that is not much longer."""
    kinds, there = index.kinds.get(sighting.record, frozenset()), 0.0 if sighting.fragment else _MUCH
    return sum(
        1
        for each in sightings
        if each.record != sighting.record
        and each.likeness.asked > _ALL
        and each.likeness.there > there
        and each.way != "initials"
        and index.kinds.get(each.record, frozenset()) & kinds
    )
