"""A few requests of schemathesis's making to each operation, always the same ones; `make fuzz` makes thousands of others."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import hypothesis
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from registry.application import create_app
from registry.http.table import OPERATIONS
from registry.kinds.catalogue import KINDS
from registry.service import access
from registry.settings import CHECKOUT
from tests.conftest import UNHURRIED, store_of

KIND = KINDS["program"]
"""The kind whose operations stand for those of all."""
CASES = [
    pytest.param(each.operation_id(kind), mode, id=f"{each.operation_id(kind)}-{mode.value}")
    for each in OPERATIONS
    for kind in (KIND if each.per_kind else None,)
    for mode in GenerationMode
    if mode.is_positive or each.body or each.all_parameters(kind)
]
"""Each operation with what its schemas admit, and with what they do not, where there is such a thing."""
ALWAYS_THE_SAME = hypothesis.settings(
    max_examples=8, derandomize=True, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
)


class Judged(NamedTuple):
    """The API as schemathesis sees it, and a curator's token for it."""

    schema: Any
    token: str


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    app = create_app(replace(UNHURRIED, database_url=f"sqlite:///{tmp_path_factory.mktemp('judged')}/registry.sqlite"))
    config = SchemathesisConfig.from_path(CHECKOUT / "schemathesis.toml")
    yield Judged(
        schemathesis.openapi.from_wsgi("/v1/openapi.json", app, config=config),
        access.issue(store_of(app), "Ada", "curator"),
    )
    store_of(app).close()


@pytest.mark.parametrize(("name", "mode"), CASES)
def test_what_is_answered_is_what_is_documented(judged: Judged, name: str, mode: GenerationMode) -> None:
    operation = judged.schema.find_operation_by_id(name)

    @ALWAYS_THE_SAME
    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {judged.token}", "Accept-Encoding": "identity"})

    holds()
