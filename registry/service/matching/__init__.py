"""Matching: which record is meant by somebody who knows a name, and which records a new one may be already."""

from registry.service.matching.asking import Answer, Candidate, match
from registry.service.matching.questions import Fact, Question, Verdict
from registry.service.matching.resembling import MOST, candidates, refuse_duplicates, undecided

__all__ = [
    "MOST", "Answer", "Candidate", "Fact", "Question", "Verdict", "candidates", "match", "refuse_duplicates", "undecided",
]  # fmt: skip
