"""The table of operations: with the kinds, it is the whole API. Routes and document are read from it alike."""

from marshmallow import Schema

from registry.http import schemas
from registry.http.acts import description, history, records, reference, relations
from registry.http.operations import CSV, JSON, JSONL, LINKSET, YAML, Answered, Operation
from registry.http.parameters import (
    AS_OF,
    CURSOR,
    DRY_RUN,
    LIMIT,
    QUERY,
    REASON,
    REQUIRED_REASON,
    TOTAL,
    Parameter,
    text,
    words,
)
from registry.http.table_parameters import filter_parameters
from registry.http.topics import (
    accounts,
    counts,
    feed,
    matching,
    network,
    reconciliation,
    submissions,
    upkeep,
    worklist,
)
from registry.kinds.catalogue import KINDS
from registry.kinds.model import dates, ids
from registry.kinds.model.envelope import Record
from registry.kinds.model.kind import Kind
from registry.kinds.model.views import ordered, view
from registry.kinds.model.vocabularies import LIFECYCLES, RELATION_TYPES, ROLES
from registry.service import asking, exporting
from registry.service.relating import FACETS, ORDERS


def _list_parameters(kind: Kind | None) -> tuple[Parameter, ...]:
    askables = asking.askables(kind)
    filters = filter_parameters(kind)
    orders = [sign + name for name in asking.orders(kind) for sign in ("", "-")]
    members = list(ordered(kind.schema if kind else Record))
    return (
        QUERY,
        *filters,
        Parameter("parts", "With `partner`: count the partners of that record's parts as well.", words(("include",))),
        Parameter(
            "sort",
            "The order, most significant first; `-` turns an order round.",
            words(orders),
            occurs="listed",
            example=["name"],
        ),
        Parameter(
            "facets",
            "Count the records found by the values of these.",
            words([n for n, a in askables.items() if a.facet]),
            occurs="listed",
        ),
        Parameter("fields", "Answer only these members, and the id.", words(members), occurs="listed"),
        LIMIT,
        CURSOR,
        TOTAL,
        Parameter("format", "The form of the answer; it goes before Accept.", words(("json", "jsonl", "csv"))),
    )


def _reader(kind: Kind | None) -> type[Schema]:
    return view(kind.schema, "reader") if kind else schemas.EntryBody


def _partner_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter("standing", "Count ties of this standing; without it, all but proposed and planned ones.", words(LIFECYCLES.codes), occurs="repeated"),
        Parameter("kind", "Partners of this kind.", words(tuple(KINDS)), occurs="repeated"),
        Parameter("lifecycle", "Partners that have come so far themselves.", words(LIFECYCLES.codes), occurs="repeated"),
        Parameter("country", "Partners in this country (ISO 3166-1 alpha-2).", text("[A-Z]{2}", 2, 2), occurs="repeated"),
        Parameter("relation", "Ways by this tie, of either side.", words(RELATION_TYPES.codes), occurs="repeated"),
        Parameter("role", "Ways in which either side has this role.", words(ROLES.codes), occurs="repeated"),
        Parameter("active_on", "Ways that can have been active then.", text(dates.DAY, 10, 4), example="2020"),
        Parameter("certain", "With `active_on`: only ways that must have been active then.", {"type": "boolean"}, default=False),
        Parameter("parts", "Count the partners of the record's parts as well.", words(("include",))),
        Parameter("sort", "The order: by name, earliest date or number of ways; `-` turns it round.", words([s + n for n in ORDERS for s in ("", "-")])),
        Parameter("facets", "Count the partners by the values of these.", words(FACETS), occurs="listed"),
        LIMIT,
        CURSOR,
        Parameter("format", "The form of the answer; it goes before Accept.", words(("json", "csv"))),
    )  # fmt: skip


def _revision_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (LIMIT, Parameter("cursor", "The version after which the page begins.", text("[0-9]{1,9}", 9)))


def _contradiction_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    place = text(rf"{ids.PATTERN}:[a-z0-9-]{{1,64}}", 75)
    return (LIMIT, Parameter("cursor", "Where the page begins: the cursor in `next` of the page before.", place))


def _columns(kind: Kind | None) -> list[str]:
    return exporting.headings(kind, ())


_READ = Answered(200, "The {name}.", _reader, headers=("ETag",))
_WRITTEN = Answered(200, "The {name} as it is now, or as it would be (dry run).", _reader, headers=("ETag",))

_BASIC: tuple[Operation, ...] = (
    Operation(
        "list", "GET", "/v1/{plural}", "Find {names}",
        "Finds {names} by filters, words and facets. {kind_about} A filter may be repeated: its values are alternatives, `!value` "
        "excludes; different filters must all hold. JSON comes in pages; JSON Lines and CSV come whole, in the order of ids.",
        records.listed,
        (Answered(200, "The {names} that were found.", schemas.page_of, (JSON, JSONL, CSV), ("ETag", "Link", "Registry-Change"), _columns),),
        _list_parameters, conditional=True, follows_journal=True, refusals=(404,),
    ),
    Operation(
        "create", "POST", "/v1/{plural}", "Register {a_name}",
        "Registers a new {name}. Its id, name and the keys of list members are given by the registry. A curator publishes it at once; "
        "what others send becomes a submission of one, already handed in, and needs evidence. Where it may be in the registry already it is "
        "refused (409) with candidates, until `distinct_from` says of each why it is another.",
        records.create,
        (Answered(201, "The {name} that was registered.", _reader, headers=("ETag", "Location")),
         Answered(202, "The submission that is to be reviewed.", lambda _: submissions.SubmissionBody, headers=("ETag", "Location"),
                  links=submissions.PROPOSED_LINKS),
         Answered(200, "What would be registered (dry run).", _reader)),
        lambda _: (DRY_RUN, REASON), body="writer", role="officer", refusals=(409,),
    ),
    Operation(
        "read", "GET", "/v1/{plural}/{id}", "Read {a_name}",
        "Reads one {name}, as it is or as it was. Under another kind the record is not found; the answer names the right address.",
        records.read, (_READ,), lambda _: (AS_OF,), conditional=True, follows_journal=True, quick=True,
    ),
    Operation(
        "replace", "PUT", "/v1/{plural}/{id}", "Replace {a_name}",
        "Puts another document in the place of the {name}. Members that only the registry sets may be sent as they were read.",
        records.replace, (_WRITTEN,), lambda _: (DRY_RUN, REASON), body="writer", conditional=True, role="curator", refusals=(409,),
    ),
    Operation(
        "amend", "PATCH", "/v1/{plural}/{id}", "Change some members of {a_name}",
        "Changes the members that are sent (RFC 7396 JSON Merge Patch): null removes one, a list replaces the list, but a list member "
        "whose key is known starts from that member.",
        records.amend, (_WRITTEN,), lambda _: (DRY_RUN, REASON), body="patch", conditional=True, role="curator", refusals=(409,),
    ),
    Operation(
        "withdraw", "DELETE", "/v1/{plural}/{id}", "Withdraw {a_name}",
        "Withdraws the {name}, for a reason. It is refused while live records refer to it; afterwards its address answers 410.",
        records.withdraw, (Answered(204, "The {name} is withdrawn, or would be (dry run)."),),
        lambda _: (DRY_RUN, REQUIRED_REASON), conditional=True, role="curator", refusals=(409,),
    ),
    Operation(
        "list_records", "GET", "/v1/records", "Find records of all kinds",
        "Finds records of any kind by what all kinds have in common. `kind` restricts the kinds; `relation` and `partner` follow ties.",
        records.listed,
        (Answered(200, "The records that were found.", schemas.page_of, (JSON, JSONL, CSV), ("ETag", "Link", "Registry-Change"), _columns),),
        _list_parameters, conditional=True, follows_journal=True, refusals=(404,),
    ),
    Operation(
        "read_record", "GET", "/v1/records/{id}", "Read a record of any kind",
        "Answers the same bytes as the record's own address, which Content-Location names.",
        records.read, (Answered(200, "The record.", _reader, headers=("ETag", "Content-Location")),), lambda _: (AS_OF,), conditional=True,
        follows_journal=True, quick=True,
    ),
    Operation(
        "list_partners", "GET", "/v1/records/{id}/partners", "Find the partners of a record",
        "Answers one line for each partner: two records are partners when a tie of partnership joins them, or when both are party to one "
        "record. Each way tells the ties, roles, dates, standing and evidence. Proposed and planned ties count only if asked for.",
        relations.partners, (Answered(200, "The partners.", lambda _: schemas.PartnerPage, (JSON, CSV), ("Link",), lambda _: relations.COLUMNS),),
        _partner_parameters, follows_journal=True, tag="relations",
    ),
    Operation(
        "list_contradictions", "GET", "/v1/contradictions", "Find what contradicts itself",
        "Answers every value that is flagged as contradicted, with what stands at the other ends.",
        relations.contradictions, (Answered(200, "The contradictions.", lambda _: schemas.ContradictionPage, headers=("Link",)),),
        _contradiction_parameters, follows_journal=True, tag="relations", refusals=(404,),
    ),
    Operation(
        "list_revisions", "GET", "/v1/records/{id}/revisions", "List the revisions of a record",
        "Tells which revisions a record has: when each was made, by whom and why; also of withdrawn records.",
        history.revisions, (Answered(200, "The revisions, the oldest first.", lambda _: schemas.RevisionPage, headers=("Link",)),),
        _revision_parameters, tag="history",
    ),
    Operation(
        "read_revision", "GET", "/v1/records/{id}/revisions/{version}", "Read a revision of a record",
        "Answers the record as it was served when the revision was made; also of withdrawn records.",
        history.revision, (Answered(200, "The record as it was.", _reader),), tag="history",
    ),
    Operation(
        "list_vocabularies", "GET", "/v1/vocabularies", "List the vocabularies",
        "Answers every closed list of words that fields may hold, each word defined in English and Chinese.",
        reference.all_vocabularies, (Answered(200, "The vocabularies.", lambda _: schemas.VocabularyList),), tag="reference",
    ),
    Operation(
        "read_vocabulary", "GET", "/v1/vocabularies/{vocabulary}", "Read a vocabulary", "Answers one closed list of words.",
        reference.vocabulary, (Answered(200, "The vocabulary.", lambda _: schemas.VocabularyBody),), tag="reference",
    ),
    Operation(
        "welcome", "GET", "/v1", "See what there is", "Tells the kinds of record, and how many there are of each.",
        reference.welcome, (Answered(200, "What there is.", lambda _: schemas.Welcome),), tag="reference",
    ),
    Operation(
        "read_openapi_json", "GET", "/v1/openapi.json", "Read this document as JSON", "The OpenAPI document of the API.",
        description.as_json, (Answered(200, "The document.", lambda _: schemas.Described, headers=("ETag",)),), conditional=True, tag="reference",
    ),
    Operation(
        "read_openapi_yaml", "GET", "/v1/openapi.yaml", "Read this document as YAML", "The OpenAPI document of the API.",
        description.as_yaml, (Answered(200, "The document.", lambda _: schemas.Described, (YAML,), ("ETag",)),), conditional=True, tag="reference",
    ),
    Operation(
        "read_api_catalog", "GET", "/.well-known/api-catalog", "Find the descriptions of the API",
        "Links to the descriptions of the API (RFC 9727).", reference.catalog,
        (Answered(200, "The links.", lambda _: schemas.LinksetBody, (LINKSET,), ("Link",)),), tag="reference",
    ),
    Operation(
        "check_live", "GET", "/health/live", "Check that the service runs", "Answers as long as the process does.",
        reference.live, (Answered(200, "It runs.", lambda _: schemas.Health),), tag="health",
    ),
    Operation(
        "check_ready", "GET", "/health/ready", "Check that the service can answer", "Answers 503 while the database does not answer.",
        reference.ready, (Answered(200, "It can answer.", lambda _: schemas.Health),), tag="health",
    ),
)  # fmt: skip

OPERATIONS: tuple[Operation, ...] = (
    *_BASIC,
    *counts.OPERATIONS,
    *matching.OPERATIONS,
    *reconciliation.OPERATIONS,
    *network.OPERATIONS,
    *feed.OPERATIONS,
    *upkeep.OPERATIONS,
    *worklist.OPERATIONS,
    *submissions.OPERATIONS,
    *accounts.OPERATIONS,
)
"""The whole API, with the kinds."""

TAGS = {
    "records": "Finding, reading and writing records.",
    "relations": "Who works with whom, under what, since when.",
    "matching": "Finding the records that names mean.",
    "reconciliation": "Tables of names matched and completed, by the Reconciliation API 0.2 (OpenRefine).",
    "history": "What records were, and who changed them.",
    "upkeep": "What waits for attention; merging and verifying records.",
    "submissions": "Proposing changes, having them reviewed, and publishing what was accepted.",
    "accounts": "Who may write, and by which tokens; what administrators did, and who was refused.",
    "reference": "Vocabularies, kinds, and descriptions of the API.",
    "health": "Whether the service runs.",
}
"""What the groups of operations are."""
