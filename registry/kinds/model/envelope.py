"""The envelope: what every record has, whatever its kind."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from registry.kinds.model import places
from registry.kinds.model import vocabularies as words
from registry.kinds.model.fields import (
    DIGEST,
    KEY,
    LANGUAGE,
    POINTER,
    WEB_ADDRESS,
    Code,
    Count,
    Edtf,
    Form,
    Id,
    Mapped,
    OneWord,
    Part,
    Several,
    Text,
    Timestamp,
    keyed,
)
from registry.kinds.model.relations import INVERSES

KIND_NAME = r"[a-z]+(?:-[a-z]+)*"
BASES = ("passage", "document", "statement")
EVIDENCE_STATES = ("verified", "unverifiable", "stale")
RECORD_STATES = ("published", "withdrawn", "merged")


def member_key(about: str = "Names this member within the record; given by the registry where missing.") -> Form:
    """The field that names a member of a list within its record."""
    return Form(
        about, longest=64, pattern=KEY, hint="is not a key of lower-case letters, digits and hyphens", fact=False
    )


def _kind(about: str, **options: Any) -> Form:
    return Form(
        about, longest=40, pattern=KIND_NAME, hint="is not a kind such as training-center", fact=False, **options
    )


def pointer_field(about: str, **options: Any) -> Form:
    """A field that points to a value of the same record, members of lists being named by key."""
    return Form(about, longest=300, pattern=POINTER, hint="is not a pointer such as /names/n1", fact=False, **options)


def language(about: str, **options: Any) -> Form:
    """A BCP 47 language tag, with the script where it matters (`zh-Hans`)."""
    hint = "is not a language tag such as en or zh-Hans"
    return Form(about, longest=15, pattern=LANGUAGE, hint=hint, **options)


class Name(Schema):
    """One name of a record, in one language."""

    key = member_key()
    text = Text("The name itself.", required=True)
    lang = language("Its language, by BCP 47.", required=True, filter="name_lang", example="en")
    role = Code(words.NAME_ROLES, "What the name is to the record.", required=True)

    @staticmethod
    def owed(member: dict[str, Any]) -> bool:
        """Evidence is owed for a name unless the registry gave it, or it is a rendering by somebody else."""
        return member.get("role") not in ("translated", "transliterated", "assigned")


class Summary(Schema):
    """One or two sentences of the registry's own on what the record is."""

    key = member_key()
    lang = language("Its language, by BCP 47.", required=True, fact=False)
    text = Text("The summary, in the registry's own words.", longest=2000, required=True, fact=False)


class Place(Schema):
    """Where something is or works; at least one member besides the key."""

    whole = False
    key = member_key()
    country = Form(
        "ISO 3166-1 alpha-2 code.", longest=2, pattern="[A-Z]{2}", hint="is not a code such as CN",
        filter="country", facet=True, example="CN",
    )  # fmt: skip
    subdivision = Form(
        "ISO 3166-2 code.", longest=6, pattern="[A-Z]{2}-[A-Z0-9]{1,3}", hint="is not a code such as CN-LN",
        filter="subdivision", facet=True, example="CN-LN",
    )  # fmt: skip
    region = Form(
        "UN M49 code of a region of several countries.", longest=3, pattern="[0-9]{3}",
        hint="is not a code such as 002", filter="region", facet=True, example="002",
    )  # fmt: skip
    area = Code(words.AREAS, "An area that no standard has a code for.", filter="area", facet=True)
    locality = Text("City or district.", longest=200, filter="locality")
    as_printed = Text("The place as the source prints it.", longest=300)

    @validates_schema(skip_on_field_errors=True)
    def _known(self, data: dict[str, Any], **_: Any) -> None:
        country, subdivision = data.get("country"), data.get("subdivision")
        if not set(data) - {"key"}:
            raise ValidationError("give at least one of country, subdivision, region, area, locality, as_printed")
        if country and not places.is_country(country):
            raise ValidationError("is not a country code of ISO 3166-1", "country")
        if subdivision and not places.is_subdivision(subdivision):
            raise ValidationError("is not a subdivision code of ISO 3166-2", "subdivision")
        if country and subdivision and not subdivision.startswith(country + "-"):
            raise ValidationError(f"is not a subdivision of {country}", "subdivision")


class Milestone(Schema):
    """Something that happened to the record on a day; what belongs to a tie stands on the tie."""

    key = member_key()
    event = Code(words.EVENTS, "What happened.", required=True, filter="event", facet=True)
    date = Edtf("When, at the precision it was stated with.", example="2019")
    as_printed = Text("The date as the source prints it, where that says more.", longest=200)
    note = Text("What the event was, where the word does not say enough.", longest=500, fact=False)

    @validates_schema
    def _dated(self, data: dict[str, Any], **_: Any) -> None:
        if not data.get("date") and not data.get("as_printed"):
            raise ValidationError("give a date, or as_printed where no date can be made of it", "date")


class Target(Schema):
    """The record that a tie leads to."""

    id = Id("Id of the record.", required=True)
    kind = _kind("Its kind.", read_only=True)
    name = Text("Its present name.", read_only=True, fact=False)


class Unnamed(Schema):
    """A party that the source does not name, such as 'universities in Africa'."""

    as_printed = Text("The party as the source prints it.", longest=300, required=True)
    kind = _kind("What kind of record it would be.")
    type = Form("What type it would be, by the vocabulary of that kind.", longest=64, pattern=KEY, hint="is not a code")
    count = Count("How many there are, where that is stated.", least=1)


class Tie(Schema):
    """A typed, directed tie from this record to another, with a lifecycle, a role and dates of its own."""

    key = member_key()
    relation = Code(words.RELATION_TYPES, "Which tie it is, read from this record to the target.", required=True)
    target = Part(Target, "The record at the other end; either this or unnamed.")
    unnamed = Part(Unnamed, "The party at the other end, where the source does not name it.")
    role = Code(words.ROLES, "What the target does in the tie.", filter="role", facet=True)
    lifecycle = Code(words.LIFECYCLES, "How far the tie itself has come.", required=True)
    standing = Code(
        words.LIFECYCLES, "How firm the tie is in effect: no firmer than itself and its two ends.",
        read_only=True, fact=False, filter="standing",
    )  # fmt: skip
    since = Edtf("When the tie began.", example="2019")
    until = Edtf("When it ended; `..` where it is stated to go on, absent where nothing is stated.", open_end=True)
    as_printed = Text("What the source calls the target here, where that is none of its names.", longest=300)
    note = Text("What the tie is about, where its words do not say enough.", longest=500, fact=False)

    @validates_schema
    def _one_end(self, data: dict[str, Any], **_: Any) -> None:
        if ("target" in data) == ("unnamed" in data):
            raise ValidationError("give either target or unnamed", "target")


class Evidence(Schema):
    """What certain values of the record stand on: a passage of a source, a document, or a statement."""

    key = member_key()
    basis = OneWord(BASES, "What sort of evidence it is.", required=True, fact=False)
    source = Form(
        "Key of the source that holds the passage.", longest=64, pattern=KEY, hint="is not a source's key",
        fact=False, filter="source", facet=True,
    )  # fmt: skip
    locator = Text("Where in the source, for people: a section, table or row.", longest=200, fact=False)
    lines = Several(
        Count("A line number, from 1.", least=1, most=10**6),
        "First and last line of the passage, lines ending at each newline.", most=2, fact=False,
    )  # fmt: skip
    title = Text("Title of the document.", fact=False)
    address = Form(
        "Web address of the document.", longest=2000, pattern=WEB_ADDRESS, hint="is no web address", fact=False
    )
    page = Text("Page of the document.", longest=40, fact=False)
    retrieved = Edtf("When the document was fetched.", fact=False)
    digest = Form(
        "SHA-256 of the passage with its white space folded, or of the document's bytes.", longest=71, pattern=DIGEST,
        hint="is not sha256: and 64 hexadecimal digits", fact=False,
    )  # fmt: skip
    by = Text("Who made the statement.", longest=200, fact=False)
    date = Edtf("When the statement was made.", fact=False)
    supports = Several(
        pointer_field("A value that is printed there."), "Pointers to the values that are printed there, by member key.",
        most=1000, distinct=True, fact=False, load_default=list,
    )  # fmt: skip
    inferred = Several(
        pointer_field("A value that was read from there."), "Pointers to the values that were read from there.",
        most=1000, distinct=True, fact=False, load_default=list,
    )  # fmt: skip
    note = Text("How the inferred values were read from the passage.", longest=1000, fact=False)
    state = OneWord(
        EVIDENCE_STATES, "Whether a machine found the supported values in the passage, and they are unchanged since.",
        read_only=True, fact=False, filter="evidence", facet=True,
    )  # fmt: skip

    @validates_schema(skip_on_field_errors=True)
    def _complete(self, data: dict[str, Any], **_: Any) -> None:
        basis = data["basis"]
        if basis == "passage" and not {"source", "lines"} <= set(data):
            raise ValidationError("a passage needs source and lines", "basis")
        if basis == "document" and not {"title", "address"} & set(data):
            raise ValidationError("a document needs a title or an address", "basis")
        if basis == "statement" and "by" not in data:
            raise ValidationError("a statement needs by", "basis")
        lines = data.get("lines")
        if lines is not None and (len(lines) != 2 or lines[0] > lines[1]):
            raise ValidationError("must be the first and the last line, in this order", "lines")


class See(Schema):
    """The other end of a contradiction, or where more is told."""

    id = Id("Id of the record.", required=True, fact=False)
    about = pointer_field("The value there.")


class Caution(Schema):
    """A curator's flag on certain values: the printed value is kept, the doubt is told."""

    key = member_key()
    kind = Code(
        words.CAUTION_KINDS, "Why the value is doubted.", required=True, fact=False, filter="caution", facet=True
    )
    about = pointer_field("The value that is doubted.", required=True)
    note = Text("What is doubtful, and why.", longest=2000, required=True, fact=False)
    suggested = Text("What is thought right, where that can be known.", longest=500, fact=False)
    see = Several(
        Part(See, "A record."), "Where the other end of the contradiction stands.", most=20, load_default=list
    )


class Distinct(Schema):
    """A decision that a similar record is another one."""

    key = member_key()
    target = Part(Target, "The record that this one is not.", required=True, fact=False)
    reason = Text("Why they are two.", longest=500, required=True, fact=False)


class Identifier(Schema):
    """What another registry calls the record."""

    key = member_key()
    scheme = Code(words.IDENTIFIER_SCHEMES, "Whose identifier it is.", required=True, fact=False)
    value = Form(
        "The identifier itself.", longest=200, pattern="[!-~]{1,200}", hint="holds a space or a control character",
        required=True, fact=False, filter="identifier",
    )  # fmt: skip


class Website(Schema):
    """A page of the record's own."""

    key = member_key()
    url = Form(
        "Its web address.", longest=2000, pattern=WEB_ADDRESS, hint="is no web address", required=True, fact=False
    )


class Upkeep(Schema):
    """What the registry keeps of a record besides its content."""

    version = Count("Number of the revision, from 1.", least=1, required=True, fact=False)
    change = Count("Number of the journal line that made it.", least=1, required=True, fact=False)
    state = OneWord(RECORD_STATES, "Whether the record is published.", required=True, fact=False)
    created_at = Timestamp("When the first revision was made.", required=True, filter="created")
    updated_at = Timestamp("When its content last changed; to verify it is no change.", required=True, filter="updated")
    verified_at = Timestamp("When somebody last verified it.", required=True, allow_none=True)
    verified_by = Text("Who last verified it.", longest=200, required=True, allow_none=True, fact=False)
    review_due = Edtf("When it is due for review.", required=True, fact=False, filter="review_due")


def names_field() -> Several:
    """The names of records that bear at least one."""
    return keyed(Name, "All names that the record bears.", least=1)


class Entry(Schema):
    """What all records have in common; figures and sources add their own, the others also a lifecycle."""

    id = Id("The record's id.", read_only=True, fact=False)
    kind = _kind("The record's kind; it never changes.", read_only=True)
    name = Text("The name to show, chosen from names, English first.", longest=1000, read_only=True, fact=False)
    summary = Text("The summary to show, English first.", longest=2000, read_only=True, always=False, fact=False)
    names = keyed(Name, "All names that the record bears; none where one is made from its other members.")
    summaries = keyed(Summary, "What the record is, in the registry's own words.", most=20, fact=False)
    places = keyed(Place, "Where it is or works.")
    milestones = keyed(Milestone, "What happened to it, and when.")
    relations = keyed(Tie, "Its ties to other records.", most=2000)
    topics = Several(
        Code(words.TOPICS, "A topic.", fact=False, filter="topic", facet=True), "What it is about.",
        most=20, distinct=True, fact=False, load_default=list,
    )  # fmt: skip
    identifiers = keyed(Identifier, "What other registries call it.", fact=False)
    websites = keyed(Website, "Its own pages.", most=20, fact=False)
    acts_as = Several(
        Form("A kind.", longest=40, pattern=KIND_NAME, hint="is not a kind", fact=False, filter="acts_as", facet=True),
        "Other kinds that it can be looked for under.", most=10, distinct=True, fact=False, load_default=list,
    )  # fmt: skip
    distinct_from = keyed(
        Distinct, "Similar records that are others, decided once and not asked again.", most=50, fact=False
    )
    absent = Mapped(
        pointer_field("A value."), Code(words.ABSENCES, "Why it is absent.", fact=False),
        "Values whose absence matters, and why they are absent.", fact=False, load_default=dict,
    )  # fmt: skip
    evidence = keyed(Evidence, "What its values stand on.", most=200, fact=False)
    cautions = keyed(Caution, "Which of its values are doubted, and why.", fact=False)
    record = Part(Upkeep, "What the registry keeps of it.", read_only=True, fact=False)


class Record(Entry):
    """A record that comes into being and passes: it has a lifecycle."""

    names = names_field()
    lifecycle = Code(
        words.LIFECYCLES, "How far it has come: what is proposed is never shown as existing.", required=True,
        filter="lifecycle", facet=True,
    )  # fmt: skip


TAIL = (
    "lifecycle", "places", "milestones", "relations", "topics", "identifiers", "websites", "acts_as", "distinct_from", "absent",
    "evidence", "cautions", "record",
)  # fmt: skip
"""Members that stand behind a kind's own when a record is written out."""


def right_way_round(relation: Any) -> str | None:
    """What to write instead of an inverse word; None where the word is no inverse."""
    code = INVERSES.get(relation) if isinstance(relation, str) else None
    return code and f"'{relation}' is the inverse of '{code}': write '{code}' on the record at the other end"
