"""What a process keeps in mind of the indexes: which records are under each value, and the orders of lists.

Bitmaps of record numbers are loaded when first asked for, and brought up to date from the journal. An order is loaded
once; records that have changed since are told apart, and are ordered by the database together with what it is asked for.
"""

import heapq
import json
from array import array
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from pyroaring import BitMap

from registry.store import journal
from registry.store.database import Store, marks
from registry.store.indexing import ALL

MOST_VALUES = 2000
"""A field with more values than this is not kept in mind."""
MOST_CHANGES = 1000
"""After so many changed records everything is loaded anew."""
MOST_DOCUMENTS = 64_000_000
"""So many bytes of documents are kept, of those that pages held last."""
MOST_FOUND = 200
"""So many answers are kept, each a list or a bitmap of numbers."""


class Under(NamedTuple):
    """The records that have a value, and those of them that have it under a caution only."""

    records: BitMap
    doubted: BitMap


class Order(NamedTuple):
    """The numbers of a list's records in an order, and by number the place of each."""

    numbers: "array[int]"
    places: "array[int]"

    def first(self, hits: BitMap, count: int, past: int | None, *, backwards: bool) -> list[int]:
        """The first of the hits in this order, or backwards from its end, past the record with a number."""
        size = len(self.numbers)
        if len(hits) * len(hits) > size * count:
            if backwards:
                start = size - 1 if past is None else self.places[past] - 1
                walk = range(start, -1, -1)
            else:
                walk = range(0 if past is None else self.places[past] + 1, size)
            return _some((self.numbers[at] for at in walk), hits, count)
        places = [self.places[number] for number in hits]
        if past is not None:
            limit = self.places[past]
            places = [place for place in places if (place < limit if backwards else place > limit)]
        chosen = heapq.nlargest(count, places) if backwards else heapq.nsmallest(count, places)
        return [self.numbers[place] for place in chosen]


def _some(numbers: Iterator[int], hits: BitMap, count: int) -> list[int]:
    found = []
    for number in numbers:
        if number in hits:
            found.append(number)
            if len(found) == count:
                break
    return found


class Documents:
    """The documents that pages held last, by the numbers of their records, with values that order them."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._held: OrderedDict[int, tuple[bytes, dict[tuple[str, str], str]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def split(self, numbers: Sequence[int], by: tuple[str, str]) -> tuple[list[tuple[str, int, bytes]], list[int]]:
        """Of some records those that are known, with the value by which a list orders each; and the numbers of the others."""
        known, missing = [], []
        for number in numbers:
            held = self._held.get(number)
            if held is not None and by in held[1]:
                known.append((held[1][by], number, held[0]))
            else:
                missing.append(number)
        return known, missing

    def put(self, number: int, document: bytes, by: tuple[str, str], value: str) -> None:
        """Keep a document; those that came first go when there are too many."""
        held = self._held.get(number)
        if held is not None:
            held[1][by] = value
            return
        self._held[number] = document, {by: value}
        self._size += len(document)
        while self._size > self._most:
            self._size -= len(self._held.popitem(last=False)[1][0])

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget records that have changed."""
        for number in numbers:
            held = self._held.pop(number, None)
            if held:
                self._size -= len(held[0])


class Memory:
    """What one process keeps in mind of one store; only what `at_present` hands out may be used, and only within it."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock, self._head = store, RLock(), -1
        self._fields: dict[str, dict[str, Under] | None] = {}
        self._orders: dict[tuple[str, str], Order] = {}
        self._briefness: array[int] | None = None
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._documents = Documents(MOST_DOCUMENTS)
        self.changed = BitMap()

    @contextmanager
    def at_present(self, change: int | None = None) -> Iterator["Memory"]:
        """The memory, as up to date as the journal (or as its line `change`), for as long as nobody else changes it."""
        with self._lock:
            if change is None or change > self._head:
                self._catch_up()
            yield self

    def values(self, field: str) -> dict[str, Under] | None:
        """The records under each value of a field; None where it has too many values."""
        if field not in self._fields:
            self._fields[field] = self._loaded(field)
        return self._fields[field]

    def order(self, scope: str, field: str) -> Order:
        """The order of a list by one of its sorts."""
        if (scope, field) not in self._orders:
            self._orders[scope, field] = self._ordered(scope, field)
        return self._orders[scope, field]

    def briefness(self) -> "array[int]":
        """By number, what orders records by how long their shown names are, and then by how these begin."""
        if self._briefness is None:
            self._briefness = array("Q")
            self._measure("", ())
        return self._briefness

    def documents(self, scope: str, field: str, numbers: Sequence[int]) -> list[tuple[str, int, bytes]]:
        """The rows of a list with some records, in no order: the value that orders each, its number, its document."""
        found, missing = self._documents.split(numbers, (scope, field))
        if missing:
            columns = ("value", "record", "bytes")
            sql = (
                "SELECT s.value, s.record, r.bytes FROM sort s JOIN record r ON r.number = s.record "
                f"WHERE s.record IN ({marks(missing)}) AND s.scope = ? AND s.field = ?"
            )
            for value, number, document in self._store.packed(columns, sql, (*missing, scope, field)):
                self._documents.put(number, document, (scope, field), value)
                found.append((value, number, document))
        return found

    def known(self, asked: Hashable) -> Any:
        """What was kept under the same question, if nothing has changed since; else None."""
        return self._found.get(asked)

    def keep(self, asked: Hashable, found: list[int] | BitMap) -> None:
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

    def _catch_up(self) -> None:
        head = journal.head(self._store)
        if head == self._head:
            return
        self._found.clear()
        if self._fields or self._orders or self._briefness is not None or len(self._documents):
            numbers = self._changed_since(self._head) if head > self._head else None
            if numbers is None or len(numbers) + len(self.changed) > MOST_CHANGES:
                self._fields, self._orders, self._briefness, self.changed = {}, {}, None, BitMap()
                self._documents = Documents(MOST_DOCUMENTS)
            else:
                self._renew(numbers)
        self._head = head

    def _changed_since(self, head: int) -> Sequence[int] | None:
        """The numbers of all records that changed, or None where there are too many of them."""
        lines = self._store.rows("SELECT record, rendered FROM journal WHERE number > ? LIMIT ?", (head, MOST_CHANGES))
        idents = {ident for record, rendered in lines for ident in (record, *json.loads(rendered))}
        if len(lines) == MOST_CHANGES or len(idents) > MOST_CHANGES:
            return None
        return [row[0] for row in self._store.rows_in("SELECT number FROM record WHERE id IN (?)", idents)]

    def _renew(self, numbers: Sequence[int]) -> None:
        self._documents.drop(numbers)
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
        sql = "SELECT record FROM sort WHERE scope = ? AND field = ? ORDER BY value, record"
        numbers = array("I", (row[0] for row in self._store.each(sql, (scope, field))))
        places = array("I", bytes(4 * (max(numbers, default=0) + 1)))
        for place, number in enumerate(numbers):
            places[number] = place
        return Order(numbers, places)


_memories: "WeakKeyDictionary[Store, Memory]" = WeakKeyDictionary()
_lock = RLock()


def of(store: Store) -> Memory:
    """What this process keeps in mind of a store."""
    if store.database.in_transaction():  # what it sees may never come to be
        return Memory(store)
    with _lock:
        if store not in _memories:
            _memories[store] = Memory(store)
        return _memories[store]
