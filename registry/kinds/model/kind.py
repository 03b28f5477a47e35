"""What a kind is: one declaration from which its faces, filters, terms, sort keys and served documents come."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from registry.errors import Fault, Invalid
from registry.kinds.model.documents import Document, Step, pointed_at, repeated_key, resolve, values_at, with_keys
from registry.kinds.model.envelope import Entry
from registry.kinds.model.fields import Edtf, Member, Part, Several
from registry.kinds.model.folding import digest_of
from registry.kinds.model.relations import RELATIONS
from registry.kinds.model.shown import ids_in, shown
from registry.kinds.model.validation import loaded
from registry.kinds.model.views import ordered, view

FIRMNESS = ("proposed", "planned", "unknown", "suspended", "ended", "active")
ABSENT_SORTS_LAST = "\U0010ffff"
NAME_PREFERENCE = ("official", "as-printed", "assigned", "translated", "alias", "transliterated", "short", "former")


class About(NamedTuple):
    """What a record needs to know of another to name it: its kind, its present name and its lifecycle.

    `id` is that of the record, or of the one that it was merged into.
    """

    id: str
    kind: str
    name: str
    lifecycle: str | None


class Kept(NamedTuple):
    """What the registry keeps of a record besides its content."""

    version: int
    change: int
    state: str
    created_at: str
    updated_at: str
    verified_at: str | None = None
    verified_by: str | None = None

    def upkeep(self, review_days: int) -> Document:
        """The member `record` of the served document; review is due so many days after the last look at it."""
        seen = datetime.date.fromisoformat((self.verified_at or self.created_at)[:10])
        return {**self._asdict(), "review_due": (seen + datetime.timedelta(review_days)).isoformat()}


class Filter(NamedTuple):
    """A parameter under which records are found: the values at any of `paths`, as `field` reads them."""

    name: str
    paths: tuple[tuple[Step, ...], ...]
    field: Member

    @property
    def facet(self) -> bool:
        """Whether its values can be counted."""
        return self.field.facet


class Term(NamedTuple):
    """One value under which a record is found: from `low` to `high`, both as comparable text.

    `doubted` is 1 where every such value of the record stands under a caution, else 0.
    """

    field: str
    low: str
    high: str
    doubted: int = 0


class Wanted(NamedTuple):
    """One thing that a complete record of a kind has: its code, in words, and whether a document has it."""

    code: str
    label: str
    there: Callable[[Document], bool]


def summary_in(language: str) -> Callable[[Document], bool]:
    """Whether a document has a summary in a language, in whatever script or region."""
    return lambda document: any(each["lang"].partition("-")[0] == language for each in document["summaries"])


def stated(*members: str) -> Callable[[Document], bool]:
    """Whether a document has one of some members, or says of one why it is absent."""
    return lambda document: any(name in document or f"/{name}" in document["absent"] for name in members)


SUMMARIES = (
    Wanted("summary-en", "a summary in English", summary_in("en")),
    Wanted("summary-zh", "a summary in Chinese", summary_in("zh")),
)

COMMON_SORTS: Mapping[str, tuple[Step, ...]] = {
    "name": ("name",),
    "updated": ("record", "updated_at"),
    "created": ("record", "created_at"),
    "established": ("milestones", {"event": "established"}, "date"),
}


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of record.

    `sample` is the key of a seed that stands as its example; `sorts` are orders of its own; `convenes` says that the
    parties of one such record are partners; `review_days` after it was last verified a record is due for review;
    `complete` is what a complete record has; `titled` makes the name of records that bear none, from the document and
    the names of the records to which `named_after` leads; `matched` says that a new one is held against those that are
    there, by names and identifiers.
    """

    name: str
    plural: str
    about: str
    schema: type[Entry]
    sample: str
    sorts: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    convenes: bool = False
    review_days: int = 365
    complete: tuple[Wanted, ...] = SUMMARIES
    titled: Callable[[Document, Mapping[str, About]], str] | None = None
    named_after: tuple[Step, ...] = ()
    matched: bool = True

    @property
    def label(self) -> str:
        """The kind in running text: `training center`."""
        return self.name.replace("-", " ")

    @property
    def a_label(self) -> str:
        """The kind with its article: `an organization`."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.label}"

    @property
    def has_lifecycle(self) -> bool:
        """Whether records of this kind come into being and pass."""
        return "lifecycle" in self.schema._declared_fields

    @cached_property
    def reader(self) -> Schema:
        """The schema of what is served."""
        return view(self.schema, "reader")()

    @cached_property
    def writer(self) -> Schema:
        """The schema of what is sent to create or replace a record."""
        return view(self.schema, "writer")()

    @cached_property
    def patcher(self) -> Schema:
        """The schema of what is sent to amend a record."""
        return view(self.schema, "patch")()

    @cached_property
    def filters(self) -> dict[str, Filter]:
        """The filters of the kind, by name, from its schema."""
        found: dict[str, Filter] = {}
        for path, member in _filtered(self.schema, ()):
            known = found.get(str(member.filter), Filter(str(member.filter), (), member))
            found[known.name] = known._replace(paths=(*known.paths, path))
        founding = COMMON_SORTS["established"]
        found["established"] = Filter("established", (founding,), Edtf("When it was established."))
        return dict(sorted(found.items()))

    @cached_property
    def orders(self) -> dict[str, tuple[Step, ...]]:
        """The orders that a list of the kind can be asked for in, by name."""
        return {**COMMON_SORTS, **self.sorts}

    @property
    def common_orders(self) -> Mapping[str, tuple[Step, ...]]:
        """The orders that lists over all kinds can be asked for in."""
        return COMMON_SORTS

    def identifiers(self, document: Document) -> set[tuple[str, str]]:
        """What belongs to one live record only, as pairs of scheme and value: identifiers, and a source's key."""
        own = {(f"{self.name}-key", document["key"])} if "key" in document else set()
        return own | {(each["scheme"], each["value"]) for each in document.get("identifiers", [])}

    def read(self, body: Any) -> Document:
        """A body as the registry stores it: validated, keyed, its pointers checked. Raises Invalid."""
        document: Document = loaded(self.writer, body, f"The {self.label} is not valid.")
        with_keys(document)
        twice = repeated_key(document)
        if twice is not None:
            raise Invalid("Keys are unique within a record.", [Fault(f"the key '{twice}' stands twice", "")])
        faults = list(_dangling(document))
        if faults:
            raise Invalid("A pointer leads nowhere.", faults)
        return document

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """The members that keep the value they were first given."""
        return tuple(n for n, each in self.schema._declared_fields.items() if isinstance(each, Member) and each.fixed)

    def about_of(self, told: Document, ident: str, about: Mapping[str, About]) -> About:
        """What others need to know of a record of this kind to name it."""
        name = chosen_name(told) or (self.titled(told, about) if self.titled else ident)
        return About(ident, self.name, name, told.get("lifecycle"))

    def naming(self, told: Document) -> set[str]:
        """The ids of the records whose names make this record's own."""
        return set(values_at(told, self.named_after)) if self.named_after and not told["names"] else set()

    def misdirected(self, told: Document, kinds: Mapping[str, "Kind"]) -> Iterator[Fault]:
        """Where a document refers to a record of a kind that cannot stand there; `kinds` knows that of each target.

        No record is named after one that is itself named after others: names could go round in circles.
        """
        for at, tie in enumerate(told["relations"]):
            allowed = RELATIONS[tie["relation"]].targets
            if "target" in tie and allowed and kinds[tie["target"]["id"]].name not in allowed:
                said = f"'{tie['relation']}' leads to {', '.join(allowed)}, not to a {kinds[tie['target']['id']].label}"
                yield Fault(said, f"/relations/{at}/target/id")
        for ident in self.naming(told):
            if kinds[ident].titled is not None:
                where = "/" + "/".join(step for step in self.named_after if isinstance(step, str))
                yield Fault(f"a {self.label} without a name cannot be about a {kinds[ident].label}", where)

    def lacking(self, document: Document) -> list[Wanted]:
        """What a complete record of this kind has and the document has not."""
        return [each for each in self.complete if not each.there(document)]

    def targets(self, document: Document) -> set[str]:
        """The ids of all records that a document refers to."""
        return {*ids_in(self.schema, document)}

    def rendered(
        self, told: Document, ident: str, kept: Kept, about: Mapping[str, About], seals: Mapping[str, str]
    ) -> Document:
        """The document as it is served: what was told, with all that the registry adds.

        `about` knows each target, `seals` the fingerprints under which passages were verified, by evidence key.
        """
        document = {**told, "id": ident, "kind": self.name, "record": kept.upkeep(self.review_days)}
        document["name"] = self.about_of(told, ident, about).name
        summary = _first(told.get("summaries", []), {})
        if summary:
            document["summary"] = summary
        document["relations"] = [{**tie, "standing": _standing(tie, told, about)} for tie in told.get("relations", [])]
        document["evidence"] = [{**each, "state": state_of(each, told, seals)} for each in told.get("evidence", [])]
        return shown(self.schema, document, about)

    def terms(self, document: Document) -> set[Term]:
        """Everything under which a served document is found by filter."""
        doubts = [caution["about"] for caution in document["cautions"]]
        found: dict[tuple[str, str, str], int] = {}
        for each in self.filters.values():
            for path in each.paths:
                if document.get(str(path[0])) in (None, []):
                    continue
                for pointer, value in pointed_at(document, path) if doubts else _unpointed(document, path):
                    if value is not None:
                        term = (each.name, *each.field.bounds(value))
                        found[term] = min(found.get(term, 1), int(any(is_doubted(pointer, about) for about in doubts)))
        found |= {("has", name, name): 0 for name in self.lists if document.get(name)}
        found |= {("lacks", each.code, each.code): 0 for each in self.lacking(document)}
        return {Term(*term, doubted) for term, doubted in found.items()} | {Term("kind", self.name, self.name)}

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """The lists of the kind, for the filter `has`."""
        return tuple(name for name, each in ordered(self.schema).items() if isinstance(each, Several))

    def sort_values(self, document: Document) -> dict[str, str]:
        """The text by which a served document is ordered, for each order; absent values come last."""
        found: dict[str, str] = {}
        for name, path in self.orders.items():
            member = _member_at(self.schema, path)
            values = sorted(member.sort_text(value) for value in values_at(document, path) if value is not None)
            found[name] = values[0] if values else ABSENT_SORTS_LAST
        return found


def is_doubted(pointer: str, about: str) -> bool:
    """Whether a caution about one value throws its doubt on another.

    It does on the value itself, its parts, and what stands beside it in the same member of a list, since that was
    read from the same words.
    """
    member, other = pointer.split("/")[1:3], about.split("/")[1:3]
    return pointer == about or pointer.startswith(about + "/") or (len(member) == 2 and member == other)


def weakest(*lifecycles: str) -> str:
    """The least firm of several lifecycles."""
    return min(lifecycles, key=FIRMNESS.index)


def _standing(tie: Document, told: Document, about: Mapping[str, About]) -> str:
    """How firm a tie is in effect; an end that has no lifecycle does not weaken it."""
    other = about[tie["target"]["id"]].lifecycle if "target" in tie else None
    return weakest(tie["lifecycle"], told.get("lifecycle", FIRMNESS[-1]), other or FIRMNESS[-1])


def chosen_name(told: Document) -> str | None:
    """The name to show: English first, then by role; None where there is none."""
    return _first(told.get("names", []), {role: rank for rank, role in enumerate(NAME_PREFERENCE)})


def _first(texts: list[Document], ranks: Mapping[str, int]) -> str | None:
    def rank(item: Document) -> tuple[bool, int]:
        return not item["lang"].startswith("en"), ranks.get(item.get("role", ""), len(ranks))

    return min(texts, key=rank)["text"] if texts else None


def fingerprint(evidence: Document, told: Document) -> str:
    """A digest over a passage and the values that it supports: changes when either does."""
    values = [(pointer, _value_or_none(told, pointer)) for pointer in evidence.get("supports", [])]
    return digest_of(repr([evidence.get(name) for name in ("source", "lines", "digest")] + [_plain(v) for v in values]))


def state_of(evidence: Document, told: Document, seals: Mapping[str, str]) -> str:
    """Whether the supported values of an entry are verified, were verified once, or cannot be."""
    seal = seals.get(evidence["key"])
    if seal is None:
        return "unverifiable"
    return "verified" if seal == fingerprint(evidence, told) else "stale"


def _value_or_none(told: Document, pointer: str) -> Any:
    try:
        return resolve(told, pointer)
    except KeyError:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((name, repr(_plain(inner))) for name, inner in value.items())
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _dangling(document: Document) -> Iterator[Fault]:
    def check(pointer: str, where: str) -> Iterator[Fault]:
        try:
            resolve(document, pointer)
        except KeyError:
            yield Fault(f"{pointer} leads nowhere in this record", where)

    for at, entry in enumerate(document["evidence"]):
        for name in ("supports", "inferred"):
            for position, pointer in enumerate(entry[name]):
                yield from check(pointer, f"/evidence/{at}/{name}/{position}")
    for at, caution in enumerate(document["cautions"]):
        yield from check(caution["about"], f"/cautions/{at}/about")
    for pointer in document["absent"]:
        try:
            value = resolve(document, pointer)
        except KeyError:
            continue
        if value not in ([], {}):
            yield Fault(f"{pointer} is said to be absent, but stands in this record", "/absent")


def _filtered(schema: type[Schema], path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Member]]:
    for name, each in schema._declared_fields.items():
        here = (*path, name)
        inner: fields.Field[Any] = each.inner if isinstance(each, Several) else each
        if isinstance(inner, Part):
            yield from _filtered(inner.schema_class, here)
        elif isinstance(inner, Member) and inner.filter:
            yield here, inner


def _unpointed(document: Document, path: tuple[Step, ...]) -> Iterator[tuple[str, Any]]:
    """As `pointed_at`, where nobody asks for the pointers."""
    return (("", value) for value in values_at(document, path))


def _member_at(schema: type[Schema], path: tuple[Step, ...]) -> Member:
    for step in path:
        if isinstance(step, str):
            each = schema._declared_fields[step]
            inner = each.inner if isinstance(each, Several) else each
            if isinstance(inner, Part):
                schema = inner.schema_class
    assert isinstance(inner, Member), path
    return inner
