"""How names are taken apart to be compared: in Latin words, in Chinese characters, and by their sound.

What a name is in the registry and what somebody asks are taken apart alike; a question is besides looked at without what
stands in brackets, each script by itself, and without the country at its end.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Literal, NamedTuple

from registry.kinds.model.folding import has_cjk
from registry.service.matching.asides import Aside, left
from registry.service.matching.glossary import glossed
from registry.service.matching.lexicon import PAIRS, SEVERAL, STOP, ZH_COUNTRY, spelled
from registry.service.matching.sounds import spoken
from registry.service.matching.towns import spot

Script = Literal["latin", "cjk", "sound"]

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_DOTTED = re.compile(r"(?<![^\W_])(?:[a-z]\.){2,}")
_PEOPLES_REPUBLIC = re.compile(r"\b(?:people'?s republic of|p\.? ?r\.?(?: of)?) china\b")
_TWO_INITIALS = re.compile(r"\b(?:r\s?(?:&|and)\s?d|s\s?(?:&|and)\s?t)\b")
_ELIDED = re.compile(r"\s?'(?=an\b)|'(?=[^\W_])")
_LATIN = re.compile(rf"[^\W_{CJK}]+")
_TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
_AI = re.compile(rf"(?<=[{CJK}])ai(?=[{CJK}])")
_RUNS = re.compile(rf"[{CJK}]+")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】")
_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]h?)?(?:iang|iong|uang|ueng|ang|eng|ing|ong|iao|ian|uai|uan|van|ai|ei|ao|ou|an|en|er|ia|ie|iu|in|"
    r"ua|uo|ui|un|ue|ve|vn|a|o|e|i|u|v)"
)
_SYLLABLES = re.compile(rf"(?:{_SYLLABLE})+")
_BY_SYLLABLE = re.compile(rf"{_SYLLABLE}(?=(?:{_SYLLABLE})*$)")
_ROMANIZED = {
    "peking": ("pe", "king"), "tsinghua": ("tsing", "hua"), "northeastern": ("north", "eastern"), "northeast": ("north", "east"),
    "northwestern": ("north", "western"), "northwest": ("north", "west"), "southeastern": ("south", "eastern"),
    "southeast": ("south", "east"), "southwestern": ("south", "western"), "southwest": ("south", "west"), "china": (),
}  # fmt: skip
LONGEST = 500


class Form(NamedTuple):
    """One way to look at a name: the text as it is compared, and the tokens by which it is found.

    `aside` says what was left out of a question to come to it; empty for the name as it stands. `translated` says that
    the glossary was used.
    """

    script: Script
    text: str
    tokens: tuple[str, ...]
    aside: Aside = ""
    translated: bool = False

    @property
    def squashed(self) -> str:
        """The text without spaces, so that these make no difference."""
        return self.text.replace(" ", "")


def latin(name: str, aside: Aside = "") -> Form:
    """A comparable name in Latin words: one spelling each, without the words that say little."""
    found = [each for word in map(spelled, latin_words(name)) for each in SEVERAL.get(word, (word,))]
    kept = tuple(word for word in found if word not in STOP) or tuple(found)
    return Form("latin", " ".join(kept), kept, aside)


@lru_cache(1024)  # a question is looked at in several ways
def latin_words(name: str) -> tuple[str, ...]:
    """The Latin words of a comparable name as they stand, dotted initials made one word, apostrophes left out."""
    if "china" in name:
        name = _PEOPLES_REPUBLIC.sub("china", name)
    if "&" in name or "and" in name:
        name = _TWO_INITIALS.sub(_spelled_pair, name)
    if "." in name:
        name = _DOTTED.sub(lambda dotted: dotted[0].replace(".", "") + " ", name)
    if "'" in name:
        name = _ELIDED.sub("", name)
    return tuple(_LATIN.findall(name))


def _spelled_pair(found: re.Match[str]) -> str:
    return PAIRS[found[0][0]]


def cjk(name: str, aside: Aside = "") -> Form:
    """A comparable name in Chinese characters; Latin words in it count as they stand."""
    name = _AI.sub("人工智能", name)
    tokens = _TOKEN.findall(name)
    found: list[str] = [token for token in tokens if len(token) > 1]
    for run in _RUNS.findall(name):
        found += [*(run[at : at + 2] for at in range(len(run) - 1)), *run]
    return Form("cjk", "".join(tokens), tuple(dict.fromkeys(found)), aside)


def sound(name: str) -> Form | None:
    """How a comparable Chinese name sounds, in pinyin without tones."""
    return None if _LATIN.search(name) or not has_cjk(name) else _of_syllables(tuple(spoken(name)))


def written_sound(name: str) -> Form | None:
    """A comparable Latin name read as pinyin; None where it cannot be."""
    found: list[str] = []
    for word in latin_words(name):
        parts = _split(word)
        if not parts:
            return None
        found += parts
    return _of_syllables(tuple(found)) if len(found) > 1 else None


def gloss(name: str) -> Form | None:
    """A comparable Chinese name in English words, as far as the glossary goes; the rest by its sound."""
    found = None if _LATIN.search(name) or not has_cjk(name) else glossed(name)
    return latin(found)._replace(translated=True) if found else None


def behind_country(name: str) -> list[str]:
    """The character behind the name of the country that a comparable Chinese name begins with, if it does."""
    return [name[len(each)] for each in ZH_COUNTRY if name.startswith(each) and len(name) > len(each)]


def of_name(name: str) -> list[Form]:
    """The ways to look at a comparable name of a record."""
    name = name[:LONGEST]
    if not has_cjk(name):
        return [latin(name)]
    return [form for form in (cjk(name), sound(name), gloss(name)) if form is not None]


def of_question(name: str) -> list[Form]:
    """The ways to look at the comparable name that somebody asks for, as it stands first."""
    found = list(_looked_at(name))
    kept = {(form.script, form.text, form.translated): form for form in reversed(found) if form.text}
    return [form for form in found if kept.get((form.script, form.text, form.translated)) is form]


def _looked_at(name: str) -> Iterator[Form]:
    yield from _read(name, "")
    bare = " ".join(_BRACKETED.sub(" ", name).split())
    inners = _BRACKETED.findall(name)
    if bare and bare != name and not any(spot(inner) for inner in inners):
        short = all(has_cjk(inner) != has_cjk(bare) or len(_LATIN.findall(inner)) < 2 for inner in inners)
        yield from _read(bare, "brackets" if short else "what is in brackets")
    for inner in inners:
        other = inner[1:-1].strip()
        if has_cjk(other) != has_cjk(bare) or len(_LATIN.findall(other)) == 1:
            yield from _read(other, "all but what is in brackets")
    if has_cjk(name) and (words := _LATIN.findall(name)):
        yield from _read("".join(_RUNS.findall(name)), "the other script")
        yield from _read(" ".join(words), "the other script")
    for each in left(name):
        yield from _read(" ".join(_BRACKETED.sub(" ", each.text).split()) or each.text, each.aside)


def _read(name: str, aside: Aside) -> Iterator[Form]:
    if has_cjk(name):
        yield cjk(name, aside)
        for form in (sound(name), gloss(name)):
            if form is not None:
                yield form._replace(aside=aside)
        return
    yield latin(name, aside)
    heard = written_sound(name)
    if heard is not None:
        yield heard._replace(aside=aside)


def acronyms(name: str) -> set[str]:
    """The initials that a comparable name may be called by, those of syllables and of small words among them."""
    if has_cjk(name):
        heard = spoken(name)
        return {"".join(syllable[0] for syllable in heard)} if 2 < len(heard) < 14 else set()
    everything = [word for word in latin_words(_BRACKETED.sub(" ", name)) if not word.isdigit()]
    kept = [word for word in everything if word not in STOP]
    if not 1 < len(kept) < 9:
        return (
            {"".join(p[0] for p in parts) for word in kept if len(parts := _split(word)) > 1}
            if len(kept) == 1
            else set()
        )
    found = {_initials([word] for word in kept)}
    if len(everything) < 7:
        found.add(_initials([word] for word in everything))
        found.add(_initials([word] for word in everything if word not in ("and", "the")))
    splits = {at: parts for at, word in enumerate(kept[:3]) if len(parts := _split(word)) > 1}
    for size in range(1, len(splits) + 1):
        for chosen in combinations(splits, size):
            found.add(_initials(splits[at] if at in chosen else [word] for at, word in enumerate(kept)))
    return {each for each in found if 1 < len(each) < 12}


def _initials(words: Iterable[Iterable[str]]) -> str:
    return "".join(part[0] for word in words for part in word)


@lru_cache(8192)
def _split(word: str) -> tuple[str, ...]:
    """The syllables of a word that can be read as pinyin, or is romanized otherwise; empty where it cannot."""
    if word in _ROMANIZED:
        return _ROMANIZED[word]
    if not _SYLLABLES.fullmatch(word):
        return ()
    return tuple(_BY_SYLLABLE.findall(word))


def _of_syllables(parts: tuple[str, ...]) -> Form | None:
    if len(parts) < 2:
        return None
    pairs = tuple(dict.fromkeys(parts[at] + parts[at + 1] for at in range(len(parts) - 1)))
    return Form("sound", "".join(parts), pairs)
