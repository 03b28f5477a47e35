"""Data extension: the values of some properties of some records, to stand in the cells of somebody's table."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from registry.kinds.model.documents import Document
from registry.kinds.model.kind import FIRMNESS
from registry.service import reading
from registry.service.reconciling.properties import PARTNER, PROPERTIES, Property, Value, partners_of
from registry.service.relating import FIRM
from registry.store.database import Store

Wording = Literal["code", "en", "zh"]
WORDINGS: tuple[Wording, ...] = ("code", "en", "zh")


class Wish(NamedTuple):
    """A property that is wanted: at most how many values of each record, codes in which words, and what counts as a tie.

    `limit` 0 is all. With `proposed` ties count that are only proposed or planned.
    """

    pid: str
    limit: int = 0
    wording: Wording = "code"
    proposed: bool = False

    @property
    def wanted(self) -> Property:
        """The property."""
        return PROPERTIES[self.pid]


class Cell(NamedTuple):
    """One value: a text or a number, or the name of the record that `entity` is the id of."""

    value: str | int
    entity: str | None = None


def extended(store: Store, idents: Sequence[str], wishes: Sequence[Wish]) -> dict[str, dict[str, list[Cell]]]:
    """For each id, as it was written, the values of each property; of what is no record, or was withdrawn, there are none."""
    found = reading.present(store, idents)
    documents: Mapping[str, Document] = {ident: json.loads(each.bytes) for ident, each in found.items()}
    return {
        ident: {wish.pid: _cells(store, documents[ident], wish) if ident in documents else [] for wish in wishes}
        for ident in idents
    }


def _cells(store: Store, document: Document, wish: Wish) -> list[Cell]:
    standings = FIRMNESS if wish.proposed else FIRM
    if wish.pid == PARTNER:
        partners = partners_of(store, document["id"], standings)
        values = [Value(name, entity=ident) for ident, name in partners.items()]
    else:
        values = wish.wanted.values(document, standings)
    cells = [Cell(_worded(value, wish.wording), value.entity) for value in values]
    return cells[: wish.limit] if wish.limit else cells


def _worded(value: Value, wording: Wording) -> str | int:
    en, zh = value.labels
    return {"code": value.value, "en": en or value.value, "zh": zh or en or value.value}[wording]
