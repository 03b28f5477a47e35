"""Searches by what a process keeps in mind find what a process finds that keeps nothing, in the same order."""

import random
from array import array
from collections.abc import Callable, Sequence
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from registry.service.find import Answer, Asked, find
from registry.store import memory, postings, ranking
from registry.store.database import Store
from registry.store.indexing import ALL
from registry.store.meeting import Query
from registry.store.orders import Order
from registry.store.records import Stored
from registry.store.searching import Sought
from tests.conftest import ENGINES
from tests.making import organization, put, put_again

on_sqlite = pytest.mark.parametrize("databases", ENGINES[:1], indirect=True)
WORDS = ("steppe", "school", "steppes", "of", "ai", "草原", "大学", "草原大学", "art", "原大学", "草原大")
TEXTS = ("steppe", "steppe school", "school of ai", "草原", "草原大学", "大学 ai", "a", "art steppes", "of")


def searches(store: Store, texts: Sequence[str] = TEXTS) -> list[tuple[list[bytes], int | None]]:
    """What each of some texts finds, page by page."""
    return [(pages(store, text), found(store, text).total) for text in texts]


def found(store: Store, text: str, cursor: str | None = None) -> Answer:
    return find(store, Asked(None, {}, text, limit=3, cursor=cursor))


def pages(store: Store, text: str) -> list[bytes]:
    items: list[bytes] = []
    answer = found(store, text)
    while answer.cursor:
        items += answer.items
        answer = found(store, text, answer.cursor)
    return items + answer.items


def changes(store: Store, dice: random.Random, there: list[Stored], count: int) -> None:
    """Registers, renames and withdraws, as another process would."""
    for _ in range(count):
        name = " ".join(dice.sample(WORDS, dice.randint(1, 4)))
        told = {"text": " ".join(dice.sample(WORDS, 2)), "lang": "en"}
        more = {"summaries": [told]} if dice.random() < 0.5 else {}
        if there and dice.random() < 0.4:
            at = dice.randrange(len(there))
            state = dice.choice(("published", "published", "published", "withdrawn"))
            changed = put_again(store, there[at], organization(name, **more), state=state)
            there[at : at + 1] = [changed] if state == "published" else []
        else:
            there.append(put(store, "organization", organization(name, **more)))


@pytest.mark.parametrize("loaded", [True, False], ids=["all words are read", "none is known"])
@pytest.mark.parametrize(
    ("module", "limit", "value"),
    [
        (postings, "GAP", 3),
        (postings, "MOST_SPANS", 1),
        (memory, "MOST_CHANGED", 2),
        (memory, "MOST_ALTERED", 2),
        (postings, "MOST_CHANGES", 2),
    ],
    ids=["few changes", "many changes", "orders are forgotten", "all is forgotten", "words are forgotten"],
)
def test_words_in_mind_find_what_the_index_finds_whatever_changes(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch, module: ModuleType, limit: str, value: int, *, loaded: bool
) -> None:
    monkeypatch.setattr(module, limit, value)
    monkeypatch.setattr(postings, "GAP", min(postings.GAP, 3))
    dice, there = random.Random(7), list[Stored]()
    other = Store(empty_store.url)
    changes(other, dice, there, 40)
    if loaded:
        knowing(empty_store)
    for at, count in enumerate((0, 1, 3, 9, 0, 2)):
        changes(other, dice, there, count)
        forgetful = Store(empty_store.url)
        assert searches(empty_store) == searches(forgetful)
        for word in ("steppes", "school"):  # each time with another letter: such a beginning was not asked for before
            assert searches(empty_store, [word[: at + 1]]) == searches(forgetful, [word[: at + 1]])
        forgetful.close()
    other.close()


def knowing(store: Store) -> None:
    """Read all words."""
    with memory.of(store).at_present() as mind:
        mind.postings.load()


@pytest.fixture
def asked_of_the_index(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the search index is asked from now on."""
    run, asked = empty_store.database.execute_sql, list[Any]()

    def noted(sql: str, params: Any = None) -> Any:
        if "MATCH" in sql:
            asked.append(tuple(params))
        return run(sql, params)

    monkeypatch.setattr(empty_store.database, "execute_sql", noted)
    return asked


@on_sqlite
def test_words_that_were_asked_for_twice_are_asked_of_the_index_no_more(
    empty_store: Store, asked_of_the_index: list[Any]
) -> None:
    for name in ("Steppe School", "Steppe House", "House of the School"):
        put(empty_store, "organization", organization(name))
    for number, text in enumerate(("steppe", "school", "steppe school", "steppe", "school steppe", "school")):
        filters = {"lifecycle": ["active", f"!{('ended', 'suspended', 'proposed', 'planned')[number % 4]}"]}
        assert find(empty_store, Asked(None, filters, text)).items
        assert bool(asked_of_the_index) == (number < 3), text
        asked_of_the_index.clear()
    put(empty_store, "organization", organization("Steppe"))
    assert found(empty_store, "steppe school").total == 1
    assert asked_of_the_index, "about what has changed"


@on_sqlite
def test_no_more_words_are_kept_than_there_is_room_for(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "MOST_HELD", 2)
    monkeypatch.setattr(postings, "MOST_ASKED", 3)
    put(empty_store, "organization", organization("Steppe School"))
    held = postings.Postings(empty_store)

    def of(word: str) -> BitMap | None:
        return held.of("", Sought((word,)))

    for word in ("steppe", "school", "house"):
        assert of(word) is None
        assert of(word) is not None
    assert len(held) == 2
    assert of("fjord") is None and of("steppe") is None, "three later ones were asked for once"
    assert of("house") is not None and held.of("", Sought(("house", "meadow"))) is None, "one of two is not all of them"
    long = "x" * (postings.LONGEST + 1)
    assert of(long) is of(long) is None


@on_sqlite
def test_once_all_words_are_read_the_index_is_asked_for_phrases_alone(
    empty_store: Store, asked_of_the_index: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("草原大学 School", "原大学 草原大", "School Steppe"):
        put(empty_store, "organization", organization(name))
    knowing(empty_store)
    for text, total in (
        ("school", 2),
        ("sch", 2),
        ("s", 2),
        ("school steppe", 1),
        ("草原", 2),
        ("fjord", 0),
        ("fjord steppe", 0),
        ("草大学", 0),
    ):
        assert found(empty_store, text).total == total, text
    assert not asked_of_the_index
    assert found(empty_store, "草原大学").total == 1
    assert not asked_of_the_index, "few have all pairs: their words were looked at"
    monkeypatch.setattr(postings, "FEW", 1)
    assert found(empty_store, "大学草原").total == 0
    assert found(empty_store, "草原大学 school").total == 1
    assert asked_of_the_index == [(f'{column}("草原 原大 大学" AND "school" *)',) for column in ("names : ", "")]
    asked_of_the_index.clear()
    late = put(empty_store, "organization", organization("Steppe"))
    assert found(empty_store, "steppe").total == 2
    assert asked_of_the_index == [(f'{column}"steppe" *', late.number, late.number) for column in ("names : ", "")]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 5000)), st.integers(0, 3000))
def test_spans_hold_all_numbers_and_no_wide_gaps(numbers: list[int], gap: int) -> None:
    ordered = sorted(set(numbers))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(postings, "GAP", gap)
        spans = postings._spans(ordered)
    assert [number for number in ordered if any(first <= number <= last for first, last in spans)] == ordered
    assert all(later[0] - earlier[1] > gap for earlier, later in pairwise(spans))
    assert len(spans) == (1 + sum(b - a > gap for a, b in pairwise(ordered)) if ordered else 0)


def test_no_more_is_ranked_and_paged_through_than_is_said(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "RANKED", 5)
    for number in range(4):
        put(empty_store, "organization", organization(f"Steppe {number}{'!' * number}"))
        put(empty_store, "organization", organization(f"The {9 - number} Steppe"))
    known = set[tuple[bytes, ...]]()
    for _ in range(3):
        shown = pages(empty_store, "steppe")
        known.add(tuple(shown))
        assert len(shown) == len(set(shown)) == 5
        assert sum(b'"name":"Steppe' in each for each in shown) == 4
        put(empty_store, "organization", organization("House"))
    assert len(known) == 1, "the same whether the words are in mind or not"


numbers = st.lists(st.integers(1, 3000), unique=True, min_size=1, max_size=900) | st.permutations(range(1, 1000))


@settings(max_examples=150, deadline=None)
@given(
    numbers=numbers,
    seed=st.integers(0, 99),
    share=st.sampled_from((0.02, 0.3, 1)),
    begins=st.sampled_from((0, 60, 120, 250)),
    count=st.integers(1, 30),
    backwards=st.booleans(),
)
def test_the_first_in_an_order_are_those_that_walking_it_finds(
    numbers: list[int], seed: int, share: float, begins: int, count: int, *, backwards: bool
) -> None:
    dice = random.Random(seed)
    dice.shuffle(numbers)
    order = Order(array("I", numbers))
    hits = BitMap(each for each in numbers[begins:] if dice.random() < share)
    walk = [each for each in (reversed(numbers) if backwards else numbers) if each in hits]
    assert order.first(hits, count, None, backwards=backwards) == walk[:count]
    if walk:
        at = dice.randrange(len(walk))
        assert order.first(hits, count, walk[at], backwards=backwards) == walk[at + 1 :][:count]


@pytest.mark.parametrize("what", ["under", "order", "briefness", "by_briefness"])
def test_what_is_committed_while_something_is_loaded_is_known_to_have_changed(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    put(empty_store, "organization", organization("Steppe"))
    other, loads = Store(empty_store.url), dict[str, Callable[..., Any]]()
    for name in ("_loaded", "_ordered", "_measure"):
        loads[name] = getattr(memory.Memory, name)

    def meanwhile(name: str) -> Callable[..., Any]:
        def load(*args: Any) -> Any:
            monkeypatch.setattr(memory.Memory, name, loads[name])
            late.append(put(other, "organization", organization("Late Steppe")))
            return loads[name](*args)

        return load

    late = list[Stored]()
    load = {"under": "_loaded", "order": "_ordered"}.get(what, "_measure")
    arguments = {"under": ("country",), "order": (ALL, "name")}.get(what, ())
    mind = memory.of(empty_store)
    with mind.at_present() as now:
        now.order("organizations", "name")
        monkeypatch.setattr(memory.Memory, load, meanwhile(load))
        getattr(now, what)(*arguments)
        assert [each.number for each in late] == list(now.changed)
    other.close()
    assert found(empty_store, "steppe").total == 2


def test_what_a_search_found_before_a_change_is_not_kept_behind_it(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(empty_store, "organization", organization("Steppe"))
    other, ways = Store(empty_store.url), ranking._ways

    def meanwhile(*args: Any) -> Any:
        found = list(ways(*args))
        put(other, "organization", organization("Late Steppe"))
        with memory.of(empty_store).at_present():
            """Another thread has seen the change."""
        return iter(found)

    with monkeypatch.context() as patched:
        patched.setattr(ranking, "_ways", meanwhile)
        assert found(empty_store, "steppe").total == 1
    assert found(empty_store, "steppe").total == 2
    other.close()


@pytest.mark.parametrize("limit", ["MOST_ALTERED", "MOST_CHANGED"])
def test_records_that_went_while_orders_were_forgotten_are_not_looked_for(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(memory, limit, 0)
    put(empty_store, "organization", organization("Steppe"))
    last = put(empty_store, "organization", organization("The Last Steppe"))
    ranked = ranking.ranked(empty_store, Query(ALL, (), "steppe"))
    put_again(empty_store, last, organization("The Last Steppe"), state="withdrawn")
    with memory.of(empty_store).at_present() as mind:
        assert last.number not in ranked.some(mind, 0, 5)


@on_sqlite
def test_words_stay_in_mind_when_orders_are_loaded_anew(
    empty_store: Store, asked_of_the_index: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MOST_CHANGED", 2)
    put(empty_store, "organization", organization("Steppe School"))
    knowing(empty_store)
    late = [put(empty_store, "organization", organization(f"Steppe {number}")) for number in range(7)]
    assert found(empty_store, "steppe").total == 8
    spans = {tuple(asked[1:]) for asked in asked_of_the_index}
    assert spans == {(late[0].number, late[-1].number)}, (
        "only what has changed is asked for, though it is more than two"
    )
