"""Searches find what reading every name and summary finds, best first; cursors lead nowhere but where they were given."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from registry.errors import Unknown
from registry.kinds.catalogue import KINDS
from registry.kinds.model.folding import folded, has_cjk
from registry.service.find import Asked, find
from registry.service.suggesting import suggest
from registry.store.database import Store
from tests.making import organization, put
from tests.reading import Reading, given_by, searched


@pytest.mark.parametrize("text", [
    "清华", "教育", "语言", "北京语言大学", "universite de montreal", "Université", "MONTRÉAL", "beijing", "yuyandaxue", "teacher training", "univers",
    "AI教育", "ai 教育", "zzzz", "2021", "Baidu 百度", "ecole", "zhanlue", "zhanlve", "战", "教",
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


@pytest.mark.parametrize("text", [
    " ", "\u3000", "\u0301", "!!!", "*", "NEAR(", "🎓", "👨\u200d👩\u200d👧", "\\", "%", "_", "-- ;", "\ufeff", "\u200b", "ﷺ" * 200, "𠮷", "\U0010ffff", "x" * 200, "清" * 200,
    "a" * 39 + " " + "b" * 41 + "+" + "c" * 118,
])  # fmt: skip
def test_what_holds_no_known_word_finds_nothing(reading: Reading, text: str) -> None:
    answer = find(reading.store, Asked(None, {}, text))
    assert (answer.items, answer.total, answer.exact) == ([], 0, True)


@pytest.mark.parametrize(("plain", "other"), [
    ("baidu and tsinghua", "baidu AND tsinghua"), ("baidu", '"baidu"'), ("baidu", "baidu:*"), ("baidu", "^baidu"), ("baidu or", "baidu OR"),
    ("baidu", "-baidu"), ("baidu", "Baidu,"), ("baidu", "ＢＡＩＤＵ"), ("ai education", "ＡＩ　education"), ("清华大学", "清華大學"), ("清华大学", "“清华大学”"),
    ("qinghua", "Qīnghuá"), ("教 育", "教-育"), ("5g", "５Ｇ"), ("tsinghua university", "«Tsinghua University»"),
])  # fmt: skip
def test_signs_around_words_and_ways_of_writing_make_no_difference(reading: Reading, plain: str, other: str) -> None:
    found = given_by(reading, None, {}, text=plain)
    assert given_by(reading, None, {}, text=other) == found


@pytest.mark.parametrize(("plain", "other"), [
    ("ai education", "AI+education"), ("ai education", "AI-education"), ("names baidu", "names:baidu"), ("c", "C++"), ("xi an", "xi'an"), ("xi an", "Xi’an"),
])  # fmt: skip
def test_signs_within_words_part_them(reading: Reading, plain: str, other: str) -> None:
    assert sorted(given_by(reading, None, {}, text=other)) == sorted(given_by(reading, None, {}, text=plain))


@pytest.fixture
def named(empty_store: Store) -> Callable[..., str]:
    """Registers an organization of some names; answers its id."""

    def made(*names: str) -> str:
        told = [{"text": name, "lang": "zh-Hans" if has_cjk(name) else "en", "role": "official"} for name in names]
        return put(empty_store, "organization", organization(names=told)).id

    return made


def ids_for(store: Store, text: str) -> list[str]:
    return [item[7:17].decode() for item in find(store, Asked(None, {}, text)).items]


@pytest.mark.parametrize(
    "text", ["zhanlue", "zhanlve", "zhànlüè", "zhan lue", "lue", "lve", "戰略", "战", "guojiazhan"]
)
def test_a_sound_with_two_dots_is_found_as_it_is_typed(
    named: Callable[..., str], empty_store: Store, text: str
) -> None:
    ident = named("State Institute", "国家战略研究院")
    assert ids_for(empty_store, text) == [ident]
    assert [each["matched"] for each in suggest(empty_store, text, (), 5)] == ["国家战略研究院"]


@pytest.mark.parametrize("letters", ["ア", "双", "w", "ア双", "w\u1e80"])
def test_texts_without_any_space_are_registered_and_found(empty_store: Store, letters: str) -> None:
    name, summary = (letters * 500)[:500], (letters * 2000)[:2000]
    document = organization(name, summaries=[{"text": summary, "lang": "en"}])
    ident = put(empty_store, "organization", document).id
    for length in (500, 200, 41, 40, 39, 2):
        assert ids_for(empty_store, name[:length]) == [ident]


def test_a_record_of_many_long_names_is_registered_and_found(named: Callable[..., str], empty_store: Store) -> None:
    ident = named(*(f"{chr(0x53CC + number) * 490} {number}" for number in range(20)))
    assert ids_for(empty_store, "双双") == ids_for(empty_store, "shuangshuang") == [ident]
    assert ids_for(empty_store, "nothing of the kind") == []


def test_suggestions_show_the_name_that_was_met(named: Callable[..., str], empty_store: Store) -> None:
    united = named("UNESCO", "UN Educational Organization", "联合国教科文组织")
    bird = named("Green Bird Academy", "北大青鸟")
    tsinghua = named("Tsinghua", "THU", "清华大学")
    chongqing = named("Chongqing University", "重庆大学")
    assert [(each["id"], each["matched"]) for each in suggest(empty_store, "lianhe", (), 5)] == [
        (united, "联合国教科文组织")
    ]
    assert {each["id"]: each["matched"] for each in suggest(empty_store, "qing", (), 5)} == {
        tsinghua: "清华大学", chongqing: "重庆大学", bird: "北大青鸟",
    }  # fmt: skip
    assert [each["matched"] for each in suggest(empty_store, "educ", (), 5)] == ["UN Educational Organization"]
    assert {each["matched"] for each in suggest(empty_store, "daxue", (), 5)} == {"清华大学", "重庆大学"}
    assert [each["matched"] for each in suggest(empty_store, "THU", (), 5)] == ["THU"]
    assert suggest(empty_store, " ", (), 5) == suggest(empty_store, "\u0301", (), 5) == []
