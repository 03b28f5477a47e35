"""Parameters: each is declared once, as the schema that documents it and by which it is read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

from registry.errors import BadQuery, Fault, Unknown
from registry.kinds.model import ids
from registry.kinds.model.fields import FREE_TEXT, TIMESTAMP
from registry.store.answers import HOURS

Occurrence = Literal["once", "repeated", "listed"]
MOST_VALUES = 50


@dataclass(frozen=True)
class Parameter:
    """A query parameter, path parameter or header.

    `schema` is that of one value (JSON Schema). `occurs`: once, repeated (`a=1&a=2`), or listed (`a=1,2`).
    `examples` are several, each by what it says; otherwise there is one `example` at most.
    """

    name: str
    about: str
    schema: Mapping[str, Any]
    where: Literal["query", "path", "header"] = "query"
    occurs: Occurrence = "once"
    required: bool = False
    default: Any = None
    example: Any = None
    examples: Mapping[str, str] | None = None

    def documented(self) -> dict[str, Any]:
        """The parameter as OpenAPI writes it."""
        schema = dict(self.schema)
        if self.occurs != "once":
            schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": self.most}
            if self.occurs == "listed":
                schema |= {"uniqueItems": True}
        if self.default is not None:
            schema["default"] = self.default
        found = {
            "name": self.name, "in": self.where, "description": self.about, "schema": schema,
            "required": self.required or self.where == "path",
        }  # fmt: skip
        if self.where == "query" and self.occurs != "once":
            found |= {"style": "form", "explode": self.occurs == "repeated"}
        if self.example is not None:
            found["example"] = self.example
        if self.examples is not None:
            found["examples"] = {
                f"example_{at}": {"summary": said, "value": value}
                for at, (said, value) in enumerate(self.examples.items(), 1)
            }
        return found

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self.schema["enum"])

    @cached_property
    def most(self) -> int:
        """How many values it may have."""
        if self.occurs == "listed":
            return min(MOST_VALUES, len(self.schema.get("enum", ())) or MOST_VALUES)
        return MOST_VALUES if self.occurs == "repeated" else 1

    def read(self, texts: Sequence[str]) -> Any:
        """The value that the texts of a request mean. Raises BadQuery."""
        if len(texts) > 1 and self.occurs != "repeated":
            raise self._bad("stands more than once; only filters may be repeated")
        values = texts[0].split(",") if self.occurs == "listed" else list(texts)
        if len(values) > self.most:
            raise self._bad("has too many values")
        if self.occurs == "listed" and len(set(values)) != len(values):
            raise self._bad("names a value twice")
        read = [self._one(value) for value in values]
        return read[0] if self.occurs == "once" else read

    def _one(self, text: str) -> Any:
        schema = self.schema
        if schema["type"] == "integer":
            if not re.fullmatch(r"0|[1-9][0-9]{0,17}", text) or not schema["minimum"] <= int(text) <= schema["maximum"]:
                raise self._bad(f"is not a whole number from {schema['minimum']} to {schema['maximum']}")
            return int(text)
        if schema["type"] == "boolean":
            if text not in ("true", "false"):
                raise self._bad("is neither true nor false")
            return text == "true"
        if "enum" in schema:
            if text not in self._words:
                raise self._bad(f"is none of: {', '.join(schema['enum'])}")
        elif not schema["minLength"] <= len(text) <= schema["maxLength"] or not _compiled(schema["pattern"]).fullmatch(
            text
        ):
            raise self._bad("is malformed: see the pattern of this parameter in the OpenAPI document")
        return text

    def _bad(self, detail: str) -> BadQuery:
        return BadQuery(f"The parameter '{self.name}' {detail}.", [Fault(detail, parameter=self.name)])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.removeprefix("^").removesuffix("$"))


def text(pattern: str, longest: int, shortest: int = 1) -> dict[str, Any]:
    """The schema of a text of a form."""
    return {"type": "string", "pattern": f"^(?:{pattern})$", "minLength": shortest, "maxLength": longest}


def words(choices: Sequence[str]) -> dict[str, Any]:
    """The schema of one of several words."""
    return {"type": "string", "enum": list(choices)}


def whole(least: int, most: int) -> dict[str, Any]:
    """The schema of a whole number."""
    return {"type": "integer", "format": "int64", "minimum": least, "maximum": most}


PRINTABLE = r"[!-~](?:[ -~]*[!-~])?"
SAMPLE_TAG = '"4f1c9a7e52d84b06a3e0c5d7186b92fa"'

ID = Parameter("id", "The record's id, in either case.", text(ids.PATTERN, 10, 10), "path")
VERSION = Parameter("version", "Number of the revision, from 1.", whole(1, 10**9), "path", example=1)
IF_MATCH = Parameter(
    "If-Match",
    "The ETag of the version that is to be changed, in its double quotes, or `*` for any; what names no version is 412.",
    text(PRINTABLE, 500),
    "header",
    required=True,
    examples={"The version that was read.": SAMPLE_TAG, "Whatever version is there.": "*"},
)
IF_NONE_MATCH = Parameter(
    "If-None-Match",
    "ETags of what the client has, in their double quotes; 304 where one is still right.",
    text(PRINTABLE, 500),
    "header",
    example=SAMPLE_TAG,
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    f"Names this request, so that it acts once however often it is sent: for {HOURS} hours the same key with the same request "
    "gets the same answer; with another request it is refused (422). Not kept for dry runs and refused requests.",
    text(r'"(?:[ !#-\[\]-~]|\\["\\]){1,255}"|[!#-+.-~-]{1,255}', 512), "header", example="7d1c4a52-0e36-4a0e-9a51-2b9c7c3f9d41",
)  # fmt: skip
LIMIT = Parameter(
    "limit", "How many records a page holds; 0 asks for counts alone.", whole(0, 500), default=50, example=10
)
CURSOR = Parameter(
    "cursor", "Where the page begins: the cursor in `next` of the page before.", text(r"[A-Za-z0-9_-]+", 3000)
)
TOTAL = Parameter("total", "Whether to count all that is found.", {"type": "boolean"}, default=True)
QUERY = Parameter(
    "q",
    "Words to find in names and summaries, each as a word begins; English, Chinese, or pinyin of names. Exact names come first, then names, "
    "then the rest.",
    text(FREE_TEXT, 200),
    example="teacher",
)
AS_OF = Parameter(
    "as_of", "The record as it was at a moment (UTC), or when the journal ended with a number.",
    text(rf"{TIMESTAMP}|[1-9][0-9]{{0,15}}", 27),
)  # fmt: skip
DRY_RUN = Parameter(
    "dry_run", "Try everything, answer what would be, keep nothing.", {"type": "boolean"}, default=False
)
REASON = Parameter("reason", "Why; kept in the journal.", text(FREE_TEXT, 500))
REQUIRED_REASON = Parameter(
    "reason",
    "Why the record is withdrawn; kept in the journal.",
    text(FREE_TEXT, 500),
    required=True,
    example="Registered twice.",
)


class Parameters:
    """The parameters of an operation, looked up once."""

    def __init__(self, known: Sequence[Parameter]) -> None:
        self._query = {each.name: each for each in known if each.where == "query"}
        self._path = tuple(each for each in known if each.where == "path")
        self._defaults = {name: each.default for name, each in self._query.items()}
        self._required = tuple(name for name, each in self._query.items() if each.required)

    def read_query(self, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """The values of all query parameters; absent ones have their default. Raises BadQuery for unknown ones."""
        unknown = [name for name in given if name not in self._query]
        if unknown:
            faults = [Fault("is not a parameter here", parameter=name) for name in unknown]
            raise BadQuery(f"Unknown parameter: {', '.join(unknown)}. There are: {', '.join(self._query)}.", faults)
        missing = [name for name in self._required if name not in given]
        if missing:
            raise BadQuery(f"The parameter '{missing[0]}' is missing.", [Fault("is required", parameter=missing[0])])
        return {**self._defaults, **{name: self._query[name].read(texts) for name, texts in given.items()}}

    def read_path(self, path: Mapping[str, str]) -> None:
        """Check the words of a path. Raises Unknown: what is malformed leads nowhere."""
        for each in self._path:
            try:
                each.read([path[each.name]])
            except BadQuery:
                raise Unknown(
                    f"There is nothing here: '{path[each.name]}' is no {each.name}.",
                    [Fault(each.about, parameter=each.name)],
                ) from None


def read_header(known: Parameter, text: str | None) -> str | None:
    """The value of a header, or None where it is absent. Raises BadQuery where it is malformed."""
    return None if text is None else str(known.read([text.strip()]))
