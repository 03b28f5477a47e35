"""What people use who have no matching: the whole list of names, ranked by a plain measure of likeness.

Each answers the records of the best names, and how like the best is. From which likeness on the best is called a match is
chosen on the fitted half, as kindly as can be: so that it is right in 98 of 100, if it ever is.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process

Ranked = list[tuple[str, float]]
Baseline = Callable[[str], Ranked]
MOST = 5


def fuzzy(names: Sequence[tuple[str, str]], scorer: Callable[..., float], processor: Callable[[str], str]) -> Baseline:
    """Plain rapidfuzz: a scorer over all names, folded by a processor."""
    texts = [processor(name) for name, _ in names]

    def ranked(asked: str) -> Ranked:
        found = process.extract(processor(asked), texts, scorer=scorer, limit=40)
        return _once([(names[at][1], score / 100) for _, score, at in found])

    return ranked


def trigram(names: Sequence[tuple[str, str]]) -> Baseline:
    """Plain trigrams, as PostgreSQL's pg_trgm compares them: what two names share of all that they have."""
    grams = [(key, _trigrams(name)) for name, key in names]

    def ranked(asked: str) -> Ranked:
        own = _trigrams(asked)
        scored = [(key, len(own & its) / max(1, len(own | its))) for key, its in grams]
        return _once(sorted(scored, key=lambda pair: -pair[1])[:40])

    return ranked


def all_of(names: Sequence[tuple[str, str]]) -> dict[str, Baseline]:
    """The baselines by name."""
    return {
        "rapidfuzz WRatio": fuzzy(names, fuzz.WRatio, str.lower),
        "rapidfuzz ratio": fuzzy(names, fuzz.ratio, str.lower),
        "rapidfuzz token_sort": fuzzy(names, fuzz.token_sort_ratio, str.lower),
        "trigram": trigram(names),
    }


def _trigrams(text: str) -> frozenset[str]:
    padded = [f"  {word} " for word in "".join(c if c.isalnum() else " " for c in text.lower()).split()]
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def _once(found: Ranked) -> Ranked:
    seen: Counter[str] = Counter()
    kept = []
    for key, score in found:
        if not seen[key]:
            kept.append((key, score))
        seen[key] += 1
    return kept[:MOST]
