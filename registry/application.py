"""Joining the floors: the only file that knows everyone."""

from flask import Flask

from registry.http.serving import mount
from registry.portal.pages import mount_pages
from registry.service.loading import load_seeds
from registry.settings import Settings, read_settings
from registry.store.database import Store
from registry.store.indexed import bring_up_to_date
from registry.store.migrating import migrate


def create_app(settings: Settings | None = None, *, load: bool = True) -> Flask:
    """The application, its database migrated, indexed and seeded; safe to be made by several processes at once."""
    settings = settings or read_settings()
    store = Store(settings.database_url)
    prepare(store, settings, load=load)
    app = Flask("registry", static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    mount(app, store, settings)
    mount_pages(app)
    app.extensions["registry"] = store
    return app


def prepare(store: Store, settings: Settings, *, load: bool) -> list[str]:
    """Migrate, make indexes anew where the declarations changed, take in the seeds; answers seeds left alone."""
    migrate(store)
    bring_up_to_date(store)
    left_alone = load_seeds(store, settings.seeds).left_alone if load else []
    store.close()
    return left_alone
