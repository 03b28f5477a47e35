"""Requests that are sent twice act once: the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-07).

The key, the act and its answer stand in one transaction. A request that is refused leaves its key free.
"""

import hashlib
import json
import re
from collections.abc import Callable

from flask import request

from registry.errors import Fault, Reused
from registry.http.operations import Call, Reply
from registry.http.parameters import IDEMPOTENCY_KEY, read_header
from registry.store import answers

REPLAY = "Idempotent-Replay"


def once(call: Call, act: Callable[[Call], Reply], body: Callable[[], bytes]) -> Reply:
    """What the act answers; where the same request was answered before under its key, that answer again.

    Raises BadQuery for a malformed key, Reused for one that came with another request.
    """
    sent = read_header(IDEMPOTENCY_KEY, request.headers.get(IDEMPOTENCY_KEY.name))
    if sent is None or call.holder is None or call.rehearses:
        return act(call)
    holder, key = call.holder.name, _unquoted(sent)
    digest = _digest(body())
    with call.store.writing():
        if answers.claim(call.store, holder, key, digest):
            reply = act(call)
            headers = json.dumps([reply.media, reply.etag, reply.headers])
            answers.keep(call.store, holder, key, reply.status, headers, reply.content)
            return reply
        kept = answers.find(call.store, holder, key)
    if kept.request != digest:
        fault = Fault(
            "came with another method, address or body before: take a new one", parameter=IDEMPOTENCY_KEY.name
        )
        raise Reused("The Idempotency-Key was used for another request.", [fault])
    media, etag, headers = json.loads(kept.headers)
    again = [(name, value) for name, value in headers]
    return Reply(kept.body, kept.status, media, etag, [*again, (REPLAY, "true")])


def _unquoted(sent: str) -> str:
    """The key that a header means: a string of RFC 8941, or what stands there without quotes."""
    return re.sub(r"\\(.)", r"\1", sent[1:-1]) if sent.startswith('"') else sent


def _digest(body: bytes) -> str:
    said = [request.method, request.path, request.query_string.decode("ascii", "replace")]
    return hashlib.sha256("\0".join(said).encode() + b"\0" + body).hexdigest()
