"""From what was seen to how likely each record is meant: scores that hold what they say.

Each record that was seen has odds, by how its name fits; its score is its share of the odds of all and of none of them. So
two that fit alike halve the score, and a name that fits somewhat is likely to be of something that the registry lacks. The
weights are fitted on one half of a labelled set (`python -m tests.matching fit`), and tested on the other.
"""

import re
from collections.abc import Sequence
from math import exp, log1p

from registry.kinds.model.folding import comparable
from registry.service.matching.index import Index
from registry.service.matching.seeing import Sighting

CERTAIN = 0.9
"""From this score on a record is the match."""
DOUBTED = 0.89
"""The most that a record scores which is met in a way that is never certain."""
CLASHING = 0.05
"""From here on something in the one name is something else in the other."""
_NUMBERS = re.compile(r"[0-9]+")

WEIGHTS = {
    "any": 0.23, "not all of what was asked": -5.62, "not all of the name": -1.92, "clash": -2.27,
    "letters that differ": -2.69, "words in another order": -2.34, "sound": -0.34, "translated": -1.65,
    "initials": 1.78, "more initials": 1.19, "short name": -0.74, "share of the name": 1.33, "left aside": -2.63,
    "piece of a longer name": 1.90, "nearly all of both": 6.65, "exact": 0.09, "known to many": 1.43,
}  # fmt: skip
NUMBERS_DIFFER = -6.0
PIECE_OF_MANY = -3.0
"""Set by hand, since the labelled set holds too few of such cases: other numbers; a piece of a name that others have too."""


def features(sighting: Sighting, index: Index) -> dict[str, float]:
    """What speaks for and against a record, each by the name of its weight."""
    like, way = sighting.likeness, sighting.way
    found = {"any": 1.0, "left aside": float(sighting.aside not in ("", "brackets")), "exact": float(way == "exact")}
    known = log1p(index.ties.get(sighting.record, 0))
    if way == "identifier":
        return {}
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
    numbers = set(_NUMBERS.findall(comparable(asked)))
    its = set() if sighting.name < 0 else set(_NUMBERS.findall(index.names[sighting.name]))
    if numbers and its and numbers != its:
        added += NUMBERS_DIFFER
    if sighting.fragment:
        added += PIECE_OF_MANY * log1p(_others_with_all(sighting, seen, index))
    return added


def utilities(asked: str, seen: Sequence[Sighting], index: Index) -> list[float]:
    """The logarithm of the odds of each record, by its name alone."""
    found = []
    for sighting in seen:
        utility = sum(WEIGHTS[name] * value for name, value in features(sighting, index).items())
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
        or sighting.aside not in ("", "brackets", "the place at the end")
    )


def _others_with_all(sighting: Sighting, sightings: Sequence[Sighting], index: Index) -> int:
    """How many other records of the same kinds have all of what was asked in a name."""
    kinds = index.kinds[sighting.record]
    return sum(
        1
        for each in sightings
        if each.record != sighting.record
        and each.likeness.asked > 0.99
        and each.way != "initials"
        and index.kinds[each.record] & kinds
    )
