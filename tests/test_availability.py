"""When the database is away or busy for a while: what mends itself, and what is said to be tried again."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import peewee
import pytest

from registry.application import create_app
from registry.service import access
from registry.settings import Settings
from registry.store import journal
from registry.store.database import Store
from tests.conftest import Databases, store_of
from tests.contract import ContractClient
from tests.making import organization

ANY = {"If-Match": "*"}


@pytest.fixture
def store(keeper: ContractClient) -> Store:
    return store_of(keeper.application)


def forsake(store: Store) -> None:
    """Have the server end the connection that this thread keeps, as it does when it stops."""
    other = Store(store.url)
    other.rows("SELECT pg_terminate_backend(?)", store.row("SELECT pg_backend_pid()"))
    other.close()


@pytest.fixture
def remote(postgres_server: str, tmp_path: Path) -> Iterator[ContractClient]:
    """A curator's client of a registry on PostgreSQL, to which connections can be lost."""
    databases = Databases(tmp_path, postgres_server)
    databases.made = int(uuid.uuid4().hex[:12], 16)
    app = create_app(Settings(database_url=databases.empty()), load=False)
    app.test_client_class = ContractClient
    client = app.test_client()
    assert isinstance(client, ContractClient)
    client.token = access.issue(store_of(app), "Ada", "curator")
    yield client
    store_of(app).close()


def test_a_connection_that_was_ended_is_made_anew_for_the_next_read(remote: ContractClient) -> None:
    forsake(store_of(remote.application))
    assert remote.get("/v1/records").status_code == 200


def test_a_connection_that_was_ended_is_made_anew_for_the_next_write(remote: ContractClient) -> None:
    store = store_of(remote.application)
    made = remote.post("/v1/organizations", json=organization())
    forsake(store)
    with store.writing():
        store.change("UPDATE setting SET value = value")
    forsake(store)
    assert (
        remote.patch(f"/v1/organizations/{made.json['id']}", json={"lifecycle": "ended"}, headers=ANY).status_code
        == 200
    )


def test_a_write_that_loses_its_connection_is_to_be_tried_again_and_keeps_nothing(remote: ContractClient, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    store = store_of(remote.application)
    write = journal.write

    def lost(*given: object) -> None:
        forsake(store)
        write(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(journal, "write", lost)
        refused = remote.post("/v1/organizations", json=organization())
    assert (refused.status_code, refused.json["type"]) == (503, "/docs/problems#unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert remote.get("/v1/records").json["total"] == 0
    assert remote.post("/v1/organizations", json=organization()).status_code == 201


class Elsewhere:
    """Another process, in the middle of a transaction that writes."""

    def __init__(self, url: str) -> None:
        self.store, self.done = Store(url), threading.Event()
        begun = threading.Event()

        def write() -> None:
            with self.store.writing():
                journal.hold(self.store)
                begun.set()
                self.done.wait(20)
            self.store.close()

        self.thread = threading.Thread(target=write)
        self.thread.start()
        assert begun.wait(20)

    def end(self) -> None:
        self.done.set()
        self.thread.join(20)


@pytest.fixture
def elsewhere(store: Store) -> Iterator[Elsewhere]:
    writer = Elsewhere(store.url)
    yield writer
    writer.end()


def test_a_write_waits_for_that_of_another_process(keeper: ContractClient, elsewhere: Elsewhere) -> None:
    threading.Timer(0.5, elsewhere.end).start()
    assert keeper.post("/v1/organizations", json=organization()).status_code == 201


def test_reading_waits_for_no_writer(keeper: ContractClient, elsewhere: Elsewhere) -> None:
    assert keeper.get("/v1/records").status_code == 200
    assert keeper.get("/v1/export").status_code == 200
    assert not elsewhere.done.is_set()


def test_a_write_that_waited_too_long_is_to_be_tried_again(
    keeper: ContractClient, store: Store, elsewhere: Elsewhere
) -> None:
    store.patience = 0.1
    if store.sqlite:
        store.rows("PRAGMA busy_timeout = 100")
    refused = keeper.post("/v1/organizations", json=organization())
    assert (refused.status_code, refused.json["type"]) == (503, "/docs/problems#unavailable")
    elsewhere.end()
    assert keeper.post("/v1/organizations", json=organization()).status_code == 201


def test_a_mistake_in_a_statement_is_a_failure_and_not_said_to_pass(
    keeper: ContractClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(peewee.DatabaseError) as mistake:
        store.rows("SELECT nothing FROM record")
    assert not store.is_passing(mistake.value)
    assert not store.is_passing(ValueError("locked"))
    monkeypatch.setattr(journal, "reach", lambda _: store.row("SELECT nothing FROM record"))
    assert keeper.get("/health/ready").status_code == 500
