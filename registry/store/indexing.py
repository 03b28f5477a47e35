"""What the registry derives from what is true: rows under which served documents are found. All can be made again."""

from collections.abc import Iterable
from typing import NamedTuple

from registry.kinds.model.dates import span
from registry.kinds.model.documents import Document
from registry.kinds.model.folding import comparable, has_cjk
from registry.kinds.model.kind import Kind
from registry.kinds.model.relations import RELATIONS
from registry.store.database import Store, marks
from registry.store.searching import SHORT, name_tokens, tokens, tsvector

ALL = "records"
"""The scope of sort rows for the list over all kinds."""

MOST_PARTS = 2
"""So many parts of the search index may be left to lie beside each other."""
_TABLES = ("term", "sort", "name", "identifier")


class Served(NamedTuple):
    """A record as it is to be indexed: its number in the store, its kind, and its served document."""

    number: int
    kind: Kind
    document: Document


def clear(store: Store) -> None:
    """Remove all index rows."""
    for table in (*_TABLES, "tie", "reference", "search", *(("search_word",) if store.sqlite else ())):
        store.change(f"DELETE FROM {table}")


def tidy(store: Store) -> None:
    """Merge the search index of SQLite into one part: each word is looked up in every part that writing has left."""
    if store.sqlite and store.rows("SELECT COUNT(DISTINCT segid) FROM search_idx") > [(MOST_PARTS,)]:
        with store.writing():
            store.change("INSERT INTO search (search) VALUES ('optimize')")


def forget(store: Store, numbers: Iterable[int]) -> None:
    """Remove the index rows of records."""
    gone = [(number,) for number in numbers]
    for table in _TABLES:
        store.change_many(f"DELETE FROM {table} WHERE record = ?", gone)
    for table in ("tie", "reference"):
        store.change_many(f"DELETE FROM {table} WHERE source = ?", gone)
    store.change_many(f"DELETE FROM search WHERE {'rowid' if store.sqlite else 'record'} = ?", gone)


def index(store: Store, served: list[Served], numbers: dict[str, int]) -> None:
    """Write the index rows of records, their old rows being gone; `numbers` knows each target's number."""
    insert = store.change_many
    insert(
        "INSERT INTO term (field, low, high, doubted, record) VALUES (?, ?, ?, ?, ?)",
        [(*term, r.number) for r in served for term in r.kind.terms(r.document)],
    )
    insert("INSERT INTO sort VALUES (?, ?, ?, ?)", [row for r in served for row in _sorts(r)])
    insert(
        "INSERT INTO name VALUES (?, ?)",
        {(comparable(n["text"])[:500], r.number) for r in served for n in r.document["names"]},
    )
    insert("INSERT INTO identifier VALUES (?, ?, ?)", [
        (*pair, r.number) for r in served for pair in r.kind.identifiers(r.document)
    ])  # fmt: skip
    insert(f"INSERT INTO tie VALUES ({marks(range(14))})", [row for r in served for row in _ties(r, numbers)])
    insert("INSERT INTO reference VALUES (?, ?)", [
        (r.number, numbers[ident]) for r in served for ident in r.kind.targets(r.document)
    ])  # fmt: skip
    texts = [(r.number, name_tokens([*(n["text"] for n in r.document["names"])] or [r.document["name"]]),
              tokens(s["text"] for s in r.document["summaries"])) for r in served]  # fmt: skip
    if store.sqlite:
        insert("INSERT INTO search (rowid, names, body) VALUES (?, ?, ?)", texts)
        there = sorted({word for _, names, body in texts for word in f"{names} {body}".split()})
        insert("INSERT INTO search_word VALUES (?) ON CONFLICT DO NOTHING", [
            (word,) for word in there if len(word) > SHORT and not has_cjk(word)
        ])  # fmt: skip
    else:
        insert(
            "INSERT INTO search VALUES (?, ?::tsvector, ?::tsvector)",
            [(n, tsvector(a), tsvector(b)) for n, a, b in texts],
        )


def _sorts(record: Served) -> Iterable[tuple[str, str, str, int]]:
    for field, value in record.kind.sort_values(record.document).items():
        yield record.kind.plural, field, value[:1000], record.number
        if field in record.kind.common_orders:
            yield ALL, field, value[:1000], record.number


def _ties(record: Served, numbers: dict[str, int]) -> Iterable[tuple[object, ...]]:
    for each in record.document["relations"]:
        if "target" in each:
            relation = RELATIONS[each["relation"]]
            party = relation.party and record.kind.convenes
            yield (
                record.number, each["key"], relation.code, numbers[each["target"]["id"]], each["standing"], int(party),
                int(relation.partnership), *span(each.get("since"), each.get("until")), *map(each.get, ("role", "since", "until")),
            )  # fmt: skip
