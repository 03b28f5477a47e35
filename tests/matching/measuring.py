"""What matching and the baselines make of the labelled set, in figures."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from registry.service.matching import Question, match
from registry.store.database import Store
from tests.matching import baselines
from tests.matching.baselines import Baseline
from tests.matching.cases import Case, named

PROMISED = 0.98
"""How many of those that are called a match are one."""


class Outcome(NamedTuple):
    """What was answered to a case: the keys of the candidates, the score of the first, and whether that is the match."""

    case: Case
    keys: tuple[str, ...]
    score: float
    match: bool

    @property
    def first(self) -> bool:
        """Whether the right record comes first."""
        return self.case.right is not None and self.keys[:1] == (self.case.right,)

    @property
    def among(self) -> bool:
        """Whether the right record is among the first five."""
        return self.case.right is not None and self.case.right in self.keys[:5]


class Figures(NamedTuple):
    """Shares: of the matches that are right; of the names in the registry, those found first, among five, and matched."""

    precision: float
    first: float
    among: float
    matched: float
    matches: int
    cases: int


def asked(store: Store, cases: Sequence[Case]) -> list[Outcome]:
    """What matching answers."""
    keys = keys_of(store)
    answers = match(store, [_question(case) for case in cases])
    return [
        Outcome(case, tuple(keys[c.document["id"]] for c in answer.candidates), answer.candidates[0].score if answer.candidates else 0.0, answer.decision == "match")
        for case, answer in zip(cases, answers, strict=True)
    ]  # fmt: skip


def _question(case: Case) -> Question:
    besides = dict(case.besides)
    kinds = frozenset([besides["kind"]]) if "kind" in besides else frozenset()
    return Question(case.asked, kinds, besides.get("country"), besides.get("place"))


def keys_of(store: Store) -> dict[str, str]:
    """The seeds' keys by the ids of their records."""
    return {row[1]: row[0] for row in store.rows("SELECT seed, record FROM seed")}


def ranked(baseline: Baseline, cases: Sequence[Case]) -> list[Outcome]:
    """What a baseline answers, calling nothing a match as yet."""
    return [
        Outcome(case, tuple(key for key, _ in found), found[0][1] if found else 0.0, match=False)
        for case in cases
        for found in [baseline(case.asked)]
    ]


def certain_from(outcomes: Iterable[Outcome]) -> float:
    """The likeness from which on the best is a match in 98 of 100, so that as many as can be are matched.

    Where it never is, the likeness from which on it is the oftenest.
    """
    ordered = sorted(outcomes, key=lambda each: -each.score)
    right, best, least = 0, (0.0, 1.0), None
    for at, each in enumerate(ordered, 1):
        right += each.first
        if at < len(ordered) and ordered[at].score == each.score:
            continue
        if right / at >= PROMISED:
            least = each.score
        best = max(best, (right / at, each.score))
    return least if least is not None else best[1]


def matched(outcomes: Iterable[Outcome], certain: float) -> list[Outcome]:
    """The outcomes, the best of each being a match from a likeness on."""
    return [each._replace(match=bool(each.keys) and each.score >= certain) for each in outcomes]


def plain_baselines() -> dict[str, Baseline]:
    """The baselines over all names of the registry."""
    return baselines.all_of([(n["text"], seed.key) for seed in named() for n in seed.document["names"]])


def figures(outcomes: Iterable[Outcome]) -> Figures:
    """The figures of some outcomes."""
    outcomes = list(outcomes)
    there = [each for each in outcomes if each.case.right is not None]
    matches = [each for each in outcomes if each.match]
    return Figures(
        _share(matches, lambda each: each.first), _share(there, lambda each: each.first), _share(there, lambda each: each.among),
        _share(there, lambda each: each.match and each.first), len(matches), len(outcomes),
    )  # fmt: skip


def calibration(outcomes: Iterable[Outcome]) -> list[tuple[float, float, int, float, float]]:
    """By tenths of the score of the first: from, to, how many, the mean score, and the share that is right."""
    found = []
    outcomes = [each for each in outcomes if each.keys]
    for tenth in range(10):
        low, high = tenth / 10, (tenth + 1) / 10
        some = [each for each in outcomes if low <= each.score < high or (tenth == 9 and each.score >= 1)]
        mean = sum(each.score for each in some) / len(some) if some else 0.0
        found.append((low, high, len(some), mean, _share(some, lambda each: each.first)))
    return found


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float:
    return sum(map(holds, outcomes)) / len(outcomes) if outcomes else 0.0
