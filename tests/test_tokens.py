"""Tokens: which are taken and which are not, what is noted of their use, and that nobody reads their secrets."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playhouse.migrations import Runner

from registry.errors import Invalid, Unauthenticated
from registry.service import access, accounts, auditing
from registry.store import migrating, tokens
from registry.store.database import Store
from tests import conftest
from tests.contract import ContractClient


def test_an_account_is_not_made_where_its_token_is_refused(empty_store: Store) -> None:
    with pytest.raises(Invalid):
        access.issue(empty_store, "Ada", "officer", scopes=["publish"])
    assert accounts.known(empty_store, "Ada") is None
    assert auditing.check(empty_store) == (0, "")


def test_a_mistyped_token_is_refused_without_a_look_into_the_database(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = access.issue(empty_store, "Ada", "curator")
    looks: list[str] = []
    monkeypatch.setattr(tokens, "find", lambda _, ident: looks.append(ident))
    other = "b" if good[30] == "a" else "a"
    mistyped = [good[:30] + other + good[31:], good[:-1], good + "0", good.upper(), "", "prt_", f" {good}", good + "\n"]
    for text in mistyped:
        with pytest.raises(Unauthenticated) as refused:
            access.authenticate(empty_store, text)
        assert refused.value.subject == "malformed"
    assert looks == []
    with pytest.raises(Unauthenticated):
        access.authenticate(empty_store, good)
    assert looks == [good.split("_")[1]]


def test_a_well_formed_token_with_a_known_id_and_another_secret_is_refused(empty_store: Store) -> None:
    real, other = access.issue(empty_store, "Ada", "curator"), access.issue(empty_store, "Bo", "curator")
    body = "_".join(["prt", real.split("_")[1], other[17:60]])
    forged = f"{body}_{access.zlib.crc32(body.encode()):08x}"
    with pytest.raises(Unauthenticated) as refused:
        access.authenticate(empty_store, forged)
    assert (refused.value.subject, refused.value.reason) == (real.split("_")[1], "unknown")


def test_the_use_of_a_token_is_noted_once_a_minute(empty_store: Store) -> None:
    text = access.issue(empty_store, "Ada", "curator")
    access.authenticate(empty_store, text)
    first = access.listed(empty_store)[0][0].last_used_at
    assert first is not None
    access.authenticate(empty_store, text)
    assert access.listed(empty_store)[0][0].last_used_at == first
    empty_store.change("UPDATE token SET last_used_at = '2020-01-01T00:00:00.000000Z'")
    access.authenticate(empty_store, text)
    assert access.listed(empty_store)[0][0].last_used_at >= first


def test_a_note_of_use_neither_waits_for_a_writer_nor_fails_the_request(empty_store: Store) -> None:
    text = access.issue(empty_store, "Ada", "curator")
    with _held_by_another_process(empty_store):
        start = time.monotonic()
        assert access.authenticate(empty_store, text).name == "Ada"
        assert time.monotonic() - start < 2
    assert access.listed(empty_store)[0][0].last_used_at is None
    access.authenticate(empty_store, text)
    assert access.listed(empty_store)[0][0].last_used_at is not None


def test_a_note_of_use_does_not_wait_for_a_writer_of_the_same_process(empty_store: Store) -> None:
    text = access.issue(empty_store, "Ada", "curator")
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with empty_store.writing():
            begun.set()
            done.wait(10)
        empty_store.close()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    start = time.monotonic()
    access.authenticate(empty_store, text)
    took = time.monotonic() - start
    done.set()
    writer.join()
    assert took < 2
    assert access.listed(empty_store)[0][0].last_used_at is None


def test_tokens_of_the_first_shape_work_as_before_and_their_holders_become_accounts(
    databases: conftest.Databases,
) -> None:
    store = Store(databases.empty())
    Runner(store.database, str(migrating.FOLDER)).up("0001_first")
    texts = {}
    for holder, role, revoked in [
        ("Ada", "reviewer", None), ("Ada", "curator", None), ("Bo", "administrator", "2026-01-01T00:00:00.000000Z"),
        ("Bo", "officer", None), ("Cy", "curator", "2026-01-01T00:00:00.000000Z"),
    ]:  # fmt: skip
        text = _soundly(f"prt_{len(texts):012x}_{'x' * 43}")
        texts[holder, role] = text
        row = [
            text.split("_")[1],
            access._digest(text),
            holder,
            role,
            f"2025-01-0{len(texts)}T00:00:00.000000Z",
            revoked,
        ]
        store.change("INSERT INTO token VALUES (?, ?, ?, ?, ?, NULL, ?)", row)
    assert "0002_accounts" in migrating.migrate(store)

    holders = {
        who: access.authenticate(store, texts[who]) for who in texts if who[0] != "Cy" and who[1] != "administrator"
    }
    assert {who: (found.name, found.role, found.scopes) for who, found in holders.items()} == {
        ("Ada", "reviewer"): ("Ada", "curator", ("submit", "review")),
        ("Ada", "curator"): ("Ada", "curator", ("submit", "review", "publish")),
        ("Bo", "officer"): ("Bo", "officer", ("submit",)),
    }
    for gone in (("Bo", "administrator"), ("Cy", "curator")):
        with pytest.raises(Unauthenticated):
            access.authenticate(store, texts[gone])
    assert [(each.name, each.role, each.created_at[:10]) for each in accounts.listed(store)] == [
        ("Ada", "curator", "2025-01-01"), ("Bo", "officer", "2025-01-03"), ("Cy", "reader", "2025-01-05"),
    ]  # fmt: skip
    store.close()


def test_no_secret_of_a_token_is_in_any_answer_log_or_table(
    empty_app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    store = conftest.store_of(empty_app)
    good, gone = access.issue(store, "Ada", "administrator"), access.issue(store, "Bo", "curator")
    access.revoke(store, gone)
    issued = _client(empty_app, good).post("/v1/accounts/Bo/tokens", json={}, headers={"Idempotency-Key": '"k-1"'})
    mistyped = good[:-1] + ("0" if good[-1] != "0" else "1")
    seen: list[str] = []
    for text in (good, gone, mistyped, good[:40], good.upper()):
        client = _client(empty_app, text)
        for path in ("/v1", "/v1/me", "/v1/accounts/Bo/tokens", "/v1/accounts", "/v1/accounts/Ada/tokens", "/v1/audit", "/docs", "/nowhere",
                     f"/v1/tokens/{text}", f"/v1/accounts/{text}", f"/{text}", f"/v1/organizations?country={text}", f"/v1?{text}=1",
                     f"/v1/records/{text}/network"):  # fmt: skip
            for method in ("GET", "DELETE", "OPTIONS"):
                found = client.open(path, method=method)
                seen.append(f"{found.get_data(as_text=True)} {found.headers}")
        seen.append(client.post("/v1/organizations", data=f'{{"{text}": ', content_type="application/json").text)
    monkeypatch.setattr(tokens, "find", _crash)
    seen += [_client(empty_app, good).get("/v1").text, caplog.text, *_everything_kept(store)]
    assert "Internal Server Error" in seen[-len(_everything_kept(store)) - 2]
    assert len(caplog.records) > 0
    secrets = [each.split("_", 2)[2][:20] for each in (good, gone, issued.json["token"])]
    shown = [each for each in seen for secret in secrets if secret in each or secret.upper() in each]
    assert shown == [], shown[0]


def _crash(*_: object) -> None:
    raise RuntimeError("The database is gone.")


def _everything_kept(store: Store) -> list[str]:
    return [
        str(row)
        for name in ("token", "account", "admin_journal", "answer")
        for row in store.rows(f"SELECT * FROM {name}")
    ]


def _soundly(body: str) -> str:
    return f"{body}_{access.zlib.crc32(body.encode()):08x}"


@contextmanager
def _held_by_another_process(store: Store) -> Iterator[None]:
    """A writer's lock, as another process would hold it: of the whole file, or of the row."""
    other = Store(store.url)
    with other.writing():
        other.change("UPDATE token SET scopes = scopes")
        yield
    other.close()


def _client(app: Flask, token: str) -> ContractClient:
    client = app.test_client()
    assert isinstance(client, ContractClient)
    client.token = token
    return client
