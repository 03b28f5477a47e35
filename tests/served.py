"""The registry as people run it: gunicorn in a process of its own, on a free port, in a folder of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).parent.parent
DEFAULT = "var/registry.sqlite"


class Service(NamedTuple):
    """A running service: its port, the folder it was started in, and the environment that its commands need."""

    port: int
    folder: Path
    environment: dict[str, str]

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"


@contextmanager
def served(folder: Path, url: str, checkout: Path = CHECKOUT, **settings: str) -> Iterator[Service]:
    """Serve a database that nobody has open; a SQLite file is moved to where it stands by default."""
    (folder / DEFAULT).parent.mkdir(parents=True)
    if url.startswith("sqlite"):
        shutil.move(url.removeprefix("sqlite:///"), folder / DEFAULT)
    else:
        settings["REGISTRY_DATABASE_URL"] = url
    _put_the_command_in(folder)
    service = Service(free_port(), folder, environment(PYTHONPATH=str(checkout), **settings))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [".venv/bin/registry", "serve"], cwd=folder, stdout=log, stderr=log,
            env={**service.environment, "PORT": str(service.port), "REGISTRY_GRACEFUL_TIMEOUT": "1"},
        )  # fmt: skip
    try:
        _wait_for(service, process)
        yield service
    finally:
        process.terminate()
        process.wait(20)


def environment(**given: str) -> dict[str, str]:
    """The environment of a command of this checkout, in which nothing but `given` is set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_") and name != "PORT"}
    return {**kept, "PYTHONPATH": str(CHECKOUT), **given}


def command(*words: str, folder: Path, **given: str) -> "subprocess.CompletedProcess[str]":
    """What the `registry` command does and says."""
    run = [sys.executable, "-m", "registry.cli", *words]
    return subprocess.run(run, cwd=folder, env=environment(**given), capture_output=True, text=True, timeout=60)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _put_the_command_in(folder: Path) -> None:
    """Make `.venv/bin/registry` in a folder mean the command of this checkout."""
    path = folder / ".venv/bin/registry"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m registry.cli "$@"\n')
    path.chmod(0o755)


def _wait_for(service: Service, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(service.address + "/health/ready", timeout=30).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert process.poll() is None, f"The service ended: {(service.folder / 'log').read_text()}"
            time.sleep(0.1)
    raise AssertionError("The service did not answer within 30 seconds.")
