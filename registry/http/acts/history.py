"""The revisions of a record."""

import json

from registry.http.operations import Call, Reply, paged
from registry.service import reading


def revisions(call: Call) -> Reply:
    """Which revisions there are."""
    found = reading.revisions(call.store, call.path["id"], int(call.values["cursor"] or 0), call.values["limit"])
    last = str(found.items[-1]["version"]) if found.more and found.items else None
    return paged(call, {"items": found.items}, last)


def revision(call: Call) -> Reply:
    """One of them, as the record was served then."""
    document = reading.revision(call.store, call.path["id"], int(call.path["version"]))
    return Reply(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
