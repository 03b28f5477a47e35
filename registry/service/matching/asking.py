"""Matching: which records somebody means who knows a name, and perhaps a kind, a country, a place or an identifier."""

import json
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from registry.kinds.model import ids
from registry.kinds.model.documents import Document
from registry.kinds.model.folding import simplified
from registry.service.matching.agreeing import JUDGED, Agreement, agree
from registry.service.matching.index import Index
from registry.service.matching.keeping import index_of
from registry.service.matching.likeness import Likeness
from registry.service.matching.questions import Question
from registry.service.matching.seeing import Sighting, see
from registry.service.matching.telling import written
from registry.service.matching.weighing import CERTAIN, DOUBTED, is_doubted, shares, utilities
from registry.store import records
from registry.store.database import Store

Decision = Literal["match", "candidates", "none"]
DECISIONS: tuple[Decision, ...] = ("match", "candidates", "none")
Script = Literal["same", "simplified", "sound", "translated"]
SCRIPTS: tuple[Script, ...] = ("same", "simplified", "sound", "translated")
LEAST = 0.01
"""Records of a lower score are not answered."""
MOST_QUESTIONS = 500
"""How many questions are answered at once."""


class Candidate(NamedTuple):
    """A record that may be meant: its served document, its score, whether it is the match, and what these stand on."""

    document: Document
    score: float
    match: bool
    sighting: Sighting
    matched: Document | None
    agreement: Agreement
    script: Script


class Answer(NamedTuple):
    """What is answered to a question: the decision, and the candidates, the likeliest first."""

    decision: Decision
    candidates: tuple[Candidate, ...]


def match(store: Store, questions: Iterable[Question], limit: int = 5) -> list[Answer]:
    """An answer to each question."""
    index = index_of(store)
    return [_answer(store, index, question, limit) for question in questions]


def _answer(store: Store, index: Index, question: Question, limit: int) -> Answer:
    identified = _identified(store, question)
    seen = see(index, question.name, question.kinds or None)
    met = {each.record for each in seen}
    seen += [Sighting(number, -1, "identifier", _NO_NAME) for number in identified if number not in met]
    by_name = utilities(question.name, seen, index)
    asks_more = bool(
        question.country or question.place or question.type or identified or question.distinct_from or question.facts
    ) or any(each.aside in JUDGED for each in seen)
    order = sorted(range(len(seen)), key=lambda at: (-by_name[at], seen[at].record))
    looked_at = order if asks_more else order[: max(limit, 2)]
    documents = _documents(store, [seen[at].record for at in looked_at])
    weights = dict(enumerate(by_name))
    agreements: dict[int, Agreement] = {}
    for at in looked_at:
        document = documents.get(seen[at].record)
        if document is None or not _is_meant(question, document):
            del weights[at]
            continue
        agreements[at] = agree(question, seen[at], document, seen[at].record in identified)
        weights[at] += agreements[at].weight
    scores = dict(zip(weights, shares(list(weights.values())), strict=True))
    scores |= {at: min(scores[at], DOUBTED) for at in scores if is_doubted(seen[at])}
    ranked = sorted(agreements, key=lambda at: (-weights[at], order.index(at)))
    candidates = [
        _candidate(
            question.name,
            scores[at],
            seen[at],
            documents[seen[at].record],
            agreements[at],
            index,
            first=at == ranked[0],
        )
        for at in ranked[:limit]
        if scores[at] >= LEAST
    ]
    return Answer("none" if not candidates else "match" if candidates[0].match else "candidates", tuple(candidates))


_NO_NAME = Likeness(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def _identified(store: Store, question: Question) -> set[int]:
    """The numbers of the records that are named by their id, or by an identifier."""
    found = set(records.by_identifier(store, question.identifiers).values()) if question.identifiers else set()
    asked = question.name.strip()
    if ids.is_sound(asked):
        found.add(asked.lower())
    there = records.many(store, found)
    survivors = records.many(store, {each.survivor for each in there.values() if each.survivor})
    return {each.number for each in [*there.values(), *survivors.values()] if each.state == "published"}


def _documents(store: Store, numbers: Sequence[int]) -> dict[int, Document]:
    return {
        each.number: json.loads(each.bytes) for each in records.numbered(store, numbers) if each.state == "published"
    }


def _is_meant(question: Question, document: Document) -> bool:
    """Whether a record is of the kind that was asked for, and nobody has decided that it is another."""
    kinds = {document["kind"], *document["acts_as"]}
    return (not question.kinds or bool(question.kinds & kinds)) and document["id"] not in question.distinct_from


def _candidate(
    asked: str, score: float, sighting: Sighting, document: Document, agreement: Agreement, index: Index, *, first: bool
) -> Candidate:
    certain = first and score >= CERTAIN and agreement.allows
    return Candidate(
        document, score, certain, sighting, written(document, sighting, index), agreement, _script(asked, sighting)
    )


def _script(asked: str, sighting: Sighting) -> Script:
    """What was done to the script of a question to meet the name."""
    if sighting.way == "sound":
        return "sound"
    if sighting.way == "translated":
        return "translated"
    return "same" if simplified(asked) == asked else "simplified"
