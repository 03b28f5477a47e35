"""What waits for somebody's attention."""

from registry.http.operations import Answered, Call, Operation, Reply, paged
from registry.http.parameters import LIMIT, Parameter, text, words
from registry.http.schemas import Answer, Brief, next_field
from registry.kinds.catalogue import KINDS
from registry.kinds.model import ids
from registry.kinds.model.fields import FREE_TEXT, Count, Edtf, OneWord, Part, Several, Text, Timestamp
from registry.kinds.model.kind import Kind
from registry.service import worklist
from registry.store.upkeep import Scope

CODES = tuple(each.code for each in worklist.REASONS)


class WaitReason(Answer):
    """One reason for which a record waits."""

    reason = OneWord(CODES, " ".join(f"`{each.code}`: {each.about}" for each in worklist.REASONS), required=True)
    detail = Text("What the matter is.", longest=5000, required=True)


class WaitingLine(Answer):
    """A record that waits for somebody."""

    record = Part(Brief, "The record.", required=True)
    reasons = Several(Part(WaitReason, "A reason."), "All reasons for which it waits.", most=len(CODES), required=True)
    review_due = Edtf("When its review is due, or was.", required=True)
    changed_by = Text("Who last changed its content.", longest=200, required=True)
    changed_at = Timestamp("When that was.", required=True)


class WaitCount(Answer):
    """How many records wait for one reason."""

    reason = OneWord(CODES, "The reason.", required=True)
    count = Count("How many records wait for it.", required=True)


class Worklist(Answer):
    """A page of the records that wait, those first whose review is due first."""

    items = Several(Part(WaitingLine, "A record."), "The records.", most=500, required=True)
    total = Count("How many records wait in all, for the reasons that were asked for.", required=True)
    counts = Several(
        Part(WaitCount, "A reason."), "How many wait for each reason, whichever were asked for; one record may wait for several.",
        most=len(CODES), required=True,
    )  # fmt: skip
    next = next_field()


def listed(call: Call) -> Reply:
    """A page of what waits; it depends on the day, and so carries no tag."""
    values = call.values
    organizations = [ident.lower() for ident in values["organization"] or ()]
    scope = Scope(values["kind"] or (), organizations, values["officer"] or ())
    cursor = values["cursor"] and values["cursor"].lower()
    found = worklist.worklist(call.store, scope, values["reason"] or (), values["limit"], cursor)
    counts = [{"reason": code, "count": count} for code, count in found.counts.items()]
    return paged(call, {"items": found.items, "total": found.total, "counts": counts}, found.next)


def _parameters(_: Kind | None) -> tuple[Parameter, ...]:
    place = text(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}:{ids.PATTERN}", 21, 21)
    return (
        Parameter("reason", "Records that wait for this reason.", words(CODES), occurs="repeated"),
        Parameter("kind", "Records of this kind.", words(tuple(KINDS)), occurs="repeated"),
        Parameter("organization", "This record itself, and records that have a tie to it.", text(ids.PATTERN, 10, 10), occurs="repeated"),
        Parameter("officer", "Records of which this person last changed the content.", text(FREE_TEXT, 200), occurs="repeated"),
        LIMIT,
        Parameter("cursor", "Where the page begins: the cursor in `next` of the page before.", place),
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_worklist", "GET", "/v1/worklist", "See what waits for attention",
        "Answers the records whose review is past due, that lack evidence or what a complete record has, or that are contradicted, each "
        "with its reasons, and counts them by reason. The answer depends on the day.",
        listed, (Answered(200, "The records that wait.", lambda _: Worklist, headers=("Link",)),), _parameters, tag="upkeep",
        refusals=(404,),
    ),
)  # fmt: skip
