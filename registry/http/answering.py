"""From a request to its answer: understood, checked, done and presented; by its WSGI environment, and nothing of Flask."""

import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode

from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request

from registry.errors import NotAcceptable, Unconditional
from registry.http.acts.records import list_tag, listed
from registry.http.answers import FRAMED, POLICY, TO_BE_ASKED_AGAIN, Kept, Made, asked_by, unchanged
from registry.http.bodies import data_of, read_body
from registry.http.conditional import current, tags_of
from registry.http.document import described
from registry.http.operations import CSV, JSON, JSONL, Call, Operation, Reply
from registry.http.parameters import IF_MATCH, IF_NONE_MATCH, Parameters, read_header
from registry.http.repeating import once
from registry.kinds.model.kind import Kind
from registry.service.access import Holder
from registry.settings import Settings
from registry.store.database import Store

Said = Mapping[str, Any]
"""All that a request says: its WSGI environment."""

FORMS = {"json": JSON, "jsonl": JSONL, "csv": CSV, "graphml": "application/graphml+xml"}
COMPRESSED_FROM = 2048
QUERY = "!$%&'()*+,-./:;=?@_~"
"""What stands in the query of an address as it is, besides letters and digits."""


class Answering:
    """How one operation is answered, for one kind where there is one of each."""

    def __init__(self, operation: Operation, kind: Kind | None, store: Store, settings: Settings, kept: Kept) -> None:
        self.operation = operation
        self._kind, self._store, self._settings, self._kept = kind, store, settings, kept
        self._parameters = Parameters(operation.all_parameters(kind))

    def answer(self, said: Said, path: dict[str, str], holder: Holder | None, change: int | None) -> Made:
        """The answer to a request; `change` is where the journal ends, for what follows it.

        What was answered to the same request since then is answered again. Raises refusals, and what Werkzeug raises.
        """
        ready = self._kept.given(said, change) if change is not None else None
        return ready or self.anew(said, path, holder, change)

    def anew(self, said: Said, path: dict[str, str], holder: Holder | None, change: int | None) -> Made:
        """The same, made whether it is ready or not, and kept if it follows the journal."""
        made = self._made(said, path, holder, change)
        if change is not None and (made.status == 304 or (made.status == 200 and isinstance(made.content, bytes))):
            self._kept.put(asked_by(said, change), made)
        return made

    def _made(self, said: Said, path: dict[str, str], holder: Holder | None, change: int | None) -> Made:
        operation, settings = self.operation, self._settings
        asked = _query(said)
        values = self._parameters.read_query(asked)
        self._parameters.read_path(path)
        tags, form = _tags(operation, said), _form(operation, values, said)
        return _respond(Call(
            self._store, settings, operation, self._kind, values, path, holder, tags, form, partial(_next_url, said),
            lambda: settings.address.rstrip("/") or Request(dict(said)).host_url.rstrip("/"),
            lambda: read_body(operation, settings), lambda form: described(settings.seeds, form), change, asked.keys(),
        ), said)  # fmt: skip


def _query(said: Said) -> dict[str, list[str]]:
    """The parameters of the query by their names, as Werkzeug reads them."""
    text = said.get("QUERY_STRING", "")
    if not text.isascii():
        return Request(dict(said)).args.to_dict(flat=False)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in _pairs(text):
        found[name].append(value)
    return found


def _pairs(text: str) -> Iterable[Sequence[str]]:
    if "%" in text or "+" in text:
        return parse_qsl(text, keep_blank_values=True, errors="werkzeug.url_quote")
    return [pair.partition("=")[::2] for pair in text.split("&") if pair]  # the same, where nothing is to be decoded


def _respond(call: Call, said: Said) -> Made:
    asked = (
        read_header(IF_NONE_MATCH, said.get("HTTP_IF_NONE_MATCH"))
        if call.operation.conditional and not call.operation.writes
        else None
    )
    if asked and call.operation.act is listed:
        own = _tag(list_tag(call), call.form)
        if known := current(asked, own):
            return _not_modified(known, own)
    if call.operation.keyed:
        reply = once(call, call.operation.act, lambda: data_of(call.settings))
    else:
        reply = call.operation.act(call)
    tag = _tag(reply.etag, call.form) if reply.etag else None
    if asked and tag and (known := current(asked, tag)):
        return _not_modified(known, tag)
    return _presented(reply, tag, call, said.get("HTTP_ACCEPT_ENCODING", ""))


def _presented(reply: Reply, tag: str | None, call: Call, encodings: str) -> Made:
    content, headers, plain = reply.content, reply.headers, tag
    if reply.parts is None and len(content) >= COMPRESSED_FROM and _takes_gzip(encodings):
        content = gzip.compress(content, 1, mtime=0)
        headers = [*headers, ("Content-Encoding", "gzip")]
        tag = f"{tag}--gzip" if tag else None
    unkept = call.operation.writes or call.operation.private or not tag
    said = [("Cache-Control", "no-store") if unkept else TO_BE_ASKED_AGAIN, *headers]
    if tag:
        said.append(("ETag", f'"{tag}"'))
    if reply.status == 204:
        return Made(204, None, said)
    said.append(("Content-Type", reply.media))
    policy = FRAMED if call.operation.framed else POLICY
    return Made(reply.status, content if reply.parts is None else reply.parts, said, plain, policy)


def _not_modified(known: str, tag: str | None) -> Made:
    return Made(304, None, unchanged(known), tag)


def _tag(tag: str, form: str) -> str:
    return tag if form == JSON else f"{tag};{form.partition('/')[2]}"


def _tags(operation: Operation, said: Said) -> frozenset[str] | None:
    if not (operation.conditional and operation.writes):
        return None
    header = read_header(IF_MATCH, said.get("HTTP_IF_MATCH"))
    if header is None:
        raise Unconditional("Send If-Match with the ETag of the version that you mean to change.")
    return tags_of(header)


def _form(operation: Operation, values: dict[str, Any], said: Said) -> str:
    """The form of the answer: as `format` says, else the best that Accept allows."""
    forms = operation.answers[0].forms
    if len(forms) == 1:
        return forms[0]
    if values.get("format"):
        return FORMS[values["format"]]
    accepted = said.get("HTTP_ACCEPT")
    if not accepted:
        return forms[0]
    best = _best(accepted, forms)
    if best is None:
        raise NotAcceptable(f"This comes as {', '.join(forms)}.")
    return best


@lru_cache(200)  # clients say the same thing each time
def _best(accepted: str, forms: tuple[str, ...]) -> str | None:
    return parse_accept_header(accepted, MIMEAccept).best_match(forms)


@lru_cache(200)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept)["gzip"] > 0


def _next_url(said: Said, **changed: Any) -> str:
    """The address of the request with some parameters changed: it is told as it came, but for what no address holds."""
    pairs = said.get("QUERY_STRING", "").split("&")
    kept = [pair for pair in pairs if pair and _name_in(pair) not in changed]
    path = "/" + said.get("PATH_INFO", "").encode("latin1").decode(errors="replace").lstrip("/")
    return f"{path}?{quote('&'.join([*kept, urlencode(changed)]), safe=QUERY)}"


def _name_in(pair: str) -> str:
    name = pair.partition("=")[0]
    return unquote_plus(name) if "%" in name or "+" in name else name
