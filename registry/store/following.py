"""What a process keeps in mind of a store, and brings up to date from the journal."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import ClassVar, Self
from weakref import WeakKeyDictionary

from registry.store import journal
from registry.store.database import Store


class Following(ABC):
    """What one process keeps in mind of one store; only what `at_present` hands out may be used, and only within it."""

    _known: ClassVar["WeakKeyDictionary[Store, Self]"]
    _making: ClassVar = RLock()

    def __init__(self, store: Store) -> None:
        self._store, self._lock, self._head = store, RLock(), -1

    def __init_subclass__(cls) -> None:
        cls._known = WeakKeyDictionary()

    @classmethod
    def of(cls, store: Store) -> Self:
        """What this process keeps in mind of a store."""
        if store.database.in_transaction():  # what it sees may never come to be
            return cls(store)
        with cls._making:
            if store not in cls._known:
                cls._known[store] = cls(store)
            return cls._known[store]

    @contextmanager
    def at_present(self, change: int | None = None) -> Iterator[Self]:
        """The same, as up to date as the journal (or as its line `change`), for as long as nobody else changes it."""
        with self._lock:
            if change is None or change > self._head:
                self._catch_up()
            yield self

    @property
    def change(self) -> int:
        """The line of the journal up to which it is known."""
        return self._head

    def _catch_up(self) -> None:
        head = journal.head(self._store)
        if head != self._head:
            self._follow(head)
            self._head = head

    @abstractmethod
    def _follow(self, head: int) -> None:
        """Forget or renew what has changed, now that the journal ends with `head`."""
