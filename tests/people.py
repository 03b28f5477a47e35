"""Those who use the registry in tests: each a client with a token of its own, acting for organizations."""

from collections.abc import Callable

import pytest
from flask import Flask

from registry.service import access
from registry.store import accounts, journal
from tests.conftest import store_of
from tests.contract import ContractClient

Hire = Callable[..., ContractClient]
"""Makes a client: `hire("Aigerim", "officer", organization_id)`."""


@pytest.fixture
def hire(app: Flask) -> Hire:
    """Gives people accounts and tokens on a registry of the test's own; their organizations need not be there."""

    def make(name: str, role: str, *organizations: str) -> ContractClient:
        accounts.add(store_of(app), accounts.Account(name, role, organizations, journal.now(), None))
        client = app.test_client()
        assert isinstance(client, ContractClient)
        client.token = access.issue(store_of(app), name, role)
        return client

    return make
