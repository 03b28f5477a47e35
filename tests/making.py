"""Small records that tests make, and the seeds that they read."""

import hashlib
import itertools
from functools import cache
from typing import Any

from registry.kinds.catalogue import KINDS
from registry.kinds.model import ids
from registry.service.seeds import Seed, read_seeds
from registry.settings import Settings
from registry.store.changes import NEW, Change
from registry.store.database import Store
from registry.store.publishing import publish
from registry.store.records import Stored

Document = dict[str, Any]


@cache
def real_seeds() -> tuple[Seed, ...]:
    """The seeds that the registry starts with, read once."""
    return tuple(read_seeds(Settings().seeds))


_numbers = itertools.count(1)


def unheard_of(what: str) -> str:
    """A name that is like no other: what is registered twice is refused."""
    return f"{hashlib.sha256(str(next(_numbers)).encode()).hexdigest()[:16]} {what}"


def organization(name: str = "", **more: Any) -> Document:
    """An organization as a client sends it; without a name, one that nobody bears."""
    names = [{"text": name or unheard_of("Institute"), "lang": "en", "role": "official"}]
    return {"names": names, "type": "company", "lifecycle": "active", **more}


def program(name: str = "", *parties: str, **more: Any) -> Document:
    """A program with parties, as a client sends it; without a name, one that none bears."""
    ties = [{"relation": "organized-by", "target": {"id": party}, "lifecycle": "active"} for party in parties]
    names = [{"text": name or unheard_of("Course"), "lang": "en", "role": "official"}]
    return {"names": names, "type": "teacher-training", "lifecycle": "active", "relations": ties, **more}


def figure(subject: str = "", **more: Any) -> Document:
    """A figure about a record, as a client sends it."""
    quantity = {"qualifier": "exact", "value": "12", "unit": "person"}
    about = {"target": {"id": subject}} if subject else {"as_printed": "everybody"}
    return {"subject": about, "measure": "capacity", "quantity": quantity, "basis": "reported", **more}


def source(key: str, **more: Any) -> Document:
    """A source, as a client sends it."""
    names = [{"text": unheard_of(f"Report {key}"), "lang": "en", "role": "official"}]
    return {"key": key, "names": names, "type": "report", **more}


def change(
    kind: str, document: Document, ident: str | None = None, expects: Any = NEW, act: str = "create", **more: Any
) -> Change:
    """A change of one record, its document validated; a new one is given an id, and may bear the name of another."""
    more.setdefault("reviewed", True)
    return Change(act, KINDS[kind], ident or ids.drawn(), KINDS[kind].read(document), expects, **more)


def put(store: Store, kind: str, document: Document, *, by: str = "Ada", why: str = "") -> Stored:
    """A new record in a store."""
    made = change(kind, document)
    return publish(store, [made], by, why)[made.ident].stored


def put_again(store: Store, there: Stored, document: Document, *, state: str = "published") -> Stored:
    """Another document in the place of a record as it was read."""
    made = change(there.kind, document, there.id, frozenset([there.etag]), "replace", state=state)
    return publish(store, [made], "Ada", "")[there.id].stored
