"""Reading what a client sent by a schema, and what is wrong with it as faults that point to where they stand."""

from typing import Any

from marshmallow import Schema, ValidationError

from registry.errors import Fault, Invalid
from registry.kinds.model.envelope import right_way_round


def loaded(schema: Schema, body: Any, message: str, sent: Any = None) -> Any:
    """A body as a schema reads it. Raises Invalid with a message, and faults with JSON Pointers into the body.

    `sent` is the body as the client sent it, where it was completed since.
    """
    try:
        return schema.load(body)
    except ValidationError as refusal:
        faults = _faults(refusal.messages, body if sent is None else sent)
        refusal.__traceback__ = None  # marshmallow's leads back to the refusal: a cycle that would hold the body
    raise Invalid(message, faults)


def _faults(messages: Any, body: Any, pointer: str = "") -> list[Fault]:
    """Marshmallow's nested messages as a flat list, each with a JSON Pointer into the body."""
    if isinstance(messages, str):
        return [Fault(_kindly(messages, pointer, body), pointer)]
    if isinstance(messages, list):
        return [fault for message in messages for fault in _faults(message, body, pointer)]
    found: list[Fault] = []
    for name, inner in messages.items():
        if name == "_schema" or (name in ("key", "value") and pointer.startswith("/absent/")):
            found += _faults(inner, body, pointer)
        else:
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            found += _faults(inner, body, f"{pointer}/{escaped}")
    return found


def _kindly(message: str, pointer: str, body: Any) -> str:
    if pointer.endswith("/relation"):
        value = body
        for step in pointer.split("/")[1:]:
            value = value[int(step)] if isinstance(value, list) else value.get(step)
        return right_way_round(value) or message
    return message
