"""Ids: what they look like, that they find mistypes, and that a seed's never moves."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kinds.model import ids

any_id = st.builds(ids.from_key, st.text(max_size=20))

ROR = (
    "05dxps055",
    "03yrm5c26",
    "03vek6s52",
    "042nb2s44",
    "00f54p054",
    "052gg0110",
    "03cve4549",
    "02v51f717",
    "01ggx4157",
)
"""Ids of the Research Organization Registry: California Institute of Technology, California Digital Library, Harvard,
MIT, Stanford, Oxford, Tsinghua, Peking, CERN."""


@pytest.mark.parametrize("ror", ROR)
def test_check_digits_are_those_of_the_research_organization_registry(ror: str) -> None:
    assert ids.check_digits(ror[:7]) == ror[7:]


@given(any_id)
def test_an_id_is_eight_characters_that_start_with_a_letter_and_two_digits(ident: str) -> None:
    assert re.fullmatch(ids.PATTERN, ident)
    assert ident == ident.lower()
    assert ids.is_sound(ident)


@given(any_id)
def test_the_check_number_and_the_digits_leave_one_by_97(ident: str) -> None:
    number = 0
    for character in ident[:8]:
        number = 32 * number + ids.ALPHABET.index(character)
    assert (100 * number + int(ident[8:])) % 97 == 1


@given(any_id)
def test_every_change_of_a_single_character_is_found(ident: str) -> None:
    for position, right in enumerate(ident):
        for wrong in set(ids.ALPHABET if position < 8 else "0123456789") - {right}:
            assert not ids.is_sound(ident[:position] + wrong + ident[position + 1 :]), (position, wrong)


@given(any_id, st.integers(0, 6))
def test_every_exchange_of_two_neighbours_is_found(ident: str, at: int) -> None:
    turned = ident[:at] + ident[at + 1] + ident[at] + ident[at + 2 :]
    assert ids.is_sound(turned) == (turned == ident)


@given(any_id)
def test_ids_are_read_in_either_case(ident: str) -> None:
    assert ids.is_sound(ident.upper())
    assert re.fullmatch(ids.PATTERN, ident.upper())


@pytest.mark.parametrize("letter", "iloIuUOL")
def test_letters_that_are_mistaken_for_others_stand_in_no_id(letter: str) -> None:
    assert letter not in ids.ALPHABET
    assert not re.fullmatch(ids.PATTERN, letter + "7r92wh453"[:9])
    assert not re.fullmatch(ids.PATTERN, "k7r92w" + letter + "h53")


@pytest.mark.parametrize(
    "text",
    ["", "k7r92wh4", "k7r92wh453\n", "k7r92wh45３", "u7r92wh453", "k7r92wh4-53", "07r92wh453", "百度百度百度百度53"],
)
def test_what_is_no_id_is_not_sound(text: str) -> None:
    assert not ids.is_sound(text)


def test_the_id_of_a_seed_comes_from_its_key_and_never_moves() -> None:
    assert [ids.from_key(key) for key in ("baidu", "tsinghua-university")] == ["pshpsp1w26", "p64qpd0g38"]
    assert ids.from_key("baidu", 1) == ids.from_key("baidu#1") != ids.from_key("baidu")


def test_drawn_ids_are_sound_and_differ() -> None:
    drawn = {ids.drawn() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(re.fullmatch(ids.PATTERN, ident) and ids.is_sound(ident) for ident in drawn)
