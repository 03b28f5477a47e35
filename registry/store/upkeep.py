"""Which records wait for somebody's attention, found in the index."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from registry.store.conditions import Part, all_of
from registry.store.database import Store
from registry.store.indexing import ALL

_LAST = "SELECT u.number FROM journal u WHERE u.record = r.id AND u.act <> 'verify' ORDER BY u.number DESC LIMIT 1"


class Waiting(NamedTuple):
    """One record that waits: when it is due for review, its number, its bytes, and who last changed its content."""

    review_due: str
    number: int
    bytes: bytes
    changed_by: str
    changed_at: str


class Scope(NamedTuple):
    """Of which records the list is: of some kinds, tied to one of some organizations, last changed by some people."""

    kinds: Sequence[str] = ()
    organizations: Sequence[str] = ()
    officers: Sequence[str] = ()


def review_before(day: str) -> Part:
    """The records whose review was due before a day."""
    return Part("SELECT record FROM term WHERE field = 'review_due' AND high < ?", (day,))


def under(field: str, *values: str) -> Part:
    """The records that stand under a field of the index, with any of some values if these are named."""
    narrowed = f" AND low IN ({', '.join('?' * len(values))})" if values else ""
    return Part(f"SELECT record FROM term WHERE field = ?{narrowed}", (field, *values))


def without(field: str, value: str) -> Part:
    """The records that do not stand under a value."""
    sql = f"SELECT record FROM sort WHERE scope = '{ALL}' AND field = 'created' AND record NOT IN "
    return Part(sql + "(SELECT record FROM term WHERE field = ? AND low = ?)", (field, value))


def reviewed_in(*states: str) -> Part:
    """The records that a submission in one of some states would change."""
    return Part(
        "SELECT r.number AS record FROM submission_record x JOIN submission s ON s.number = x.submission "
        f"JOIN record r ON r.id = x.record WHERE r.state = 'published' AND s.state IN ({', '.join('?' * len(states))})",
        states,
    )


def either(*parts: Part) -> Part:
    """The records that any of several parts finds."""
    return all_of(parts, " UNION ")


def page(store: Store, found: Part, scope: Scope, after: tuple[str, int] | None, limit: int) -> list[Waiting]:
    """The records past a position, those first whose review is due first."""
    where = _within(found, scope)
    past = Part("(d.low, d.record) > (?, ?)", after) if after else Part("1 = 1")
    sql = (
        f"SELECT d.low, d.record, r.bytes, j.by_whom, j.at FROM term d JOIN record r ON r.number = d.record "
        f"JOIN journal j ON j.number = ({_LAST}) WHERE d.field = 'review_due' AND {past.sql} AND {where.sql} "
        "ORDER BY d.low, d.record LIMIT ?"
    )
    rows = store.rows(sql, (*past.values, *where.values, limit))
    return [Waiting(row[0], row[1], bytes(row[2]), row[3], row[4]) for row in rows]


def counts(store: Store, reasons: Mapping[str, Part], scope: Scope) -> dict[str, int]:
    """How many records each of several reasons finds; one statement."""
    found = {code: _within(each, scope) for code, each in reasons.items()}
    each = [
        Part(f"SELECT ? AS code, COUNT(*) FROM record r WHERE {where.sql}", (code, *where.values))
        for code, where in found.items()
    ]
    whole = all_of(each, " UNION ALL ")
    return dict(store.rows(whole.sql, whole.values))


def reasons_of(store: Store, reasons: Mapping[str, Part], numbers: Iterable[int]) -> dict[int, list[str]]:
    """Which of several reasons find each of some records; one statement."""
    wanted = list(numbers)
    if not wanted:
        return {}
    some = ", ".join("?" * len(wanted))
    each = [
        Part(
            f"SELECT w.record, ? AS code FROM ({found.sql}) w WHERE w.record IN ({some})",
            (code, *found.values, *wanted),
        )
        for code, found in reasons.items()
    ]
    whole = all_of(each, " UNION ALL ")
    by_number: dict[int, list[str]] = {}
    for number, code in store.rows(whole.sql, whole.values):
        by_number.setdefault(number, []).append(code)
    return by_number


def _within(found: Part, scope: Scope) -> Part:
    """The condition that `r` is among the records found, and within the scope."""
    parts = [Part(f"r.number IN ({found.sql})", found.values)]
    if scope.kinds:
        parts.append(Part(f"r.kind IN ({', '.join('?' * len(scope.kinds))})", tuple(scope.kinds)))
    if scope.organizations:
        some = ", ".join("?" * len(scope.organizations))
        own = f"SELECT o.number FROM record a JOIN record o ON o.id = COALESCE(a.survivor, a.id) WHERE a.id IN ({some})"
        tied = f"r.number IN ({own} UNION SELECT t.source FROM tie t WHERE t.target IN ({own}))"
        parts.append(Part(tied, (*scope.organizations, *scope.organizations)))
    if scope.officers:
        some = ", ".join("?" * len(scope.officers))
        sql = f"EXISTS (SELECT 1 FROM journal l WHERE l.number = ({_LAST}) AND l.by_whom IN ({some}))"
        parts.append(Part(sql, tuple(scope.officers)))
    return all_of(parts)
