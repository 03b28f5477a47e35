"""What reading costs, counted: statements, model objects, and rows that no index leads to."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import peewee
import pytest
from flask import Flask

from registry.kinds.catalogue import KINDS
from registry.kinds.model.kind import Kind
from registry.service import asking
from registry.service.examples import examples
from registry.settings import Settings
from registry.store import memory, surroundings
from tests.conftest import ENGINES, store_of
from tests.contract import ContractClient

kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
lists = pytest.mark.parametrize("kind", [*KINDS.values(), None], ids=lambda kind: kind.name if kind else "records")
on_sqlite = pytest.mark.parametrize("databases", ENGINES[:1], indirect=True)

Statement = tuple[str, Any]
Asking = Callable[[str], list[Statement]]


@pytest.fixture
def asking_for(client: ContractClient, shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    """Asks for an address; answers the statements that this takes where no document is kept, and commits cannot be told.

    No model object may be made on the way.
    """
    monkeypatch.setattr(store_of(shared_app), "_commits", None)
    monkeypatch.setattr(memory.of(store_of(shared_app)), "_documents", memory.Documents(0))
    monkeypatch.setattr(surroundings.of(store_of(shared_app)), "_shown", OrderedDict())
    monkeypatch.setattr(surroundings.of(store_of(shared_app)), "_size", 0)
    yield from counting(shared_app, client, monkeypatch)


@pytest.fixture
def asking_again_for(client: ContractClient, shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    """The same with all that a process keeps."""
    yield from counting(shared_app, client, monkeypatch)


def counting(shared_app: Flask, client: ContractClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    database, run = store_of(shared_app).database, store_of(shared_app).database.execute_sql
    made: list[Statement] = []

    def counted(sql: str, params: Any = None) -> Any:
        made.append((sql, params))
        return run(sql, params)

    def no_model(*_: Any, **__: Any) -> None:
        raise AssertionError("a model object was made")

    monkeypatch.setattr(database, "execute_sql", counted)
    monkeypatch.setattr(peewee.Model, "__init__", no_model)

    def ask(address: str) -> list[Statement]:
        made.clear()
        assert client.get(address).status_code == 200, address
        return list(made)

    yield ask


def plural(kind: Kind | None) -> str:
    return kind.plural if kind else "records"


def sample(kind: Kind) -> str:
    return examples(Settings().seeds)[kind.name].id


@kinds
def test_one_record_takes_one_statement(asking_for: Asking, kind: Kind) -> None:
    assert len(asking_for(f"/v1/{kind.plural}/{sample(kind)}")) == 1
    assert len(asking_for(f"/v1/records/{sample(kind)}")) == 1


@lists
def test_a_page_takes_two_statements_with_totals_facets_and_filters_in_mind(
    asking_for: Asking, kind: Kind | None
) -> None:
    for asked in ("total=false", "total=true", "facets=country,has", "country=CN&has=evidence&sort=-updated",
                  "country=CN&country=!KE&established=2010..&sort=-established,name"):  # fmt: skip
        path = f"/v1/{plural(kind)}?{asked}&limit="
        asking_for(path + "3")
        assert len(asking_for(path + "2")) <= (3 if "established=" in asked else 2), asked
        assert len(asking_for(path + "2")) == 1, f"{asked}: the same question again"


@lists
def test_a_search_takes_six_statements_and_its_further_pages_two(asking_for: Asking, kind: Kind | None) -> None:
    asking_for(f"/v1/{plural(kind)}?q=school&facets=country&limit=1")
    path = f"/v1/{plural(kind)}?q=university&facets=country&limit="
    assert len(asking_for(path + "1")) <= 6
    assert len(asking_for(path + "2")) <= 2


def test_a_filter_that_is_asked_of_the_database_is_asked_once_for_page_total_facets_and_further_pages(
    asking_for: Asking, client: ContractClient
) -> None:
    path = "/v1/records?established=2010..&facets=country,kind&limit="
    asking_for(path + "2")
    assert len(asking_for(path + "3")) == 2
    following = client.get(path + "3").json["next"]
    assert len(asking_for(following)) <= 3


def test_the_documents_of_a_page_come_in_one_row(asking_for: Asking, shared_app: Flask) -> None:
    for path in ("/v1/organizations?country=CN&limit=20", "/v1/organizations?q=university&limit=20"):
        statements = [each for each in asking_for(path) if "bytes" in each[0]]
        assert [len(store_of(shared_app).database.execute_sql(*each).fetchall()) for each in statements] == [1]


@lists
def test_pages_of_documents_that_were_answered_before_ask_for_nothing_but_the_end_of_the_journal(
    asking_again_for: Asking, shared_app: Flask, kind: Kind | None
) -> None:
    known = 0 if store_of(shared_app).sqlite else 1
    asking_again_for(f"/v1/{plural(kind)}?country=CN&has=evidence&limit=20")
    assert len(asking_again_for(f"/v1/{plural(kind)}?country=CN&has=evidence&limit=10&facets=country")) == known
    assert len(asking_again_for(f"/v1/{plural(kind)}?country=CN&has=evidence&limit=10&facets=country")) == known


def test_a_record_that_was_answered_before_is_answered_without_asking_where_commits_can_be_told(
    asking_again_for: Asking, shared_app: Flask
) -> None:
    path = f"/v1/organizations/{sample(KINDS['organization'])}"
    asking_again_for(path)
    assert len(asking_again_for(path)) == (0 if store_of(shared_app).sqlite else 1)


def test_counts_alone_take_one_statement(asking_for: Asking) -> None:
    asking_for("/v1/records?limit=1&facets=country")
    assert len(asking_for("/v1/records?limit=0&facets=country")) == 1


def test_a_page_that_holds_all_that_is_found_is_counted_without_asking(asking_for: Asking) -> None:
    assert len(asking_for("/v1/standards-bodies?limit=500")) == 2


def test_the_pages_behind_the_first_take_no_more_than_it(asking_for: Asking, client: ContractClient) -> None:
    following = client.get("/v1/organizations?limit=2&total=false").json["next"]
    assert len(asking_for(following)) == 2


def walked(shared_app: Flask, statements: list[Statement]) -> list[str]:
    """The steps of the statements' plans that walk a whole table or sort."""
    rows = [
        row[-1]
        for sql, params in statements
        for row in store_of(shared_app).rows(f"EXPLAIN QUERY PLAN {sql}", params or ())
    ]
    assert rows
    return [step for step in rows if step.startswith("SCAN") or "TEMP B-TREE" in step]


@on_sqlite
@kinds
def test_one_record_is_found_by_an_index(asking_for: Asking, shared_app: Flask, kind: Kind) -> None:
    for collection in (kind.plural, "records"):
        assert walked(shared_app, asking_for(f"/v1/{collection}/{sample(kind)}")) == []


def test_a_network_takes_four_statements_whatever_its_depth(asking_for: Asking) -> None:
    path = f"/v1/records/{sample(KINDS['organization'])}/network"
    asking_for(path)  # whom the ties join is in mind from then on
    assert len(asking_for(f"{path}?depth=4&limit=200")) == 4, (
        "the end of the journal, the record, and what is to be shown"
    )
    assert len(asking_for(f"{path}?depth=4&limit=199")) == 2, "all that is shown is in mind"


def test_a_network_that_is_in_mind_takes_one_statement_where_commits_can_be_told(
    asking_again_for: Asking, shared_app: Flask
) -> None:
    path = f"/v1/records/{sample(KINDS['organization'])}/network?depth=2"
    asking_again_for(path)
    assert len(asking_again_for(f"{path}&limit=197")) == (1 if store_of(shared_app).sqlite else 2)


@on_sqlite
@lists
def test_a_list_of_one_sort_walks_an_index_and_sorts_nothing(
    asking_for: Asking, client: ContractClient, shared_app: Flask, kind: Kind | None
) -> None:
    for order in (None, *(sign + name for name in asking.orders(kind) for sign in ("", "-"))):
        first = f"/v1/{plural(kind)}?limit=1&total=false" + (f"&sort={order}" if order else "")
        following = client.get(first).json.get("next")
        for page in filter(None, (first, following)):
            assert walked(shared_app, asking_for(page)) == [], page


@on_sqlite
@pytest.mark.parametrize("sql", ["SELECT name FROM record", "SELECT id FROM record WHERE kind = 'x' ORDER BY name"])
def test_a_statement_that_walks_a_table_or_sorts_would_be_noticed(shared_app: Flask, sql: str) -> None:
    assert walked(shared_app, [(sql, ())])
