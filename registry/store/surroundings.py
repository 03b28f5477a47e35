"""What a process keeps in mind for networks: whom all ties join, and how the records and ties shown last are shown.

Whom the ties join is loaded once, in arrays, and brought up to date from the journal: ties change with the records that
hold them, and in no other way. What is shown of a record is forgotten when the record changes.
"""

from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, compress, islice
from json.encoder import encode_basestring
from operator import itemgetter
from sys import intern
from typing import NamedTuple

from registry.store import graph, journal
from registry.store.database import Store
from registry.store.following import Following
from registry.store.graph import Narrowing, Node, Tie

MOST_CHANGES = 10_000
"""After so many lines of the journal at once everything is loaded anew."""
MOST_RENEWED = 100_000
"""Of so many records the ties may be kept beside those that were loaded; then everything is loaded anew."""
MOST_SHOWN = 150_000
"""So many records and ties are kept as they are shown, of those that networks came to last: some 60 MB."""

Row = tuple[int, int, str, str]
"""Of a tie its source, target, relation, and standing."""
Ends = tuple["array[int]", bytes]
"""Of some ties the records at their other ends, and a byte for the sort of each tie."""
NONE: Ends = array("I"), b""


class Direction:
    """The ties of each record in one direction, in the order in which they are followed."""

    def __init__(self, nears: "array[int]", fars: "array[int]", sorts: bytearray) -> None:
        order = sorted(range(len(nears)), key=nears.__getitem__)
        self._fars, self._sorts = array("I", map(fars.__getitem__, order)), bytes(map(sorts.__getitem__, order))
        degrees, last = Counter(nears), max(nears, default=-1)
        self._starts = array("I", accumulate((degrees[number] for number in range(last + 1)), initial=0))
        self.renewed: dict[int, Ends] = {}

    def of(self, number: int) -> Ends:
        """A record's ties."""
        renewed = self.renewed.get(number)
        if renewed is not None:
            return renewed
        if number + 1 >= len(self._starts):
            return NONE
        first, last = self._starts[number], self._starts[number + 1]
        return (self._fars[first:last], self._sorts[first:last]) if first < last else NONE


class Ties:
    """Whom all ties join. What leads to a record follows from what the others hold, so that the two always agree."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Rows come in the order of their sources, and those of one source in the order of their keys."""
        self._sorts: dict[str, dict[str, int]] = {}
        sources, targets, sorts = array("I"), array("I"), bytearray()
        for source, target, relation, standing in rows:
            sources.append(source)
            targets.append(target)
            sorts.append(self._sort(relation, standing))
        self._outward, self._inward = Direction(sources, targets, sorts), Direction(targets, sources, sorts)

    @property
    def renewed(self) -> int:
        """Of how many records the ties are kept beside those that were loaded, in one direction or the other."""
        return len(self._outward.renewed) + len(self._inward.renewed)

    def neighbours(self, numbers: Iterable[int], narrowing: Narrowing, each: int) -> tuple[set[int], dict[int, int]]:
        """The same as of the graph in the database, whatever the day."""
        counted = self._counted(narrowing)
        found, cut = set[int](), Counter[int]()
        for number in numbers:
            for direction in (self._outward, self._inward):
                fars, sorts = direction.of(number)
                count = sorts.translate(counted)
                degree = count.count(1)
                if degree > each:
                    cut[number] += degree
                found.update(islice(compress(fars, count), each))
        return found, cut

    def renew(self, numbers: Collection[int], rows: Iterable[Row]) -> None:
        """Put the ties that some records hold now, in the same order, in the place of those that they held."""
        held: dict[int, list[tuple[int, int]]] = {number: [] for number in numbers}
        led_to: dict[int, list[tuple[int, int]]] = {
            target: [] for number in numbers for target in self._outward.of(number)[0]
        }
        for source, target, relation, standing in rows:
            sort = self._sort(relation, standing)
            held[source].append((target, sort))
            led_to.setdefault(target, []).append((source, sort))
        for number, ends in held.items():
            self._outward.renewed[number] = _ends(ends)
        for target, ends in led_to.items():
            others = [end for end in zip(*self._inward.of(target), strict=True) if end[0] not in held]
            self._inward.renewed[target] = _ends(sorted([*others, *ends], key=itemgetter(0)))

    def _sort(self, relation: str, standing: str) -> int:
        known = self._sorts.setdefault(standing, {})
        if relation not in known:
            known[relation] = sum(map(len, self._sorts.values()))
        return known[relation]

    def _counted(self, narrowing: Narrowing) -> bytearray:
        """By sort, 1 for the ties that count and 0 for the others."""
        found, relations = bytearray(256), narrowing.relations
        for standing in narrowing.standings or self._sorts:
            for relation, sort in self._sorts.get(standing, {}).items():
                if not relations or relation in relations:
                    found[sort] = 1
        return found


def _ends(pairs: list[tuple[int, int]]) -> Ends:
    return array("I", [far for far, _ in pairs]), bytes(sort for _, sort in pairs)


class Shown(NamedTuple):
    """A record as networks show it, with the ties that it holds in the order of targets and keys.

    `before` and `behind` are the JSON before its distance and behind it.
    """

    id: str
    before: str
    behind: str
    ties: list[Tie]

    def at(self, distance: int) -> str:
        """The record as JSON, so many ties away."""
        return f"{self.before}{distance}{self.behind}"

    def edges(self, among: dict[int, "Shown"], narrowing: Narrowing) -> Iterator[str]:
        """The ties that lead to one of some records, as JSON."""
        for tie in self.ties:
            target = among.get(tie.target)
            if target is not None and narrowing.counts(tie):
                yield f'{{"source":"{self.id}","target":"{target.id}",{_text(tie)}}}'


class Surroundings(Following):
    """Whom ties join, and how records and ties are shown."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._ties: Ties | None = None
        self._shown: OrderedDict[int, Shown] = OrderedDict()
        self._size = 0

    def neighbours(self, numbers: Sequence[int], narrowing: Narrowing, each: int) -> tuple[set[int], dict[int, int]]:
        """The same as of the graph in the database, which alone knows the days of all ties."""
        if narrowing.active_on:
            return graph.neighbours(self._store, numbers, narrowing, each)
        return self.ties().neighbours(numbers, narrowing, each)

    def ties(self) -> Ties:
        """Whom all ties join; loaded when first asked for."""
        if self._ties is None:
            self._ties = Ties(self._store.each(f"{_ROWS} ORDER BY source, key"))
        return self._ties

    def shown(self, numbers: Iterable[int]) -> dict[int, Shown]:
        """Records as networks show them, in the order of their numbers."""
        wanted = sorted(numbers)
        missing = [number for number in wanted if number not in self._shown]
        made = _made(self._store, missing) if missing else {}
        found = {number: made.get(number) or self._shown[number] for number in wanted}
        for number in wanted:
            self._keep(number, found[number])
        return found

    def _keep(self, number: int, shown: Shown) -> None:
        if number in self._shown:
            self._shown.move_to_end(number)
            return
        self._shown[number] = shown
        self._size += 1 + len(shown.ties)
        while self._size > MOST_SHOWN:
            self._size -= 1 + len(self._shown.popitem(last=False)[1].ties)

    def _follow(self, head: int) -> None:
        if not (self._ties or self._shown):
            return
        numbers = journal.altered(self._store, self._head, MOST_CHANGES) if head > self._head else None
        if numbers is None or len(numbers) + (self._ties.renewed if self._ties else 0) > MOST_RENEWED:
            self._ties, self._shown, self._size = None, OrderedDict(), 0
        else:
            self._renew(numbers)

    def _renew(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            gone = self._shown.pop(number, None)
            if gone is not None:
                self._size -= 1 + len(gone.ties)
        if self._ties:
            self._ties.renew(numbers, self._store.rows_in(f"{_ROWS} WHERE source IN (?) ORDER BY source, key", numbers))


_ROWS = "SELECT source, target, relation, standing FROM tie"


def _text(tie: Tie) -> str:
    """The members of a tie as JSON, but for its ends: codes, keys and dates, in which nothing has to be escaped."""
    _, _, key, relation, standing, role, since, until = tie
    text = f'"relation":"{relation}","key":"{key}","standing":"{standing}"'
    if role is not None:
        text += f',"role":"{role}"'
    if since is not None:
        text += f',"since":"{since}"'
    if until is not None:
        text += f',"until":"{until}"'
    return text


def _made(store: Store, numbers: Sequence[int]) -> dict[int, Shown]:
    """Records as networks show them, made from what the database tells."""
    held: defaultdict[int, list[Tie]] = defaultdict(list)
    for tie in graph.held(store, numbers, Narrowing()):
        held[tie.source].append(tie)
    return {number: _record(node, held[number]) for number, node in graph.nodes(store, numbers).items()}


def _record(node: Node, ties: list[Tie]) -> Shown:
    ties.sort(key=itemgetter(1, 2))
    lifecycle = f',"lifecycle":"{node.lifecycle}"' if node.lifecycle else ""
    countries = ',"countries":["' + '","'.join(node.countries) + '"]' if node.countries else ""
    before = f'{{"id":"{node.id}","kind":"{node.kind}","name":{encode_basestring(node.name)}{lifecycle},"distance":'
    return Shown(node.id, before, intern(f"{countries}}}"), ties)


of = Surroundings.of
