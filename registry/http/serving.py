"""Mounting the table of operations on Flask: a route for each, and the door before them."""

import os
from collections.abc import Callable

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from registry.errors import Forbidden
from registry.http.answering import Answering
from registry.http.answers import POLICY, Answer, Kept, always
from registry.http.door import Door
from registry.http.gate import Gate, here
from registry.http.operations import Operation
from registry.http.problems import handle_problems
from registry.http.table import OPERATIONS
from registry.kinds.catalogue import KINDS
from registry.service import access
from registry.settings import Settings
from registry.store import journal
from registry.store.database import Store


def mount(app: Flask, store: Store, settings: Settings) -> None:
    """Add a route for each operation, for each kind where it is one of each kind."""
    app.config["MAX_CONTENT_LENGTH"] = settings.largest_body
    rows = [(each, kind) for each in OPERATIONS for kind in (KINDS.values() if each.per_kind else (None,))]
    kept = Kept()
    answerings = {
        operation.operation_id(kind): Answering(operation, kind, store, settings, kept) for operation, kind in rows
    }
    gate = Gate(store, settings, answerings)
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
        name = operation.operation_id(kind)
        app.add_url_rule(
            operation.path_for(kind).replace("{", "<").replace("}", ">"),
            name,
            _guarded(_view(answerings[name], store), operation, gate),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    app.wsgi_app = Door(app.wsgi_app, app.url_map, answerings, store, gate.limits, kept)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
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


def _view(answering: Answering, store: Store) -> Callable[..., Response]:
    operation = answering.operation

    def view(**path: str) -> Response:
        follows = operation.follows_journal and not (operation.quick and store.stamp() is None)
        change = journal.head(store) if follows else None
        return Answer(answering.answer(here(request).environ, path, here(g).holder, change))

    return view
