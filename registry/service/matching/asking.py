"""Matching: which records somebody means who knows a name, and perhaps a kind, a country, a place or an identifier."""

import json
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from registry.kinds.model import ids
from registry.kinds.model.documents import Document
from registry.kinds.model.folding import simplified
from registry.service.matching.agreeing import JUDGED, WEIGHED, Agreement, agree
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


class _Held(NamedTuple):
    """The served document of a record that was seen, held against the question, and what of it speaks for the record."""

    document: Document
    agreement: Agreement


def _answer(store: Store, index: Index, question: Question, limit: int) -> Answer:
    """The answer to a question; read are only the documents that weigh, or are shown."""
    identified = _identified(store, question)
    seen = see(index, question.name, question.kinds or None)
    met = {each.record for each in seen}
    seen += [Sighting(number, -1, "identifier", _NO_NAME) for number in identified if number not in met]
    weights = dict(enumerate(utilities(question.name, seen, index)))
    order = sorted(weights, key=lambda at: (-weights[at], seen[at].record))
    asks_more = bool(
        question.country or question.place or question.type or identified or question.distinct_from or question.facts
    )
    if not asks_more and not any(each.aside in JUDGED for each in seen):
        order = order[: max(limit, 2)]
    held: dict[int, _Held] = {}
    unread = [at for at in order if asks_more or seen[at].aside in WEIGHED]
    while True:
        found = _held(store, question, [seen[at] for at in unread], identified)
        for at in unread:
            if seen[at].record in found:
                held[at] = found[seen[at].record]
                weights[at] += held[at].agreement.weight
            else:
                del weights[at]
        scores = dict(zip(weights, shares(list(weights.values())), strict=True))
        ranked = sorted((at for at in order if at in weights), key=lambda at: -weights[at])
        shown = [at for at in ranked[:limit] if scores[at] >= LEAST]
        unread = [at for at in shown if at not in held]
        if not unread:
            break
    candidates = [
        _candidate(question.name, scores[at], seen[at], held[at], index, first=at == ranked[0]) for at in shown
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


def _held(store: Store, question: Question, sightings: Sequence[Sighting], identified: set[int]) -> dict[int, _Held]:
    """The records that were seen, by number, each held against the question; not those that cannot be meant."""
    documents = dict(records.published(store, [each.record for each in sightings]))
    found = {}
    for each in sightings:
        document = json.loads(documents.get(each.record, b"null"))
        if document and _is_meant(question, document):
            agreement = agree(question, each, document, each.record in identified)
            found[each.record] = _Held(document, agreement)
    return found


def _is_meant(question: Question, document: Document) -> bool:
    """Whether a record is of the kind that was asked for, and nobody has decided that it is another."""
    kinds = {document["kind"], *document["acts_as"]}
    return (not question.kinds or bool(question.kinds & kinds)) and document["id"] not in question.distinct_from


def _candidate(asked: str, score: float, sighting: Sighting, held: _Held, index: Index, *, first: bool) -> Candidate:
    score = min(score, DOUBTED) if is_doubted(sighting) else score
    certain = first and score >= CERTAIN and held.agreement.allows
    name = written(held.document, sighting, index)
    return Candidate(held.document, score, certain, sighting, name, held.agreement, _script(asked, sighting))


def _script(asked: str, sighting: Sighting) -> Script:
    """What was done to the script of a question to meet the name."""
    if sighting.way == "sound":
        return "sound"
    if sighting.way == "translated":
        return "translated"
    return "same" if simplified(asked) == asked else "simplified"
