"""The ties between records as a graph: which edges touch some nodes, bounded for each node and in all."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from registry.store.database import BATCH, Store, marks


class Edge(NamedTuple):
    """One tie: the record that holds it, the record that it leads to, and what it is."""

    source: int
    target: int
    key: str
    relation: str
    standing: str


@dataclass(frozen=True)
class Narrowing:
    """Which edges count: of some relations and standings, possible (or certain) on a day; all where nothing is said."""

    relations: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    active_on: tuple[str, str] | None = None
    certain: bool = False

    def sql(self, tie: str = "t") -> tuple[str, list[str]]:
        """The conditions on a tie, with their values."""
        parts: list[str] = ["1 = 1"]
        values: list[str] = []
        for column, wanted in (("relation", self.relations), ("standing", self.standings)):
            if wanted:
                parts.append(f"{tie}.{column} IN ({marks(wanted)})")
                values += wanted
        if self.active_on:
            low, high = self.active_on
            if self.certain:
                parts.append(f"{tie}.since_high <= ? AND {tie}.until_low >= ?")
                values += [low, high]
            else:
                parts.append(f"{tie}.since_low <= ? AND {tie}.until_high >= ?")
                values += [high, low]
        return " AND ".join(parts), values


ENDS = ("source", "target")


def edges(
    store: Store, nodes: Iterable[int], narrowing: Narrowing, each: int, ends: Sequence[str] = ENDS
) -> tuple[list[Edge], dict[int, int]]:
    """The edges that touch the nodes, at most `each` to a node in each direction; and the degree of those that were cut.

    `ends` narrows to edges of which the nodes are the source, or the target.
    """
    wanted = sorted(set(nodes))
    found: dict[tuple[int, str], Edge] = {}
    cut: dict[int, int] = {}
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        for near in ends:
            for node, rows, degree in _touching(store, part, near, narrowing, each):
                found |= {(edge.source, edge.key): edge for edge in rows}
                if degree > each:
                    cut[node] = cut.get(node, 0) + degree
    return list(found.values()), cut


def _touching(
    store: Store, nodes: Sequence[int], near: str, narrowing: Narrowing, each: int
) -> Iterator[tuple[int, list[Edge], int]]:
    """Nodes that edges leave or come to, with up to `each` of these in order, and how many there are."""
    condition, values = narrowing.sql()
    degrees = dict(store.rows(
        f"SELECT t.{near}, COUNT(*) FROM tie t WHERE t.{near} IN ({marks(nodes)}) AND {condition} GROUP BY 1", [*nodes, *values]
    ))  # fmt: skip
    few = [node for node, degree in degrees.items() if degree <= each]
    sql = f"SELECT t.{near}, t.source, t.target, t.key, t.relation, t.standing FROM tie t WHERE t.{near} IN (?) AND {condition}"
    by_node: dict[int, list[Edge]] = defaultdict(list)
    for node, *edge in store.rows(sql.replace("IN (?)", f"IN ({marks(few)})", 1), [*few, *values]) if few else ():
        by_node[node].append(Edge(*edge))
    for node in degrees.keys() - set(few):  # one by one, since only so the database stops in time
        found = store.rows(f"{sql} ORDER BY t.source, t.key LIMIT ?", [node, *values, each])
        by_node[node] = [Edge(*edge) for _, *edge in found]
    return ((node, found, degrees[node]) for node, found in by_node.items())


class Tie(NamedTuple):
    """An edge with what the tie says of itself, as it is served."""

    source: int
    target: int
    key: str
    relation: str
    standing: str
    role: str | None
    since: str | None
    until: str | None


def held(store: Store, nodes: Iterable[int], narrowing: Narrowing) -> Iterator[Tie]:
    """The ties that the nodes hold."""
    condition, values = narrowing.sql()
    columns = ", ".join(f"t.{name}" for name in Tie._fields)
    sql = f"SELECT {columns} FROM tie t WHERE t.source IN (?) AND {condition}"
    return map(Tie._make, store.rows_in(sql, nodes, values))


def countries(store: Store, numbers: Iterable[int]) -> dict[int, list[str]]:
    """The countries of records, of those that have any."""
    found: dict[int, list[str]] = defaultdict(list)
    sql = "SELECT record, low FROM term WHERE field = 'country' AND record IN (?) ORDER BY record, low"
    for number, country in store.rows_in(sql, numbers):
        found[number].append(country)
    return found


class Node(NamedTuple):
    """A record in short."""

    number: int
    id: str
    kind: str
    name: str
    lifecycle: str | None


def nodes(store: Store, numbers: Iterable[int]) -> dict[int, Node]:
    """The records with these numbers, in short."""
    sql = "SELECT number, id, kind, name, lifecycle FROM record WHERE number IN (?)"
    return {row[0]: Node(*row) for row in store.rows_in(sql, numbers)}


def number_of(store: Store, ident: str) -> int:
    """The number of a record that is known to be there."""
    row = store.row("SELECT number FROM record WHERE id = ?", [ident])
    assert row is not None
    return int(row[0])
