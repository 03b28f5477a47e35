"""Registering: the one way in. Create, replace, amend, withdraw: each a change, validated, published in one transaction."""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from registry.errors import Fault, Invalid, Stale
from registry.kinds.model import ids
from registry.kinds.model.documents import Document, merged
from registry.kinds.model.envelope import Target
from registry.kinds.model.fields import Member, Part, Several
from registry.kinds.model.kind import Kind, faults_of
from registry.service import reading
from registry.store import records
from registry.store.database import Store
from registry.store.journal import deciding
from registry.store.publishing import NEW, Change, Published, publish

Tags = frozenset[str] | None
"""The ETags of which one must be the present one; None where any will do."""


def create(store: Store, kind: Kind, body: Any, by: str, why: str, *, rehearse: bool = False) -> Published:
    """Register a new record. Raises Invalid, or Conflict for an unknown target or an identifier that is taken."""
    document = kind.read(_settled(store, kind, body, {"kind": kind.name}))
    ident = ids.drawn()
    while records.read(store, ident) is not None:
        ident = ids.drawn()
    return publish(store, [Change("create", kind, ident, document, NEW)], by, why, rehearse=rehearse)[ident]


def replace(
    store: Store, kind: Kind, ident: str, body: Any, tags: Tags, by: str, why: str, *, rehearse: bool = False
) -> Published:
    """Put another document in a record's place. Raises Stale before the body is looked at, then as `create`."""
    present = _present(store, kind, ident, tags)
    document = kind.read(_settled(store, kind, body, present))
    return _publish(store, Change("replace", kind, present["id"], document, tags), by, why, rehearse=rehearse)


@deciding
def amend(
    store: Store, kind: Kind, ident: str, patch: Any, tags: Tags, by: str, why: str, *, rehearse: bool = False
) -> Published:
    """Change some members of a record by a merge patch (RFC 7396; list members with a known key are that member)."""
    present = _present(store, kind, ident, tags)
    settled = _settled(store, kind, patch, present)
    try:
        kind.patcher.load(settled)
    except ValidationError as refusal:
        raise Invalid(f"The patch of the {kind.label} is not valid.", faults_of(refusal.messages, patch)) from None
    told = records.latest(store, [present["id"]])[present["id"]].document
    document = kind.read(merged(told, settled))
    return _publish(store, Change("amend", kind, present["id"], document, tags), by, why, rehearse=rehearse)


@deciding
def withdraw(
    store: Store, kind: Kind, ident: str, tags: Tags, by: str, why: str, *, rehearse: bool = False
) -> Published:
    """Withdraw a record, for a reason. Raises Conflict while live records refer to it."""
    present = _present(store, kind, ident, tags)
    told = records.latest(store, [present["id"]])[present["id"]].document
    change = Change("withdraw", kind, present["id"], told, tags, "withdrawn")
    return _publish(store, change, by, why, rehearse=rehearse)


def _publish(store: Store, change: Change, by: str, why: str, *, rehearse: bool) -> Published:
    return publish(store, [change], by, why, rehearse=rehearse)[change.ident]


def _present(store: Store, kind: Kind, ident: str, tags: Tags) -> Document:
    found = reading.read(store, ident, kind)
    if tags is not None and found.etag not in tags:
        raise Stale(f"Record {found.id} is not at the version that was named: read it again, then repeat the change.")
    present: Document = json.loads(found.bytes)
    return present


def _settled(store: Store, kind: Kind, body: Any, present: Document) -> Any:
    """The body without the members that only the registry sets. Raises Invalid where one differs from what is there."""
    targets: list[tuple[str, Document]] = []
    faults: list[Fault] = []
    settled = _without_read_only(kind.schema, body, present, "", faults, targets)
    about = records.about(store, {str(t["id"]).lower() for _, t in targets if isinstance(t.get("id"), str)})
    for pointer, target in targets:
        known = about.get(str(target.get("id")).lower())
        for name in ("kind", "name"):
            if name in target and known is not None and target[name] != getattr(known, name):
                faults.append(Fault(f"is {getattr(known, name)!r}, and cannot be changed here", f"{pointer}/{name}"))
    if faults:
        raise Invalid("A member that the registry sets differs from what is there.", faults)
    return settled


def _without_read_only(
    schema: type[Schema],
    body: Any,
    present: Any,
    pointer: str,
    faults: list[Fault],
    targets: list[tuple[str, Document]],
) -> Any:
    if not isinstance(body, dict):
        return body
    if schema is Target:
        targets.append((pointer, body))
        return {name: value for name, value in body.items() if name not in ("kind", "name")}
    there = present if isinstance(present, Mapping) else {}
    kept: Document = {}
    for name, value in body.items():
        field = schema._declared_fields.get(name)
        here = f"{pointer}/{name}"
        inner = field.inner if isinstance(field, Several) else field
        if isinstance(field, Member) and field.read_only:
            if name not in there or value != there[name]:
                faults.append(Fault("is set by the registry: leave it out, or send what is there", here))
        elif isinstance(inner, Part) and isinstance(field, Several) and isinstance(value, list):
            known = {m.get("key"): m for m in there.get(name, [])}
            kept[name] = [
                _without_read_only(inner.schema_class, m, known.get(_key_of(m)), f"{here}/{at}", faults, targets)
                for at, m in enumerate(value)
            ]
        elif isinstance(inner, Part):
            kept[name] = _without_read_only(inner.schema_class, value, there.get(name), here, faults, targets)
        else:
            kept[name] = value
    return kept


def _key_of(member: Any) -> Any:
    key = member.get("key") if isinstance(member, dict) else None
    return key if isinstance(key, str) else None
