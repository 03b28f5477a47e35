"""What of a registry's names a question brings to sight: for each record the name that fits best, and how it fits.

Names are met as they stand, by likeness, by their sound, by the glossary, by their initials, or as Chinese short names.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process

from registry.kinds.model.folding import comparable, has_cjk
from registry.service.matching import forms, likeness
from registry.service.matching.asides import CERTAIN, EQUAL, Aside, unescaped
from registry.service.matching.forms import Form, Script
from registry.service.matching.index import MOST_READ, Index
from registry.service.matching.lexicon import STOP, ZH_COUNTRY
from registry.service.matching.likeness import SAME, Likeness

Way = Literal["exact", "same", "close", "sound", "translated", "initials", "short", "identifier"]
WAYS: tuple[Way, ...] = ("exact", "same", "close", "sound", "translated", "initials", "short", "identifier")
"""How a name is met: letter by letter, but for spaces and small words, nearly, by its sound, in translation, by initials,
as a Chinese short name; or not at all, the record being named by an identifier."""

COMPARED = 16
_READ = 3000
_SPELLED_OUT = 3
_OF_INITIALS = 50
_MOST_WORDS = 20
_LONGEST_SHORT = 8


class Sighting(NamedTuple):
    """A record that may be meant: the number of the name that was met, how, and how like it is.

    `aside` says what of the question was left out; `fragment` that the name is only a piece of a longer one of the record.
    """

    record: int
    name: int
    way: Way
    likeness: Likeness
    aside: Aside = ""
    fragment: bool = False


@dataclass(frozen=True)
class _Sought:
    """Where to look, for which comparable name, and which of the registry's names will do (None: all)."""

    index: Index
    name: str
    fits: Callable[[int], bool] | None

    def among(self, numbers: Iterable[int], most: int) -> Iterator[int]:
        """The first of some names that will do."""
        return islice(filter(self.fits, numbers) if self.fits else numbers, most)


def see(index: Index, asked: str, kinds: frozenset[str] | None = None) -> list[Sighting]:
    """The records that may be meant, each once, the most like first; only of some kinds, if these are given."""
    best: dict[int, tuple[float, Sighting]] = {}
    name = comparable(unescaped(asked))[: forms.LONGEST]
    with index.lock:
        sought = _Sought(index, name, index.of_kinds(kinds))
        for sighting in _sightings(sought):
            known, rank = best.get(sighting.record), _rank(sighting)
            if known is None or rank > known[0]:
                best[sighting.record] = rank, sighting
    ordered = sorted(best.values(), key=lambda each: (-each[0], each[1].record))[:COMPARED]
    return [each._replace(fragment=True) if _is_fragment(index, each) else each for _, each in ordered]


_BONUS: dict[Way, float] = {
    "exact": 1.0, "same": 0.5, "sound": -0.05, "translated": -0.1, "initials": 0.1, "short": 0.4,
}  # fmt: skip


def _rank(sighting: Sighting) -> float:
    """By which of two sightings the better is told."""
    return sighting.likeness.rough + _BONUS.get(sighting.way, 0.0) - (0.05 if sighting.aside else 0.0)


def _sightings(sought: _Sought) -> Iterator[Sighting]:
    views = forms.of_question(sought.name)
    certain = False
    halves: dict[int, Script] = {}
    for form in views:
        if certain and (form.aside or form.translated or form.script == "sound"):
            continue
        for sighting in _by_form(sought, form):
            if _is_whole(sighting, form, halves):
                sighting = sighting._replace(aside="")
            certain = certain or (sighting.way in ("exact", "same") and sighting.aside in CERTAIN)
            yield sighting
    yield from _shortened(sought, [] if certain else views)


def _is_whole(sighting: Sighting, form: Form, halves: dict[int, Script]) -> bool:
    """Whether what was asked is a name of a record in one script, and a name of the same in the other."""
    if form.aside != "the other script" or sighting.way not in ("exact", "same"):
        return False
    return halves.setdefault(sighting.record, form.script) != form.script


def _shortened(sought: _Sought, views: list[Form]) -> Iterator[Sighting]:
    """What is met by its initials, as a short name, or with spaces where they belong."""
    if has_cjk(sought.name):
        for form in views:
            if form.script == "cjk" and form.aside not in EQUAL:
                yield from _short_names(sought, form)
        return
    yield from _initials(sought)
    if views:
        yield from _spaced(sought, views[0])
        for spelled_out in _spelled_out(sought.index, views[0]):
            yield from _by_form(sought, spelled_out)


def _by_form(sought: _Sought, form: Form) -> Iterator[Sighting]:
    index, name, fits = sought.index, sought.name, sought.fits
    space = index.spaces[form.script]
    same = [
        slot
        for slot in islice(space.same.get(form.squashed, ()), None if fits else 2 * COMPARED)
        if not fits or fits(space.names[slot])
    ][: 2 * COMPARED]
    for slot in same:
        number = space.names[slot]
        way = _way(form, space.translated[slot], index.names[number] == name and number not in index.composed)
        like = SAME if form.aside != "all but the brand" else SAME._replace(told=min(1.0, len(form.text) / 12))
        yield Sighting(index.records[number], number, way, like, form.aside)
    if (form.script == "sound" and has_cjk(name)) or form.aside in EQUAL or _tells_nothing(form):
        return
    found = space.find(form, MOST_READ // 2 if same else MOST_READ, fits)
    for slot in _nearest(form, {slot: space.texts[slot] for slot in found if slot not in same}):
        number = space.names[slot]
        like = _likeness(form, space.texts[slot], index, (name if not form.aside else form.text, index.names[number]))
        translated = form.translated or space.translated[slot]
        met: Way = "translated" if translated else "sound" if form.script == "sound" else "close"
        yield Sighting(index.records[number], number, met, like, form.aside)


def _tells_nothing(form: Form) -> bool:
    """Whether a form is too little to be met but by what is equal to it."""
    return (len(form.text) < 2 and form.text.isascii()) or STOP.issuperset(form.tokens)


def _way(form: Form, translated: int, exact: bool) -> Way:
    if form.translated or translated:
        return "translated"
    if form.script == "sound":
        return "sound"
    return "exact" if exact and not form.aside else "same"


def _nearest(form: Form, texts: dict[int, str]) -> list[int]:
    """The slots of the texts that are most like a form: the first few by what they share, the others by their letters."""
    scorer = fuzz.token_sort_ratio if form.script == "latin" else fuzz.ratio
    scored = process.extract(form.text, texts, scorer=scorer, limit=COMPARED // 2)
    return list(dict.fromkeys([*islice(texts, COMPARED // 4), *(slot for _, _, slot in scored)]))


def _likeness(form: Form, there: str, index: Index, written: tuple[str, str]) -> Likeness:
    if form.script == "latin":
        return likeness.of_words(form.text, there, index.spaces["latin"], written)
    if form.script == "cjk":
        return likeness.of_characters(form.text, there, index.spaces["cjk"])
    return likeness.of_letters(form.text, there)


def _spaced(sought: _Sought, form: Form) -> Iterator[Sighting]:
    """What is met when the spaces of a question are put where they make words of it, if some of it is no word."""
    space = sought.index.spaces["latin"]
    written = forms.latin_words(sought.name)
    if all(space.knows(word) for word in form.tokens) or len(written) > _MOST_WORDS:
        return
    words = space.words.spaced("".join(written)[: forms.LONGEST // 4])
    if words and words != list(written):
        yield from _by_form(sought, forms.latin(" ".join(words)))


def _initials(sought: _Sought) -> Iterator[Sighting]:
    """Names whose initials were asked for, and names that are the initials of what was asked."""
    index = sought.index
    letters = "".join(forms.latin_words(sought.name))
    if 1 < len(letters) < 12:
        for number in sought.among(index.acronyms.get(letters, ()), _OF_INITIALS):
            yield _by_initials(index, number, letters, 1.0)
    space = index.spaces["latin"]
    for short in sorted(forms.acronyms(sought.name)) if len(letters) > _LONGEST_SHORT else ():
        there = (space.names[slot] for slot in space.same.get(short, ())) if len(short) > 2 else ()
        for number in sought.among(there, _OF_INITIALS):
            yield _by_initials(index, number, short, 0.0)


def _by_initials(index: Index, number: int, letters: str, asked: float) -> Sighting:
    told = min(1.0, len(letters) / 6)
    return Sighting(index.records[number], number, "initials", Likeness(asked, 1.0, 0.0, told, told, told))


def _spelled_out(index: Index, form: Form) -> Iterator[Form]:
    """A question with initials in it, these spelled out."""
    words = form.text.split()
    if form.script != "latin" or len(words) < 2:
        return
    for at, word in enumerate(words):
        if 2 < len(word) < 8 and word in index.acronyms and not _is_usual(index, word):
            for number in index.acronyms[word][:_SPELLED_OUT]:
                rest = [*words[:at], *forms.latin(index.names[number]).tokens, *words[at + 1 :]]
                kept = tuple(dict.fromkeys(rest))
                yield Form("latin", " ".join(kept), kept, "initials spelled out")


def _is_usual(index: Index, word: str) -> bool:
    slots = index.spaces["latin"].slots.get(word)
    return slots is not None and len(slots) > 20 + (len(index.names) - index.gone) // 200


def _short_names(sought: _Sought, form: Form) -> Iterator[Sighting]:
    """Names of which a short Chinese question holds some characters in order, from the first, the shortest names first."""
    asked, index = form.text, sought.index
    if not 1 < len(asked) < 6 or asked.isascii():
        return
    fitting = sorted(
        (len(index.names[number]), index.records[number], number)
        for number in sought.among(index.firsts.get(asked[0], ()), _READ)
        if _shortens(asked, index.names[number])
    )
    for length, _, number in fitting[:COMPARED]:
        share = len(asked) / length
        yield Sighting(
            index.records[number],
            number,
            "short",
            Likeness(1.0, share, 0.0, share, min(1.0, len(asked) / 5), share),
            form.aside,
        )


def _shortens(short: str, long: str) -> bool:
    starts = [0, *(len(each) for each in ZH_COUNTRY if long.startswith(each))]
    return any(likeness.abbreviates(short, long[start:]) for start in starts)


def _is_fragment(index: Index, sighting: Sighting) -> bool:
    names, own = index.names, sighting.name
    met, others = names[own], index.named.get(sighting.record, ())
    longer = [other for other in others if met in names[other] and other != own]
    return bool(longer) and not index.composed.issuperset(longer)
