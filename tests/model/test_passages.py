"""Passages: what counts as printed there, so that a value cannot lean on what the lines do not say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kinds.model.passages import Passage


@pytest.mark.parametrize(("text", "number"), [
    ("trained 200,000 people", "200000"), ("trained 200 000", "200"), ("about 3,000+ teachers", "3000"), ("61.8% of them", "61.8"),
    ("5 million yuan", "5000000"), ("1.5 billion", "1500000000"), ("20万人次", "200000"), ("3亿元", "300000000"), ("2-million", "2000000"),
    ("twelve schools", "12"), ("Twenty-five schools", "25"), ("twenty five", "25"), ("five hundred", "500"), ("a thousand", "1000"),
    ("two million", "2000000"), ("the third session", "3"), ("one third of all", "3"), ("two thirds", "3"), ("half of all", "2"),
    ("a quarter", "4"), ("３０００人", "3000"), ("2,000–3,000", "3000"), ("of -5 points", "-5"), ("120**th**", "120"), ("2019年5月", "5"),
    ("No. 12.", "12"), ("ranked 7th", "7"), ("about half", "1"), ("a third of them", "1"), ("one seventh", "7"),
])  # fmt: skip
def test_a_number_stands_there_in_digits_or_in_words(text: str, number: str) -> None:
    assert Passage(text).prints_number(number)


@pytest.mark.parametrize(("text", "number"), [
    ("trained 200,000 people", "200001"), ("trained 200,000 people", "2000000"), ("5 million", "50000000"), ("twenty-five", "26"),
    ("61.8%", "61.9"), ("61.8%", "618"), ("no number here", "7"), ("1.25", "1.2"), ("2019", "19"), ("120", "12"), ("sixty", "16"),
    ("often", "10"), ("weight", "8"), ("five thousand", "500"), ("It is a school.", "1"), ("an academy", "1"), ("it may be so", "5"),
    ("in March", "3"), ("the third session", "1"),
])  # fmt: skip
def test_a_number_that_is_not_printed_is_not_found(text: str, number: str) -> None:
    assert not Passage(text).prints_number(number)


@given(st.integers(13, 10**9), st.integers(13, 10**9))
def test_a_passage_of_one_number_prints_that_number_alone(printed: int, other: int) -> None:
    passage = Passage(f"They trained {printed:,} people.")
    assert passage.prints_number(str(printed))
    groups = {int(group) for group in f"{printed:,}".split(",")}
    assert passage.prints_number(str(other)) == (other in {printed, *groups})


@pytest.mark.parametrize(("text", "date"), [
    ("in May 2019", "2019-05"), ("on 13 May 2019", "2019-05-13"), ("May 13th, 2019", "2019-05-13"), ("2019年5月13日", "2019-05-13"),
    ("from 2018 to 2020", "2018/2020"), ("since 2018", "2018/.."), ("until DECEMBER 2020", "../2020-12"), ("the first of June 2019", "2019-06-01"),
    ("2019.05.13", "2019"),
])  # fmt: skip
def test_a_date_stands_there_in_all_its_parts(text: str, date: str) -> None:
    assert Passage(text).prints_date(date)


@pytest.mark.parametrize(("text", "date"), [
    ("in May 2019", "2019-06"), ("in May 2019", "2018-05"), ("in 2019", "2019-05"), ("on 13 May 2019", "2019-05-14"),
    ("from 2018 to 2020", "2018/2021"), ("in the spring", "2019"), ("12019", "2019"), ("20190", "2019"),
])  # fmt: skip
def test_a_date_of_which_a_part_is_missing_is_not_found(text: str, date: str) -> None:
    assert not Passage(text).prints_date(date)


@pytest.mark.parametrize(("text", "name"), [
    ("Baidu and others", "Baidu"), ("BAIDU's academy", "Baidu"), ("(Baidu)", "baidu"), ("the Université de Montréal.", "Universite de Montreal"),
    ("清华大学在北京", "清华大学"), ("in C++ and C#", "C++"), ("**Baidu** Songguo", "Baidu Songguo"), ("Baidu^[12] Songguo", "Baidu Songguo"),
    ("Baidu<sup>Songguo", "BaiduSongguo"), ("the “AI+Education” plan", '"AI+Education" plan'), ("Beijing\nUniversity", "Beijing University"),
    ("百度Baidu百度", "Baidu"), ("Baidu¹ Songguo", "Baidu Songguo"), ("ACM (the Association", "ACM"),
])  # fmt: skip
def test_a_name_stands_there_verbatim_but_for_its_dress(text: str, name: str) -> None:
    assert Passage(text).prints(name)


@pytest.mark.parametrize(("text", "name"), [
    ("Baidus", "Baidu"), ("MyBaidu", "Baidu"), ("Baidu2", "Baidu"), ("the ACMs", "ACM"), ("Beijing Normal University", "Beijing University"),
    ("Beijing", "Beijing University"), ("清华", "清华大学"), ("UNESCO", "UN"), ("C", "C++"), ("Baidu, Songguo", "Baidu Songguo"),
])  # fmt: skip
def test_a_name_that_is_only_part_of_a_longer_word_is_not_found(text: str, name: str) -> None:
    assert not Passage(text).prints(name)


@pytest.mark.parametrize("blank", ["", " ", "\n", "\u0301", "\u00a0\u3000"])
def test_a_text_without_a_letter_is_printed_nowhere(blank: str) -> None:
    assert not Passage("Baidu and others").prints(blank)


@given(st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=10))
def test_every_word_is_printed_in_a_passage_that_consists_of_it(word: str) -> None:
    assert Passage(f"- {word} -").prints(word)
