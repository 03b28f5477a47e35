"""Finding: pages of records under filters, searches, facets, orders; and streams of all that is found."""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from registry.errors import Unknown
from registry.kinds.model.kind import Kind
from registry.service import asking
from registry.store import finding, journal
from registry.store.database import Store
from registry.store.meeting import Query
from registry.store.ranking import RANKED


@dataclass(frozen=True)
class Asked:
    """What a client asks of a list; `kind` is None for the list over all kinds."""

    kind: Kind | None
    filters: Mapping[str, Sequence[str]]
    text: str = ""
    order: Sequence[str] = ()
    facets: Sequence[str] = ()
    limit: int = 50
    cursor: str | None = None
    total: bool = True
    with_parts: bool = False


class Answer(NamedTuple):
    """One page: the records' bytes in order, how many there are in all, and the cursor of the next page."""

    items: Sequence[bytes]
    total: int | None
    exact: bool
    cursor: str | None
    facets: dict[str, dict[str, tuple[int, int]]]
    change: int
    tag: str


def find(store: Store, asked: Asked, change: int | None = None) -> Answer:
    """A page of records; `change` tells where the journal ends, if that is known.

    Raises Unknown for a cursor of another query.
    """
    change = journal.head(store) if change is None else change
    query, digest = _query(asked, change)
    after = _position(asked.cursor, digest, len(query.order) + 1 if not query.text else 1)
    page = finding.page(store, query, asked.limit, after) if asked.limit else finding.Page()
    whole = after is None and asked.limit > 0 and not page.more
    total = len(page.items) if whole else _total(store, query, page) if asked.total else None
    facets = finding.facets(store, query, list(asked.facets)) if asked.facets else {}
    cursor = _cursor(digest, page.last) if page.more else None
    exact = total is None or not query.text or total < RANKED
    return Answer(page.items, total, exact, cursor, facets, change, _tag(asked, digest, change))


def _total(store: Store, query: Query, page: finding.Page) -> int:
    return finding.total(store, query) if page.found is None else page.found


def stream(store: Store, asked: Asked) -> tuple[int, Iterator[bytes]]:
    """The journal number before the first record, and all records that are found, in the order of their ids."""
    query, _ = _query(asked)
    return journal.head(store), finding.walk(store, query)


def tag(store: Store, asked: Asked, change: int | None = None) -> str:
    """The entity tag of a page: a digest of the query, and the journal's number, as it was before the page was read."""
    return _tag(asked, _query(asked)[1], journal.head(store) if change is None else change)


def _tag(asked: Asked, digest: str, change: int) -> str:
    rest = repr((asked.limit, asked.cursor, tuple(asked.facets), asked.total))
    return f"{change}-{digest}{zlib.crc32(rest.encode()):08x}"


def _query(asked: Asked, change: int | None = None) -> tuple[Query, str]:
    filters = tuple([(name, tuple(operands)) for name, operands in asked.filters.items()])
    query, digest = _understood(asked.kind, filters, asked.text, tuple(asked.order), asked.with_parts)
    return query._replace(change=change), digest


@lru_cache(1000)  # whoever pages through a list, or counts it, asks for it again
def _understood(
    kind: Kind | None,
    filters: tuple[tuple[str, tuple[str, ...]], ...],
    text: str,
    sorts: tuple[str, ...],
    with_parts: bool,
) -> tuple[Query, str]:
    """What a list asks for, wherever its page begins; and a digest of it."""
    order = tuple((name.removeprefix("-"), name.startswith("-")) for name in sorts) or (("name", False),)
    found = asking.conditions(kind, dict(filters), with_parts=with_parts)
    scope = asking.scope(kind)
    said = [scope, text, order, with_parts, *sorted(filters)]
    return Query(scope, tuple(found), text, order), hashlib.blake2b(repr(said).encode(), digest_size=6).hexdigest()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _cursor(digest: str, position: tuple[Any, ...]) -> str:
    text = _encode([digest, *position])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str | None, digest: str, length: int) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        whose, *position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        *texts, number = position
        "".join(texts).encode()
    except (ValueError, TypeError, binascii.Error, UnicodeDecodeError):
        whose, position, texts, number = "", [], [], 0
    sound = len(position) == length and not any("\0" in text for text in texts) and type(number) is int
    if whose != digest or not sound or not 0 <= number < 2**62:
        raise Unknown("There is no such page: the cursor belongs to another query, or was changed on its way.")
    return tuple(position)
