"""A record's document as it is served: its members in the order of its schema, each record it refers to with its name.

What a schema is made of is looked up once, so that a document is gone through as fast as its own members allow.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from marshmallow import Schema

from registry.kinds.model.documents import Document
from registry.kinds.model.fields import Mapped, Part, Several
from registry.kinds.model.views import ordered


class _Member(NamedTuple):
    """A member of a document: of which schema its value is, or each of its values; whether its own names are sorted."""

    name: str
    schema: type[Schema] | None
    many: bool
    sorted: bool


@cache
def _members(schema: type[Schema]) -> tuple[_Member, ...]:
    found = []
    for name, field in ordered(schema).items():
        many = isinstance(field, Several)
        inner = field.inner if isinstance(field, Several) else field
        part = inner.schema_class if isinstance(inner, Part) else None
        found.append(_Member(name, part, many, isinstance(field, Mapped)))
    return tuple(found)


@cache
def _refers(schema: type[Schema]) -> bool:
    """Whether documents of the schema name a record by its id: they have no names of their own."""
    declared = schema._declared_fields
    return "id" in declared and "name" in declared and "names" not in declared


def shown(schema: type[Schema], document: Document, about: Mapping[str, Any]) -> Document:
    """The document in order, with nothing but what the schema has; `about` knows id, kind and name of each target."""
    if _refers(schema) and "id" in document:
        known = about[document["id"]]
        document = {**document, "id": known.id, "kind": known.kind, "name": known.name}
    found: Document = {}
    for name, part, many, is_sorted in _members(schema):
        if name in document:
            value = document[name]
            if part is not None:
                value = [shown(part, each, about) for each in value] if many else shown(part, value, about)
            elif is_sorted:
                value = dict(sorted(value.items()))
            found[name] = value
    return found


@cache
def _ways_to_ids(schema: type[Schema]) -> tuple[tuple[str, type[Schema], bool, bool], ...]:
    """The members through which a document comes to ids of records.

    Each with its schema, whether it has many values, and whether these name a record themselves.
    """
    found = []
    for name, field in schema._declared_fields.items():
        inner = field.inner if isinstance(field, Several) else field
        if isinstance(inner, Part):
            here = "id" in inner.schema_class._declared_fields and not inner.read_only
            if here or _ways_to_ids(inner.schema_class):
                found.append((name, inner.schema_class, isinstance(field, Several), here))
    return tuple(found)


def ids_in(schema: type[Schema], document: Document) -> Iterator[str]:
    """The ids of all records that a document refers to."""
    for name, part, many, here in _ways_to_ids(schema):
        value = document.get(name)
        if value:
            for member in value if many else (value,):
                if here:
                    yield member["id"]
                yield from ids_in(part, member)
