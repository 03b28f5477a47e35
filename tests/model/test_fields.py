"""Fields: each refuses what it must, and orders its values bytewise as people order them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from registry.kinds.catalogue import KINDS
from registry.kinds.model import dates, ids
from registry.kinds.model.fields import (
    DECIMAL,
    DIGEST,
    KEY,
    LANGUAGE,
    POINTER,
    TIMESTAMP,
    WEB_ADDRESS,
    Code,
    Count,
    DecimalText,
    Edtf,
    Form,
    Formed,
    Id,
    Mapped,
    Member,
    OneWord,
    Part,
    Several,
    Text,
    Timestamp,
    keyed,
)
from registry.kinds.model.vocabulary import vocabulary

WORDS = vocabulary(
    "colour", "Colours.", red=("red", "红", "Red.", "红色。"), dark_red=("dark red", "暗红", "Dark.", "暗红色。")
)
SOUND = ids.from_key("a record")


class Pair(Schema):
    """A part with a key."""

    key = Form("Key.", pattern=KEY, longest=64)
    text = Text("Text.", required=True)


FIELDS: dict[str, Member] = {
    "text": Text("A text.", longest=10),
    "key": Form("A key.", pattern=KEY, longest=64),
    "pointer": Form("A pointer.", pattern=POINTER, longest=300),
    "language": Form("A language.", pattern=LANGUAGE, longest=15),
    "digest": Form("A digest.", pattern=DIGEST, longest=71),
    "address": Form("An address.", pattern=WEB_ADDRESS, longest=2000),
    "code": Code(WORDS, "A code."),
    "word": OneWord(("yes", "no"), "A word."),
    "date": Edtf("A date."),
    "until": Edtf("An end.", open_end=True),
    "moment": Timestamp("A moment."),
    "decimal": DecimalText("A decimal."),
    "count": Count("A count.", least=1, most=1000),
    "id": Id("An id."),
    "part": Part(Pair, "A part."),
    "several": Several(Text("A text."), "Texts.", most=3, distinct=True),
    "keyed": keyed(Pair, "Pairs.", most=2),
    "mapped": Mapped(Form("A key.", pattern=KEY, longest=9), Code(WORDS, "A code."), "Codes.", most=2),
}
SCHEMA = Schema.from_dict(FIELDS)()  # type: ignore[arg-type]


def read(name: str, value: Any) -> Any:
    return SCHEMA.load({name: value})[name]


TAKEN = [
    ("text", "ten chars!"), ("text", "百度，\n二"), ("key", "a"), ("key", "a-1"), ("pointer", "/names/n1/text"), ("language", "zh-Hans"),
    ("language", "en"), ("digest", "sha256:" + "0" * 64), ("address", "https://example.org/a?b=%20"), ("code", "dark-red"), ("word", "no"),
    ("date", "2019"), ("date", "2019-05/.."), ("date", "../2019-05-13"), ("until", ".."), ("moment", "2026-11-22T09:00:00Z"),
    ("moment", "2026-11-22T09:00:00.123456Z"), ("decimal", "-0.5"), ("decimal", "999999999999999999.999999999"), ("decimal", "0"),
    ("count", 1), ("count", 1000), ("count", 2.0), ("id", SOUND), ("part", {"text": "x"}), ("several", ["a", "b"]), ("several", []),
    ("keyed", [{"key": "a", "text": "x"}]), ("mapped", {"a": "red"}),
]  # fmt: skip

REFUSED = [
    ("text", ""), ("text", "eleven chars"), ("text", "a\0b"), ("text", "a\ud800"), ("text", "\udfff"), ("text", 1), ("text", True),
    ("text", None), ("text", ["a"]),
    ("key", "A"), ("key", "a-"), ("key", "-a"), ("key", "a b"), ("key", "a" * 65), ("key", "a\n"), ("key", "é"), ("key", "١"),
    ("pointer", "names"), ("pointer", "/"), ("pointer", "/names/"), ("pointer", "/a" * 9), ("pointer", "/a~1b"), ("pointer", "/a\n"),
    ("language", "english"), ("language", "EN"), ("language", "zh_Hans"), ("language", "en\n"),
    ("digest", "sha256:" + "0" * 63), ("digest", "sha256:" + "A" * 64), ("digest", "sha256:" + "0" * 64 + "\n"), ("digest", "md5:0"),
    ("address", "ftp://example.org"), ("address", "javascript:alert(1)"), ("address", "https://exa mple.org"), ("address", "https://例.cn"),
    ("address", "https://example.org\n"), ("address", "https://" + "a" * 1993), ("address", "https://"),
    ("code", "blue"), ("code", "Red"), ("code", "red\n"), ("code", "dark_red"), ("code", ""), ("code", 1), ("code", ["red"]),
    ("word", "maybe"), ("word", "no\n"), ("word", False),
    ("date", ".."), ("date", "2019-02-30"), ("date", "2019\n"), ("date", "2020/2019"), ("date", 2019), ("date", "../.."), ("date", ""),
    ("date", "２０１９"), ("until", "2019/../.."), ("until", "..\n"),
    ("moment", "2026-11-22 09:00:00Z"), ("moment", "2026-11-22T09:00:00"), ("moment", "2026-11-22T09:00:00Z\n"), ("moment", 0),
    ("decimal", "1,000"), ("decimal", "1e9"), ("decimal", "+1"), ("decimal", ".5"), ("decimal", "1."), ("decimal", "01"), ("decimal", "1\n"),
    ("decimal", "NaN"), ("decimal", "Infinity"), ("decimal", "1" * 19), ("decimal", "0.0123456789"), ("decimal", 1), ("decimal", 0.5),
    ("decimal", "١"), ("decimal", ""), ("decimal", True),
    ("count", 0), ("count", 1001), ("count", -1), ("count", True), ("count", False), ("count", "1"), ("count", 1.5), ("count", 10**400),
    ("count", 1e300), ("count", float("nan")), ("count", float("inf")), ("count", None), ("count", [1]),
    ("id", SOUND[:9]), ("id", SOUND + "0"), ("id", SOUND + "\n"), ("id", SOUND[:8] + f"{(int(SOUND[8:]) + 1) % 100:02d}"), ("id", "1" + SOUND[1:]),
    ("id", SOUND[:7] + "u" + SOUND[8:]), ("id", ""), ("id", 7), ("id", SOUND[:8] + "٠١"),
    ("part", []), ("part", "x"), ("part", {}), ("part", {"text": "x", "more": "y"}),
    ("several", "abc"), ("several", ["a", "a"]), ("several", ["a", "b", "c", "d"]), ("several", ["a", 1]), ("several", {"a": "b"}),
    ("keyed", [{"key": "A", "text": "x"}]), ("keyed", [{"text": "x"}] * 3), ("keyed", {"text": "x"}), ("keyed", [None]),
    ("mapped", {"A": "red"}), ("mapped", {"a": "blue"}), ("mapped", {"a": "red", "b": "red", "c": "red"}), ("mapped", ["a"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), TAKEN, ids=repr)
def test_a_field_takes_what_fits_as_it_stands(name: str, value: Any) -> None:
    assert read(name, value) == value


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=lambda value: repr(value)[:40])
def test_a_field_refuses_what_does_not_fit_and_says_so(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        read(name, value)
    assert refusal.value.messages[name]  # type: ignore[index]


def test_an_id_is_read_in_either_case_and_written_low() -> None:
    assert read("id", SOUND.upper()) == SOUND


def test_a_whole_float_is_the_number_that_it_means() -> None:
    assert type(read("count", 2.0)) is int


def every_field() -> Iterator[tuple[str, Member]]:
    """Every field of the kinds, however deep, with its path; what kinds share comes with the first of them."""

    def below(schema: type[Schema], path: str, seen: tuple[type[Schema], ...]) -> Iterator[tuple[str, Member]]:
        for name, field in schema._declared_fields.items():
            inner = field.inner if isinstance(field, Several) else field
            if isinstance(inner, Part) and inner.schema_class not in seen:
                yield from below(inner.schema_class, f"{path}.{name}", (*seen, inner.schema_class))
            elif isinstance(inner, Member):
                yield f"{path}.{name}", inner

    for kind in KINDS.values():
        yield from below(kind.schema, kind.name, ())


TEXTS = {
    path: field
    for path, field in {id(f): (p, f) for p, f in [*every_field()][::-1]}.values()
    if isinstance(field, Formed)
}


@pytest.mark.parametrize("path", TEXTS)
def test_no_text_of_any_kind_takes_what_no_text_may_hold(path: str) -> None:
    field = TEXTS[path]
    refused = ["a\0", "\ud800", "x" * (field.longest + 1), "", 1, True, *([] if field.allow_none else [None])]
    refused += [f"{word}\n" for word in (*field.choices[:1], "2019", SOUND, "en", "a") if field.form != r"[^\u0000]*"]
    for value in refused:
        with pytest.raises(ValidationError):
            field.deserialize(value)


decimals = st.from_regex(DECIMAL, fullmatch=True)


@given(decimals, decimals)
def test_decimals_are_ordered_as_texts_as_they_are_as_numbers(one: str, other: str) -> None:
    field = DecimalText("A decimal.")
    texts = [field.bounds(text)[0].encode() for text in (one, other)]
    assert (texts[0] < texts[1]) == (Decimal(one) < Decimal(other))
    assert (texts[0] == texts[1]) == (Decimal(one) == Decimal(other))


@pytest.mark.parametrize("row", [
    ["-999999999999999999.999999999", "-10", "-9.5", "-0.000000001", "0", "0.000000001", "9.5", "10", "999999999999999999.999999999"],
])  # fmt: skip
def test_negative_decimals_come_before_positive_ones_and_the_most_negative_first(row: list[str]) -> None:
    texts = [DecimalText("").bounds(number)[0].encode() for number in row]
    assert texts == sorted(set(texts))
    assert DecimalText("").bounds("-0") == DecimalText("").bounds("0.0")


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_counts_are_ordered_as_texts_as_they_are_as_numbers(one: int, other: int) -> None:
    field = Count("A count.")
    assert (field.bounds(one)[0].encode() < field.bounds(other)[0].encode()) == (one < other)


@given(st.from_regex(dates.INTERVAL, fullmatch=True))
def test_the_bounds_of_every_date_that_is_taken_are_days_in_order(text: str) -> None:
    field = Edtf("A date.")
    try:
        field.deserialize(text)
    except ValidationError:
        return
    low, high = field.bounds(text)
    assert len(low) == len(high) == 10
    assert low <= high


def test_texts_are_found_folded_and_forms_as_they_stand() -> None:
    assert Text("A text.").bounds("École  Normale") == ("ecole normale", "ecole normale")
    assert Form("A form.", pattern="[A-Z]{2}").bounds("CN") == ("CN", "CN")
    assert Text("A text.").bounds("x" * 300) == ("x" * 200, "x" * 200)


@given(st.from_regex(TIMESTAMP, fullmatch=True))
def test_a_moment_is_found_by_its_day(text: str) -> None:
    try:
        low, high = Timestamp("A moment.").bounds(text)
    except ValueError:
        return
    assert low == high == text[:10]
