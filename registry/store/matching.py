"""What matching needs of the store: the names that records bear, how they hang together, and what has changed since."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from registry.store.database import Store


class Named(NamedTuple):
    """A published record: its number, its kind and those that it acts as, and its comparable names.

    `ties` is how many ties lead to it, `wholes` are the numbers of what it is part of.
    """

    number: int
    kinds: frozenset[str]
    names: tuple[str, ...]
    ties: int
    wholes: tuple[int, ...]


def named(store: Store, numbers: Iterable[int] | None = None) -> Iterator[Named]:
    """All published records that bear names, or some of them."""
    wanted = None if numbers is None else list(numbers)
    names, kinds = defaultdict(list), {}
    for number, kind, name in _rows(
        store,
        "SELECT r.number, r.kind, n.folded FROM record r JOIN name n ON n.record = r.number WHERE r.state = 'published'",
        "r.number",
        wanted,
    ):
        names[number].append(name)
        kinds[number] = {kind}
    for number, kind in _rows(store, "SELECT record, low FROM term WHERE field = 'acts_as'", "record", wanted):
        if number in kinds:
            kinds[number].add(kind)
    ties = dict(_rows(store, "SELECT target, COUNT(*) FROM tie WHERE 1 = 1", "target", wanted, " GROUP BY target"))
    wholes = defaultdict(list)
    for part, whole in _rows(store, "SELECT source, target FROM tie WHERE relation = 'part-of'", "source", wanted):
        wholes[part].append(whole)
    for number, its in names.items():
        yield Named(number, frozenset(kinds[number]), tuple(its), ties.get(number, 0), tuple(wholes[number]))


def changed(store: Store, after: int) -> tuple[int, set[int]]:
    """The number of the last journal line, and the records that lines past a number are about, with their parts.

    Inside a transaction that has begun and not yet written its lines the last number is that of the line before.
    """
    rows = store.rows(
        "SELECT j.number, r.number FROM journal j JOIN record r ON r.id = j.record WHERE j.number > ?", [after]
    )
    last = max((row[0] for row in rows), default=after)
    touched = {row[1] for row in rows}
    parts = store.rows_in("SELECT source FROM tie WHERE relation = 'part-of' AND target IN (?)", touched)
    return last, touched | {row[0] for row in parts}


def head(store: Store) -> tuple[int, str]:
    """Where the journal ends: the number of its last line, and the digest of all."""
    row = store.row("SELECT number, digest FROM journal_head WHERE one = 1")
    assert row is not None
    return int(row[0]), str(row[1])


def digest_at(store: Store, number: int) -> str:
    """The digest of a journal line; empty where there is none."""
    row = store.row("SELECT digest FROM journal WHERE number = ?", [number])
    return str(row[0]) if row else ""


def _rows(store: Store, sql: str, key: str, numbers: list[int] | None, tail: str = "") -> Iterator[tuple[Any, ...]]:
    if numbers is None:
        yield from store.rows(sql + tail)
    else:
        yield from store.rows_in(f"{sql} AND {key} IN (?){tail}", numbers)
