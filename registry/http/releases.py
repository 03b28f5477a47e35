"""The document as files: written for the working copy, frozen for releases, and held to the promise between them."""

from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]


def breaks(old: Node, new: Node) -> list[str]:
    """What a client that was written against the old document would lose with the new one.

    Inputs may only widen, outputs may only gain members: removed paths, operations, statuses, media types, answered
    members, and inputs that became required or narrower are named.
    """
    return sorted(set(_paths(old, new)))


def _paths(old: Node, new: Node) -> Iterator[str]:
    for path, item in old["paths"].items():
        for method, operation in item.items():
            there = new["paths"].get(path, {}).get(method)
            if there is None:
                yield f"{method.upper()} {path} is gone"
            else:
                yield from _operation(f"{method.upper()} {path}", old, operation, new, there)


def _operation(where: str, old: Node, before: Node, new: Node, after: Node) -> Iterator[str]:
    if before["operationId"] != after["operationId"]:
        yield f"{where}: its operationId was {before['operationId']}"
    yield from _parameters(where, old, before, new, after)
    for media, content in before.get("requestBody", {}).get("content", {}).items():
        there = after.get("requestBody", {}).get("content", {}).get(media)
        if there is None:
            yield f"{where}: the body {media} is gone"
        else:
            yield from _schema(f"{where} body", old, content["schema"], new, there["schema"], taken=True, seen=set())
    for status, answer in before["responses"].items():
        there = after["responses"].get(status)
        if there is not None:
            yield from _answer(f"{where} {status}", old, _deref(old, answer), new, _deref(new, there))
        elif status < "300":
            yield f"{where}: the answer {status} is gone"


def _parameters(where: str, old: Node, before: Node, new: Node, after: Node) -> Iterator[str]:
    known = {(p["name"], p["in"]): p for p in (_deref(old, each) for each in before.get("parameters", []))}
    now = {(p["name"], p["in"]): p for p in (_deref(new, each) for each in after.get("parameters", []))}
    for key, parameter in known.items():
        if key not in now:
            yield f"{where}: the parameter {key[0]} is gone"
        else:
            schema, there = parameter["schema"], now[key]["schema"]
            yield from _schema(f"{where} {key[0]}", old, schema, new, there, taken=True, seen=set())
    for key, parameter in now.items():
        if parameter.get("required") and not known.get(key, {}).get("required"):
            yield f"{where}: the parameter {key[0]} became required"


def _answer(where: str, old: Node, before: Node, new: Node, after: Node) -> Iterator[str]:
    for header in before.get("headers", {}):
        if header not in after.get("headers", {}):
            yield f"{where}: the header {header} is gone"
    for media, content in before.get("content", {}).items():
        there = after.get("content", {}).get(media)
        if there is None:
            yield f"{where}: the form {media} is gone"
        else:
            yield from _schema(where, old, content["schema"], new, there["schema"], taken=False, seen=set())


def _schema(
    where: str, old: Node, before: Node, new: Node, after: Node, *, taken: bool, seen: set[str]
) -> Iterator[str]:
    reference = before.get("$ref")
    if reference:
        if reference in seen:
            return
        seen = {*seen, reference}
    before, after = _deref(old, before), _deref(new, after)
    if before.get("type") != after.get("type"):
        yield f"{where}: its type was {before.get('type')}"
    yield from _bounds(where, before, after, taken=taken)
    for name, member in before.get("properties", {}).items():
        if name not in after.get("properties", {}):
            yield f"{where}: the member {name} is gone"
        else:
            yield from _schema(f"{where}/{name}", old, member, new, after["properties"][name], taken=taken, seen=seen)
    required, now = set(before.get("required", ())), set(after.get("required", ()))
    for name in (now - required) if taken else (required - now):
        yield f"{where}: the member {name} {'became required' if taken else 'is no longer certain'}"
    if "items" in before and "items" in after:
        yield from _schema(f"{where}[]", old, before["items"], new, after["items"], taken=taken, seen=seen)


def _bounds(where: str, before: Node, after: Node, *, taken: bool) -> Iterator[str]:
    """Values that were taken are refused, or values are answered that never were; words may be added to answers."""
    if taken and "enum" in after:
        gone = set(before.get("enum", ())) - set(after["enum"])
        if gone or "enum" not in before:
            yield f"{where}: no longer takes {', '.join(map(str, sorted(gone))) or 'other words'}"
    if taken:
        for name, narrower in (("maxLength", -1), ("maximum", -1), ("maxItems", -1), ("minLength", 1), ("minimum", 1)):
            was, now = before.get(name), after.get(name)
            if now is not None and (was is None or (now - was) * narrower > 0):
                yield f"{where}: {name} was {was}"
        if before.get("additionalProperties") is not False and after.get("additionalProperties") is False:
            yield f"{where}: takes no further members any more"


def _deref(document: Node, node: Node) -> Node:
    reference = node.get("$ref")
    if reference is None:
        return node
    found: Any = document
    for step in reference.split("/")[1:]:
        found = found[step]
    return _deref(document, found)
