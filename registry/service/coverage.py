"""Which lines of the sources some evidence stands on, and which are left out: on purpose, or by oversight."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from registry.errors import Fault, Invalid
from registry.service.evidence import Sources
from registry.service.seeds import LEFT_OUT, Seed, read_seeds

_TELLING = re.compile(r"[0-9\t\u4e00-\u9fff]|(?<=[a-z,;:)] )[\"'“*(]*[A-Z]")
"""A number, a table row, a Chinese word, or a capital within a sentence: something that a registry may want to know."""


class Coverage(NamedTuple):
    """What stands on a source: how many of its lines with text are covered, and which telling ones are unexplained."""

    source: str
    lines: int
    covered: int
    left_out: int
    unexplained: list[int]


def coverage(folder: Path, sources_folder: Path) -> list[Coverage]:
    """The coverage of each source that is there. Raises Invalid where left-out.yaml is wrong."""
    seeds = read_seeds(folder)
    sources = Sources(sources_folder, seeds)
    left_out = _left_out(folder, sources)
    return [_of(key, text, seeds, left_out.get(key, set())) for key, text in sources.lines.items()]


def _of(key: str, text: list[str], seeds: list[Seed], left_out: set[int]) -> Coverage:
    written = {number for number, line in enumerate(text, 1) if line.strip()}
    covered = {number for seed in seeds for number in _spans(seed, key)} & written
    explained = (left_out & written) - covered
    open_lines = sorted(n for n in written - covered - explained if _TELLING.search(text[n - 1]))
    return Coverage(key, len(written), len(covered), len(explained), open_lines)


def _spans(seed: Seed, source: str) -> Iterator[int]:
    for entry in seed.document["evidence"]:
        if entry.get("source") == source and "lines" in entry:
            yield from range(entry["lines"][0], entry["lines"][1] + 1)


def _left_out(folder: Path, sources: Sources) -> dict[str, set[int]]:
    """The lines that authors left out on purpose, by source; each entry says why."""
    path = folder / LEFT_OUT
    entries = yaml.load(path.read_bytes(), yaml.CBaseLoader) if path.exists() else []  # noqa: S506
    found: dict[str, set[int]] = {}
    faults = []
    for position, entry in enumerate(entries or [], 1):
        source, span, reason = (entry.get(name, "") for name in ("source", "lines", "reason"))
        first, _, last = span.partition("-")
        if not reason.strip() or not first.isdecimal() or not (last or first).isdecimal():
            faults.append(Fault(f"{path}, entry {position}: give source, lines (such as 31-37) and reason"))
        elif source in sources.lines and int(last or first) > len(sources.lines[source]):
            faults.append(Fault(f"{path}, entry {position}: {source} has only {len(sources.lines[source])} lines"))
        else:
            found.setdefault(source, set()).update(range(int(first), int(last or first) + 1))
    if faults:
        raise Invalid(f"{path} is not right.", faults)
    return found
