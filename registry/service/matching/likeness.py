"""How like two names are: how much of each is in the other, and what in them speaks against it.

Words are weighed by how rare they are. A word that is spelled nearly like another is a slip, unless it is a word that
other names have or the name of a place: then it is another word, and speaks against the two being one.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, LCSseq

from registry.service.matching.forms import latin_words
from registry.service.matching.glossary import meant
from registry.service.matching.index import Space
from registry.service.matching.lexicon import FIELDS, LEGAL, ZH_PLACES, ZH_SPARE, misread, place_words, spelled
from registry.service.matching.sounds import spoken

_SLIP = 0.7
_ABBREVIATED = 0.9
_CONTRACTED = 0.85
_MISREAD = 0.97
_FIELD = 0.5
"""How much of a field that only one of two names is about clashes."""
_SHORTENED = 0.75
"""A longer beginning of a word is no abbreviation of it, but a slip at its end."""
_HOMOPHONE = 0.9
_LONG = 6
"""In shorter Chinese names one other character is another name."""
_ZH_AND = frozenset("与和及")
_FEW, _LETTER_OF_FEW = 4, 0.8
"""In words of so few letters one other letter is another word: HCIE is not HCIA."""
_VOWELS = frozenset("aeiou")
_SPARE_WEIGHT = 0.3


class Likeness(NamedTuple):
    """How like a question and a name are, each measure from 0 to 1.

    `asked` is how much of what was asked is in the name, `there` how much of the name was asked, `clash` how much of either
    is something else in the other, `ratio` how like the two are letter by letter whatever the order of words, `order` the
    same with it, `told` how telling is what they share.
    """

    asked: float
    there: float
    clash: float
    ratio: float
    told: float
    order: float

    @property
    def rough(self) -> float:
        """One figure, to rank by before anything else is known."""
        if not self.asked + self.there:
            return 0.5 * self.ratio
        mean = 2 * self.asked * self.there / (self.asked + self.there)
        return max(0.0, 0.6 * mean + 0.4 * self.ratio - 0.3 * self.clash)


SAME = Likeness(1.0, 1.0, 0.0, 1.0, 1.0, 1.0)


def of_words(asked: str, there: str, space: Space, written: tuple[str, str]) -> Likeness:
    """How like two names in Latin words are; `written` are the two before each word was made one spelling."""
    q, c = asked.split(), there.split()
    order = max(fuzz.ratio(asked, there), fuzz.ratio(*written)) / 100
    ratio = max(order, fuzz.token_sort_ratio(asked, there) / 100)
    same, q_left, c_left = _exact(q, c)
    q_left, c_left = _written_together(q_left, c_left, same)
    slips, q_left, c_left = _nearly(q_left, c_left, written) if q_left and c_left else ([], q_left, c_left)
    weigh = {word: _weight(word, space) for word in {*c, *same, *q}}
    met = told = sum([weigh[word] for word in same])
    met_q = met_c = met
    clash = 0.0
    for a, b, likeness in slips:
        weight = min(weigh[a], weigh[b]) if space.knows(a) else weigh[b]
        weigh[a] = weight
        if _is_other_word(a, b, likeness, space) or (len(q) == 1 and _begins(a, b)):
            clash += weight
            likeness *= 0.4
        met_q += weight * likeness
        met_c += weigh[b] * likeness
        told += weight * likeness
    rest_q, rest_c = sum([weigh[word] for word in q_left]), sum([weigh[word] for word in c_left])
    clash += max(min(rest_q, rest_c), _FIELD * sum([weigh[word] for word in (*q_left, *c_left) if word in FIELDS]))
    met = sum([weigh[word] for word in same])  # a word that stands twice may have slipped once
    all_q = met + sum([weigh[a] for a, _, _ in slips]) + rest_q
    all_c = met + sum([weigh[b] for _, b, _ in slips]) + rest_c
    return Likeness(
        _share(met_q, all_q), _share(met_c, all_c), _share(clash, min(all_q, all_c)), ratio, min(1.0, told / 12), order
    )


def of_characters(asked: str, there: str, space: Space) -> Likeness:
    """How like two names in Chinese characters are."""
    ratio = max(fuzz.ratio(asked, there), fuzz.token_sort_ratio(asked, there)) / 100
    weights = [_characters(text, space) for text in (asked, there)]
    q_met, c_met, clash = 0.0, 0.0, 0.0
    for tag, a, b, x, y in _blocks(asked, there):
        q_weight, c_weight = sum(weights[0][a:b]), sum(weights[1][x:y])
        if tag == "equal":
            q_met, c_met = q_met + q_weight, c_met + c_weight
        elif tag == "replace":
            if b - a == y - x and spoken(asked[a:b]) == spoken(there[x:y]):
                q_met, c_met = q_met + _HOMOPHONE * q_weight, c_met + _HOMOPHONE * c_weight
            elif b - a == y - x == 1 and len(there) >= _LONG and not _is_other_character(asked, a, space):
                q_met, c_met = q_met + 0.5 * q_weight, c_met + 0.5 * c_weight
                clash += 0.0 if {asked[a], there[x]} <= _ZH_AND else 0.5 * min(q_weight, c_weight)
            else:
                clash += min(q_weight, c_weight)
    clash = max(clash, _other_words(asked, there, weights))
    all_q, all_c = sum(weights[0]), sum(weights[1])
    return Likeness(
        _share(q_met, all_q), _share(c_met, all_c), _share(clash, min(all_q, all_c)), ratio, min(1.0, q_met / 12), ratio
    )


def _other_words(asked: str, there: str, weights: list[list[float]]) -> float:
    """What Chinese words clash, of those that the glossary knows: 理工 in the one where 工业 is in the other."""
    own, its = meant(asked), meant(there)
    if own == its:
        return 0.0
    left = [
        sum(sum(weight[text.index(word) :][: len(word)]) for word in words - others if word not in other)
        for text, other, words, others, weight in (
            (asked, there, own, its, weights[0]),
            (there, asked, its, own, weights[1]),
        )
    ]
    return min(left)


def of_letters(asked: str, there: str) -> Likeness:
    """How like two names are by their sound."""
    ratio = fuzz.ratio(asked, there) / 100
    common = LCSseq.similarity(asked, there)
    return Likeness(common / len(asked), common / len(there), 1 - ratio, ratio, min(1.0, common / 20), ratio)


def abbreviates(short: str, long: str) -> bool:
    """Whether a Chinese text holds some characters of another in their order, from its first."""
    if not 1 < len(short) < len(long) or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(character in rest for character in short)


def _exact(q: list[str], c: list[str]) -> tuple[list[str], list[str], list[str]]:
    """The words that are in both, and what is left of either."""
    c_left, q_left, same = list(c), [], []
    for word in q:
        if word in c_left:
            c_left.remove(word)
            same.append(word)
        else:
            q_left.append(word)
    return same, q_left, c_left


def _written_together(q: list[str], c: list[str], same: list[str]) -> tuple[list[str], list[str]]:
    """What is left when two words of one are one word of the other."""
    for ones, others in ((q, c), (c, q)):
        at = 0
        while at + 1 < len(ones):
            together = ones[at] + ones[at + 1]
            if together in others:
                others.remove(together)
                del ones[at : at + 2]
                same.append(together)
            else:
                at += 1
    return q, c


def _nearly(
    q: list[str], c: list[str], written: tuple[str, str]
) -> tuple[list[tuple[str, str, float]], list[str], list[str]]:
    """The words that stand for one another though they are not the same, and what is left of either."""
    asked, there = map(_spellings, written)
    q_written, c_written = [asked.get(a, a) for a in q], [there.get(b, b) for b in c]
    found = []
    for a, a_written in zip(q, q_written, strict=True):
        for b, b_written in zip(c, c_written, strict=True):
            likeness = _word_likeness(a, b)
            if a_written != a or b_written != b:
                likeness = max(likeness, _word_likeness(a_written, b_written))
            if likeness > 0:
                found.append((likeness, a, b))
    q_left, c_left, pairs = list(q), list(c), []
    for likeness, a, b in sorted(found, reverse=True):
        if a in q_left and b in c_left:
            q_left.remove(a)
            c_left.remove(b)
            pairs.append((a, b, likeness))
    return pairs, q_left, c_left


@lru_cache(10_000)  # a question is held against many names
def _spellings(name: str) -> Mapping[str, str]:
    """The words of a name as they are written, by their one spelling."""
    return {spelled(word): word for word in latin_words(name)}


@lru_cache(20_000)  # names share words
def _word_likeness(asked: str, there: str) -> float:
    """How likely one word stands for the other: as an abbreviation of it, or by a slip; 0 where it does not."""
    short, long = (asked, there) if len(asked) <= len(there) else (there, asked)
    begin_alike, long_alike = short[0] == long[0], 3 <= len(short) >= len(long) - 3
    if not (begin_alike or long_alike) or short.isdigit() or long.isdigit():
        return 0.0
    if begin_alike and _begins(asked, there):
        return _ABBREVIATED
    if (
        begin_alike
        and 1 < len(short) < _SHORTENED * len(long)
        and not _VOWELS & set(short[1:])
        and _within(short, long)
    ):
        return _CONTRACTED
    if not long_alike:
        return 0.0
    if misread(asked) == misread(there):
        return _MISREAD
    return float(OSA.normalized_similarity(asked, there, score_cutoff=_SLIP))


def _begins(asked: str, there: str) -> bool:
    """Whether a word is an abbreviation of another: so much shorter a beginning of it that it is no slip at its end."""
    return len(asked) <= _SHORTENED * len(there) and there.startswith(asked) and len(asked) != 2


def _within(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)


def _is_other_word(asked: str, there: str, likeness: float, space: Space) -> bool:
    if _begins(asked, there):
        return False
    if likeness < _LETTER_OF_FEW and max(len(asked), len(there)) <= _FEW:
        return True
    return space.knows(asked) or (asked in place_words() and there in place_words())


def _weight(word: str, space: Space) -> float:
    weight = space.rarity(word)
    return weight * _SPARE_WEIGHT if word in LEGAL else weight


def _share(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole else 0.0


def _blocks(asked: str, there: str) -> list[tuple[str, int, int, int, int]]:
    """What is equal, in one only, or replaced, in order."""
    found: list[tuple[str, int, int, int, int]] = []
    for each in LCSseq.opcodes(asked, there):
        block = (each.tag, each.src_start, each.src_end, each.dest_start, each.dest_end)
        if found and {found[-1][0], block[0]} == {"delete", "insert"}:
            _, a, _, x, _ = found.pop()
            block = ("replace", a, block[2], x, block[4])
        found.append(block)
    return found


def _characters(text: str, space: Space) -> list[float]:
    """The weight of each character: by how rare the pairs that it stands in are; what companies leave out counts little."""
    pairs = [space.rarity(text[at : at + 2]) if space.knows(text[at : at + 2]) else 0.0 for at in range(len(text) - 1)]
    mean = sum(pairs) / max(1, sum(1 for p in pairs if p)) or 1.0
    weights = [max(*(pairs[max(0, at - 1) : at + 1] or [mean]), 0.0) or mean for at in range(len(text))]
    for spare in ZH_SPARE:
        if text.endswith(spare):
            weights[-len(spare) :] = [_SPARE_WEIGHT * weight for weight in weights[-len(spare) :]]
            break
    return weights


def _is_other_character(text: str, at: int, space: Space) -> bool:
    """Whether a character is no slip: other names have it beside its neighbours."""
    pairs = [text[start : start + 2] for start in (at - 1, at) if start >= 0 and start + 2 <= len(text)]
    return any(pair in ZH_PLACES or space.knows(pair) for pair in pairs)
