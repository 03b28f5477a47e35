"""A POST that bears an Idempotency-Key acts once, however often and however closely together it is sent."""

import threading
from typing import Any

import pytest
from flask import Flask

from registry.http.operations import Operation
from registry.http.parameters import IDEMPOTENCY_KEY
from registry.http.table import OPERATIONS
from registry.kinds.catalogue import KINDS
from registry.store import answers
from tests.conftest import store_of
from tests.contract import ContractClient
from tests.people import Hire
from tests.submissions.proposing import begin, new, organization, step, there

POSTS = [each for each in OPERATIONS if each.method == "POST"]
ONCE = {"issue_token", "match_names", "reconcile_batch"}
"""Whose answer is kept nowhere: a token is shown this once, and matching writes nothing."""


def post(
    client: ContractClient, key: str, body: object = None, address: str = "/v1/organizations", **headers: str
) -> Any:
    sent = organization() if body is None else body
    return client.post(address, json=sent, headers={"Idempotency-Key": key, **headers})


@pytest.mark.parametrize("operation", POSTS, ids=lambda each: str(each.name))
def test_every_post_takes_a_key_but_those_that_answer_a_secret(operation: Operation) -> None:
    kind = KINDS["organization"] if operation.per_kind else None
    assert (IDEMPOTENCY_KEY in operation.all_parameters(kind)) == (operation.name not in ONCE)
    assert 422 in operation.statuses()


def test_the_same_request_gets_the_same_answer_again_and_acts_once(hire: Hire) -> None:
    curator = hire("Dana", "curator")
    first, second = post(curator, "one"), post(curator, "one")
    assert (first.status_code, "Idempotent-Replay" in first.headers) == (201, False)
    assert (second.status_code, second.headers["Idempotent-Replay"]) == (201, "true")
    assert second.data == first.data
    assert [second.headers[name] for name in ("ETag", "Location", "Content-Type")] == [
        first.headers[name] for name in ("ETag", "Location", "Content-Type")
    ]
    assert curator.get("/v1/organizations").json["total"] == 1


def test_an_answer_is_given_again_whatever_has_happened_since(hire: Hire) -> None:
    """Steps and merges too: the If-Match that the first request bore is stale by then."""
    author = hire("Aigerim", "officer")
    at = begin(author, new())
    headers = {"Idempotency-Key": "hand-in", "If-Match": at.headers["ETag"]}
    first, second = (author.post(f"/v1/submissions/{at.json['id']}/submit", headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert step(author, second, "withdraw").status_code == 200


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (organization("Another"), "/v1/organizations"),
        (organization(), "/v1/organizations?reason=So"),
        (organization(), "/v1/standards-bodies"),
    ],
)
def test_another_request_under_the_same_key_is_refused(hire: Hire, body: object, address: str) -> None:
    curator = hire("Dana", "curator")
    post(curator, "one")
    refused = post(curator, "one", body, address)
    assert (refused.status_code, refused.json["type"]) == (422, "/docs/problems#idempotency-mismatch")
    assert refused.json["errors"][0]["parameter"] == "Idempotency-Key"
    assert curator.get("/v1/records").json["total"] == 1


def test_a_key_is_its_holders_own(hire: Hire) -> None:
    one, two = hire("Dana", "curator"), hire("Erlan", "curator")
    assert post(one, "one").status_code == 201
    assert post(two, "one", organization("Another")).status_code == 201


def test_what_is_refused_leaves_its_key_free(hire: Hire) -> None:
    curator = hire("Dana", "curator")
    there(curator)
    for body, status in ((organization(), 409), ({}, 422), (organization("Another"), 201)):
        assert post(curator, "one", body).status_code == status


def test_a_dry_run_takes_no_key(hire: Hire) -> None:
    curator = hire("Dana", "curator")
    assert post(curator, "one", address="/v1/organizations?dry_run=true").status_code == 200
    assert post(curator, "one").status_code == 201


def test_a_key_may_stand_in_quotes(hire: Hire) -> None:
    curator = hire("Dana", "curator")
    sent = ['"one \\"two\\""', '"one \\"two\\""', "three", '"three"']
    answers_ = [
        post(curator, key, organization(name))
        for key, name in zip(sent, ("A school", "A school", "Others", "Others"), strict=True)
    ]
    assert [each.headers.get("Idempotent-Replay") for each in answers_] == [None, "true", None, "true"]


@pytest.mark.parametrize("key", ["", '""', '"open', "one, two", "x" * 256, '"' + "x" * 256 + '"', "ключ"])
def test_a_key_that_is_none_is_refused(hire: Hire, key: str) -> None:
    curator = hire("Dana", "curator")
    refused = curator.post(
        "/v1/organizations", json=organization(), headers=[("Idempotency-Key", key.encode().decode("latin-1"))]
    )
    assert (refused.status_code, refused.json["errors"][0]["parameter"]) == (400, "Idempotency-Key")


def test_the_longest_keys_are_taken(hire: Hire) -> None:
    curator = hire("Dana", "curator")
    for key, name in (("x" * 255, "A school"), ('"' + "y" * 255 + '"', "Others")):
        assert [post(curator, key, organization(name)).status_code for _ in range(2)] == [201, 201]


def test_a_key_is_forgotten_after_a_day(hire: Hire, app: Flask) -> None:
    curator, store = hire("Dana", "curator"), store_of(app)
    post(curator, "one")
    post(curator, "two", organization("Others"))
    day_ago = answers._text(answers.datetime.datetime.now(answers.datetime.UTC) - answers.datetime.timedelta(hours=24))
    store.change("UPDATE answer SET created_at = ? WHERE key = 'one'", [day_ago])
    assert post(curator, "one", organization("Third")).status_code == 201
    assert post(curator, "two", organization("Fourth")).status_code == 422


def test_of_eight_twins_at_once_one_acts_and_all_get_its_answer(hire: Hire, app: Flask) -> None:
    curator = hire("Dana", "curator")
    start, got = threading.Barrier(8), []

    def send() -> None:
        client = app.test_client()
        headers = {"Authorization": f"Bearer {curator.token}", "Idempotency-Key": "twin"}
        start.wait()
        answer = client.post("/v1/organizations", json=organization(), headers=headers)
        got.append((answer.status_code, answer.data, answer.headers["ETag"], answer.headers["Location"]))
        store_of(app).close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(got) == 8
    assert len(set(got)) == 1
    assert got[0][0] == 201
    assert curator.get("/v1/organizations").json["total"] == 1


def test_a_twin_in_another_process_waits_for_the_answer(hire: Hire, app: Flask) -> None:
    """Two stores on one database, as two processes have: only the database's own locks stand between them."""
    store = store_of(app)
    other = type(store)(store.url)
    curator, told = hire("Dana", "curator"), []

    def twin() -> None:
        with other.writing():
            told.append(answers.claim(other, "Dana", "one", "request"))
            told.append(answers.find(other, "Dana", "one").body)
        other.close()

    thread = threading.Thread(target=twin)
    with store.writing():
        assert answers.claim(store, "Dana", "one", "request")
        thread.start()
        thread.join(0.5)
        assert thread.is_alive() and not told
        answers.keep(store, "Dana", "one", 201, "[]", b"made")
    thread.join(10)
    assert told == [False, b"made"]
    assert curator.get("/v1/organizations").json["total"] == 0
