"""The index of names: what is found depends on the names alone, not on the order or the way in which they came into it."""

import random
from collections.abc import Iterable
from functools import cache

import pytest
from flask import Flask

from registry.service.matching import keeping
from registry.service.matching.index import MOST_READ, Index
from registry.service.matching.seeing import see
from registry.service.matching.weighing import utilities
from registry.store import matching, records
from registry.store.database import Store
from registry.store.matching import Named
from tests import making
from tests.conftest import store_of
from tests.matching.cases import cases

CENTERS = frozenset(["training-center"])


def filled(named: Iterable[Named]) -> Index:
    """An index of records, put one after another."""
    records = list(named)
    names = {each.number: each.names for each in records}
    index = Index()
    for each in records:
        wholes = [name for whole in each.wholes for name in names[whole]]
        index.put(each, wholes)
    return index


def told(index: Index, asked: str, kinds: frozenset[str] | None = None) -> list[tuple[object, ...]]:
    """What is seen of a name, and how likely each is; without the numbers of names, which tell when they came."""
    seen = see(index, asked, kinds)
    weighed = utilities(asked, seen, index)
    return [
        (each.record, index.names[each.name], each.way, each.likeness, each.aside, each.fragment, utility)
        for each, utility in zip(seen, weighed, strict=True)
    ]


@cache
def questions() -> list[str]:
    return ["Baidu", "University", "AI", "大学", "中心", *sorted({each.asked for each in cases("held out", 40)})]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_records_come_makes_no_difference(shared_app: Flask, seed: int) -> None:
    named = list(matching.named(store_of(shared_app)))
    shuffled = random.Random(seed).sample(named, len(named))
    one, other = filled(named), filled(shuffled)
    assert len(questions()) > 40
    for asked in questions():
        assert told(one, asked) == told(other, asked), asked
        assert told(one, asked, CENTERS) == told(other, asked, CENTERS), asked


def test_so_it_is_where_more_names_have_a_word_or_initials_than_are_looked_at() -> None:
    both = ("institute of teaching", "阿拜教育研究院")
    kept = [Named(number, CENTERS, (f"{both[0]} {number}", f"{both[1]}{number}")) for number in range(MOST_READ + 400)]
    one, other = filled(kept), filled(reversed(kept))
    for asked in ("Institute", "IOT", "Institute of Teaching 2399", "阿拜", "阿教院"):
        assert told(one, asked) == told(other, asked) != [], asked


def test_names_of_other_kinds_do_not_hide_those_of_the_kind_that_is_asked_for(shared_app: Flask) -> None:
    index = filled(matching.named(store_of(shared_app)))
    centers = {row[0] for row in told(index, "Baidu", CENTERS)}
    assert centers
    for number in range(100):
        index.put(Named(10**6 + number, frozenset(["organization"]), (f"baidu {number} baidu", f"baidu {number}")))
    assert {row[0] for row in told(index, "Baidu", CENTERS)} == centers


def test_records_that_are_taken_out_and_put_again_leave_no_trace(shared_app: Flask) -> None:
    named = list(matching.named(store_of(shared_app)))
    index = filled(named)
    draw = random.Random(1)
    strangers = [Named(10**6 + number, CENTERS, (f"univercity {number} babzu",)) for number in range(30)]
    for each in strangers:
        index.put(each)
    for each in [*draw.sample(named, 300), *strangers]:
        index.drop(each.number)
        index.drop(each.number)
    for each in draw.sample(strangers, 30):
        index.put(each)
        index.drop(each.number)
    there = {each.number for each in named} & set(index.kinds)
    assert len(there) == len(named) - 300 == len(index.kinds)
    left = filled([each._replace(wholes=()) for each in named if each.number in there])
    again = filled([each._replace(wholes=()) for each in named])
    for each in named:
        if each.number not in there:
            again.drop(each.number)
    for asked in [*questions(), "univercity", "babzu"]:
        assert told(left, asked) == told(again, asked), asked
    assert {space.words.near("univercity")[0][0] for space in (left.spaces["latin"], again.spaces["latin"])} == {
        "university"
    }
    assert not index.spaces["latin"].knows("babzu")


def test_an_index_that_followed_the_journal_is_as_one_made_anew(empty_store: Store) -> None:
    whole = making.put(empty_store, "organization", making.organization("Abai University"))
    keeping.index_of(empty_store)
    part = making.put(empty_store, "organization", making.organization("School of Teaching") | part_of(whole.id))
    other = making.put(empty_store, "organization", making.organization("Abay University"))
    followed = keeping.index_of(empty_store)
    check(followed, empty_store)
    making.put_again(empty_store, records.read(empty_store, whole.id), making.organization("Steppe University"))
    making.put_again(
        empty_store, records.read(empty_store, other.id), making.organization("Abay University"), state="withdrawn"
    )
    check(keeping.index_of(empty_store), empty_store)
    making.put_again(empty_store, records.read(empty_store, part.id), making.organization("School of Teaching"))
    check(keeping.index_of(empty_store), empty_store)
    assert keeping.index_of(empty_store) is followed


def part_of(whole: str) -> making.Document:
    return {"relations": [{"relation": "part-of", "target": {"id": whole}, "lifecycle": "active"}]}


def check(followed: Index, store: Store) -> None:
    """Hold an index against one that is made of what is there now."""
    anew = filled(matching.named(store))
    assert followed.kinds == anew.kinds and +followed.ties == +anew.ties
    for asked in (
        "Abai University",
        "Steppe",
        "School of Teaching, Abai University",
        "Steppe University School of Teaching",
    ):
        assert told(followed, asked) == told(anew, asked), asked
