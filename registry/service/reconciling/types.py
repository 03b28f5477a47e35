"""Types as reconciliation knows them: every kind, and within it the words of its own type: `organization:university`."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.fields import Code


class Type(NamedTuple):
    """A kind, or a type within one; `broader` is the kind that a narrower type belongs to."""

    id: str
    name: str
    name_zh: str
    about: str
    kind: str
    broader: str | None = None

    @property
    def names(self) -> tuple[str, str]:
        """What it is called, in both languages."""
        return self.name, self.name_zh


def _all() -> Iterator[Type]:
    for kind in KINDS.values():
        yield Type(kind.name, kind.label, "", kind.about, kind.name)
        field = kind.schema._declared_fields.get("type")
        if isinstance(field, Code):
            for code, term in field.vocabulary.terms.items():
                name = f"{term.label} ({kind.label})"
                yield Type(f"{kind.name}:{code}", name, term.label_zh, term.definition, kind.name, kind.name)


TYPES: Mapping[str, Type] = {each.id: each for each in _all()}
"""The types by id, each kind before its own."""


def types_of(document: Document) -> list[Type]:
    """The types of a record: its kind, its type within that, and the kinds that it acts as."""
    ids = [document["kind"], f"{document['kind']}:{document.get('type')}", *document["acts_as"]]
    return [TYPES[each] for each in ids if each in TYPES]
