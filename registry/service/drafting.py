"""The document of a submission: made of what its author sends, and changed by what happens to it. Writes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from marshmallow import Schema

from registry.errors import Fault, Invalid
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document, repeated_key, with_keys
from registry.kinds.model.validation import loaded
from registry.kinds.model.views import view
from registry.service.settling import settled
from registry.service.submission import EDITABLE, Step, Submission, steps_from
from registry.store import journal, records, reserving
from registry.store.database import Store

_WRITER: Schema = view(Submission, "writer")()
_ORDER = tuple(Submission._declared_fields)


class Said(NamedTuple):
    """What somebody says with a step: a comment on the whole, and verdicts on single changes."""

    comment: str | None = None
    verdicts: Sequence[Document] = ()


def begun(store: Store, author: str, organizations: Sequence[str], body: Any) -> Document:
    """A new submission with what was sent, as a draft that is kept nowhere yet. Raises Invalid."""
    document = {
        "id": reserving.free_id(store), "author": author, "organizations": sorted(organizations),
        "created_at": journal.now(), "events": [], "state": "draft",
    }  # fmt: skip
    return happened(document | _shaped(store, body, {}), author, "create")


def edited(store: Store, present: Document, body: Any) -> Document:
    """A submission with other contents. Raises Invalid."""
    said = _shaped(store, body, present)
    document = {name: value for name, value in present.items() if name != "title"} | said
    last, author = document["events"][-1], document["author"]
    if (last["act"], last["by"]) == ("edit", author):
        document["events"] = document["events"][:-1]
    return happened(document, author, "edit")


def patched(present: Document, patch: Any) -> Any:
    """The contents that a patch makes: changes with a known key start from that change, whose members are replaced whole."""
    if not isinstance(patch, dict):
        return patch
    body = {name: present[name] for name in ("title", "changes") if name in present} | patch
    if isinstance(patch.get("changes"), list):
        known = {each["key"]: each for each in present["changes"]}
        body["changes"] = [_patched_change(known, each) for each in patch["changes"]]
    return {name: value for name, value in body.items() if value is not None}


def judged(document: Document, reviewer: str, verdicts: Sequence[Document], *, all_others: bool) -> Document:
    """The submission with what a reviewer says of its changes; all others are accepted, if so asked. Raises Invalid."""
    keys = [each["key"] for each in document["changes"]]
    named = [each["change"] for each in verdicts]
    faults = [
        Fault("has a verdict already" if key in keys else "is the key of none of the changes", f"/verdicts/{at}/change")
        for at, key in enumerate(named)
        if key not in keys or key in named[:at]
    ]
    if faults:
        raise Invalid("A verdict is on no change, or on one that has another.", faults)
    said = {each["change"]: {name: value for name, value in each.items() if name != "change"} for each in verdicts}
    if all_others:
        said = {key: said.get(key, {"verdict": "accept"}) for key in keys}
    by = {"by": reviewer, "at": journal.now()}
    changes = [
        each | ({"judgment": said[each["key"]] | by} if each["key"] in said else {}) for each in document["changes"]
    ]
    return document | {"changes": changes}


def unjudged(document: Document) -> Document:
    """The submission without what was said of its changes in an earlier review; the events keep that."""
    changes = [{name: value for name, value in each.items() if name != "judgment"} for each in document["changes"]]
    return document | {"changes": changes}


def refused(document: Document) -> set[str]:
    """The keys of the changes that were refused in the present review."""
    if document["state"] in EDITABLE:
        return set()
    return {each["key"] for each in document["changes"] if each.get("judgment", {}).get("verdict") == "refuse"}


def led_on(document: Document, step: Step, by: str, said: Said) -> Document:
    """The submission after a step."""
    document = document | {"state": step.target}
    if step.name == "submit":
        document["submitted_at"] = journal.now()
    if step.who == "reviewer" and step.name != "apply":
        document["reviewer"] = by
    more: Document = {"comment": said.comment} if said.comment else {}
    if said.verdicts:
        more["verdicts"] = list(said.verdicts)
    return happened(document, by, step.name, **more)


def happened(document: Document, by: str, act: str, **said: Any) -> Document:
    """The submission with one more event, its members in the order in which they are served."""
    moment = journal.now()
    event = {"at": moment, "by": by, "act": act, "state": document["state"], **said}
    whole = document | {
        "events": [*document["events"], event], "updated_at": moment, "steps": steps_from(document["state"]),
    }  # fmt: skip
    return {name: whole[name] for name in _ORDER if name in whole}


def line(document: Document) -> Document:
    """A submission in short."""
    names = ("id", "state", "title", "author", "organizations", "reviewer", "created_at", "updated_at", "submitted_at")
    kinds = {each["kind"] for each in document["changes"] if "kind" in each}
    short = {name: document[name] for name in names if name in document}
    return short | {"kinds": [name for name in KINDS if name in kinds], "changes": len(document["changes"])}


def _shaped(store: Store, body: Any, present: Document) -> Document:
    """What the author says in a body: validated, its changes keyed, ids given to the records it is to make."""
    kept = settled(store, Submission, body, present)
    said: Document = loaded(_WRITER, kept, "The submission is not valid.", body)
    with_keys({"changes": said["changes"]})
    twice = repeated_key({"changes": said["changes"]})
    if twice is not None:
        raise Invalid("Keys are unique within a submission.", [Fault(f"the key '{twice}' stands twice", "/changes")])
    before = {each["key"]: each for each in present.get("changes", [])}
    faults = [
        fault
        for at, each in enumerate(said["changes"])
        for fault in _identified(store, each, before.get(each["key"], {}), f"/changes/{at}")
    ]
    called = [each.get("temporary") for each in said["changes"]]
    faults += [
        Fault("stands for another new record already", f"/changes/{at}/temporary")
        for at, temporary in enumerate(called)
        if temporary is not None and temporary in called[:at]
    ]
    if faults:
        raise Invalid("The submission is not valid.", faults)
    return said


def _identified(store: Store, each: Document, before: Document, pointer: str) -> list[Fault]:
    """Give a change what the registry knows of it: the id that it reserves, the kind that it changes, its judgment."""
    if "judgment" in before:
        each["judgment"] = before["judgment"]
    if each["act"] != "create":
        there = records.read(store, each["id"])
        if there is not None:
            each.setdefault("kind", there.kind)
        return []
    reserved = before.get("id") if before.get("act") == "create" else None
    differs = each.get("id", reserved) != reserved
    each["id"] = reserved or reserving.free_id(store)
    return [Fault("is given by the registry: leave it out, or send what is there", f"{pointer}/id")] if differs else []


def _patched_change(known: Mapping[str, Document], patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    key = patch.get("key")
    whole = {**(known.get(key, {}) if isinstance(key, str) else {}), **patch}
    return {name: value for name, value in whole.items() if value is not None}
