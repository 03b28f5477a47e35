"""Plain questions are answered at the door: as Flask answers them, counted against the same limits, until anything changes."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from flask import Flask, request_started
from werkzeug.test import TestResponse

from registry.http.acts.records import listed
from registry.http.table import OPERATIONS
from registry.service import access, find
from tests.conftest import ENGINES, store_of
from tests.contract import ContractClient
from tests.making import organization

Made = Callable[..., Flask]
on_sqlite = pytest.mark.parametrize("databases", ENGINES[:1], indirect=True)
LIST = "/v1/organizations?country=CN&limit=3"
OWN = {"X-Request-Id", "RateLimit"}
"""Headers in which two answers to the same request differ."""


@pytest.fixture
def behind(app: Flask) -> Iterator[list[Flask]]:
    """What Flask was asked since."""
    asked: list[Flask] = []

    def note(sender: Flask, **_: object) -> None:
        asked.append(sender)

    with request_started.connected_to(note, app):
        yield asked


def answer(response: TestResponse) -> tuple[int, bytes, dict[str, str]]:
    return response.status_code, response.data, {k: v for k, v in response.headers if k not in OWN}


@on_sqlite
@pytest.mark.parametrize(
    "headers", [{}, {"Accept-Encoding": "gzip"}, {"Accept": "text/csv"}], ids=["json", "compressed", "csv"]
)
def test_what_is_answered_at_the_door_is_what_flask_answers(
    curator: ContractClient, app: Flask, behind: list[Flask], headers: dict[str, str]
) -> None:
    reader, record = app.test_client(), curator.get(LIST).json["items"][0]["id"]
    for path, at_the_door in (
        (LIST, True), (f"{LIST}&cursor=", True), (f"/v1/organizations/{record}", True), (f"/v1/records/{record}/network", True),
        ("/v1/partnerships?rows=country", True), ("/v1/records?q=%E6%B8%85%E5%8D%8E&facets=country", True),
        ("/v1/suggest?prefix=ts", True), ("/v1/records?nonsense=1", False), ("/v1/records/0000000000", False), ("/nowhere", False),
        ("/v1/records?q=%FF", True), ("/v1/matches?name=Tsinghua", True), ("/v1/organizations/", True), ("/docs", False),
    ):  # fmt: skip
        before = len(behind)
        made, again = reader.get(path, headers=headers), reader.get(path, headers=headers)
        if made.status_code < 400:
            assert (len(behind) == before) == at_the_door, path
        by_flask = reader.get(path, headers={"Authorization": f"Bearer {curator.token}", **headers})
        own = {made.json["request_id"], by_flask.json["request_id"]} if made.status_code >= 400 else set()
        for each in own:
            made.data, by_flask.data = (found.data.replace(each.encode(), b"") for found in (made, by_flask))
        assert answer(made) == answer(by_flask), path
        assert answer(again)[0] == made.status_code
        left = [int(each.headers["RateLimit"].partition("r=")[2].partition(";")[0]) for each in (made, again)]
        assert left[1] == left[0] - 1, f"{path}: each counts once"


@on_sqlite
def test_what_fails_at_the_door_fails_behind_it_where_it_is_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch, behind: list[Flask]
) -> None:
    reader = app.test_client()
    assert reader.get(LIST).status_code == 200

    def broken(*_: object) -> None:
        raise RuntimeError("this is a test")

    monkeypatch.setattr(find, "find", broken)
    before = len(behind)
    failed = reader.get(f"{LIST}&total=false")
    assert failed.status_code == 500
    assert failed.json["type"] == "/docs/problems#internal-server-error"
    assert len(behind) == before + 1


@on_sqlite
def test_who_has_it_already_is_told_so_at_the_door_and_all_others_get_it(app: Flask, behind: list[Flask]) -> None:
    reader = app.test_client()
    tag = reader.get("/v1/organizations?limit=2").headers["ETag"]
    path = "/v1/organizations?limit=2&"
    unmade = reader.get(path, headers={"If-None-Match": tag})
    assert unmade.status_code == 304
    before = len(behind)
    again = reader.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert answer(again) == answer(unmade)
    assert len(behind) == before
    assert reader.get(path, headers={"If-None-Match": '"other"'}).status_code == 200, "its bytes had not been made"
    before = len(behind)
    assert len(reader.get(path).json["items"]) == 2
    assert reader.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert len(behind) == before


def test_what_is_refused_is_refused_though_the_answer_is_ready(app: Flask) -> None:
    reader = app.test_client()
    assert [reader.get(LIST).status_code for _ in range(2)] == [200, 200]
    assert reader.get(LIST, headers={"If-None-Match": "\x01"}).status_code == 400
    assert reader.head(LIST).data == b""
    assert reader.put(LIST).status_code == 405
    assert (
        reader.get(LIST, headers={"Authorization": "Bearer x"}).status_code == 401
    )  # noting it is a commit of its own


@on_sqlite
def test_what_needs_a_role_is_no_matter_for_the_door(app: Flask, request: pytest.FixtureRequest) -> None:
    reader = app.test_client()
    assert reader.get(f"{LIST}&total=false").status_code == 200
    for each in (each for each in OPERATIONS if each.act is listed):
        request.addfinalizer(partial(object.__setattr__, each, "role", each.role))
        object.__setattr__(each, "role", "curator")
    assert reader.get(LIST).status_code == 401


def test_nobody_gets_more_ready_answers_than_the_limit_allows(make_app: Made) -> None:
    app = make_app(rate_limit=4, workers=1)
    token = access.issue(store_of(app), "Ada", "curator")
    reader = app.test_client()
    assert [reader.get(LIST).status_code for _ in range(6)] == [200, 200, 200, 200, 429, 429]
    own = {"REMOTE_ADDR": "192.0.2.7"}
    assert reader.get(LIST, environ_overrides=own).status_code == 200, "another client"
    assert reader.get(LIST, headers={"Authorization": f"Bearer {token}"}).status_code == 200, "a token has its own"


def test_a_ready_answer_goes_with_the_next_change(curator: ContractClient) -> None:
    reader = curator.application.test_client()
    first = reader.get(LIST).json["total"]
    assert reader.get(LIST).json["total"] == first
    assert curator.post("/v1/organizations", json=organization(places=[{"country": "CN"}])).status_code == 201
    assert [reader.get(LIST).json["total"] for _ in range(2)] == [first + 1] * 2
