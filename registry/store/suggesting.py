"""Names that begin with what somebody has typed, or have a word that does."""

from registry.store.database import Store
from registry.store.searching import begun, fts5_query, tsquery

LOOKED_AT = 200
"""How many names are looked at in each of the two ways."""


def beginning(store: Store, typed: str, kinds: tuple[str, ...]) -> list[tuple[str, int]]:
    """Names, as they are compared, that begin with the text, the shortest first, each with its record's number."""
    narrowed, values = _narrowed(kinds)
    sql = (
        f"SELECT n.folded, n.record FROM name n JOIN record r ON r.number = n.record WHERE n.folded >= ? AND n.folded < ? "
        f"AND r.state = 'published'{narrowed} ORDER BY n.folded LIMIT {LOOKED_AT}"
    )
    return [(row[0], row[1]) for row in store.rows(sql, (typed, typed + "\U0010ffff", *values))]


def having(store: Store, typed: str, kinds: tuple[str, ...]) -> list[int]:
    """The numbers of records that have a name with words that begin so, in either script, or sound so."""
    asked = fts5_query(typed, begun(store, typed)) if store.sqlite else tsquery(typed)
    if not asked:
        return []
    narrowed, values = _narrowed(kinds)
    if store.sqlite:
        sql = f"SELECT r.number FROM search f CROSS JOIN record r WHERE r.number = f.rowid AND search MATCH ?{narrowed} LIMIT {LOOKED_AT}"
        return [row[0] for row in store.rows(sql, (f"names : ({asked})", *values))]
    sql = f"SELECT r.number FROM search f JOIN record r ON r.number = f.record WHERE f.names @@ ?::tsquery{narrowed} LIMIT {LOOKED_AT}"
    return [row[0] for row in store.rows(sql, (asked, *values))]


def _narrowed(kinds: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    return (f" AND r.kind IN ({', '.join('?' * len(kinds))})", kinds) if kinds else ("", ())
