"""What a submission comes to: every fault at its place, exact differences, decisions, and all or nothing."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.kinds.model import ids
from registry.store import journal
from tests.conftest import store_of
from tests.contract import ContractClient
from tests.people import Hire
from tests.submissions.proposing import WAYS, Document, begin, lead, new, organization, program, step, there

NOBODY = ids.from_key("nobody")


def weighed(author: ContractClient, *changes: Document) -> Document:
    """What a rehearsal tells."""
    answer = author.post("/v1/submissions?dry_run=true", json={"changes": list(changes)})
    assert answer.status_code == 200, answer.json
    found: Document = answer.json
    return found


def pointers(told: Document) -> list[str]:
    return [each["pointer"] for each in told["errors"]]


def withdrawal(ident: str, tag: str) -> Document:
    return {"act": "withdraw", "id": ident, "if_match": tag, "reason": "Closed."}


def amendment(ident: str, tag: str, **patch: object) -> Document:
    return {"act": "amend", "id": ident, "if_match": tag, "patch": patch}


def test_every_fault_is_told_at_once_and_at_its_place(hire: Hire) -> None:
    author = hire("Aigerim", "officer")
    nameless = organization("")
    stray = program("Steppe Teachers", "@nobody", NOBODY, colour="red")
    told = weighed(author, new(nameless), new(stray, "program"), new(organization("Abai University", evidence=[])))
    assert not told["ready"]
    assert set(pointers(told)) == {
        "/changes/0/document/names/0/text", "/changes/1/document/relations/0/target/id", "/changes/1/document/colour",
        "/changes/2/document/evidence",
    }  # fmt: skip
    named = next(each for each in told["errors"] if each["pointer"].endswith("/target/id"))
    assert "@nobody" in named["detail"]


def test_what_the_registry_does_not_allow_is_told_at_its_place(hire: Hire) -> None:
    author, curator = hire("Aigerim", "officer"), hire("Dana", "curator")
    gone, tag = there(curator, organization("Gone"))
    assert curator.delete(f"/v1/organizations/{gone}?reason=Closed", headers={"If-Match": tag}).status_code == 204
    used, used_tag = there(curator, organization("Used"))
    part, _ = there(
        curator,
        organization("Part", relations=[{"relation": "part-of", "target": {"id": used}, "lifecycle": "active"}]),
    )
    ror = [{"scheme": "ror", "value": "https://ror.org/03cve4549"}]
    there(curator, organization("Known", identifiers=ror))
    told = weighed(
        author,
        amendment(NOBODY, '"x"', topics=[]),
        withdrawal(gone, "*"),
        withdrawal(used, used_tag),
        amendment(part, '"stale"', topics=[]),
        new(program("Steppe Teachers", gone), "program"),
        new(organization("Other", identifiers=ror, distinct_from=[{"target": {"id": NOBODY}, "reason": "No."}])),
        {"act": "merge", "id": used, "if_match": "*", "into": gone, "reason": "Same."},
        new(organization("Lost")) | {"decision": {"same": gone, "reason": "Same."}},
    )
    assert set(pointers(told)) == {
        "/changes/0/id", "/changes/1/id", "/changes/2/id", "/changes/3/if_match", "/changes/4/document/relations/0/target/id",
        "/changes/5/document/identifiers", "/changes/5/document/distinct_from/0/target/id", "/changes/6/into", "/changes/7/decision/same",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"act": "create", "document": {}}, "/changes/0/kind"),
        ({"act": "create", "kind": "organization"}, "/changes/0/document"),
        (new(into=NOBODY), "/changes/0/into"),
        (new(temporary="base"), "/changes/0/temporary"),
        (new(id=NOBODY), "/changes/0/id"),
        (new(judgment={"verdict": "accept", "by": "Me", "at": "2026-01-01T00:00:00Z"}), "/changes/0/judgment"),
        ({"act": "amend", "id": NOBODY, "patch": {}}, "/changes/0/if_match"),
        ({"act": "withdraw", "id": NOBODY, "if_match": "*"}, "/changes/0/reason"),
        ({"act": "merge", "id": NOBODY, "if_match": "*", "reason": "Same."}, "/changes/0/into"),
        ({"act": "rename"}, "/changes/0/act"),
        (new({"names": "\ud800"}), "/changes/0/document"),
    ],
)
def test_a_change_that_is_none_is_refused_at_its_place(hire: Hire, change: Document, pointer: str) -> None:
    author = hire("Aigerim", "officer")
    for address in ("/v1/submissions", "/v1/submissions?dry_run=true"):
        answer = author.post(address, json={"changes": [change]})
        assert answer.status_code == 422
        assert pointer in [each["pointer"] for each in answer.json["errors"]]


def test_two_new_records_do_not_share_a_temporary_id_nor_two_changes_a_key_or_a_record(hire: Hire) -> None:
    author, curator = hire("Aigerim", "officer"), hire("Dana", "curator")
    ident, tag = there(curator, organization("Steppe School"))
    twice = [new(temporary="@a"), new(organization("Other"), temporary="@a")]
    answer = author.post("/v1/submissions", json={"changes": twice})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/changes/1/temporary")
    answer = author.post("/v1/submissions", json={"changes": [new(key="one"), new(organization("Other"), key="one")]})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/changes")
    told = weighed(author, amendment(ident, tag, topics=["governance"]), withdrawal(ident, tag))
    assert pointers(told) == ["/changes/1/id"]


def test_the_exact_difference_of_each_act_is_told(hire: Hire) -> None:
    author, curator = hire("Aigerim", "officer"), hire("Dana", "curator")
    idents = [there(curator, organization(name)) for name in ("One", "Two", "Three", "Four", "Five")]
    (one, tag_1), (two, tag_2), (three, tag_3), (four, tag_4), (five, _) = idents
    told = weighed(
        author,
        amendment(one, tag_1, topics=["governance"]),
        {"act": "replace", "id": two, "if_match": tag_2, "document": organization("Two") | {"type": "university"}},
        withdrawal(three, tag_3),
        {"act": "merge", "id": four, "if_match": tag_4, "into": five, "reason": "Same."},
    )
    assert told["ready"], told["errors"]
    effects = [[(e["act"], e["id"], e["name"], e["differences"]) for e in line["effects"]] for line in told["changes"]]
    assert effects[:3] == [
        [("amend", one, "One", [{"pointer": "/topics", "before": [], "after": ["governance"]}])],
        [("replace", two, "Two", [{"pointer": "/type", "before": "company", "after": "university"}])],
        [("withdraw", three, "Three", [{"pointer": "/record/state", "before": "published", "after": "withdrawn"}])],
    ]
    (lost, kept) = effects[3]
    assert lost[:3] == ("merge", four, "Four")
    assert kept[:2] == ("absorb", five)
    assert [each["after"]["text"] for each in kept[3] if each["pointer"].startswith("/names/")] == ["Four"]


def test_what_is_weighed_is_what_comes(hire: Hire) -> None:
    author, curator, reviewer = hire("Aigerim", "officer"), hire("Dana", "curator"), hire("Bolat", "reviewer")
    ident, tag = there(curator, organization("Steppe School"))
    at = begin(
        author,
        amendment(ident, tag, topics=["governance"]),
        new(temporary="@abai"),
        new(program("Teachers", "@abai"), "program"),
    )
    address = f"/v1/submissions/{at.json['id']}"
    told = author.get(f"{address}/weighing").json
    before = author.get("/v1/changes?limit=1").json["head"]
    lead(author, reviewer, at, *WAYS["applied"])
    lines = author.get(f"/v1/changes?after={before}").json["items"]
    weighed_effects = [effect for line in told["changes"] for effect in line["effects"]]
    assert [(e["act"], e["kind"], e["id"]) for e in weighed_effects] == [
        (line["act"], line["record"]["kind"], line["record"]["id"]) for line in lines
    ]
    assert weighed_effects[0]["differences"] == lines[0]["differences"]
    assert author.get(f"{address}/weighing").status_code == 409


def test_a_rehearsal_keeps_nothing(hire: Hire, app: Flask) -> None:
    author = hire("Aigerim", "officer")
    told = weighed(author, new(temporary="@abai"), new(program("Teachers", "@abai"), "program"))
    assert told["ready"]
    assert all("id" not in effect for line in told["changes"] for effect in line["effects"])
    assert author.get("/v1/submissions").json["items"] == []
    store = store_of(app)
    assert [store.row(f"SELECT COUNT(*) FROM {table}") for table in ("submission", "reservation", "record")] == [
        (0,)
    ] * 3
    assert journal.head(store) == 0


def test_temporary_ids_stand_wherever_records_are_referred_to(hire: Hire) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    figure = {
        "subject": {"target": {"id": "@abai"}}, "measure": "capacity", "basis": "reported", "stated_by": {"id": "@report"},
        "quantity": {"qualifier": "exact", "value": "12", "unit": "person"},
        "evidence": [{"basis": "passage", "source": "abai-report", "lines": [1, 1]}],
        "cautions": [{"kind": "ambiguous", "about": "/quantity", "note": "Which year?", "see": [{"id": "@abai"}]}],
    }  # fmt: skip
    report = {"key": "abai-report", "names": organization("Report of Abai")["names"], "type": "report",
              "evidence": organization()["evidence"][:1] and [{"basis": "statement", "by": "Rector"}]}  # fmt: skip
    other = organization("Abai Institute", distinct_from=[{"target": {"id": "@abai"}, "reason": "Another town."}])
    at = begin(
        author, new(figure, "figure"), new(report, "source", temporary="@report"), new(temporary="@abai"), new(other)
    )
    applied = lead(author, reviewer, at, *WAYS["applied"])
    figure_id, report_id, abai, second = (each["outcome"]["id"] for each in applied.json["changes"])
    served = author.get(f"/v1/figures/{figure_id}").json
    assert (served["subject"]["target"]["id"], served["stated_by"]["id"]) == (abai, report_id)
    assert served["cautions"][0]["see"][0]["id"] == abai
    assert author.get(f"/v1/organizations/{second}").json["distinct_from"][0]["target"]["id"] == abai


def test_candidates_are_those_that_would_be_left_after_the_submission(hire: Hire) -> None:
    """A record that gives its name up, leaves, or is said to be another by itself is not asked about."""
    author, curator = hire("Aigerim", "officer"), hire("Dana", "curator")
    ident, tag = there(curator, organization("Abai Institute"))
    assert [each["id"] for each in weighed(author, new())["changes"][0]["candidates"]] == [ident]
    renamed = {"act": "replace", "id": ident, "if_match": tag, "document": organization("Quite another")}
    other = [{"target": {"id": "@new"}, "reason": "Another town."}]
    for change in (renamed, withdrawal(ident, tag), amendment(ident, tag, distinct_from=other)):
        told = weighed(author, change, new(temporary="@new"))
        assert told["ready"], told["errors"]
    told = weighed(author, amendment(ident, tag, topics=["governance"]), new())
    assert [each["id"] for each in told["changes"][1]["candidates"]] == [ident]


def test_two_new_records_of_one_name_ask_about_one_another(hire: Hire) -> None:
    author = hire("Aigerim", "officer")
    at = begin(author, new(), new())
    told = author.get(f"/v1/submissions/{at.json['id']}/weighing").json
    assert [[each["id"] for each in line["candidates"]] for line in told["changes"]] == [
        [],
        [at.json["changes"][0]["id"]],
    ]
    refused = step(author, at, "submit")
    assert (refused.status_code, refused.json["type"]) == (409, "/docs/problems#duplicate")


@pytest.mark.parametrize("way", [WAYS["draft"], WAYS["returned"]], ids=["draft", "returned"])
def test_what_is_not_whole_cannot_be_handed_in(hire: Hire, way: tuple[str, ...]) -> None:
    author, reviewer, curator = hire("Aigerim", "officer"), hire("Bolat", "reviewer"), hire("Dana", "curator")
    at = lead(author, reviewer, begin(author, new()), *way)
    expected = {
        422: [[], [new(organization(evidence=[]))]],
        409: [
            [new(program("Teachers", NOBODY), "program")],
            [new(organization("Steppe School"))],
            [withdrawal(NOBODY, "*")],
        ],
    }
    there(curator, organization("Steppe School"))
    for status, drafts in expected.items():
        for changes in drafts:
            at = step(author, at, "replace", changes=changes)
            assert at.status_code == 200, at.json
            refused = step(author, at, "submit")
            assert (refused.status_code, bool(refused.json["errors"])) == (status, True), changes


def test_refused_changes_are_left_out_of_what_is_published(hire: Hire) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    at = begin(author, new(organization("One")), new(organization("Two")))
    verdicts = [{"change": "c2", "verdict": "refuse", "comment": "There is none."}]
    at = lead(author, reviewer, at, "submit", "start-review", "accept", verdicts=verdicts)
    assert [each["judgment"]["verdict"] for each in at.json["changes"]] == ["accept", "refuse"]
    told = author.get(f"/v1/submissions/{at.json['id']}/weighing").json
    assert [len(line["effects"]) for line in told["changes"]] == [1, 0]
    at = lead(author, reviewer, at, "apply")
    assert ["outcome" in each for each in at.json["changes"]] == [True, False]
    assert [each["name"] for each in author.get("/v1/organizations").json["items"]] == ["One"]


def test_what_refers_to_a_refused_record_cannot_be_accepted(hire: Hire) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    at = begin(author, new(temporary="@abai"), new(program("Teachers", "@abai"), "program"))
    at = lead(author, reviewer, at, "submit", "start-review")
    verdicts = [{"change": "c1", "verdict": "refuse", "comment": "There is none."}]
    refused = step(reviewer, at, "accept", verdicts=verdicts)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (
        409,
        "/changes/1/document/relations/0/target/id",
    )
    both = [*verdicts, {"change": "c2", "verdict": "refuse", "comment": "Nor this."}]
    assert step(reviewer, at, "accept", verdicts=both).status_code == 409


@pytest.mark.parametrize(
    ("verdict", "pointer"),
    [
        ({"change": "c9", "verdict": "accept"}, "/verdicts/1/change"),
        ({"change": "c1", "verdict": "accept"}, "/verdicts/1/change"),
        ({"change": "c2", "verdict": "refuse"}, "/verdicts/1/comment"),
        ({"change": "c2", "verdict": "maybe"}, "/verdicts/1/verdict"),
    ],
)
def test_a_verdict_is_on_one_change_and_a_refusal_says_why(hire: Hire, verdict: Document, pointer: str) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    at = lead(
        author, reviewer, begin(author, new(organization("One")), new(organization("Two"))), "submit", "start-review"
    )
    for name in ("accept", "return", "reject"):
        refused = step(reviewer, at, name, verdicts=[{"change": "c1", "verdict": "accept"}, verdict])
        assert refused.status_code == 422
        assert [each["pointer"] for each in refused.json["errors"]] == [pointer]


@pytest.mark.parametrize("name", ["return", "reject"])
def test_a_submission_is_given_back_or_rejected_with_a_comment(hire: Hire, name: str) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    at = lead(author, reviewer, begin(author, new()), "submit", "start-review")
    headers = {"If-Match": at.headers["ETag"]}
    assert reviewer.post(f"/v1/submissions/{at.json['id']}/{name}", json={}, headers=headers).status_code == 422


def test_nothing_is_published_when_one_change_does_not_hold_any_more(hire: Hire) -> None:
    author, reviewer, curator = hire("Aigerim", "officer"), hire("Bolat", "reviewer"), hire("Dana", "curator")
    ident, tag = there(curator, organization("Steppe School"))
    at = lead(author, reviewer, begin(author, new(), amendment(ident, tag, topics=["governance"])), *WAYS["accepted"])
    changed = curator.patch(f"/v1/organizations/{ident}", json={"topics": ["standards"]}, headers={"If-Match": tag})
    assert changed.status_code == 200
    refused = step(reviewer, at, "apply")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (409, "/changes/1/if_match")
    assert author.get("/v1/organizations").json["total"] == 1
    still = author.get(f"/v1/submissions/{at.json['id']}")
    assert (still.json["state"], still.headers["ETag"]) == ("accepted", at.headers["ETag"])
    assert step(reviewer, still, "return").json["state"] == "returned"


def test_of_two_officers_who_register_one_partner_the_first_to_be_applied_does(hire: Hire) -> None:
    officers = hire("Aigerim", "officer"), hire("Saule", "officer")
    reviewer = hire("Bolat", "reviewer")
    first, second = (lead(officer, reviewer, begin(officer, new()), *WAYS["accepted"]) for officer in officers)
    assert step(reviewer, first, "apply").status_code == 200
    refused = step(reviewer, second, "apply")
    assert (refused.status_code, refused.json["type"]) == (409, "/docs/problems#duplicate")
    assert [each["id"] for each in refused.json["candidates"]] == [first.json["changes"][0]["id"]]


def test_the_author_is_kept_in_the_journal_and_the_reviewer_in_its_reason(hire: Hire) -> None:
    author, reviewer, other = hire("Aigerim", "officer"), hire("Bolat", "reviewer"), hire("Dana", "curator")
    at: TestResponse = begin(author, new(reason="A new partner."), new(organization("Two")))
    at = lead(author, reviewer, at, *WAYS["accepted"])
    at = lead(author, other, at, "apply")
    lines = author.get("/v1/changes").json["items"]
    suffix = f"Submission {at.json['id']}, reviewed by Bolat."
    assert [(each["by"], each["why"]) for each in lines] == [
        ("Aigerim", f"A new partner. {suffix}"),
        ("Aigerim", suffix),
    ]
    assert (at.json["author"], at.json["reviewer"], at.json["events"][-1]["by"]) == ("Aigerim", "Bolat", "Dana")
