"""Mounting the table of operations on Flask: each request is understood, checked, done and presented here."""

import gzip
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from registry.errors import Forbidden, NotAcceptable, Unconditional
from registry.http.acts.records import list_tag, listed
from registry.http.bodies import data_of, read_body
from registry.http.conditional import current, tags_of
from registry.http.document import described
from registry.http.gate import Gate
from registry.http.operations import CSV, JSON, JSONL, Call, Operation, Reply
from registry.http.parameters import IF_MATCH, IF_NONE_MATCH, read_all, read_header, read_path
from registry.http.problems import handle_problems
from registry.http.repeating import once
from registry.http.table import OPERATIONS
from registry.kinds.catalogue import KINDS
from registry.kinds.model.kind import Kind
from registry.service import access
from registry.settings import Settings
from registry.store.database import Store

FORMS = {"json": JSON, "jsonl": JSONL, "csv": CSV, "graphml": "application/graphml+xml"}
COMPRESSED_FROM = 2048
POLICY = "default-src 'none'; frame-ancestors 'none'"


def mount(app: Flask, store: Store, settings: Settings) -> None:
    """Add a route for each operation, for each kind where it is one of each kind."""
    app.config["MAX_CONTENT_LENGTH"] = settings.largest_body
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    handle_problems(app, store.is_passing)
    rows = [(each, kind) for each in OPERATIONS for kind in (KINDS.values() if each.per_kind else (None,))]
    gate = Gate(store, settings, {operation.operation_id(kind) for operation, kind in rows})

    @app.before_request
    def _begin() -> None:
        g.request_id = uuid.uuid4().hex
        gate.admit()

    @app.after_request
    def _say_always(response: Response) -> Response:
        response.headers.extend([*_always(response), *gate.said()])
        return response

    for operation, kind in rows:
        app.add_url_rule(
            operation.path_for(kind).replace("{", "<").replace("}", ">"),
            operation.operation_id(kind),
            _guarded(_view(operation, kind, store, settings), operation, gate),
            methods=[operation.method],
            provide_automatic_options=False,
        )


def _guarded(view: Callable[..., Response], operation: Operation, gate: Gate) -> Callable[..., Response]:
    """The view, for those who may; who is refused for want of a role, here or by the act, is noted."""

    def guarded(**path: str) -> Response:
        try:
            if operation.role:
                access.require(g.holder, operation.role)
            return view(**path)
        except Forbidden as refusal:
            gate.forbid(g.holder, refusal)
            raise

    return guarded


def _view(operation: Operation, kind: Kind | None, store: Store, settings: Settings) -> Callable[..., Response]:
    parameters = operation.all_parameters(kind)

    def view(**path: str) -> Response:
        values = read_all(parameters, request.args.to_dict(flat=False))
        read_path(parameters, path)
        tags = _tags(operation)
        call = Call(
            store, settings, operation, kind, values, path, g.holder, tags, _form(operation, values), _next_url,
            lambda: read_body(operation, settings), lambda form: described(settings.seeds, form),
        )  # fmt: skip
        return _respond(call)

    return view


def _respond(call: Call) -> Response:
    asked = (
        read_header(IF_NONE_MATCH, request.headers.get("If-None-Match"))
        if call.operation.conditional and not call.operation.writes
        else None
    )
    if asked and call.operation.act is listed and (known := current(asked, _tag(list_tag(call), call.form))):
        return _not_modified(known)
    if call.operation.keyed:
        reply = once(call, call.operation.act, lambda: data_of(call.settings))
    else:
        reply = call.operation.act(call)
    tag = _tag(reply.etag, call.form) if reply.etag else None
    if asked and tag and (known := current(asked, tag)):
        return _not_modified(known)
    return _presented(reply, tag, call)


def _presented(reply: Reply, tag: str | None, call: Call) -> Response:
    if reply.parts is not None:
        response = Response(reply.parts, reply.status)
    else:
        content = reply.content
        compress = len(content) >= COMPRESSED_FROM and request.accept_encodings["gzip"] > 0
        response = Response(gzip.compress(content, 1, mtime=0) if compress else content, reply.status)
        if compress:
            response.headers["Content-Encoding"] = "gzip"
            tag = f"{tag}--gzip" if tag else None
    if reply.status == 204:
        del response.headers["Content-Type"]
    else:
        response.headers["Content-Type"] = reply.media
    if tag:
        response.headers["ETag"] = f'"{tag}"'
    unkept = call.operation.writes or call.operation.private or not tag
    response.headers["Cache-Control"] = "no-store" if unkept else "max-age=0, must-revalidate"
    response.headers.extend(reply.headers)
    return response


def _not_modified(tag: str) -> Response:
    response = Response(status=304)
    del response.headers["Content-Type"]
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = "max-age=0, must-revalidate"
    return response


def _tag(tag: str, form: str) -> str:
    return tag if form == JSON else f"{tag};{form.partition('/')[2]}"


def _always(response: Response) -> list[tuple[str, str]]:
    said = [
        ("X-Request-Id", g.get("request_id", "")), ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "ETag, Idempotent-Replay, Link, Location, Retry-After, RateLimit, RateLimit-Policy, Registry-Change, Registry-Id, X-Request-Id"),
        ("Vary", "Accept, Accept-Encoding"),
    ]  # fmt: skip
    if "Content-Security-Policy" not in response.headers:
        said.append(("Content-Security-Policy", POLICY))
    return said


def _tags(operation: Operation) -> frozenset[str] | None:
    if not (operation.conditional and operation.writes):
        return None
    header = read_header(IF_MATCH, request.headers.get("If-Match"))
    if header is None:
        raise Unconditional("Send If-Match with the ETag of the version that you mean to change.")
    return tags_of(header)


def _form(operation: Operation, values: dict[str, Any]) -> str:
    """The form of the answer: as `format` says, else the best that Accept allows."""
    forms = operation.answers[0].forms
    if values.get("format"):
        return FORMS[values["format"]]
    if not request.headers.get("Accept") or len(forms) == 1:
        return forms[0]
    best = request.accept_mimetypes.best_match(forms)
    if best is None:
        raise NotAcceptable(f"This comes as {', '.join(forms)}.")
    return best


def _next_url(**changed: Any) -> str:
    pairs = [(name, value) for name, values in request.args.lists() if name not in changed for value in values]
    return f"{request.path}?{urlencode([*pairs, *changed.items()], quote_via=quote)}"
