"""What matching needs of the store: the names that records bear, how they hang together, and what has changed since."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from registry.store.database import Store


class Named(NamedTuple):
    """A published record: its number, its kind and those that it acts as, and its comparable names.

    `targets` are the numbers of the records that its ties lead to, one for each tie; `wholes` those of what it is part of.
    """

    number: int
    kinds: frozenset[str]
    names: tuple[str, ...]
    targets: tuple[int, ...] = ()
    wholes: tuple[int, ...] = ()


def named(store: Store, numbers: Iterable[int] | None = None) -> Iterator[Named]:
    """All published records that bear names, or some of them, in the order of their numbers."""
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
    targets, wholes = defaultdict(list), defaultdict(list)
    for source, target, relation in _rows(
        store, "SELECT source, target, relation FROM tie WHERE 1 = 1", "source", wanted
    ):
        targets[source].append(target)
        if relation == "part-of":
            wholes[source].append(target)
    for number, its in sorted(names.items()):
        yield Named(
            number,
            frozenset(kinds[number]),
            tuple(sorted(its)),
            tuple(sorted(targets[number])),
            tuple(sorted(wholes[number])),
        )


def changed(store: Store, after: int) -> tuple[int, set[int]]:
    """The number of the last journal line, and the records that lines past a number changed, with their parts.

    Inside a transaction that has begun and not yet written its lines the last number is that of the line before.
    """
    lines = store.rows("SELECT number, record, rendered FROM journal WHERE number > ?", [after])
    last = max((number for number, _, _ in lines), default=after)
    idents = {ident for _, record, rendered in lines for ident in (record, *json.loads(rendered))}
    touched = {row[0] for row in store.rows_in("SELECT number FROM record WHERE id IN (?)", idents)}
    parts = store.rows_in("SELECT source FROM tie WHERE relation = 'part-of' AND target IN (?)", touched)
    return last, touched | {row[0] for row in parts}


def digest_at(store: Store, number: int) -> str:
    """The digest of a journal line; empty where there is none."""
    row = store.row("SELECT digest FROM journal WHERE number = ?", [number])
    return str(row[0]) if row else ""


def _rows(store: Store, sql: str, key: str, numbers: list[int] | None) -> Iterator[tuple[Any, ...]]:
    if numbers is None:
        yield from store.rows(sql)
    else:
        yield from store.rows_in(f"{sql} AND {key} IN (?)", numbers)
