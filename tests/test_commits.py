"""What is kept in mind is true: a commit by whomever is seen before the next answer, though nothing is asked of the database."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.store import journal, records
from registry.store.commits import Commits, _Header
from registry.store.database import Store
from tests.conftest import ENGINES, store_of
from tests.contract import ContractClient
from tests.making import organization, put, put_again

on_sqlite = pytest.mark.parametrize("databases", ENGINES[:1], indirect=True)


@pytest.fixture
def path(tmp_path: Path) -> str:
    made = sqlite3.connect(tmp_path / "some.sqlite")
    made.execute("PRAGMA journal_mode = wal")
    made.execute("CREATE TABLE number (number INTEGER)")
    made.commit()
    made.close()
    return str(tmp_path / "some.sqlite")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["commit", "roll back", "read", "checkpoint", "reopen"]), min_size=5, max_size=30))
def test_each_commit_changes_the_stamp_and_nothing_else_hides_one(path: str, acts: list[str]) -> None:
    commits, other = Commits(path), sqlite3.connect(path)
    seen = {commits.stamp()}
    for number, act in enumerate(acts):
        before = commits.stamp()
        if act == "reopen":
            other.close()
            other = sqlite3.connect(path)
        elif act == "checkpoint":
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        elif act == "read":
            other.execute("SELECT COUNT(*) FROM number").fetchone()
        else:
            other.execute("INSERT INTO number VALUES (?)", [number])
            assert commits.stamp() == before, "what is not committed is nobody's business"
            other.commit() if act == "commit" else other.rollback()
        after = commits.stamp()
        if act == "commit":
            assert after is not None and after not in seen
        elif act in ("roll back", "read"):
            assert after == before
        seen.add(after)
    other.close()
    commits.close()


def test_what_another_process_commits_is_seen(path: str) -> None:
    commits = Commits(path)
    before = commits.stamp()
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('INSERT INTO number VALUES (1)'); c.commit(); c.close()"
    subprocess.run([sys.executable, "-c", code, path], check=True)
    assert commits.stamp() not in (None, before)
    commits.close()


def test_a_process_that_was_forked_looks_for_itself(path: str) -> None:
    commits = Commits(path)
    before, keeper = commits.stamp(), commits._keeper
    child = os.fork()
    if child == 0:
        alike = commits.stamp() == before
        os._exit(0 if alike and commits._keeper is not keeper and keeper in commits._inherited else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    other = sqlite3.connect(path)
    other.execute("INSERT INTO number VALUES (1)")
    other.commit()
    other.close()
    assert commits.stamp() not in (None, before)
    commits.close()


def test_no_lock_of_the_process_is_lost_by_looking(path: str) -> None:
    """Another process that could have the lock of who has the wal-index open would empty it under everybody's eyes."""
    there = 128  # UNIX_SHM_DMS of SQLite's os_unix.c: the byte that whoever has the database open locks
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'r+b')\n"
        f"try: fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, {there})\n"
        "except OSError: sys.exit(1)"
    )

    def can_be_emptied() -> bool:
        return subprocess.run([sys.executable, "-c", code, f"{path}-shm"], check=False).returncode == 0

    own = sqlite3.connect(path)
    own.execute("SELECT COUNT(*) FROM number").fetchone()
    assert not can_be_emptied()
    commits, others = Commits(path), Commits(path)
    assert commits.stamp() == others.stamp() is not None
    assert not can_be_emptied()
    others.close()
    del others
    assert not can_be_emptied()
    commits.close()
    del commits
    assert not can_be_emptied()
    own.close()
    Commits(path).close()
    assert not [each for each in _Header.held if each._path == f"{path}-shm"], "once nobody has it open, it is let go"


def test_nobody_has_the_database_open_once_it_is_closed(path: str) -> None:
    commits = Commits(path)
    assert commits.stamp()
    assert Path(f"{path}-wal").exists()
    commits.close()
    assert not Path(f"{path}-wal").exists()
    assert commits.stamp(), "it is opened again when asked again"
    commits.close()


def test_a_database_without_a_log_tells_nothing(tmp_path: Path) -> None:
    plain = sqlite3.connect(tmp_path / "plain.sqlite")
    plain.execute("CREATE TABLE number (number INTEGER)")
    plain.commit()
    commits = Commits(str(tmp_path / "plain.sqlite"))
    assert commits.stamp() is None
    commits.close()
    plain.close()
    assert Store("sqlite:///:memory:").stamp() is None


def test_a_database_that_cannot_be_read_tells_nothing_until_it_can(tmp_path: Path, path: str) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database" * 100)
    commits = Commits(str(broken))
    assert commits.stamp() is None
    broken.write_bytes(Path(path).read_bytes())
    assert commits.stamp()
    commits.close()


@on_sqlite
def test_in_a_transaction_what_it_has_written_counts(empty_store: Store) -> None:
    before = journal.head(empty_store)
    with empty_store.writing():
        assert empty_store.stamp() is None
        put(empty_store, "organization", organization())
        assert journal.head(empty_store) == before + 1
    assert journal.head(empty_store) == before + 1


def test_what_others_write_is_served_at_once(curator: ContractClient) -> None:
    there = curator.post("/v1/organizations", json=organization("Abai Institute")).json
    address, others = f"/v1/organizations/{there['id']}", Store(store_of(curator.application).url)
    paths = [
        address,
        f"/v1/records/{there['id']}",
        "/v1/organizations?country=!KE&sort=-updated&limit=1",
        "/v1/organizations?q=Abai",
    ]
    for number in range(3):
        first = [curator.get(path) for path in paths]
        assert [curator.get(path).data for path in paths] == [each.data for each in first]
        stored = records.read(others, there["id"])
        assert stored is not None
        put_again(others, stored, organization("Abai Institute", summaries=[{"lang": "en", "text": f"Said {number}."}]))
        for path, before in zip(paths, first, strict=True):
            after = curator.get(path, headers={"If-None-Match": before.headers["ETag"]})
            assert after.status_code == 200, path
            (item,) = after.json.get("items", [after.json])
            assert item["summaries"][0]["text"] == f"Said {number}."
    others.close()
