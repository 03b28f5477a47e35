"""Searches find what reading every name and summary finds, best first; cursors lead nowhere but where they were given."""

import base64
import json
from typing import Any

import pytest

from registry.errors import Unknown
from registry.kinds.catalogue import KINDS
from registry.kinds.model.folding import folded
from registry.service.find import Asked, find
from tests.reading import Reading, given_by, searched


@pytest.mark.parametrize("text", [
    "清华", "教育", "语言", "北京语言大学", "universite de montreal", "Université", "MONTRÉAL", "beijing", "yuyandaxue", "teacher training", "univers",
    "AI教育", "ai 教育", "zzzz", "2021", "Baidu 百度", "ecole",
])  # fmt: skip
def test_words_find_what_reading_all_names_and_summaries_finds(reading: Reading, text: str) -> None:
    answer = find(reading.store, Asked(None, {}, text, limit=100_000))
    assert {item[7:17].decode() for item in answer.items} == searched(reading, text)
    assert answer.total == len(answer.items)


def test_words_under_filters_find_what_both_find(reading: Reading) -> None:
    filters = {"country": ["CN"], "lifecycle": ["!proposed"]}
    answer = find(reading.store, Asked(KINDS["organization"], filters, "university", limit=100_000))
    found = {item[7:17].decode() for item in answer.items}
    assert found == searched(reading, "university") & set(reading.found(KINDS["organization"], filters)) != set()


def test_a_search_gives_exact_names_first_then_names_then_summaries(reading: Reading) -> None:
    found = [json.loads(item) for item in find(reading.store, Asked(None, {}, "tsinghua university", limit=500)).items]
    exact = [any(folded(name["text"]) == "tsinghua university" for name in each["names"]) for each in found]
    named = [
        all(
            word in folded(" ".join(name["text"] for name in each["names"]) or each["name"])
            for word in ("tsinghua", "university")
        )
        for each in found
    ]
    assert exact[0]
    assert exact == sorted(exact, reverse=True)
    assert named == sorted(named, reverse=True)
    assert {True, False} == set(named)


def test_a_search_is_walked_in_pages_without_meeting_anything_twice(reading: Reading) -> None:
    whole = given_by(reading, None, {}, text="university")
    met: list[str] = []
    cursor = None
    while cursor or not met:
        answer = find(reading.store, Asked(None, {}, "university", limit=len(whole) // 3, cursor=cursor))
        met, cursor = met + [item[7:17].decode() for item in answer.items], answer.cursor
    assert met == whole


@pytest.mark.parametrize("position", [
    ["\0", 1], ["\ud800", 1], ["a"], ["a", "b"], ["a", 1, 2], ["a", True], ["a", 1.5], ["a", -1], ["a", 2**62], ["a", None], [1, 1], [["a"], 1], [],
])  # fmt: skip
def test_a_cursor_that_was_changed_on_its_way_leads_nowhere(reading: Reading, position: list[Any]) -> None:
    cursor = find(reading.store, Asked(None, {}, limit=1)).cursor
    assert cursor
    whose = json.loads(base64.urlsafe_b64decode(cursor + "=="))[0]
    changed = base64.urlsafe_b64encode(json.dumps([whose, *position]).encode()).decode().rstrip("=")
    with pytest.raises(Unknown):
        find(reading.store, Asked(None, {}, limit=1, cursor=changed))


@pytest.mark.parametrize("cursor", ["x", "!!!", "e30", "W10", "bnVsbA", "AAAA", "-", "_" * 3000])
def test_what_is_no_cursor_leads_nowhere(reading: Reading, cursor: str) -> None:
    with pytest.raises(Unknown):
        find(reading.store, Asked(None, {}, limit=1, cursor=cursor))


def test_the_cursor_of_another_query_leads_nowhere(reading: Reading) -> None:
    cursor = find(reading.store, Asked(None, {}, limit=1)).cursor
    for other in (
        Asked(None, {"country": ["CN"]}, limit=1, cursor=cursor),
        Asked(None, {}, limit=1, order=["-name"], cursor=cursor),
    ):
        with pytest.raises(Unknown):
            find(reading.store, other)
