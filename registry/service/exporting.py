"""Documents as rows of a table: one column for each value that a kind's schema has, members of lists joined."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from marshmallow import Schema

from registry.kinds.model.documents import Document, values_at
from registry.kinds.model.envelope import Record
from registry.kinds.model.fields import Mapped, Part, Several
from registry.kinds.model.kind import Kind
from registry.kinds.model.views import ordered

SEPARATOR = " | "
"""Stands between the values of one cell; a member without the value leaves its place empty."""

ON_DEMAND = ("summaries", "evidence", "cautions", "absent")
"""Members that a table shows only when they are asked for."""


@cache
def columns(kind: Kind | None, fields: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    """The paths of a kind's columns, restricted to some members and the id where these are named."""
    schema = kind.schema if kind else Record
    wanted = {"id", *fields}
    return tuple(path for path in _paths(schema, ()) if (path[0] in wanted if fields else path[0] not in ON_DEMAND))


def headings(kind: Kind | None, fields: Sequence[str]) -> list[str]:
    """The names of the columns: `places.country`."""
    return [".".join(path) for path in columns(kind, tuple(fields))]


def rows(documents: Iterable[bytes], kind: Kind | None, fields: Sequence[str]) -> Iterator[list[str]]:
    """The cells of each document."""
    paths = columns(kind, tuple(fields))
    for each in documents:
        document = json.loads(each)
        yield [_cell(document, path) for path in paths]


def _cell(document: Document, path: tuple[str, ...]) -> str:
    value = document.get(path[0])
    members = value if isinstance(value, list) else [value]
    texts = []
    for member in members:
        found = list(values_at(member, path[1:])) if member is not None else []
        texts.append(" ".join(_text(each) for each in found))
    return SEPARATOR.join(texts) if any(texts) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _paths(schema: type[Schema], at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, field in ordered(schema).items():
        inner = field.inner if isinstance(field, Several) else field
        if isinstance(inner, Part):
            yield from _paths(inner.schema_class, (*at, name))
        elif not isinstance(inner, Mapped) or not at:
            yield (*at, name)
