"""Registering: the one way in. Create, replace, amend, withdraw: each a change, validated, published in one transaction.

Each act is a change that is made ready here (`creation`, `replacement`, ...), for whoever publishes it: alone, or with
others in a submission.
"""

import json
from typing import Any

from registry.errors import Fault, Stale
from registry.kinds.model.documents import Document, merged
from registry.kinds.model.kind import Kind
from registry.kinds.model.validation import loaded
from registry.service import matching, reading
from registry.service.settling import settled
from registry.store import records, reserving
from registry.store.changes import NEW, Change
from registry.store.database import Store
from registry.store.journal import deciding
from registry.store.publishing import Published, publish

Tags = frozenset[str] | None
"""The ETags of which one must be the present one; None where any will do."""


def create(store: Store, kind: Kind, body: Any, by: str, why: str, *, rehearse: bool = False) -> Published:
    """Register a new record.

    Raises Invalid; Duplicate where it may be there already; Conflict for an unknown target or a taken identifier.
    """
    change = creation(store, kind, reserving.free_id(store), body)
    matching.refuse_duplicates(kind, matching.candidates(store, kind, change.document))
    return _publish(store, change, by, why, rehearse=rehearse)


def replace(
    store: Store, kind: Kind, ident: str, body: Any, tags: Tags, by: str, why: str, *, rehearse: bool = False
) -> Published:
    """Put another document in a record's place. Raises Stale before the body is looked at, then as `create`."""
    return _publish(store, replacement(store, kind, ident, body, tags), by, why, rehearse=rehearse)


@deciding
def amend(
    store: Store, kind: Kind, ident: str, patch: Any, tags: Tags, by: str, why: str, *, rehearse: bool = False
) -> Published:
    """Change some members of a record by a merge patch (RFC 7396; list members with a known key are that member)."""
    return _publish(store, amendment(store, kind, ident, patch, tags), by, why, rehearse=rehearse)


@deciding
def withdraw(
    store: Store, kind: Kind, ident: str, tags: Tags, by: str, why: str, *, rehearse: bool = False
) -> Published:
    """Withdraw a record, for a reason. Raises Conflict while live records refer to it."""
    return _publish(store, withdrawal(store, kind, ident, tags), by, why, rehearse=rehearse)


def creation(store: Store, kind: Kind, ident: str, body: Any) -> Change:
    """The change that registers a new record under an id."""
    return Change("create", kind, ident, kind.read(settled(store, kind.schema, body, {"kind": kind.name})), NEW)


def replacement(store: Store, kind: Kind, ident: str, body: Any, tags: Tags) -> Change:
    """The change that puts another document in a record's place."""
    present = _present(store, kind, ident, tags)
    return Change("replace", kind, present["id"], kind.read(settled(store, kind.schema, body, present)), tags)


def amendment(store: Store, kind: Kind, ident: str, patch: Any, tags: Tags) -> Change:
    """The change that a merge patch makes."""
    present = _present(store, kind, ident, tags)
    kept = settled(store, kind.schema, patch, present)
    loaded(kind.patcher, kept, f"The patch of the {kind.label} is not valid.", patch)
    told = records.latest(store, [present["id"]])[present["id"]].document
    return Change("amend", kind, present["id"], kind.read(merged(told, kept)), tags)


def withdrawal(store: Store, kind: Kind, ident: str, tags: Tags) -> Change:
    """The change that withdraws a record."""
    present = _present(store, kind, ident, tags)
    told = records.latest(store, [present["id"]])[present["id"]].document
    return Change("withdraw", kind, present["id"], told, tags, "withdrawn")


def lacking_evidence(document: Document) -> list[Fault]:
    """What is wrong with a document that is to be published by review and stands on nothing."""
    detail = "what is published by review stands on something: give at least one entry"
    return [] if document["evidence"] else [Fault(detail, "/evidence")]


def _publish(store: Store, change: Change, by: str, why: str, *, rehearse: bool) -> Published:
    return publish(store, [change], by, why, rehearse=rehearse)[change.ident]


def _present(store: Store, kind: Kind, ident: str, tags: Tags) -> Document:
    found = reading.read(store, ident, kind)
    if tags is not None and found.etag not in tags:
        raise Stale(f"Record {found.id} is not at the version that was named: read it again, then repeat the change.")
    present: Document = json.loads(found.bytes)
    return present
