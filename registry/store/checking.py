"""Whether the tables tell the same story: records, their revisions and the journal, beyond the digests of its lines."""

from collections.abc import Iterator

from registry.store.database import Store

_CHECKS = (
    (
        "Revision {1} of record {0} stands in no journal line.",
        "SELECT COALESCE(r.id, 'unknown'), v.version FROM revision v LEFT JOIN record r ON r.number = v.record "
        "LEFT JOIN journal j ON j.number = v.change AND j.record = r.id AND j.version = v.version WHERE j.number IS NULL",
    ),
    (
        "Record {0} is not at its newest revision.",
        "SELECT r.id FROM record r LEFT JOIN revision v ON v.record = r.number AND v.version = r.version "
        "AND v.change = r.change AND v.state = r.state WHERE v.version IS NULL "
        "OR EXISTS (SELECT 1 FROM revision w WHERE w.record = r.number AND w.version > r.version)",
    ),
    (
        "The moments or the kind of record {0} are not those of the journal.",
        "SELECT r.id FROM record r JOIN journal j ON j.number = r.change WHERE j.kind <> r.kind "
        "OR r.created_at <> (SELECT f.at FROM journal f WHERE f.record = r.id ORDER BY f.number LIMIT 1) "
        "OR r.updated_at <> (SELECT u.at FROM journal u WHERE u.record = r.id AND u.act <> 'verify' ORDER BY u.number DESC LIMIT 1)",
    ),
    (
        "The head of the journal says {0}, its last line {1}.",
        "SELECT h.at, j.at FROM journal_head h JOIN journal j ON j.number = h.number WHERE h.at <> j.at",
    ),
)
"""What is said where a statement finds a row, which the columns of that row fill in."""


def faults(store: Store) -> Iterator[str]:
    """Everything in which the tables contradict each other."""
    for said, sql in _CHECKS:
        for row in store.rows(f"{sql} LIMIT 100"):
            yield said.format(*row)
