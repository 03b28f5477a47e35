"""The administrative journal: what it says, that nothing is missing from it, and that nobody can rewrite it unseen."""

import threading
from typing import Any

import peewee
import pytest
from click.testing import CliRunner
from flask import Flask

from registry.cli import main
from registry.errors import Conflict, Invalid
from registry.service import access, accounts, auditing
from registry.store import admin_journal
from registry.store.database import Store
from tests import conftest, making
from tests.contract import ContractClient


def test_every_act_on_accounts_and_tokens_leaves_a_line(empty_store: Store) -> None:
    text = access.issue(empty_store, "Ada", "curator")
    ident = text.split("_")[1]
    limited = access.issue_to(empty_store, "Ada", 2, ["submit"], "Eve").token
    accounts.change(empty_store, "Ada", "Eve", role="officer", disabled=True)
    access.revoke(empty_store, ident, "Eve")
    assert _said(empty_store) == [
        ("command line", "account-added", "Ada", {"role": "curator", "organizations": []}),
        ("command line", "token-issued", ident, {"account": "Ada", "scopes": ["submit", "review", "publish"]}),
        ("Eve", "token-issued", limited.id, {"account": "Ada", "scopes": ["submit"], "expires_at": limited.expires_at}),
        ("Eve", "account-changed", "Ada", {"role": "officer", "disabled": True}),
        ("Eve", "token-revoked", ident, {}),
    ]


def test_what_changes_nothing_or_is_refused_leaves_no_line(empty_store: Store) -> None:
    access.issue(empty_store, "Ada", "curator")
    before = _said(empty_store)
    accounts.change(empty_store, "Ada", "Eve", role="curator", organizations=[], disabled=False)
    for refused in (
        lambda: accounts.add(empty_store, "Ada", "officer", [], "Eve"),
        lambda: access.issue(empty_store, "Ada", scopes=["administer"]),
        lambda: access.issue(empty_store, "Bo", "officer", scopes=["administer"]),
        lambda: accounts.change(empty_store, "Ada", "Eve", role="officer", organizations=["k7r92wh453"]),
    ):
        with pytest.raises((Conflict, Invalid)):
            refused()
    assert _said(empty_store) == before
    assert accounts.find(empty_store, "Ada").role == "curator"


def test_refused_tokens_and_forbidden_acts_leave_a_line_that_tells_the_request(empty_app: Flask) -> None:
    store = conftest.store_of(empty_app)
    good, gone = access.issue(store, "Ada", "officer"), access.issue(store, "Bo", "curator", scopes=["submit"])
    ended, barred = access.issue(store, "Ada", days=1), access.issue(store, "Cy", "curator")
    access.revoke(store, gone)
    store.change("UPDATE token SET expires_at = created_at WHERE id = ?", [ended.split("_")[1]])
    accounts.change(store, "Cy", "Ada", disabled=True)
    start = len(_said(store))
    requests: list[str] = []

    def ask(token: str | None, method: str, path: str, address: str = "192.0.2.7") -> None:
        client = empty_app.test_client()
        assert isinstance(client, ContractClient)
        client.token = token
        answer = client.open(path, method=method, environ_base={"REMOTE_ADDR": address})
        requests.append(answer.headers["X-Request-Id"])

    ask(gone, "GET", "/v1/me")
    ask(ended, "GET", "/v1/records")
    ask(barred, "GET", "/v1/records")
    ask(good[:-1], "DELETE", "/v1/organizations/k7r92wh453", "2001:db8::1")
    ask(good, "POST", "/v1/records/k7r92wh453/verification")
    ask(good, "GET", "/v1/accounts")
    unnoted = [ask(None, "POST", "/v1/organizations"), ask(good, "GET", "/v1/me"), ask(good, "GET", "/v1/accounts/x/y")]

    def tells(reason: str, operation: str, number: int, address: str = "192.0.2.7") -> dict[str, str]:
        return {"reason": reason, "operation": operation, "address": address, "request_id": requests[number]}

    assert len(unnoted) == 3
    assert _said(store)[start:] == [
        ("anonymous", "token-refused", gone.split("_")[1], tells("revoked", "read_me", 0)),
        ("anonymous", "token-refused", ended.split("_")[1], tells("expired", "list_records", 1)),
        ("anonymous", "token-refused", barred.split("_")[1], tells("disabled", "list_records", 2)),
        ("anonymous", "token-refused", "malformed", tells("malformed", "withdraw_organization", 3, "2001:db8::1")),
        ("Ada", "act-forbidden", good.split("_")[1],
         tells("This needs the role reviewer; that of the account is officer.", "verify_record", 4)),
        ("Ada", "act-forbidden", good.split("_")[1],
         tells("This needs the role administrator; that of the account is officer.", "list_accounts", 5)),
    ]  # fmt: skip


def test_the_journal_is_read_in_pages_that_can_be_resumed(empty_app: Flask) -> None:
    store = conftest.store_of(empty_app)
    client = empty_app.test_client()
    assert isinstance(client, ContractClient)
    client.token = access.issue(store, "Ada", "administrator")
    for name in ("Bo", "Cy", "Di"):
        accounts.add(store, name, "officer", [], "Ada")
    first = client.get("/v1/audit?limit=3").json
    second = client.get(first["next"]).json
    assert [each["number"] for each in first["items"] + second["items"]] == [1, 2, 3, 4, 5]
    assert (first["more"], second["more"], second["head"]) == (True, False, 5)
    assert second["head_digest"] == second["items"][-1]["digest"]
    assert client.get(second["next"]).json["items"] == []
    accounts.add(store, "Ed", "officer", [], "Ada")
    assert [each["subject"] for each in client.get(second["next"]).json["items"]] == ["Ed"]


def test_eight_at_once_leave_lines_without_a_gap_in_one_chain(empty_store: Store) -> None:
    access.issue(empty_store, "Ada", "curator")
    failures: list[BaseException] = []

    def act(number: int) -> None:
        try:
            for at in range(5):
                accounts.add(empty_store, f"N{number}-{at}", "officer", [], "Ada")
                access.issue_to(empty_store, "Ada", None, None, "Ada")
        except BaseException as failure:
            failures.append(failure)
        finally:
            empty_store.close()

    threads = [threading.Thread(target=act, args=[number]) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    number, digest = auditing.check(empty_store)
    lines = admin_journal.lines(empty_store, 0, 1000)
    assert (number, digest) == (2 + 80, lines[-1].digest)
    assert [each.at for each in lines] == sorted(each.at for each in lines)


def test_one_name_asked_for_by_eight_at_once_is_given_once(empty_store: Store) -> None:
    outcomes: list[str] = []

    def act() -> None:
        try:
            accounts.add(empty_store, "Ada", "officer", [], "Eve")
            outcomes.append("added")
        except Conflict:
            outcomes.append("taken")
        finally:
            empty_store.close()

    threads = [threading.Thread(target=act) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["added"] + ["taken"] * 7
    assert auditing.check(empty_store)[0] == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE admin_journal SET by_whom = 'Eve' WHERE number = 2", "Line 2 of the administrative journal is not as"),
        ("UPDATE admin_journal SET at = '2020-01-01T00:00:00.000000Z' WHERE number = 3", "Line 3 of the"),
        ("UPDATE admin_journal SET detail = '{}' WHERE number = 1", "Line 1 of the administrative journal is not as"),
        ("UPDATE admin_journal SET subject = 'Bo' WHERE number = 3", "Line 3 of the administrative journal is not as"),
        ("UPDATE admin_journal SET act = 'account-added' WHERE number = 2", "Line 2 of the"),
        ("DELETE FROM admin_journal WHERE number = 2", "Line 2 of the administrative journal is missing"),
        ("DELETE FROM admin_journal WHERE number = 3", "The administrative journal ends at 2, but its head"),
        ("UPDATE admin_head SET digest = ''", "The administrative journal ends at 3, but its head"),
    ],
)
def test_a_journal_that_was_tampered_with_is_found(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch, damage: str, said: str
) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_URL", empty_store.url)
    access.issue(empty_store, "Ada", "curator")
    access.issue(empty_store, "Ada")
    making.put(empty_store, "organization", making.organization())
    whole = CliRunner().invoke(main, ["journal", "check"])
    assert (whole.exit_code, [line.split("\t")[:2] for line in whole.stdout.splitlines()]) == (
        0, [["public", "1"], ["administrative", "3"]],
    )  # fmt: skip
    empty_store.change(damage)
    found = CliRunner().invoke(main, ["journal", "check"])
    assert found.exit_code == 1
    assert found.stderr.startswith(said)
    assert found.stdout.startswith("public\t1\t"), "the other journal is checked all the same"


def test_the_command_finds_a_public_journal_that_was_tampered_with(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_URL", empty_store.url)
    making.put(empty_store, "organization", making.organization())
    empty_store.change("UPDATE journal SET by_whom = 'Eve'")
    found = CliRunner().invoke(main, ["journal", "check"])
    assert (found.exit_code, found.stderr) == (1, "Journal line 1 is not as it was written.\n")
    assert found.stdout == "administrative\t0\t-\n"


def test_a_refusal_stands_where_the_journal_cannot_be_written(
    empty_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise peewee.OperationalError("disk full")

    monkeypatch.setattr(admin_journal.Pen, "write", full)
    client = empty_app.test_client()
    assert client.get("/v1", headers={"Authorization": "Bearer x"}).status_code == 401
    assert "the administrative journal could not be written" in caplog.text


def _said(store: Store) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [(each.by, each.act, each.subject, each.detail) for each in admin_journal.lines(store, 0, 1000)]
