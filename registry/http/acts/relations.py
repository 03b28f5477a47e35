"""Who works with whom."""

from registry.formats import csv
from registry.http.operations import CSV, Call, Reply, paged
from registry.kinds.model import dates
from registry.kinds.model.documents import Document
from registry.service import contradicting, relating

COLUMNS = (
    "partner.id", "partner.kind", "partner.name", "standing", "holder.id", "holder.kind", "holder.name", "own.relation", "own.role",
    "partner.relation", "partner.role", "way.standing", "since", "until", "evidence", "direct", "own.key", "partner.key", "own.since", "own.until", "partner.since", "partner.until",
    "part.id", "part.kind", "part.name", "cautions",
)  # fmt: skip
"""The columns of partners as CSV: one row for each way."""


def partners(call: Call) -> Reply:
    """One line for each partner of a record; as CSV, one for each way."""
    values, day = call.values, call.values["active_on"]
    wanted = relating.Wanted(
        values["standing"] or (), values["kind"] or (), values["country"] or (), values["relation"] or (), values["role"] or (),
        dates.asked(day) if day else None, values["certain"], values["parts"] == "include", values["lifecycle"] or (),
    )  # fmt: skip
    whole = call.form == CSV
    found = relating.partners(
        call.store, call.path["id"], wanted, order=values["sort"] or "name", facets=values["facets"] or (),
        limit=10**6 if whole else values["limit"], after=values["cursor"],
    )  # fmt: skip
    if whole:
        rows = ([_cell(line, way, name) for name in COLUMNS] for line in found.items for way in line["ways"])
        return Reply(media=CSV + "; charset=utf-8; header=present", parts=csv.written(COLUMNS, rows))
    body: dict[str, object] = {"items": found.items, "total": found.total}
    if values["facets"]:
        body["facets"] = {
            name: [{"value": value, "count": count, "doubted": doubted} for value, (count, doubted) in counts.items()]
            for name, counts in found.facets.items()
        }
    return paged(call, body, found.next)


def _cell(line: Document, way: Document, column: str) -> str:
    thing, _, member = column.partition(".")
    if column in ("partner.id", "partner.kind", "partner.name"):
        return str(line["partner"][member])
    if column == "standing":
        return str(line["standing"])
    if column in ("evidence", "cautions"):
        return " ".join(way.get(column, ()))
    if column == "direct":
        return str(way["direct"]).lower()
    if thing in ("own", "partner", "holder", "part"):
        return str(way.get(thing, {}).get(member, ""))
    return str(way.get(member or thing, ""))


def contradictions(call: Call) -> Reply:
    """Values that are contradicted elsewhere, with both ends."""
    found = contradicting.contradictions(call.store, call.values["limit"], call.values["cursor"])
    return paged(call, {"items": found.items, "total": found.total}, found.next)
