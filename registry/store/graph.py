"""The ties between records as a graph: which edges touch some nodes, bounded for each node and in all."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from registry.kinds.model.dates import span
from registry.kinds.model.documents import Document
from registry.store.database import Store, marks


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

    def counts(self, tie: "Tie") -> bool:
        """Whether a tie counts, by what it says of itself."""
        if self.relations and tie.relation not in self.relations:
            return False
        if self.standings and tie.standing not in self.standings:
            return False
        if self.active_on is None:
            return True
        low, high = self.active_on
        since_low, since_high, until_low, until_high = span(tie.since, tie.until)
        return since_high <= low and until_low >= high if self.certain else since_low <= high and until_high >= low


ENDS = ("source", "target")


def edges(
    store: Store, nodes: Iterable[int], narrowing: Narrowing, each: int, ends: Sequence[str] = ENDS
) -> tuple[list[Edge], dict[int, int]]:
    """The edges that touch the nodes, at most `each` to a node in each direction; and the degree of those that were cut.

    `ends` narrows to edges of which the nodes are the source, or the target.
    """
    found: dict[tuple[int, str], Edge] = {}
    rows, cut = _touching(store, nodes, narrowing, each, ends, Edge._fields)
    for edge in map(Edge._make, rows):
        found[edge.source, edge.key] = edge
    return list(found.values()), cut


def neighbours(store: Store, nodes: Iterable[int], narrowing: Narrowing, each: int) -> tuple[set[int], dict[int, int]]:
    """The nodes at either end of the same edges, those asked for among them; and the degree of those that were cut."""
    rows, cut = _touching(store, nodes, narrowing, each, ENDS, ENDS)
    return {end for row in rows for end in row}, cut


def _touching(
    store: Store, nodes: Iterable[int], narrowing: Narrowing, each: int, ends: Sequence[str], columns: Sequence[str]
) -> tuple[list[Sequence[Any]], dict[int, int]]:
    """What the edges of some nodes are, up to `each` of a node in each direction; and the degrees of those that have more."""
    condition, values = narrowing.sql()
    told, asked = ", ".join(f"t.{column}" for column in columns), store.as_one(sorted(set(nodes)))
    there = {near: f"FROM tie t WHERE {store.among(f't.{near}')} AND {condition}" for near in ends}
    both = " UNION ALL ".join(f"SELECT {told} {there[near]}" for near in ends)
    rows = store.packed(columns, f"{both} LIMIT ?", [*[asked, *values] * len(ends), each + 1])
    if len(rows) <= each:  # so no node can have more
        return rows, {}
    counted = [
        f"SELECT '{near}' AS near, t.{near} AS node, COUNT(*) AS degree {there[near]} GROUP BY t.{near}"
        for near in ends
    ]
    degrees = store.packed(("near", "node", "degree"), " UNION ALL ".join(counted), [asked, *values] * len(ends))
    few = {near: store.as_one(n for its, n, degree in degrees if its == near and degree <= each) for near in ends}
    rows = store.packed(columns, both, [value for near in ends for value in (few[near], *values)])
    cut = Counter[int]()
    for near, node, degree in degrees:
        if degree > each:  # one by one, since only so the database stops in time
            cut[node] += degree
            first = f"SELECT {told} FROM tie t WHERE t.{near} = ? AND {condition} ORDER BY t.source, t.key LIMIT ?"
            rows += store.packed(columns, first, [node, *values, each])
    return rows, cut


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

    def told(self) -> Document:
        """The tie as it is answered, but for its ends."""
        found: Document = {"relation": self.relation, "key": self.key, "standing": self.standing}
        if self.role is not None:
            found["role"] = self.role
        if self.since is not None:
            found["since"] = self.since
        if self.until is not None:
            found["until"] = self.until
        return found


def held(store: Store, nodes: Iterable[int], narrowing: Narrowing) -> Iterator[Tie]:
    """The ties that the nodes hold."""
    condition, values = narrowing.sql()
    columns, asked = ", ".join(f"t.{name}" for name in Tie._fields), store.as_one(nodes)
    sql = f"SELECT {columns} FROM tie t WHERE {store.among('t.source')} AND {condition}"
    return map(Tie._make, store.packed(Tie._fields, sql, [asked, *values]))


class Node(NamedTuple):
    """A record in short."""

    number: int
    id: str
    kind: str
    name: str
    lifecycle: str | None
    countries: tuple[str, ...]

    def told(self) -> Document:
        """The record as it is answered, but for its countries."""
        found: Document = {"id": self.id, "kind": self.kind, "name": self.name}
        return found | ({"lifecycle": self.lifecycle} if self.lifecycle else {})


def of_kinds(store: Store, numbers: Iterable[int], kinds: Sequence[str]) -> list[int]:
    """Those of some records that are of these kinds, in order."""
    sql = f"SELECT number FROM record WHERE {store.among('number')} AND kind IN ({marks(kinds)})"
    return sorted(row[0] for row in store.packed(["number"], sql, [store.as_one(numbers), *kinds]))


def nodes(store: Store, numbers: Iterable[int]) -> dict[int, Node]:
    """The records with these numbers, in short."""
    gather = "group_concat(t.low)" if store.sqlite else "string_agg(t.low, ',')"
    sql = (
        f"SELECT r.number, r.id, r.kind, r.name, r.lifecycle, (SELECT {gather} FROM term t WHERE t.record = r.number AND "
        f"t.field = 'country') AS countries FROM record r WHERE {store.among('r.number')}"
    )
    found = store.packed(Node._fields, sql, [store.as_one(numbers)])
    return {
        number: Node._make((number, *told, tuple(sorted(its.split(","))) if its else ()))
        for number, *told, its in found
    }
