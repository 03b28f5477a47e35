"""Migrations: made once by whoever comes first, alike on both engines, and never by an older version on a newer database."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.errors import Unavailable
from registry.service.administering import prepare
from registry.settings import Settings
from registry.store import migrating
from registry.store.database import Store
from registry.store.migrating import FOLDER, migrate
from tests.conftest import Databases
from tests.test_racing import at_once, with_store

HISTORY = "schema_migration"
"""The table in which the runner of migrations keeps its own account."""
NAMES = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))


@pytest.fixture
def new_store(databases: Databases) -> Iterator[Store]:
    """A store on a database that holds nothing, not even tables."""
    store = Store(databases.empty())
    yield store
    store.close()


def columns(store: Store) -> set[tuple[str, str, str, bool]]:
    """Every column of the registry's own tables: table, name, family of its type, whether it may be empty."""
    if store.sqlite:
        rows = store.rows(
            'SELECT m.name, c.name, c.type, c."notnull" = 0 AND c.pk = 0 FROM sqlite_master m, pragma_table_info(m.name) c '
            "WHERE m.type = 'table' AND m.name NOT LIKE 'search%' AND m.name NOT LIKE 'sqlite%'"
        )
    else:
        rows = store.rows(
            "SELECT table_name, column_name, data_type, is_nullable = 'YES' FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name <> 'search'"
        )
    families = {"INTEGER": "number", "BIGINT": "number", "TEXT": "text", "BLOB": "bytes", "BYTEA": "bytes"}
    return {
        (table, name, families.get(kind.upper(), kind), bool(empty))
        for table, name, kind, empty in rows
        if table != HISTORY
    }


def indexes(store: Store) -> set[str]:
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'index'"
        if store.sqlite
        else "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
    )
    return {row[0] for row in store.rows(sql) if not re.search(r"autoindex|_pkey|_key|^search", row[0])}


def test_migrating_applies_what_is_pending_in_order_and_again_does_nothing(new_store: Store) -> None:
    assert migrate(new_store) == NAMES
    before = columns(new_store)
    assert migrate(new_store) == []
    assert columns(new_store) == before != set()


def test_whoever_starts_at_once_each_migration_is_applied_once(new_store: Store) -> None:
    answers = at_once(with_store(new_store.url, migrate) for _ in range(4))
    assert sorted(answers) == [[], [], [], NAMES]


def test_a_database_from_a_newer_version_is_refused_with_one_clear_line_and_left_as_it_is(
    new_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newer = tmp_path / "migrations"
    newer.mkdir()
    for path in FOLDER.glob("[0-9]*.py"):
        (newer / path.name).write_bytes(path.read_bytes())
    (newer / "9999_later.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE later (one INTEGER)')\n"
    )
    monkeypatch.setattr(migrating, "FOLDER", newer)
    assert migrate(new_store) == [*NAMES, "9999_later"]
    monkeypatch.setattr(migrating, "FOLDER", FOLDER)
    with pytest.raises(Unavailable) as refusal:
        prepare(new_store, Settings(database_url=new_store.url), load=True)
    assert "is from a newer version of the registry (it has 9999_later)" in refusal.value.detail
    assert "\n" not in refusal.value.detail
    assert new_store.rows("SELECT COUNT(*) FROM record") == [(0,)]


def test_a_server_that_does_not_answer_is_told_in_one_line_that_shows_no_password() -> None:
    store = Store("postgresql://ada:secret@127.0.0.1:1/nothing?application_name=secret")
    with pytest.raises(Unavailable) as refusal:
        migrate(store)
    assert "postgresql://127.0.0.1:1/nothing cannot be used" in refusal.value.detail
    assert "secret" not in refusal.value.detail
    assert "\n" not in refusal.value.detail


def test_a_migration_that_fails_leaves_nothing_behind(
    new_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    migrate(new_store)
    broken = tmp_path / "migrations"
    broken.mkdir()
    for path in FOLDER.glob("[0-9]*.py"):
        (broken / path.name).write_bytes(path.read_bytes())
    (broken / "9999_broken.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE half (one INTEGER)')\n    db.execute_sql('CREATE NONSENSE')\n"
    )
    monkeypatch.setattr(migrating, "FOLDER", broken)
    with pytest.raises(Unavailable, match="cannot be used"):
        migrate(new_store)
    assert "half" not in {table for table, *_ in columns(new_store)}
    monkeypatch.setattr(migrating, "FOLDER", FOLDER)
    assert migrate(new_store) == []


def test_tables_and_indexes_are_alike_on_both_engines(new_store: Store, tmp_path: Path) -> None:
    migrate(new_store)
    other = Store(f"sqlite:///{tmp_path}/other.sqlite")
    migrate(other)
    assert columns(new_store) == columns(other)
    assert indexes(new_store) == indexes(other)
    other.close()


@pytest.mark.parametrize("path", ["/proc/nowhere/registry.sqlite", "/dev/null/registry.sqlite"])
def test_a_file_that_cannot_be_written_is_refused_with_one_clear_line(path: str) -> None:
    with pytest.raises(Unavailable) as refusal:
        Store(f"sqlite:///{path}")
    assert refusal.value.detail.startswith(f"The database {path} cannot be written: ")


def test_a_file_that_is_no_database_is_refused_with_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("These are notes. " * 100)
    store = Store(f"sqlite:///{tmp_path}/notes.txt")
    with pytest.raises(Unavailable, match="cannot be used: file is not a database"):
        migrate(store)
    store.close()
