"""Keeping a draft: what its author sends, what the registry adds, how it is edited and found."""

import threading

import pytest
from flask import Flask

from registry.kinds.model import ids
from tests.conftest import store_of
from tests.contract import ContractClient
from tests.people import Hire
from tests.submissions.proposing import WAYS, begin, lead, new, organization, program, step, there

ABAI = ids.from_key("abai-institute")


def test_a_draft_is_read_as_it_was_sent_with_keys_and_ids(hire: Hire) -> None:
    author = hire("Aigerim", "officer", ABAI)
    made = begin(author, new(temporary="@abai"), new(program("Teachers", "@abai"), "program", key="mine"), title="Two")
    assert made.headers["Location"] == f"/v1/submissions/{made.json['id']}"
    read = author.get(made.headers["Location"])
    assert (read.json, read.headers["ETag"]) == (made.json, made.headers["ETag"])
    assert (read.json["state"], read.json["author"], read.json["organizations"]) == ("draft", "Aigerim", [ABAI])
    assert [each["key"] for each in read.json["changes"]] == ["c1", "mine"]
    assert all(ids.is_sound(each["id"]) for each in read.json["changes"])
    assert read.json["changes"][1]["document"] == program("Teachers", "@abai")


def test_ids_are_reserved_for_their_records_alone(hire: Hire, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    author, curator = hire("Aigerim", "officer"), hire("Dana", "curator")
    reserved = begin(author, new()).json["changes"][0]["id"]
    free = ids.from_key("free")
    drawn = iter([reserved, free])
    monkeypatch.setattr(ids, "drawn", lambda: next(drawn))
    assert there(curator, organization("Steppe School"))[0] == free


def test_new_records_keep_their_ids_while_the_draft_changes(hire: Hire) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    first = begin(author, new(temporary="@abai"), new(organization("Steppe School")))
    one, two = (each["id"] for each in first.json["changes"])
    edited = step(
        author, first, "replace", changes=[{**first.json["changes"][1]}, new(organization("Third"), key="c3")]
    )
    assert [each["id"] == two for each in edited.json["changes"]] == [True, False]
    renamed = new(organization("Steppe College"), key="c2")
    edited = step(author, edited, "amend", changes=[renamed])
    applied = lead(author, reviewer, edited, *WAYS["applied"])
    assert applied.json["changes"][0]["outcome"]["id"] == two
    assert author.get(f"/v1/organizations/{two}").json["name"] == "Steppe College"
    assert author.get(f"/v1/organizations/{one}").status_code == 404


def test_what_was_read_can_be_sent_back(hire: Hire) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    verdicts = [{"change": "c1", "verdict": "refuse", "comment": "Not so."}]
    at = lead(
        author, reviewer, begin(author, new(), title="One"), "submit", "start-review", "return", verdicts=verdicts
    )
    sent = author.put(f"/v1/submissions/{at.json['id']}", json=at.json, headers={"If-Match": at.headers["ETag"]})
    assert sent.status_code == 200
    assert sent.json["changes"] == at.json["changes"]


@pytest.mark.parametrize(
    ("member", "value"),
    [("id", ABAI), ("state", "accepted"), ("author", "Bolat"), ("events", []), ("steps", ["accept"])],
)
def test_what_the_registry_sets_is_not_for_the_author_to_set(hire: Hire, member: str, value: object) -> None:
    author = hire("Aigerim", "officer")
    at = begin(author, new())
    for answer in (
        author.post("/v1/submissions", json={"changes": [], member: value}),
        step(author, at, "replace", **{member: value}),
        step(author, at, "amend", **{member: value}),
    ):
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"] == f"/{member}"


def test_a_patch_changes_what_it_names_and_no_more(hire: Hire) -> None:
    author = hire("Aigerim", "officer")
    at = begin(author, new(temporary="@abai", reason="New."), new(organization("Two")), title="One")
    patch = [{"key": "c1", "reason": None, "document": organization("Other")}, {"key": "c2"}]
    patched = step(author, at, "amend", title=None, changes=patch)
    assert "title" not in patched.json
    first, second = patched.json["changes"]
    assert (first["temporary"], first["document"]) == ("@abai", organization("Other"))
    assert "reason" not in first
    assert second == at.json["changes"][1]
    assert [each["key"] for each in step(author, patched, "amend", changes=[{"key": "c2"}]).json["changes"]] == ["c2"]


@pytest.mark.parametrize(
    "patch", [[], "no", {"changes": None}, {"changes": {}}, {"changes": [3]}, {"changes": [{"key": 3}]}]
)
def test_a_patch_that_is_none_is_refused(hire: Hire, patch: object) -> None:
    author = hire("Aigerim", "officer")
    at = begin(author, new())
    headers = {"If-Match": at.headers["ETag"]}
    assert author.patch(f"/v1/submissions/{at.json['id']}", json=patch, headers=headers).status_code == 422


def test_a_draft_may_wait_for_the_registry_but_not_break_the_schema(hire: Hire) -> None:
    author = hire("Aigerim", "officer")
    waiting = begin(author, {"act": "withdraw", "id": ABAI, "if_match": "*", "reason": "Closed."})
    assert "kind" not in waiting.json["changes"][0]
    broken = author.post("/v1/submissions", json={"changes": [new(organization("") | {"names": []})]})
    assert (broken.status_code, broken.json["errors"][0]["pointer"]) == (422, "/changes/0/document/names")
    assert (
        author.put(waiting.headers["Location"], json={"changes": [new({})]}, headers={"If-Match": "*"}).status_code
        == 422
    )


def test_of_eight_edits_at_once_one_is_kept(hire: Hire, app: Flask) -> None:
    author = hire("Aigerim", "officer")
    at = begin(author, new())
    start, got = threading.Barrier(8), []

    def edit(number: int) -> None:
        client = app.test_client()
        headers = {"Authorization": f"Bearer {author.token}", "If-Match": at.headers["ETag"]}
        start.wait()
        got.append(
            client.patch(f"/v1/submissions/{at.json['id']}", json={"title": f"{number}"}, headers=headers).status_code
        )
        store_of(app).close()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(got) == [200] + [412] * 7


def test_lists_are_narrowed_by_state_author_and_kind_and_walked_page_by_page(hire: Hire) -> None:
    officers = {name: hire(name, "officer", ABAI) for name in ("Aigerim", "Saule")}
    for name, client in officers.items():
        for number in range(3):
            begin(client, new(organization(f"{name} {number}")), title=f"{name} {number}")
        at = begin(client, new(program(f"Teachers of {name}"), "program"), title=f"{name} program")
        step(client, at, "submit")
    reader = officers["Saule"]

    def titles(query: str) -> list[str]:
        return [each["title"] for each in reader.get(f"/v1/submissions?{query}").json["items"]]

    assert titles("state=submitted") == ["Saule program", "Aigerim program"]
    assert titles("author=Aigerim&state=draft") == ["Aigerim 2", "Aigerim 1", "Aigerim 0"]
    assert titles("kind=program&author=Aigerim") == ["Aigerim program"]
    assert titles("kind=policy") == []
    assert titles("limit=0") == []
    walked, address = [], "/v1/submissions?author=Aigerim&limit=3"
    while address:
        page = reader.get(address)
        walked.append([each["title"] for each in page.json["items"]])
        address = page.json.get("next")
        assert ("Link" in page.headers) == (address is not None)
    assert walked == [["Aigerim program", "Aigerim 2", "Aigerim 1"], ["Aigerim 0"]]
    line = reader.get("/v1/submissions?kind=program&author=Aigerim").json["items"][0]
    assert (line["kinds"], line["changes"], line["organizations"]) == (["program"], 1, [ABAI])


@pytest.mark.parametrize("role", ["officer", "reviewer"])
def test_what_an_officer_posts_to_a_collection_is_a_submission_of_one(hire: Hire, role: str) -> None:
    officer, reviewer = hire("Aigerim", role), hire("Bolat", "reviewer")
    tried = officer.post("/v1/organizations?dry_run=true", json=organization())
    assert (tried.status_code, tried.json["name"]) == (200, "Abai Institute")
    sent = officer.post("/v1/organizations?reason=New", json=organization())
    assert (sent.status_code, sent.json["state"]) == (202, "submitted")
    assert officer.get(sent.headers["Location"]).headers["ETag"] == sent.headers["ETag"]
    (change,) = sent.json["changes"]
    assert (change["act"], change["kind"], change["document"], change["reason"]) == (
        "create",
        "organization",
        organization(),
        "New",
    )
    assert officer.get("/v1/organizations").json["total"] == 0
    applied = lead(officer, reviewer, sent, "start-review", "accept", "apply")
    assert (
        officer.get(f"/v1/organizations/{applied.json['changes'][0]['outcome']['id']}").json["name"] == "Abai Institute"
    )


def test_a_curator_publishes_at_once_without_review_and_readers_do_not(hire: Hire) -> None:
    assert hire("Dana", "curator").post("/v1/organizations", json=organization(evidence=[])).status_code == 201
    assert hire("Rita", "reader").post("/v1/organizations", json=organization("Other")).status_code == 403


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_what_an_officer_posts_is_refused_at_once_where_it_cannot_be_published(hire: Hire, query: str) -> None:
    officer, curator = hire("Aigerim", "officer"), hire("Dana", "curator")
    ident, _ = there(curator)

    def refused(body: object, kind: str = "organizations") -> tuple[int, str, str]:
        answer = officer.post(f"/v1/{kind}{query}", json=body)
        return answer.status_code, answer.json["type"].split("#")[1], answer.json["errors"][0]["pointer"]

    assert refused(organization("Other") | {"type": "no"}) == (422, "invalid", "/type")
    assert refused(organization("Other", evidence=[])) == (422, "invalid", "/evidence")
    assert refused(organization()) == (409, "duplicate", "/names")
    assert refused(program("Teachers", ABAI), "programs") == (409, "conflict", "/relations/0/target/id")
    other = [{"target": {"id": ident}, "reason": "Another town."}]
    assert officer.post(f"/v1/organizations{query}", json=organization(distinct_from=other)).status_code in (200, 202)


def test_links_lead_from_what_was_made_to_what_can_be_done_with_it(client: ContractClient) -> None:
    document = client.get("/v1/openapi.json").json
    drafted = document["paths"]["/v1/submissions"]["post"]["responses"]["201"]["links"]
    assert drafted["submit_submission"]["parameters"] == {
        "submission": "$response.body#/id", "If-Match": "$response.header.ETag",
    }  # fmt: skip
    handed_in = document["paths"]["/v1/organizations"]["post"]["responses"]["202"]["links"]
    assert set(handed_in) == {"read_submission", "weigh_submission", "withdraw_submission"}
    assert set(drafted) == {*handed_in, "replace_submission", "submit_submission"}
