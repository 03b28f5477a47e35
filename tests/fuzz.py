"""Schemathesis against a service of its own: `python -m tests.fuzz [seconds]`, once with a curator's token, once without.

Each run has a database of its own with the seeds, since one leaves hundreds of records behind. All checks, all
phases; what is expected of statuses beyond its defaults stands in schemathesis.toml, with the reasons.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.service import access
from registry.service.administering import prepare
from registry.settings import CHECKOUT, Settings
from registry.store.database import Store
from tests.served import served

SECONDS = 60


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, str]]:
    """The address of a service with the seeds and without limits, and a curator's token for it; ended afterwards."""
    settings = Settings(database_url=f"sqlite:///{folder}/seeded.sqlite")
    store = Store(settings.database_url)
    prepare(store, settings, load=True)
    token = access.issue(store, "Ada", "curator")
    store.close()
    unhurried = {"REGISTRY_RATE_LIMIT": "0", "REGISTRY_RATE_LIMIT_BAD_TOKENS": "0"}
    with served(folder, settings.database_url, REGISTRY_HOST="127.0.0.1", **unhurried) as service:
        yield f"http://127.0.0.1:{service.port}", token


def fuzz(seconds: int, *, with_token: bool) -> int:
    """One run; answers schemathesis's own code of success or failure."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (address, token):
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", f"{address}/v1/openapi.json", "--max-time", str(seconds),
            "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful",
        ]  # fmt: skip
        if with_token:
            command += ["--header", f"Authorization: Bearer {token}"]
        return subprocess.run(command, cwd=CHECKOUT, check=False).returncode


def main() -> None:
    """Both runs; ends with 1 if either failed."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    runs = {"with a curator's token": True, "without a token": False}
    failed = [who for who, with_token in runs.items() if fuzz(seconds, with_token=with_token)]
    sys.exit(f"Schemathesis found failures {' and '.join(failed)}." if failed else 0)


if __name__ == "__main__":
    main()
