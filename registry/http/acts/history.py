"""The revisions of a record."""

import json

from registry.http.operations import Call, Reply
from registry.service import reading


def revisions(call: Call) -> Reply:
    """Which revisions there are."""
    found = reading.revisions(call.store, call.path["id"], int(call.values["cursor"] or 0), call.values["limit"])
    body: dict[str, object] = {"items": found.items}
    headers = []
    if found.more and found.items:
        body["next"] = call.url(cursor=found.items[-1]["version"])
        headers.append(("Link", f'<{body["next"]}>; rel="next"'))
    return Reply(json.dumps(body, ensure_ascii=False).encode(), headers=headers)


def revision(call: Call) -> Reply:
    """One of them, as the record was served then."""
    document = reading.revision(call.store, call.path["id"], int(call.path["version"]))
    return Reply(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
