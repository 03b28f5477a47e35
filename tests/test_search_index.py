"""How the search index is asked: whole words where that is enough, no more than is ranked, in few parts."""

import json

import pytest
from flask import Flask

from registry.application import warm
from registry.service import suggesting
from registry.service.find import Asked, find
from registry.service.matching import keeping
from registry.store import concordance, memory, searching, surroundings
from registry.store.database import Store
from registry.store.indexing import tidy
from registry.store.rendering import reindex
from registry.store.searching import Sought
from tests.conftest import ENGINES, store_of
from tests.making import organization, put

on_sqlite = pytest.mark.parametrize("databases", ENGINES[:1], indirect=True)


def found(store: Store, text: str) -> list[str]:
    return [json.loads(item)["name"] for item in find(store, Asked(None, {}, text)).items]


def test_a_beginning_of_few_words_is_asked_as_these_words_and_others_as_a_beginning() -> None:
    query = searching.fts5_query("teach ai 北京大学 京", {"teach": ["teacher", "teachers"]})
    assert query == '("teacher" OR "teachers") AND "ai" * AND "北京 京大 大学" AND "京" *'
    assert searching.fts5_query("zzzzz", {"zzzzz": []}) == '("zzzzz")'


@on_sqlite
def test_the_words_that_begin_with_another_are_known_where_they_are_few(empty_store: Store) -> None:
    for name in ("Steppe School", "Steppes School", *(f"Fjord{n}" for n in range(searching.MOST_LONGER + 1))):
        put(empty_store, "organization", organization(name))
    begun = searching.begun(empty_store, "steppe fjord stepping ai 草原")
    assert begun == {"steppe": ["steppe", "steppes"], "stepping": []}
    assert len(found(empty_store, "steppe")) == 2
    assert len(found(empty_store, "fjord")) == searching.MOST_LONGER + 1


@on_sqlite
def test_the_words_of_the_index_are_made_again_with_it(empty_store: Store) -> None:
    put(empty_store, "organization", organization("Steppe School"))
    before = empty_store.rows("SELECT word FROM search_word ORDER BY word")
    empty_store.change("DELETE FROM search_word WHERE word = 'steppe'")
    empty_store.change("INSERT INTO search_word VALUES ('gone')")
    reindex(empty_store)
    assert empty_store.rows("SELECT word FROM search_word ORDER BY word") == before != []


@on_sqlite
def test_the_parts_of_the_search_index_are_merged_where_they_are_many(empty_store: Store) -> None:
    for number in range(3):
        put(empty_store, "organization", organization(f"School {number}"))
    parts = "SELECT COUNT(DISTINCT segid) FROM search_idx"
    assert empty_store.row(parts) == (3,)
    tidy(empty_store)
    assert empty_store.row(parts) == (1,)
    assert len(found(empty_store, "school")) == 3


def test_among_equals_the_shorter_name_comes_first_and_then_the_name_itself(empty_store: Store) -> None:
    for name in ("Delta Steppe", "Alpha Great Steppe", "Gamma Steppe", "Alpha Steppe"):
        put(empty_store, "organization", organization(name))
    assert found(empty_store, "steppe") == ["Alpha Steppe", "Delta Steppe", "Gamma Steppe", "Alpha Great Steppe"]
    assert suggesting.suggest(empty_store, "steppe", (), 1)[0]["name"] == "Alpha Steppe"


def test_names_words_and_ties_are_read_before_the_first_question(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm(shared_app)
    monkeypatch.delattr(keeping._Kept, "_make")
    monkeypatch.delattr(concordance, "read")
    assert keeping.index_of(store_of(shared_app)).names
    with memory.of(store_of(shared_app)).at_present() as mind:
        word = Sought(("university",))
        assert mind.postings.of("", word) if store_of(shared_app).sqlite else mind.postings.of("", word) is None
    monkeypatch.delattr(surroundings, "Ties")
    with surroundings.of(store_of(shared_app)).at_present() as around:
        assert around.ties()
