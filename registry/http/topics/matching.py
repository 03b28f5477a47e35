"""Matching names with records: which record somebody means, how sure that is, and why."""

from typing import Any

from marshmallow import Schema

from registry.http.operations import Answered, Call, Operation, Reply, written
from registry.http.parameters import Parameter, text, whole, words
from registry.http.schemas import Answer, Ratio, Truth
from registry.kinds.catalogue import KINDS
from registry.kinds.model import vocabularies as vocabulary
from registry.kinds.model.documents import Document
from registry.kinds.model.envelope import KIND_NAME, language
from registry.kinds.model.fields import FREE_TEXT, KEY, Code, Count, Form, Id, OneWord, Part, Several, Text
from registry.kinds.model.kind import Kind
from registry.service.matching import Question, match
from registry.service.matching.agreeing import PARENTHOODS
from registry.service.matching.asking import DECISIONS, MOST_QUESTIONS, SCRIPTS, Candidate
from registry.service.matching.asking import Answer as Told
from registry.service.matching.questions import VERDICTS
from registry.service.matching.seeing import WAYS
from registry.service.matching.telling import reasons

COUNTRY = "[A-Z]{2}"
IDENTIFIER = r"[a-z-]{1,40}:[!-~]{1,200}"


class AskedIdentifier(Schema):
    """What another registry calls the record that is meant."""

    scheme = Code(vocabulary.IDENTIFIER_SCHEMES, "Whose identifier it is.", required=True)
    value = Form("The identifier itself.", longest=200, pattern="[!-~]{1,200}", hint="holds a space", required=True)


class MatchQuestion(Schema):
    """A name, and what else is known of the record that it means."""

    name = Text(
        "The name, in whichever language and spelling; or the record's id.", required=True, example="Tsinghau Univ."
    )
    kind = OneWord(tuple(KINDS), "Only records of this kind, or that act as one of it.")
    country = Form(
        "The country that it is in (ISO 3166-1 alpha-2).",
        longest=2,
        shortest=2,
        pattern=COUNTRY,
        hint="is not a code such as CN",
    )
    place = Text("A town, province or area that it is in.", longest=200)
    type = Form(
        "Its type, by the vocabulary of its kind.", longest=64, pattern=KEY, hint="is not a type such as university"
    )
    identifiers = Several(
        Part(AskedIdentifier, "An identifier."), "What other registries call it.", most=20, load_default=list
    )
    distinct_from = Several(Id("A record."), "Records that it is known not to be.", most=50, load_default=list)


class MatchQuestions(Schema):
    """Up to 500 names to be matched at once."""

    questions = Several(Part(MatchQuestion, "A question."), "The questions.", most=MOST_QUESTIONS, required=True)
    limit = Count("How many candidates to answer to each at most.", least=1, most=20, load_default=5)


class MatchedName(Answer):
    """The name of the record that was met."""

    text = Text("The name.", required=True)
    lang = language("Its language.", required=True)
    role = Code(vocabulary.NAME_ROLES, "What the name is to the record.", required=True)


class MatchParts(Answer):
    """What a score is made of; a verdict stands only on what was asked."""

    name = Ratio("How like the name is that was met.", required=True)
    way = OneWord(
        WAYS,
        "How it was met: letter by letter (exact), but for spaces and small words (same), nearly (close), by its sound, "
        "translated by the registry's glossary, by its initials, as a Chinese short name; or the record was named by an identifier.",
        required=True,
    )
    script = OneWord(
        SCRIPTS,
        "Whether it is in the script of the question; traditional characters were made simplified ones.",
        required=True,
    )
    country = OneWord(VERDICTS, "Whether the record is in the country.")
    place = OneWord(VERDICTS, "Whether it is at the place.")
    type = OneWord(VERDICTS, "Whether it is of the type.")
    identifiers = OneWord(VERDICTS, "Whether it bears the identifiers.")
    parent = OneWord(
        PARENTHOODS,
        "Whether what was asked seems to be a part of the record, or the record a part of that; such a record is never the match.",
    )


class MatchCandidate(Answer):
    """A record that may be meant."""

    id = Id("Its id.", required=True)
    kind = Form("Its kind.", longest=40, pattern=KIND_NAME, hint="", required=True)
    name = Text("Its present name.", longest=1000, required=True)
    summary = Text("What it is.", longest=2000)
    score = Ratio("How likely it is meant: of many with a score of 0.8, 80 % are right.", required=True)
    match = Truth(
        "Whether it is the match. At most one is, and of those that are at least 98 % are right.", required=True
    )
    matched = Part(
        MatchedName,
        "The name that was met; absent where the record was named by an identifier, or by its name beside that of the whole.",
    )
    parts = Part(MatchParts, "What the score is made of.", required=True)
    reasons = Several(Text("A reason.", longest=2500), "The same in words.", most=20, required=True)


class MatchAnswer(Answer):
    """What is answered to one question."""

    name = Text("The name that was asked for.", required=True)
    decision = OneWord(
        DECISIONS,
        "Whether the first candidate is the match, there are only candidates, or there is none.",
        required=True,
    )
    candidates = Several(Part(MatchCandidate, "A record."), "The records, the likeliest first.", most=20, required=True)


class MatchAnswers(Answer):
    """The answers, in the order of the questions."""

    answers = Several(
        Part(MatchAnswer, "An answer."), "One answer to each question.", most=MOST_QUESTIONS, required=True
    )


def match_one(call: Call) -> Reply:
    """Match one name."""
    values = call.values
    pairs = [each.split(":", 1) for each in values["identifier"] or ()]
    question = Question(
        values["name"],
        _kinds(values["kind"]),
        values["country"],
        values["place"],
        values["type"],
        tuple((p[0], p[1]) for p in pairs),
    )
    (answer,) = match(call.store, [question], values["limit"])
    return written(_answer(question, answer))


def match_many(call: Call) -> Reply:
    """Match many names."""
    body = call.loaded()
    questions = [_question(each) for each in body["questions"]]
    answers = match(call.store, questions, body["limit"])
    return written(
        {"answers": [_answer(question, answer) for question, answer in zip(questions, answers, strict=True)]}
    )


def _question(each: dict[str, Any]) -> Question:
    pairs = tuple((one["scheme"], one["value"]) for one in each["identifiers"])
    return Question(
        each["name"],
        _kinds(each.get("kind")),
        each.get("country"),
        each.get("place"),
        each.get("type"),
        identifiers=pairs,
        distinct_from=frozenset(each["distinct_from"]),
    )


def _kinds(kind: str | None) -> frozenset[str]:
    return frozenset([kind]) if kind else frozenset()


def _answer(question: Question, answer: Told) -> Document:
    found = [_candidate(question, each) for each in answer.candidates]
    return {"name": question.name, "decision": answer.decision, "candidates": found}


def _candidate(question: Question, each: Candidate) -> Document:
    record, sighting = each.document, each.sighting
    found: Document = {name: record[name] for name in ("id", "kind", "name", "summary") if name in record}
    found |= {"score": round(each.score, 4), "match": each.match}
    if each.matched:
        found["matched"] = {name: each.matched[name] for name in ("text", "lang", "role")}
    parts: Document = {
        "name": round(min(1.0, sighting.likeness.rough), 4),
        "way": sighting.way,
        "script": each.script,
        **each.agreement.verdicts,
    }
    if each.agreement.parenthood:
        parts["parent"] = each.agreement.parenthood
    return found | {"parts": parts, "reasons": reasons(question.name, each.matched, sighting, each.agreement)}


def _parameters(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter("name", "The name, in whichever language and spelling; or the record's id.", text(FREE_TEXT, 500), required=True, example="Tsinghau Univ."),
        Parameter("kind", "Only records of this kind, or that act as one of it.", words(tuple(KINDS))),
        Parameter("country", "The country that it is in (ISO 3166-1 alpha-2).", text(COUNTRY, 2, 2), example="CN"),
        Parameter("place", "A town, province or area that it is in.", text(FREE_TEXT, 200)),
        Parameter("type", "Its type, by the vocabulary of its kind.", text(KEY, 64), example="university"),
        Parameter("identifier", "An identifier of it: the scheme, a colon, the value.", text(IDENTIFIER, 241), occurs="repeated"),
        Parameter("limit", "How many candidates to answer at most.", whole(1, 20), default=5),
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "match_name", "GET", "/v1/matches", "Find the record that a name means",
        "Answers the records that a name may mean, the likeliest first, each with how likely it is and why. The name may be misspelled, "
        "abbreviated, in other words or another order, in English, Chinese or pinyin, or initials. A part is not taken for the whole.",
        match_one, (Answered(200, "The answer.", lambda _: MatchAnswer),), _parameters, tag="matching",
        follows_journal=True,
    ),
    Operation(
        "match_names", "POST", "/v1/matches", "Find the records that many names mean",
        "Answers the same for up to 500 names at once, each perhaps with a kind, a country, a place, a type and identifiers. Nothing is written, "
        "and no token is needed.",
        match_many, (Answered(200, "The answers, in the order of the questions.", lambda _: MatchAnswers),), body=MatchQuestions, tag="matching",
        repeatable=False,
    ),
)  # fmt: skip
