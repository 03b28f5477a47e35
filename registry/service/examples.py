"""Examples for the document: the kinds' sample seeds, as they are served and as they are sent."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import About, Kept, fingerprint
from registry.service.seeds import read_seeds

MOMENT = "2026-01-01T00:00:00Z"


class Example(NamedTuple):
    """A sample record: its id, its served document, and the document that was sent to make it."""

    id: str
    served: Document
    sent: Document


@cache
def examples(folder: Path) -> dict[str, Example]:
    """The sample of each kind, by the kind's name, with fixed times so that the document is always the same."""
    seeds = {seed.key: seed for seed in read_seeds(folder)}
    about: dict[str, About] = {}
    for titled in (False, True):
        for seed in seeds.values():
            if (seed.kind.titled is not None) == titled:
                about[seed.ident] = seed.kind.about_of(seed.document, seed.ident, about)
    kept = Kept(1, 1, "published", MOMENT, MOMENT)
    found: dict[str, Example] = {}
    for kind in KINDS.values():
        seed = seeds[kind.sample]
        seals = {e["key"]: fingerprint(e, seed.document) for e in seed.document["evidence"] if "digest" in e}
        found[kind.name] = Example(
            seed.ident, kind.rendered(seed.document, seed.ident, kept, about, seals), seed.document
        )
    return found
