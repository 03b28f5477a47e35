"""The index of names of each store, kept in this process and in step with the journal.

It is made when the first question comes, and before each further one what the journal has told since is put anew: another
process's writes are seen as soon as they are committed. It is made again when most of it has changed, and when the journal
is not the one that it followed.
"""

import gc
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from registry.service.matching.index import Index
from registry.store import journal, matching
from registry.store.database import Store

_STALE = 0.2


class _Kept:
    """An index, and the journal line up to which it is true."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.index = Index()
        self.number = -1
        self.digest = ""

    def brought_up(self, store: Store) -> Index:
        """The index as of now."""
        if _head(store) == (self.number, self.digest):
            return self.index
        with self.lock:
            number, _ = _head(store)
            if self.number < 0 or number < self.number or matching.digest_at(store, self.number) != self.digest:
                self._make(store)
            elif number > self.number:
                self._follow(store)
            return self.index

    def _make(self, store: Store) -> None:
        head = _head(store)
        index = Index()
        with _uncollected():
            _put(index, list(matching.named(store)), store)
        self.index, (self.number, self.digest) = index, head

    def _follow(self, store: Store) -> None:
        last, touched = matching.changed(store, self.number)
        if len(touched) + self.index.gone > 1000 + _STALE * len(self.index.names):
            self._make(store)
            return
        there = list(matching.named(store, touched))
        with self.index.lock:
            for number in touched - {each.number for each in there}:
                self.index.drop(number)
            _put(self.index, there, store)
        self.number, self.digest = last, matching.digest_at(store, last)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles among millions of objects that are only just made."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


_KEPT: "WeakKeyDictionary[Store, _Kept]" = WeakKeyDictionary()
_MAKING = threading.Lock()


def index_of(store: Store) -> Index:
    """The index of a store, as of now."""
    with _MAKING:
        kept = _KEPT.setdefault(store, _Kept())
    return kept.brought_up(store)


def _head(store: Store) -> tuple[int, str]:
    """The number of the last journal line, and the digest of all."""
    head = journal.present(store)
    return head.number, head.digest


def _put(index: Index, records: Iterable[matching.Named], store: Store) -> None:
    records = list(records)
    there = {each.number: each.names for each in records}
    missing = {whole for each in records for whole in each.wholes} - set(there)
    there |= {each.number: each.names for each in matching.named(store, missing)}
    for each in records:
        wholes = [name for whole in each.wholes for name in there.get(whole, ())]
        index.put(each, wholes)
