"""Submissions as they are kept: one document each, found by author, state, organization and kind."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from registry.kinds.model.documents import Document
from registry.store import reserving
from registry.store.database import Store


class Held(NamedTuple):
    """One submission as it is kept, and the number that orders it among all."""

    number: int
    id: str
    etag: str
    document: Document

    @property
    def content(self) -> bytes:
        """The document as it is served."""
        return written(self.document)


_COLUMNS = "number, id, etag, document"


def written(document: Document) -> bytes:
    """The bytes that the ETag is a digest of."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def read(store: Store, ident: str) -> Held | None:
    """The submission with this id."""
    row = store.row(f"SELECT {_COLUMNS} FROM submission WHERE id = ?", [ident])
    return _held(*row) if row else None


def hold(store: Store, ident: str) -> Held | None:
    """The submission with this id, which nobody else can change until the transaction ends."""
    row = store.row(f"UPDATE submission SET state = state WHERE id = ? RETURNING {_COLUMNS}", [ident])
    return _held(*row) if row else None


def add(store: Store, document: Document) -> Held:
    """Keep a new submission."""
    row = store.row(
        "INSERT INTO submission (id, author, state, etag, document) VALUES (?, ?, '', '', '') RETURNING number",
        [document["id"], document["author"]],
    )
    assert row is not None
    store.change_many(
        "INSERT INTO submission_organization VALUES (?, ?)", [(each, row[0]) for each in document["organizations"]]
    )
    return put(store, row[0], document)


def put(store: Store, number: int, document: Document) -> Held:
    """Keep a submission as it is now, and the ids that it reserves."""
    content = written(document)
    etag = hashlib.sha256(content).hexdigest()[:32]
    store.change(
        "UPDATE submission SET state = ?, submitted_at = ?, etag = ?, document = ? WHERE number = ?",
        [document["state"], document.get("submitted_at"), etag, content.decode(), number],
    )
    store.change("DELETE FROM submission_kind WHERE submission = ?", [number])
    kinds = {each["kind"] for each in document["changes"] if "kind" in each}
    store.change_many("INSERT INTO submission_kind VALUES (?, ?)", [(kind, number) for kind in sorted(kinds)])
    store.change("DELETE FROM submission_record WHERE submission = ?", [number])
    touched = {each[name] for each in document["changes"] for name in ("id", "into") if each.get(name)}
    store.change_many("INSERT INTO submission_record VALUES (?, ?)", [(ident, number) for ident in sorted(touched)])
    reserving.reserve(store, (each["id"] for each in document["changes"] if each["act"] == "create"), number)
    return Held(number, document["id"], etag, document)


def listed(
    store: Store, *, reader: str | None, organizations: Sequence[str], handed_in: bool, states: Sequence[str],
    authors: Sequence[str], kinds: Sequence[str], before: int | None, limit: int,
) -> list[Held]:  # fmt: skip
    """The newest submissions that somebody may see: the reader's own, those of organizations, all that were handed in."""
    seen = ["author = ?"]
    values: list[object] = [reader]
    if organizations:
        seen.append(
            f"number IN (SELECT submission FROM submission_organization WHERE {_one_of('organization', organizations)})"
        )
        values += organizations
    if handed_in:
        seen.append("submitted_at IS NOT NULL")
    where = [f"({' OR '.join(seen)})"]
    narrowed = (("state", states), ("author", authors))
    for name, wanted in narrowed:
        if wanted:
            where.append(_one_of(name, wanted))
            values += wanted
    if kinds:
        where.append(f"number IN (SELECT submission FROM submission_kind WHERE {_one_of('kind', kinds)})")
        values += kinds
    if before is not None:
        where.append("number < ?")
        values.append(before)
    sql = f"SELECT {_COLUMNS} FROM submission WHERE {' AND '.join(where)} ORDER BY number DESC LIMIT ?"
    return [_held(*row) for row in store.rows(sql, [*values, limit])]


def _one_of(column: str, wanted: Iterable[str]) -> str:
    return f"{column} IN ({', '.join('?' for _ in wanted)})"


def _held(number: int, ident: str, etag: str, document: str) -> Held:
    return Held(number, ident, etag, json.loads(document))
