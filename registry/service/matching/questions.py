"""What somebody asks who knows a name, and what is said of each thing that was asked besides it."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from registry.kinds.model.documents import Document

Verdict = Literal["agrees", "differs", "unknown"]
VERDICTS: tuple[Verdict, ...] = ("agrees", "differs", "unknown")


class Fact(NamedTuple):
    """Something that is known of the record that is meant: by which name it is told, and how it fits a served document."""

    name: str
    fits: Callable[[Document], Verdict]


class Question(NamedTuple):
    """What somebody asks: a name, and what else is known of the record that it means.

    `kinds` are all those that it may be of, or act as one of (empty: any); `distinct_from` are records that it is known
    not to be; `facts` are what else is known.
    """

    name: str
    kinds: frozenset[str] = frozenset()
    country: str | None = None
    place: str | None = None
    type: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    distinct_from: frozenset[str] = frozenset()
    facts: tuple[Fact, ...] = ()
