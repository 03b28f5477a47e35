"""Members that only the registry sets: taken where they are sent as they were read, refused where they differ."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema

from registry.errors import Fault, Invalid
from registry.kinds.model import ids
from registry.kinds.model.documents import Document
from registry.kinds.model.envelope import Target
from registry.kinds.model.fields import Member, Part, Several
from registry.store import records
from registry.store.database import Store


def settled(store: Store, schema: type[Schema], body: Any, present: Document) -> Any:
    """The body without the members that only the registry sets. Raises Invalid where one differs from what is there."""
    targets: list[tuple[str, Document]] = []
    faults: list[Fault] = []
    kept = _without_read_only(schema, body, present, "", faults, targets)
    named = {str(t.get("id")).lower() for _, t in targets}
    about = records.about(store, filter(ids.is_sound, named))
    for pointer, target in targets:
        known = about.get(str(target.get("id")).lower())
        for name in ("kind", "name"):
            if name in target and known is not None and target[name] != getattr(known, name):
                faults.append(Fault(f"is {getattr(known, name)!r}, and cannot be changed here", f"{pointer}/{name}"))
    if faults:
        raise Invalid("A member that the registry sets differs from what is there.", faults)
    return kept


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
