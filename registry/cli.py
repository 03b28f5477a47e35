"""The `registry` command."""

import json
import os
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from registry import __version__
from registry.errors import Conflict, Fault, Refusal, Unavailable
from registry.service import access, accounts, administering, auditing, feeding
from registry.service import evidence as evidence_service
from registry.service.coverage import coverage
from registry.service.roles import ROLES, SCOPES
from registry.service.seeds import LEFT_OUT, scan_seeds
from registry.settings import CHECKOUT, read_settings
from registry.store.database import Store

SEEDS = click.option(
    "--folder", type=click.Path(path_type=Path), default=CHECKOUT / "seeds", help="The folder of seeds."
)
TEXTS = click.argument("sources", type=click.Path(path_type=Path, exists=True, file_okay=False))
ORGANIZATIONS = click.option(
    "--organization", "organizations", multiple=True, metavar="ID", help="A record that it acts for; may be repeated."
)
DOCUMENTS = CHECKOUT / "openapi"


@click.group()
@click.version_option(__version__, prog_name="registry")
def main() -> None:
    """International cooperation in AI and education: who works with whom, and how we know."""


@main.command()
def serve() -> None:
    """Migrate, load the seeds and serve, by gunicorn, on PORT (8000)."""
    settings, port = read_settings(), os.environ.get("PORT", "8000")
    _refuse_a_busy_port(port)
    for left in administering.prepare(Store(settings.database_url), settings, load=True):
        click.echo(f"A seed was left alone: {left}", err=True)
    here = f"http://localhost:{port}"
    click.echo(
        f"The registry serves at {here}/v1 - look first at {here}/docs, or ask: curl '{here}/v1/records?q=teacher'"
    )
    click.echo("To write, get a token: .venv/bin/registry token issue YOUR-NAME --role curator")
    sys.stdout.flush()
    sys.argv = ["gunicorn", "-c", str(CHECKOUT / "gunicorn.conf.py")]
    from gunicorn.app.wsgiapp import WSGIApplication  # here, since no other command needs it

    WSGIApplication(prog="gunicorn").run()


@main.command()
def migrate() -> None:
    """Bring the database to the shape that this version needs."""
    for name in administering.migrated(_store()):
        click.echo(f"applied {name}")


@main.command()
def reindex() -> None:
    """Make all that is derived from revisions again: served bytes, names, terms, relations, search."""
    click.echo(f"{administering.reindexed(_store())} records indexed")


@main.group()
def account() -> None:
    """Accounts: who may write, in which role, for which organizations."""


@account.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@ORGANIZATIONS
def account_add(name: str, role: str, organizations: tuple[str, ...]) -> None:
    """Add an account; who is to act with it needs a token besides."""
    accounts.add(_store(), name, role, organizations, accounts.COMMAND_LINE)


@account.command("change")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES))
@ORGANIZATIONS
def account_change(name: str, role: str | None, organizations: tuple[str, ...]) -> None:
    """Give an account another role, or other organizations in the place of those it has."""
    accounts.change(_store(), name, accounts.COMMAND_LINE, role=role, organizations=organizations or None)


@account.command("list")
def account_list() -> None:
    """List the accounts: name, role, organizations, when made, when disabled."""
    for each in accounts.listed(_store()):
        _line(each.name, each.role, ",".join(each.organizations), each.created_at, each.disabled_at)


@account.command("disable")
@click.argument("name")
def account_disable(name: str) -> None:
    """Refuse all tokens of an account from now on."""
    accounts.change(_store(), name, accounts.COMMAND_LINE, disabled=True)


@account.command("enable")
@click.argument("name")
def account_enable(name: str) -> None:
    """Take the tokens of a disabled account again."""
    accounts.change(_store(), name, accounts.COMMAND_LINE, disabled=False)


@main.group()
def token() -> None:
    """Bearer tokens for those who write."""


@token.command("issue")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), help="Makes the account NAME where there is none, in this role.")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, help="All of the role's, if absent.")
@click.option("--days", type=click.IntRange(1, 3660), help="How long it is valid; for ever if absent.")
def token_issue(name: str, role: str | None, scopes: tuple[str, ...], days: int | None) -> None:
    """Issue a token to the account NAME; it is printed this once."""
    click.echo(access.issue(_store(), name, role, days, scopes=scopes or None))


@token.command("list")
def token_list() -> None:
    """List the tokens: id, account, role, scopes, when made, when it ends, when last used, when revoked."""
    for each, owner in access.listed(_store()):
        _line(
            each.id, owner.name, owner.role, ",".join(each.scopes), each.created_at, each.expires_at,
            each.last_used_at, each.revoked_at,
        )  # fmt: skip


@token.command("revoke")
@click.argument("token_id")
def token_revoke(token_id: str) -> None:
    """End the token with this id; the whole token will do as well."""
    access.revoke(_store(), token_id)


@main.group()
def journal() -> None:
    """The two journals: the public one of records, and the administrative one of accounts, tokens and refusals."""


@journal.command("check")
def journal_check() -> None:
    """Check that no line of either journal was altered, removed or put in; print the length and end of each."""
    store, faults = _store(), []
    for name, check in {"public": feeding.check, "administrative": auditing.check}.items():
        try:
            number, digest = check(store)
            _line(name, str(number), digest)
        except Conflict as refusal:
            faults.append(Fault(refusal.detail))
    _report(faults, "")


@main.group()
def seeds() -> None:
    """The seeds: records written by people in YAML."""


@seeds.command("check")
@SEEDS
@click.option("--only", default="", help="Show only what names this file or record.")
def seeds_check(folder: Path, only: str) -> None:
    """Read all seeds; say what is wrong, by file and line, or how many there are of each kind."""
    found, faults = scan_seeds(folder)
    _report(faults, only)
    for name in dict.fromkeys(seed.kind.plural for seed in found):
        click.echo(f"{sum(seed.kind.plural == name for seed in found):6} {name}")


@seeds.command("load")
@SEEDS
def seeds_load(folder: Path) -> None:
    """Take the seeds in; what people changed here since is left alone, and reported."""
    loaded = administering.loaded(_store(), folder)
    click.echo(f"{loaded.created} created, {loaded.revised} revised, {len(loaded.left_alone)} left alone")
    for left in loaded.left_alone:
        click.echo(f"left alone: {left}")


@main.group()
def evidence() -> None:
    """The passages that values stand on."""


@evidence.command("seal")
@TEXTS
@SEEDS
@click.option("--only", default="", help="Show only what names this file or record.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
def evidence_seal(sources: Path, folder: Path, only: str, dry_run: bool) -> None:
    """Find what the passages in SOURCES hold of each seed, and write it to sealed.jsonl beside the seeds."""
    _report(evidence_service.seal_seeds(folder, sources, write=not dry_run), only)


@evidence.command("check")
@TEXTS
@SEEDS
def evidence_check(sources: Path, folder: Path) -> None:
    """Re-check every value of every seed against the texts in SOURCES."""
    count, faults = evidence_service.check_seeds(folder, sources)
    _report(faults, "")
    click.echo(f"{count} records: every value that owes evidence stands on a passage that holds it.")


@evidence.command("coverage")
@TEXTS
@SEEDS
def evidence_coverage(sources: Path, folder: Path) -> None:
    """Say which share of the lines of SOURCES some evidence stands on; list telling lines that nothing explains."""
    unexplained = 0
    for each in coverage(folder, sources):
        share = 100 * each.covered / each.lines
        click.echo(
            f"{each.source}: {each.covered} of {each.lines} lines covered ({share:.1f} %), {each.left_out} left out on purpose"
        )
        for number in each.unexplained:
            click.echo(
                f"{each.source} line {number}: no evidence stands on it, and {LEFT_OUT} does not say why", err=True
            )
        unexplained += len(each.unexplained)
    sys.exit(1 if unexplained else 0)


@main.group()
def openapi() -> None:
    """The OpenAPI document."""


@openapi.command("write")
def openapi_write() -> None:
    """Write the document to openapi/."""
    for form in ("json", "yaml"):
        (DOCUMENTS / f"v1.{form}").write_bytes(_described(form))


@openapi.command("release")
@click.option("--folder", type=click.Path(path_type=Path), default=DOCUMENTS, help="Where releases are kept.")
def openapi_release(folder: Path) -> None:
    """Keep the document as that of this version, for ever; one that is kept already is not written again."""
    kept = folder / __version__ / "openapi.json"
    if kept.exists():
        raise Conflict(f"{__version__} is released already: give registry/__init__.py the next version.")
    kept.parent.mkdir(parents=True)
    kept.write_bytes(_described("json"))


@openapi.command("check")
def openapi_check() -> None:
    """The committed document is the one that is served, and keeps what every release of this major version promised."""
    from registry.http.releases import breaks

    faults = []
    for form in ("json", "yaml"):
        if (DOCUMENTS / f"v1.{form}").read_bytes() != _described(form):
            faults.append(Fault(f"openapi/v1.{form} is not what is served: run `make openapi`, and commit it"))
    now = json.loads(_described("json"))
    for release in sorted(DOCUMENTS.glob("[0-9]*/openapi.json")):
        old = json.loads(release.read_bytes())
        if release.parent.name.split(".")[0] == __version__.split(".")[0]:
            faults += [Fault(f"breaks clients of {release.parent.name}: {what}") for what in breaks(old, now)]
    _report(faults, "")
    click.echo("The document is the one that is served, and breaks no client of an earlier release.")


def _described(form: str) -> bytes:
    from registry.http.document import described  # here: to read all of the API takes as long as any other command

    return described(read_settings().seeds, form)[0]


def _store() -> Store:
    store = Store(read_settings().database_url)
    administering.migrated(store)
    return store


def _line(*values: str | None) -> None:
    click.echo("\t".join(value or "-" for value in values))


def _refuse_a_busy_port(port: str) -> None:
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Unavailable(f"PORT is '{port}': it must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", int(port)))
        except OSError as reason:
            raise Unavailable(
                f"Port {port} cannot be used ({reason.strerror}): stop what serves there, or set PORT."
            ) from None


def _report(faults: Iterable[Fault], only: str) -> None:
    shown = [fault.detail for fault in faults if only in fault.detail]
    for line in shown:
        click.echo(line, err=True)
    if shown:
        sys.exit(1)


def run() -> None:
    """The command, with each refusal shown as one clear line and its faults."""
    try:
        sys.exit(main(standalone_mode=False))
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
