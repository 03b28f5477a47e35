"""Making served bytes and index rows of records from what the registry was told of them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from registry.errors import Stale
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import About, Kept, Kind
from registry.store import indexing, records
from registry.store.database import Store
from registry.store.records import Stored


class Told(NamedTuple):
    """All that rendering needs of a record: what was told of it, and what the registry keeps."""

    kind: Kind
    document: Document
    seals: Mapping[str, str]
    kept: Kept
    survivor: str | None = None


class Rendering:
    """Renders records; `renamed` holds those of the last call that others must show anew."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.renamed: set[str] = set()

    def present(self, idents: Iterable[str]) -> dict[str, Told]:
        """What the registry was last told of records, by id."""
        there = records.many(self.store, idents)
        return {
            ident: Told(
                KINDS[there[ident].kind], each.document, each.seals,
                each.kept(there[ident].created_at, there[ident].updated_at), each.survivor,
            )
            for ident, each in records.latest(self.store, there).items()
        }  # fmt: skip

    def render(self, told: Mapping[str, Told], expected: Mapping[str, str] | None) -> dict[str, Stored]:
        """Write bytes and index rows of the records.

        `expected` are the ETags that records must still have: the test stands in the UPDATE itself.
        """
        about = self._about(told)
        documents = {i: t.kind.rendered(t.document, i, t.kept, about, t.seals) for i, t in told.items()}
        numbers = self._numbers({*about, *(each.id for each in about.values())})
        rows = {i: _row(numbers[i], i, told[i], documents[i]) for i in told}
        self._update(rows, {i: t.kind.about_of(t.document, i, about) for i, t in told.items()}, expected)
        indexing.forget(self.store, [numbers[ident] for ident in told])
        live = [i for i, each in told.items() if each.kept.state == "published"]
        indexing.index(self.store, [indexing.Served(numbers[i], told[i].kind, documents[i]) for i in live], numbers)
        return rows

    def _about(self, told: Mapping[str, Told]) -> dict[str, About]:
        """What is to be shown of all targets, those among the records themselves as they are now to be."""
        wanted = {target for each in told.values() for target in each.kind.targets(each.document)} | set(told)
        wanted |= {each.survivor for each in told.values() if each.survivor}
        about = records.about(self.store, wanted)
        before = dict(about)
        for titled in (False, True):
            for ident, each in told.items():
                if (each.kind.titled is not None) == titled and each.survivor is None:
                    about[ident] = each.kind.about_of(each.document, ident, about)
        about |= {ident: about[each.survivor] for ident, each in told.items() if each.survivor}
        for ident, known in about.items():
            if known.id != ident and known.id in about:
                about[ident] = about[known.id]
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
            i: (
                r.state,
                r.version,
                r.change,
                r.updated_at,
                r.survivor,
                about[i].name,
                about[i].lifecycle,
                r.etag,
                r.bytes,
                i,
            )
            for i, r in rows.items()
        }
        guarded = {ident: tag for ident, tag in (expected or {}).items() if ident in values}
        for ident, tag in guarded.items():
            if self.store.change(sql + " AND etag = ?", (*values[ident], tag)) != 1:
                raise Stale(f"Record {ident} has changed since: read it again, then repeat the change.")
        self.store.change_many(sql, [row for ident, row in values.items() if ident not in guarded])

    def _numbers(self, idents: Iterable[str]) -> dict[str, int]:
        return {row[0]: row[1] for row in self.store.rows_in("SELECT id, number FROM record WHERE id IN (?)", idents)}


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
        idents = [row[0] for row in store.rows("SELECT id FROM record ORDER BY number")]
        for table in ("term", "sort", "tie", "reference", "identifier", "name", "search"):
            store.change(f"DELETE FROM {table}")
        rendering = Rendering(store)
        known = rendering.present(idents)
        told = {ident: each._replace(survivor=_survivor(ident, known)) for ident, each in known.items()}
        _rename(store, told)
        for start in range(0, len(idents), 1000):
            rendering.render({ident: told[ident] for ident in idents[start : start + 1000]}, None)
    return len(idents)


def _rename(store: Store, told: Mapping[str, Told]) -> None:
    """Set names, lifecycles and survivors of all records from what was told, so that rendering finds its targets."""
    about: dict[str, About] = {}
    for titled in (False, True):
        for ident, each in told.items():
            if (each.kind.titled is not None) == titled:
                about[ident] = each.kind.about_of(each.document, ident, about)
    rows = [(each.name, each.lifecycle, told[ident].survivor, ident) for ident, each in about.items()]
    store.change_many("UPDATE record SET name = ?, lifecycle = ?, survivor = ? WHERE id = ?", rows)


def _survivor(ident: str, told: Mapping[str, Told]) -> str | None:
    """The last survivor of a chain of merges; None where the record was not merged."""
    survivor = told[ident].survivor
    while survivor is not None and survivor in told and told[survivor].survivor is not None:
        survivor = told[survivor].survivor
    return survivor
