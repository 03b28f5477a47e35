"""What tests share: a registry with the seeds on both engines, and a client that checks every exchange."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from registry.application import create_app
from registry.service import access
from registry.service.administering import prepare
from registry.settings import Settings
from registry.store.database import Store
from tests import postgres, routes, scratch
from tests.contract import ContractClient
from tests.reading import Reading, enrich
from tests.served import Service, served

routes.compile_once()
ENGINES = ("sqlite", "postgresql")
UNHURRIED = Settings(rate_limit=10**6, rate_limit_bad_tokens=10**6)
"""Settings under which no test is refused for asking too much in a minute; a test of the limits has its own."""


class Databases:
    """Databases on one engine: a seeded one to read from, and copies of it to change."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self.folder, self.server, self.made = folder, server, 0

    def empty(self) -> str:
        """The URL of a new, empty database."""
        self.made += 1
        if self.server is None:
            return f"sqlite:///{self.folder}/{self.made}.sqlite"
        self._admin(f"CREATE DATABASE t{self.made}")
        return self.server.format(name=f"t{self.made}")

    def copy(self, url: str) -> str:
        """The URL of a copy of a database that nobody has open."""
        self.made += 1
        if self.server is None:
            path = f"{self.folder}/{self.made}.sqlite"
            shutil.copy(url.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        self._admin(f"CREATE DATABASE t{self.made} TEMPLATE {self.made_of(url)} STRATEGY file_copy")
        return self.server.format(name=f"t{self.made}")

    @contextmanager
    def lent(self, url: str) -> Iterator[str]:
        """The URL of a copy that is removed afterwards."""
        copy = self.copy(url)
        yield copy
        if self.server is None:
            for path in self.folder.glob(f"{self.made_of(copy)}*"):
                path.unlink()
        else:
            self._admin(f"DROP DATABASE {self.made_of(copy)} WITH (FORCE)")

    @staticmethod
    def made_of(url: str) -> str:
        """The name of a database: that of its file, or that by which the server knows it."""
        return url.partition("?")[0].rpartition("/")[2]

    @cached_property
    def seeded(self) -> str:
        """A database with the seeds, made once."""
        url = self.empty()
        _close(create_app(replace(UNHURRIED, database_url=url)))
        return url

    @cached_property
    def migrated(self) -> str:
        """A database that was migrated and holds nothing, made once."""
        url = self.empty()
        prepare(Store(url), Settings(database_url=url), load=False)
        return url

    def _admin(self, sql: str) -> None:
        assert self.server is not None
        with psycopg.connect(self.server.format(name="postgres"), autocommit=True) as connection:
            connection.execute(sql)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_databases() -> Iterator[Databases]:
    with scratch.folder("sqlite") as folder:
        yield Databases(folder, None)


@pytest.fixture(scope="session")
def postgresql_databases(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Databases:
    return Databases(tmp_path_factory.mktemp("postgresql"), postgres_server)


@pytest.fixture(scope="session", params=ENGINES)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Databases on one engine, then on the other; those of an engine live on when pytest turns to the other and back."""
    found = request.getfixturevalue(f"{request.param}_databases")
    assert isinstance(found, Databases)
    return found


@pytest.fixture(scope="session")
def seeded_url(databases: Databases) -> str:
    """A database with the seeds, that nobody has open."""
    return databases.seeded


@pytest.fixture(scope="session")
def shared_app(databases: Databases, seeded_url: str) -> Iterator[Flask]:
    """A seeded application that no test changes."""
    with databases.lent(seeded_url) as url:
        yield from _app(url)


@pytest.fixture
def app(databases: Databases, seeded_url: str) -> Iterator[Flask]:
    """A seeded application of the test's own."""
    with databases.lent(seeded_url) as url:
        yield from _app(url)


@pytest.fixture
def client(shared_app: Flask) -> ContractClient:
    """A client that reads."""
    return _client(shared_app)


@pytest.fixture
def curator(app: Flask) -> ContractClient:
    """A client with a curator's token, on a registry of the test's own."""
    client = _client(app)
    client.token = access.issue(store_of(app), "Ada", "curator")
    return client


@pytest.fixture(scope="session")
def administrator(databases: Databases, migrated_url: str) -> Iterator[ContractClient]:
    """A client who may ask for everything, on a registry without records to which no test adds any."""
    for app in _app(databases.copy(migrated_url), load=False):
        client = _client(app)
        client.token = access.issue(store_of(app), "Eve", "administrator")
        yield client


@pytest.fixture(scope="module")
def adding_curator(databases: Databases, seeded_url: str) -> Iterator[ContractClient]:
    """A client whose token may do everything, on a registry to which the tests of a module add records of their own."""
    for app in _app(databases.copy(seeded_url)):
        client = _client(app)
        client.token = access.issue(store_of(app), "Ada", "administrator")
        yield client


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """An empty registry, served by gunicorn as people run it."""
    folder, seeds = tmp_path_factory.mktemp("service"), tmp_path_factory.mktemp("seeds")
    url = f"sqlite:///{tmp_path_factory.mktemp('empty')}/empty.sqlite"
    _close(create_app(replace(UNHURRIED, database_url=url), load=False))
    with served(folder, url, REGISTRY_SEEDS=str(seeds)) as running:
        yield running


@pytest.fixture
def keeper(databases: Databases, migrated_url: str) -> Iterator[ContractClient]:
    """A client with a curator's token, on an empty registry of the test's own."""
    with databases.lent(migrated_url) as url:
        app = _configured(create_app(replace(UNHURRIED, database_url=url), load=False))
        client = _client(app)
        client.token = access.issue(store_of(app), "Ada", "curator")
        yield client
        _close(app)


@pytest.fixture(scope="session")
def migrated_url(databases: Databases) -> str:
    """A database that was migrated and holds nothing, that nobody has open."""
    return databases.migrated


@pytest.fixture
def empty_store(databases: Databases, migrated_url: str) -> Iterator[Store]:
    """A migrated, empty store."""
    with databases.lent(migrated_url) as url:
        store = Store(url)
        yield store
        store.close()


@pytest.fixture(scope="session")
def reading(databases: Databases, seeded_url: str) -> Iterator[Reading]:
    """Every served document of a registry with the seeds and a little more, which no test changes."""
    with databases.lent(seeded_url) as url:
        store = Store(url)
        enrich(store)
        yield Reading(store)
        store.close()


@pytest.fixture
def empty_app(databases: Databases) -> Iterator[Flask]:
    """An application without records, of the test's own."""
    yield from _app(databases.empty(), load=False)


@pytest.fixture
def make_app(databases: Databases, seeded_url: str) -> Iterator[Callable[..., Flask]]:
    """Makes seeded applications with settings of the test's own."""
    with ExitStack() as lent:

        def make(**settings: object) -> Flask:
            url = lent.enter_context(databases.lent(seeded_url))
            app = _configured(create_app(replace(UNHURRIED, database_url=url, **settings)))
            lent.callback(_close, app)
            return app

        yield make


def store_of(app: Flask) -> Store:
    store = app.extensions["registry"]
    assert isinstance(store, Store)
    return store


def _app(url: str, **options: bool) -> Iterator[Flask]:
    app = _configured(create_app(replace(UNHURRIED, database_url=url), **options))
    yield app
    _close(app)


def _configured(app: Flask) -> Flask:
    app.test_client_class = ContractClient
    return app


def _client(app: Flask) -> ContractClient:
    client = app.test_client()
    assert isinstance(client, ContractClient)
    return client


def _close(app: Flask) -> None:
    store_of(app).close()
