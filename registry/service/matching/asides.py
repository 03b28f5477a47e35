"""What people write beside a name that is no part of it: a place before or behind it, a legal form, a company's business.

Each is left out of a question to look at it once more. What was left out is judged where it is known what record it stands
beside: a place that is not the record's speaks against it, and only a company has a legal form.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from registry.kinds.model.folding import has_cjk
from registry.service.matching.lexicon import LEGAL_ENDS, ZH_LEGAL_ENDS
from registry.service.matching.towns import Spot, beginnings, spot

Aside = Literal[
    "", "brackets", "what is in brackets", "all but what is in brackets", "the other script", "the place at the end",
    "the place beside it", "what stands behind the first comma", "the legal form", "all but the brand", "initials spelled out",
]  # fmt: skip
CERTAIN: frozenset[Aside] = frozenset({"", "brackets", "the place at the end", "the place beside it", "the legal form"})
"""What can be left out of a question and the rest still be the match."""
BESIDE: frozenset[Aside] = frozenset({"the place at the end", "the place beside it", "the legal form"})
"""What is commonly written beside a name."""
EQUAL: frozenset[Aside] = frozenset({"the place beside it", "all but the brand"})
"""Behind these the rest is a name only where it is equal to one: more of a guess would be none."""
_COMMA = re.compile(r"\s*[,，;；、]\s*")
_AT_END = re.compile(r"\s*[(（\[]([^()（）\[\]]+)[)）\]]\s*$")
_OF = re.compile(r"(?:^|\s)(?:of|in|at)(?: the)?$")
_DOMAIN = re.compile(r"\.(?:com|cn|net|org|ai)$")
_MOST_WORDS = 4
_MOST_BRAND = 6


class Left(NamedTuple):
    """What remains of a question, what was left out, and the places among that."""

    text: str
    aside: Aside
    places: tuple[Spot, ...] = ()


def unescaped(name: str) -> str:
    """A name without the entities of HTML."""
    return html.unescape(name) if "&" in name else name


@lru_cache(1024)
def left(name: str) -> tuple[Left, ...]:
    """The ways to leave something out of a comparable name."""
    placeless, formless = list(_without_places(name)), list(_without_form(name))
    both = [each._replace(places=place.places) for place in placeless for each in _without_form(place.text)]
    if formless:
        inner = _without_places(formless[0].text)
        both += [formless[0]._replace(text=each.text, places=each.places) for each in inner]
    return tuple(each for each in [*placeless, *formless, *both] if each.text and each.text != name)


def places(name: str, aside: Aside) -> tuple[Spot, ...]:
    """All the places that were left out of a comparable name."""
    return max((each.places for each in left(name) if each.aside == aside), key=len, default=())


def _without_places(name: str) -> Iterator[Left]:
    bracketed = _AT_END.search(name)
    inner = spot(bracketed[1]) if bracketed else None
    if bracketed and inner:
        yield Left(name[: bracketed.start()].strip(), "the place at the end", (inner,))
        return
    parts = [part for part in _COMMA.split(name) if part]
    found = _at_ends(parts)
    if found:
        kept = ", ".join(parts)
        yield Left(kept, "the place at the end", tuple(found))
        if len(parts) > 1 and found[0].is_country:
            yield Left(parts[0], "what stands behind the first comma", tuple(found))
        return
    beside = _before(name) if has_cjk(name) else _beside(name)
    if beside:
        yield beside


def _at_ends(parts: list[str]) -> list[Spot]:
    """The places that the last and the first parts are, taken out of the parts."""
    found: list[Spot] = []
    while len(parts) > 1 and (there := spot(parts[-1], found[0].country if found else None)):
        found.append(there)
        parts.pop()
    while len(parts) > 1 and (there := spot(parts[0])):
        found.append(there)
        parts.pop(0)
    return found


def _beside(name: str) -> Left | None:
    """A name in Latin words that a place stands behind, or before."""
    words = name.split()
    for size in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        for rest, text in ((words[:-size], " ".join(words[-size:])), (words[size:], " ".join(words[:size]))):
            there = spot(text) if len(text) > 2 or text == "uk" else None
            if there:
                return Left(_OF.sub("", " ".join(rest)), "the place beside it", (there,))
    return None


def _before(name: str) -> Left | None:
    """A Chinese name that a place stands before."""
    begun = next((each for each in beginnings() if name.startswith(each)), None)
    if begun is None:
        return None
    rest = name.removeprefix(begun).strip()
    there = spot(begun)
    bare = rest[1:] if len(rest) > 3 and rest[0] in "市省" else rest
    return Left(bare, "the place beside it", (there,)) if there and len(bare) > 1 else None


def _without_form(name: str) -> Iterator[Left]:
    """A company's name without its legal form, and the brand that it begins with."""
    rest = _zh_bare(name) if has_cjk(name) else _bare(name)
    if rest == name:
        return
    yield Left(rest, "the legal form")
    if has_cjk(name):
        inner = _before(rest)
        rest = inner.text if inner else rest
        brands = [rest[:size] for size in range(min(_MOST_BRAND, len(rest) - 1), 1, -1)]
    else:
        words = rest.split()
        brands = [" ".join(words[:size]).strip(",") for size in range(min(3, len(words) - 1), 0, -1)]
    yield from (Left(brand, "all but the brand") for brand in brands if len(brand) > 1)


def _bare(name: str) -> str:
    words = name.replace(",", " , ").split()
    kept = list(words)
    while len(kept) > 1 and (kept[-1] == "," or kept[-1].replace(".", "").strip(",") in LEGAL_ENDS):
        kept.pop()
    return name if len(kept) == len(words) else _DOMAIN.sub("", " ".join(kept).replace(" ,", ","))


def _zh_bare(name: str) -> str:
    bare = name
    for end in ZH_LEGAL_ENDS:
        if bare.endswith(end) and len(bare) > len(end) + 1:
            return re.sub(r"[(（][^()（）]*[)）]", "", bare.removesuffix(end))
    return bare
