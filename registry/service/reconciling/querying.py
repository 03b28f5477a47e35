"""Reconciliation queries: which records a row of somebody's table may be about, by its name and what else it holds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from registry.kinds.model import dates
from registry.kinds.model.documents import Document
from registry.kinds.model.fields import Edtf
from registry.kinds.model.folding import comparable
from registry.kinds.model.vocabularies import IDENTIFIER_SCHEMES
from registry.service.matching import Candidate, Fact, Question, Verdict, match
from registry.service.matching.lexicon import countries_by_name
from registry.service.reconciling.properties import PARTNER, PROPERTIES, Property, Value, partners_of
from registry.service.reconciling.types import TYPES, Type, types_of
from registry.service.reconciling.unnamed import having
from registry.store.database import Store

Strictness = Literal["any", "should", "all"]
STRICTNESSES: tuple[Strictness, ...] = ("any", "should", "all")
NAMING = ("name", "name-en", "name-zh")
"""Properties whose values are names, so that they stand for a name where none is given."""


class Query(NamedTuple):
    """One query: a name, perhaps, the types that the record may be of, and values that it should have, by property.

    `strictness`: any of the types will do (`any` and `should` alike), or all are wanted.
    """

    name: str = ""
    types: tuple[str, ...] = ()
    strictness: Strictness = "any"
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limit: int = 5


class Proposed(NamedTuple):
    """A record that a query may be about: its served document, how likely it is (0 to 1), and whether it is the match.

    `name` is how like the names are, where there was one; `verdicts` say what of the query fits.
    """

    document: Document
    score: float
    match: bool
    name: float | None
    verdicts: Mapping[str, Verdict]


def answered(store: Store, queries: Sequence[Query]) -> list[list[Proposed]]:
    """The records that each query may be about, the likeliest first."""
    questions = {at: question for at, each in enumerate(queries) if (question := _question(store, each)) is not None}
    most = max((each.limit for each in queries), default=1)
    found = dict(zip(questions, match(store, questions.values(), most), strict=True))
    return [
        [_proposed(each) for each in found[at].candidates[: query.limit]] if at in found else _unnamed(store, query)
        for at, query in enumerate(queries)
    ]


def _proposed(each: Candidate) -> Proposed:
    like = None if each.sighting.way == "identifier" else min(1.0, each.sighting.likeness.rough)
    return Proposed(each.document, each.score, each.match, like, each.agreement.verdicts)


def _unnamed(store: Store, query: Query) -> list[Proposed]:
    """Of a query without a name: the records that have all the values, none of them likelier than the others."""
    found, total = having(store, query.types, query.values, query.limit)
    verdicts: dict[str, Verdict] = {pid: "agrees" for pid, _ in query.values}
    return [Proposed(each, 1 / total, False, None, verdicts) for each in found]


def _question(store: Store, query: Query) -> Question | None:
    """The query as matching asks it; None where it gives neither a name nor an identifier."""
    named = [value for pid, values in query.values if pid in NAMING for value in values]
    name = query.name or (named[0] if named else "")
    identifiers = tuple((pid, v) for pid, values in query.values if pid in IDENTIFIER_SCHEMES.terms for v in values)
    if not name and not identifiers:
        return None
    kinds = frozenset(TYPES[each].kind for each in query.types)
    facts = [_fact(store, pid, values) for pid, values in query.values if pid not in IDENTIFIER_SCHEMES.terms]
    return Question(name, kinds, identifiers=identifiers, facts=(*_of_types(query), *facts))


def _of_types(query: Query) -> Iterable[Fact]:
    """What is asked of the types beyond the kinds, which matching looks at itself."""
    wanted = {TYPES[each] for each in query.types}
    if query.strictness == "all" and len(wanted) > 1:
        yield Fact("type", lambda document: "agrees" if wanted <= {*types_of(document)} else "differs")
    elif any(each.broader for each in wanted):
        yield Fact("type", lambda document: _verdict_of_type(wanted, types_of(document)))


def _verdict_of_type(wanted: set[Type], its: Sequence[Type]) -> Verdict:
    if wanted & {*its}:
        return "agrees"
    return "differs" if any(each.broader for each in its) else "unknown"


def _fact(store: Store, pid: str, asked: tuple[str, ...]) -> Fact:
    """How the values that were asked for fit those that a record has, any of them with any."""
    if pid == PARTNER:
        partners = {ident for one in asked for ident in partners_of(store, one)}
        return Fact(pid, lambda document: "agrees" if document["id"] in partners else "differs")
    each = PROPERTIES[pid]
    fits = _overlaps if isinstance(each.member, Edtf) else _equals

    def verdict(document: Document) -> Verdict:
        there = each.values(document)
        if not there:
            return "unknown"
        return "agrees" if any(fits(each, value, one) for value in there for one in asked) else "differs"

    return Fact(pid, verdict)


def _equals(each: Property, value: Value, asked: str) -> bool:
    """Whether what was asked is the value, the words for its code, or the id of the record that it is."""
    if each.id == "country":
        return value.value == countries_by_name().get(comparable(asked))
    said = {comparable(str(value.value)), *map(comparable, value.labels), (value.entity or "").lower()} - {""}
    return comparable(asked) in said


def _overlaps(_: Property, value: Value, asked: str) -> bool:
    """Whether two dates could be the same, each being known as exactly as it is."""
    try:
        low, high = dates.bounds(asked)
    except ValueError:
        return False
    first, last = dates.bounds(str(value.value))
    return low <= last and first <= high
