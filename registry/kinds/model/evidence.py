"""Holding values to their passages: which values owe evidence, which a passage prints, what is missing.

A value owes evidence when its field is a fact. A *printable* fact (a name, a text, a date, a number, the target of a
tie) must be found in a passage that is said to support it. A code is never printed: it is read from what is printed,
and rides along when all printable facts of its object are supported, save where the codes are the content (places).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from marshmallow import Schema

from registry.kinds.model.documents import Document, resolve
from registry.kinds.model.envelope import Target
from registry.kinds.model.fields import Count, DecimalText, Edtf, Form, Member, Part, Several, Text
from registry.kinds.model.kind import Kind
from registry.kinds.model.passages import Passage

NamesOf = Callable[[str], Iterable[str]]
"""The names of the record with this id."""


_TARGET = cast(Member, Target._declared_fields["id"])


class Fact(NamedTuple):
    """One value that owes evidence; `whole` are the pointers of the objects around it that can be supported whole."""

    pointer: str
    field: Member
    value: Any
    whole: tuple[str, ...]


class Seal(NamedTuple):
    """What a passage holds of a document: the pointers that it supports, and those that were read from it."""

    supports: list[str]
    inferred: list[str]


def facts(schema: type[Schema], document: Document, at: str = "", whole: tuple[str, ...] = ()) -> Iterator[Fact]:
    """Every value of a document that owes evidence."""
    for name, field in schema._declared_fields.items():
        value = document.get(name)
        if not isinstance(field, Member) or not field.fact or field.read_only or value in (None, [], {}):
            continue
        pointer = f"{at}/{name}"
        inner = field.inner if isinstance(field, Several) else field
        if isinstance(inner, Part) and inner.schema_class is Target:
            yield Fact(pointer, _TARGET, value["id"], whole)
        elif isinstance(inner, Part):
            members = value if isinstance(field, Several) else [value]
            for member in members:
                if getattr(inner.schema_class, "owed", lambda _: True)(member):
                    here = f"{pointer}/{member['key']}" if isinstance(field, Several) else pointer
                    around = (*whole, here) if getattr(inner.schema_class, "whole", True) else ()
                    yield from facts(inner.schema_class, member, here, around)
        else:
            assert isinstance(inner, Member)
            yield Fact(pointer, inner, value, whole)


def is_printable(fact: Fact) -> bool:
    """Whether a passage can print the value at all; codes and lists of codes are read from it."""
    return (
        isinstance(fact.field, Edtf | DecimalText | Count)
        or fact.field is _TARGET
        or (isinstance(fact.field, Text) and not isinstance(fact.field, Form))
    )


def is_printed(fact: Fact, passage: Passage, names_of: NamesOf, document: Document) -> bool:
    """Whether the passage prints the value of a printable fact, each value of a list."""
    values = fact.value if isinstance(fact.value, list) else [fact.value]
    if isinstance(fact.field, Edtf):
        return all(passage.prints_date(value) for value in values)
    if isinstance(fact.field, DecimalText | Count):
        return all(passage.prints_number(str(value)) for value in values)
    if fact.field is _TARGET:
        called = resolve(document, fact.pointer.rpartition("/")[0]).get("as_printed")
        return any(passage.prints(name) for name in ([called] if called else names_of(fact.value)))
    return all(passage.prints(value) for value in values)


def seal(kind: Kind, document: Document, passages: Mapping[str, Passage], names_of: NamesOf) -> dict[str, Seal]:
    """What each passage of a document holds, by evidence key.

    Supported is what is printed, an object whole where all its printable facts are. What the author already named as
    inferred stays so. Codes go to the passage that supports their object, else to the first one.
    """
    owed = list(facts(kind.schema, document))
    named = {entry["key"]: list(entry["inferred"]) for entry in document["evidence"]}
    covered = [pointer for pointers in named.values() for pointer in pointers]
    supports: dict[str, list[str]] = {key: [] for key in passages}
    for key, passage in passages.items():
        free = [f for f in owed if not is_covered(f.pointer, covered) and is_printable(f)]
        held = {f.pointer for f in free if is_printed(f, passage, names_of, document)}
        for fact in free:
            if fact.pointer in held and not is_covered(fact.pointer, supports[key]):
                supports[key].append(_widest(fact, owed, held))
    codes = [f for f in owed if not is_printable(f) and not is_covered(f.pointer, covered)]
    first = next(iter(passages), None)
    for fact in codes:
        if any(is_covered(fact.pointer, pointers) for pointers in supports.values()):
            continue
        siblings = fact.pointer.rpartition("/")[0] + "/"
        home = next(
            (
                k
                for k, pointers in supports.items()
                if siblings != "/" and any(p.startswith(siblings) for p in pointers)
            ),
            first,
        )
        if home is not None:
            named[home].append(fact.pointer)
    return {key: Seal(supports[key], named[key]) for key in passages}


def _widest(fact: Fact, owed: list[Fact], held: set[str]) -> str:
    for around in fact.whole:
        inside = [f for f in owed if f.pointer.startswith(around + "/")]
        if all(f.pointer in held or (not is_printable(f) and around in f.whole) for f in inside):
            return around
    return fact.pointer


def is_covered(pointer: str, pointers: Iterable[str]) -> bool:
    """Whether one of the pointers is this one, or leads to an object around it."""
    return any(pointer == each or pointer.startswith(each + "/") for each in pointers)


def unevidenced(kind: Kind, document: Document) -> list[Fact]:
    """The facts of a document that no evidence supports and none was read from."""
    pointers = [p for entry in document["evidence"] for p in (*entry["supports"], *entry["inferred"])]
    return [fact for fact in facts(kind.schema, document) if not is_covered(fact.pointer, pointers)]


def unheld(kind: Kind, document: Document, entry: Document, passage: Passage, names_of: NamesOf) -> list[Fact]:
    """The facts that an entry is said to support, but that its passage does not print.

    A code cannot be supported but with an object that can be supported whole.
    """
    supported = [fact for fact in facts(kind.schema, document) if is_covered(fact.pointer, entry["supports"])]
    return [
        fact
        for fact in supported
        if (is_printable(fact) and not is_printed(fact, passage, names_of, document))
        or (not is_printable(fact) and not set(fact.whole) & set(entry["supports"]))
    ]
