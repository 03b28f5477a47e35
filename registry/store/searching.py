"""The words under which texts are searched, the same on both engines.

Words are folded; Chinese is indexed by pairs of characters, and names besides by their sound (pinyin): from each
syllable to the end of the run, so that any syllables that follow one another are the beginning of a word.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from registry.kinds.model.folding import comparable, has_cjk, words
from registry.store.database import Store

_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
LONGEST = 40
"""How many letters of a word are told apart; PostgreSQL takes no word of more than 2,046 bytes."""
MOST = 400_000
"""How many bytes of words a vector of PostgreSQL may hold, which takes 1,048,575 with their places, names and body together."""
MOST_WORDS = 20
"""How many words of a text are looked for."""
MOST_LONGER = 8
"""Of a beginning of so many words each is looked up; one of more is left to the index, which reads all that they find."""
SHORT = 3
"""Beginnings of so many letters stand in the index of SQLite as words do."""


def tokens(texts: Iterable[str]) -> str:
    """The words of the texts, for indexing: each Chinese run as overlapping pairs and its last character."""
    return " ".join(token for text in texts for word in words(text) for token in _indexed(word))


def name_tokens(names: Iterable[str]) -> str:
    """The words of names, for indexing: as of other texts, and their sounds."""
    names = list(names)
    sounds = {sound for name in names for word in words(name) if has_cjk(word) for sound in _sounds(word)}
    return " ".join([tokens(names), *sorted(sounds)]).strip()


def _sounds(word: str) -> list[str]:
    from pypinyin.seg import (
        mmseg,  # here, since its tables take a third of a second to load, and only writers need them
    )

    syllables = [each for part in mmseg.seg.cut(word) for each in _syllables(part)]
    sounds = ["".join(syllables[start:])[:LONGEST] for start in range(len(syllables))]
    return sounds + [sound.replace("v", "u") for sound in sounds if "v" in sound]  # ü is typed either way


@lru_cache(20_000)  # names are made of the same words
def _syllables(part: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(each for each in lazy_pinyin(part) if each.isascii() and each.isalpha())


def _indexed(word: str) -> list[str]:
    if not has_cjk(word):
        return [word[:LONGEST]]
    return [word[i : i + 2] for i in range(len(word) - 1)] + [word[-1]]


def _asked(word: str) -> list[str]:
    return [word[:LONGEST]] if len(word) == 1 or not has_cjk(word) else [word[i : i + 2] for i in range(len(word) - 1)]


def plain(text: str) -> str:
    """The text as names are compared, without the signs around it: quotes, a comma, a star."""
    return _AROUND.sub("", comparable(text))


def begun(store: Store, text: str) -> dict[str, list[str]]:
    """For each word of a text the words of the index of SQLite that begin with it, where these are few.

    What a beginning finds is read to its end before the first of it is known, what a word finds only as far as wanted.
    """
    asked = [word[:LONGEST] for word in words(text)[:MOST_WORDS] if len(word) > SHORT and not has_cjk(word)]
    each = f"SELECT * FROM (SELECT ?, word FROM search_word WHERE word >= ? AND word < ? LIMIT {MOST_LONGER + 1})"
    sql = " UNION ALL ".join([each] * len(asked))
    found: dict[str, list[str]] = {word: [] for word in asked}
    values = [value for word in asked for value in (word, word, word + "\U0010ffff")]
    for beginning, longer in store.rows(sql, values) if sql else ():
        found[beginning].append(longer)
    return {word: longer for word, longer in found.items() if len(longer) <= MOST_LONGER}


class Sought(NamedTuple):
    """What a word of a text finds in the index of SQLite: any of these words, what begins so, or else a phrase."""

    words: tuple[str, ...] = ()
    beginning: str = ""
    phrase: str = ""

    def __str__(self) -> str:
        if self.words:
            return "(" + " OR ".join(f'"{word}"' for word in self.words) + ")"
        return f'"{self.beginning}" *' if self.beginning else f'"{self.phrase}"'


def fts5_sought(text: str, begun: Mapping[str, Sequence[str]]) -> list[Sought]:
    """What each word of a text finds: words where these are known that begin so, Chinese runs as phrases of pairs."""
    found = []
    for word in words(text)[:MOST_WORDS]:
        beginning = word[:LONGEST]
        if beginning in begun:
            found.append(Sought(tuple(begun[beginning]) or (beginning,)))
        elif has_cjk(word) and len(word) > 1:
            pairs = _asked(word)
            found.append(Sought((pairs[0],)) if len(pairs) == 1 else Sought(phrase=" ".join(pairs)))
        else:
            found.append(Sought(beginning=beginning))
    return found


def fts5_query(text: str, begun: Mapping[str, Sequence[str]]) -> str:
    """The search for all words of a text in the language of FTS5. Empty without words."""
    return " AND ".join(map(str, fts5_sought(text, begun)))


def tsquery(text: str) -> str:
    """The same search in the language of PostgreSQL's tsquery."""
    parts = []
    for word in words(text)[:MOST_WORDS]:
        pairs = _asked(word)
        star = "" if has_cjk(word) and len(word) > 1 else ":*"
        parts.append("(" + " <-> ".join(f"'{pair}'{star}" for pair in pairs) + ")")
    return " & ".join(parts)


def tsvector(tokenized: str) -> str:
    """The literal of a tsvector that holds the tokens at their positions (at most 16,383, as PostgreSQL has it)."""
    places: dict[str, list[int]] = {}
    held = tokenized.encode()[:MOST].decode(errors="ignore")
    for position, token in enumerate(held.split()[:16000], 1):
        places.setdefault(token, []).append(position)
    return " ".join(f"'{token}':{','.join(map(str, at[:255]))}" for token, at in places.items())
