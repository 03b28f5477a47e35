"""Writing: a set of changes in one transaction, with its journal lines, indexes and everything that has to be rendered."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from registry.errors import Conflict, Invalid, Stale
from registry.kinds.model.kind import Kept
from registry.store import journal, records
from registry.store.changes import NEW, Change
from registry.store.checks import check, unfixed
from registry.store.database import Store
from registry.store.records import Stored
from registry.store.rendering import Rendering, Told


class Published(NamedTuple):
    """What became of a change: the record as it is now served, and whether a revision was made."""

    stored: Stored
    changed: bool


class _Rollback(Exception):
    """Ends a rehearsal: everything was tried, nothing is kept."""


def publish(
    store: Store, changes: Sequence[Change], by: str, why: str, *, rehearse: bool = False
) -> dict[str, Published]:
    """Make all changes or none; answers what is served of each record now.

    A change that changes nothing makes no revision. `rehearse` tries everything and keeps nothing. Raises Duplicate (a
    new record bears a name that another bears), Conflict (exists already, unknown target, still referred to), Stale
    (not the version expected), Invalid (a fixed field).
    """
    outcome: dict[str, Published] = {}
    try:
        with store.writing():
            head = journal.begin(store)
            outcome = _Writing(store, changes, by, why, head).outcome()
            if rehearse or not any(each.changed for each in outcome.values()):
                raise _Rollback
    except _Rollback:
        pass
    return outcome


class _Writing:
    """One transaction: what was there, what is asked for, what it makes."""

    def __init__(self, store: Store, changes: Sequence[Change], by: str, why: str, head: journal.Head) -> None:
        self.store, self.by, self.why, self.head = store, by, why, head
        self.before = records.many(store, {change.ident for change in changes})
        self.last = records.latest(store, self.before)
        if len({change.ident for change in changes}) < len(changes):
            raise Conflict("A set of changes has one change for each record.")
        for change in changes:
            self._expect(change)
        self.canonical = {change.ident: journal.canonical(change.document) for change in changes}
        differing = {change.ident: self._differs(change) for change in changes}
        self.changes = [change for change in changes if differing[change.ident]]
        self.unchanged = [ident for ident, differs in differing.items() if not differs]

    def outcome(self) -> dict[str, Published]:
        if not self.changes:
            return {ident: Published(self.before[ident], changed=False) for ident in self.unchanged}
        check(self.store, self.changes)
        lines = self._lines()
        told = {change.ident: self._told(change, line) for change, line in zip(self.changes, lines, strict=True)}
        for line in lines:
            line.content = _content(told[line.record])
        self._keep(told)
        rendered = self._render(told, lines)
        journal.write(self.store, self.head, lines)
        found = {ident: Published(rendered.get(ident, self.before[ident]), changed=False) for ident in self.unchanged}
        return found | {ident: Published(rendered[ident], changed=True) for ident in told}

    def _expect(self, change: Change) -> None:
        now = self.before.get(change.ident)
        if change.expects == NEW and now is not None:
            raise Conflict(f"There is a record {change.ident} already.")
        if change.expects and (now is None or now.etag not in change.expects):
            raise Stale(
                f"Record {change.ident} is not at the version that was named: read it again, then repeat the change."
            )
        last = self.last.get(change.ident)
        refixed = unfixed(change.kind, last.document, change.document) if last else []
        if refixed:
            raise Invalid(f"{str(refixed[0].pointer)[1:]} never changes.", refixed)

    def _differs(self, change: Change) -> bool:
        last = self.last.get(change.ident)
        if last is None or (last.state, last.survivor) != (change.state, change.survivor) or change.verified_by:
            return True
        return (
            journal.canonical(last.document) != self.canonical[change.ident]
            or {**last.seals, **change.seals} != last.seals
        )

    def _lines(self) -> list[journal.Line]:
        first = self.head.number + 1
        return [
            journal.Line(
                change.act, change.ident, change.kind.name,
                self.before[change.ident].version + 1 if change.ident in self.before else 1, self.by,
                change.why or self.why,
                number, self.head.at, first,
            )
            for number, change in enumerate(self.changes, first)
        ]  # fmt: skip

    def _told(self, change: Change, line: journal.Line) -> Told:
        now, last = self.before.get(change.ident), self.last.get(change.ident)
        verified_at, verified_by = (last.verified_at, last.verified_by) if last else (None, None)
        if change.verified_by:
            verified_at, verified_by = line.at, change.verified_by
        updated = now.updated_at if now and change.act == "verify" else line.at
        created = now.created_at if now else line.at
        kept = Kept(line.version, line.number, change.state, created, updated, verified_at, verified_by)
        return Told(
            change.kind, change.document, {**(last.seals if last else {}), **change.seals}, kept, change.survivor
        )

    def _keep(self, told: Mapping[str, Told]) -> None:
        """Write the revisions, and a row for each record that is new."""
        self.store.change_many(
            "INSERT INTO record (id, kind, state, version, change, created_at, updated_at, name, etag, bytes) "
            "VALUES (?, ?, '', 0, 0, ?, ?, '', '', '')",
            [(i, t.kind.name, t.kept.created_at, t.kept.created_at) for i, t in told.items() if i not in self.before],
        )
        self.store.change_many(
            "INSERT INTO revision (record, version, change, state, survivor, verified_at, verified_by, document, seals) "
            "SELECT number, ?, ?, ?, ?, ?, ?, ?, ? FROM record WHERE id = ?",
            [
                (t.kept.version, t.kept.change, t.kept.state, t.survivor, t.kept.verified_at, t.kept.verified_by,
                 self.canonical[i], json.dumps(t.seals), i)
                for i, t in told.items()
            ],
        )  # fmt: skip

    def _render(self, told: Mapping[str, Told], lines: list[journal.Line]) -> dict[str, Stored]:
        """Render what was changed and then, wave by wave, what shows the name, lifecycle or survivor of what was."""
        rendering = Rendering(self.store)
        self._lead_on(told)
        rendered = rendering.render(told, {i: each.etag for i, each in self.before.items() if i in told})
        causes = {line.record: line for line in lines}
        wave = {ident: causes[ident] for ident in rendering.renamed}
        wave |= {old: causes[i] for i, each in self.before.items() if (old := each.survivor) and i in causes}
        while wave:
            referrers = {ident: wave[cause] for ident, cause in self._referrers(wave).items()}
            present = rendering.present(referrers.keys() - told.keys())
            again = rendering.render(present | {ident: told[ident] for ident in referrers if ident in told}, None)
            for ident in sorted(again.keys() - rendered.keys()):
                referrers[ident].rendered.append(ident)
            rendered |= again
            wave = {ident: referrers[ident] for ident in again if ident in rendering.renamed}
        return rendered

    def _lead_on(self, told: Mapping[str, Told]) -> None:
        """Lead those that were merged into a record on to the one that it is merged into, or back to it when undone."""
        moved = [(each.survivor, ident) for ident, each in told.items() if each.survivor]
        self.store.change_many("UPDATE record SET survivor = ? WHERE survivor = ?", moved)
        restored = {i for i, each in self.before.items() if each.survivor and i in told and not told[i].survivor}
        beyond = {self.before[ident].survivor for ident in restored}
        merged = {row[0] for row in self.store.rows_in("SELECT id FROM record WHERE survivor IN (?)", beyond)}
        steps = {ident: each.survivor for ident, each in records.latest(self.store, merged - restored).items()}
        for ident in steps:
            last = steps[ident]
            while last in steps:
                last = steps[last]
            if last in restored:
                self.store.change("UPDATE record SET survivor = ? WHERE id = ?", [last, ident])

    def _referrers(self, idents: Iterable[str]) -> dict[str, str]:
        sql = (
            "SELECT s.id, t.id FROM reference f JOIN record t ON t.number = f.target "
            "JOIN record s ON s.number = f.source WHERE s.state = 'published' AND t.id IN (?)"
        )
        return dict(sorted(self.store.rows_in(sql, idents)))


def _content(told: Told) -> str:
    kept = told.kept
    return journal.digest_of_revision(
        told.document, kept.state, told.survivor, kept.verified_at, kept.verified_by, told.seals
    )
