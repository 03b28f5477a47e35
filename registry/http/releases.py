"""The promise between releases: what a client that was written against an older document would lose with a newer one.

What is sent may only widen, what is answered may only gain: members, forms, headers, words. Patterns are not compared,
since a new word of a vocabulary changes those that name them all; a pattern where there was none is a narrowing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]

AT_MOST = ("maxLength", "maximum", "maxItems", "maxProperties")
AT_LEAST = ("minLength", "minimum", "minItems", "minProperties")
FORMS = ("pattern", "format", "uniqueItems")


def breaks(old: Node, new: Node) -> list[str]:
    """What would break such a client, each by one line that names the operation."""
    return sorted(set(_Comparison(old, new).paths()))


class _Comparison:
    """Two documents, and the differences between them that break clients of the old one."""

    def __init__(self, old: Node, new: Node) -> None:
        self.old, self.new = old, new

    def paths(self) -> Iterator[str]:
        for path, item in self.old["paths"].items():
            for method, operation in item.items():
                where, there = f"{method.upper()} {path}", self.new["paths"].get(path, {}).get(method)
                if there is None:
                    yield f"{where} is gone"
                else:
                    yield from self._operation(where, operation, there)

    def _operation(self, where: str, before: Node, after: Node) -> Iterator[str]:
        if before["operationId"] != after["operationId"]:
            yield f"{where}: its operationId was {before['operationId']}"
        ways = after.get("security", self.new.get("security", []))
        for way in before.get("security", self.old.get("security", [])):
            if way not in ways:
                yield f"{where}: can no longer be asked {'with ' + ', '.join(way) if way else 'without a token'}"
        yield from self._parameters(where, before, after)
        yield from self._body(f"{where} body", before.get("requestBody", {}), after.get("requestBody", {}))
        for status, answer in before["responses"].items():
            there = after["responses"].get(status)
            if there is not None:
                yield from self._answer(f"{where} {status}", self._old(answer), self._new(there))
            elif status < "300":
                yield f"{where}: the answer {status} is gone"

    def _parameters(self, where: str, before: Node, after: Node) -> Iterator[str]:
        known = {(p["name"], p["in"]): p for p in map(self._old, before.get("parameters", []))}
        now = {(p["name"], p["in"]): p for p in map(self._new, after.get("parameters", []))}
        for key, parameter in known.items():
            there = now.get(key)
            if there is None:
                yield f"{where}: the parameter {key[0]} is gone"
                continue
            if (parameter.get("style"), parameter.get("explode")) != (there.get("style"), there.get("explode")):
                yield f"{where}: the parameter {key[0]} is written otherwise"
            yield from self._schema(f"{where} {key[0]}", parameter["schema"], there["schema"], taken=True, seen=())
        for key, parameter in now.items():
            if parameter.get("required") and not known.get(key, {}).get("required"):
                yield f"{where}: the parameter {key[0]} became required"

    def _body(self, where: str, before: Node, after: Node) -> Iterator[str]:
        if after.get("required") and not before.get("required"):
            yield f"{where}: became required"
        for media, content in before.get("content", {}).items():
            there = after.get("content", {}).get(media)
            if there is None:
                yield f"{where}: {media} is no longer taken"
            else:
                yield from self._schema(where, content["schema"], there["schema"], taken=True, seen=())

    def _answer(self, where: str, before: Node, after: Node) -> Iterator[str]:
        for header in before.get("headers", {}):
            if header not in after.get("headers", {}):
                yield f"{where}: the header {header} is gone"
        for media, content in before.get("content", {}).items():
            there = after.get("content", {}).get(media)
            if there is None:
                yield f"{where}: the form {media} is gone"
            else:
                yield from self._schema(where, content["schema"], there["schema"], taken=False, seen=())

    def _schema(self, where: str, before: Any, after: Any, *, taken: bool, seen: tuple[str, ...]) -> Iterator[str]:
        if not isinstance(before, Mapping) or not isinstance(after, Mapping):
            if taken and after is False and before is not False:
                yield f"{where}: takes no further members any more"
            return
        if before.get("$ref") in seen:
            return
        seen = (*seen, before["$ref"]) if "$ref" in before else seen
        before, null_before = _apart(self._old(before))
        after, null_after = _apart(self._new(after))
        before, after = self._old(before), self._new(after)
        yield from _types(where, before, null_before, after, null_after, taken=taken)
        yield from _bounds(where, before, after) if taken else ()
        yield from self._members(where, before, after, taken=taken, seen=seen)
        for name in ("items", "additionalProperties"):
            if name in before or name in after:
                deeper = f"{where}[]" if name == "items" else where
                yield from self._schema(deeper, before.get(name, {}), after.get(name, {}), taken=taken, seen=seen)

    def _members(self, where: str, before: Node, after: Node, *, taken: bool, seen: tuple[str, ...]) -> Iterator[str]:
        there = after.get("properties", {})
        for name, member in before.get("properties", {}).items():
            if name in there:
                yield from self._schema(f"{where}/{name}", member, there[name], taken=taken, seen=seen)
            else:
                yield f"{where}: the member {name} is gone"
        required, now = set(before.get("required", ())), set(after.get("required", ()))
        for name in (now - required) if taken else (required - now):
            yield f"{where}: the member {name} {'became required' if taken else 'is no longer certain'}"

    def _old(self, node: Node) -> Node:
        return _dereferenced(self.old, node)

    def _new(self, node: Node) -> Node:
        return _dereferenced(self.new, node)


def _types(where: str, before: Node, null_before: bool, after: Node, null_after: bool, *, taken: bool) -> Iterator[str]:
    was = _type_names(before) | ({"null"} if null_before else set())
    now = _type_names(after) | ({"null"} if null_after else set())
    if was and not now and taken:
        return
    if (was - now) if taken else (now - was or (was and not now)):
        yield f"{where}: its type was {', '.join(sorted(was)) or 'any'}, and is {', '.join(sorted(now)) or 'any'}"


def _bounds(where: str, before: Node, after: Node) -> Iterator[str]:
    """Values that were taken, and are refused now."""
    if "enum" in after:
        gone = {each for each in before.get("enum", ()) if each not in after["enum"]}
        if gone or "enum" not in before:
            yield f"{where}: no longer takes {', '.join(sorted(map(str, gone))) or 'other words'}"
    for names, sign in ((AT_MOST, -1), (AT_LEAST, 1)):
        for name in names:
            was, now = before.get(name), after.get(name)
            if now is not None and (
                now * sign > 0 if was is None and sign > 0 else was is None or (now - was) * sign > 0
            ):
                yield f"{where}: {name} was {was}, and is {now}"
    for name in FORMS:
        if after.get(name) and not before.get(name):
            yield f"{where}: {name} is asked for"
    if after.get("format") and before.get("format") and after["format"] != before["format"]:
        yield f"{where}: its format was {before['format']}"


def _apart(schema: Node) -> tuple[Node, bool]:
    """A schema that is another one or null, apart from the null."""
    ways = schema.get("anyOf")
    if ways is None:
        return schema, False
    rest = [way for way in ways if way != {"type": "null"}]
    return (rest[0], True) if len(rest) == 1 and len(ways) == 2 else (schema, False)


def _type_names(schema: Node) -> set[str]:
    given = schema.get("type", ())
    return {given} if isinstance(given, str) else set(given)


def _dereferenced(document: Node, node: Node) -> Node:
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].split("/")[1:]:
            found = found[step]
        node = found
    return node
