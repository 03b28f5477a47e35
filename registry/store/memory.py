"""What a process keeps in mind of the indexes: which records are under each value, and the orders of lists.

Bitmaps of record numbers are loaded when first asked for, and brought up to date from the journal. An order is loaded
once; records that have changed since are told apart, and are ordered by the database together with what it is asked for,
until they are many.
"""

from array import array
from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pyroaring import BitMap

from registry.store import journal, records
from registry.store.database import Store, marks
from registry.store.following import Following
from registry.store.indexing import ALL
from registry.store.orders import Order
from registry.store.postings import Postings

MOST_VALUES = 2000
"""A field with more values than this is not kept in mind."""
MOST_ALTERED = 5000
"""When more records than these were altered since it last looked, everything is loaded anew."""
MOST_CHANGED = 1000
"""When more records than these have changed since, orders are loaded anew."""
MOST_DOCUMENTS = 64_000_000
"""So many bytes of documents are kept, of those that pages held last."""
MOST_FOUND = 200
"""So many answers are kept, each a list or a bitmap of numbers."""


class Under(NamedTuple):
    """The records that have a value, and those of them that have it under a caution only."""

    records: BitMap
    doubted: BitMap


class Documents:
    """The documents that pages held last, by the numbers of their records."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self.held: OrderedDict[int, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self.held)

    def put(self, number: int, document: bytes) -> None:
        """Keep a document; those that came first go when there are too many."""
        if number not in self.held:
            self.held[number] = document
            self._size += len(document)
        while self._size > self._most:
            self._size -= len(self.held.popitem(last=False)[1])

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget records that have changed."""
        for number in numbers:
            self._size -= len(self.held.pop(number, b""))


class Memory(Following):
    """Bitmaps, orders, documents and answers."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._fields: dict[str, dict[str, Under] | None] = {}
        self._orders: dict[tuple[str, str], Order] = {}
        self._briefness: array[int] | None = None
        self._by_briefness: Order | None = None
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._documents = Documents(MOST_DOCUMENTS)
        self.changed, self.postings = BitMap(), Postings(store)

    def under(self, field: str) -> dict[str, Under] | None:
        """The records under each value of a field; None where it has too many values."""
        while field not in self._fields:
            self._fields[field] = self._loaded(field)
            self._catch_up()
        return self._fields[field]

    def order(self, scope: str, field: str) -> Order:
        """The order of a list by one of its sorts."""
        while (scope, field) not in self._orders:
            self._orders[scope, field] = self._ordered(scope, field)
            self._catch_up()
        return self._orders[scope, field]

    def briefness(self) -> "array[int]":
        """By number, what orders records by how long their shown names are, and then by how these begin."""
        while self._briefness is None:
            self._briefness = array("Q")
            self._measure("", ())
            self._catch_up()
        return self._briefness

    def by_briefness(self) -> Order:
        """The order of all records that have not changed since by the same."""
        while self._by_briefness is None:
            numbers, known = self.order(ALL, "name").numbers, self.briefness()
            self._by_briefness = Order(array("I", sorted(sorted(numbers), key=known.__getitem__)))
            self._catch_up()
        return self._by_briefness

    def documents(self, numbers: Sequence[int]) -> Mapping[int, bytes]:
        """The documents of records by their numbers, these among them as far as they are published."""
        held = self._documents.held
        missing = [number for number in numbers if number not in held]
        if not missing:
            return held
        found = {number: held[number] for number in numbers if number in held}
        for number, document in records.documents(self._store, missing):
            self._documents.put(number, document)
            found[number] = document
        return found

    def values(self, scope: str, field: str, numbers: Collection[int]) -> dict[int, str]:
        """The values by which a list orders some records, as they are now."""
        sql = f"SELECT record, value FROM sort WHERE record IN ({marks(numbers)}) AND scope = ? AND field = ?"
        return dict(self._store.rows(sql, (*numbers, scope, field)))

    def known(self, asked: Hashable) -> Any:
        """What was kept under the same question, if nothing has changed since; else None."""
        return self._found.get(asked)

    def keep(self, asked: Hashable, found: Any) -> None:
        """Keep what was found in mind; nobody changes it."""
        self._found[asked] = found
        if len(self._found) > MOST_FOUND:
            self._found.popitem(last=False)

    def _measure(self, narrowed: str, numbers: Sequence[int]) -> None:
        known = self._briefness
        assert known is not None
        sql = f"SELECT record, value FROM sort WHERE scope = ? AND field = 'name'{narrowed}"
        for number, name in self._store.each(sql, (ALL, *numbers)):
            if number >= len(known):
                known.frombytes(bytes(8 * (number + 1 - len(known))))
            known[number] = len(name) << 48 | int.from_bytes(name.encode()[:6].ljust(6, b"\0"))

    def _follow(self, head: int) -> None:
        self._found.clear()
        if self._fields or self._orders or self._briefness is not None or len(self._documents) or len(self.postings):
            numbers = journal.altered(self._store, self._head, MOST_ALTERED) if head > self._head else None
            if numbers is None or len(numbers) > MOST_ALTERED:
                self._fields, self._briefness, self._documents = {}, None, Documents(MOST_DOCUMENTS)
                self.postings.doubt()
                self._forget_orders()
            else:
                self._renew(numbers)
                if len(self.changed) > MOST_CHANGED:
                    self._forget_orders()

    def _forget_orders(self) -> None:
        self._orders, self._by_briefness, self.changed = {}, None, BitMap()

    def _renew(self, numbers: Sequence[int]) -> None:
        self._documents.drop(numbers)
        self.postings.change(numbers)
        gone = BitMap(numbers)
        self.changed |= gone
        for values in self._fields.values():
            for under in (values or {}).values():
                under.records.difference_update(gone)
                under.doubted.difference_update(gone)
        terms = self._store.rows_in("SELECT field, low, record, doubted FROM term WHERE record IN (?)", numbers)
        for field, value, number, doubted in terms:
            values = self._fields.get(field)
            if values is not None:
                under = values.setdefault(value, Under(BitMap(), BitMap()))
                under.records.add(number)
                if doubted:
                    under.doubted.add(number)

        if self._briefness is not None and numbers:
            self._measure(f" AND record IN ({marks(numbers)})", numbers)

    def _loaded(self, field: str) -> dict[str, Under] | None:
        sql = "SELECT low, record, doubted FROM term WHERE field = ? ORDER BY low, record"
        found: dict[str, tuple[array[int], array[int]]] = {}
        for value, number, doubted in self._store.each(sql, (field,)):
            if value not in found:
                if len(found) == MOST_VALUES:
                    return None
                found[value] = (array("I"), array("I"))
            found[value][0].append(number)
            if doubted:
                found[value][1].append(number)
        return {value: Under(BitMap(records), BitMap(doubted)) for value, (records, doubted) in found.items()}

    def _ordered(self, scope: str, field: str) -> Order:
        numbers, values = array("I"), []
        sql = "SELECT record, value FROM sort WHERE scope = ? AND field = ? ORDER BY value, record"
        for number, value in self._store.each(sql, (scope, field)):
            numbers.append(number)
            values.append(value)
        return Order(numbers, values)


of = Memory.of
