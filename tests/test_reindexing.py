"""What is derived: renamed records are shown anew wherever they are named, and all of it can be made again from revisions."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from registry.errors import Refusal
from registry.kinds.catalogue import KINDS
from registry.kinds.model import ids
from registry.service import merging
from registry.service.reading import read, read_as_of
from registry.store import journal, records
from registry.store.database import Store
from registry.store.indexed import bring_up_to_date, fingerprint
from registry.store.publishing import publish
from registry.store.records import Stored
from registry.store.rendering import reindex
from tests.making import Document, change, figure, organization, program, put, put_again, source

INDEXES = ("term", "sort", "tie", "reference", "identifier", "name")


def derived(store: Store) -> dict[str, list[Any]]:
    """The rows of every index table, and all that is served."""
    text = "" if store.sqlite else "::text"
    sql = {table: f"SELECT * FROM {table}" for table in INDEXES}
    sql["search"] = f"SELECT {'rowid' if store.sqlite else 'record'}, names{text}, body{text} FROM search"
    sql["record"] = "SELECT number, id, state, version, change, created_at, updated_at, survivor FROM record"
    sql["served"] = "SELECT id, name, lifecycle, etag, bytes FROM record WHERE state = 'published'"
    return {
        table: sorted(map(repr, (tuple(map(plain, row)) for row in store.rows(text)))) for table, text in sql.items()
    }


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def document(store: Store, ident: str) -> Document:
    found: Document = json.loads(read(store, ident).bytes)
    return found


def last_line(store: Store) -> journal.Line:
    return journal.lines(store, journal.head(store) - 1, 1)[0][0]


def test_a_rename_shows_anew_whoever_names_the_record_without_a_revision_of_theirs(empty_store: Store) -> None:
    partner = put(empty_store, "organization", organization("Old"))
    there, apart = (
        put(empty_store, "program", program("Two", partner.id)),
        put(empty_store, "organization", organization("Apart")),
    )
    put_again(empty_store, partner, organization("New"))
    again = read(empty_store, there.id)
    assert b'"name":"New"' in again.bytes
    assert again.etag != there.etag
    assert again[4:8] == there[4:8]
    assert len(records.revisions(empty_store, there.id, 0, 10)) == 1
    assert read(empty_store, apart.id) == apart
    assert (last_line(empty_store).record, last_line(empty_store).rendered) == (partner.id, [there.id])


def test_a_record_that_is_named_after_a_renamed_one_is_shown_anew_and_whoever_names_that_one_too(
    empty_store: Store,
) -> None:
    partner = put(empty_store, "organization", organization("Old"))
    number = put(empty_store, "figure", figure(partner.id))
    tie = {"relation": "serves", "target": {"id": number.id}, "lifecycle": "active"}
    referrer = put(empty_store, "organization", organization("Two", relations=[tie]))
    put_again(empty_store, partner, organization("New"))
    assert document(empty_store, number.id)["name"] == "capacity: New"
    assert document(empty_store, referrer.id)["relations"][0]["target"]["name"] == "capacity: New"
    assert sorted(last_line(empty_store).rendered) == sorted([number.id, referrer.id])


def test_a_change_of_lifecycle_moves_the_standing_of_ties_to_the_record(empty_store: Store) -> None:
    partner = put(empty_store, "organization", organization("One"))
    there = put(empty_store, "program", program("Two", partner.id))
    put_again(empty_store, partner, organization("One", lifecycle="proposed"))
    assert document(empty_store, there.id)["relations"][0]["standing"] == "proposed"
    assert empty_store.rows("SELECT standing FROM tie") == [("proposed",)]


def test_a_change_that_alters_neither_name_nor_lifecycle_shows_nobody_anew(empty_store: Store) -> None:
    partner = put(empty_store, "organization", organization("One"))
    there = put(empty_store, "program", program("Two", partner.id))
    put_again(empty_store, partner, organization("One", sector="industry"))
    assert read(empty_store, there.id) == there
    assert last_line(empty_store).rendered == []


def test_what_changes_together_with_what_it_names_shows_the_new_name(empty_store: Store) -> None:
    partner = put(empty_store, "organization", organization("Old"))
    number = put(empty_store, "figure", figure(partner.id))
    tie = {"relation": "serves", "target": {"id": number.id}, "lifecycle": "active"}
    referrer = put(empty_store, "organization", organization("Two", relations=[tie]))
    publish(empty_store, [
        change("organization", organization("Zwei", relations=[tie]), referrer.id, None, "replace"),
        change("organization", organization("New"), partner.id, None, "replace"),
    ], "Ada", "")  # fmt: skip
    assert document(empty_store, referrer.id)["relations"][0]["target"]["name"] == "capacity: New"
    assert [line.rendered for line, _ in journal.lines(empty_store, 3, 2)] in ([[number.id], []], [[], [number.id]])


class History:
    """Writes at random, such as people make: some of them refused."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.random, self.made = store, random.Random(seed), 0
        self.acts = (
            [self.create] * 4
            + [self.rename] * 4
            + [self.several] * 2
            + [self.withdraw, self.merge, self.undo, self.verify]
        )

    def live(self, kind: str | None = None) -> list[Stored]:
        sql = f"SELECT {records.STORED} FROM record WHERE state = 'published' ORDER BY number"
        return [found for found in map(records.stored, self.store.rows(sql)) if kind in (None, found.kind)]

    def name(self) -> str:
        return self.random.choice(["Abai", "Bilim", "学堂", "École", "Steppe"]) + f" {self.random.randrange(100)}"

    def document(self, kind: str, own: str | None = None) -> Document:
        there = [each for each in self.live() if each.id != own]
        some = [each.id for each in self.random.sample(there, min(len(there), self.random.randrange(3)))]
        lifecycle = self.random.choice(["active", "proposed", "ended"])
        ties = [{"relation": self.random.choice(["part-of", "cooperates-with", "serves"]), "target": {"id": ident},
                 "lifecycle": "active", "since": "2019"} for ident in some]  # fmt: skip
        if kind == "figure":
            subjects = ["", *(each.id for each in there if each.kind != "figure")]
            return figure(self.random.choice(subjects), relations=ties)
        if kind == "organization":
            dois = [f"10.1/{self.random.randrange(20)}"] * (self.random.random() < 0.3)
            identifiers = [{"scheme": "doi", "value": doi} for doi in dois]
            return organization(self.name(), lifecycle=lifecycle, relations=ties, identifiers=identifiers)
        if kind == "source":
            return source(f"report-{own or len(self.live())}")
        parties = [each.id for each in there if each.kind == "organization"][:2]
        milestones = [{"event": "established", "date": self.random.choice(["2018/..", "2019-05"])}]
        document = program(self.name(), *parties, lifecycle=lifecycle, milestones=milestones)
        return {**document, "relations": document["relations"] + ties}

    def new(self) -> Any:
        kind = self.random.choice(["organization", "organization", "program", "figure"])
        self.made += 1
        return change(kind, self.document(kind), ids.from_key(f"record {self.made}"))

    def renamed(self, there: Stored) -> Any:
        return change(there.kind, self.document(there.kind, there.id), there.id, frozenset([there.etag]), "replace")

    def create(self) -> None:
        publish(self.store, [self.new()], "Ada", "")

    def rename(self) -> None:
        publish(self.store, [self.renamed(self.random.choice(self.live()))], "Bob", "Renamed.")

    def several(self) -> None:
        some = self.random.sample(self.live(), min(len(self.live()), 3))
        publish(self.store, [self.new(), *map(self.renamed, some)], "Eve", "All at once.")

    def withdraw(self) -> None:
        there = self.random.choice(self.live())
        told = records.latest(self.store, [there.id])[there.id].document
        publish(self.store, [change(there.kind, told, there.id, None, "withdraw", state="withdrawn")], "Ada", "Gone.")

    def merge(self) -> None:
        loser = self.random.choice(self.live())
        survivor = self.random.choice(self.live(loser.kind))
        merging.merge(self.store, loser.id, survivor.id, None, "Ada", "Twice.")

    def undo(self) -> None:
        merged = [row[0] for row in self.store.rows("SELECT id FROM record WHERE state = 'merged' ORDER BY number")]
        merging.undo(self.store, self.random.choice(merged or [self.live()[0].id]), "Ada", "Two after all.")

    def verify(self) -> None:
        merging.verify(self.store, self.random.choice(self.live()).id, None, "Bob", "Seen.")

    def run(self, steps: int) -> Iterator[str]:
        """The names of the acts, or of what they were refused with."""
        for _ in range(steps):
            act = self.random.choice(self.acts) if len(self.live()) > 3 else self.create
            try:
                act()
                yield act.__name__
            except Refusal as refusal:
                yield type(refusal).__name__


@pytest.mark.parametrize("seed", range(2))
def test_reindexing_makes_the_same_rows_and_bytes_after_any_history(empty_store: Store, seed: int) -> None:
    happened = set(History(empty_store, seed).run(50))
    assert {"create", "rename", "several"} <= happened
    before, head = derived(empty_store), journal.present(empty_store)
    assert reindex(empty_store) == len(before["record"])
    after = derived(empty_store)
    for table in before:
        assert before[table] == after[table], table
    assert journal.present(empty_store) == head


def test_every_record_as_of_now_is_the_one_that_is_served_after_any_history(empty_store: Store) -> None:
    history = History(empty_store, 4)
    list(history.run(50))
    for there in history.live():
        assert read_as_of(empty_store, there.id, str(journal.head(empty_store))) == json.loads(there.bytes)


def test_reindexing_mends_what_was_spoilt(empty_store: Store) -> None:
    list(History(empty_store, 7).run(20))
    before = derived(empty_store)
    for table in (*INDEXES, "search"):
        empty_store.change(f"DELETE FROM {table}")
    empty_store.change("UPDATE record SET name = 'x', lifecycle = 'x', etag = 'x', bytes = ?", [b"x"])
    reindex(empty_store)
    assert derived(empty_store) == before


def test_indexes_are_made_again_when_the_declarations_changed_and_only_then(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(empty_store, "organization", organization("One"))
    assert not bring_up_to_date(empty_store)
    empty_store.change("DELETE FROM term")
    assert not bring_up_to_date(empty_store)
    assert empty_store.rows("SELECT * FROM term") == []
    before = fingerprint()
    monkeypatch.setattr("registry.store.indexed.SHAPE", -1)
    assert fingerprint() != before
    assert bring_up_to_date(empty_store)
    assert empty_store.rows("SELECT * FROM term") != []
    assert not bring_up_to_date(empty_store)


def test_the_declarations_are_told_apart_by_every_kind_filter_and_order(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    kind = KINDS["organization"]
    monkeypatch.setitem(kind.filters, "sector", kind.filters["type"])
    assert fingerprint() != before
