"""Properties as reconciliation knows them: what can be told of a record in a cell, and compared with one.

They follow from what the kinds declare: the filters, the schemes of identifiers, and the relations; a new kind brings its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from registry.errors import Refusal
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document, Step, values_at
from registry.kinds.model.fields import Code, Count, Member
from registry.kinds.model.kind import Filter, Kind
from registry.kinds.model.places import country_name, subdivision_name
from registry.kinds.model.relations import RELATIONS
from registry.kinds.model.vocabularies import IDENTIFIER_SCHEMES
from registry.service import reading, relating
from registry.service.relating import FIRM, Wanted
from registry.store.database import Store

OF_MEMBERS = (
    "acts_as", "caution", "created", "event", "evidence", "identifier", "name_lang", "review_due", "role", "standing", "updated",
)  # fmt: skip
"""Filters that ask for something of a member of a record, or of its upkeep, and tell nothing by themselves."""
PARTNER = "partner"
MOST_PARTNERS = 2000


class Value(NamedTuple):
    """What stands in one cell: a text, a number, or a record by its id and name; `labels` say a code in words."""

    value: str | int
    labels: tuple[str, str] = ("", "")
    entity: str | None = None


Reader = Callable[[Document, Sequence[str]], Iterator[Value]]
"""Reads values out of a served document; of ties, those that have one of the standings."""


@dataclass(frozen=True)
class Property:
    """Something that records have: how it is called, which kinds have it, and its values in a document.

    `member` is the field that its values are of, where they are of one. A property without `read` is told by other
    means than the document alone.
    """

    id: str
    name: str
    name_zh: str
    about: str
    kinds: frozenset[str]
    read: Reader | None = None
    member: Member | None = None

    @property
    def names(self) -> tuple[str, str]:
        """What it is called, in both languages."""
        return self.name, self.name_zh

    def values(self, document: Document, standings: Sequence[str] = FIRM) -> list[Value]:
        """Its values in a served document, each once; those of ties only as far as these have one of the standings."""
        return list(dict.fromkeys(self.read(document, standings))) if self.read else []


def _of_names() -> Iterator[Property]:
    everywhere = frozenset(KINDS)
    yield Property("name", "name", "名称", "Every name that the record bears.", everywhere, _names(""))
    yield Property("name-en", "English name", "英文名称", "Every English name.", everywhere, _names("en"))
    yield Property("name-zh", "Chinese name", "中文名称", "Every Chinese name.", everywhere, _names("zh"))
    yield Property("summary", "summary", "简介", "What the record is, in short.", everywhere, _texts(("summary",)))
    yield Property("website", "website", "网站", "The record's own pages.", everywhere, _texts(("websites", "url")))


def _of_filters() -> Iterator[Property]:
    """One for each filter that says something of the record itself; a filter of several kinds is one property."""
    having: dict[str, list[Kind]] = {}
    for kind in KINDS.values():
        for name in kind.filters:
            having.setdefault(name, []).append(kind)
    for name, kinds in having.items():
        if name not in OF_MEMBERS:
            each = kinds[0].filters[name]
            about = str(each.field.metadata["description"])
            label, label_zh = name.replace("_", " "), _CHINESE.get(name, "")
            yield Property(
                name, label, label_zh, about, frozenset(kind.name for kind in kinds), _filtered(name), each.field
            )


def _of_schemes() -> Iterator[Property]:
    for code, term in IDENTIFIER_SCHEMES.terms.items():
        path = ("identifiers", {"scheme": code}, "value")
        yield Property(code, f"{term.label} id", term.label_zh, term.definition, frozenset(KINDS), _texts(path))


def _of_ties() -> Iterator[Property]:
    about = "The records that it works with, by ties that are neither proposed nor planned."
    yield Property(PARTNER, "partner", "合作伙伴", about, frozenset(KINDS))
    for code, each in RELATIONS.items():
        yield Property(code, each.label, each.label_zh, each.definition, frozenset(KINDS), _ends(code))


def _names(language: str) -> Reader:
    return lambda document, _: (Value(name["text"]) for name in document["names"] if name["lang"].startswith(language))


def _texts(path: tuple[Step, ...]) -> Reader:
    return lambda document, _: (Value(each) for each in values_at(document, path))


def _filtered(name: str) -> Reader:
    def read(document: Document, _: Sequence[str]) -> Iterator[Value]:
        found = KINDS[document["kind"]].filters.get(name)
        return (each for path in found.paths for each in _told(found, document, path)) if found else iter(())

    return read


def _told(found: Filter, document: Document, path: tuple[Step, ...]) -> Iterator[Value]:
    for value in values_at(document, path):
        if value is not None:
            number = isinstance(found.field, Count)
            yield Value(value if number else str(value), labels_of(found.name, found.field, value))


def labels_of(name: str, member: Member, value: object) -> tuple[str, str]:
    """A code in words, in English and Chinese; empty where it is not a code, or has no such words."""
    if isinstance(member, Code):
        term = member.vocabulary.terms.get(str(value))
        return (term.label, term.label_zh) if term else ("", "")
    label = _PLACES[name](str(value)) if name in _PLACES else ""
    return label, ""


def _ends(relation: str) -> Reader:
    def read(document: Document, standings: Sequence[str]) -> Iterator[Value]:
        for tie in document["relations"]:
            if tie["relation"] == relation and tie["standing"] in standings:
                if "target" in tie:
                    yield Value(tie["target"]["name"], entity=tie["target"]["id"])
                else:
                    yield Value(tie["unnamed"]["as_printed"])

    return read


def partners_of(store: Store, ident: str, standings: Sequence[str] = FIRM) -> dict[str, str]:
    """The names of the partners of a record, by id; none where there is no such record."""
    try:
        found = relating.partners(store, reading.known(ident), Wanted(standings), limit=MOST_PARTNERS)
    except Refusal:
        return {}
    return {line["partner"]["id"]: line["partner"]["name"] for line in found.items}


_PLACES: Mapping[str, Callable[[str], str]] = {"country": country_name, "subdivision": subdivision_name}
_CHINESE = {
    "country": "国家或地区", "subdivision": "省级行政区", "locality": "城市", "area": "区域", "region": "世界区域", "type": "类型",
    "lifecycle": "状态", "topic": "主题", "established": "成立时间", "sector": "部门", "source": "来源",
}  # fmt: skip

PROPERTIES: Mapping[str, Property] = {
    each.id: each for each in (*_of_names(), *_of_filters(), *_of_schemes(), *_of_ties())
}
"""The properties by id, in the order in which they are proposed."""
