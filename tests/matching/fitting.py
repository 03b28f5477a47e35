"""Fitting the weights of the score: so that on the one half of the set each right record is as likely as can be."""

import numpy
from numpy.typing import NDArray

from registry.service.matching.keeping import index_of
from registry.service.matching.seeing import COMPARED, see
from registry.service.matching.weighing import WEIGHTS, features, fixed
from registry.store.database import Store
from tests.matching.cases import Case, cases
from tests.matching.measuring import keys_of

ROUNDS = 4000
STEP = 0.03
KEPT_SMALL = 0.0003
"""How much large weights are held back."""
BY_HAND = 3.0
"""How much more a case written by hand, or of a rarer sort, counts than one of the common slips."""
COMMON = ("typo", "two typos", "words swapped", "word dropped", "dressed", "misread", "without spaces", "space moved")

Array = NDArray[numpy.float64]


def fit(store: Store) -> None:
    """Print the weights that fit best."""
    names = list(WEIGHTS)
    values, added, right, counts = _seen(store, names)
    present = values[:, :, 0] == 1
    weights = numpy.zeros(len(names))
    mean, spread = numpy.zeros(len(names)), numpy.zeros(len(names))
    for turn in range(1, ROUNDS + 1):
        chances = _chances(values @ weights + added, present)
        slope = (counts[:, None, None] * (right - chances)[:, :, None] * values).sum(
            (0, 1)
        ) / counts.sum() - KEPT_SMALL * weights
        mean, spread = 0.9 * mean + 0.1 * slope, 0.999 * spread + 0.001 * slope**2
        weights += STEP * (mean / (1 - 0.9**turn)) / (numpy.sqrt(spread / (1 - 0.999**turn)) + 1e-9)
    print(", ".join(f'"{name}": {weight:.2f}' for name, weight in zip(names, weights, strict=True)))


def _seen(store: Store, names: list[str]) -> tuple[Array, Array, Array, Array]:
    """For each case and each record in sight: its features, what is added to its odds, whether it is right.

    Then, how much the case counts.
    """
    index, keys = index_of(store), keys_of(store)
    numbers = {keys[ident]: number for number, ident in store.rows("SELECT number, id FROM record") if ident in keys}
    some = [case for case in cases("fitted") if not case.ambiguous and not case.besides]
    values, added = numpy.zeros((len(some), COMPARED, len(names))), numpy.zeros((len(some), COMPARED))
    right, counts = numpy.zeros((len(some), COMPARED)), numpy.array([_count(case) for case in some])
    for at, case in enumerate(some):
        seen = see(index, case.asked)
        for place, sighting in enumerate(seen):
            its = features(sighting, index)
            values[at, place] = [its.get(name, 0.0) for name in names]
            added[at, place] = fixed(case.asked, sighting, seen, index)
            right[at, place] = sighting.record == numbers.get(case.right or "")
        if case.right and not right[at].any():
            counts[at] = 0.0
    return values, added, right, counts


def _count(case: Case) -> float:
    return 1.0 if case.sort in COMMON else BY_HAND


def _chances(utilities: Array, present: NDArray[numpy.bool_]) -> Array:
    utilities = numpy.where(present, utilities, -1e9)
    highest = numpy.maximum(utilities.max(1), 0)[:, None]
    odds = numpy.exp(utilities - highest)
    share: Array = odds / (odds.sum(1, keepdims=True) + numpy.exp(-highest))
    return share
