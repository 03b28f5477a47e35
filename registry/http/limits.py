"""What JSON Schema says of the fields of ours: forms, lengths, bounds, words, so that nothing is without a limit."""

from collections.abc import Callable
from typing import Any

from marshmallow import fields

from registry.http.schemas import Anything, Ratio, Truth
from registry.kinds.model.fields import Code, Count, Formed, Loose, Mapped, OneWord, Several
from registry.kinds.model.vocabulary import Vocabulary

Said = dict[str, Any]


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


def _said_of_code(field: Code, ret: Said) -> Said:
    for name in ("type", "enum"):
        ret.pop(name, None)
    words = {"$ref": f"#/components/schemas/{name_of_words(field.vocabulary)}"}
    return {"anyOf": [words, {"type": "null"}]} if field.allow_none else words


def _said_of_word(field: OneWord, _: Said) -> Said:
    return {"enum": [*field.choices, *([None] if field.allow_none else [])]}


def _said_of_map(field: Any, _: Said) -> Said:
    return {"maxProperties": field.most, "propertyNames": {"type": "string", **_said_of_text(field.key_field, {})}}


def _said_of_text(field: Formed, _: Said) -> Said:
    return {"pattern": f"^(?:{field.form})$", "minLength": field.shortest, "maxLength": field.longest}


def _said_of_list(field: Several, _: Said) -> Said:
    return {"maxItems": field.most} | ({"uniqueItems": True} if field.distinct else {})


_SAID: tuple[tuple[type[fields.Field[Any]], Callable[[Any, Said], Said]], ...] = (
    (Code, _said_of_code),
    (OneWord, _said_of_word),
    (Count, lambda field, _: {"format": "int64", "minimum": field.least, "maximum": field.most}),
    (Several, _said_of_list),
    (Mapped, _said_of_map),
    (Loose, lambda field, _: {"maxProperties": field.most}),
    (Truth, lambda *_: {"type": "boolean"}),
    (Ratio, lambda *_: {"format": "double", "minimum": 0, "maximum": 1}),
    (Anything, lambda _, ret: {"description": f"{ret['description']} Any JSON value."}),
    (Formed, _said_of_text),
)
"""What the document says of each type of field, the narrower types first."""
