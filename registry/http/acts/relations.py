"""Who works with whom."""

from registry.http.operations import Call, Reply, paged
from registry.service import contradicting, relating


def partners(call: Call) -> Reply:
    """One line for each partner of a record."""
    values = call.values
    found = relating.partners(
        call.store, call.path["id"], standings=values["standing"] or (), kinds=values["kind"] or (),
        countries=values["country"] or (), with_parts=values["parts"] == "include", limit=values["limit"],
        after=values["cursor"] and values["cursor"].lower(),
    )  # fmt: skip
    return paged(call, {"items": found.items, "total": found.total}, found.next)


def contradictions(call: Call) -> Reply:
    """Values that are contradicted elsewhere, with both ends."""
    found = contradicting.contradictions(call.store, call.values["limit"], call.values["cursor"])
    return paged(call, {"items": found.items, "total": found.total}, found.next)
