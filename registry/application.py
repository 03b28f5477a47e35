"""Joining the floors: the only file that knows everyone."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import NullSession, SessionInterface
from flask.typing import ResponseReturnValue
from werkzeug.routing import MapAdapter

from registry.http.serving import mount
from registry.portal.pages import mount_pages
from registry.service.administering import prepare
from registry.service.matching import keeping
from registry.settings import Settings, read_settings
from registry.store import memory, surroundings
from registry.store.database import Store


class _NoSessions(SessionInterface):
    """Nobody is remembered from one request to the next."""

    none = NullSession()

    def open_session(self, *_: Any) -> NullSession:
        return self.none

    def save_session(self, *_: Any) -> None:
        """Nothing to save."""


class _Application(Flask):
    """Flask without what no request here needs: sessions, blueprints, coroutines, routes by host, and things to tear down."""

    session_interface = _NoSessions()

    def preprocess_request(self) -> ResponseReturnValue | None:
        for each in self.before_request_funcs.get(None, ()):
            each()  # what it refuses it raises
        return None

    def process_response(self, response: Response) -> Response:
        for each in self.after_request_funcs.get(None, ()):
            response = self.ensure_sync(each)(response)
        return response

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Nothing is done."""

    def do_teardown_appcontext(self, exc: BaseException | None = None) -> None:
        """Nothing is done."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is None:
            return super().create_url_adapter(request)
        return MapAdapter(self.url_map, "", request.root_path, "", request.scheme, request.path, request.method)


def create_app(settings: Settings | None = None, *, load: bool = True) -> Flask:
    """The application, its database migrated, indexed and seeded; safe to be made by several processes at once."""
    settings = settings or read_settings()
    store = Store(settings.database_url)
    prepare(store, settings, load=load)
    app = _Application("registry", static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    mount(app, store, settings)
    mount_pages(app)
    app.extensions["registry"] = store
    return app


def warm(app: Flask) -> None:
    """Make what takes long before the workers begin, once for all of them; each would else make its own when first asked."""
    store = app.extensions["registry"]
    keeping.index_of(store)
    with memory.of(store).at_present() as mind:
        mind.postings.load()
    with surroundings.of(store).at_present() as around:
        around.ties()
    store.close()
