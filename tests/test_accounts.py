"""Accounts: added, changed, disabled and listed by the command and over the API, and their tokens with them."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from registry.cli import main
from registry.errors import Conflict, Invalid, Unauthenticated, Unknown
from registry.http.table import OPERATIONS
from registry.service import access, accounts
from registry.store.database import Store
from tests import conftest, making
from tests.contract import ContractClient


@pytest.fixture
def administrator(empty_app: Flask) -> ContractClient:
    """A client with an administrator's token, on a registry without records."""
    return _client(empty_app, access.issue(conftest.store_of(empty_app), "Ada", "administrator"))


@pytest.fixture
def typed(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Types a `registry` command on the empty store."""
    monkeypatch.setenv("REGISTRY_DATABASE_URL", empty_store.url)
    return lambda *words: CliRunner().invoke(main, words)


def test_an_account_is_added_given_a_token_changed_and_disabled_over_the_api(administrator: ContractClient) -> None:
    at = _organization(administrator)
    made = administrator.post("/v1/accounts", json={"name": "王芳", "role": "officer", "organizations": [at.upper()]})
    assert (made.status_code, made.headers["Location"]) == (201, f"/v1/accounts/{quote('王芳')}")
    assert made.json["organizations"] == [at]
    assert administrator.get(made.headers["Location"]).json == made.json
    issued = administrator.post(made.headers["Location"] + "/tokens", json={}).json
    officer = _client(administrator.application, issued["token"])
    me = {"name": "王芳", "role": "officer", "scopes": ["submit"], "organizations": [at], "token": issued["id"]}
    assert officer.get("/v1/me").json == me

    changed = administrator.patch(made.headers["Location"], json={"role": "reviewer", "organizations": []})
    assert (changed.json["role"], changed.json["organizations"]) == ("reviewer", [])
    assert officer.get("/v1/me").json == me | {"role": "reviewer", "organizations": []}, "an old token gains no scope"

    assert "disabled_at" in administrator.patch(made.headers["Location"], json={"disabled": True}).json
    assert officer.get("/v1/me").status_code == 401
    assert administrator.post(made.headers["Location"] + "/tokens", json={}).status_code == 409
    assert "disabled_at" not in administrator.patch(made.headers["Location"], json={"disabled": False}).json
    assert officer.get("/v1/me").status_code == 200


def test_a_token_is_shown_once_listed_without_its_text_and_revoked_for_ever(administrator: ContractClient) -> None:
    administrator.post("/v1/accounts", json={"name": "Bo", "role": "curator"})
    issued = administrator.post("/v1/accounts/Bo/tokens", json={"scopes": ["submit"], "days": 3})
    assert issued.status_code == 201
    kept = issued.json
    token = kept.pop("token")
    assert kept["scopes"] == ["submit"]
    assert kept["created_at"][:10] < kept["expires_at"][:10]
    assert administrator.get("/v1/accounts/Bo/tokens").json == {"items": [kept]}
    assert _client(administrator.application, token).get("/v1/me").json["scopes"] == ["submit"]
    address = f"/v1/tokens/{kept['id']}"
    assert administrator.delete(address).status_code == 204
    assert _client(administrator.application, token).get("/v1").status_code == 401, (
        "a bad token is refused on reads too"
    )
    assert administrator.delete(address).status_code == 404
    assert "revoked_at" in administrator.get("/v1/accounts/Bo/tokens").json["items"][0]


def test_a_token_is_issued_anew_each_time_since_no_answer_that_holds_one_is_kept(administrator: ContractClient) -> None:
    key = {"Idempotency-Key": '"k-1"'}
    first, second = (administrator.post("/v1/accounts/Ada/tokens", json={}, headers=key).json for _ in range(2))
    assert first["token"] != second["token"]
    added = [administrator.post("/v1/accounts", json={"name": "Bo", "role": "officer"}, headers=key) for _ in range(2)]
    assert [(each.status_code, each.headers.get("Idempotent-Replay")) for each in added] == [(201, None), (201, "true")]
    rows = conftest.store_of(administrator.application).rows("SELECT body FROM answer")
    assert [json.loads(bytes(row[0])) for row in rows] == [added[0].json]


def test_lists_of_accounts_and_tokens_are_paged(administrator: ContractClient) -> None:
    for name in ("Cy", "Bo", "王芳", "Dé"):
        assert administrator.post("/v1/accounts", json={"name": name, "role": "officer"}).status_code == 201
    ids = [administrator.post("/v1/accounts/Bo/tokens", json={}).json["id"] for _ in range(5)]
    assert [each["name"] for each in _walked(administrator, "/v1/accounts?limit=2")] == [
        "Ada",
        "Bo",
        "Cy",
        "Dé",
        "王芳",
    ]
    assert [each["id"] for each in _walked(administrator, "/v1/accounts/Bo/tokens?limit=2")] == ids


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        ({"name": "Ada", "role": "reader"}, 409, ["/name"]),
        ({"name": " x", "role": "reader"}, 422, ["/name"]),
        ({"name": "Seeds", "role": "reader"}, 422, ["/name"]),
        ({"name": "Command line", "role": "reader"}, 422, ["/name"]),
        ({"name": "Bo", "role": "king"}, 422, ["/role"]),
        ({"name": "Bo"}, 422, ["/role"]),
        ({"name": "Bo", "role": "officer", "organizations": ["k7r92wh453"]}, 409, ["/organizations/0"]),
        ({"name": "Bo", "role": "officer", "password": "x"}, 422, ["/password"]),
        ([], 422, [""]),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_pointers(
    administrator: ContractClient, body: Any, status: int, pointers: list[str]
) -> None:
    refused = administrator.post("/v1/accounts", json=body)
    assert (refused.status_code, [each["pointer"] for each in refused.json["errors"]]) == (status, pointers)
    assert [each["name"] for each in administrator.get("/v1/accounts").json["items"]] == ["Ada"]


def test_an_account_acts_for_live_records_that_can_act_and_for_the_survivor_of_a_merged_one(
    administrator: ContractClient,
) -> None:
    first, second = _organization(administrator, "Abai"), _organization(administrator, "Abay")
    paper = administrator.post("/v1/sources", json=making.source("paper-1")).json["id"]
    add = {"name": "Bo", "role": "officer"}
    refused = administrator.post("/v1/accounts", json=add | {"organizations": [first, paper]})
    assert refused.status_code == 409
    assert "is a source" in refused.json["errors"][0]["detail"]
    tag = administrator.get(f"/v1/organizations/{first}").headers["ETag"]
    merge = {"json": {"into": second}, "headers": {"If-Match": tag}}
    assert administrator.post(f"/v1/records/{first}/merge?reason=Twice.", **merge).status_code == 200
    made = administrator.post("/v1/accounts", json=add | {"organizations": [first]})
    assert made.json["organizations"] == [second]
    assert administrator.delete(f"/v1/organizations/{second}?reason=x", headers={"If-Match": "*"}).status_code == 204
    again = administrator.patch("/v1/accounts/Bo", json={"organizations": [second]})
    assert "was withdrawn" in again.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    "body", [{"role": None}, {"disabled": "yes"}, {"disabled": 1}, {"name": "Cy"}, {"organizations": ["x"]}]
)
def test_a_change_of_an_account_that_makes_no_sense_is_refused(administrator: ContractClient, body: Any) -> None:
    assert administrator.patch("/v1/accounts/Ada", json=body).status_code == 422


def test_a_token_has_no_more_scopes_than_its_account(administrator: ContractClient) -> None:
    administrator.post("/v1/accounts", json={"name": "Bo", "role": "officer"})
    refused = administrator.post("/v1/accounts/Bo/tokens", json={"scopes": ["submit", "publish"]})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/scopes/1")
    issued = administrator.post("/v1/accounts/Bo/tokens", json={"scopes": []}).json
    assert issued["scopes"] == []


def test_a_lowered_role_holds_for_tokens_that_were_issued_before(administrator: ContractClient) -> None:
    administrator.post("/v1/accounts", json={"name": "Bo", "role": "curator"})
    bo = _client(administrator.application, administrator.post("/v1/accounts/Bo/tokens", json={}).json["token"])
    assert bo.get("/v1/me").json["scopes"] == ["submit", "review", "publish"]
    administrator.patch("/v1/accounts/Bo", json={"role": "officer"})
    assert bo.get("/v1/me").json["scopes"] == ["submit"]
    assert bo.delete("/v1/organizations/k7r92wh453?reason=x").status_code == 403


def test_answers_about_accounts_are_kept_by_no_cache(administrator: ContractClient) -> None:
    for each in OPERATIONS:
        if each.tag == "accounts" and each.method == "GET":
            found = administrator.get(each.path.replace("{account}", "Ada"))
            assert (found.status_code, found.headers["Cache-Control"]) == (200, "no-store"), each.name


def test_the_command_makes_the_first_token_and_the_account_behind_it(
    typed: Callable[..., Result], empty_store: Store
) -> None:
    issued = typed("token", "issue", "Ada", "--role", "curator")
    assert access.authenticate(empty_store, issued.stdout.strip()).role == "curator"
    again = typed("token", "issue", "Ada", "--scope", "submit", "--days", "2")
    assert access.authenticate(empty_store, again.stdout.strip()).scopes == ("submit",)
    assert [line.split("\t")[1:4] for line in typed("token", "list").stdout.splitlines()] == [
        ["Ada", "curator", "submit,review,publish"], ["Ada", "curator", "submit"],
    ]  # fmt: skip
    assert isinstance(typed("token", "issue", "Bo").exception, Unknown)
    assert isinstance(typed("token", "issue", "Ada", "--role", "officer").exception, Conflict)
    assert isinstance(typed("token", "issue", "<b>", "--role", "officer").exception, Invalid)


def test_the_command_adds_changes_disables_enables_and_lists_accounts(
    typed: Callable[..., Result], empty_store: Store
) -> None:
    made = making.put(empty_store, "organization", making.organization())
    for words in (("add", "Bo", "--role", "officer"), ("change", "Bo", "--organization", made.id), ("disable", "Bo")):
        assert typed("account", *words).exit_code == 0
    name, role, organizations, _, disabled = typed("account", "list").stdout.strip().split("\t")
    assert (name, role, organizations) == ("Bo", "officer", made.id)
    assert disabled != "-"
    assert typed("account", "enable", "Bo").exit_code == 0
    assert typed("account", "change", "Bo", "--role", "reviewer").exit_code == 0
    assert accounts.find(empty_store, "Bo")[1:3] == ("reviewer", (made.id,))
    assert accounts.find(empty_store, "Bo").disabled_at is None


def test_the_command_revokes_a_token_by_its_id_or_by_its_text(typed: Callable[..., Result], empty_store: Store) -> None:
    first, second = access.issue(empty_store, "Ada", "curator"), access.issue(empty_store, "Ada")
    assert typed("token", "revoke", first).exit_code == 0
    assert typed("token", "revoke", second.split("_")[1]).exit_code == 0
    for text in (first, second):
        with pytest.raises(Unauthenticated):
            access.authenticate(empty_store, text)
    refused = typed("token", "revoke", first)
    assert isinstance(refused.exception, Unknown)
    assert first.split("_", 2)[2] not in str(refused.exception)


def _client(app: Flask, token: str) -> ContractClient:
    client = app.test_client()
    assert isinstance(client, ContractClient)
    client.token = token
    return client


def _organization(client: ContractClient, name: str = "Abai Institute") -> str:
    return str(client.post("/v1/organizations", json=making.organization(name)).json["id"])


def _walked(client: ContractClient, address: str) -> list[dict[str, Any]]:
    items = []
    while address:
        page = client.get(address).json
        assert len(page["items"]) <= 2
        items += page["items"]
        address = page.get("next", "")
    return items
