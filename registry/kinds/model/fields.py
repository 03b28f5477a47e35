"""The fields that records are made of; each knows what it documents, what it refuses and how it is filtered.

A field says its description first. `fact` tells that evidence is owed for the value, `read_only` that the registry
sets it (`always`, or only where it can), `fixed` that it keeps its first value, `filter` under which parameter it can be asked for, `facet` that its values
can be counted.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from registry.kinds.model import dates, ids
from registry.kinds.model.folding import folded
from registry.kinds.model.vocabulary import Vocabulary

_SURROGATE = re.compile("[\ud800-\udfff]")
FREE_TEXT = r"[^\u0000]*"
KEY = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
POINTER = r"(?:/[a-z0-9_-]{1,64}){1,8}"
LANGUAGE = r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?"
DIGEST = r"sha256:[0-9a-f]{64}"
DECIMAL = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,9})?"
TIMESTAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z"
WEB_ADDRESS = r"https?://[!-~]{1,1990}"
FILTERED_LENGTH = 200
"""Longer values are cut to this many characters where they are filtered by."""


class Whole(validate.Validator):
    """The whole text fits the pattern; published as `^(?:pattern)$` without Python's leave for a last newline."""

    def __init__(self, pattern: str, hint: str) -> None:
        self.pattern, self.hint = re.compile(pattern), hint

    def __call__(self, value: str) -> str:
        if not self.pattern.fullmatch(value):
            raise ValidationError(self.hint)
        return value


class Member(fields.Field[Any]):
    """What every field of the registry says of itself."""

    ordered = False
    operand: str = FREE_TEXT
    operand_length = FILTERED_LENGTH

    def __init__(
        self,
        about: str,
        *args: Any,
        fact: bool = True,
        read_only: bool = False,
        always: bool = True,
        fixed: bool = False,
        filter: str | None = None,
        facet: bool = False,
        example: Any = None,
        **options: Any,
    ) -> None:
        metadata: dict[str, Any] = {"description": about}
        if example is not None:
            metadata["examples"] = [example]
        super().__init__(*args, metadata=metadata, **options)
        self.fact, self.read_only, self.always, self.fixed = fact, read_only, always, fixed
        self.filter, self.facet = filter, facet

    def bounds(self, value: Any) -> tuple[str, str]:
        """The least and the greatest text under which a value is found."""
        text = str(value)[:FILTERED_LENGTH]
        return text, text

    def asked(self, operand: str) -> tuple[str, str]:
        """The same of an operand of a filter, which fits its pattern but may be no value."""
        return self.bounds(operand)

    def sort_text(self, value: Any) -> str:
        """The text by which values are ordered, bytewise."""
        return self.bounds(value)[0]

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a closed list; empty where the list is open."""
        return ()


class Formed(Member, fields.String):
    """Text of which each value fits a form, and is of a certain length."""

    form: str = FREE_TEXT
    longest: int = 0
    shortest: int = 1


class Text(Formed):
    """Free text without NUL and lone surrogates; `pattern` and `hint` narrow it to a form."""

    printed = True

    def __init__(
        self,
        about: str,
        *,
        longest: int = 500,
        pattern: str | None = None,
        hint: str = "",
        shortest: int = 1,
        **options: Any,
    ) -> None:
        self.longest, self.shortest, self.form = longest, shortest, pattern or FREE_TEXT
        super().__init__(about, **options)
        self.operand = pattern or FREE_TEXT
        length = validate.Length(min=shortest, max=longest)
        self.validators = [length, Whole(self.form, hint or "holds a character that no text may hold (NUL)")]

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not text.isascii() and _SURROGATE.search(text):
            raise ValidationError("holds a lone surrogate, which no text may hold")
        return text

    def bounds(self, value: Any) -> tuple[str, str]:
        text = folded(str(value))[:FILTERED_LENGTH]
        return text, text


class Form(Text):
    """Text of a fixed form, compared as it stands; not a value that a passage prints."""

    printed = False

    def bounds(self, value: Any) -> tuple[str, str]:
        return Member.bounds(self, value)


class Code(Form):
    """A word of a closed vocabulary."""

    def __init__(self, vocabulary: Vocabulary, about: str, **options: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(about, longest=max(map(len, vocabulary.codes)), **options)
        self.validators = [
            validate.OneOf(vocabulary.codes, error=f"is not in the vocabulary '{vocabulary.name}': {{choices}}")
        ]

    @property
    def choices(self) -> tuple[str, ...]:
        return self.vocabulary.codes


class OneWord(Form):
    """A word of a short list that is part of the format rather than of a vocabulary."""

    def __init__(self, words: tuple[str, ...], about: str, **options: Any) -> None:
        self.words = words
        super().__init__(about, longest=max(map(len, words)), **options)
        self.validators = [validate.OneOf(words, error="must be one of: {choices}")]

    @property
    def choices(self) -> tuple[str, ...]:
        return self.words


class Edtf(Formed):
    """A date at its stated precision (see dates.py); `open_end` also takes `..`, stated as ongoing."""

    ordered = True
    operand = dates.DAY
    operand_length = 10

    def __init__(self, about: str, *, open_end: bool = False, **options: Any) -> None:
        super().__init__(about, **options)
        self.form = rf"(?:{dates.INTERVAL}|\.\.)" if open_end else dates.INTERVAL
        self.longest, self.shortest = 21, 2 if open_end else 4
        self.validators = [
            Whole(self.form, "is not a date such as 2019, 2019-05, 2019-05-13, 2019/2021, 2019/.. or ../2021"),
            self._on_the_calendar,
        ]

    @staticmethod
    def _on_the_calendar(value: str) -> str:
        try:
            dates.bounds(value)
        except ValueError as reason:
            raise ValidationError(f"is not on the calendar: {reason}") from None
        return value

    def bounds(self, value: Any) -> tuple[str, str]:
        return dates.bounds(str(value))

    def asked(self, operand: str) -> tuple[str, str]:
        return dates.asked(operand)


class Timestamp(Formed):
    """A moment in UTC, to the microsecond."""

    ordered = True
    operand = dates.DAY
    operand_length = 10
    form, longest, shortest = TIMESTAMP, 27, 20

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(about, fact=False, **options)
        self.validators = [Whole(TIMESTAMP, "is not a moment such as 2026-11-22T09:00:00Z")]

    def bounds(self, value: Any) -> tuple[str, str]:
        return dates.bounds(str(value)[:10])

    def asked(self, operand: str) -> tuple[str, str]:
        return dates.asked(operand)

    def sort_text(self, value: Any) -> str:
        return str(value)


class DecimalText(Formed):
    """An exact decimal number, written as text."""

    ordered = True
    operand = DECIMAL
    operand_length = 29
    form, longest, shortest = DECIMAL, 29, 1

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(about, **options)
        self.validators = [Whole(DECIMAL, 'is not a decimal number written as text, such as "61.8" or "200000"')]

    def bounds(self, value: Any) -> tuple[str, str]:
        scaled = int(Decimal(str(value)).scaleb(9))
        text = f"p{scaled:028d}" if scaled >= 0 else f"m{10**28 + scaled:028d}"
        return text, text


class Count(Member, fields.Integer):
    """A whole number from `least` to `most`; 1.0 is one, "1" and true are no numbers."""

    ordered = True
    operand = r"(?:0|[1-9][0-9]{0,17})"
    operand_length = 18

    def __init__(self, about: str, *, least: int = 0, most: int = 10**15, **options: Any) -> None:
        super().__init__(about, **options)
        self.least, self.most = least, most
        self.validators = [validate.Range(min=least, max=most)]

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise ValidationError("is not a whole number")
        return int(value)

    def bounds(self, value: Any) -> tuple[str, str]:
        text = f"{int(value):018d}"
        return text, text


class Id(Form):
    """The id of a record."""

    operand_length = 10

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(
            about, longest=10, shortest=10, pattern=ids.PATTERN, hint="is not an id of ten characters", **options
        )
        self.validators.append(self._sound)

    @staticmethod
    def _sound(value: str) -> str:
        if not ids.is_sound(value):
            raise ValidationError("is mistyped: its check digits do not fit")
        return value

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).lower()


class Part(Member, fields.Nested):
    """An object of its own schema."""

    def __init__(self, schema: type[Schema], about: str, **options: Any) -> None:
        self.schema_class = schema
        super().__init__(about, schema, **options)


class Several(Member, fields.List[Any]):
    """A list; `least` and `most` say how many it may hold, `distinct` that no value may stand twice."""

    def __init__(
        self, inner: fields.Field[Any], about: str, *, least: int = 0, most: int = 100, distinct: bool = False, **options: Any,
    ) -> None:  # fmt: skip
        self.least, self.most, self.distinct = least, most, distinct
        super().__init__(about, inner, **options)
        self.validators = [validate.Length(min=least or None, max=most, error=f"must hold {least} to {most} members")]
        if distinct:
            self.validators.append(_all_distinct)


class Mapped(Member, fields.Dict):
    """An object of free member names, each value being of one field."""

    def __init__(self, keys: Form, values: Member, about: str, *, most: int = 50, **options: Any) -> None:
        self.most = most
        super().__init__(about, keys=keys, values=values, **options)
        self.validators = [self._not_too_many]

    def _not_too_many(self, value: Mapping[str, Any]) -> None:
        if len(value) > self.most:
            raise ValidationError(f"holds more than {self.most} members")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        written: Any = super()._serialize(value, attr, obj, **kwargs)
        return dict(sorted(written.items())) if written else written


class Loose(Member, fields.Dict):
    """An object of any members, held to its own schema elsewhere."""

    most = 200

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValidationError("holds a lone surrogate, which no text may hold") from None
        return found


def _all_distinct(values: list[Any]) -> list[Any]:
    if len(values) != len({repr(value) for value in values}):
        raise ValidationError("holds a value twice")
    return values


def keyed(
    schema: type[Schema], about: str, *, least: int = 0, most: int = 100, fact: bool = True, **options: Any
) -> Several:
    """A list of objects, each with a `key` of its own; it has to be sent where it must hold at least one."""
    presence: dict[str, Any] = {"required": True} if least else {"load_default": list}
    return Several(Part(schema, about, fact=fact), about, least=least, most=most, fact=fact, **presence, **options)
