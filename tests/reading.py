"""Reading every served document: what lists must give, known without any index."""

import calendar
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from marshmallow import Schema
from pypinyin import lazy_pinyin

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import pointed_at
from registry.kinds.model.fields import Count, DecimalText, Edtf, Form, Member, Part, Several, Timestamp
from registry.kinds.model.folding import folded, has_cjk, words
from registry.kinds.model.kind import Kind, is_doubted
from registry.kinds.model.relations import INVERSES, RELATIONS
from registry.service import asking, merging
from registry.service.find import Asked, find
from registry.store.database import Store
from tests.making import Document, figure, organization, program, put, put_again

TIES = ("relation", "partner", "party")


def at(value: Any, path: Sequence[Any]) -> Iterator[Any]:
    """The values that a path leads to."""
    if isinstance(value, list):
        for member in value:
            yield from at(member, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        step, rest = path[0], path[1:]
        if isinstance(step, str):
            yield from at(value[step], rest) if value.get(step) is not None else ()
        elif all(value.get(name) == wanted for name, wanted in step.items()):
            yield from at(value, rest)


def member_at(schema: type[Schema], path: Sequence[Any]) -> Member:
    """The field that a path leads to."""
    for step in (step for step in path if isinstance(step, str)):
        field = schema._declared_fields[step]
        field = field.inner if isinstance(field, Several) else field
        schema = field.schema_class if isinstance(field, Part) else schema
    assert isinstance(field, Member)
    return field


def days(text: str) -> tuple[str, str]:
    """The first and the last day of a date at any precision."""
    first, _, last = text.partition("/")
    low, high = (f"{first}-01-01"[:10] if len(first) != 7 else first + "-01"), last or first
    if len(high) == 7:
        high += f"-{calendar.monthrange(int(high[:4]), int(high[5:]))[1]}"
    return ("0000-01-01" if first == ".." else low), ("9999-12-31" if high == ".." else f"{high}-12-31"[:10])


def extent(member: Member, text: Any) -> tuple[Any, Any]:
    """From where to where a value reaches, as people order such values."""
    if isinstance(member, Edtf):
        return days(text)
    if isinstance(member, Timestamp):
        return days(text[:10])
    if isinstance(member, DecimalText | Count):
        return Decimal(text), Decimal(text)
    plain = str(text) if isinstance(member, Form) else folded(str(text))
    return plain, plain


class Reading:
    """All served documents, in the order in which they were registered, and a reading of them that knows no index."""

    def __init__(self, store: Store) -> None:
        self.store = store
        rows = store.rows("SELECT bytes FROM record WHERE state = 'published' ORDER BY number")
        self.documents: list[Document] = [json.loads(bytes(row[0])) for row in rows]
        self.pools: dict[tuple[Kind | None, str], list[str]] = {}
        self.read_before: dict[tuple[str, str], set[str]] = {}

    def listed(self, kind: Kind | None) -> list[Document]:
        return [document for document in self.documents if kind is None or document["kind"] == kind.name]

    # What a filter means.

    def holds(self, document: Document, name: str, operand: str) -> bool:
        if name in TIES:
            return document["id"] in self.ends(name, operand)
        if name == "has":
            return bool(document.get(operand))
        if name == "kind":
            return bool(document["kind"] == operand)
        declared = KINDS[document["kind"]].filters.get(name)
        values = [value for path in declared.paths for value in at(document, path)] if declared else []
        return any(self.overlaps(declared.field, value, operand) for value in values) if declared else False

    @staticmethod
    def overlaps(member: Member, value: Any, operand: str) -> bool:
        low, high = extent(member, value)
        if not member.ordered or ".." not in operand:
            first, last = extent(member, operand)
            return bool(low <= last and high >= first)
        start, _, end = operand.partition("..")
        return bool((not end or low <= extent(member, end)[1]) and (not start or high >= extent(member, start)[0]))

    def passes(self, document: Document, filters: Mapping[str, Sequence[str]]) -> bool:
        for name, operands in filters.items():
            if name == "also":
                once_more = [operand.partition(":")[::2] for operand in operands]
                if not all(self.passes(document, {other: [operand]}) for other, operand in once_more):
                    return False
                continue
            wanted = [operand for operand in operands if not operand.startswith("!")]
            if wanted and not any(self.holds(document, name, operand) for operand in wanted):
                return False
            if any(self.holds(document, name, operand[1:]) for operand in operands if operand.startswith("!")):
                return False
        return True

    @staticmethod
    def values(document: Document, name: str) -> dict[str, bool]:
        """The values of a document that a facet counts, and whether each stands under a caution wherever it stands."""
        kind = KINDS[document["kind"]]
        if name in ("has", "kind"):
            return dict.fromkeys(
                [each for each in kind.lists if document.get(each)] if name == "has" else [kind.name], False
            )
        found: dict[str, bool] = {}
        about = [caution["about"] for caution in document["cautions"]]
        for path in kind.filters[name].paths if name in kind.filters else ():
            for pointer, value in pointed_at(document, path):
                found[value] = found.get(value, True) and any(is_doubted(pointer, each) for each in about)
        return found

    @cached_property
    def words(self) -> dict[str, set[str]]:
        """By id, the words of names and summaries, and how Chinese names sound from each character on."""
        found: dict[str, set[str]] = {}
        for document in self.documents:
            names = [name["text"] for name in document["names"]] or [document["name"]]
            texts = (*names, *(summary["text"] for summary in document["summaries"]))
            found[document["id"]] = {word for text in texts for word in words(text)}
            for syllables in (lazy_pinyin(word) for each in names for word in words(each) if has_cjk(word)):
                sounds = ["".join(syllables[start:]) for start in range(len(syllables))]
                found[document["id"]].update(sounds, [sound.replace("v", "u") for sound in sounds])
        return found

    # Who works with whom.

    @cached_property
    def ties(self) -> list[tuple[Document, Document]]:
        """Each record with each of its ties that leads to another record."""
        return [(document, tie) for document in self.documents for tie in document["relations"] if "target" in tie]

    def ends(self, name: str, operand: str) -> set[str]:
        """The records that a filter by ties gives, read once for each operand."""
        if (name, operand) not in self.read_before:
            word, _, end = operand.rpartition(":")
            self.read_before[name, operand] = (
                self.tied(word, end)
                if name == "relation"
                else self.partners(end)
                if name == "partner"
                else self.party_to(end)
            )
        return self.read_before[name, operand]

    def tied(self, word: str, end: str) -> set[str]:
        code = INVERSES.get(word, word)
        forth = {record["id"] for record, tie in self.ties if tie["relation"] == code and tie["target"]["id"] == end}
        back = {tie["target"]["id"] for record, tie in self.ties if tie["relation"] == code and record["id"] == end}
        return forth | back if RELATIONS[code].inverse == code else back if word in INVERSES else forth

    def partners(self, end: str) -> set[str]:
        firm = [(record, tie) for record, tie in self.ties if tie["standing"] not in ("proposed", "planned")]
        found = {
            partner for record, tie in firm if RELATIONS[tie["relation"]].partnership
            for own, partner in ((record["id"], tie["target"]["id"]), (tie["target"]["id"], record["id"])) if own == end
        }  # fmt: skip
        parties: dict[str, set[str]] = {}
        for record, tie in firm:
            if RELATIONS[tie["relation"]].party and KINDS[record["kind"]].convenes:
                parties.setdefault(record["id"], set()).add(tie["target"]["id"])
        return found.union(*(those for those in parties.values() if end in those)) - {end}

    @cached_property
    def party_ties(self) -> list[tuple[Document, Document]]:
        """Each record that several can be party to with the ties that make parties, as firm as the record itself."""
        not_yet = ("proposed", "planned")
        return [
            (record, tie) for record, tie in self.ties
            if RELATIONS[tie["relation"]].party and KINDS[record["kind"]].convenes
            and (tie["standing"] not in not_yet or record["lifecycle"] in not_yet)
        ]  # fmt: skip

    def party_to(self, end: str) -> set[str]:
        return {record["id"] for record, tie in self.party_ties if tie["target"]["id"] == end}

    # In which order.

    def found(
        self, kind: Kind | None, filters: Mapping[str, Sequence[str]], order: Sequence[str] = ("name",)
    ) -> list[str]:
        """The ids that a list must give, in order."""
        found = [document for document in self.listed(kind) if self.passes(document, filters)]
        if order[-1].startswith("-"):
            found.reverse()
        for name in reversed(order):
            found.sort(
                key=lambda document, name=name: self.sort_key(document, name.removeprefix("-")),
                reverse=name.startswith("-"),
            )
        return [document["id"] for document in found]

    @staticmethod
    def sort_key(document: Document, name: str) -> tuple[bool, Any]:
        kind = KINDS[document["kind"]]
        path = kind.orders[name]
        member = member_at(kind.schema, path)
        values = [value if isinstance(member, Timestamp) else extent(member, value)[0] for value in at(document, path)]
        return (False, min(values)) if values else (True, "")

    # What can be asked.

    def pool(self, kind: Kind | None, name: str) -> list[str]:
        """Operands that some document of a list fits, and one that none does."""
        if (kind, name) not in self.pools:
            self.pools[kind, name] = sorted(set(self._pool(kind, name)))
        return self.pools[kind, name]

    def _pool(self, kind: Kind | None, name: str) -> Iterator[str]:
        if name == "also":
            for other in asking.askables(kind):
                yield from (f"{other}:{operand}" for operand in (self.pool(kind, other)[::7] if other != name else ()))
            return
        for word, end in {(tie["relation"], tie["target"]["id"]) for _, tie in self.ties}:
            inverse = RELATIONS[word].inverse
            if name == "relation":
                yield from (f"{word}:{end}", f"{inverse}:{end}")
            elif name in TIES:
                yield end
        if name == "relation":
            yield from (f"{RELATIONS[tie['relation']].inverse}:{record['id']}" for record, tie in self.ties)
        choices = [choice for choice in asking.askables(kind)[name].choices if not choice.startswith("!")]
        yield from choices[:40]
        for document in self.listed(kind):
            declared = KINDS[document["kind"]].filters.get(name)
            for value in (value for path in declared.paths for value in at(document, path)) if declared else ():
                if isinstance(declared.field, Edtf | Timestamp):
                    yield from (part for part in str(value)[:21].split("T")[0].split("/") if part != "..")
                else:
                    yield str(value)[:200]


def enrich(store: Store) -> None:
    """What the seeds may lack: accents, open dates, negative numbers, records that were merged or withdrawn."""
    montreal = put(store, "organization", organization("Université de Montréal", topics=["robotics"]))
    twin = put(store, "organization", organization("Universite de Montreal (UdeM)"))
    gone = put(store, "organization", organization("Gone University", places=[{"country": "KE"}]))
    names = [
        {"text": "北京语言大学", "lang": "zh-Hans", "role": "official"},
        {"text": "AI教育 Lab", "lang": "zh-Hans", "role": "short"},
    ]
    put(store, "organization", organization("Beijing Language University", names=names, lifecycle="proposed"))
    for date in ("../2019-05", "2018/..", "2019-02", "2019-02-28", "2018-12/2019-01"):
        milestones = [{"event": "established", "date": date}, {"event": "announced", "date": "2001"}]
        put(store, "program", program(f"Program {date}", montreal.id, twin.id, milestones=milestones))
    for value in ("-5", "-0.5", "-10", "0", "9.5", "10"):
        put(
            store,
            "figure",
            figure(montreal.id, quantity={"qualifier": "exact", "value": value, "unit": "percent"}, as_of="2019/2020"),
        )
    merging.merge(store, twin.id, montreal.id, None, "Ada", "Twice.")
    put_again(store, gone, organization("Gone University"), state="withdrawn")


def given_by(reading: Reading, kind: Kind | None, filters: Mapping[str, Sequence[str]], **more: Any) -> list[str]:
    """The ids that a list gives."""
    answer = find(reading.store, Asked(kind, filters, limit=100_000, **more))
    ids = [item[7:17].decode() for item in answer.items]
    assert answer.total == len(ids)
    return ids


def searched(reading: Reading, text: str) -> set[str]:
    """The ids of documents of which each word of a text begins a word, or the sound of one in a Chinese name.

    A Chinese word need only stand within a run of characters.
    """
    wanted = words(text)
    return {
        ident
        for ident, there in reading.words.items()
        if wanted and all(any(asked in word if has_cjk(asked) else word.startswith(asked) for word in there) for asked in wanted)
    }  # fmt: skip
