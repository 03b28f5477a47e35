"""Who works with whom."""

import json

from registry.http.operations import Call, Reply
from registry.service import relating


def partners(call: Call) -> Reply:
    """One line for each partner of a record."""
    values = call.values
    found = relating.partners(
        call.store, call.path["id"], standings=values["standing"] or (), kinds=values["kind"] or (),
        countries=values["country"] or (), with_parts=values["parts"] == "include", limit=values["limit"],
        after=values["cursor"] and values["cursor"].lower(),
    )  # fmt: skip
    body: dict[str, object] = {"items": found.items, "total": found.total}
    headers = []
    if found.next:
        body["next"] = call.url(cursor=found.next)
        headers.append(("Link", f'<{body["next"]}>; rel="next"'))
    return Reply(json.dumps(body, ensure_ascii=False).encode(), headers=headers)
