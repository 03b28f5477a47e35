"""What goes in and out of reconciliation: queries as they are read, answers as they are documented."""

import math
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from registry.http.schemas import Answer, Anything, Percent, Truth
from registry.kinds.model.fields import (
    Count,
    Form,
    Id,
    Mapped,
    Member,
    OneWord,
    Part,
    Several,
    Text,
)
from registry.service.reconciling import PROPERTIES, STRICTNESSES, TYPES, WORDINGS

MOST_QUERIES = 500
MOST_IDS = 500
MOST_TEXT = 1_000_000
MOST_VALUES = 50
LONGEST_CELL = 10_000
TYPE = r"[a-z]+(?:-[a-z]+)*(?::[a-z0-9-]{1,64})?"
PROPERTY = r"[a-z]+(?:[-_][a-z]+)*"


class OneOrMore(Member):
    """A word of a list, or several of them."""

    def __init__(self, known: Mapping[str, Any], what: str, about: str, **options: Any) -> None:
        super().__init__(about, **options)
        self.known, self.what = known, what

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[str, ...]:
        asked = value if isinstance(value, list) else [value]
        unknown = [each for each in asked if not isinstance(each, str) or each not in self.known]
        if unknown or len(asked) > len(self.known):
            raise ValidationError(
                f"{str(unknown[:1])[1:-1][:100]} is no {self.what} of this service: ask its suggest service"
            )
        return tuple(dict.fromkeys(asked))


class CellValues(Member):
    """A value of a cell (text, number, true or false, or a record by `id`), or several; read as texts."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[str, ...]:
        asked = value if isinstance(value, list) else [value]
        if len(asked) > MOST_VALUES:
            raise ValidationError(f"holds more than {MOST_VALUES} values")
        return tuple(_text_of(each) for each in asked)


def _text_of(value: Any) -> str:
    if isinstance(value, dict) and "id" in value and set(value) <= {"id", "name"}:
        value = value["id"]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and math.isfinite(value):
        return str(int(value)) if value == int(value) else str(value)
    read: str = Text("A value.", longest=LONGEST_CELL, shortest=0).deserialize(value)
    return read


class AskedLimit(Count):
    """How many are wanted; where more is asked for than is answered, that many are answered."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        return min(super()._deserialize(value, attr, data, **kwargs), self.most)


class ReconcileProperty(Schema):
    """A value that the record should have."""

    pid = OneWord(tuple(PROPERTIES), "The property.", required=True)
    v = CellValues("Its value, or several of which one will do.", required=True)


class ReconcileQuery(Schema):
    """A row of somebody's table."""

    query = Text("The name.", longest=LONGEST_CELL)
    type = OneOrMore(TYPES, "type", "The types that the record may be of.", load_default=())
    limit = AskedLimit("How many candidates to answer at most.", least=1, most=50, load_default=5)
    properties = Several(Part(ReconcileProperty, "A value."), "What else is known.", most=50, load_default=list)
    type_strict = OneWord(STRICTNESSES, "Whether any of the types will do, or all are wanted.", load_default="any")


class Switch(Member):
    """A box that is ticked or not: true or false, or as forms say it (`on`)."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        said = {"on": True, "true": True, "off": False, "false": False, "": False}
        if not isinstance(value, bool) and value not in said:
            raise ValidationError("is neither on nor off")
        return value if isinstance(value, bool) else said[value]


class AskedNumber(Count):
    """A whole number, or the text of one, as forms send it; an empty text is 0."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, str) and (not value or (value.isascii() and value.isdecimal() and len(value) < 10)):
            value = int(value or "0")
        return super()._deserialize(value, attr, data, **kwargs)


class ExtendSettings(Schema):
    """How the values of a property are to be told."""

    limit = AskedNumber("How many values at most; 0 for all.", most=10**6, load_default=0)
    words = OneWord(WORDINGS, "Codes as they are, or their words in English or Chinese.", load_default="code")
    proposed = Switch("Whether ties count that are only proposed or planned.", load_default=False)


class ExtendProperty(Schema):
    """A property that is wanted."""

    id = OneWord(tuple(PROPERTIES), "The property.", required=True)
    name = Text("Its name, which OpenRefine sends along.", allow_none=True)
    settings = Part(ExtendSettings, "How its values are told.", allow_none=True)


class ExtendQuery(Schema):
    """Which properties of which records are wanted."""

    ids = Several(
        Text("An id, or what was taken for one.", longest=200, shortest=0), "The records.", most=MOST_IDS, required=True
    )
    properties = Several(Part(ExtendProperty, "A property."), "The properties.", most=50, required=True)


class ReconcileForm(Schema):
    """A batch of reconciliation queries, or a data extension query: one of the two, as the text of a JSON document."""

    queries = Text(
        f"Up to {MOST_QUERIES} queries, as an object whose members are named by ids of your own.", longest=MOST_TEXT,
        example='{"q0":{"query":"Tsinghua Univ.","type":"organization"}}',
    )  # fmt: skip
    extend = Text(
        "An object with `ids`, the records, and `properties`, what is wanted of them.", longest=MOST_TEXT,
        example='{"ids":["p64qpd0g38"],"properties":[{"id":"country"}]}',
    )  # fmt: skip


class ReconcileType(Answer):
    """A type: a kind of record, or a type within one."""

    id = Form("Its id.", longest=110, pattern=TYPE, hint="", required=True)
    name = Text("Its name.", longest=200, required=True)


class ReconcileFeature(Answer):
    """Something that a score is made of."""

    id = Form("`name`, or a property or type that was asked for.", longest=40, pattern=PROPERTY, hint="", required=True)
    value = Anything("How like the names are (0 to 1), or whether the value fits.", required=True)


class ReconcileCandidate(Answer):
    """A record that may be meant."""

    id = Id("Its id.", required=True)
    name = Text("Its present name.", longest=1000, required=True)
    description = Text("What it is.", longest=2000)
    score = Percent("How likely it is meant, from 0 to 100: of many with 80, 80 in a hundred are right.", required=True)
    match = Truth("Whether it is the match; at most one is.", required=True)
    type = Several(Part(ReconcileType, "A type."), "Its types: its kind first.", most=20, required=True)
    features = Several(Part(ReconcileFeature, "A feature."), "What the score is made of.", most=60, required=True)


class ReconcileResult(Answer):
    """The records that one query may mean."""

    result = Several(Part(ReconcileCandidate, "A record."), "The records, the likeliest first.", most=50, required=True)


class ReconcileAddress(Answer):
    """A template of an address: the word id in double braces stands for an id."""

    url = Text("The template.", longest=2000, required=True)


class ReconcilePreview(ReconcileAddress):
    """Where previews are, and how large."""

    width = Count("Width in pixels.", required=True)
    height = Count("Height in pixels.", required=True)


class ReconcileService(Answer):
    """Where a service is: the two parts of its address, and of the address of its flyouts."""

    service_url = Text("The first part.", longest=2000, required=True)
    service_path = Text("The second part.", longest=200, required=True)
    flyout_service_path = Text("That of its flyouts, a template.", longest=200)


class ReconcileSuggest(Answer):
    """The suggest services."""

    entity = Part(ReconcileService, "Of records.", required=True)
    type = Part(ReconcileService, "Of types.", required=True)
    property = Part(ReconcileService, "Of properties.", required=True)


class ReconcileChoice(Answer):
    """A choice of a setting."""

    value = Text("What is sent.", longest=100, required=True)
    name = Text("What is shown.", longest=200, required=True)


class ReconcileSetting(Answer):
    """A setting of data extension."""

    name = Text("Its name.", longest=100, required=True)
    label = Text("What is shown.", longest=200, required=True)
    type = OneWord(("number", "text", "checkbox", "select"), "How it is asked for.", required=True)
    default = Anything("What holds if nothing is said.", required=True)
    help_text = Text("What it means.", longest=500, required=True)
    choices = Several(Part(ReconcileChoice, "A choice."), "Of `select`: the choices.", most=20)


class ReconcileExtend(Answer):
    """Data extension."""

    propose_properties = Part(ReconcileService, "Where properties are proposed.", required=True)
    property_settings = Several(
        Part(ReconcileSetting, "A setting."), "What can be set of each property.", most=20, required=True
    )


class ReconcileManifest(Answer):
    """What this reconciliation service offers (Reconciliation API 0.2)."""

    versions = Several(
        Form("A version.", longest=10, pattern=r"[0-9.]+", hint=""), "The versions of the API.", most=5, required=True
    )
    name = Text("Name of the service.", longest=300, required=True)
    identifierSpace = Text("What all ids begin with when they are written as addresses.", longest=2000, required=True)  # noqa: N815
    schemaSpace = Text("What describes the records.", longest=2000, required=True)  # noqa: N815
    documentation = Text("Where it is explained.", longest=2000, required=True)
    serviceVersion = Text("Version of the software.", longest=20, required=True)  # noqa: N815
    defaultTypes = Several(Part(ReconcileType, "A type."), "Types to begin with.", most=50, required=True)  # noqa: N815
    batchSize = Count("How many queries to send at once.", least=1, required=True)  # noqa: N815
    view = Part(ReconcileAddress, "Where records are read.", required=True)
    preview = Part(ReconcilePreview, "Where previews are.", required=True)
    suggest = Part(ReconcileSuggest, "The suggest services.", required=True)
    extend = Part(ReconcileExtend, "Data extension.", required=True)


class ReconcileCell(Answer):
    """A value: a text or a whole number, or a record by its id and name."""

    id = Id("The record's id.")
    name = Text("The record's name.", longest=2000)
    text = Text("The text.", longest=10_000, data_key="str")
    number = Count("The number.", data_key="int")


class ReconcileColumn(Answer):
    """A property that was asked for."""

    id = Form("Its id.", longest=64, pattern=PROPERTY, hint="", required=True)
    name = Text("Its name.", longest=200, required=True)


def _rows() -> Mapped:
    cells = Several(Part(ReconcileCell, "A value."), "The values.", most=2000)
    row = Mapped(
        Form("A property.", longest=64, pattern=PROPERTY, hint=""), cells, "The values of each property.", most=50
    )
    return Mapped(
        Form("An id, as it was sent.", longest=200, shortest=0),
        row,
        "The values, by id and property.",
        most=MOST_IDS,
        required=True,
    )


class ReconcileRows(Answer):
    """The values of some properties of some records."""

    meta = Several(Part(ReconcileColumn, "A property."), "The properties.", most=50, required=True)
    rows = _rows()


class ReconcileSuggestion(ReconcileColumn):
    """Something that can be meant by what was typed."""

    id = Form("Its id.", longest=110, pattern="[!-~]+", hint="", required=True)
    name = Text("Its name.", longest=1000, required=True)
    description = Text("What it is.", longest=2000)
    notable = Several(Part(ReconcileType, "A type."), "Of records: their types.", most=20)
    broader = Several(Part(ReconcileType, "A type."), "Of types: the kind that it belongs to.", most=5)


class ReconcileSuggestions(Answer):
    """What can be meant by what was typed."""

    result = Several(
        Part(ReconcileSuggestion, "A suggestion."), "The suggestions, the likeliest first.", most=200, required=True
    )


class ReconcileProposals(Answer):
    """Properties that records of a type can have."""

    properties = Several(Part(ReconcileSuggestion, "A property."), "The properties.", most=200, required=True)
    type = Form("The type that was asked for.", longest=110, pattern=TYPE, hint="")
    limit = Count("The limit that was asked for.", least=1)


class ReconcileFlyout(Answer):
    """A thing in short, to be shown beside a suggestion."""

    id = Form("Its id.", longest=110, pattern="[!-~]+", hint="", required=True)
    html = Text("What it is, as HTML.", longest=50_000, required=True)


RESULTS = ("ReconcileResults", {
    "type": "object", "description": "The records that each query may mean, by the ids of the queries.",
    "additionalProperties": {"$ref": "#/components/schemas/ReconcileResult"}, "maxProperties": MOST_QUERIES,
    "propertyNames": {"type": "string", "maxLength": 200, "pattern": r"^[^\u0000]*$"},
})  # fmt: skip
"""The name and the schema of the answers to a batch: its members are named by the client."""
