"""The `registry` command."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from registry.errors import Fault, Refusal
from registry.service import evidence as evidence_service
from registry.service.seeds import read_seeds, scan_seeds


@click.group()
def main() -> None:
    """International cooperation in AI and education: who works with whom, and how we know."""


@main.group()
def seeds() -> None:
    """The seeds: records written by people in YAML."""


@seeds.command("check")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("seeds"), show_default=True)
@click.option("--only", default="", help="Show only what names this file or record.")
def seeds_check(folder: Path, only: str) -> None:
    """Read all seeds; say what is wrong, by file and line, or how many there are of each kind."""
    found, faults = scan_seeds(folder)
    _report(faults, only)
    for name in dict.fromkeys(seed.kind.plural for seed in found):
        click.echo(f"{sum(seed.kind.plural == name for seed in found):6} {name}")


@main.group()
def evidence() -> None:
    """The passages that values stand on."""


@evidence.command("seal")
@click.argument("sources", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--folder", type=click.Path(path_type=Path), default=Path("seeds"), show_default=True)
@click.option("--only", default="", help="Show only what names this file or record.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
def evidence_seal(sources: Path, folder: Path, only: str, dry_run: bool) -> None:
    """Find what the passages in SOURCES hold of each seed, and write it to sealed.jsonl beside the seeds."""
    _report(evidence_service.seal_seeds(folder, sources, write=not dry_run), only)


@evidence.command("check")
@click.argument("sources", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--folder", type=click.Path(path_type=Path), default=Path("seeds"), show_default=True)
def evidence_check(sources: Path, folder: Path) -> None:
    """Re-check every value of every seed against the texts in SOURCES."""
    _report(evidence_service.check_seeds(folder, sources), "")
    click.echo(f"{len(read_seeds(folder))} records: every value that owes evidence stands on a passage that holds it.")


def _report(faults: Iterable[Fault], only: str) -> None:
    shown = [fault.detail for fault in faults if only in fault.detail]
    for line in shown:
        click.echo(line, err=True)
    if shown:
        sys.exit(1)


def run() -> None:
    """The command, with refusals shown as one clear line each."""
    try:
        main(standalone_mode=False)
    except Refusal as refusal:
        click.echo("\n".join([refusal.detail, *(fault.detail for fault in refusal.faults)]), err=True)
        sys.exit(1)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except click.Abort:
        sys.exit(130)


if __name__ == "__main__":
    run()
