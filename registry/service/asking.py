"""What lists can be asked for: each filter with the operands that it takes, and how these are read.

A value stands for itself, `!value` for its absence; ranges are `a..b`, `a..` and `..b`. Several values of one filter
are alternatives, several excluded values exclude each; different filters must all hold.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from registry.kinds.catalogue import KINDS
from registry.kinds.model import ids
from registry.kinds.model.envelope import Record
from registry.kinds.model.fields import Code, Member
from registry.kinds.model.kind import Filter, Kind
from registry.kinds.model.relations import INVERSES, RELATIONS
from registry.kinds.model.vocabulary import Term, Vocabulary
from registry.store.conditions import Condition, PartnerOf, PartyTo, Span, Tied
from registry.store.indexing import ALL

ALSO = "also"
LEAST, GREATEST = "", "\U0010ffff"
Conditions = list[Condition | Tied | PartnerOf | PartyTo]


@dataclass(frozen=True, eq=False)
class Askable:
    """One filter of a list: its name, what it means, the operands it takes, and how they become conditions."""

    name: str
    about: str
    choices: tuple[str, ...]
    pattern: str
    longest: int
    read: Callable[[Sequence[str]], Conditions]
    facet: bool = False
    example: str | None = None


@cache
def askables(kind: Kind | None) -> dict[str, Askable]:
    """The filters of a kind's list, or of the list over all kinds, by name."""
    filters = kind.filters if kind else _common_filters()
    found = {name: _by_terms(each) for name, each in filters.items()}
    lists = kind.lists if kind else _common_lists()
    found["has"] = _by_codes("has", "Records of which this list is not empty.", lists, facet=True)
    if kind is None:
        found["kind"] = _by_codes("kind", "Records of this kind.", tuple(KINDS), facet=True)
    ends = rf"(?:{'|'.join([*RELATIONS, *INVERSES])}):{ids.PATTERN}"
    found["relation"] = Askable(
        "relation",
        "Records that have this tie with a record: `funded-by:ID` reads 'is funded by ID'; inverse words are allowed.",
        (), f"!?{ends}", 41, _tied,
    )  # fmt: skip
    found["partner"] = Askable(
        "partner", "Records that are partners of this record, by ties that are neither proposed nor planned.",
        (), f"!?{ids.PATTERN}", 11, _partners,
    )  # fmt: skip
    found["party"] = Askable(
        "party",
        "Records that this record is a party to: it founded, runs, funds, teaches or signed them. Ties that are only proposed or planned "
        "count in records that are so themselves.",
        (), f"!?{ids.PATTERN}", 11, _party,
    )  # fmt: skip
    found[ALSO] = _also(found)
    return dict(sorted(found.items()))


def conditions(kind: Kind | None, asked: Mapping[str, Sequence[str]], *, with_parts: bool = False) -> Conditions:
    """The conditions that filters and their operands mean; the operands fit their patterns.

    `with_parts` takes the partners of a record's parts for its own.
    """
    known = askables(kind)
    found = [condition for name in sorted(asked) for condition in _meant(known[name], tuple(asked[name]))]
    return [replace(each, with_parts=with_parts) if isinstance(each, PartnerOf) else each for each in found]


def orders(kind: Kind | None) -> tuple[str, ...]:
    """The orders that a list can be asked for in."""
    return tuple(kind.orders if kind else next(iter(KINDS.values())).common_orders)


def scope(kind: Kind | None) -> str:
    """The name of the list in the store."""
    return kind.plural if kind else ALL


def _common_filters() -> dict[str, Filter]:
    probe = Kind(name="record", plural="records", about="", schema=Record, sample="")
    return {
        **probe.filters,
        "type": Filter(
            "type",
            (),
            Code(_all_types(), "The type, by the vocabulary of the record's kind.", filter="type", facet=True),
        ),
    }


def _all_types() -> Vocabulary:
    """The types of all kinds: a word that several kinds have means in each what that kind says."""
    terms = {code: term for kind in KINDS.values() if "type" in kind.filters for code, term in _types(kind)}
    return Vocabulary("type", "The types of all kinds.", dict(sorted(terms.items())))


def _types(kind: Kind) -> list[tuple[str, Term]]:
    field = kind.filters["type"].field
    return list(field.vocabulary.terms.items()) if isinstance(field, Code) else []


def _common_lists() -> tuple[str, ...]:
    return Kind(name="record", plural="records", about="", schema=Record, sample="").lists


def _by_terms(each: Filter) -> Askable:
    member = each.field
    one = "|".join(member.choices) if member.choices else member.operand
    if member.ordered:
        operand = rf"(?:{one})(?:\.\.(?:{one})?)?|\.\.(?:{one})"
        longest = 2 * member.operand_length + 3
    else:
        operand, longest = one, member.operand_length + 1
    choices = tuple(sign + choice for choice in member.choices for sign in ("", "!"))
    about = str(member.metadata["description"])
    return Askable(
        each.name, about, choices, f"!?(?:{operand})", longest,
        lambda values: [_condition(each.name, member, values)], member.facet,
    )  # fmt: skip


def _by_codes(name: str, about: str, codes: tuple[str, ...], *, facet: bool) -> Askable:
    choices = tuple(sign + code for code in codes for sign in ("", "!"))

    def read(values: Sequence[str]) -> Conditions:
        wanted = tuple(Span(v, v) for v in values if not v.startswith("!"))
        excluded = tuple(Span(v[1:], v[1:]) for v in values if v.startswith("!"))
        return [Condition(name, wanted, excluded)]

    return Askable(name, about, choices, "", max(map(len, choices)), read, facet)


def _condition(name: str, member: Member, values: Sequence[str]) -> Condition:
    wanted = tuple(_span(member, value) for value in values if not value.startswith("!"))
    excluded = tuple(_span(member, value[1:]) for value in values if value.startswith("!"))
    return Condition(name, wanted, excluded, member.ordered)


def _also(others: Mapping[str, Askable]) -> Askable:
    """Any other filter once more, so that a record may have to meet one filter twice."""

    def read(operands: Sequence[str]) -> Conditions:
        split = [operand.partition(":") for operand in operands]
        return [each for name, _, operand in split for each in _once_more(others[name], operand)]

    about = (
        "Records that meet one filter more, each of these: `country=CN&also=country:US` finds what is in both countries, "
        "`party=ID&also=party:ID` what both are party to."
    )
    longest = max(len(name) + each.longest for name, each in others.items()) + 1
    return Askable(ALSO, about, (), rf"(?:{'|'.join(sorted(others))}):[^\u0000]+", longest, read)


def _once_more(askable: Askable, operand: str) -> Conditions:
    """What one operand of a filter means; one that the filter would not take finds nothing."""
    fits = operand in askable.choices if askable.choices else re.fullmatch(askable.pattern, operand)
    return askable.read([operand]) if fits else [Condition("kind", (Span("", ""),))]


@lru_cache(10_000)  # the same words are asked for again and again
def _meant(askable: Askable, operands: tuple[str, ...]) -> Conditions:
    """What operands of a filter mean; nobody changes the list."""
    return askable.read(operands)


def _span(member: Member, operand: str) -> Span:
    start, dots, end = operand.partition("..") if member.ordered else (operand, "", "")
    if not dots:
        return Span(*member.asked(start))
    return Span(member.asked(start)[0] if start else LEAST, member.asked(end)[1] if end else GREATEST)


def _tied(values: Sequence[str]) -> Conditions:
    split = [(value.startswith("!"), *value.removeprefix("!").partition(":")[::2]) for value in values]
    wanted = tuple((word, ident.lower()) for excluded, word, ident in split if not excluded)
    found: Conditions = [Tied(wanted)] if wanted else []
    return found + [Tied(((word, ident.lower()),), exclude=True) for excluded, word, ident in split if excluded]


def _partners(values: Sequence[str]) -> Conditions:
    wanted = tuple(value.lower() for value in values if not value.startswith("!"))
    found: Conditions = [PartnerOf(wanted)] if wanted else []
    return found + [PartnerOf((value[1:].lower(),), exclude=True) for value in values if value.startswith("!")]


def _party(values: Sequence[str]) -> Conditions:
    wanted = tuple(value.lower() for value in values if not value.startswith("!"))
    found: Conditions = [PartyTo(wanted)] if wanted else []
    return found + [PartyTo((value[1:].lower(),), exclude=True) for value in values if value.startswith("!")]
