"""What one client may ask for in a minute: said with every answer, counted per token or address, bad tokens harder."""

import re
import runpy
import time
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.errors import Forbidden
from registry.http import limiting
from registry.service import access, accounts, auditing
from registry.settings import CHECKOUT, Settings, read_settings
from tests import conftest
from tests.contract import ContractClient

Made = Callable[..., Flask]

POLICY = re.compile(r'"default";q=([0-9]+);w=60(?:, "refused";q=([0-9]+);w=60)?')
STANDING = re.compile(r'"default";r=([0-9]+);t=([0-9]+)(?:, "refused";r=([0-9]+);t=([0-9]+))?')


def test_every_answer_says_how_much_is_left(make_app: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(rate_limit=200, workers=2)
    tag = _asked(app, "/v1/organizations").headers["ETag"]
    crash = {"status": 500, "path": "/v1/vocabularies"}
    monkeypatch.setitem(app.view_functions, "list_vocabularies", _crash)
    left = 99
    for path, method, headers, status in [
        ("/v1", "GET", {}, 200), ("/v1", "HEAD", {}, 200), ("/v1/organizations", "GET", {"If-None-Match": tag}, 304),
        ("/v1", "OPTIONS", {}, 204), ("/v1", "PUT", {}, 405), ("/nowhere", "GET", {}, 404), ("/docs", "GET", {}, 200),
        ("/v1?x=1", "GET", {}, 400), ("/v1/organizations", "POST", {}, 401), ("/v1/me", "GET", {"Authorization": "Bearer x"}, 401),
        ("/v1/organizations?format=jsonl&country=KE", "GET", {}, 200), (crash["path"], "GET", {}, crash["status"]),
    ]:  # fmt: skip
        found = _asked(app, path, method=method, headers=headers)
        left -= 1
        policy, standing = (
            POLICY.fullmatch(found.headers["RateLimit-Policy"]),
            STANDING.fullmatch(found.headers["RateLimit"]),
        )
        assert found.status_code == status
        assert policy and standing, f"{method} {path}"
        assert (int(policy[1]), int(standing[1])) == (100, left), f"{method} {path}"
        assert 1 <= int(standing[2]) <= 60
        assert (policy[2] is not None) == ("Authorization" in headers)


def test_who_asks_too_much_is_told_how_long_to_wait_and_is_let_in_again_then(
    make_app: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(rate_limit=6, workers=2)
    assert [_asked(app, "/v1").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = _asked(app, "/v1/records")
    wait = int(refused.headers["Retry-After"])
    assert 1 <= wait <= 60
    assert refused.json["type"] == "/docs/problems#too-many-requests"
    assert refused.headers["RateLimit"] == f'"default";r=0;t={wait}'
    assert _asked(app, "/nowhere").status_code == _asked(app, "/docs").status_code == 429
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + wait - 3)
    assert _asked(app, "/v1").status_code == 429
    monkeypatch.setattr(time, "time", lambda: real() + wait + 1)
    assert _asked(app, "/v1").status_code == 200


def test_each_token_and_each_address_is_counted_by_itself(make_app: Made) -> None:
    app = make_app(rate_limit=2, workers=1)
    store = conftest.store_of(app)
    ada, bo = access.issue(store, "Ada", "curator"), access.issue(store, "Bo", "curator")
    for client in ({}, {"token": ada}, {"token": bo}, {"address": "192.0.2.1"}, {"address": "192.0.2.2"}):
        assert [_asked(app, "/v1", **client).status_code for _ in range(3)] == [200, 200, 429], client
    assert _asked(app, "/v1", token=ada, address="192.0.2.3").status_code == 429, "a token is one client wherever it is"


def test_the_hosts_of_one_ipv6_network_are_one_client(make_app: Made) -> None:
    app = make_app(rate_limit=2, workers=1)
    inside = [_asked(app, "/v1", address=f"2001:db8::{host}").status_code for host in (1, 2, 3)]
    assert inside == [200, 200, 429]
    assert _asked(app, "/v1", address="2001:db8:0:1::1").status_code == 200


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::/64"), ("", ""),
        ("unix:" + "x" * 100, "unix:" + "x" * 59),
    ],
)  # fmt: skip
def test_what_counts_as_one_client(address: str, client: str) -> None:
    assert limiting.network(address) == client


def test_bad_tokens_are_limited_harder_and_spoil_nothing_for_good_ones(make_app: Made) -> None:
    app = make_app(rate_limit=1000, rate_limit_bad_tokens=3, workers=1)
    store = conftest.store_of(app)
    good, gone = access.issue(store, "Ada", "curator"), access.issue(store, "Bo", "curator")
    access.revoke(store, gone)
    before = auditing.lines(store, 0, 1).head
    bad = [gone, good[:-1], "x", gone, "Basic x"]
    answers = [_asked(app, "/v1", headers={"Authorization": each if " " in each else f"Bearer {each}"}) for each in bad]
    assert [each.status_code for each in answers] == [401, 401, 401, 429, 429]
    assert [STANDING.fullmatch(each.headers["RateLimit"])[3] for each in answers] == ["2", "1", "0", "0", "0"]  # type: ignore[index]
    assert [each.headers.get("Retry-After") is not None for each in answers] == [False, False, False, True, True]
    assert auditing.lines(store, 0, 1).head == before + 3, "what is refused unseen fills no journal"
    assert _asked(app, "/v1/me", token=good).status_code == 200
    assert _asked(app, "/v1").status_code == 200
    assert _asked(app, "/v1/me", token=gone, address="192.0.2.1").status_code == 401


def test_bad_tokens_count_as_requests_of_their_address_too(make_app: Made) -> None:
    app = make_app(rate_limit=2, rate_limit_bad_tokens=100, workers=1)
    assert [_asked(app, "/v1", token="x").status_code for _ in range(3)] == [401, 401, 429]
    assert _asked(app, "/v1").status_code == 429


def test_forbidden_acts_are_limited_harder_without_closing_what_is_allowed(make_app: Made) -> None:
    app = make_app(rate_limit=1000, rate_limit_bad_tokens=2, workers=1)
    store = conftest.store_of(app)
    ada, bo = access.issue(store, "Ada", "officer"), access.issue(store, "Bo", "officer")
    before = auditing.lines(store, 0, 1).head
    assert [_asked(app, "/v1/accounts", token=ada).status_code for _ in range(4)] == [403, 403, 429, 429]
    assert auditing.lines(store, 0, 1).head == before + 2
    assert _asked(app, "/v1/me", token=ada).status_code == 200
    assert _asked(app, "/v1/accounts", token=bo).status_code == 403


def test_what_an_act_itself_forbids_is_noted_and_counted_as_well(
    make_app: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise Forbidden("This draft is another organization's.")

    app = make_app(rate_limit_bad_tokens=1, workers=1)
    store = conftest.store_of(app)
    ada = access.issue(store, "Ada", "administrator")
    monkeypatch.setattr(accounts, "listed", forbidden)
    assert [_asked(app, "/v1/accounts", token=ada).status_code for _ in range(2)] == [403, 429]
    line = auditing.lines(store, 2, 10).items[-1]
    assert (line.act, line.detail["reason"]) == ("act-forbidden", "This draft is another organization's.")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "198.51.100.1", "192.0.2.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.5, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.5, 198.51.100.1, 192.0.2.8", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.9"),
        (1, None, "192.0.2.9"),
    ],
)
def test_as_many_forwarded_addresses_are_believed_as_there_are_proxies(
    make_app: Made, proxies: int, forwarded: str | None, client: str
) -> None:
    app = make_app(rate_limit_bad_tokens=1000, trusted_proxies=proxies)
    _asked(app, "/v1", token="x", address="192.0.2.9", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    assert auditing.lines(conftest.store_of(app), 0, 9).items[-1].detail["address"] == client


def test_without_a_limit_nothing_is_said_and_nobody_refused(make_app: Made) -> None:
    app = make_app(rate_limit=0, rate_limit_bad_tokens=0)
    answers = [_asked(app, "/v1", token="x") for _ in range(40)] + [_asked(app, "/v1") for _ in range(40)]
    assert {each.status_code for each in answers} == {200, 401}
    assert not any(name.startswith("RateLimit") for each in answers for name in each.headers.keys())  # noqa: SIM118


def test_the_limits_are_shared_by_as_many_workers_as_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    for set_to, workers in ((None, Settings().workers), ("5", 5)):
        if set_to:
            monkeypatch.setenv("REGISTRY_WORKERS", set_to)
        assert runpy.run_path(str(CHECKOUT / "gunicorn.conf.py"))["workers"] == workers == read_settings().workers
    policies = limiting.Limits(Settings(rate_limit=18000, rate_limit_bad_tokens=3, workers=4)).policies
    assert {name: policy.quota for name, policy in policies.items()} == {"default": 4500, "refused": 1}


def test_minutes_that_are_over_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    policy, moment = limiting.Policy("default", 9), 1000.0
    monkeypatch.setattr(time, "time", lambda: moment)
    for number in range(500):
        policy.spend(f"address {number}")
        moment += 1
    assert len(policy.known()) <= 2 * limiting.MINUTE


def test_a_clock_that_is_set_back_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    policy, moment = limiting.Policy("default", 2), 100_000.0
    monkeypatch.setattr(time, "time", lambda: moment)
    assert [policy.spend("ada")[1] for _ in range(3)] == [True, True, False]
    moment = 1000.0
    standing, allowed = policy.spend("ada")
    assert allowed and standing.left == 1 and standing.seconds == limiting.MINUTE


def _crash() -> None:
    raise RuntimeError


def _asked(
    app: Flask, path: str, *, method: str = "GET", token: str | None = None, address: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
) -> TestResponse:  # fmt: skip
    client = app.test_client()
    assert isinstance(client, ContractClient)
    client.token = token
    return client.open(path, method=method, headers=headers or {}, environ_base={"REMOTE_ADDR": address})
