"""Every refusal as a problem (RFC 9457): which status and type each has, and the one function that writes them."""

import json
import logging
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from registry import errors
from registry.errors import Candidate, Duplicate, Elsewhere, Fault, Merged, Refusal, TooMany, Unavailable

STATUS: dict[type[Refusal], int] = {
    errors.BadQuery: 400,
    errors.Unreadable: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotYours: 403,
    errors.Unknown: 404,
    errors.MistypedId: 404,
    errors.Elsewhere: 404,
    errors.NotAcceptable: 406,
    errors.Conflict: 409,
    errors.Duplicate: 409,
    errors.Gone: 410,
    errors.Stale: 412,
    errors.TooLarge: 413,
    errors.WrongMediaType: 415,
    errors.Invalid: 422,
    errors.Reused: 422,
    errors.Unconditional: 428,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
"""The status of each refusal."""

TYPES: dict[type[Refusal], tuple[str, str]] = {
    errors.BadQuery: ("bad-query", "A parameter is unknown, repeated or malformed"),
    errors.Unreadable: ("unreadable", "The body is not JSON that the registry reads"),
    errors.Unauthenticated: ("unauthenticated", "A valid token is needed"),
    errors.Forbidden: ("forbidden", "The token's role or scopes do not suffice"),
    errors.NotYours: ("not-yours", "This is for somebody else to do"),
    errors.Unknown: ("unknown", "There is no such thing"),
    errors.MistypedId: ("mistyped-id", "The id is mistyped"),
    errors.Elsewhere: ("elsewhere", "The record is of another kind"),
    errors.NotAcceptable: ("not-acceptable", "None of the accepted forms is offered"),
    errors.Conflict: ("conflict", "The registry's state does not allow it"),
    errors.Duplicate: ("duplicate", "What is to be created may be there already"),
    errors.Gone: ("gone", "The record was withdrawn"),
    errors.Stale: ("stale", "The record has changed since"),
    errors.TooLarge: ("too-large", "The body is too large"),
    errors.WrongMediaType: ("wrong-media-type", "The media type of the body is not taken"),
    errors.Invalid: ("invalid", "The body breaks the schema or a rule"),
    errors.Reused: ("idempotency-mismatch", "The Idempotency-Key was used for another request"),
    errors.Unconditional: ("unconditional", "The write does not name the version that it changes"),
    errors.TooMany: ("too-many-requests", "More was asked within a minute than is allowed"),
    errors.Unavailable: ("unavailable", "The registry cannot serve"),
}
"""The last part of each refusal's type, and its title."""

UNROUTED: dict[str, tuple[str, int]] = {
    "not-found": ("There is nothing at this address", 404),
    "method-not-allowed": ("The method is not offered here", 405),
    "internal-server-error": ("The registry failed", 500),
    "refused-before-reading": ("The first line or the headers are malformed or too long", 400),
}
"""Titles and statuses of what is refused before any operation is reached, or by a crash."""
_SECRET = re.compile(r"(?i)(prt_[0-9a-z]*)_[a-z0-9_-]+")
"""What looks like a token, mistyped or cut short too: somebody may have put it into an address."""

MEDIA = "application/problem+json"
MOST_FAULTS = 100
MOST_OF_A_NAME = 200
"""How many characters of a parameter's name are told; an unknown one can have any length, or none."""
MOST_CANDIDATES = 50


def problem(
    status: int,
    name: str,
    title: str,
    detail: str,
    faults: tuple[Fault, ...] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """A problem as a response; every text in it is made printable. `more` are members that only some refusals have."""
    body = {
        "type": f"/docs/problems#{name}",
        "title": title,
        "status": status,
        "detail": printable(detail),
        "instance": printable(request.path)[:2000],
        "errors": [fault(each) for each in faults[:MOST_FAULTS]],
        "request_id": g.get("request_id", ""),
        **(more or {}),
    }
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA)
    response.headers["Cache-Control"] = "no-store"
    for key, value in (headers or {}).items():
        response.headers[key] = value
    return response


def refused(refusal: Refusal) -> Response:
    """The problem that a refusal is."""
    status, (name, title) = STATUS[type(refusal)], TYPES[type(refusal)]
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="registry"'
    if status == 503:
        headers["Retry-After"] = "5"
    if isinstance(refusal, TooMany):
        headers["Retry-After"] = str(refusal.wait)
    faults = refusal.faults
    if isinstance(refusal, Elsewhere):
        headers["Link"] = f'<{refusal.address}>; rel="canonical"'
        faults = (Fault(f"read it at {refusal.address}", parameter="id"),)
    more = {}
    if isinstance(refusal, Duplicate):
        more["candidates"] = [candidate(each) for each in refusal.candidates[:MOST_CANDIDATES]]
    return problem(status, name, title, refusal.detail, faults, headers, more)


def candidate(each: Candidate) -> dict[str, object]:
    """A candidate as JSON."""
    reasons = [printable(reason) for reason in each.reasons]
    return {"id": each.id, "kind": each.kind, "name": printable(each.name), "score": each.score, "reasons": reasons}


def printable(text: str) -> str:
    """The text without lone surrogates, control characters and the secrets of tokens, at most 2,000 characters."""
    text = _SECRET.sub(r"\1_...", text)
    kept = "".join(c if c.isprintable() or c == " " else "\ufffd" for c in text)
    return kept.encode("utf-8", "replace").decode()[:2000]


def problem_types() -> list[tuple[str, str, int]]:
    """The types of problems: the last part of each, its title and its status."""
    known = [(name, title, STATUS[refusal]) for refusal, (name, title) in TYPES.items()]
    return sorted([*known, *((name, *told) for name, told in UNROUTED.items())], key=lambda each: each[2])


def handle_problems(app: Flask, is_passing: Callable[[BaseException], bool]) -> None:
    """Answer every refusal, every exception of Flask's own, and every crash by a problem; 503 where it is passing."""

    @app.errorhandler(Refusal)
    def _refusal(refusal: Refusal) -> Response:
        return refused(refusal)

    @app.errorhandler(Merged)
    def _merged(refusal: Merged) -> Response:
        """Not a problem: what was asked for lives on elsewhere, for ever; also what is beneath it, as it was asked for."""
        response = Response(status=308)
        del response.headers["Content-Type"]
        beneath = request.path.partition((request.view_args or {}).get("id") or request.path)[2]
        query = quote(request.query_string, safe="!$%&'()*+,-./:;=?@_~")
        response.headers["Location"] = refusal.address + beneath + (f"?{query}" if query else "")
        response.headers["Cache-Control"] = "max-age=0, must-revalidate"
        return response

    @app.errorhandler(HTTPException)
    def _http(exception: HTTPException) -> Response:
        code = exception.code or 500
        headers = {k: v for k, v in exception.get_headers() if k in ("Allow", "Retry-After", "WWW-Authenticate")}
        if code == 405:
            allowed = sorted({*str(headers.get("Allow", "")).split(", "), "OPTIONS"} - {""})
            headers["Allow"] = ", ".join(allowed)
            if request.method == "OPTIONS":
                return preflight(headers["Allow"])
        phrase = HTTPStatus(code).phrase
        detail = {
            404: f"There is nothing at {request.path}.",
            405: f"{request.method} is not offered here.",
            413: "The body is larger than the registry takes.",
        }.get(code, phrase)
        return problem(code, phrase.lower().replace(" ", "-"), phrase, detail, (), headers)

    @app.errorhandler(Exception)
    def _crash(exception: Exception) -> Response:
        if is_passing(exception):
            logging.getLogger("registry").warning("request %s: %s", g.get("request_id", ""), exception)
            return refused(Unavailable("The database is busy, or cannot be reached at present: try again."))
        logging.getLogger("registry").exception("request %s failed", g.get("request_id", ""), exc_info=exception)
        return problem(
            500, "internal-server-error", "Internal Server Error", "The registry failed; the request id tells where."
        )


def preflight(allowed: str) -> Response:
    """The answer to OPTIONS: what is allowed here, for clients and for browsers that ask before they send."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    response.headers["Allow"] = allowed
    response.headers["Access-Control-Allow-Methods"] = allowed
    response.headers["Access-Control-Allow-Headers"] = (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
    )
    response.headers["Access-Control-Max-Age"] = "600"
    return response


def fault(each: Fault) -> dict[str, str]:
    """A fault as JSON."""
    where = {"pointer": each.pointer} if each.pointer is not None else {}
    where |= {"parameter": each.parameter[:MOST_OF_A_NAME]} if each.parameter is not None else {}
    return {name: printable(text) for name, text in {**where, "detail": each.detail}.items()}
