"""What JSON Schema says of the fields of ours: forms, lengths, bounds, words, so that nothing is without a limit."""

from collections.abc import Callable
from typing import Any

from marshmallow import fields

from registry.http.schemas import Anything, Percent, Ratio, Truth
from registry.kinds.model.fields import Code, Count, Formed, Loose, Mapped, OneWord, Several
from registry.kinds.model.vocabulary import Vocabulary

Said = dict[str, Any]

ANY_DOCUMENT = ("AnyDocument", {
    "type": "object", "description": "The document of a record of any kind; it is held to the schema of its kind where it is taken.",
    "additionalProperties": {"description": "A member. Any JSON value."}, "maxProperties": Loose.most,
    "propertyNames": {"type": "string", "pattern": "^[a-z_]+$", "minLength": 1, "maxLength": 40},
})  # fmt: skip
"""The name and the schema of what is held to its own schema elsewhere; a component, lest generated names collide."""


def limits(_: Any, field: fields.Field[Any], ret: Said) -> Said:
    """What the document says of a field, besides what is said of it already (`ret`); apispec asks for each."""
    return next((said(field, ret) for types, said in _SAID if isinstance(field, types)), {})


def name_of_words(vocabulary: Vocabulary) -> str:
    """The name of the schema of a vocabulary's words: `OrganizationTypeCode`."""
    return "".join(part.capitalize() for part in vocabulary.name.split("-")) + "Code"


def words_of(vocabulary: Vocabulary) -> Said:
    """The schema of a vocabulary's words, to which every field that holds one refers."""
    about = f"{vocabulary.about} Each word is defined at /v1/vocabularies/{vocabulary.name}."
    return {"type": "string", "enum": list(vocabulary.codes), "description": about}


def _referring(name: str, field: fields.Field[Any], ret: Said) -> Said:
    """A reference to a component in the place of what apispec said."""
    for said in ("type", "enum", "additionalProperties"):
        ret.pop(said, None)
    reference = {"$ref": f"#/components/schemas/{name}"}
    return {"anyOf": [reference, {"type": "null"}]} if field.allow_none else reference


def _said_of_word(field: OneWord, _: Said) -> Said:
    return {"enum": [*field.choices, *([None] if field.allow_none else [])]}


def _said_of_map(field: Any, _: Said) -> Said:
    return {"maxProperties": field.most, "propertyNames": {"type": "string", **_said_of_text(field.key_field, {})}}


def _said_of_text(field: Formed, _: Said) -> Said:
    return {"pattern": f"^(?:{field.form})$", "minLength": field.shortest, "maxLength": field.longest}


def _said_of_list(field: Several, _: Said) -> Said:
    return {"maxItems": field.most} | ({"uniqueItems": True} if field.distinct else {})


_SAID: tuple[tuple[type[fields.Field[Any]], Callable[[Any, Said], Said]], ...] = (
    (Code, lambda field, ret: _referring(name_of_words(field.vocabulary), field, ret)),
    (OneWord, _said_of_word),
    (Count, lambda field, _: {"format": "int64", "minimum": field.least, "maximum": field.most}),
    (Several, _said_of_list),
    (Mapped, _said_of_map),
    (Loose, lambda field, ret: _referring(ANY_DOCUMENT[0], field, ret)),
    (Truth, lambda field, _: {"type": ["boolean", "null"] if field.allow_none else "boolean"}),
    (Ratio, lambda *_: {"format": "double", "minimum": 0, "maximum": 1}),
    (Percent, lambda *_: {"format": "double", "minimum": 0, "maximum": 100}),
    (Anything, lambda _, ret: {"description": f"{ret['description']} Any JSON value."}),
    (Formed, _said_of_text),
)
"""What the document says of each type of field, the narrower types first."""
