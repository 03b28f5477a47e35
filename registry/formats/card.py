"""A record as a small piece of HTML, for people who decide whether it is the one they mean."""

from collections.abc import Iterator

from markupsafe import Markup

from registry.kinds.model.documents import Document, values_at
from registry.kinds.model.places import country_name, subdivision_name
from registry.kinds.model.relations import RELATIONS

STYLE = "/docs/files/card.css"
MOST_TIES = 6


def card(document: Document, types: list[str], address: str) -> Markup:
    """The record in short: its names, what it is, how far it has come, where, since when, and its first ties."""
    lines = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(label, value) for label, value in _lines(document, types)
    )
    summary = Markup("<p>{}</p>").format(document["summary"]) if "summary" in document else ""
    head = Markup('<h1><a href="{}" target="_blank" rel="noopener">{}</a></h1>').format(address, document["name"])
    return Markup('<article class="card">{}{}<dl>{}</dl></article>').format(head, summary, lines)


def page(document: Document, types: list[str], address: str) -> str:
    """The same as a page of its own."""
    return Markup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="{}"></head><body>{}</body></html>'
    ).format(document["name"], STYLE, card(document, types, address))


def note(name: str, about: str) -> Markup:
    """A thing that is no record, a type or a property, in short."""
    return Markup('<article class="card"><h1>{}</h1><p>{}</p></article>').format(name, about)


def _lines(document: Document, types: list[str]) -> Iterator[tuple[str, str]]:
    yield "What", ", ".join(types)
    if document.get("lifecycle", "active") != "active":
        yield "Lifecycle", document["lifecycle"]
    others = [name["text"] for name in document["names"] if name["text"] != document["name"]]
    if others:
        yield "Also", " · ".join(dict.fromkeys(others))
    where = [_place(each) for each in document["places"]]
    if where:
        yield "Where", " · ".join(dict.fromkeys(where))
    began = list(values_at(document, ("milestones", {"event": "established"}, "date")))
    if began:
        yield "Established", ", ".join(began)
    ties = [tie for tie in document["relations"] if "target" in tie]
    for tie in ties[:MOST_TIES]:
        doubt = "" if tie["standing"] == "active" else f" ({tie['standing']})"
        yield RELATIONS[tie["relation"]].label.capitalize(), tie["target"]["name"] + doubt
    if len(ties) > MOST_TIES:
        yield "More ties", str(len(ties) - MOST_TIES)


def _place(place: Document) -> str:
    worded = {"subdivision": subdivision_name, "country": country_name}
    names = ("locality", "subdivision", "country")
    known = [worded.get(name, str)(place[name]) for name in names if name in place]
    return ", ".join(known) or place.get("as_printed", "") or place.get("area", "").replace("-", " ")
