"""What the registry refuses, in its own words; which HTTP status each refusal has is said in http/problems.py."""

from collections.abc import Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that is wrong with what was sent: where, and what would be right.

    `pointer` is a JSON Pointer (RFC 6901) into the body, `parameter` the name of a query parameter or header.
    """

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Candidate(NamedTuple):
    """A record that what was sent may be about already: how alike they are, from 0 to 1, and why it is thought so.

    `pointer` leads to the member of what was sent by which it was found.
    """

    id: str
    kind: str
    name: str
    score: float
    reasons: tuple[str, ...]
    pointer: str = "/names"


class Refusal(Exception):
    """The registry will not do what was asked; `detail` says why, `faults` say where."""

    def __init__(self, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)


class BadQuery(Refusal):
    """A parameter is unknown, repeated or malformed."""


class Unreadable(Refusal):
    """The body is no JSON, or nested too deep."""


class WrongMediaType(Refusal):
    """The body is of a media type that the operation does not take."""


class TooLarge(Refusal):
    """The body is larger than the registry takes."""


class NotAcceptable(Refusal):
    """None of the forms that the client accepts is offered."""


class Invalid(Refusal):
    """The body is JSON but breaks the schema or a rule."""


class Unknown(Refusal):
    """There is no such thing."""


class MistypedId(Unknown):
    """The check digits of an id do not fit: it was mistyped, and can belong to no record."""


class Elsewhere(Unknown):
    """The record exists, but under another kind; `address` is the right one."""

    def __init__(self, detail: str, address: str) -> None:
        super().__init__(detail)
        self.address = address


class Merged(Refusal):
    """The record was merged into another; `address` is where that is."""

    def __init__(self, detail: str, address: str) -> None:
        super().__init__(detail)
        self.address = address


class Gone(Refusal):
    """The record was withdrawn; `why` is the reason that was given."""


class Conflict(Refusal):
    """The registry's state does not allow it: an unknown target, a duplicate, a record still referred to."""


class Duplicate(Conflict):
    """What is to be created may be there already; `candidates` are the records that nobody has decided about."""

    def __init__(self, detail: str, candidates: Sequence[Candidate], faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail, faults)
        self.candidates = tuple(candidates)


class Stale(Refusal):
    """The version that a write names is no longer the current one."""


class Unconditional(Refusal):
    """A write does not name the version that it changes."""


class Unauthenticated(Refusal):
    """No valid token was given.

    Where one was sent, `subject` is its id, or says that it had none, and `reason` what is wrong with it: for the
    administrative journal, not for the client.
    """

    def __init__(self, detail: str, subject: str | None = None, reason: str = "") -> None:
        super().__init__(detail)
        self.subject, self.reason = subject, reason


class Forbidden(Refusal):
    """The token is valid, but its role or its scopes do not suffice."""


class TooMany(Refusal):
    """More was asked within a minute than one client may; `wait` says for how many seconds to wait."""

    def __init__(self, detail: str, wait: int) -> None:
        super().__init__(detail)
        self.wait = wait


class NotYours(Forbidden):
    """The role suffices, but this is for somebody else to do: the author, or anybody but the author."""


class Reused(Invalid):
    """An Idempotency-Key comes with another request than the one that it was first sent with."""


class Unavailable(Refusal):
    """The registry cannot serve: no database, a newer one, or none that can be written."""
