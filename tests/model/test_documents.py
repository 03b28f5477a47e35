"""Documents: members named by key, given keys, merged."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kinds.model.documents import merged, repeated_key, resolve, values_at, with_keys

DOCUMENT: dict[str, Any] = {
    "names": [{"key": "n1", "text": "One"}, {"key": "n2", "text": "Two"}],
    "cohorts": [{"key": "c1", "places": [{"key": "p1", "country": "KE"}, {"key": "p2", "country": "PK"}]}],
    "quantity": {"value": "5"}, "topics": ["a", "b"],
}  # fmt: skip


@pytest.mark.parametrize(("pointer", "value"), [
    ("", DOCUMENT), ("/names/n2/text", "Two"), ("/names/n1", {"key": "n1", "text": "One"}), ("/quantity/value", "5"),
    ("/cohorts/c1/places/p2/country", "PK"), ("/topics", ["a", "b"]),
])  # fmt: skip
def test_a_pointer_names_members_of_lists_by_key(pointer: str, value: Any) -> None:
    assert resolve(DOCUMENT, pointer) == value


@pytest.mark.parametrize("pointer", [
    "/names/0", "/names/n3", "/names/n1/missing", "/names/n1/text/more", "/nothing", "/topics/a", "/topics/0", "/quantity/value/5", "/",
])  # fmt: skip
def test_a_pointer_that_leads_nowhere_is_refused_by_name(pointer: str) -> None:
    with pytest.raises(KeyError) as refusal:
        resolve(DOCUMENT, pointer)
    assert refusal.value.args == (pointer,)


def test_a_path_enters_lists_and_keeps_the_members_that_fit() -> None:
    assert list(values_at(DOCUMENT, ("names", "text"))) == ["One", "Two"]
    assert list(values_at(DOCUMENT, ("cohorts", "places", "country"))) == ["KE", "PK"]
    assert list(values_at(DOCUMENT, ("names", {"key": "n2"}, "text"))) == ["Two"]
    assert list(values_at(DOCUMENT, ("names", "missing"))) == []
    assert list(values_at(DOCUMENT, ("topics", "x"))) == []


def test_members_without_a_key_are_given_the_next_one_that_is_free_in_the_record() -> None:
    keyed = with_keys({
        "names": [{"text": "a"}, {"key": "n1", "text": "b"}, {"text": "c"}],
        "places": [{"country": "KE"}], "cohorts": [{"places": [{"country": "PK"}]}, {"key": "p2"}], "topics": ["x"],
        "cautions": [{"see": [{"id": "x"}]}],
    })  # fmt: skip
    assert [name["key"] for name in keyed["names"]] == ["n2", "n1", "n3"]
    assert keyed["places"][0]["key"] == "p1"
    assert keyed["cohorts"][0]["places"][0]["key"] == "p3"
    assert [cohort["key"] for cohort in keyed["cohorts"]] == ["c1", "p2"]
    assert keyed["cautions"] == [{"key": "c2", "see": [{"id": "x"}]}]
    assert repeated_key(keyed) is None


def test_a_key_that_stands_twice_in_the_record_is_told() -> None:
    assert repeated_key({"names": [{"key": "a"}], "places": [{"key": "b"}, {"key": "a"}]}) == "a"
    assert repeated_key({"names": [{"key": "a"}], "cohorts": [{"key": "b", "places": [{"key": "a"}]}]}) == "a"


members = st.lists(
    st.fixed_dictionaries({}, optional={"key": st.sampled_from(["n1", "n2", "p1", "x"]), "text": st.text()}), max_size=4
)


@given(st.fixed_dictionaries({"names": members, "notes": members, "places": members}))
def test_giving_keys_keeps_those_that_are_there_and_is_done_once(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)
    keyed = with_keys(document)
    given_by_us = [
        m["key"] for name in keyed for m, was in zip(keyed[name], before[name], strict=True) if "key" not in was
    ]
    told = [m["key"] for name in before for m in before[name] if "key" in m]
    assert all(was.get("key", m["key"]) == m["key"] for n in keyed for m, was in zip(keyed[n], before[n], strict=True))
    assert len(set(given_by_us)) == len(given_by_us)
    assert not set(given_by_us) & set(told)
    assert with_keys(copy.deepcopy(keyed)) == keyed


# The test cases of RFC 7396, appendix A: original, patch, result.
RFC_7396: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]  # fmt: skip


@pytest.mark.parametrize(("original", "patch", "result"), RFC_7396)
def test_a_patch_is_merged_as_rfc_7396_says(original: Any, patch: Any, result: Any) -> None:
    before = copy.deepcopy(original)
    assert merged(original, patch) == result
    assert original == before


@pytest.mark.parametrize(("patch", "names"), [
    ([{"key": "n1"}], [{"key": "n1", "text": "One"}]),
    ([{"key": "n2", "text": "Zwei"}, {"key": "n1"}], [{"key": "n2", "text": "Zwei"}, {"key": "n1", "text": "One"}]),
    ([{"key": "n1", "text": None, "lang": "en"}], [{"key": "n1", "lang": "en"}]),
    ([{"key": "n9", "text": "New"}], [{"key": "n9", "text": "New"}]),
    ([{"text": "New"}], [{"text": "New"}]),
    ([], []),
])  # fmt: skip
def test_a_list_replaces_the_list_but_a_member_with_a_known_key_starts_from_that_member(patch: Any, names: Any) -> None:
    assert merged(DOCUMENT, {"names": patch}) == {**DOCUMENT, "names": names}


def test_members_of_members_are_known_by_their_keys_as_well() -> None:
    patch = {"cohorts": [{"key": "c1", "places": [{"key": "p2", "locality": "Lahore"}]}]}
    assert merged(DOCUMENT, patch)["cohorts"] == [
        {"key": "c1", "places": [{"key": "p2", "country": "PK", "locality": "Lahore"}]}
    ]
