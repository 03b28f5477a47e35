"""Many who write at once: each write is made on what its writer saw, or refused."""

import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask

from registry.errors import Conflict, Stale
from registry.kinds.catalogue import KINDS
from registry.service import access, merging, registering
from registry.service.reading import read
from registry.store import finding, journal, records
from registry.store.database import Store
from tests.conftest import store_of
from tests.contract import ContractClient
from tests.making import organization, put, put_again

WRITERS = 8


def at_once(acts: Iterable[Callable[[], Any]]) -> list[Any]:
    """What acts answer, or are refused with, that are begun at the same moment in threads of their own."""
    acts = list(acts)
    answers: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def perform(position: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[position] = act()
        except Exception as refusal:
            answers[position] = refusal

    threads = [threading.Thread(target=perform, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def with_store(url: str, act: Callable[[Store], Any]) -> Callable[[], Any]:
    """An act on a store of its own, as in a process of its own."""

    def perform() -> Any:
        store = Store(url)
        try:
            return act(store)
        finally:
            store.close()

    return perform


def kinds_of(answers: list[Any]) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


@pytest.mark.parametrize("own", [True, False], ids=["eight processes", "eight threads"])
def test_of_eight_who_change_one_version_one_wins_and_seven_are_told(empty_store: Store, own: bool) -> None:
    there = put(empty_store, "organization", organization("One"))
    acts = [lambda store, n=n: put_again(store, there, organization(f"Name {n}")) for n in range(WRITERS)]
    if own:
        answers = at_once(with_store(empty_store.url, act) for act in acts)
    else:
        answers = at_once(lambda act=act: (act(empty_store), empty_store.close())[0] for act in acts)  # type: ignore[misc]
    assert kinds_of(answers) == ["Stale"] * 7 + ["Stored"]
    winner = next(answer for answer in answers if not isinstance(answer, Stale))
    assert records.read(empty_store, there.id) == winner
    assert (winner.version, journal.head(empty_store)) == (2, 2)


def test_of_eight_who_claim_one_identifier_one_gets_it(empty_store: Store) -> None:
    claimed = [{"scheme": "ror", "value": "05dxps055"}]
    acts = [
        lambda store, n=n: put(store, "organization", organization(f"Name {n}", identifiers=claimed))
        for n in range(WRITERS)
    ]
    answers = at_once(with_store(empty_store.url, act) for act in acts)
    assert kinds_of(answers) == ["Conflict"] * 7 + ["Stored"]
    assert all(
        answer.detail == "An identifier belongs to one record only."
        for answer in answers
        if isinstance(answer, Conflict)
    )
    assert records.counts(empty_store) == {"organization": 1}


def test_all_who_write_different_records_succeed_and_are_numbered_in_one_order(empty_store: Store) -> None:
    def several(store: Store, writer: int) -> None:
        for n in range(4):
            put(store, "organization", organization(f"Name {writer}.{n}"))

    answers = at_once(with_store(empty_store.url, lambda store, w=w: several(store, w)) for w in range(WRITERS))
    assert answers == [None] * WRITERS
    found = [line for line, _ in journal.lines(empty_store, 0, 100)]
    assert [line.number for line in found] == list(range(1, 4 * WRITERS + 1))
    assert [line.at for line in found] == sorted(line.at for line in found)


def test_no_target_is_withdrawn_while_somebody_comes_to_refer_to_it(empty_store: Store) -> None:
    targets = [put(empty_store, "organization", organization("One")) for _ in range(4)]

    def leave(store: Store, n: int) -> Any:
        return put_again(store, targets[n], organization("One"), state="withdrawn")

    def refer(store: Store, n: int) -> Any:
        tie = {"relation": "part-of", "target": {"id": targets[n].id}, "lifecycle": "active"}
        return put(store, "organization", organization("Two", relations=[tie]))

    answers = at_once(
        with_store(empty_store.url, lambda store, n=n, act=act: act(store, n))
        for n in range(4)
        for act in (leave, refer)
    )
    refused = [isinstance(answer, Conflict) for answer in answers]
    assert [left != referred for left, referred in zip(refused[::2], refused[1::2], strict=True)] == [True] * 4


def test_changes_of_whatever_version_there_is_keep_what_the_others_changed(empty_store: Store) -> None:
    kind = KINDS["organization"]
    there = put(empty_store, "organization", organization("One"))

    def amend(store: Store, member: str, value: Any) -> None:
        registering.amend(store, kind, there.id, {member: value}, None, "Ada", "")

    patches = {
        "sector": "industry", "topics": ["robotics"], "lifecycle": "ended", "websites": [{"key": "w1", "url": "https://example.org"}],
        "type": "association", "places": [{"key": "p1", "country": "KE"}], "acts_as": ["platform"],
    }  # fmt: skip
    acts = [with_store(empty_store.url, lambda store, p=p: amend(store, *p)) for p in patches.items()]
    acts.append(with_store(empty_store.url, lambda store: merging.verify(store, there.id, None, "Bob", "") and None))
    assert at_once(acts) == [None] * WRITERS
    document = json.loads(read(empty_store, there.id).bytes)
    assert {member: document[member] for member in patches} == patches
    assert document["record"]["version"] == 1 + WRITERS


def test_over_http_one_of_eight_gets_200_and_seven_412(app: Flask) -> None:
    token = access.issue(store_of(app), "Ada", "curator")
    writer = ContractClient(app)
    writer.token = token
    made = writer.post("/v1/organizations", json=organization("One"))

    def patch(n: int) -> int:
        client = ContractClient(app)
        client.token = token
        headers = {"If-Match": made.headers["ETag"]}
        status = client.patch(
            made.headers["Location"], json={"websites": [{"url": f"https://{n}.example.org"}]}, headers=headers
        ).status_code
        store_of(app).close()
        return status

    assert sorted(at_once(lambda n=n: patch(n) for n in range(WRITERS))) == [200] + [412] * 7
    assert writer.get(made.headers["Location"]).json["record"]["version"] == 2


def test_a_list_that_is_overtaken_by_a_write_while_it_is_made_is_not_taken_for_current_later(
    curator: ContractClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_page = finding.page

    def page_then_somebody_writes(store: Store, *args: Any) -> finding.Page:
        found = read_page(store, *args)
        put(store, "organization", organization("Overtaking"))
        return found

    monkeypatch.setattr(finding, "page", page_then_somebody_writes)
    answer = curator.get("/v1/organizations?q=overtaking")
    monkeypatch.undo()
    assert answer.json["items"] == []
    again = curator.get("/v1/organizations?q=overtaking", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 200
    assert len(again.json["items"]) == 1
