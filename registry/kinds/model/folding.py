"""How texts are made comparable: for digests, for verbatim checks, for searching and matching."""

import hashlib
import re
import unicodedata
from functools import cache, lru_cache

from opencc.opencc import OpenCC

_ALIKE = str.maketrans({"‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-"})
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ANY_CJK = re.compile(f"[{_CJK}]")
_WORDS = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")


def squeezed(text: str) -> str:
    """The text with each run of white space made one space: what digests of passages are taken of."""
    return " ".join(text.split())


def digest_of(text: str) -> str:
    """`sha256:` and the hexadecimal SHA-256 of the squeezed text, as evidence states it."""
    return "sha256:" + hashlib.sha256(squeezed(text).encode()).hexdigest()


def folded(text: str) -> str:
    """The text without case, accents, full width (NFKC) and typographic quotes, in single spaces."""
    if text.isascii():
        return squeezed(text.lower())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_ALIKE).casefold())
    return squeezed("".join(c for c in plain if not unicodedata.combining(c)))


def has_cjk(text: str) -> bool:
    """Whether the text holds a Chinese character."""
    return not text.isascii() and _ANY_CJK.search(text) is not None


def simplified(text: str) -> str:
    """The text with traditional Chinese characters made simplified ones, so that either finds the other."""
    return str(_simplifier().convert(text)) if has_cjk(text) else text


@lru_cache(4096)  # each name is compared, searched and sorted by
def comparable(text: str) -> str:
    """The text as names are compared: folded, and in simplified characters."""
    return folded(simplified(text))


def words(text: str) -> list[str]:
    """The comparable words of a text, each run of Chinese characters being one word."""
    return _WORDS.findall(comparable(text))


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def slug(text: str) -> str:
    """A key that reads: lower-case ASCII words joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", folded(text).replace("'", "")))
