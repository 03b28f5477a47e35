"""The labelled set: hard cases written by hand, names of the registry perturbed, and names that it does not have.

What is fitted is fitted on the cases of one split; the other, whose perturbations come of other seeds, is only measured.
"""

import random
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from registry.kinds.model.folding import comparable, has_cjk
from registry.service.seeds import Seed
from tests.making import real_seeds
from tests.matching import perturbing

Split = Literal["fitted", "held out"]
SPLITS: tuple[Split, ...] = ("fitted", "held out")
HERE = Path(__file__).parent
INDEPENDENT = "cases_independent.yaml"
"""The cases that were written by somebody who knew the names of the registry, and neither the mechanism nor the others."""


class Case(NamedTuple):
    """One question and its right answer: the key of a seed; or none; or, where several may be meant, none that is certain."""

    sort: str
    asked: str
    right: str | None
    split: Split
    ambiguous: bool = False
    among: tuple[str, ...] = ()
    besides: tuple[tuple[str, str], ...] = ()
    independent: bool = False

    @property
    def chinese(self) -> bool:
        """Whether the question is Chinese: in its characters, or by its sound."""
        return has_cjk(self.asked) or self.sort in ("by sound", "pinyin")


def cases(split: Split, share: int = 1) -> list[Case]:
    """The cases of a split; of several shares, the first."""
    found = [case for case in [*by_hand(), *perturbed(split), *lacking(split)] if case.split == split]
    return [case for at, case in enumerate(found) if at % share == 0]


@cache
def by_hand() -> tuple[Case, ...]:
    """The cases that were written by hand, halved by a checksum of what is asked."""
    return tuple(
        _written(group["sort"], each)._replace(independent=file == INDEPENDENT)
        for file in ("cases.yaml", INDEPENDENT)
        for group in yaml.safe_load((HERE / file).read_text())
        for each in group["cases"]
    )


def _written(sort: str, each: dict[str, Any]) -> Case:
    besides = tuple((name, each[name]) for name in ("kind", "country", "place") if name in each)
    right = None if each.get("is", "none") == "none" else each["is"]
    split = SPLITS[zlib.crc32(each["asked"].encode()) % 2]
    return Case(sort, str(each["asked"]), right, split, "among" in each, tuple(each.get("among", ())), besides)


@cache
def named() -> tuple[Seed, ...]:
    """The seeds that bear names."""
    return tuple(seed for seed in real_seeds() if seed.document["names"])


@cache
def bearers() -> Counter[str]:
    """How many records bear a name, as it is compared."""
    return Counter(name for seed in named() for name in {comparable(n["text"]) for n in seed.document["names"]})


def perturbed(split: Split) -> Iterator[Case]:
    """Names of the registry, each perturbed in some of the ways that fit it."""
    for seed in named():
        dice = random.Random(f"{split} {seed.key}")
        names = [n["text"] for n in seed.document["names"] if bearers()[comparable(n["text"])] == 1]
        ways = [(way, name) for name in names for way in perturbing.WAYS if perturbing.fits(way, name)]
        ways = [(way, name) for way, name in ways if way != "initials" or _is_known_by(name, seed)]
        for way, name in dice.sample(ways, min(3, len(ways))):
            asked = perturbing.WAYS[way](name, dice)
            if asked and comparable(asked) not in bearers() and not _begins_another(asked, seed):
                yield Case(way, asked, seed.key, split)


def _begins_another(asked: str, seed: Seed) -> bool:
    """Whether what is asked is the beginning of a name of another record: then that may be meant as well."""
    begun = comparable(asked)
    return any(name.startswith(begun) for name in bearers() if name not in _names(seed))


def _names(seed: Seed) -> set[str]:
    return {comparable(name["text"]) for name in seed.document["names"]}


def _is_known_by(name: str, seed: Seed) -> bool:
    """Whether a name is one that people know by its initials: a body's, and no other body has the same."""
    return (
        seed.kind.name in ("organization", "standards-body")
        and initialed()[perturbing.initials(name, random.Random())] == 1
    )


@cache
def initialed() -> Counter[str]:
    """How many records have a name with some initials."""
    dice = random.Random()
    return Counter(
        letters for s in named() for letters in {perturbing.initials(n["text"], dice) for n in s.document["names"]}
    )


def lacking(split: Split) -> Iterator[Case]:
    """Names that the registry does not have: of bodies elsewhere, and of parts that its bodies may have."""
    dice = random.Random(split)
    universities = [s for s in named() if s.document.get("type") == "university"]
    for place in perturbing.PLACES[SPLITS.index(split) :: 2]:
        asked = f"{place} {dice.choice(perturbing.BODIES)}"
        if comparable(asked) not in bearers():
            yield Case("a body elsewhere", asked, None, split)
    for place in perturbing.ZH_PLACES[SPLITS.index(split) :: 2]:
        asked = place + dice.choice(perturbing.ZH_BODIES)
        if comparable(asked) not in bearers():
            yield Case("a body elsewhere", asked, None, split)
    for seed in dice.sample(universities, 60):
        name = dice.choice(seed.document["names"])["text"]
        yield Case("a part that it lacks", perturbing.part_of(name, dice), None, split)
