"""The schemas of what the API answers besides records: pages, partners, revisions, vocabularies, problems, health."""

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from registry.kinds.model import vocabularies as words
from registry.kinds.model.envelope import KIND_NAME, RECORD_STATES, Entry, Record
from registry.kinds.model.fields import (
    KEY,
    POINTER,
    Code,
    Count,
    Edtf,
    Form,
    Id,
    Mapped,
    Member,
    OneWord,
    Part,
    Several,
    Text,
    Timestamp,
)
from registry.kinds.model.kind import Kind
from registry.kinds.model.views import view

ACTS = ("create", "replace", "amend", "withdraw", "merge", "absorb", "restore", "verify")
"""What can be done to a record, as the journal says it."""


class Truth(Member):
    """True or false; nothing else is taken for either."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("is neither true nor false")
        return value


class Anything(Member):
    """A value of any JSON type."""


class Ratio(Member, fields.Float):
    """A number from 0 to 1."""


class Percent(Member, fields.Float):
    """A number from 0 to 100."""


class Answer(Schema):
    """What all answers have in common: more members may come."""

    class Meta:
        unknown = EXCLUDE


class ProblemFault(Answer):
    """One thing that is wrong with what was sent."""

    pointer = Text("JSON Pointer (RFC 6901) into the body.", longest=2000, shortest=0)
    parameter = Text("Name of the parameter or header.", longest=200, shortest=0)
    detail = Text("What is wrong, and what would be right.", longest=2000, required=True)


class Likely(Answer):
    """A record that what was sent may be about already."""

    id = Id("Its id.", required=True)
    kind = Form("Its kind.", longest=40, pattern=KIND_NAME, hint="", required=True)
    name = Text("Its present name.", longest=2000, required=True)
    score = Ratio("How alike they are, from 0 to 1; 1 is the same name or identifier.", required=True)
    reasons = Several(Text("A reason.", longest=2000), "Which name met which.", most=20, required=True)


class Problem(Answer):
    """A refusal (RFC 9457)."""

    type = Text("Which refusal it is: a page that tells more.", longest=200, required=True)
    title = Text("The refusal in short.", longest=200, required=True)
    status = Count("The HTTP status.", least=400, most=599, required=True)
    detail = Text("What is wrong in this case.", longest=2000, required=True)
    instance = Text(
        "The path that was asked for; empty where it could not be read.", longest=2000, shortest=0, required=True
    )
    errors = Several(
        Part(ProblemFault, "One of them."),
        "Each thing that is wrong, as far as it has a place.",
        most=100,
        required=True,
    )
    request_id = Text("Names this request in the registry's log.", longest=64, shortest=0, required=True)
    candidates = Several(
        Part(Likely, "A record."),
        "Of a duplicate: the records that are there already and that nobody has decided about.",
        most=50,
    )


class FacetCount(Answer):
    """How many of the records found have a value."""

    value = Text("The value.", longest=200, required=True)
    count = Count("How many records have it, as it is printed.", required=True)
    doubted = Count("How many of these have it only under a caution.", required=True)


def next_field() -> Text:
    """The member `next` of a page."""
    return Text("Address of the next page, from the root; absent on the last page.", longest=8000)


def facets_field() -> Mapped:
    """The member `facets` of a page."""
    return Mapped(
        Form("A facet.", longest=40, pattern="[a-z_]+", hint="is not a facet"),
        Several(Part(FacetCount, "A value and its count."), "The values, the most frequent first.", most=5000),
        "For each facet asked for, how many of the records found have which value.",
        most=50,
    )


@cache
def page_of(kind: Kind | None) -> type[Schema]:
    """A page of records of a kind, or of all kinds."""
    item = view(kind.schema, "item") if kind else EntryItem
    members = {
        "items": Several(Part(item, "A record; of its members only those asked for, if `fields` was."), "The records, in order.", most=500, required=True),
        "total": Count("How many records are found in all; absent if it was not asked for."),
        "total_relation": OneWord(("exact", "at-least"), "Whether the total is exact, or there may be more.", required=True),
        "next": next_field(),
        "facets": facets_field(),
    }  # fmt: skip
    name = f"{kind.schema.__name__}Page" if kind else "EntryPage"
    about = f"A page of {kind.plural.replace('-', ' ')}." if kind else "A page of records of any kind."
    return type(name, (Answer,), {**members, "__doc__": about})


_ABOUT = "What records of all kinds have in common (figures and sources have no lifecycle); each has the members of its kind besides."


def _common(name: str, purpose: Literal["reader", "item"]) -> type[Schema]:
    """What records of all kinds have, and the lifecycle that most have."""
    members = dict(view(Entry, purpose)._declared_fields)
    lifecycle = copy.copy(view(Record, purpose)._declared_fields["lifecycle"])
    lifecycle.required = False
    own = {**members, "lifecycle": lifecycle, "Meta": type("Meta", (), {"unknown": EXCLUDE}), "__doc__": _ABOUT}
    return type(name, (Schema,), own)


EntryBody = _common("Entry", "reader")
EntryItem = _common("EntryItem", "item")


class Brief(Answer):
    """A record in short."""

    id = Id("Its id.", required=True)
    kind = Form("Its kind.", longest=40, pattern=KIND_NAME, hint="", required=True)
    name = Text("Its present name.", longest=1000, required=True)


class WayTie(Answer):
    """One of the ties that make two records partners."""

    relation = Code(words.RELATION_TYPES, "Which tie it is, read from its holder.", required=True)
    role = Code(words.ROLES, "What the party does in it.")
    since = Edtf("When it began.")
    until = Edtf("When it ended; `..` where it goes on.", open_end=True)
    standing = Code(words.LIFECYCLES, "How firm it is in effect.", required=True)
    key = Form("Its key among the relations of its holder.", longest=64, pattern=KEY, hint="", required=True)


class Way(Answer):
    """One way in which two records work together."""

    holder = Part(
        Brief, "The record that the ties stand on: what they are both party to, or one of the two.", required=True
    )
    direct = Truth("Whether the two are tied to each other, rather than through a third record.", required=True)
    part = Part(Brief, "The part of the asked record that is the partner, where it is not the record itself.")
    own = Part(WayTie, "The tie of the asked record.")
    partner = Part(WayTie, "The tie of the partner.")
    standing = Code(words.LIFECYCLES, "How firm the way is: no firmer than its ties.", required=True)
    since = Edtf("Since when, where that is stated.")
    until = Edtf("Until when; `..` where it goes on.", open_end=True)
    evidence = Several(
        Form("A key.", longest=64, pattern=KEY, hint=""), "Keys of the evidence, in the holder, that the ties stand on.",
        most=200, required=True,
    )  # fmt: skip
    cautions = Several(
        Form("A key.", longest=64, pattern=KEY, hint=""), "Keys of the cautions, in the holder, that are about the ties; absent where there are none.",
        most=200,
    )  # fmt: skip


class PartnerLine(Answer):
    """One partner, and all the ways in which it works with the asked record."""

    partner = Part(Brief, "The partner.", required=True)
    standing = Code(words.LIFECYCLES, "How firm the firmest of the ways is.", required=True)
    ways = Several(Part(Way, "A way."), "The ways, the earliest first.", most=2000, required=True)


class PartnerPage(Answer):
    """A page of partners, in the order of their names."""

    items = Several(Part(PartnerLine, "A partner."), "The partners.", most=500, required=True)
    total = Count("How many partners there are in all.", required=True)
    facets = facets_field()
    next = next_field()


class RevisionLine(Answer):
    """One revision: which came when, by whom, why."""

    version = Count("Its number, from 1.", least=1, required=True)
    change = Count("The journal line that made it.", least=1, required=True)
    at = Timestamp("When.", required=True)
    act = OneWord(ACTS, "What was done.", required=True)
    by = Text("By whom.", longest=200, required=True)
    why = Text("Why, as far as it was said.", longest=1000, shortest=0, required=True)
    state = OneWord(RECORD_STATES, "Whether the record was published then.", required=True)


class RevisionPage(Answer):
    """A page of the revisions of a record, the oldest first."""

    items = Several(Part(RevisionLine, "A revision."), "The revisions.", most=500, required=True)
    next = next_field()


class TermLine(Answer):
    """One word of a vocabulary."""

    code = Form("The code that documents hold.", longest=64, pattern=KEY, hint="", required=True)
    label = Text("The word to show, in English.", longest=100, required=True)
    label_zh = Text("The word to show, in Chinese.", longest=100, required=True)
    definition = Text("What it means, in English.", required=True)
    definition_zh = Text("What it means, in Chinese.", required=True)
    inverse = Form("Of a relation: the word that reads it from the other end.", longest=64, pattern=KEY, hint="")
    party = Truth("Of a relation: whether the target is a party to what the record is.")
    partnership = Truth("Of a relation: whether the two ends are partners by it alone.")


class VocabularyBody(Answer):
    """A closed list of words that fields may hold."""

    name = Form("Its name.", longest=64, pattern=KEY, hint="", required=True)
    about = Text("What its words say.", required=True)
    terms = Several(Part(TermLine, "A word."), "Its words, in order.", most=500, required=True)


class VocabularyList(Answer):
    """All vocabularies."""

    items = Several(Part(VocabularyBody, "A vocabulary."), "The vocabularies, by name.", most=200, required=True)


class KindLine(Answer):
    """One kind of record."""

    name = Form("Its name.", longest=40, pattern=KIND_NAME, hint="", required=True)
    collection = Form("Path of its collection.", longest=100, pattern="/v1/[a-z-]+", hint="", required=True)
    about = Text("What it is.", required=True)
    count = Count("How many records there are.", required=True)


class Welcome(Answer):
    """What the registry is, and where to go on."""

    title = Text("Its name.", longest=200, required=True)
    version = Text("Version of the software.", longest=20, required=True)
    kinds = Several(Part(KindLine, "A kind."), "The kinds of record.", most=100, required=True)
    documentation = Text("Where to read how it is used.", longest=200, required=True)


class Health(Answer):
    """Whether the registry serves."""

    status = OneWord(("ok",), "Always `ok`; otherwise the answer is a problem.", required=True)
    change = Count("The number of the last journal line; only of readiness.")


class LinkTarget(Answer):
    """Where a link leads."""

    href = Text("The address.", longest=2000, required=True)
    type = Text("The media type found there.", longest=100, required=True)


class LinkContext(Answer):
    """The links of one resource."""

    anchor = Text("The resource.", longest=2000, required=True)
    service_desc = Several(
        Part(LinkTarget, "A description."),
        "Descriptions for machines.",
        data_key="service-desc",
        most=10,
        required=True,
    )
    service_doc = Several(
        Part(LinkTarget, "A page."), "Pages for people.", data_key="service-doc", most=10, required=True
    )


class LinksetBody(Answer):
    """Where the API is described (RFC 9727, RFC 9264)."""

    linkset = Several(Part(LinkContext, "A resource and its links."), "The links.", most=10, required=True)


class Described(Answer):
    """An OpenAPI document."""

    openapi = Text("Version of OpenAPI that it is written in.", longest=20, required=True)


class Stated(Answer):
    """One end of a contradiction."""

    record = Part(Brief, "The record.", required=True)
    about = Form("Pointer to the value.", longest=300, pattern=POINTER, hint="")
    value = Text("The value, as JSON where it is not plain text.", longest=2000, shortest=0)


class Contradiction(Answer):
    """A value that is contradicted elsewhere, and the other ends."""

    record = Part(Brief, "The record that holds the value.", required=True)
    key = Form("Key of the caution.", longest=64, pattern=KEY, hint="", required=True)
    about = Form("Pointer to the value.", longest=300, pattern=POINTER, hint="", required=True)
    value = Text("The value, as JSON where it is not plain text.", longest=2000, shortest=0)
    note = Text("What is doubtful, and why.", longest=2000, required=True)
    suggested = Text("What is thought right.", longest=500)
    see = Several(Part(Stated, "Another end."), "What stands at the other ends.", most=20, required=True)


class ContradictionPage(Answer):
    """A page of contradictions."""

    items = Several(Part(Contradiction, "A contradiction."), "The contradictions.", most=500, required=True)
    total = Count("How many there are in all.", required=True)
    next = next_field()
