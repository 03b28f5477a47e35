"""How Chinese characters sound, in pinyin without tones: quickly, since every name of a registry is spoken once.

A character has its usual sound, or the one that it has in a word of two characters where it stands in one.
"""

import unicodedata
from functools import cache


def spoken(text: str) -> list[str]:
    """The syllable of each Chinese character of a text; other characters are left out."""
    usual, in_words = _usual(), _in_words()
    found: list[str] = []
    for at, character in enumerate(text):
        syllable = usual.get(character)
        if syllable is None:
            continue
        ahead, behind = in_words.get(text[at : at + 2]), in_words.get(text[at - 1 : at + 1]) if at else None
        found.append(ahead[0] if ahead else behind[1] if behind else syllable)
    return found


@cache
def _usual() -> dict[str, str]:
    from pypinyin.constants import PINYIN_DICT  # here, since its tables take a third of a second to load

    return {
        chr(code): _plain(sounds.partition(",")[0]) for code, sounds in PINYIN_DICT.items() if 0x3400 <= code < 0xA000
    }


@cache
def _in_words() -> dict[str, tuple[str, str]]:
    """Words of two characters of which one does not have its usual sound."""
    from pypinyin.constants import PHRASES_DICT  # as above

    usual = _usual()
    found: dict[str, tuple[str, str]] = {}
    for word, sounds in PHRASES_DICT.items():
        if len(word) == 2:
            first, second = (_plain(each[0]) for each in sounds)
            if (first, second) != (usual.get(word[0]), usual.get(word[1])):
                found[word] = (first, second)
    return found


def _plain(sound: str) -> str:
    bare = unicodedata.normalize("NFD", sound).replace("u\u0308", "v")
    return "".join(letter for letter in bare if "a" <= letter <= "z")
