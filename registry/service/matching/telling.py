"""Why a record is thought to be meant, in words."""

from registry.kinds.model.documents import Document
from registry.kinds.model.folding import comparable
from registry.kinds.model.likeness import LONGEST
from registry.service.matching.agreeing import Agreement
from registry.service.matching.index import Index
from registry.service.matching.seeing import Sighting, Way

_WAYS: dict[Way, str] = {
    "exact": "'{asked}' is its {name} '{met}'",
    "same": "'{asked}' is its {name} '{met}', written otherwise",
    "close": "'{asked}' is close to its {name} '{met}' ({score:.2f})",
    "sound": "'{asked}' sounds like its {name} '{met}' ({score:.2f})",
    "translated": "'{asked}' means the same as its {name} '{met}' ({score:.2f})",
    "initials": "'{asked}' can be the initials of its {name} '{met}'",
    "short": "'{asked}' can be short for its {name} '{met}'",
    "identifier": "it is named by what was asked",
}
_PARENTHOODS = {
    "asked-is-part": "what was asked seems to be a part of it",
    "asked-is-whole": "it seems to be a part of what was asked",
}


def written(document: Document, sighting: Sighting, index: Index) -> Document | None:
    """The name that was met, as the record bears it; None where it is composed, or none was met."""
    if sighting.name < 0:
        return None
    met = index.names[sighting.name]
    return next((name for name in document["names"] if comparable(name["text"])[:LONGEST] == met), None)


def reason(asked: str, name: Document | None, sighting: Sighting, score: float) -> str:
    """How a name was met."""
    if name is None and sighting.way != "identifier":
        return f"'{asked}' is close to its name beside that of what it is part of ({score:.2f})"
    if sighting.way == "initials" and not sighting.likeness.asked and name:
        return f"its name '{name['text']}' can be the initials of '{asked}'"
    called = "former name" if name and name["role"] == "former" else "name"
    return _WAYS[sighting.way].format(asked=asked, met=name["text"] if name else "", name=called, score=score)


def reasons(asked: str, name: Document | None, sighting: Sighting, agreement: Agreement) -> list[str]:
    """Why a record is thought to be meant, and what speaks against it."""
    found = [reason(asked, name, sighting, sighting.likeness.rough)]
    if sighting.aside:
        found.append(
            f"{sighting.aside} was left aside"
            if sighting.aside != "initials spelled out"
            else "initials in it were spelled out"
        )
    found += [f"its {thing} {_VERDICTS[verdict]}" for thing, verdict in agreement.verdicts.items()]
    return found + ([_PARENTHOODS[agreement.parenthood]] if agreement.parenthood else [])


_VERDICTS = {"agrees": "agrees", "differs": "differs", "unknown": "is not known"}
