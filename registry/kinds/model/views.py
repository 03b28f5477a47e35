"""The faces of a schema: for readers, for writers and for patches, nested schemas included.

Readers get every required and derived member, and must expect more members in time (EXCLUDE); an item of a list has
only its id for certain, since clients choose the members that they want. Writers may send
nothing that the schema does not name (RAISE); members that the registry sets are documented as read-only. A patch
requires nothing, and null removes.
"""

import copy
from functools import cache
from typing import Any, Literal

from marshmallow import EXCLUDE, RAISE, Schema, fields, missing

from registry.kinds.model.envelope import TAIL
from registry.kinds.model.fields import Id, Mapped, Member, Part, Several

Purpose = Literal["reader", "item", "writer", "patch"]
_SUFFIX: dict[Purpose, str] = {"reader": "", "item": "Item", "writer": "Input", "patch": "Patch"}


@cache
def view(schema: type[Schema], purpose: Purpose) -> type[Schema]:
    """The face of a schema for one purpose, named so that no document has to rename it."""
    own: dict[str, Any] = {name: _facing(field, purpose) for name, field in ordered(schema).items()}
    own["Meta"] = type("Meta", (), {"unknown": EXCLUDE if purpose in ("reader", "item") else RAISE})
    own["__doc__"] = schema.__doc__
    taken = ", ".join(name for name, field in own.items() if isinstance(field, fields.Field) and not field.dump_only)
    own["error_messages"] = {"unknown": f"cannot be written here; there are {taken}", "type": "must be an object"}
    bases = (schema,) if purpose == "writer" else (Schema,)
    return type(schema.__name__ + _SUFFIX[purpose], bases, own)


def ordered(schema: type[Schema]) -> dict[str, fields.Field[Any]]:
    """A schema's fields with those of the envelope's tail behind a kind's own."""
    declared = schema._declared_fields
    if "record" not in declared:
        return declared
    return {
        name: declared[name] for name in [*(n for n in declared if n not in TAIL), *(t for t in TAIL if t in declared)]
    }


def _facing(field: fields.Field[Any], purpose: Purpose) -> fields.Field[Any]:
    inner: Purpose = "reader" if purpose == "item" else purpose
    face = copy.deepcopy(field) if not isinstance(field, Part | Several) else copy.copy(field)
    if isinstance(face, Part):
        face = Part(view(face.schema_class, inner), **_said(face))
    elif isinstance(face, Several):
        face = Several(
            _facing(face.inner, inner), least=face.least, most=face.most, distinct=face.distinct, **_said(face)
        )
    read_only = isinstance(face, Member) and face.read_only
    certain = isinstance(face, Member) and face.always
    if purpose == "reader":
        face.required = face.required or (read_only and certain) or isinstance(face.load_default, type)
    elif purpose == "item":
        face.required = isinstance(face, Id) and read_only
    elif read_only:
        face.dump_only, face.required = True, False
    if purpose == "patch":
        face.required, face.allow_none, face.load_default = False, True, missing
        if isinstance(face, Several):
            face.inner.allow_none = False
        elif isinstance(face, Mapped) and face.value_field is not None:
            face.value_field = copy.copy(face.value_field)
            face.value_field.allow_none = True
    return face


def _said(field: Part | Several) -> dict[str, Any]:
    options = {name: getattr(field, name) for name in ("fact", "read_only", "always", "fixed", "filter", "facet")}
    return options | {
        "about": field.metadata["description"],
        "required": field.required,
        "allow_none": field.allow_none,
        "load_default": field.load_default,
    }
