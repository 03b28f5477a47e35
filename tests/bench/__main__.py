"""Print what each job costs: `python -m tests.bench --records 100000 --jobs record,list --seconds 3`.

CPU time is that of the whole process tree of the service, user and system, beside that of a bare Flask view which
answers as many ready bytes on the same gunicorn, measured by turns within the same minute.
"""

import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import psutil

from registry.service import access
from registry.store.database import Store
from tests import postgres
from tests.bench.driving import CONNECTIONS, Connection, compared, get
from tests.bench.exporting import exported
from tests.bench.invented import Registry
from tests.bench.jobs import JOBS, Job, Sample, sampled
from tests.bench.serving import CHECKOUT, Service, served

BULK = ("import", "export")
HEAD = f"{'job':40}{'CPU ms':>9}{'bare ms':>9}{'share':>7}{'aim':>6}{'p50 ms':>9}{'p99 ms':>9}{'req/s':>8}{'bytes':>9}"


@click.command()
@click.option("--records", default="1000,100000", show_default=True, help="The sizes of the registry.")
@click.option("--jobs", default="", help=f"Only these: {', '.join([*JOBS, *BULK])}.")
@click.option("--seconds", default=3.0, show_default=True, help="How long each job is measured.")
@click.option("--engine", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="A folder that keeps loaded SQLite files for next time.")
def main(records: str, jobs: str, seconds: float, engine: str, keep: Path | None) -> None:
    """Measure what the registry's jobs cost."""
    chosen = jobs.split(",") if jobs else [*JOBS, *BULK]
    unknown = set(chosen) - {*JOBS, *BULK}
    if unknown:
        raise click.UsageError(f"There is no job {', '.join(sorted(unknown))}.")
    for size in map(int, records.split(",")):
        with database(engine) as (url, beside):
            print(f"\n{size:,} records on {machine(engine)}")
            load(url, size, keep if engine == "sqlite" else None, tell="import" in chosen)
            measure(url, beside, Registry(size), chosen, seconds)


def machine(engine: str) -> str:
    """What this runs on."""
    database = f"SQLite {sqlite3.sqlite_version}" if engine == "sqlite" else "PostgreSQL"
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, {database}; {CONNECTIONS} connections kept"


@contextmanager
def database(engine: str) -> Iterator[tuple[str, tuple[psutil.Process, ...]]]:
    """The URL of an empty database, and the processes behind it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if engine == "sqlite":
            yield f"sqlite:///{folder}/registry.sqlite", ()
        else:
            before = set(psutil.Process().children())
            url = stack.enter_context(postgres.running()).format(name="postgres")
            yield url, tuple(set(psutil.Process().children()) - before)


def load(url: str, size: int, keep: Path | None, *, tell: bool) -> None:
    """Load the invented registry in a process of its own, or take the file that was kept; say what it cost."""
    path = Path(url.removeprefix("sqlite:///"))
    kept = keep / f"invented-{size}.sqlite" if keep else None
    if kept is not None and kept.exists():
        shutil.copy(kept, path)
        return
    command = [sys.executable, "-m", "tests.bench.loading", url, str(size)]
    said = json.loads(subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True).stdout)
    if kept is not None and keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, kept)
    if tell:
        print(
            f"import: {said['rows'] / said['cpu']:,.0f} rows per CPU second, validated and published; memory {said['half']:.0f} MB half-way, {said['end']:.0f} MB at the end"
        )


def measure(
    url: str, beside: tuple[psutil.Process, ...], registry: Registry, chosen: list[str], seconds: float
) -> None:
    """Serve the registry and the bare view, do the jobs, print a line for each."""
    store = Store(url)
    sample = sampled(store, registry, access.issue(store, "bench", "curator"))
    store.close()
    with ExitStack() as stack:
        seeds = stack.enter_context(tempfile.TemporaryDirectory())
        settings = {"REGISTRY_DATABASE_URL": url, "REGISTRY_SEEDS": seeds, "REGISTRY_RATE_LIMIT": str(10**9)}
        service = stack.enter_context(served("app:app", "/health/ready", beside, **settings))
        bare = stack.enter_context(served("tests.bench.bare:app", "/10"))
        print(f"memory of the workers at first: {held(service)}\n{HEAD}")
        for name in chosen:
            if name in JOBS:
                print(line(JOBS[name], sample, service, bare, seconds), flush=True)
        print(f"memory of the workers at last: {held(service)}")
        if "export" in chosen:
            print(exported(service))


def held(service: Service) -> str:
    """What the workers hold."""
    return f"{' and '.join(map(str, service.memory()))} MB of their own, {service.share()} MB with all that is mapped (PSS)"


def line(job: Job, sample: Sample, service: Service, bare: Service, seconds: float) -> str:
    """One line of the table."""
    if job.title == "match one name" and not _offered(service):
        return f"{job.title:40}left out: this registry does not offer /v1/matches"
    own, limit = compared(service, bare, job.requests(sample), seconds)
    share = 100 * limit.cpu_ms / own.cpu_ms
    aim = f"{job.aim} %" if job.aim else ""
    return (
        f"{job.title:40}{own.cpu_ms:9.3f}{limit.cpu_ms:9.3f}{share:5.0f} %{aim:>6}{own.percentile(50):9.2f}{own.percentile(99):9.2f}"
        f"{own.requests / own.wall:8.0f}{own.size / own.requests:9.0f}"
    )


def _offered(service: Service) -> bool:
    try:
        Connection(service.port).ask(get("/v1/matches?name=Baidu"))
    except RuntimeError:
        return False
    return True


if __name__ == "__main__":
    main()
