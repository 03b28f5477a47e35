"""What a closed list of words is; the shared lists stand in vocabularies.py, a kind's own in its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Term(NamedTuple):
    """One word of a vocabulary: its label and definition in English, then both in Chinese."""

    label: str
    label_zh: str
    definition: str
    definition_zh: str


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of codes that a field may hold, in the order in which people want to read them."""

    name: str
    about: str
    terms: Mapping[str, Term]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in order."""
        return tuple(self.terms)


def vocabulary(name: str, about: str, /, **terms: tuple[str, str, str, str]) -> Vocabulary:
    """A vocabulary from keyword arguments; underscores in a code stand for hyphens."""
    return Vocabulary(name, about, {code.strip("_").replace("_", "-"): Term(*texts) for code, texts in terms.items()})
