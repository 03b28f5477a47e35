"""What waits for somebody: records that are overdue, unevidenced, contradicted or incomplete, and why each is."""

import datetime
import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from registry.errors import Unknown
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.store import records, upkeep
from registry.store.conditions import Part
from registry.store.database import Store
from registry.store.upkeep import Scope, Waiting


class Reason(NamedTuple):
    """One reason for which a record waits.

    `records` is what finds the numbers of the records today, `explained` says of one of them what the matter is. The
    list, its counts and its filter are read from these rows: a further reason is a further row.
    """

    code: str
    about: str
    records: Callable[[str], Part]
    explained: Callable[[Document], str]


class Worklist(NamedTuple):
    """A page of the list, how many records wait in all, how many for each reason, and where the next page begins."""

    items: list[Document]
    total: int
    counts: dict[str, int]
    next: str | None


def _overdue(record: Document) -> str:
    seen = record["record"]["verified_at"] or record["record"]["created_at"]
    return f"Its review was due on {record['record']['review_due']}; it was last looked at on {seen[:10]}."


def _unevidenced(record: Document) -> str:
    stale = [each["key"] for each in record["evidence"] if each["state"] == "stale"]
    return (
        f"Values changed since they were found in the passages of {', '.join(stale)}."
        if stale
        else "It has no evidence."
    )


def _contradicted(record: Document) -> str:
    return f"Contradicted: {', '.join(each['about'] for each in record['cautions'] if each['kind'] == 'contradicted')}."


def _incomplete(record: Document) -> str:
    return f"It lacks {', '.join(each.label for each in KINDS[record['kind']].lacking(record))}."


REASONS: tuple[Reason, ...] = (
    Reason("overdue", "Its review is past due.", upkeep.review_before, _overdue),
    Reason(
        "unevidenced", "It has no evidence, or evidence of which the values have changed since.",
        lambda _: upkeep.either(upkeep.without("has", "evidence"), upkeep.under("evidence", "stale")), _unevidenced,
    ),
    Reason("contradicted", "One of its values is contradicted elsewhere.", lambda _: upkeep.under("caution", "contradicted"), _contradicted),
    Reason(
        "waiting", "A change of it was handed in, and waits for review or publication.",
        lambda _: upkeep.reviewed_in("submitted", "in-review", "accepted"), lambda _: "A submission that was handed in would change it.",
    ),
    Reason("incomplete", "It lacks what a complete record of its kind has.", lambda _: upkeep.under("lacks"), _incomplete),
)  # fmt: skip
"""The reasons, the most pressing first."""


def today() -> str:
    """The day by which reviews are overdue."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def worklist(store: Store, scope: Scope, reasons: Sequence[str], limit: int, after: str | None) -> Worklist:
    """The records that wait for any of some reasons (or for any at all), those first whose review is due first.

    The counts are of all reasons, whichever were asked for. `after` is the position of the last record of the page
    before; raises Unknown where there is none.
    """
    found = {each.code: each.records(today()) for each in REASONS}
    wanted = upkeep.either(*(part for code, part in found.items() if code in reasons or not reasons))
    position = _position(store, after) if after is not None else None
    page = upkeep.page(store, wanted, scope, position, limit + 1) if limit else []
    why = upkeep.reasons_of(store, found, [each.number for each in page[:limit]])
    items = [_item(each, why[each.number]) for each in page[:limit]]
    counts = upkeep.counts(store, {**found, "": wanted}, scope)
    last = items[-1] if len(page) > limit > 0 else None
    return Worklist(items, counts.pop(""), counts, f"{last['review_due']}:{last['record']['id']}" if last else None)


def _position(store: Store, after: str) -> tuple[str, int]:
    due, _, ident = after.partition(":")
    there = records.read(store, ident)
    if there is None:
        raise Unknown("There is no such page: nothing ever stood there.")
    return due, there.number


def _item(waiting: Waiting, why: list[str]) -> Document:
    record = json.loads(waiting.bytes)
    return {
        "record": {name: record[name] for name in ("id", "kind", "name")},
        "reasons": [{"reason": each.code, "detail": each.explained(record)} for each in REASONS if each.code in why],
        "review_due": waiting.review_due,
        "changed_by": waiting.changed_by,
        "changed_at": waiting.changed_at,
    }
