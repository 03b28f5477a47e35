"""Writing: a set of changes in one transaction, with its journal lines, indexes and everything that has to be rendered."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from registry.errors import Conflict, Fault, Invalid, Stale
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import About, Kind
from registry.store import indexing, journal, records
from registry.store.database import Store
from registry.store.records import Stored

ANY: frozenset[str] | None = None
"""A change that expects this is made whatever the present version is."""
NEW: frozenset[str] = frozenset()
"""A change that expects this is made only if there is no such record."""


@dataclass(frozen=True)
class Change:
    """What is to become of one record.

    `expects` are the ETags of which one must be the present one (or ANY, or NEW); `seals` are fingerprints of
    passages that the caller has verified, by evidence key; `document` is what Kind.read gave.
    """

    act: str
    kind: Kind
    ident: str
    document: Document
    expects: frozenset[str] | None = ANY
    state: str = "published"
    seals: Mapping[str, str] = field(default_factory=dict)


class Published(NamedTuple):
    """What became of a change: the record as it is now served, and whether a revision was made."""

    stored: Stored
    changed: bool


class _Rollback(Exception):
    """Ends a rehearsal: everything was tried, nothing is kept."""


def canonical(document: Document) -> str:
    """The one text of a document that digests are taken of and equality is told by."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def publish(
    store: Store, changes: Sequence[Change], by: str, why: str, *, rehearse: bool = False
) -> dict[str, Published]:
    """Make all changes or none; answers what is served of each record now.

    A change that changes nothing makes no revision. `rehearse` tries everything and keeps nothing. Raises Conflict
    (exists already, unknown target, still referred to), Stale (not the version expected), Invalid (a fixed field).
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
        numbers = {each.number for each in self.before.values()}
        self.told = self._latest(numbers)
        for change in changes:
            self._expect(change)
        self.changes = [change for change in changes if self._differs(change)]
        self.unchanged = [change.ident for change in changes if not self._differs(change)]

    def outcome(self) -> dict[str, Published]:
        found = {ident: Published(self.before[ident], changed=False) for ident in self.unchanged}
        if not self.changes:
            return found
        self._check_targets()
        self._check_identifiers()
        lines = self._revise()
        rendered = self._render(lines)
        journal.write(self.store, self.head, lines)
        return found | {c.ident: Published(rendered[c.ident], changed=True) for c in self.changes}

    def _latest(self, numbers: set[int]) -> dict[str, tuple[Document, dict[str, str]]]:
        by_number = records.latest(self.store, numbers)
        return {ident: by_number[each.number] for ident, each in self.before.items()}

    def _expect(self, change: Change) -> None:
        now = self.before.get(change.ident)
        if change.expects == NEW and now is not None:
            raise Conflict(f"There is a record {change.ident} already.")
        if change.expects and (now is None or now.etag not in change.expects):
            raise Stale(f"Record {change.ident} has changed since: read it again, then repeat the change.")
        if now is not None:
            told, _ = self.told[change.ident]
            for name in change.kind.fixed:
                if name in told and change.document.get(name) != told[name]:
                    raise Invalid(f"{name} never changes.", [Fault(f"stays {told[name]!r} for ever", f"/{name}")])

    def _differs(self, change: Change) -> bool:
        now = self.before.get(change.ident)
        if now is None or now.state != change.state:
            return True
        told, seals = self.told[change.ident]
        return canonical(told) != canonical(change.document) or {**seals, **change.seals} != seals

    def _check_targets(self) -> None:
        made = {c.ident: c for c in self.changes}
        wanted = {ident for c in self.changes if c.state == "published" for ident in c.kind.targets(c.document)}
        there = records.many(self.store, wanted - set(made))
        for change in self.changes:
            for ident in change.kind.targets(change.document) if change.state == "published" else ():
                known = ident in there or ident in made
                state = made[ident].state if ident in made else (there[ident].state if known else "")
                if state != "published":
                    said = "was withdrawn" if known else "is not in the registry"
                    raise Conflict(
                        f"Record {ident} {said}.", [Fault(f"{ident} {said}", _pointer_to(change.document, ident))]
                    )
        self._check_sources()
        leaving = [c.ident for c in self.changes if c.state != "published" and c.ident in self.before]
        if leaving:
            self._check_unreferred(leaving, made)

    def _check_sources(self) -> None:
        made = {pair for c in self.changes for pair in c.kind.identifiers(c.document)}
        cited = {("source-key", e["source"]) for c in self.changes for e in c.document["evidence"] if "source" in e}
        known = records.by_identifier(self.store, cited - made)
        for change in self.changes:
            for at, entry in enumerate(change.document["evidence"]):
                pair = ("source-key", entry.get("source", ""))
                if pair in cited and pair not in made and pair not in known:
                    detail = f"no source has the key '{pair[1]}': register the source first"
                    raise Conflict("Evidence cites an unknown source.", [Fault(detail, f"/evidence/{at}/source")])

    def _check_unreferred(self, leaving: list[str], made: Mapping[str, Change]) -> None:
        sql = (
            "SELECT DISTINCT s.id, t.id FROM reference f JOIN record t ON t.number = f.target "
            "JOIN record s ON s.number = f.source WHERE t.id IN (?)"
        )
        for referrer, target in self.store.rows_in(sql, leaving):
            stays = made.get(referrer)
            refers = stays is None or (stays.state == "published" and target in stays.kind.targets(stays.document))
            if referrer != target and refers:
                detail = f"Record {target} is still referred to by {referrer}: change or withdraw that first."
                raise Conflict(detail, [Fault(f"{referrer} refers to {target}", parameter="id")])

    def _revise(self) -> list[journal.Line]:
        lines, revisions, updates = [], [], []
        for offset, change in enumerate(self.changes):
            now = self.before.get(change.ident)
            version = now.version + 1 if now else 1
            text = canonical(change.document)
            seals = {**(self.told[change.ident][1] if now else {}), **change.seals}
            line = journal.Line(change.act, change.ident, change.kind.name, version, self.by, self.why,
                                hashlib.sha256(text.encode()).hexdigest(), self.head.number + 1 + offset, self.head.at)  # fmt: skip
            lines.append(line)
            revisions.append((version, line.number, change.state, text, json.dumps(seals), change.ident))
            if now is None:
                updates.append((change.ident, change.kind.name, line.at, line.at))
        self.store.change_many(
            "INSERT INTO record (id, kind, state, version, change, created_at, updated_at, name, etag, bytes) "
            "VALUES (?, ?, '', 0, 0, ?, ?, '', '', '')", updates
        )  # fmt: skip
        self.store.change_many(
            "INSERT INTO revision (record, version, change, state, document, seals) "
            "SELECT number, ?, ?, ?, ?, ? FROM record WHERE id = ?", revisions
        )  # fmt: skip
        return lines

    def _render(self, lines: list[journal.Line]) -> dict[str, Stored]:
        """Render what was changed and then, wave by wave, what shows the name or lifecycle of what was."""
        told: dict[str, _Told] = {}
        for change, line in zip(self.changes, lines, strict=True):
            now = self.before.get(change.ident)
            created = now.created_at if now else line.at
            seals = {**(self.told[change.ident][1] if now else {}), **change.seals}
            told[change.ident] = _Told(
                change.kind, change.document, seals, change.state, line.version, line.number, created, line.at
            )
        rendering = Rendering(self.store)
        rendered = rendering.render(
            told, {c.ident: self.before[c.ident].etag for c in self.changes if c.ident in self.before}
        )
        causes = {line.record: line for line in lines}
        wave = {ident: causes[ident] for ident in rendering.renamed}
        while wave:
            referrers = {ident: wave[cause] for ident, cause in self._referrers(wave).items() if ident not in rendered}
            again = rendering.render(rendering.present(referrers), None)
            rendered |= again
            for ident, line in referrers.items():
                line.rendered.append(ident)
            wave = {ident: referrers[ident] for ident in again if ident in rendering.renamed}
        return rendered

    def _referrers(self, idents: Iterable[str]) -> dict[str, str]:
        sql = (
            "SELECT s.id, t.id FROM reference f JOIN record t ON t.number = f.target "
            "JOIN record s ON s.number = f.source WHERE s.state = 'published' AND t.id IN (?)"
        )
        return dict(sorted(self.store.rows_in(sql, idents)))

    def _check_identifiers(self) -> None:
        """One scheme and value belongs to one live record."""
        claimed: dict[tuple[str, str], str] = {}
        changing = {c.ident for c in self.changes}
        live = [c for c in self.changes if c.state == "published"]
        known = records.by_identifier(self.store, {pair for c in live for pair in c.kind.identifiers(c.document)})
        for change in live:
            for pair in change.kind.identifiers(change.document):
                holder = claimed.setdefault(pair, change.ident)
                other = known.get(pair, change.ident)
                if holder == change.ident and other not in changing:
                    holder = other
                if holder != change.ident:
                    detail = f"{pair[0]} {pair[1]} belongs to record {holder} already"
                    raise Conflict("An identifier belongs to one record only.", [Fault(detail, "/identifiers")])


class _Told(NamedTuple):
    """What the registry was told of a record, with what it keeps: all that rendering needs."""

    kind: Kind
    document: Document
    seals: Mapping[str, str]
    state: str
    version: int
    change: int
    created_at: str
    updated_at: str


class Rendering:
    """Making served bytes and index rows of records from what the registry was told."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.renamed: set[str] = set()

    def present(self, idents: Iterable[str]) -> dict[str, _Told]:
        """What the registry was last told of records, by id."""
        there = records.many(self.store, idents)
        latest = records.latest(self.store, [each.number for each in there.values()])
        return {
            ident: _Told(KINDS[each.kind], *latest[each.number], each.state, each.version, each.change,
                         each.created_at, each.updated_at)
            for ident, each in there.items()
        }  # fmt: skip

    def render(self, told: Mapping[str, _Told], expected: Mapping[str, str] | None) -> dict[str, Stored]:
        """Write bytes and index rows of the records; `renamed` then holds those that others must show anew.

        `expected` are the ETags that records must still have: the test stands in the UPDATE itself.
        """
        about = records.about(
            self.store, {t for each in told.values() for t in each.kind.targets(each.document)} | set(told)
        )
        before = dict(about)
        for titled in (False, True):
            for ident, each in told.items():
                if (each.kind.titled is not None) == titled:
                    about[ident] = each.kind.about_of(each.document, ident, about)
        self.renamed = {ident for ident in told if about[ident] != before.get(ident)}
        documents = {
            ident: each.kind.rendered(each.document, ident, upkeep_of(each), about, each.seals)
            for ident, each in told.items()
        }
        numbers = self._numbers({*about})
        served = {
            ident: json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
            for ident, document in documents.items()
        }
        rows = {
            ident: Stored(numbers[ident], ident, each.kind.name, each.state, each.version, each.change,
                          each.created_at, each.updated_at, hashlib.sha256(served[ident]).hexdigest()[:32], served[ident])
            for ident, each in told.items()
        }  # fmt: skip
        self._update(rows, about, expected)
        indexing.forget(self.store, [numbers[ident] for ident in told])
        live = [i for i, each in told.items() if each.state == "published"]
        indexing.index(self.store, [indexing.Served(numbers[i], told[i].kind, documents[i]) for i in live], numbers)
        return rows

    def _update(
        self, rows: Mapping[str, Stored], about: Mapping[str, About], expected: Mapping[str, str] | None
    ) -> None:
        sql = (
            "UPDATE record SET state = ?, version = ?, change = ?, updated_at = ?, name = ?, lifecycle = ?, etag = ?, "
            "bytes = ? WHERE id = ?"
        )
        values = [
            (r.state, r.version, r.change, r.updated_at, about[i].name, about[i].lifecycle, r.etag, r.bytes, i)
            for i, r in rows.items()
        ]
        guarded = [(*row, expected[row[-1]]) for row in values if expected is not None and row[-1] in expected]
        for row in guarded:
            if self.store.change(sql + " AND etag = ?", row) != 1:
                raise Stale(f"Record {row[-2]} has changed since: read it again, then repeat the change.")
        named = {row[-2] for row in guarded}
        self.store.change_many(sql, [row for row in values if row[-1] not in named])

    def _numbers(self, idents: Iterable[str]) -> dict[str, int]:
        return {row[0]: row[1] for row in self.store.rows_in("SELECT id, number FROM record WHERE id IN (?)", idents)}


def upkeep_of(told: _Told) -> Document:
    """The member `record` of a served document."""
    return {
        "version": told.version, "change": told.change, "state": told.state, "created_at": told.created_at,
        "updated_at": told.updated_at, "verified_at": None, "review_due": None,
    }  # fmt: skip


def _pointer_to(document: Document, ident: str) -> str:
    for at, relation in enumerate(document.get("relations", [])):
        if relation.get("target", {}).get("id") == ident:
            return f"/relations/{at}/target/id"
    for name in ("subject", "relative_to"):
        if document.get(name, {}).get("target", {}).get("id") == ident:
            return f"/{name}/target/id"
    return "/stated_by/id" if document.get("stated_by", {}).get("id") == ident else "/cautions"


def reindex(store: Store) -> int:
    """Make all served bytes and index rows again from the revisions; answers how many records there are."""
    with store.writing():
        idents = [row[0] for row in store.rows("SELECT id FROM record ORDER BY number")]
        for table in ("term", "sort", "tie", "reference", "identifier", "name", "search"):
            store.change(f"DELETE FROM {table}")
        rendering = Rendering(store)
        told = rendering.present(idents)
        _rename(store, told)
        for start in range(0, len(idents), 1000):
            part = {ident: told[ident] for ident in idents[start : start + 1000]}
            rendering.render(part, None)
    return len(idents)


def _rename(store: Store, told: Mapping[str, _Told]) -> None:
    """Set the names of all records from what was told, so that rendering finds each target's name."""
    about: dict[str, About] = {}
    for titled in (False, True):
        for ident, each in told.items():
            if (each.kind.titled is not None) == titled:
                about[ident] = each.kind.about_of(each.document, ident, about)
    rows = [(each.name, each.lifecycle, ident) for ident, each in about.items()]
    store.change_many("UPDATE record SET name = ?, lifecycle = ? WHERE id = ?", rows)
