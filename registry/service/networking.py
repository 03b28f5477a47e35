"""Networks, hierarchies and shortest paths: breadth first, cycle-safe, bounded, and saying what was cut."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from registry.kinds.model.documents import Document
from registry.service import reading
from registry.service.relating import FIRM, evidence_for
from registry.store import graph, records
from registry.store.database import Store
from registry.store.graph import Edge, Narrowing, Node

EACH = 200
"""How many ties of one node are followed in each direction."""
SEARCHED = 20_000
"""How many nodes a search for paths looks at."""
HIERARCHY = ("part-of", "member-of")


@dataclass
class Network:
    """What lies around a record: nodes with their distance, edges, and where it was cut."""

    nodes: list[Document] = field(default_factory=list)
    edges: list[Document] = field(default_factory=list)
    truncated: bool = False
    cut: list[Document] = field(default_factory=list)


def network(
    store: Store, ident: str, *, depth: int, limit: int, relations: Sequence[str] = (), kinds: Sequence[str] = (),
    standings: Sequence[str] = (), active_on: tuple[str, str] | None = None, certain: bool = False,
) -> Network:  # fmt: skip
    """The records within `depth` ties of one, at most `limit` of them, the nearest first.

    Nodes of other kinds than those asked for are left out, and not passed through. Raises as reading does.
    """
    start = graph.number_of(store, reading.read(store, ident).id)
    narrowing = Narrowing(tuple(relations), tuple(standings or FIRM), active_on, certain)
    found: dict[tuple[int, str], Edge] = {}
    degrees: dict[int, int] = {}
    distance, truncated = {start: 0}, False
    known = graph.nodes(store, [start])
    frontier = [start]
    for step in range(1, depth + 1):
        edges, cut = graph.edges(store, frontier, narrowing, EACH)
        degrees |= cut
        found |= {(edge.source, edge.key): edge for edge in edges}
        reached = sorted({end for edge in edges for end in (edge.source, edge.target)} - set(distance))
        if kinds:
            known |= graph.nodes(store, reached)
        wanted = [number for number in reached if not kinds or known[number].kind in kinds]
        room = limit - len(distance)
        truncated |= len(wanted) > room
        frontier = wanted[: max(room, 0)]
        if not kinds:
            known |= graph.nodes(store, frontier)
        distance |= dict.fromkeys(frontier, step)
        if not frontier:
            break
    kept = [edge for edge in found.values() if edge.source in distance and edge.target in distance]
    return Network(
        [_node(known[number]) | {"distance": steps} for number, steps in distance.items()],
        [_edge(edge, known) for edge in sorted(kept)],
        truncated or bool(degrees),
        [{"id": known[number].id, "degree": degree, "followed": EACH} for number, degree in sorted(degrees.items())],
    )


def hierarchy(store: Store, ident: str, limit: int) -> dict[str, object]:
    """What a record is part or member of, all the way up, and its parts and members, all the way down."""
    own = reading.read(store, ident)
    start = graph.number_of(store, own.id)
    up, more_up = _climb(store, start, limit, upwards=True)
    down, more_down = _climb(store, start, limit, upwards=False)
    return {"ancestors": up, "descendants": down, "truncated": more_up or more_down}


def _climb(store: Store, start: int, limit: int, *, upwards: bool) -> tuple[list[Document], bool]:
    narrowing, seen = Narrowing(HIERARCHY), {start}
    lines: list[Document] = []
    frontier, step = [start], 0
    known = graph.nodes(store, frontier)
    while frontier and len(lines) < limit:
        step += 1
        edges, _ = graph.edges(store, frontier, narrowing, limit)
        pairs = [(e.source, e.target, e) if upwards else (e.target, e.source, e) for e in edges]
        steps = [(near, far, edge) for near, far, edge in sorted(pairs) if near in set(frontier) and far not in seen]
        known |= graph.nodes(store, {far for _, far, _ in steps})
        frontier = []
        for near, far, edge in steps:
            if far not in seen:
                seen.add(far)
                frontier.append(far)
                lines.append(
                    _node(known[far])
                    | {
                        "distance": step,
                        "relation": edge.relation,
                        "through": known[near].id,
                        "standing": edge.standing,
                    }
                )
    return lines[:limit], len(lines) > limit


def paths(
    store: Store, first: str, last: str, *, longest: int, limit: int, standings: Sequence[str] = (),
    relations: Sequence[str] = (),
) -> tuple[list[Document], bool]:  # fmt: skip
    """The shortest ways from one record to another, each tie with its evidence; and whether the search was cut short."""
    start = graph.number_of(store, reading.read(store, first).id)
    goal = graph.number_of(store, reading.read(store, last).id)
    narrowing = Narrowing(tuple(relations), tuple(standings or FIRM))
    before: dict[int, list[tuple[int, Edge]]] = defaultdict(list)
    distance, frontier, truncated = {start: 0}, [start], False
    for step in range(1, longest + 1):
        if goal in distance or not frontier or truncated:
            break
        edges, cut = graph.edges(store, frontier, narrowing, EACH)
        truncated = bool(cut) or len(distance) > SEARCHED
        inside, reached = set(frontier), set()
        for edge in edges:
            for near, far in ((edge.source, edge.target), (edge.target, edge.source)):
                if near in inside and distance.get(far, step) == step:
                    before[far].append((near, edge))
                    reached.add(far)
        distance |= dict.fromkeys(reached - set(distance), step)
        frontier = sorted(reached)
    if goal not in distance or start == goal:
        return [], truncated
    ways = _ways(goal, start, before, limit)
    return _told(store, ways), truncated


def _ways(
    goal: int, start: int, before: dict[int, list[tuple[int, Edge]]], limit: int
) -> list[list[tuple[int, Edge, int]]]:
    """Up to `limit` ways back from the goal, the ties of each in order from the start."""
    found: list[list[tuple[int, Edge, int]]] = []
    stack: list[tuple[int, list[tuple[int, Edge, int]]]] = [(goal, [])]
    while stack and len(found) < limit:
        node, behind = stack.pop()
        if node == start:
            found.append(behind)
            continue
        for near, edge in sorted(before[node], reverse=True):
            stack.append((near, [(near, edge, node), *behind]))
    return found


def _told(store: Store, ways: Iterable[list[tuple[int, Edge, int]]]) -> list[Document]:
    ways = list(ways)
    known = graph.nodes(store, {end for way in ways for _, edge, _ in way for end in (edge.source, edge.target)})
    holders = records.many(store, {known[edge.source].id for way in ways for _, edge, _ in way})
    documents = {ident: json.loads(each.bytes) for ident, each in holders.items()}
    return [
        {"length": len(way), "steps": [_step(near, edge, far, known, documents) for near, edge, far in way]}
        for way in ways
    ]


def _step(near: int, edge: Edge, far: int, known: dict[int, Node], documents: dict[str, Document]) -> Document:
    holder = documents[known[edge.source].id]
    return {
        "from": _node(known[near]), "to": _node(known[far]), "tie": _edge(edge, known), "forward": edge.source == near,
        "evidence": evidence_for(holder, [f"/relations/{edge.key}"]),
    }  # fmt: skip


def _node(node: Node) -> Document:
    found: Document = {"id": node.id, "kind": node.kind, "name": node.name}
    return found | ({"lifecycle": node.lifecycle} if node.lifecycle else {})


def _edge(edge: Edge, known: dict[int, Node]) -> Document:
    return {
        "source": known[edge.source].id, "target": known[edge.target].id, "relation": edge.relation, "key": edge.key,
        "standing": edge.standing,
    }  # fmt: skip
