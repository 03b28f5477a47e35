"""Reading bodies: JSON that is not too large, not too deep, and says nothing twice."""

import json
from typing import Any
from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from registry.errors import Fault, TooLarge, Unreadable, WrongMediaType
from registry.http.operations import FORM, JSON, Operation
from registry.settings import Settings

MOST_FIELDS = 10
"""How many fields of a form are looked at."""


def read_body(operation: Operation, settings: Settings) -> Any:
    """The body, as JSON or the fields of a form. Raises WrongMediaType, TooLarge or Unreadable."""
    if operation.media == FORM:
        return read_form(settings)
    taken = dict.fromkeys((JSON, operation.media))
    media = request.mimetype
    if media not in taken:
        raise WrongMediaType(f"The body is {media or 'of no stated media type'}; this takes {' or '.join(taken)}.")
    return parsed(data_of(settings), settings.deepest_body)


def read_form(settings: Settings) -> dict[str, str]:
    """The fields of a form, each of which may stand once. Raises WrongMediaType, TooLarge or Unreadable."""
    if request.mimetype != FORM:
        raise WrongMediaType(f"The body is {request.mimetype or 'of no stated media type'}; this takes {FORM}.")
    try:
        text = data_of(settings).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:  # UnicodeDecodeError is one
        raise Unreadable(f"The body is no form: percent-encode UTF-8, and send {MOST_FIELDS} fields at most.") from None
    names = [name for name, _ in pairs]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise Unreadable(f"The field '{twice[0]}' stands twice.", [Fault("stands twice", parameter=twice[0])])
    return dict(pairs)


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


def parsed(data: bytes, deepest: int, what: str = "The body") -> Any:
    """The value that the bytes write; `what` they are is told in refusals. Raises Unreadable."""
    if _depth(data) > deepest:
        raise Unreadable(f"{what} is nested deeper than {deepest} levels.")
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as reason:
        raise Unreadable(f"{what} is not UTF-8: byte {reason.start}.") from None
    except json.JSONDecodeError as reason:
        raise Unreadable(f"{what} is not JSON: {reason.msg} at line {reason.lineno}, column {reason.colno}.") from None
    except ValueError as reason:
        raise Unreadable(f"{what} is not JSON that the registry reads: {str(reason)[:200]}") from None


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
