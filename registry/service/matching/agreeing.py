"""What else speaks for and against a record than its name: country, place, type, identifiers, and whether it is the whole."""

from functools import cache
from typing import Literal, NamedTuple

from registry.kinds.model.documents import Document
from registry.kinds.model.folding import comparable, has_cjk, words
from registry.kinds.model.places import subdivision_name
from registry.kinds.model.vocabularies import AREAS
from registry.service.matching import asides, forms
from registry.service.matching.lexicon import UNITS, ZH_UNITS, countries_by_name
from registry.service.matching.questions import Question, Verdict
from registry.service.matching.seeing import Sighting
from registry.service.matching.sounds import spoken
from registry.service.matching.towns import Spot, spot

Parenthood = Literal["asked-is-part", "asked-is-whole"]
PARENTHOODS: tuple[Parenthood, ...] = ("asked-is-part", "asked-is-whole")

_WEIGHTS: dict[str, dict[Verdict, float]] = {
    "country": {"agrees": 1.0, "differs": -7.0, "unknown": 0.0},
    "place": {"agrees": 1.5, "differs": -1.5, "unknown": 0.0},
    "type": {"agrees": 0.7, "differs": -2.0, "unknown": 0.0},
    "identifiers": {"agrees": 0.0, "differs": -7.0, "unknown": 0.0},
}
_OTHERWISE: dict[Verdict, float] = {"agrees": 0.7, "differs": -1.5, "unknown": 0.0}
JUDGED = ("the place at the end", "the place beside it", "the legal form", "all but the brand")
"""What is left out of a question and speaks for or against the record that the rest names."""
WEIGHED = (*JUDGED, "what stands behind the first comma")
"""What is left out of a question and weighs, in the record that the rest names, where that can be told."""
_COMPANY = "company"
_UNCONFIRMED, _CONTRADICTED = -2.5, -3.0
"""How much it speaks against a record that what was left out does not fit it, or nobody knows whether it does."""
_FORBIDS = ("country", "type", "identifiers")
_UNLIKE = 0.3
_IDENTIFIED = 9.0
_DOUBTED_IDENTIFIER = 2.0


class Agreement(NamedTuple):
    """What besides the name speaks for a record.

    That is a verdict on each thing that was asked, the weight of all, and whether the record can be the match.
    """

    verdicts: dict[str, Verdict]
    parenthood: Parenthood | None
    weight: float
    allows: bool


def agree(question: Question, sighting: Sighting, document: Document, identified: bool) -> Agreement:
    """How what is asked besides the name fits a record; `identified` says that an identifier names it."""
    verdicts: dict[str, Verdict] = {}
    if question.country:
        verdicts["country"] = _country(question.country, document)
    if question.place:
        verdicts["place"] = _place(question.place, document)
    if question.type:
        verdicts["type"] = (
            "unknown" if "type" not in document else "agrees" if document["type"] == question.type else "differs"
        )
    if question.identifiers:
        verdicts["identifiers"] = "agrees" if identified else _identifiers(question.identifiers, document)
    sides = beside(question.name, sighting, document)
    verdicts |= {thing: verdict for thing, verdict in sides.items() if verdicts.get(thing) != "differs"}
    verdicts |= {fact.name: fact.fits(document) for fact in question.facts}
    by_id = identified and question.name.strip().lower() == document["id"]
    parenthood = _parenthood(question.name, sighting, document)
    weight = sum(_WEIGHTS.get(name, _OTHERWISE)[verdict] for name, verdict in verdicts.items())
    unlike = question.name != "" and sighting.likeness.rough < _UNLIKE
    if identified:
        weight += _DOUBTED_IDENTIFIER if unlike and not by_id else _IDENTIFIED
    unconfirmed = sighting.aside == "the place beside it" and sides.get("place") == "unknown"
    contradicted = any(sides.get(thing) == "differs" for thing in ("place", "type"))
    weight += (_UNCONFIRMED if unconfirmed else 0.0) + (_CONTRADICTED if contradicted else 0.0)
    doubted = unconfirmed or contradicted or any(verdicts.get(name) == "differs" for name in _FORBIDS)
    allows = parenthood is None and not doubted
    return Agreement(verdicts, parenthood, weight, by_id or (allows and not unlike))


def beside(asked: str, sighting: Sighting, document: Document) -> dict[str, Verdict]:
    """How what was left out of a name that was asked fits the record: a place that lies where it is, a company's legal form."""
    found: dict[str, Verdict] = {}
    formal = sighting.aside in ("the legal form", "all but the brand") and sighting.way != "close"
    if formal and "type" in document:
        found["type"] = "agrees" if document["type"] == _COMPANY else "differs"
    for place in asides.places(comparable(asides.unescaped(asked)), sighting.aside):
        thing, verdict = (
            ("country", _country(place.country, document)) if place.is_country else ("place", _lies(place, document))
        )
        found[thing] = verdict if found.get(thing) != "differs" else "differs"
    return found


def _lies(place: Spot, document: Document) -> Verdict:
    """Whether a town or a province is where the record is; unknown where only their country is the same."""
    if _country(place.country, document) == "differs":
        return "differs"
    its = {each["subdivision"] for each in document["places"] if "subdivision" in each}
    if place.subdivision and its:
        return "agrees" if place.subdivision in its else "differs"
    named = [there for name in document["names"] for word in words(name["text"]) if (there := spot(word))]
    if named:
        return "agrees" if any(place.subdivision == each.subdivision for each in named) else "differs"
    return "agrees" if _place(place.name, document) == "agrees" else "unknown"


def _country(asked: str, document: Document) -> Verdict:
    codes = {place["country"] for place in document["places"] if "country" in place}
    return "unknown" if not codes else "agrees" if asked in codes else "differs"


def _place(asked: str, document: Document) -> Verdict:
    """Whether a place is one of the record's: a town, a province or its code, an area; a country counts as one too."""
    wanted = {comparable(asked), "".join(spoken(comparable(asked)))} - {""}
    country = countries_by_name().get(comparable(asked))
    if country:
        return _country(country, document)
    known = {said for place in document["places"] for said in _said(place)}
    if any(each == said or each in said.split(", ") or f" {each} " in f" {said} " for each in wanted for said in known):
        return "agrees"
    if any(each in words(name["text"]) for each in wanted for name in document["names"]):
        return "agrees"
    return "differs" if known else "unknown"


def _said(place: Document) -> set[str]:
    """What a place is called, narrower than its country."""
    found = {comparable(place[name]) for name in ("locality", "as_printed", "subdivision") if name in place}
    if "subdivision" in place:
        found.add(_subdivision(place["subdivision"]))
    if "area" in place:
        term = AREAS.terms[place["area"]]
        found |= {comparable(term.label), comparable(term.label_zh)}
    return found


@cache
def _subdivision(code: str) -> str:
    return comparable(subdivision_name(code))


def _identifiers(asked: tuple[tuple[str, str], ...], document: Document) -> Verdict:
    schemes = {each["scheme"] for each in document.get("identifiers", [])}
    return "differs" if any(scheme in schemes for scheme, _ in asked) else "unknown"


def _parenthood(asked: str, sighting: Sighting, document: Document) -> Parenthood | None:
    """Whether what was asked seems to be a part of the record, or the record a part of it."""
    like = sighting.likeness
    if sighting.way in ("initials", "short", "identifier"):
        return None
    if like.there > 0.95 and like.asked < 0.9 and _names_a_unit(asked, document):
        return "asked-is-part"
    if like.asked > 0.95 and like.there < 0.9 and any(tie["relation"] == "part-of" for tie in document["relations"]):
        return "asked-is-whole"
    return None


def _names_a_unit(asked: str, document: Document) -> bool:
    """Whether what was asked names a school, an office or another unit that no name of the record does."""
    name = comparable(asked)
    its = [comparable(each["text"]) for each in document["names"]]
    if has_cjk(name):
        return any(name.endswith(unit) and not any(each.endswith(unit) for each in its) for unit in ZH_UNITS)
    known = {word for each in its for word in forms.latin(each).tokens}
    return bool(UNITS & set(forms.latin(name).tokens) - known)
