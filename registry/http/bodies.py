"""Reading bodies: JSON that is not too large, not too deep, and says nothing twice."""

import json
from typing import Any

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from registry.errors import Fault, TooLarge, Unreadable, WrongMediaType
from registry.http.operations import JSON, Operation
from registry.settings import Settings


def read_body(operation: Operation, settings: Settings) -> Any:
    """The body as JSON. Raises WrongMediaType, TooLarge or Unreadable."""
    taken = dict.fromkeys((JSON, operation.media))
    media = request.mimetype
    if media not in taken:
        raise WrongMediaType(f"The body is {media or 'of no stated media type'}; this takes {' or '.join(taken)}.")
    return parsed(data_of(settings), settings.deepest_body)


def data_of(settings: Settings) -> bytes:
    """The bytes of the body, which can be asked for again. Raises TooLarge or Unreadable."""
    try:
        data = request.get_data()
    except RequestEntityTooLarge:
        raise TooLarge(f"The body is larger than {settings.largest_body} bytes.") from None
    except ClientDisconnected:
        raise Unreadable("The body ended too early.") from None
    if len(data) > settings.largest_body:
        raise TooLarge(f"The body is larger than {settings.largest_body} bytes.")
    return data


def parsed(data: bytes, deepest: int) -> Any:
    """The value that the bytes write. Raises Unreadable."""
    if _depth(data) > deepest:
        raise Unreadable(f"The body is nested deeper than {deepest} levels.")
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as reason:
        raise Unreadable(f"The body is not UTF-8: byte {reason.start}.") from None
    except json.JSONDecodeError as reason:
        raise Unreadable(
            f"The body is not JSON: {reason.msg} at line {reason.lineno}, column {reason.colno}."
        ) from None
    except ValueError as reason:
        raise Unreadable(f"The body is not JSON that the registry reads: {str(reason)[:200]}") from None


def _depth(data: bytes) -> int:
    deepest = depth = 0
    in_text = escaped = False
    for byte in data:
        if in_text:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_text = False
        elif byte == 0x22:
            in_text = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable("A member stands twice in one object.", [Fault(f"'{twice}' stands twice")])
    return found


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")
