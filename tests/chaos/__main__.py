"""Runs the kill test and the concurrency test on both engines, prints their figures, and fails where one is not right."""

import argparse
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg

from tests import postgres
from tests.chaos import crowding, killing


def main() -> int:
    """What was asked for on the command line; 1 where anything is not as it must be."""
    asked = _arguments()
    print(f"seed {asked.seed}")
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos")))
        server = stack.enter_context(postgres.running()) if "postgresql" in asked.engine else None
        rng = random.Random(asked.seed)
        kills, crowds = [], []
        for engine in asked.engine:
            own = folder / engine
            share = asked.kills // len(asked.engine)
            if share:
                kills.append(
                    killing.kill(
                        engine,
                        _new(own, "killed"),
                        _url(server if engine == "postgresql" else None, own, "killed"),
                        share,
                        rng,
                    )
                )
                print(_killed(kills[-1]), flush=True)
            if asked.writes or asked.races:
                url = _url(server if engine == "postgresql" else None, own, "crowded")
                crowds.append(crowding.crowd(engine, _new(own, "crowded"), url, asked.races, asked.writes, rng))
                print(_crowded(crowds[-1]), flush=True)
    print(f"{time.monotonic() - begun:.0f} s in all")
    wrong = [fault for each in kills for fault in (*each.lost, *each.halves, *each.faults)]
    wrong += [f"{each.engine}: {count} answers of {status}" for each in kills for status, count in each.refused.items()]
    wrong += [fault for each in crowds for fault in each.faults]
    wrong += [
        f"{each.engine}: {each.races - each.fair} races had not one winner" for each in crowds if each.fair < each.races
    ]
    wrong += [
        f"{each.engine}: the copy {name} is not the export"
        for each in crowds
        for name, same in each.copies.items()
        if not same
    ]
    wrong += [f"{each.engine}: {status}" for each in crowds for status in each.statuses if status >= 500]
    for fault in wrong[:50]:
        print(f"WRONG: {fault}", file=sys.stderr)
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "--engine", action="append", choices=("sqlite", "postgresql"), help="on which engine; on both if absent"
    )
    parser.add_argument("--kills", type=int, default=100, help="how often the service is killed, over all engines")
    parser.add_argument(
        "--races", type=int, default=25, help="how often eight writers race for one version, on each engine"
    )
    parser.add_argument(
        "--writes", type=int, default=1000, help="how many random writes eight clients do, on each engine"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="what chance begins with")
    asked = parser.parse_args()
    asked.engine = asked.engine or ["sqlite", "postgresql"]
    return asked


def _new(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir(parents=True)
    return made


def _url(server: str | None, folder: Path, name: str) -> str:
    if server is None:
        return f"sqlite:///{folder}/{name}/registry.sqlite"
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    return server.format(name=name)


def _killed(each: killing.Outcome) -> str:
    acts = ", ".join(f"{count} {act}" for act, count in sorted(each.acts.items()))
    return _table(f"killed at random, {each.engine}", {
        "kills": each.kills,
        "revisions acknowledged": f"{each.acknowledged} ({acts})",
        "acknowledged and lost": len(each.lost),
        "half changes": len(each.halves),
        "requests cut off": each.broken,
        "other answers": dict(each.refused) or "none",
        "median restart": f"{each.restart:.2f} s",
        "journal": f"{each.lines} lines, whole" if not each.faults else each.faults,
        "reindexing changes": "nothing" if not each.faults else each.faults,
        "took": f"{each.seconds:.0f} s",
    })  # fmt: skip


def _crowded(each: crowding.Outcome) -> str:
    return _table(f"eight clients at once, {each.engine}", {
        "races for one version": f"{each.fair} of {each.races} with one 200 and seven 412",
        "random writes": ", ".join(f"{count} x {status}" for status, count in sorted(each.statuses.items())),
        "median, slowest": f"{1000 * each.median:.0f} ms, {1000 * each.slowest:.0f} ms",
        "feed": f"{each.followed} lines without a gap, of {each.lines}",
        **{f"copy {name}": "equals the export byte for byte" if same else "DIFFERS" for name, same in each.copies.items()},
        "reindexing changes": "nothing" if not each.faults else each.faults,
        "took": f"{each.seconds:.0f} s",
    })  # fmt: skip


def _table(title: str, rows: dict[str, object]) -> str:
    width = max(map(len, rows))
    return "\n".join([title, *(f"  {name:<{width}}  {value}" for name, value in rows.items()), ""])


if __name__ == "__main__":
    sys.exit(main())
