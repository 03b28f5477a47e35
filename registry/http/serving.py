"""Mounting the table of operations on Flask: each request is understood, checked, done and presented here."""

import gzip
import os
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote, unquote_plus, urlencode

from flask import Flask, Request, Response, g, request
from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.middleware.proxy_fix import ProxyFix

from registry.errors import Forbidden, NotAcceptable, Unconditional
from registry.http.acts.records import list_tag, listed
from registry.http.answers import FRAMED, POLICY, TO_BE_ASKED_AGAIN, Answer, Kept, Ready, always, asked_by, unchanged
from registry.http.bodies import data_of, read_body
from registry.http.conditional import current, tags_of
from registry.http.document import described
from registry.http.door import Door
from registry.http.gate import Gate, here
from registry.http.operations import CSV, JSON, JSONL, Call, Operation, Reply
from registry.http.parameters import IF_MATCH, IF_NONE_MATCH, Parameters, read_header
from registry.http.problems import handle_problems
from registry.http.repeating import once
from registry.http.table import OPERATIONS
from registry.kinds.catalogue import KINDS
from registry.kinds.model.kind import Kind
from registry.service import access
from registry.settings import Settings
from registry.store import journal
from registry.store.database import Store

Said = Mapping[str, Any]
"""All that a request says: its WSGI environment."""

FORMS = {"json": JSON, "jsonl": JSONL, "csv": CSV, "graphml": "application/graphml+xml"}
COMPRESSED_FROM = 2048
QUERY = "!$%&'()*+,-./:;=?@_~"
"""What stands in the query of an address as it is, besides letters and digits."""


def mount(app: Flask, store: Store, settings: Settings) -> None:
    """Add a route for each operation, for each kind where it is one of each kind."""
    app.config["MAX_CONTENT_LENGTH"] = settings.largest_body
    rows = [(each, kind) for each in OPERATIONS for kind in (KINDS.values() if each.per_kind else (None,))]
    gate, kept = Gate(store, settings, {operation.operation_id(kind) for operation, kind in rows}), Kept()
    app.wsgi_app = Door(app.wsgi_app, store, gate.limits, kept)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    handle_problems(app, store.is_passing)

    @app.before_request
    def _begin() -> None:
        own = here(g)
        own.request_id = os.urandom(16).hex()
        gate.admit(here(request), own)

    @app.after_request
    def _say_always(response: Response) -> Response:
        own = here(g)
        policy = (
            response.policy if isinstance(response, Answer) else response.headers.pop("Content-Security-Policy", POLICY)
        )
        response.headers.extend([*always(policy, own.get("request_id", "")), *gate.said(own)])
        return response

    for operation, kind in rows:
        app.add_url_rule(
            operation.path_for(kind).replace("{", "<").replace("}", ">"),
            operation.operation_id(kind),
            _guarded(_view(operation, kind, store, settings, kept), operation, gate),
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


def _view(
    operation: Operation, kind: Kind | None, store: Store, settings: Settings, kept: Kept
) -> Callable[..., Response]:
    parameters = Parameters(operation.all_parameters(kind))

    def view(**path: str) -> Response:
        asked = here(request)
        if operation.follows_journal and not (operation.quick and store.stamp() is None):
            change = journal.head(store)
            return _kept(kept, asked.environ, change, lambda: understood(path, asked, change))
        return understood(path, asked, None)

    def understood(path: dict[str, str], asked: Request, change: int | None) -> Response:
        said = asked.environ
        values = parameters.read_query(asked.args.to_dict(flat=False) if said.get("QUERY_STRING") else {})
        parameters.read_path(path)
        tags, form = _tags(operation, said), _form(operation, values, said)
        call = Call(
            store, settings, operation, kind, values, path, here(g).holder, tags, form, partial(_next_url, asked),
            lambda: settings.address.rstrip("/") or asked.host_url.rstrip("/"),
            lambda: read_body(operation, settings), lambda form: described(settings.seeds, form), change,
        )  # fmt: skip
        return _respond(call, said)

    return view


def _kept(kept: Kept, said: Said, change: int, make: Callable[[], Response]) -> Response:
    """The answer that was given to the same request since the journal ended where it does, or a new one."""
    key = asked_by(said, change)
    ready = kept.get(key)
    if ready is not None:
        if known := ready.known(said.get("HTTP_IF_NONE_MATCH")):
            return _not_modified(known, ready.tag)
        if ready.content is not None:
            return Answer(ready.content, 200, ready.headers, policy=ready.policy)
    made = make()
    if isinstance(made, Answer) and made.status_code == 304:
        kept.put(key, Ready(None, [], made.tag, made.policy))
    elif isinstance(made, Answer) and made.status_code == 200 and isinstance(made.response, list):
        kept.put(key, Ready(made.response[0], made.said, made.tag, made.policy))
    return made


def _respond(call: Call, said: Said) -> Response:
    asked = (
        read_header(IF_NONE_MATCH, said.get("HTTP_IF_NONE_MATCH"))
        if call.operation.conditional and not call.operation.writes
        else None
    )
    if asked and call.operation.act is listed:
        own = _tag(list_tag(call), call.form)
        if known := current(asked, own):
            return _not_modified(known, own)
    if call.operation.keyed:
        reply = once(call, call.operation.act, lambda: data_of(call.settings))
    else:
        reply = call.operation.act(call)
    tag = _tag(reply.etag, call.form) if reply.etag else None
    if asked and tag and (known := current(asked, tag)):
        return _not_modified(known, tag)
    return _presented(reply, tag, call, said.get("HTTP_ACCEPT_ENCODING", ""))


def _presented(reply: Reply, tag: str | None, call: Call, encodings: str) -> Response:
    content, headers, plain = reply.content, reply.headers, tag
    if reply.parts is None and len(content) >= COMPRESSED_FROM and _takes_gzip(encodings):
        content = gzip.compress(content, 1, mtime=0)
        headers = [*headers, ("Content-Encoding", "gzip")]
        tag = f"{tag}--gzip" if tag else None
    unkept = call.operation.writes or call.operation.private or not tag
    said = [("Cache-Control", "no-store") if unkept else TO_BE_ASKED_AGAIN, *headers]
    if tag:
        said.append(("ETag", f'"{tag}"'))
    if reply.status == 204:
        return Answer(None, 204, said)
    said.append(("Content-Type", reply.media))
    policy = FRAMED if call.operation.framed else POLICY
    return Answer(content if reply.parts is None else reply.parts, reply.status, said, plain, policy)


def _not_modified(known: str, tag: str | None) -> Response:
    return Answer(None, 304, unchanged(known), tag)


def _tag(tag: str, form: str) -> str:
    return tag if form == JSON else f"{tag};{form.partition('/')[2]}"


def _tags(operation: Operation, said: Said) -> frozenset[str] | None:
    if not (operation.conditional and operation.writes):
        return None
    header = read_header(IF_MATCH, said.get("HTTP_IF_MATCH"))
    if header is None:
        raise Unconditional("Send If-Match with the ETag of the version that you mean to change.")
    return tags_of(header)


def _form(operation: Operation, values: dict[str, Any], said: Said) -> str:
    """The form of the answer: as `format` says, else the best that Accept allows."""
    forms = operation.answers[0].forms
    if len(forms) == 1:
        return forms[0]
    if values.get("format"):
        return FORMS[values["format"]]
    accepted = said.get("HTTP_ACCEPT")
    if not accepted:
        return forms[0]
    best = _best(accepted, forms)
    if best is None:
        raise NotAcceptable(f"This comes as {', '.join(forms)}.")
    return best


@lru_cache(200)  # clients say the same thing each time
def _best(accepted: str, forms: tuple[str, ...]) -> str | None:
    return parse_accept_header(accepted, MIMEAccept).best_match(forms)


@lru_cache(200)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept)["gzip"] > 0


def _next_url(asked: Request, **changed: Any) -> str:
    """The address of the request with some parameters changed: it is told as it came, but for what no address holds."""
    pairs = asked.environ.get("QUERY_STRING", "").split("&")
    kept = [pair for pair in pairs if pair and _name_in(pair) not in changed]
    return f"{asked.path}?{quote('&'.join([*kept, urlencode(changed)]), safe=QUERY)}"


def _name_in(pair: str) -> str:
    name = pair.partition("=")[0]
    return unquote_plus(name) if "%" in name or "+" in name else name
