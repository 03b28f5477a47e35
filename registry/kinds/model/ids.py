"""Ids of records: eight Crockford base-32 characters, the first a letter, and two check digits.

The check digits are ISO 7064 MOD 97-10 over the number that the eight characters write, as ROR computes them.
Ids are read in either case and written in lower case.
"""

import hashlib
import re
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LETTERS = ALPHABET[10:]
_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
PATTERN = r"[a-hjkmnp-tv-zA-HJKMNP-TV-Z][0-9a-hjkmnp-tv-zA-HJKMNP-TV-Z]{7}[0-9]{2}"


def drawn() -> str:
    """A new id, at random."""
    return _written(secrets.randbits(64))


def from_key(key: str, attempt: int = 0) -> str:
    """The id of a seed, from the SHA-256 of its key; a further `attempt` is made where the id is taken."""
    text = f"{key}#{attempt}" if attempt else key
    return _written(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def is_sound(text: str) -> bool:
    """Whether the text is an id, and its check digits fit."""
    return re.fullmatch(PATTERN, text) is not None and check_digits(text[:8].lower()) == text[8:]


def check_digits(body: str) -> str:
    """The two digits that belong behind the number which some characters write."""
    return f"{98 - int(body.translate(_DIGITS), 32) * 100 % 97:02d}"


def _written(number: int) -> str:
    body = _LETTERS[number % len(_LETTERS)]
    number //= len(_LETTERS)
    for _ in range(7):
        body += ALPHABET[number % 32]
        number //= 32
    return body + check_digits(body)
