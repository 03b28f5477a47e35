"""Keeping records: merging and unmerging them, verifying them, comparing their revisions."""

import json

from marshmallow import Schema

from registry.http.operations import Answered, Call, Operation, Reply
from registry.http.parameters import DRY_RUN, REASON, REQUIRED_REASON, Parameter, whole
from registry.http.schemas import EntryBody
from registry.http.topics.feed import DifferencePage
from registry.kinds.model.fields import Id
from registry.kinds.model.kind import Kind
from registry.kinds.model.views import view
from registry.service import merging, reading
from registry.store.publishing import Published


class Merge(Schema):
    """What a record is to be merged into."""

    into = Id("The record that stays.", required=True)


MergeInput = view(Merge, "writer")


def merge(call: Call) -> Reply:
    """The survivor, after it took in the other."""
    body = call.loaded()
    return _written(merging.merge(
        call.store, call.path["id"], body["into"], call.tags, call.by, call.values["reason"], rehearse=call.rehearses
    ))  # fmt: skip


def unmerge(call: Call) -> Reply:
    """The record that is one of its own again."""
    return _written(merging.undo(call.store, call.path["id"], call.by, call.values["reason"], rehearse=call.rehearses))


def verify(call: Call) -> Reply:
    """The record, newly verified."""
    return _written(merging.verify(
        call.store, call.path["id"], call.tags, call.by, call.values["reason"] or "", rehearse=call.rehearses
    ))  # fmt: skip


def diff(call: Call) -> Reply:
    """What two revisions differ in."""
    found = reading.compared(call.store, call.path["id"], call.values["from"], call.values["to"])
    return Reply(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode())


def _written(made: Published) -> Reply:
    return Reply(made.stored.bytes, etag=made.stored.etag)


def _versions(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter("from", "The earlier version; without it, the one before `to`.", whole(1, 10**9)),
        Parameter("to", "The later version; without it, the newest.", whole(1, 10**9)),
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "compare_revisions", "GET", "/v1/records/{id}/diff", "Compare two revisions of a record",
        "Tells field by field what differs between two revisions; also of withdrawn records.",
        diff, (Answered(200, "What differs.", lambda _: DifferencePage),), _versions, tag="history",
    ),
    Operation(
        "verify_record", "POST", "/v1/records/{id}/verification", "Verify a record",
        "States that the record was looked at and holds. Its content and `updated_at` stay; `verified_at`, `verified_by` and "
        "`review_due` move.",
        verify, (Answered(200, "The record.", lambda _: EntryBody, headers=("ETag",)),), lambda _: (DRY_RUN, REASON),
        conditional=True, role="reviewer", refusals=(409,), tag="upkeep",
    ),
    Operation(
        "merge_record", "POST", "/v1/records/{id}/merge", "Merge a record into another",
        "Merges the record into another of its kind, which keeps both names; where single values differ it keeps its own, with a "
        "caution. The record's address leads to the survivor for ever.",
        merge, (Answered(200, "The survivor.", lambda _: EntryBody, headers=("ETag",)),), lambda _: (DRY_RUN, REQUIRED_REASON),
        body=MergeInput, conditional=True, role="curator", refusals=(409,), tag="upkeep",
    ),
    Operation(
        "undo_merge", "DELETE", "/v1/records/{id}/merge", "Undo a merge",
        "Makes a merged record one of its own again. Refused, with the differences, where the survivor has changed since.",
        unmerge, (Answered(200, "The record.", lambda _: EntryBody, headers=("ETag",)),), lambda _: (DRY_RUN, REQUIRED_REASON),
        role="curator", refusals=(409,), tag="upkeep",
    ),
)  # fmt: skip
