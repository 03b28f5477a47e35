"""Folding: texts that people hold to be the same become the same, and others do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kinds.model.folding import digest_of, folded, has_cjk, slug, squeezed, words


@pytest.mark.parametrize(("one", "other"), [
    ("Baidu", "BAIDU"), ("Université de Montréal", "universite de montreal"), ("ＡＩ＋教育", "ai+教育"), ("Straße", "STRASSE"),
    ("the “AI” plan", 'the "ai" plan'), ("People’s", "people's"), ("2018–2020", "2018-2020"), ("school—enterprise", "school-enterprise"),
    ("  two \t\n words ", "two words"), ("a\u00a0b", "a b"), ("ﬁeld", "field"), ("e\u0301cole", "école"), ("İzmir", "izmir"),
])  # fmt: skip
def test_texts_that_differ_in_dress_alone_are_folded_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("百度", "百席"), ("C", "C++"), ("AI 1", "AI 2"), ("ab", "a b"), ("", "0")])
def test_texts_that_differ_in_substance_stay_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1)))
def test_a_digest_is_of_the_words_whatever_the_white_space(parts: list[str]) -> None:
    assert digest_of(" ".join(parts)) == digest_of("\n" + "\t\n ".join(parts) + "  ")
    assert digest_of(" ".join(parts)) != digest_of(" ".join([*parts, "x"]))
    assert squeezed("\r\n".join(parts)) == " ".join(parts)


def test_a_digest_is_what_everybody_else_computes() -> None:
    assert digest_of(" abc\n") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_words_are_folded_and_each_chinese_run_is_one() -> None:
    assert words("École d'IA: 清华大学 (Tsinghua), 2019") == ["ecole", "d", "ia", "清华大学", "tsinghua", "2019"]
    assert words("AI教育 under_score") == ["ai", "教育", "under", "score"]
    assert words("…、。") == []


def test_chinese_is_told_from_other_scripts() -> None:
    assert has_cjk("AI 教育")
    assert not has_cjk("AI éducation かな 한글")


def test_a_slug_reads() -> None:
    assert slug("Xi'an Jiaotong University (西安)") == "xian-jiaotong-university"
    assert slug("Université  de Montréal") == "universite-de-montreal"
