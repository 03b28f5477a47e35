"""The journal as a feed: without gaps, in order, enough to rebuild the registry, and whole or said not to be."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.errors import Conflict
from registry.service import feeding, merging
from registry.store import journal
from registry.store.database import Store
from tests.conftest import Databases, store_of
from tests.contract import ContractClient
from tests.following import Answer, Follower, Get
from tests.histories import Chance
from tests.making import organization, program, put, put_again

ATOM = "{http://www.w3.org/2005/Atom}"


def asking(client: ContractClient) -> Get:
    """How a follower asks in these tests."""

    def get(address: str) -> Answer:
        answer = client.get(address)
        return Answer(answer.status_code, dict(answer.headers), answer.data)

    return get


@pytest.fixture
def store(keeper: ContractClient) -> Store:
    return store_of(keeper.application)


@pytest.mark.parametrize("limit", [1, 7, 500])
def test_a_snapshot_and_the_feed_rebuild_the_registry_byte_for_byte(
    limit: int, keeper: ContractClient, store: Store
) -> None:
    chance = Chance(store, random.Random(limit))
    chance.write(40)
    follower = Follower(asking(keeper))
    follower.snapshot()
    assert follower.exported() == keeper.get("/v1/export").data
    for _ in range(4):
        chance.write(30)
        follower.follow(limit)
        assert follower.exported() == keeper.get("/v1/export").data
    assert {"merge", "restore", "withdraw", "verify", "create"} <= {line["act"] for line in follower.lines}
    assert any(line["rendered"] for line in follower.lines)


def test_the_feed_alone_rebuilds_the_registry_from_nothing(keeper: ContractClient, store: Store) -> None:
    Chance(store, random.Random(3)).write(120)
    follower = Follower(asking(keeper))
    follower.follow()
    assert follower.exported() == keeper.get("/v1/export").data
    assert [line["number"] for line in follower.lines] == list(range(1, journal.head(store) + 1))


def test_a_copy_of_some_kinds_is_kept_by_the_feed_of_those_kinds(keeper: ContractClient, store: Store) -> None:
    chance = Chance(store, random.Random(4))
    chance.write(50)
    follower = Follower(asking(keeper), "program", "figure")
    follower.snapshot()
    chance.write(80)
    follower.follow(10)
    assert follower.exported() == keeper.get("/v1/export?kind=program&kind=figure").data
    assert {line["record"]["kind"] for line in follower.lines} > {"program", "figure"}
    assert len(follower.lines) < journal.head(store)


def test_a_snapshot_that_is_written_to_while_it_is_read_is_mended_by_the_feed(
    keeper: ContractClient, store: Store
) -> None:
    chance = Chance(store, random.Random(5))
    for n in range(230):
        put(store, "organization", organization(f"Number {n}"))
    change, exported = feeding.export(store, None)
    begun = [next(exported) for _ in range(10)]
    chance.write(60)
    follower = Follower(asking(keeper))
    follower.number = change
    follower.copy = {each["id"]: each for each in map(json.loads, [*begun, *exported])}
    assert follower.exported() != keeper.get("/v1/export").data
    follower.follow()
    assert follower.exported() == keeper.get("/v1/export").data


def test_each_line_tells_what_was_done_to_which_record_by_whom_and_what_it_changed(keeper: ContractClient) -> None:
    made = keeper.post("/v1/organizations", json=organization("One"), query_string={"reason": "Found it."}).json
    keeper.patch(f"/v1/organizations/{made['id']}", json={"lifecycle": "ended"}, headers={"If-Match": "*"})

    page = keeper.get("/v1/changes").json

    first, second = page["items"]
    own = {
        "batch": 1,
        "by": "Ada",
        "act": "create",
        "version": 1,
        "state": "published",
        "why": "Found it.",
        "number": 1,
    }
    assert {name: first[name] for name in own} == own
    assert first["record"] == {"id": made["id"], "kind": "organization"}
    assert (first["differences"], first["rendered"]) == ([], [])
    assert second["differences"] == [{"pointer": "/lifecycle", "before": "active", "after": "ended"}]
    assert "document" not in first
    assert (page["head"], page["head_digest"], page["more"]) == (2, second["digest"], False)
    assert keeper.get("/v1/changes?include=document").json["items"][0]["document"] == made


def test_pages_lead_on_to_the_end_and_on_from_there(keeper: ContractClient, store: Store) -> None:
    for n in range(5):
        put(store, "organization", organization(f"Number {n}"))
    seen, address = [], "/v1/changes?limit=2"
    for _ in range(3):
        answer = keeper.get(address)
        seen += [line["number"] for line in answer.json["items"]]
        address = answer.json["next"]
        assert answer.headers["Link"] == f'<{address}>; rel="next"'
    assert seen == [1, 2, 3, 4, 5]
    assert not answer.json["more"]
    assert keeper.get(address).json["items"] == []
    put(store, "organization", organization("Last"))
    assert [line["number"] for line in keeper.get(address).json["items"]] == [6]


def test_lines_of_one_transaction_share_a_batch_and_show_documents_of_its_end(
    keeper: ContractClient, store: Store
) -> None:
    one, two = (put(store, "organization", organization(name)) for name in ("One", "Two"))
    course = put(store, "program", program("Course", two.id))
    merging.merge(store, two.id, one.id, None, "Mei", "The same.")
    merge, absorb = (
        keeper.get("/v1/changes?after=3&include=document&limit=1").json["items"],
        keeper.get("/v1/changes?after=4").json["items"],
    )
    assert [line["batch"] for line in (*merge, *absorb)] == [4, 4]
    assert merge[0]["survivor"] == one.id
    assert merge[0]["state"] == "merged"
    assert "document" not in merge[0]
    assert merge[0]["rendered"] == [{"id": course.id, "document": keeper.get(f"/v1/programs/{course.id}").json}]


def test_only_records_whose_bytes_changed_are_said_to_be_rendered_again(keeper: ContractClient, store: Store) -> None:
    one = put(store, "organization", organization("One"))
    course = put(store, "program", program("Course", one.id))
    put_again(store, one, organization("One", type="university"))
    renamed = put_again(store, store_record(store, one.id), organization("Renamed", type="university"))
    lines = keeper.get("/v1/changes?after=2").json["items"]
    assert [[each["id"] for each in line["rendered"]] for line in lines] == [[], [course.id]]
    assert renamed.version == 3


def store_record(store: Store, ident: str) -> Any:
    from registry.store import records

    return records.many(store, [ident])[ident]


def test_a_page_with_documents_ends_before_it_holds_too_many(
    keeper: ContractClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = put(store, "organization", organization("Hub"))
    for n in range(4):
        put(store, "program", program(f"Course {n}", hub.id))
    put_again(store, hub, organization("Renamed"))
    monkeypatch.setattr(feeding, "MOST_DOCUMENTS", 3)
    pages, address, more = [], "/v1/changes?include=document", True
    while more:
        page = keeper.get(address).json
        pages.append([line["number"] for line in page["items"]])
        address, more = page["next"], page["more"]
    assert pages == [[1, 2, 3], [4, 5], [6]]
    assert [line["number"] for line in keeper.get("/v1/changes").json["items"]] == [1, 2, 3, 4, 5, 6]


def test_a_kind_that_nothing_touched_moves_the_position_on_all_the_same(keeper: ContractClient, store: Store) -> None:
    put(store, "program", program("Course", put(store, "organization", organization()).id))
    page = keeper.get("/v1/changes?kind=standard").json
    assert page["items"] == []
    assert "after=2" in page["next"]


@pytest.mark.parametrize(("query", "status"), [
    ("after=2", 404), ("after=999999", 404), ("after=1&registry=" + "0" * 32, 409), ("after=1&registry=" + "ab" * 16, 409),
    ("after=0&registry=" + "ab" * 16, 200), ("after=-1", 400), ("after=1&registry=own", 400),
])  # fmt: skip
def test_a_position_from_the_future_or_of_another_registry_is_an_error(
    query: str, status: int, keeper: ContractClient, store: Store
) -> None:
    put(store, "organization", organization())
    assert keeper.get(f"/v1/changes?{query}").status_code == status


def test_the_position_that_is_handed_out_names_the_registry_and_an_empty_one_is_begun_with(
    keeper: ContractClient, store: Store
) -> None:
    first = keeper.get("/v1/changes")
    assert first.json["registry"] == first.headers["Registry-Id"] == "0" * 32
    put(store, "organization", organization())
    second = keeper.get(first.json["next"])
    assert second.status_code == 200
    assert second.json["registry"] == feeding.identity(store) != "0" * 32
    assert f"registry={second.json['registry']}" in second.json["next"]
    assert keeper.get("/v1/export").headers["Registry-Id"] == second.json["registry"]


@pytest.fixture
def waiting(store: Store) -> Iterator[Callable[..., Callable[[], tuple[Any, float]]]]:
    """Asks for changes in a thread; what it gives answers what came, and after how many seconds."""
    threads = []

    def ask(**options: Any) -> Callable[[], tuple[Any, float]]:
        outcome: list[Any] = []

        def wait() -> None:
            begun = time.monotonic()
            try:
                outcome.append(feeding.changes(store, journal.head(store), 10, **options))
            finally:
                outcome.append(time.monotonic() - begun)
                store.close()

        thread = threading.Thread(target=wait)
        threads.append(thread)
        thread.start()

        def answer() -> tuple[Any, float]:
            thread.join(30)
            return outcome[0], outcome[1]

        return answer

    yield ask
    for thread in threads:
        thread.join(30)


def test_who_waits_is_answered_as_soon_as_something_changes(waiting: Any, store: Store) -> None:
    answer = waiting(wait=20)
    time.sleep(0.5)
    put(store, "organization", organization())
    found, seconds = answer()
    assert [line["number"] for line in found.items] == [1]
    assert 0.4 < seconds < 10


def test_who_waits_for_a_kind_is_not_answered_by_another(waiting: Any, store: Store) -> None:
    answer = waiting(wait=20, kinds=["program"])
    party = put(store, "organization", organization())
    time.sleep(0.5)
    put(store, "program", program("Course", party.id))
    found, _ = answer()
    assert [line["record"]["kind"] for line in found.items] == ["program"]


def test_who_waits_in_vain_is_answered_when_the_time_is_up(waiting: Any) -> None:
    found, seconds = waiting(wait=1)()
    assert found.items == []
    assert 1 <= seconds < 6


def test_whoever_waits_holds_nothing_of_the_database(waiting: Any, store: Store) -> None:
    put(store, "organization", organization())
    answer = waiting(wait=2)
    time.sleep(0.6)
    if store.sqlite:
        put(store, "organization", organization("Another"))
        assert store.row("PRAGMA wal_checkpoint(TRUNCATE)") == (0, 0, 0)
    else:
        sql = "SELECT state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        states = [row[0] for row in store.rows(sql)]
        assert states
        assert set(states) == {"idle"}
    answer()


def test_many_who_wait_leave_threads_for_others(waiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "_WAITING", threading.BoundedSemaphore(2))
    answers = [waiting(wait=3) for _ in range(2)]
    time.sleep(0.5)
    _, seconds = waiting(wait=3)()
    assert seconds < 2
    assert all(answer()[1] >= 3 for answer in answers)
    assert waiting(wait=1)()[1] >= 1


def test_the_atom_feed_has_what_rfc_4287_demands(keeper: ContractClient, store: Store) -> None:
    one, two = (put(store, "organization", organization(name), why="Because & so <on>.") for name in ("One", "Two"))
    merging.merge(store, two.id, one.id, None, "Mei", "")

    answer = keeper.get("/v1/changes.atom?limit=3")

    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}link").get("href") for entry in entries] == [
        f"/v1/organizations/{i}" for i in (one.id, two.id, two.id)
    ]
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(f"{ATOM}{name}")
            assert found.text
        assert element.find(f"{ATOM}author/{ATOM}name").text
        assert element.find(f"{ATOM}id").text.startswith("urn:uuid:")
    ids = [element.find(f"{ATOM}id").text for element in (feed, *entries)]
    assert len(set(ids)) == 4
    lines = keeper.get("/v1/changes?after=1").json["items"]
    assert [entry.find(f"{ATOM}updated").text for entry in entries] == [line["at"] for line in reversed(lines)]
    assert feed.find(f"{ATOM}updated").text == lines[-1]["at"]
    assert entries[2].find(f"{ATOM}summary").text == "Because & so <on>."
    assert keeper.get("/v1/changes.atom?limit=3").data == answer.data


def test_the_atom_feed_of_an_empty_registry_is_one_all_the_same(keeper: ContractClient) -> None:
    feed = ElementTree.fromstring(keeper.get("/v1/changes.atom").data)
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    assert feed.find(f"{ATOM}updated").text
    assert feed.findall(f"{ATOM}entry") == []


TAMPERED = {
    ("journal", "number"): "99", ("journal", "batch"): "7", ("journal", "at"): "'2020-01-01T00:00:00.000000Z'",
    ("journal", "act"): "'create'", ("journal", "record"): "(SELECT id FROM record ORDER BY number LIMIT 1)",
    ("journal", "kind"): "'program'", ("journal", "version"): "9", ("journal", "by_whom"): "'Eve'", ("journal", "why"): "'No.'",
    ("journal", "rendered"): """'["k7r92wh453"]'""", ("journal", "document"): "'0'", ("journal", "digest"): "'0'",
    ("revision", "record"): "1", ("revision", "version"): "9", ("revision", "change"): "99", ("revision", "state"): "'withdrawn'",
    ("revision", "survivor"): "'k7r92wh453'", ("revision", "verified_at"): "'2020-01-01T00:00:00.000000Z'",
    ("revision", "verified_by"): "'Eve'", ("revision", "document"): "REPLACE(document, 'Two', 'Six')", ("revision", "seals"): """'{"e1": "x"}'""",
    ("record", "id"): "'k7r92wh453'", ("record", "kind"): "'program'", ("record", "version"): "1", ("record", "change"): "1",
    ("record", "state"): "'withdrawn'", ("record", "created_at"): "'2020-01-01T00:00:00.000000Z'",
    ("record", "updated_at"): "'2020-01-01T00:00:00.000000Z'",
    ("journal_head", "number"): "4", ("journal_head", "digest"): "'0'", ("journal_head", "at"): "'2020-01-01T00:00:00.000000Z'",
}  # fmt: skip
"""For each column that is true rather than derived, something else that it could be made to say."""


@pytest.fixture
def checked(store: Store, keeper: ContractClient) -> Store:
    """A store with a short journal that is whole."""
    put(store, "organization", organization("One"))
    two = put(store, "organization", organization("Two"))
    put_again(store, two, organization("Two", type="university"))
    merging.verify(store, two.id, None, "Mei", "Asked.")
    put(store, "program", program("Course", two.id))
    assert feeding.check(store)[0] == 5
    return store


@pytest.mark.parametrize(("table", "column"), TAMPERED)
def test_whatever_is_tampered_with_the_check_finds_it(table: str, column: str, checked: Store) -> None:
    where = {"journal": "number = 4", "revision": "change = 4", "record": "name = 'Two'", "journal_head": "one = 1"}[
        table
    ]
    changed = checked.change(f"UPDATE {table} SET {column} = {TAMPERED[table, column]} WHERE {where}")
    assert changed == 1
    with pytest.raises(Conflict):
        feeding.check(checked)


@pytest.mark.parametrize("removal", [
    ("DELETE FROM journal WHERE number = 3",), ("DELETE FROM journal WHERE number = 5",), ("DELETE FROM revision WHERE change = 3",),
    ("DELETE FROM journal WHERE number = 5", "UPDATE journal_head SET number = 4"),
    ("INSERT INTO revision SELECT record, 9, 99, state, survivor, verified_at, verified_by, document, seals FROM revision WHERE change = 1",),
    ("INSERT INTO revision SELECT record, 9, change, state, survivor, verified_at, verified_by, document, seals FROM revision WHERE change = 1",),
])  # fmt: skip
def test_whatever_is_removed_or_slipped_in_the_check_finds_it(removal: tuple[str, ...], checked: Store) -> None:
    for statement in removal:
        assert checked.change(statement) == 1
    with pytest.raises(Conflict):
        feeding.check(checked)


def test_every_column_that_is_true_is_among_those_that_are_tampered_with(empty_store: Store) -> None:
    derived = {("record", name) for name in ("number", "survivor", "name", "lifecycle", "etag", "bytes")} | {
        ("journal_head", "one")
    }
    columns = {
        (table, each.name)
        for table in ("journal", "revision", "record", "journal_head")
        for each in empty_store.database.get_columns(table)
    }
    assert columns - derived == set(TAMPERED)


def test_the_command_says_that_the_journal_is_whole_or_where_it_is_not(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = databases.empty()
    monkeypatch.setenv("REGISTRY_DATABASE_URL", url)
    runner = CliRunner()
    assert runner.invoke(main, ["migrate"]).exit_code == 0
    store = Store(url)
    put(store, "organization", organization())
    whole = runner.invoke(main, ["journal", "check"])
    assert whole.exit_code == 0
    assert journal.present(store).digest in whole.output
    store.change("UPDATE journal SET by_whom = 'Eve'")
    broken = runner.invoke(main, ["journal", "check"])
    assert broken.exit_code == 1
    assert "line 1" in broken.output
    store.close()
