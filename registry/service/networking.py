"""Networks, hierarchies and shortest paths: breadth first, cycle-safe, bounded, and saying what was cut."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from registry.kinds.model.documents import Document
from registry.service import reading
from registry.service.relating import FIRM, cautions_about, evidence_for
from registry.store import graph, records, surroundings
from registry.store.database import Store
from registry.store.graph import Edge, Narrowing, Node, Tie

EACH = 200
"""How many ties of one node are followed in each direction."""
SEARCHED = 20_000
"""How many nodes a search for paths looks at."""
HIERARCHY = ("part-of", "member-of")


@dataclass
class Network:
    """What lies around a record: nodes with their distance and edges, each as JSON, and where it was cut."""

    nodes: list[str]
    edges: list[str]
    truncated: bool
    cut: list[Document]


def network(
    store: Store, ident: str, *, depth: int, limit: int, relations: Sequence[str] = (), kinds: Sequence[str] = (),
    standings: Sequence[str] = (), active_on: tuple[str, str] | None = None, certain: bool = False,
    change: int | None = None,
) -> Network:  # fmt: skip
    """The records within `depth` ties of one, at most `limit` of them, the nearest first.

    Nodes of other kinds than those asked for are left out, and not passed through. `change` is where the journal ends, if
    that is known. Raises as reading does.
    """
    start = reading.number(store, ident)
    narrowing = Narrowing(tuple(relations), tuple(standings or FIRM), active_on, certain)
    degrees: dict[int, int] = {}
    distance, truncated = {start: 0}, False
    frontier = [start]
    with surroundings.of(store).at_present(change) as around:
        for step in range(1, depth + 1):
            ends, cut = around.neighbours(frontier, narrowing, EACH)
            degrees |= cut
            reached = ends - distance.keys()
            wanted = graph.of_kinds(store, reached, kinds) if kinds else sorted(reached)
            room = limit - len(distance)
            truncated |= len(wanted) > room
            frontier = wanted[: max(room, 0)]
            distance |= dict.fromkeys(frontier, step)
            if not frontier:
                break
        shown = around.shown(distance)
    return Network(
        [shown[number].at(steps) for number, steps in distance.items()],
        [edge for each in shown.values() for edge in each.edges(shown, narrowing)],
        truncated or bool(degrees),
        [{"id": shown[n].id, "degree": degree, "followed": EACH} for n, degree in sorted(degrees.items())],
    )


def hierarchy(store: Store, ident: str, limit: int) -> dict[str, object]:
    """What a record is part or member of, all the way up, and its parts and members, all the way down."""
    own = reading.read(store, ident)
    start = own.number
    up, more_up = _climb(store, start, limit, upwards=True)
    down, more_down = _climb(store, start, limit, upwards=False)
    return {"ancestors": up, "descendants": down, "truncated": more_up or more_down}


def _climb(store: Store, start: int, limit: int, *, upwards: bool) -> tuple[list[Document], bool]:
    narrowing, seen, cut_short = Narrowing(HIERARCHY), {start}, False
    lines: list[Document] = []
    frontier, step = [start], 0
    known = graph.nodes(store, frontier)
    while frontier and len(lines) <= limit:
        step += 1
        edges, cut = graph.edges(store, frontier, narrowing, limit + 1, ["source" if upwards else "target"])
        cut_short |= bool(cut)
        pairs = [(e.source, e.target, e) if upwards else (e.target, e.source, e) for e in edges]
        steps = [(near, far, edge) for near, far, edge in sorted(pairs) if near in set(frontier) and far not in seen]
        known |= graph.nodes(store, {far for _, far, _ in steps})
        frontier = []
        for near, far, edge in steps:
            if far not in seen:
                seen.add(far)
                frontier.append(far)
                lines.append(
                    known[far].told()
                    | {
                        "distance": step,
                        "relation": edge.relation,
                        "through": known[near].id,
                        "standing": edge.standing,
                    }
                )
    return lines[:limit], cut_short or len(lines) > limit


@dataclass
class Side:
    """How far the search for paths has come from one of their ends: in whole steps, each node with the ties back."""

    frontier: list[int]
    distance: dict[int, int]
    before: dict[int, list[tuple[int, Edge]]] = field(default_factory=lambda: defaultdict(list))
    steps: int = 0

    def grow(self, edges: Iterable[Edge]) -> None:
        """Go one step on, by the edges that touch the frontier."""
        self.steps += 1
        inside, reached = set(self.frontier), set[int]()
        for edge in edges:
            for near, far in ((edge.source, edge.target), (edge.target, edge.source)):
                if near in inside and self.distance.get(far, self.steps) == self.steps:
                    self.before[far].append((near, edge))
                    reached.add(far)
        self.distance |= dict.fromkeys(reached - set(self.distance), self.steps)
        self.frontier = sorted(reached)


def paths(
    store: Store, first: str, last: str, *, longest: int, limit: int, standings: Sequence[str] = (),
    relations: Sequence[str] = (),
) -> tuple[list[Document], bool]:  # fmt: skip
    """The shortest ways from one record to another, each tie with its evidence; and whether there may be other ways.

    The search comes from both ends, so that what has many ties is reached from what has few.
    """
    start = reading.number(store, first)
    goal = reading.number(store, last)
    narrowing = Narrowing(tuple(relations), tuple(standings or FIRM))
    here, there, truncated = Side([start], {start: 0}), Side([goal], {goal: 0}), False
    met: list[int] = []
    if start == goal:
        return [], False
    for _ in range(longest):
        truncated = _one_step(store, (here, there), narrowing) or len(here.distance) + len(there.distance) > SEARCHED
        met = [number for number in here.frontier if there.distance.get(number) == there.steps]
        if met or truncated or not here.frontier or not there.frontier:
            break
    each_way = (
        [*ahead, *((far, edge, near) for near, edge, far in reversed(behind))]
        for middle in met
        for ahead in _ways(middle, start, here.before, limit + 1)
        for behind in _ways(middle, goal, there.before, limit + 1)
    )
    ways = list(islice(each_way, limit + 1))
    return _told(store, ways[:limit]), truncated or len(ways) > limit


def _one_step(store: Store, sides: tuple[Side, Side], narrowing: Narrowing) -> bool:
    """Go one step from the end where that is less; whether ties were left out, as there are too many at both."""
    tried = []
    for side in sorted(sides, key=lambda side: len(side.frontier)):
        edges, cut = graph.edges(store, side.frontier, narrowing, EACH)
        tried.append((side, edges))
        if not cut:
            side.grow(edges)
            return False
    side, edges = tried[0]
    side.grow(edges)
    return True


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
    ties = {edge for way in ways for _, edge, _ in way}
    known = graph.nodes(store, {end for edge in ties for end in (edge.source, edge.target)})
    holders = records.many(store, {known[edge.source].id for edge in ties})
    documents = {ident: json.loads(each.bytes) for ident, each in holders.items()}
    told = {(tie.source, tie.key): tie for tie in graph.held(store, {edge.source for edge in ties}, Narrowing())}

    def step(near: int, edge: Edge, far: int) -> Document:
        holder = documents[known[edge.source].id]
        tie = _edge(told.get((edge.source, edge.key)) or Tie(*edge, None, None, None), known)  # it may be gone by now
        evidence = evidence_for(holder, [f"/relations/{edge.key}"])
        return {
            "from": known[near].told(), "to": known[far].told(), "tie": tie, "forward": edge.source == near, "evidence": evidence,
        } | cautions_about(holder, [edge.key])  # fmt: skip

    return [{"length": len(way), "steps": [step(*each) for each in way]} for way in ways]


def _edge(tie: Tie, known: dict[int, Node]) -> Document:
    return {"source": known[tie.source].id, "target": known[tie.target].id, **tie.told()}
