"""Who may do what to whose submission: every operation, every role, every tie to the author.

The operations come from the table itself: one that has no line here fails.
"""

import pytest

from registry.http.operations import Operation
from registry.http.table import OPERATIONS
from registry.kinds.model import ids
from tests.contract import ContractClient
from tests.people import Hire
from tests.submissions.proposing import WAYS, begin, lead, new, organization, step, there

ABAI, STEPPE = ids.from_key("abai-institute"), ids.from_key("steppe-school")

PEOPLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "reader": ("reader", (ABAI,)),
    "author": ("officer", (ABAI,)),
    "colleague": ("officer", (ABAI, STEPPE)),
    "stranger": ("officer", (STEPPE,)),
    "reviewer": ("reviewer", (STEPPE,)),
    "curator": ("curator", ()),
    "administrator": ("administrator", ()),
}
"""Everybody but the anonymous: their role, and the organizations that they act for."""

ROLES_ABOVE = ("reviewer", "curator", "administrator")

SEEN = {"author": 200, "colleague": 200}
OWN = {"author": 200, "colleague": 403}
REVIEWED = {"author": 403, "colleague": 403, "stranger": 403}

ON_A_DRAFT: dict[str, dict[str, int]] = {
    "read_submission": SEEN,
    "weigh_submission": SEEN,
    "comment_on_submission": SEEN,
    "replace_submission": OWN,
    "amend_submission": OWN,
    "submit_submission": OWN,
    "withdraw_submission": OWN,
    "start_review_submission": REVIEWED,
    "return_submission": REVIEWED,
    "accept_submission": REVIEWED,
    "reject_submission": REVIEWED,
    "apply_submission": REVIEWED,
}
"""The answers to operations on a draft; to everybody else it is not there (404)."""

UNSEEN = {"list_submissions", "create_submission"}
"""Operations that are on no submission in particular."""

PRIVATE = [each for each in OPERATIONS if each.path.startswith("/v1/submissions")]


def send(client: ContractClient, operation: Operation, ident: str) -> int:
    """The status that somebody gets who sends what would be right."""
    path = operation.path.replace("{submission}", ident)
    body = {
        "replace_submission": {"changes": []}, "amend_submission": {"title": "Mine"}, "comment_on_submission": {"text": "Hm."},
        "create_submission": {"changes": []},
    }.get(operation.name, {"comment": "So."} if operation.body else None)  # fmt: skip
    headers = {"If-Match": "*"} if operation.conditional else {}
    return client.open(path, method=operation.method, json=body, headers=headers).status_code


def test_every_operation_on_submissions_has_a_line_here() -> None:
    assert {each.name for each in PRIVATE} == set(ON_A_DRAFT) | UNSEEN


def test_everything_about_submissions_is_private_and_needs_an_officer_at_least() -> None:
    assert all(each.private and each.role in ("officer", "reviewer") for each in PRIVATE)


@pytest.mark.parametrize(
    "operation", [each for each in PRIVATE if each.name not in UNSEEN], ids=lambda each: str(each.name)
)
def test_a_draft_is_for_its_author_and_seen_by_colleagues_alone(hire: Hire, operation: Operation) -> None:
    people = {name: hire(name, role, *organizations) for name, (role, organizations) in PEOPLE.items()}
    draft = begin(people["author"], new())
    expected = {name: ON_A_DRAFT[operation.name].get(name, 404) for name in people} | {"reader": 403}
    others = {name: send(client, operation, draft.json["id"]) for name, client in people.items() if name != "author"}
    assert others | {"author": send(people["author"], operation, draft.json["id"])} == expected
    anonymous = hire("nobody", "reader")
    anonymous.token = None
    assert send(anonymous, operation, draft.json["id"]) == 401


@pytest.mark.parametrize(
    "operation", [each for each in PRIVATE if each.name not in UNSEEN], ids=lambda each: str(each.name)
)
def test_what_was_handed_in_is_seen_by_reviewers_and_changed_by_its_author_alone(
    hire: Hire, operation: Operation
) -> None:
    people = {name: hire(name, role, *organizations) for name, (role, organizations) in PEOPLE.items()}
    expected = {name: ON_A_DRAFT[operation.name].get(name, 404) for name in people} | {"reader": 403}
    reviews = operation.role == "reviewer"
    for name in ROLES_ABOVE:
        expected[name] = 200 if reviews or ON_A_DRAFT[operation.name] is SEEN else 403
    state = {"return": "in-review", "accept": "in-review", "reject": "in-review", "apply": "accepted"}.get(
        operation.name.removesuffix("_submission"), "submitted"
    )
    if operation.name in ("replace_submission", "amend_submission", "submit_submission"):
        state = "returned"
    for name, client in people.items():
        at = begin(people["author"], new(organization(f"Abai for the {name}")))
        at = lead(people["author"], people["reviewer"], at, *WAYS[state])
        assert send(client, operation, at.json["id"]) == expected[name], name


@pytest.mark.parametrize("role", ROLES_ABOVE)
def test_nobody_reviews_their_own_whatever_their_role(hire: Hire, role: str) -> None:
    author, reviewer = hire("Dana", role), hire("Bolat", "reviewer")
    for state, name in (
        ("submitted", "start-review"),
        ("in-review", "accept"),
        ("in-review", "return"),
        ("in-review", "reject"),
        ("accepted", "apply"),
    ):
        at = lead(author, reviewer, begin(author, new(organization(f"Dana's {name}"))), *WAYS[state])
        refused = step(author, at, name)
        assert (refused.status_code, refused.json["type"]) == (403, "/docs/problems#not-yours"), name


def test_lists_hold_what_the_reader_may_see_and_nothing_else(hire: Hire) -> None:
    people = {
        name: hire(name, role, *organizations) for name, (role, organizations) in PEOPLE.items() if role != "reader"
    }
    titles: dict[str, str] = {}
    for name, client in people.items():
        titles[f"{name}, draft"] = begin(client, new(organization(f"{name} 1")), title=f"{name}, draft").json["id"]
        at = begin(client, new(organization(f"{name} 2")), title=f"{name}, handed in")
        titles[f"{name}, handed in"] = lead(client, client, at, "submit").json["id"]
    handed_in = {title for title in titles if title.endswith("handed in")}
    shared = {"author": {"author", "colleague"}, "colleague": {"author", "colleague", "stranger", "reviewer"},
              "stranger": {"stranger", "colleague", "reviewer"}, "reviewer": {"reviewer", "colleague", "stranger"}}  # fmt: skip
    for name, client in people.items():
        near = shared.get(name, {name})
        seen = {title for title in titles if title.split(",")[0] in near}
        if name in ROLES_ABOVE:
            seen |= handed_in
        items = client.get("/v1/submissions").json["items"]
        assert {each["title"] for each in items} == seen, name
        read = {title for title, ident in titles.items() if client.get(f"/v1/submissions/{ident}").status_code == 200}
        assert read == seen, name


def test_a_withdrawn_draft_stays_hidden_from_reviewers(hire: Hire) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    at = step(author, begin(author, new()), "withdraw")
    assert at.json["state"] == "withdrawn"
    assert reviewer.get(f"/v1/submissions/{at.json['id']}").status_code == 404


def test_submissions_are_kept_by_no_cache(hire: Hire) -> None:
    author = hire("Aigerim", "officer")
    at = begin(author, new())
    for address in ("/v1/submissions", f"/v1/submissions/{at.json['id']}", f"/v1/submissions/{at.json['id']}/weighing"):
        assert author.get(address).headers["Cache-Control"] == "no-store"


def test_a_mistyped_id_of_a_submission_is_said_to_be_mistyped(hire: Hire) -> None:
    author = hire("Aigerim", "officer")
    ident = begin(author, new()).json["id"]
    wrong = ident[:8] + f"{(int(ident[8:]) + 1) % 97:02d}"
    assert author.get(f"/v1/submissions/{wrong}").json["type"] == "/docs/problems#mistyped-id"
    assert author.get(f"/v1/submissions/{ident.upper()}").json["id"] == ident


def test_a_record_waits_from_when_its_change_is_handed_in_and_not_before(hire: Hire) -> None:
    author, curator = hire("author", "officer", ABAI), hire("curator", "curator")
    ident, etag = there(curator, organization("Waiting Institute of Kostanay"))
    at = begin(author, {"act": "amend", "id": ident, "if_match": etag, "patch": {"topics": ["standards"]}})

    def waiting() -> set[str]:
        return {each["record"]["id"] for each in author.get("/v1/worklist?reason=waiting").json["items"]}

    assert ident not in waiting()
    assert step(author, at, "submit").status_code == 200
    assert ident in waiting()
