"""Schemathesis against a service of its own: `python -m tests.fuzz [seconds]`, once with a curator's token, once without.

Each run has a database of its own with the seeds, since one leaves hundreds of records behind. All checks, all
phases; what is expected of statuses beyond its defaults stands in schemathesis.toml, with the reasons.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.application import prepare
from registry.service import access
from registry.settings import CHECKOUT, Settings
from registry.store.database import Store

SECONDS = 60
PATIENCE = 30


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Settings]]:
    """The address of a service under gunicorn, with a seeded database in the folder; ended afterwards."""
    settings = Settings(database_url=f"sqlite:///{folder}/registry.sqlite")
    prepare(Store(settings.database_url), settings, load=True)
    port = str(_free_port())
    surroundings = {**os.environ, "REGISTRY_DATABASE_URL": settings.database_url, "REGISTRY_HOST": "127.0.0.1", "PORT": port,
                    "REGISTRY_GRACEFUL_TIMEOUT": "1", "REGISTRY_RATE_LIMIT": "0", "REGISTRY_RATE_LIMIT_BAD_TOKENS": "0", "PYTHONPATH": str(CHECKOUT)}  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "-c", str(CHECKOUT / "gunicorn.conf.py")]
    server = subprocess.Popen(command, cwd=CHECKOUT, env=surroundings)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address, settings
    finally:
        server.terminate()
        server.wait(PATIENCE)


def issued(settings: Settings) -> str:
    """A curator's token."""
    store = Store(settings.database_url)
    token = access.issue(store, "Ada", "curator")
    store.close()
    return token


def fuzz(seconds: int, *, with_token: bool) -> int:
    """One run; answers schemathesis's own code of success or failure."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (address, settings):
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", f"{address}/v1/openapi.json", "--max-time", str(seconds),
            "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful", "--workers", "2",
        ]  # fmt: skip
        if with_token:
            command += ["--header", f"Authorization: Bearer {issued(settings)}"]
        return subprocess.run(command, cwd=CHECKOUT, check=False).returncode


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{address}/health/ready", timeout=PATIENCE).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def main() -> None:
    """Both runs; ends with 1 if either failed."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    failed = [
        who
        for who, token in (("with a curator's token", True), ("without a token", False))
        if fuzz(seconds, with_token=token)
    ]
    sys.exit(f"Schemathesis found failures {' and '.join(failed)}." if failed else 0)


if __name__ == "__main__":
    main()
