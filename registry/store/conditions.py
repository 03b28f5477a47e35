"""What records may be asked to meet, and how a database finds the numbers of those that do.

Fragments of SQL with their values, the same on both engines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from registry.kinds.model.relations import INVERSES, RELATIONS

PUBLISHED = "state = 'published'"
PARTY_TO = "t.party = 1 AND (t.standing NOT IN ('proposed', 'planned') OR r.lifecycle IN ('proposed', 'planned'))"
"""A tie `t` whose target is a party to the record `r` that holds it: no less firmly than there is that record."""


class Span(NamedTuple):
    """An operand of a filter: from `low` to `high`, both included, both comparable text."""

    low: str
    high: str


@dataclass(frozen=True)
class Condition:
    """Records of which a term of `field` overlaps any of the spans, and none the excluded ones.

    `ordered` tells that terms may span from low to high, so that a single value may lie within them.
    """

    field: str
    any_of: tuple[Span, ...] = ()
    none_of: tuple[Span, ...] = ()
    ordered: bool = False


@dataclass(frozen=True)
class Tied:
    """Records that have a tie (either its word or its inverse) with any of the records; `exclude` turns it round."""

    ends: tuple[tuple[str, str], ...]
    exclude: bool = False


@dataclass(frozen=True)
class PartnerOf:
    """Records that are partners of any of the records."""

    idents: tuple[str, ...]
    with_parts: bool = False
    exclude: bool = False


@dataclass(frozen=True)
class PartyTo:
    """Records of which any of the records is a party; `exclude` turns it round."""

    idents: tuple[str, ...]
    exclude: bool = False


class Part(NamedTuple):
    """A fragment of SQL with the values of its question marks."""

    sql: str
    values: tuple[Any, ...] = ()


def all_of(parts: Sequence[Part], joiner: str = " AND ") -> Part:
    """Several fragments joined."""
    return Part(joiner.join(part.sql for part in parts), tuple(v for part in parts for v in part.values))


def statements(each: Condition | Tied | PartnerOf | PartyTo) -> Iterator[tuple[Part, bool]]:
    """Statements for the numbers of records, and whether these are excluded."""
    if isinstance(each, Condition):
        if each.any_of:
            yield _under(each, each.any_of), False
        if each.none_of:
            yield _under(each, each.none_of), True
    elif isinstance(each, Tied):
        yield _tied(each), each.exclude
    elif isinstance(each, PartyTo):
        yield _party(each), each.exclude
    else:
        yield _partners(each), each.exclude


def _under(condition: Condition, spans: tuple[Span, ...]) -> Part:
    if condition.ordered:
        overlap = Part(
            " OR ".join(["(low <= ? AND high >= ?)"] * len(spans)), tuple(v for s in spans for v in (s.high, s.low))
        )
    else:
        overlap = Part(f"low IN ({', '.join('?' * len(spans))})", tuple(span.low for span in spans))
    return Part(f"SELECT record FROM term WHERE field = ? AND ({overlap.sql})", (condition.field, *overlap.values))


def _tied(each: Tied) -> Part:
    ways = []
    for word, ident in each.ends:
        near, far, code = ("target", "source", INVERSES[word]) if word in INVERSES else ("source", "target", word)
        both = RELATIONS[code].inverse == code  # such a tie reads the same from either end
        for this, other in ((near, far), (far, near)) if both else ((near, far),):
            sql = f"SELECT t.{this} FROM tie t JOIN record o ON o.number = t.{other} WHERE t.relation = ? AND o.id = ?"
            ways.append(Part(sql, (code, ident)))
    return all_of(ways, " UNION ")


def _party(each: PartyTo) -> Part:
    marks = ", ".join("?" * len(each.idents))
    return Part(
        "SELECT t.source FROM tie t JOIN record r ON r.number = t.source JOIN record o ON o.number = t.target "
        f"WHERE {PARTY_TO} AND o.id IN ({marks})",
        each.idents,
    )


def _partners(each: PartnerOf) -> Part:
    return all_of([_partners_of(ident, with_parts=each.with_parts) for ident in each.idents], " UNION ")


def _partners_of(ident: str, *, with_parts: bool) -> Part:
    own = Part("SELECT number FROM record WHERE id = ?", (ident,))
    if with_parts:
        own = Part(parts_of(own.sql), own.values)
    firm = "standing NOT IN ('proposed', 'planned')"
    ways = [
        f"SELECT t.target FROM tie t WHERE t.partnership = 1 AND t.{firm} AND t.source IN ({own.sql})",
        f"SELECT t.source FROM tie t WHERE t.partnership = 1 AND t.{firm} AND t.target IN ({own.sql})",
        f"SELECT b.target FROM tie a JOIN tie b ON b.source = a.source AND b.party = 1 AND b.{firm} "
        f"WHERE a.party = 1 AND a.{firm} AND a.target IN ({own.sql})",
    ]
    found = " UNION ".join(ways)
    return Part(f"SELECT * FROM ({found} EXCEPT SELECT * FROM ({own.sql}) o) p", own.values * 4)


def parts_of(own: str, unsure: Sequence[str] = ()) -> str:
    """The records that a query answers, with all their parts, and the parts of these.

    Parts that are only proposed or planned do not count, unless these standings are named.
    """
    left_out = [f"'{standing}'" for standing in ("proposed", "planned") if standing not in unsure]
    firm = f" AND t.standing NOT IN ({', '.join(left_out)})" if left_out else ""
    return (
        f"WITH RECURSIVE whole(number) AS ({own} UNION SELECT t.source FROM tie t JOIN whole w ON t.target = w.number "
        f"WHERE t.relation = 'part-of'{firm}) SELECT number FROM whole"
    )
