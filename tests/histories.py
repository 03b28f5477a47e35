"""Histories that chance writes, and copies of what was served meanwhile to hold the registry to afterwards."""

import json
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from registry.errors import Refusal
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.service import merging, registering
from registry.store import journal, records
from registry.store.changes import Change
from registry.store.database import Store
from registry.store.publishing import publish
from tests.making import figure, organization, program, put, source

TABLES = ("record", "term", "sort", "tie", "reference", "identifier", "name", "search")
"""What is derived from revisions, wholly or in part."""


class Kept(NamedTuple):
    """What was served at one time: the journal's number, a moment, and the bytes of each published record."""

    change: int
    moment: str
    served: dict[str, bytes]


def served(store: Store) -> dict[str, bytes]:
    """The bytes of all published records, by id, in the order of ids."""
    rows = store.rows("SELECT id, bytes FROM record WHERE state = 'published'")
    return {ident: bytes(content) for ident, content in sorted(rows)}


def tables(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of what is derived, in an order of their own."""
    found = {}
    for name in TABLES:
        columns = "rowid, names, body" if name == "search" and store.sqlite else "*"
        rows = [
            tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
            for row in store.rows(f"SELECT {columns} FROM {name}")
        ]
        found[name] = sorted(rows, key=repr)
    return found


@dataclass
class Chance:
    """Somebody who writes what chance tells: new records, changes of names and ties, merges, undos, withdrawals."""

    store: Store
    rng: random.Random
    made: int = 0
    done: Counter[str] = field(default_factory=Counter)
    kept: list[Kept] = field(default_factory=list)

    def write(self, acts: int, *, keep: bool = False) -> None:
        """So many acts, of which the registry may refuse some; `keep` copies what is served after each."""
        for _ in range(acts):
            act = self.rng.choice(("found", "found", "convene", "measure", "cite", "rename", "tie", "merge", "merge", "undo", "withdraw", "verify"))  # fmt: skip
            try:
                getattr(self, act)()
                self.done[act] += 1
            except Refusal:
                self.done[f"{act} refused"] += 1
            if keep:
                self.kept.append(Kept(journal.head(self.store), journal.now(), served(self.store)))

    def found(self) -> None:
        """A new organization."""
        put(self.store, "organization", organization(self._name("Institute"), identifiers=self._identifiers()))

    def convene(self) -> None:
        """A new program of some parties."""
        put(self.store, "program", program(self._name("Course"), *self._some("organization", 1, 3)))

    def measure(self) -> None:
        """A new figure, which is named after its subject, and sees another."""
        (subject,) = self._some(self.rng.choice(("organization", "program")), 1)
        sees = [{"id": ident} for ident in self._some("figure", 0, 1)]
        cautions = [{"kind": "contradicted", "about": "/quantity", "note": "Two numbers.", "see": sees}]
        put(self.store, "figure", figure(subject, cautions=cautions if sees else []))

    def cite(self) -> None:
        """A new source, cited by a record."""
        key = f"report-{self._number()}"
        put(self.store, "source", source(key))
        evidence = {"key": f"e-{key}", "basis": "passage", "source": key, "lines": [1, 2], "supports": ["/names"]}
        self._amend(*self._some("organization", 1), lambda told: told["evidence"].append(evidence))

    def rename(self) -> None:
        """Another name, or another lifecycle, which those who refer to the record show."""
        name, lifecycle = self._name("College"), self.rng.choice(("active", "planned", "ended"))

        def renamed(told: Document) -> None:
            told["names"][0]["text"], told["lifecycle"] = name, lifecycle

        self._amend(*self._some(self.rng.choice(("organization", "program")), 1), renamed)

    def tie(self) -> None:
        """One tie more."""
        holder, target = self._some("organization", 2)
        tie = {
            "key": f"r-{self._number()}",
            "relation": "cooperates-with",
            "target": {"id": target},
            "lifecycle": "active",
        }
        self._amend(holder, lambda told: told["relations"].append(tie))

    def merge(self) -> None:
        """Two records become one."""
        loser, survivor = self._some(self.rng.choice(("organization", "program", "figure", "source")), 2)
        merging.merge(self.store, loser, survivor, None, "Mei", "The same.")

    def undo(self) -> None:
        """One of the merges is undone, of those that can be."""
        merged = self._of_state("merged")
        for ident in self.rng.sample(merged, len(merged)):
            with suppress(Refusal):
                merging.undo(self.store, ident, "Mei", "Not the same.")
                return
        raise Refusal("None can be undone.")

    def withdraw(self) -> None:
        """A record goes."""
        kind = self.rng.choice(("program", "figure", "organization"))
        registering.withdraw(self.store, KINDS[kind], *self._some(kind, 1), None, "Ada", "Gone.")

    def verify(self) -> None:
        """A record is found to hold."""
        merging.verify(self.store, *self._some("organization", 1), None, "Ada", "")

    def _amend(self, ident: str, alter: Any) -> None:
        there = records.many(self.store, [ident])[ident]
        told = json.loads(json.dumps(records.latest(self.store, [ident])[ident].document))
        alter(told)
        document = KINDS[there.kind].read(told)
        publish(self.store, [Change("amend", KINDS[there.kind], ident, document, frozenset([there.etag]))], "Ada", "")

    def _some(self, kind: str, least: int, most: int | None = None) -> list[str]:
        """Some live records of a kind."""
        live = self._of_state("published", kind)
        if len(live) < least:
            raise Refusal("There are not enough of them yet.")
        return self.rng.sample(live, min(most if most is not None else least, len(live)))

    def _of_state(self, state: str, kind: str | None = None) -> list[str]:
        rows = self.store.rows("SELECT id, kind FROM record WHERE state = ?", [state])
        return sorted(ident for ident, its in rows if kind in (None, its))

    def _name(self, word: str) -> str:
        return f"{word} {self._number()}"

    def _number(self) -> int:
        self.made += 1
        return self.made

    def _identifiers(self) -> list[Document]:
        return [{"scheme": "wikidata", "value": f"Q{self.rng.randrange(20)}"}] if self.rng.random() < 0.5 else []
