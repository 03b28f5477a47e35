"""Listing, reading and writing records."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from registry.formats import csv, jsonl
from registry.http.operations import CSV, JSON, JSONL, Call, Reply, as_json
from registry.http.topics.submissions import shown
from registry.kinds.catalogue import KINDS
from registry.kinds.model.kind import Kind
from registry.service import access, asking, exporting, find, reading, registering, submitting
from registry.service.access import Holder
from registry.service.find import Asked
from registry.store.publishing import Published

LIST_OPTIONS = ("q", "sort", "facets", "limit", "cursor", "total", "fields", "format")
"""Parameters of lists that are no filters."""


def listed(call: Call) -> Reply:
    """A page of records, or a stream of all that are found."""
    asked = _asked(call)
    if call.form != JSON:
        return _streamed(call, asked)
    answer = find.find(call.store, asked, call.change)
    rest: dict[str, Any] = {"total_relation": "exact" if answer.exact else "at-least"}
    if answer.total is not None:
        rest["total"] = answer.total
    headers = [("Registry-Change", str(answer.change))]
    if answer.cursor:
        rest["next"] = call.url(cursor=answer.cursor)
        headers.append(("Link", f'<{rest["next"]}>; rel="next"'))
    if asked.facets:
        rest["facets"] = {
            name: [{"value": value, "count": count, "doubted": doubted} for value, (count, doubted) in counts.items()]
            for name, counts in answer.facets.items()
        }
    items = _chosen(answer.items, fields) if (fields := call.values["fields"]) else answer.items
    return Reply(_page(list(items), rest), etag=_chosen_tag(call, answer.tag), headers=headers)


def _page(items: list[bytes], rest: dict[str, Any]) -> bytes:
    """A page as JSON: the bytes of its items are joined once, and copied no more."""
    start, end = b'{"items":[', b"]," + as_json(rest)[1:]
    if not items:
        return start + end
    items[0], items[-1] = start + items[0], items[-1] + end if len(items) > 1 else start + items[0] + end
    return b",".join(items)


def list_tag(call: Call, change: int | None = None) -> str:
    """The entity tag of a list as the journal ended with `change`, or ends now: known without making the list."""
    return _chosen_tag(call, find.tag(call.store, _asked(call), change))


def _chosen_tag(call: Call, tag: str) -> str:
    fields = ",".join(call.values["fields"] or ())
    return f"{tag}-{fields}" if fields else tag


def read(call: Call) -> Reply:
    """One record, as it is or as it was."""
    moment = call.values["as_of"]
    if moment:
        document = reading.read_as_of(call.store, call.path["id"], moment, call.kind)
        return Reply(as_json(document))
    found = reading.read(call.store, call.path["id"], call.kind)
    headers = [] if call.kind else [("Content-Location", f"/v1/{KINDS[found.kind].plural}/{found.id}")]
    return Reply(found.bytes, etag=found.etag, headers=headers)


def create(call: Call) -> Reply:
    """A new record; of somebody who may not publish, a submission of one."""
    kind, holder = _writing(call)
    why = call.values["reason"] or ""
    if not access.reaches(holder, "curator"):
        if call.rehearses:
            return Reply(submitting.rehearse_one(call.store, holder, kind, call.body(), why))
        return shown(submitting.propose(call.store, holder, kind, call.body(), why), 202)
    made = registering.create(call.store, kind, call.body(), holder.name, why, rehearse=call.rehearses)
    if call.rehearses:
        return Reply(made.stored.bytes)
    location = f"/v1/{kind.plural}/{made.stored.id}"
    return Reply(made.stored.bytes, 201, etag=made.stored.etag, headers=[("Location", location)])


def replace(call: Call) -> Reply:
    """Another document in a record's place."""
    kind, holder = _writing(call)
    reading.expect(call.store, call.path["id"], kind, call.tags)
    return _changed(call, registering.replace(
        call.store, kind, call.path["id"], call.body(), call.tags, holder.name, call.values["reason"] or "",
        rehearse=bool(call.values["dry_run"]),
    ))  # fmt: skip


def amend(call: Call) -> Reply:
    """Some members of a record changed."""
    kind, holder = _writing(call)
    reading.expect(call.store, call.path["id"], kind, call.tags)
    return _changed(call, registering.amend(
        call.store, kind, call.path["id"], call.body(), call.tags, holder.name, call.values["reason"] or "",
        rehearse=bool(call.values["dry_run"]),
    ))  # fmt: skip


def withdraw(call: Call) -> Reply:
    """A record withdrawn."""
    kind, holder = _writing(call)
    registering.withdraw(
        call.store,
        kind,
        call.path["id"],
        call.tags,
        holder.name,
        call.values["reason"],
        rehearse=bool(call.values["dry_run"]),
    )
    return Reply(status=204)


def _changed(call: Call, made: Published) -> Reply:
    return Reply(made.stored.bytes, etag=None if call.values["dry_run"] else made.stored.etag)


def _writing(call: Call) -> tuple[Kind, Holder]:
    assert call.kind is not None and call.holder is not None
    return call.kind, call.holder


def _asked(call: Call) -> Asked:
    known = asking.askables(call.kind)
    filters = {name: call.values[name] for name in call.given if name in known}
    return Asked(
        call.kind, filters, call.values["q"] or "", call.values["sort"] or (), call.values["facets"] or (),
        call.values["limit"], call.values["cursor"], call.values["total"],
        call.values["parts"] == "include",
    )  # fmt: skip


def _streamed(call: Call, asked: Asked) -> Reply:
    change, documents = find.stream(call.store, asked)
    fields = call.values["fields"] or ()
    headers, tag = [("Registry-Change", str(change))], list_tag(call, change)
    if call.form == CSV:
        name = call.kind.plural if call.kind else "records"
        headers.append(("Content-Disposition", f'attachment; filename="{name}.csv"'))
        rows = exporting.rows(documents, call.kind, fields)
        return Reply(
            media=CSV + "; charset=utf-8; header=present",
            etag=tag,
            parts=csv.written(exporting.headings(call.kind, fields), rows),
            headers=headers,
        )
    return Reply(
        media=JSONL, etag=tag, parts=jsonl.written(_chosen(documents, fields) if fields else documents), headers=headers
    )


def _chosen(documents: Iterable[bytes], fields: Iterable[str]) -> Iterator[bytes]:
    wanted = {"id", *fields}
    return (as_json({k: v for k, v in json.loads(each).items() if k in wanted}) for each in documents)
