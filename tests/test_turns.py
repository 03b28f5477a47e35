"""Processes that write to one SQLite database take turns; nobody waits longer than it takes, nor for ever."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from registry.store.database import Store
from registry.store.turns import turn
from tests.conftest import ENGINES

SPAWNING = multiprocessing.get_context("spawn")


def hold(path: Path, told: Connection) -> None:
    with turn(path, 10) as held:
        told.send(held)
        told.recv()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registry.sqlite.turn"


@pytest.fixture
def other(path: Path) -> Iterator[tuple[multiprocessing.process.BaseProcess, Connection]]:
    """Another process, whose turn it is until it is told something."""
    here, there = SPAWNING.Pipe()
    process = SPAWNING.Process(target=hold, args=(path, there))
    process.start()
    assert here.recv() is True
    yield process, here
    process.kill()
    process.join()


def test_one_process_at_a_time_has_its_turn(
    path: Path, other: tuple[multiprocessing.process.BaseProcess, Connection]
) -> None:
    _, told = other
    with turn(path, 0) as held:
        assert not held, "it is that of another"
    threading.Timer(0.2, told.send, [None]).start()
    began = time.monotonic()
    with turn(path, 10) as held:
        assert held and time.monotonic() - began >= 0.1
        with turn(path, 0) as again:
            assert not again
    with turn(path, 0) as held:
        assert held, "whoever is done lets go"


def test_who_is_killed_lets_go(path: Path, other: tuple[multiprocessing.process.BaseProcess, Connection]) -> None:
    process, _ = other
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    with turn(path, 10) as held:
        assert held


def test_where_there_can_be_no_file_nobody_waits(tmp_path: Path) -> None:
    with turn(tmp_path / "nowhere" / "turn", 10) as held:
        assert not held


@pytest.mark.parametrize("databases", ENGINES[:1], indirect=True)
def test_a_transaction_has_its_turn_until_it_ends_and_reading_needs_none(empty_store: Store) -> None:
    path = Path(empty_store.url.removeprefix("sqlite:///") + ".turn")

    def is_free() -> bool:
        with turn(path, 0) as held:
            return held

    empty_store.rows("SELECT 1")
    assert is_free()
    with empty_store.writing():
        assert not is_free()
        with empty_store.writing():
            assert not is_free(), "within a transaction it is had already"
        assert not is_free()
    assert is_free()
    with pytest.raises(RuntimeError), empty_store.writing():
        raise RuntimeError
    assert is_free()
