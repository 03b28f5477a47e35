"""Making served bytes and index rows of records from what the registry was told of them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from registry.errors import Stale
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import About, Kept, Kind, chosen_name
from registry.store import indexing, journal, records
from registry.store.database import Store
from registry.store.records import Stored


class Told(NamedTuple):
    """All that rendering needs of a record: what was told of it, and what the registry keeps."""

    kind: Kind
    document: Document
    seals: Mapping[str, str]
    kept: Kept
    survivor: str | None = None

    def rendered(self, ident: str, about: Mapping[str, About]) -> Document:
        """The document to serve; of a record that is not served any more, only what is kept of it."""
        if self.kept.state == "published":
            return self.kind.rendered(self.document, ident, self.kept, about, self.seals)
        return {"id": ident, "kind": self.kind.name, "record": self.kept.upkeep(self.kind.review_days)}

    def about(self, ident: str, about: Mapping[str, About]) -> About:
        """What others show of the record; nobody shows one that is not served, so that its name follows no other."""
        if self.kept.state == "published":
            return self.kind.about_of(self.document, ident, about)
        return About(ident, self.kind.name, chosen_name(self.document) or ident, self.document.get("lifecycle"))


class Rendering:
    """Renders records; `renamed` holds those of the last call that others must show anew."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.renamed: set[str] = set()

    def present(self, idents: Iterable[str]) -> dict[str, Told]:
        """What the registry was last told of records, by id."""
        return {
            ident: Told(KINDS[each.kind], each.document, each.seals, each.kept, each.survivor)
            for ident, each in records.latest(self.store, idents).items()
        }

    def render(self, told: Mapping[str, Told], expected: Mapping[str, str] | None) -> dict[str, Stored]:
        """Write bytes and index rows of the records; answers those written.

        `expected` are the ETags that records must still have: the test stands in the UPDATE itself. Where it is None,
        only records whose bytes change are written.
        """
        about = self._about(told)
        documents = {ident: each.rendered(ident, about) for ident, each in told.items()}
        there = self._there({*about, *(each.id for each in about.values())})
        numbers = {ident: number for ident, (number, _) in there.items()}
        rows = {i: _row(numbers[i], i, told[i], documents[i]) for i in told}
        if expected is None:
            rows = {i: row for i, row in rows.items() if row.etag != there[i][1]}
        self._update(rows, {i: told[i].about(i, about) for i in rows}, expected)
        indexing.forget(self.store, [numbers[ident] for ident in rows])
        live = [i for i in rows if told[i].kept.state == "published"]
        indexing.index(self.store, [indexing.Served(numbers[i], told[i].kind, documents[i]) for i in live], numbers)
        return rows

    def _about(self, told: Mapping[str, Told]) -> dict[str, About]:
        """What is to be shown of all targets, those among the records themselves as they are now to be."""
        wanted = {target for each in told.values() for target in each.kind.targets(each.document)} | set(told)
        wanted |= {each.survivor for each in told.values() if each.survivor}
        about = records.about(self.store, wanted)
        before = dict(about)
        for titled in (False, True):
            about |= {
                ident: each.about(ident, about)
                for ident, each in told.items()
                if (each.kind.titled is not None) == titled and each.survivor is None
            }
            _lead_on(about, {ident: each.survivor for ident, each in told.items() if each.survivor})
        self.renamed = {ident for ident in told if about[ident] != before.get(ident)}
        return about

    def _update(
        self, rows: Mapping[str, Stored], about: Mapping[str, About], expected: Mapping[str, str] | None
    ) -> None:
        sql = (
            "UPDATE record SET state = ?, version = ?, change = ?, updated_at = ?, survivor = ?, name = ?, lifecycle = ?, "
            "etag = ?, bytes = ? WHERE id = ?"
        )
        values = {
            i: (r.state, r.version, r.change, r.updated_at, r.survivor, about[i].name, about[i].lifecycle, r.etag, r.bytes, i)
            for i, r in rows.items()
        }  # fmt: skip
        guarded = {ident: tag for ident, tag in (expected or {}).items() if ident in values}
        for ident, tag in guarded.items():
            if self.store.change(sql + " AND etag = ?", (*values[ident], tag)) != 1:
                raise Stale(
                    f"Record {ident} is not at the version that was named: read it again, then repeat the change."
                )
        self.store.change_many(sql, [row for ident, row in values.items() if ident not in guarded])

    def _there(self, idents: Iterable[str]) -> dict[str, tuple[int, str]]:
        """The number and the present ETag of records, by id."""
        sql = "SELECT id, number, etag FROM record WHERE id IN (?)"
        return {row[0]: (row[1], row[2]) for row in self.store.rows_in(sql, idents)}


def _lead_on(about: dict[str, About], survivors: Mapping[str, str]) -> None:
    """Speak of merged records as their survivors."""
    about |= {ident: about[survivor] for ident, survivor in survivors.items() if survivor in about}
    about |= {ident: about[known.id] for ident, known in about.items() if known.id in about}


def _row(number: int, ident: str, told: Told, document: Document) -> Stored:
    served = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    kept = told.kept
    return Stored(
        number, ident, told.kind.name, kept.state, kept.version, kept.change, kept.created_at, kept.updated_at,
        told.survivor, hashlib.sha256(served).hexdigest()[:32], served,
    )  # fmt: skip


def reindex(store: Store) -> int:
    """Make all served bytes and index rows again from the revisions; answers how many records there are."""
    with store.writing():
        journal.hold(store)
        idents = [row[0] for row in store.rows("SELECT id FROM record ORDER BY number")]
        indexing.clear(store)
        rendering = Rendering(store)
        survivors = _survivors(store)
        _rename(rendering, idents, survivors)
        for part in _parts(idents):
            told = rendering.present(part)
            rendering.render({i: each._replace(survivor=survivors.get(i)) for i, each in told.items()}, {})
        indexing.tidy(store)
    return len(idents)


def _parts(idents: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(idents), 1000):
        yield idents[start : start + 1000]


def _rename(rendering: Rendering, idents: Sequence[str], survivors: Mapping[str, str]) -> None:
    """Set names, lifecycles and survivors of all records from what was told, so that rendering finds its targets."""
    own: dict[str, About] = {}
    shown: dict[str, About] = {}
    for titled in (False, True):
        for part in _parts(idents):
            own |= {
                ident: each.about(ident, shown)
                for ident, each in rendering.present(part).items()
                if (each.kind.titled is not None) == titled
            }
        shown = own | {ident: own[survivor] for ident, survivor in survivors.items() if survivor in own}
    rows = [(each.name, each.lifecycle, survivors.get(ident), ident) for ident, each in own.items()]
    rendering.store.change_many("UPDATE record SET name = ?, lifecycle = ?, survivor = ? WHERE id = ?", rows)


def _survivors(store: Store) -> dict[str, str]:
    """The record that each merged one leads to, at the end of whatever chain."""
    sql = (
        "SELECT r.id, v.survivor FROM record r JOIN revision v ON v.record = r.number AND v.version = r.version "
        "WHERE v.survivor IS NOT NULL"
    )
    told: dict[str, str] = dict(store.rows(sql))
    last = dict(told)
    for ident in last:
        while last[ident] in told:
            last[ident] = told[last[ident]]
    return last
