"""Submissions are tried on registries without seeds: quick to make, and nothing in them but what the test puts there."""

from collections.abc import Iterator

import pytest
from flask import Flask

from registry.application import create_app
from registry.settings import Settings
from tests.conftest import Databases, store_of
from tests.contract import ContractClient
from tests.people import hire

__all__ = ["hire"]


@pytest.fixture
def app(databases: Databases) -> Iterator[Flask]:
    """An application without records."""
    made = create_app(Settings(database_url=databases.empty()), load=False)
    made.test_client_class = ContractClient
    yield made
    store_of(made).close()
