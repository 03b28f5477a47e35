"""Submissions: proposing changes, reviewing them, publishing what was accepted."""

from functools import partial
from typing import Any

from marshmallow import Schema

from registry.errors import Fault
from registry.http.operations import Answered, Call, Operation, Reply, paged, written
from registry.http.parameters import DRY_RUN, LIMIT, Parameter, text, words
from registry.http.problems import candidate, fault
from registry.http.schemas import ACTS, Answer, Likely, ProblemFault, Truth, next_field
from registry.http.topics.feed import Difference
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.envelope import KIND_NAME
from registry.kinds.model.fields import FREE_TEXT, KEY, Count, Form, Id, OneWord, Part, Several, Text, Timestamp
from registry.kinds.model.kind import Kind
from registry.kinds.model.views import view
from registry.service import submitting
from registry.service.drafting import Said
from registry.service.submission import MEMBERS, MOST_CHANGES, STATES, STEPS, Ruling, Step, Submission
from registry.store.submissions import Held

MOST_ERRORS = 1000

SubmissionBody = view(Submission, "reader")
SubmissionInput = view(Submission, "writer")
SubmissionPatch = view(Submission, "patch")


class SubmissionLine(Answer):
    """A submission in short."""

    id = Id("Its id.", required=True)
    state = OneWord(STATES, "How far it has come.", required=True)
    title = Text("What it is about.", longest=200)
    author = Text("Who made it.", longest=200, required=True)
    organizations = Several(Id("An organization."), "The organizations that it was made for.", most=100, required=True)
    reviewer = Text("Who reviewed it last.", longest=200)
    created_at = Timestamp("When it was made.", required=True)
    updated_at = Timestamp("When something last happened to it.", required=True)
    submitted_at = Timestamp("When it was last handed in.")
    kinds = Several(
        OneWord(tuple(KINDS), "A kind."), "The kinds of the records that it changes.", most=100, required=True
    )
    changes = Count("How many changes it holds.", required=True)


class SubmissionPage(Answer):
    """A page of submissions, the newest first."""

    items = Several(Part(SubmissionLine, "A submission."), "The submissions.", most=500, required=True)
    next = next_field()


class Effect(Answer):
    """What would become of one record."""

    act = OneWord(ACTS, "What would be done, as the journal says it.", required=True)
    kind = Form("The kind of the record.", longest=40, pattern=KIND_NAME, hint="", required=True)
    id = Id("The record; absent from a dry run where there is none yet.")
    name = Text("The name that it would bear.", longest=2000, required=True)
    differences = Several(
        Part(Difference, "A value."),
        "What would differ; of a new record, all that it would hold.",
        most=5000,
        required=True,
    )


class WeighedChange(Answer):
    """What one change of a submission would do."""

    key = Form("Key of the change.", longest=64, pattern=KEY, hint="", required=True)
    act = OneWord(tuple(MEMBERS), "What it asks for.", required=True)
    effects = Several(
        Part(Effect, "A record."),
        "The records that it would change: two in a merge, none where the record is there already.",
        most=2,
        required=True,
    )
    candidates = Several(
        Part(Likely, "A record."),
        "Records that the new one may be already: name each in `distinct_from`, or the right one in `decision`.",
        most=50,
        required=True,
    )


class Weighing(Answer):
    """What a submission would come to if it were applied now."""

    ready = Truth("Whether nothing stands against it.", required=True)
    changes = Several(Part(WeighedChange, "A change."), "What each change would do.", most=MOST_CHANGES, required=True)
    errors = Several(
        Part(ProblemFault, "One of them."), "Each thing that stands against it.", most=MOST_ERRORS, required=True
    )


class Acceptance(Schema):
    """What a reviewer accepts; every change without a verdict is accepted."""

    comment = Text("What is to be said of the whole.", longest=2000)
    verdicts = Several(
        Part(Ruling, "A verdict."), "What is said of single changes.", most=MOST_CHANGES, load_default=list
    )


class Rebuttal(Schema):
    """Why a submission cannot be accepted as it is."""

    comment = Text("What is to be said of the whole.", longest=2000, required=True)
    verdicts = Several(
        Part(Ruling, "A verdict."), "What is said of single changes.", most=MOST_CHANGES, load_default=list
    )


class Remark(Schema):
    """Something to say on a submission."""

    text = Text("What is to be said.", longest=2000, required=True)
    change = Form("Key of the change that it is on.", longest=64, pattern=KEY, hint="is not a key")


AcceptanceInput, RebuttalInput, RemarkInput = (view(schema, "writer") for schema in (Acceptance, Rebuttal, Remark))
_BODIES: dict[str, type[Schema]] = {"accept": AcceptanceInput, "return": RebuttalInput, "reject": RebuttalInput}


def shown(held: Held, status: int = 200) -> Reply:
    """A submission as an answer; where it was just made, with its address."""
    headers = [("Location", f"/v1/submissions/{held.id}")] if status in (201, 202) else []
    return Reply(held.content, status, etag=held.etag, headers=headers)


def listed(call: Call) -> Reply:
    """A page of the submissions that the holder may see."""
    values = call.values
    before = int(values["cursor"]) if values["cursor"] else None
    items, more = submitting.listed(
        call.store, call.acting, states=values["state"] or (), authors=values["author"] or (), kinds=values["kind"] or (),
        before=before, limit=values["limit"],
    )  # fmt: skip
    return paged(call, {"items": items}, str(more) if more is not None else None)


def create(call: Call) -> Reply:
    """A new draft, or what would come of it."""
    if call.rehearses:
        return _weighing(submitting.rehearse(call.store, call.acting, call.body()))
    return shown(submitting.create(call.store, call.acting, call.body()), 201)


def read(call: Call) -> Reply:
    """One submission."""
    return shown(submitting.read(call.store, call.acting, call.path["submission"]))


def outcome(call: Call) -> Reply:
    """What a submission would come to."""
    return _weighing(submitting.outcome(call.store, call.acting, call.path["submission"]))


def replace(call: Call) -> Reply:
    """A submission with other contents."""
    submitting.expect(call.store, call.acting, call.path["submission"], call.tags)
    return shown(submitting.replace(call.store, call.acting, call.path["submission"], call.body(), call.tags))


def amend(call: Call) -> Reply:
    """A submission with some members changed."""
    submitting.expect(call.store, call.acting, call.path["submission"], call.tags)
    return shown(submitting.amend(call.store, call.acting, call.path["submission"], call.body(), call.tags))


def comment(call: Call) -> Reply:
    """A submission with one more comment."""
    body = call.loaded()
    return shown(submitting.comment(call.store, call.acting, call.path["submission"], body["text"], body.get("change")))


def take(step: str, call: Call) -> Reply:
    """A submission after a step."""
    ident = call.path["submission"]
    submitting.expect(call.store, call.acting, ident, call.tags, step)
    if step in _BODIES:
        body = call.loaded()
        said = Said(body.get("comment"), body["verdicts"])
    else:
        said = Said(call.values["comment"])
    return shown(submitting.take(call.store, call.acting, ident, step, call.tags, said))


def _weighing(found: Document) -> Reply:
    for line in found["changes"]:
        line["candidates"] = [candidate(each) for each in line["candidates"]]
    errors: list[Fault] = found["errors"][:MOST_ERRORS]
    return written(found | {"errors": [fault(each) for each in errors]})


def _list_parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter("state", "Submissions in this state.", words(STATES), occurs="repeated"),
        Parameter("author", "Submissions by this author.", text(FREE_TEXT, 200), occurs="repeated"),
        Parameter("kind", "Submissions that change records of this kind.", words(tuple(KINDS)), occurs="repeated"),
        LIMIT,
        Parameter("cursor", "Where the page begins: the cursor in `next` of the page before.", text("[0-9]{1,15}", 15)),
    )


COMMENT = Parameter("comment", "What is to be said with the step.", text(FREE_TEXT, 2000))
_ONE = "/v1/submissions/{submission}"
_SHOWN = Answered(200, "The submission as it is now.", lambda _: SubmissionBody, headers=("ETag",))
_IT = {"submission": "$response.body#/id"}
_AS_IT_IS = {**_IT, "If-Match": "$response.header.ETag"}
PROPOSED_LINKS = {"read_submission": _IT, "weigh_submission": _IT, "withdraw_submission": _AS_IT_IS}
"""What its author can do with a submission that was just handed in."""
DRAFTED_LINKS = {**PROPOSED_LINKS, "replace_submission": _AS_IT_IS, "submit_submission": _AS_IT_IS}
"""What its author can do with a draft."""


def _common(**more: Any) -> dict[str, Any]:
    return {"tag": "submissions", "private": True, "role": "officer", **more}


def _row(step: Step) -> Operation:
    """The operation by which a step is taken."""
    ways = " or ".join(f"`{state}`" for state in step.sources)
    about = f"{step.about} From {ways} to `{step.target}`; from any other state it is refused (409), naming what can be done."
    role = "officer" if step.who == "author" else "reviewer"
    body = _BODIES.get(step.name)
    return Operation(
        f"{step.name}_submission".replace("-", "_"), "POST", f"{_ONE}/{step.name}", step.summary, about, partial(take, step.name),
        (_SHOWN,), (lambda _: ()) if body else (lambda _: (COMMENT,)), body=body, conditional=True, refusals=(409, 422),
        **_common(role=role),
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_submissions", "GET", "/v1/submissions", "List submissions",
        "Answers the submissions that you may see, the newest first: your own and those of your organizations; reviewers see all that "
        "were handed in.",
        listed, (Answered(200, "The submissions.", lambda _: SubmissionPage, headers=("Link",)),), _list_parameters, **_common(),
    ),
    Operation(
        "create_submission", "POST", "/v1/submissions", "Begin a submission",
        "Keeps a set of changes as a draft: new records, and others for records that are there. Documents may refer to new records by the "
        "temporary ids that these are given; each gets its real id at once. `dry_run=true` keeps nothing, and answers the exact difference "
        "that each change would make, every fault, and the records that new ones may be already. A draft may wait for decisions, evidence "
        "and other records, but not hold a document that breaks the schema.",
        create,
        (Answered(201, "The submission, as a draft.", lambda _: SubmissionBody, headers=("ETag", "Location"), links=DRAFTED_LINKS),
         Answered(200, "What it would come to (dry run).", lambda _: Weighing)),
        lambda _: (DRY_RUN,), body=SubmissionInput, **_common(),
    ),
    Operation(
        "read_submission", "GET", _ONE, "Read a submission",
        "Answers the changes, what was said of them, and what happened since it was made. Drafts of others are not found.",
        read, (Answered(200, "The submission.", lambda _: SubmissionBody, headers=("ETag",)),), **_common(),
    ),
    Operation(
        "weigh_submission", "GET", f"{_ONE}/weighing", "See what a submission would come to",
        "Answers what would happen if the submission were applied now: the exact difference that each change would make, every fault, and "
        "the records that new ones may be already. Changes that were refused in review are left out.",
        outcome, (Answered(200, "What it would come to.", lambda _: Weighing),), refusals=(409,), **_common(),
    ),
    Operation(
        "replace_submission", "PUT", _ONE, "Replace the contents of a submission",
        "Puts other changes in the place of those that are there; for its author, in the states `draft` and `returned`. New records whose "
        "change keeps its key keep their id.",
        replace, (_SHOWN,), body=SubmissionInput, conditional=True, refusals=(409,), **_common(),
    ),
    Operation(
        "amend_submission", "PATCH", _ONE, "Change some members of a submission",
        "Changes the members that are sent (RFC 7396 JSON Merge Patch), for its author, in the states `draft` and `returned`. The list of "
        "changes replaces the list, but a change whose key is known starts from that change; its `document` or `patch` is replaced whole.",
        amend, (_SHOWN,), body=SubmissionPatch, conditional=True, refusals=(409,), **_common(),
    ),
    Operation(
        "comment_on_submission", "POST", f"{_ONE}/comments", "Comment on a submission",
        "Says something on the submission, or on one of its changes; its events keep it.",
        comment, (_SHOWN,), body=RemarkInput, refusals=(409,), **_common(),
    ),
    *(_row(step) for step in STEPS.values()),
)  # fmt: skip
