"""`make matching`: how often matching is right, beside what people use who have none, and whether its scores hold.

`python -m tests.matching fit` fits the weights of the score anew, on the half of the set that is there for it.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.application import create_app
from registry.settings import Settings
from registry.store.database import Store
from tests.matching import fitting
from tests.matching.cases import SPLITS, cases
from tests.matching.measuring import (
    Outcome,
    asked,
    calibration,
    certain_from,
    figures,
    matched,
    plain_baselines,
    ranked,
)

INDEPENDENT = "written independently"


def main(arguments: Sequence[str]) -> None:
    with TemporaryDirectory() as folder:
        app = create_app(Settings(database_url=f"sqlite:///{Path(folder)}/registry.sqlite"))
        store: Store = app.extensions["registry"]
        if arguments == ["fit"]:
            fitting.fit(store)
        else:
            report(store, verbose=arguments == ["misses"])
        store.close()


def report(store: Store, *, verbose: bool) -> None:
    baselines = {
        name: {split: ranked(baseline, cases(split)) for split in SPLITS}
        for name, baseline in plain_baselines().items()
    }
    certain = {name: certain_from(by_split["fitted"]) for name, by_split in baselines.items()}
    for split in SPLITS:
        some = cases(split)
        start = time.process_time()
        mine = asked(store, some)
        spent = (time.process_time() - start) / len(some)
        print(f"\n{split}: {len(some)} cases; {1000 * spent:.2f} ms of CPU a name")
        others = {name: matched(by_split[split], certain[name]) for name, by_split in baselines.items()}
        _table("all of them", mine, others)
        _table(
            INDEPENDENT,
            [each for each in mine if each.case.independent],
            {name: [each for each in found if each.case.independent] for name, found in others.items()},
        )
        print("\nscore      cases   mean  right")
        for low, high, count, mean, right in calibration(mine):
            print(f"{low:.1f}-{high:.1f} {count:9}  {mean:.3f}  {right:.3f}")
        _by_sort(mine)
        if verbose:
            _misses(mine)


def _table(title: str, mine: list[Outcome], others: dict[str, list[Outcome]]) -> None:
    print(f"\n{title}: {len(mine)}, {sum(each.case.right is None for each in mine)} of them not in the registry, "
          f"{sum(each.case.chinese for each in mine)} Chinese\n")  # fmt: skip
    print(f"{'':22}{'match right':>12}{'matched':>9}{'first':>9}{'in five':>9}   {'Chinese: first':>15}{'in five':>9}")
    _line("matching", mine)
    for name, outcomes in others.items():
        _line(name, outcomes)


def _line(name: str, outcomes: list[Outcome]) -> None:
    every, chinese = figures(outcomes), figures(each for each in outcomes if each.case.chinese)
    print(
        f"{name:22}{every.precision:12.1%}{every.matched:9.1%}{every.first:9.1%}{every.among:9.1%}   {chinese.first:15.1%}{chinese.among:9.1%}"
    )


def _by_sort(outcomes: list[Outcome]) -> None:
    print(f"\n{'sort (* ' + INDEPENDENT + ')':36}cases{'match right':>13}{'matched':>9}{'first':>8}{'in five':>9}")
    for independent, sort in dict.fromkeys((each.case.independent, each.case.sort) for each in outcomes):
        these = [each for each in outcomes if (each.case.independent, each.case.sort) == (independent, sort)]
        some = figures(these)
        right = f"{some.precision:.1%}" if some.matches else "none"
        known = any(each.case.right for each in these)
        rest = f"{some.matched:9.1%}{some.first:8.1%}{some.among:9.1%}" if known else ""
        print(f"{sort + ' *' * independent:36}{some.cases:5}{right:>13}{rest}")


def _misses(outcomes: list[Outcome]) -> None:
    for each in outcomes:
        wrong = each.match and not each.first
        if wrong or (each.case.right and not each.first):
            told = "WRONG MATCH" if wrong else "not first" if each.among else "not in five"
            print(
                f"{told:12} {each.case.sort}: {each.case.asked!r} is {each.case.right}, answered {each.keys[:2]} ({each.score:.3f})"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
