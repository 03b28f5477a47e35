"""Walking documents: values by path, members by pointer, keys for the members of lists."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = dict[str, Any]
Step = str | Mapping[str, Any]


def values_at(document: Any, path: tuple[Step, ...], start: int = 0) -> Iterator[Any]:
    """The values that a path leads to; lists are entered, and a mapping as a step keeps the members that fit it.

    `start` is how many steps were taken already.
    """
    for at in range(start, len(path)):
        if isinstance(document, list):
            break
        if not isinstance(document, dict):
            return
        step = path[at]
        if isinstance(step, str):
            if step not in document:
                return
            document = document[step]
        elif any(document.get(name) != value for name, value in step.items()):
            return
    else:
        at = len(path)
    if isinstance(document, list):
        for member in document:
            yield from values_at(member, path, at)
    else:
        yield document


def pointed_at(document: Any, path: tuple[Step, ...], at: str = "") -> Iterator[tuple[str, Any]]:
    """The same values, each with the pointer that leads to it; members of lists are named by key where they have one."""
    if isinstance(document, list):
        for member in document:
            key = member.get("key") if isinstance(member, dict) else None
            yield from pointed_at(member, path, f"{at}/{key}" if key else at)
    elif not path:
        yield at, document
    elif isinstance(document, dict):
        step, *rest = path
        if isinstance(step, str):
            if step in document:
                yield from pointed_at(document[step], tuple(rest), f"{at}/{step}")
        elif all(document.get(name) == value for name, value in step.items()):
            yield from pointed_at(document, tuple(rest), at)


def resolve(document: Any, pointer: str) -> Any:
    """The value at a pointer, members of lists being named by their key. Raises KeyError where it leads nowhere."""
    value = document
    for step in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = next((m for m in value if isinstance(m, dict) and m.get("key") == step), None)
            if value is None:
                raise KeyError(pointer)
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            raise KeyError(pointer)
    return value


def with_keys(document: Document) -> Document:
    """The document with a key for each member of its lists of objects that has none.

    A new key is the first letter of the list's name and the next number that is free in the whole record.
    """
    taken = {member["key"] for members in _keyed_lists(document) for member in members[1] if member.get("key")}
    for letter, members in _keyed_lists(document):
        number = 0
        for member in members:
            if not member.get("key"):
                number += 1
                while f"{letter}{number}" in taken:
                    number += 1
                member["key"] = f"{letter}{number}"
                taken.add(member["key"])
    return document


def keys_of(document: Document) -> set[str]:
    """The keys of all members of the record's lists."""
    return {member["key"] for _, members in _keyed_lists(document) for member in members if "key" in member}


def repeated_key(document: Document) -> str | None:
    """A key that two members of the record share, or None."""
    seen: set[str] = set()
    for _, members in _keyed_lists(document):
        for member in members:
            if member["key"] in seen:
                return str(member["key"])
            seen.add(member["key"])
    return None


def _keyed_lists(document: Document, prefix: str = "") -> Iterator[tuple[str, list[Document]]]:
    for name, value in document.items():
        if isinstance(value, list) and value and all(isinstance(m, dict) for m in value):
            if name != "see":
                yield name[0], value
            for member in value:
                yield from _keyed_lists(member)


def merged(current: Any, patch: Any) -> Any:
    """RFC 7396 JSON Merge Patch, but a list member whose key is known starts from that member."""
    if isinstance(patch, dict):
        result = dict(current) if isinstance(current, dict) else {}
        for name, value in patch.items():
            if value is None:
                result.pop(name, None)
            else:
                result[name] = merged(result.get(name), value)
        return result
    if isinstance(patch, list):
        known = (
            {m["key"]: m for m in current if isinstance(m, dict) and "key" in m} if isinstance(current, list) else {}
        )
        return [
            merged(known.get(m["key"]), m) if isinstance(m, dict) and "key" in m else merged(None, m) for m in patch
        ]
    return patch
