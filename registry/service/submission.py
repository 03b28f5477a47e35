"""What a submission is: its shape, the states that it can be in, and the steps that lead from one to the next."""

from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError, validates_schema

from registry.kinds.catalogue import KINDS
from registry.kinds.model.envelope import member_key
from registry.kinds.model.fields import KEY, Count, Form, Id, Loose, OneWord, Part, Several, Text, Timestamp

MOST_CHANGES = 500
MOST_EVENTS = 2000
TEMPORARY = r"@[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"


class Step(NamedTuple):
    """One step: from which states it can be taken, where it leads, and whether the author or a reviewer takes it."""

    name: str
    sources: tuple[str, ...]
    target: str
    who: str
    summary: str
    about: str


STATES = ("draft", "submitted", "in-review", "returned", "accepted", "rejected", "withdrawn", "applied")

STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("submit", ("draft", "returned"), "submitted", "author", "Hand a submission in",
             "Hands the submission in for review. It must be whole: every document valid and evidenced, every candidate decided about."),
        Step("start-review", ("submitted",), "in-review", "reviewer", "Begin to review a submission",
             "Tells that somebody is looking at it. Nobody reviews a submission of their own."),
        Step("return", ("in-review", "accepted"), "returned", "reviewer", "Return a submission to its author",
             "Gives the submission back to be mended, with a comment, and comments on single changes as verdicts."),
        Step("accept", ("in-review",), "accepted", "reviewer", "Accept a submission",
             "Accepts every change but those that a verdict refuses. What is accepted must hold without what is refused."),
        Step("reject", ("in-review", "accepted"), "rejected", "reviewer", "Reject a submission", "Ends the submission, with a comment."),
        Step("apply", ("accepted",), "applied", "reviewer", "Publish what was accepted",
             "Publishes all accepted changes in one transaction, or none: 409 where the registry has changed so that they no longer hold."),
        Step("withdraw", ("draft", "submitted", "in-review", "returned", "accepted"), "withdrawn", "author", "Withdraw a submission",
             "Ends the submission: nothing will come of it."),
    )
}  # fmt: skip
"""The steps by name: with STATES, the whole life of a submission."""

EDITABLE = ("draft", "returned")
"""The states in which the author may change what is submitted."""

ENDED = tuple(state for state in STATES if not any(state in step.sources for step in STEPS.values()))
"""The states that no step leads out of."""

EVENTS = ("create", "edit", "comment", *STEPS)

MEMBERS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "create": (frozenset({"kind", "document"}), frozenset({"id", "temporary", "reason", "decision"})),
    "replace": (frozenset({"id", "if_match", "document"}), frozenset({"kind", "reason"})),
    "amend": (frozenset({"id", "if_match", "patch"}), frozenset({"kind", "reason"})),
    "withdraw": (frozenset({"id", "if_match", "reason"}), frozenset({"kind"})),
    "merge": (frozenset({"id", "if_match", "into", "reason"}), frozenset({"kind"})),
}
"""What each act needs, and what it may have besides."""


def steps_from(state: str) -> list[str]:
    """The steps that can be taken from a state."""
    return [name for name, step in STEPS.items() if state in step.sources]


class Decision(Schema):
    """That a record need not be made, because it is there."""

    same = Id("The record that it turned out to be.", required=True)
    reason = Text("How that is known.", required=True)


class Ruling(Schema):
    """What a reviewer says of one change."""

    change = Form("Key of the change.", longest=64, pattern=KEY, hint="is not a key", required=True)
    verdict = OneWord(("accept", "refuse"), "Whether it may be published.", required=True)
    comment = Text("Why; a refusal needs one.", longest=2000)

    @validates_schema
    def _explained(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("verdict") == "refuse" and "comment" not in data:
            raise ValidationError("a refusal needs a comment", "comment")


class Judgment(Schema):
    """What was said of a change in its review, and by whom."""

    verdict = OneWord(("accept", "refuse"), "Whether it may be published.", required=True)
    comment = Text("Why.", longest=2000)
    by = Text("Who said so.", longest=200, required=True)
    at = Timestamp("When.", required=True)


class Outcome(Schema):
    """What became of a change when it was applied."""

    id = Id("The record.", required=True)
    version = Count("The revision that the record has since.", least=1, required=True)
    change = Count("The journal line of that revision.", least=1, required=True)


class ProposedChange(Schema):
    """One change: what is to become of one record."""

    key = member_key("Names the change within the submission; given by the registry where missing.")
    act = OneWord(tuple(MEMBERS), "What is to be done.", required=True)
    kind = OneWord(tuple(KINDS), "The kind of the record; needed to create one.")
    temporary = Form(
        "A name by which documents of this submission refer to the record before it is there, instead of its id.",
        longest=65, pattern=TEMPORARY, hint="is not a name such as @base", example="@base",
    )  # fmt: skip
    id = Id("The record; of one to be created, the id that is reserved for it.")
    if_match = Form(
        "The ETag of the version that is to be changed, or `*` for any.", longest=110, pattern=r'\*|"[!#-~]{1,100}"',
        hint="is neither an ETag in quotes nor *",
    )  # fmt: skip
    document = Loose(
        "The record, as its collection takes it; where the id of a record stands, a temporary one may stand.",
    )
    patch = Loose("The members to change, as PATCH takes them; temporary ids may stand here too.")
    into = Id("The record to merge into.")
    reason = Text("Why; kept in the journal.")
    decision = Part(
        Decision, "That the record turned out to be there: nothing is created, its temporary id means that one."
    )
    judgment = Part(Judgment, "What was said of it in review.", read_only=True, always=False)
    outcome = Part(Outcome, "What became of it.", read_only=True, always=False)

    @validates_schema
    def _fitting(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("act") not in MEMBERS:
            return
        needed, besides = MEMBERS[data["act"]]
        wrong = {name: [f"is needed to {data['act']}"] for name in needed - set(data)}
        spare = set(data) - needed - besides - {"key", "act"}
        wrong |= {name: [f"means nothing to {data['act']}"] for name in spare}
        if wrong:
            raise ValidationError(wrong)


class SubmissionEvent(Schema):
    """Something that happened to a submission."""

    at = Timestamp("When.", required=True)
    by = Text("Who did it.", longest=200, required=True)
    act = OneWord(EVENTS, "What was done.", required=True)
    state = OneWord(STATES, "The state since.", required=True)
    comment = Text("What was said.", longest=2000)
    change = Form("Key of the change that the comment is on.", longest=64, pattern=KEY, hint="")
    verdicts = Several(Part(Ruling, "A verdict."), "What was said of single changes.", most=MOST_CHANGES)


class Submission(Schema):
    """A proposed set of changes, reviewed as one."""

    id = Id("Its id.", read_only=True)
    state = OneWord(STATES, "How far it has come.", read_only=True)
    steps = Several(OneWord(tuple(STEPS), "A step."), "The steps that can be taken from here.", most=10, read_only=True)
    title = Text("What it is about, for those who review it.", longest=200)
    author = Text("Who made it.", longest=200, read_only=True)
    organizations = Several(
        Id("An organization."),
        "The organizations that the author made it for: their people see it too.",
        most=100,
        read_only=True,
    )
    reviewer = Text("Who reviewed it last.", longest=200, read_only=True, always=False)
    created_at = Timestamp("When it was made.", read_only=True)
    updated_at = Timestamp("When something last happened to it.", read_only=True)
    submitted_at = Timestamp("When it was last handed in.", read_only=True, always=False)
    changes = Several(Part(ProposedChange, "A change."), "What is proposed.", most=MOST_CHANGES, required=True)
    events = Several(
        Part(SubmissionEvent, "An event."),
        "What happened to it, the earliest first.",
        most=2 * MOST_EVENTS,
        read_only=True,
    )
