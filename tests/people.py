"""Those who use the registry in tests: each a client with a token of its own, acting for organizations."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from flask import Flask

from registry.service import access
from registry.store.database import Store
from tests.conftest import store_of
from tests.contract import ContractClient

Hire = Callable[..., ContractClient]
"""Makes a client: `hire("Aigerim", "officer", organization_id)`."""


class Acting(NamedTuple):
    """Who acts, and for which organizations."""

    name: str
    role: str
    organizations: tuple[str, ...] = ()


@pytest.fixture
def hire(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Hire:
    """Gives people tokens on a registry of the test's own."""
    employers: dict[str, tuple[str, ...]] = {}
    told = access.authenticate

    def authenticate(store: Store, text: str) -> Acting:
        holder = told(store, text)
        return Acting(holder.name, holder.role, employers.get(holder.name, ()))

    monkeypatch.setattr(access, "authenticate", authenticate)

    def make(name: str, role: str, *organizations: str) -> ContractClient:
        employers[name] = organizations
        client = app.test_client()
        assert isinstance(client, ContractClient)
        client.token = access.issue(store_of(app), name, role)
        return client

    return make
