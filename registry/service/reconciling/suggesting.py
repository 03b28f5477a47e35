"""Suggestions while somebody types the name of a record, a type or a property; and which properties suit a type."""

import json
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.folding import comparable
from registry.service import reading, suggesting
from registry.service.reconciling.properties import PROPERTIES, Property
from registry.service.reconciling.types import TYPES
from registry.store.database import Store


class Named(Protocol):
    """What can be suggested by its names or its id."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def names(self) -> tuple[str, str]:
        """Its names in both languages."""
        ...


Each = TypeVar("Each", bound=Named)


def entities(store: Store, typed: str, types: Sequence[str], skip: int, limit: int) -> list[Document]:
    """Records whose names begin with what was typed, or whose id it is, `skip` of them passed over; narrowed to some kinds."""
    kinds = sorted({TYPES[each].kind for each in types})
    named_so = reading.present(store, [typed])
    if named_so:
        return [suggesting.line(json.loads(each.bytes), "") for each in named_so.values()][skip:]
    return suggesting.suggest(store, typed, kinds, skip + limit)[skip:]


def named(typed: str, among: Iterable[Each]) -> list[Each]:
    """Those whose id or name begins with what was typed, then those with a word that does; all where nothing was typed."""
    asked = comparable(typed)
    ranked = [(rank, each) for each in among if (rank := _rank(asked, each)) is not None]
    return [each for _, each in sorted(ranked, key=lambda pair: pair[0])]


def _rank(asked: str, each: Named) -> int | None:
    said = [comparable(each.id), *map(comparable, each.names)]
    if any(one.startswith(asked) for one in said):
        return 0
    return 1 if any(f" {asked}" in one.replace("(", " ").replace("-", " ") for one in said) else None


def proposed(type_: str | None) -> list[Property]:
    """The properties that records of a type can have; those that records of all kinds have where none is named."""
    kinds = {TYPES[type_].kind} if type_ else set(KINDS)
    return [each for each in PROPERTIES.values() if kinds <= each.kinds]
