"""Submitting: proposing changes, having them reviewed, and publishing what was accepted in one transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from registry.errors import Conflict, Fault, Invalid, NotYours, Stale, Unknown
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import Kind
from registry.service import access, drafting, registering
from registry.service.access import Holder
from registry.service.drafting import Said
from registry.service.reading import known
from registry.service.submission import EDITABLE, ENDED, MOST_EVENTS, STEPS, Step, steps_from
from registry.service.weighing import Weighed, exchanged, prepare, weigh
from registry.store import submissions
from registry.store.database import Store
from registry.store.journal import deciding
from registry.store.submissions import Held

Tags = frozenset[str] | None
SILENT = Said()


def create(store: Store, holder: Holder, body: Any) -> Held:
    """Keep a new draft. Raises Invalid for what no registry would take; what its state forbids is left to submitting."""
    document = drafting.begun(store, holder.name, holder.organizations, body)
    _demand_validity(store, document)
    with store.writing():
        return submissions.add(store, document)


def rehearse(store: Store, holder: Holder, body: Any) -> Document:
    """What a submission would come to: the difference of each change, candidates, all faults. Keeps nothing."""
    document = drafting.begun(store, holder.name, holder.organizations, body)
    new = {each["id"]: each.get("temporary", each["id"]) for each in document["changes"] if each["act"] == "create"}
    found = _told(weigh(store, document["changes"]))
    for effect in (effect for line in found["changes"] for effect in line["effects"]):
        effect["differences"] = exchanged(effect["differences"], new)
        if effect["id"] in new:
            del effect["id"]
    return found


def propose(store: Store, holder: Holder, kind: Kind, body: Any, why: str) -> Held:
    """Submit one new record, already handed in. Raises as registering it would, and Invalid where it has no evidence."""
    rehearse_one(store, holder, kind, body, why)
    change = {"act": "create", "kind": kind.name, "document": body} | ({"reason": why} if why else {})
    document = drafting.begun(store, holder.name, holder.organizations, {"changes": [change]})
    with store.writing():
        return submissions.add(store, drafting.led_on(document, STEPS["submit"], holder.name, SILENT))


def rehearse_one(store: Store, holder: Holder, kind: Kind, body: Any, why: str) -> bytes:
    """One new record as it would be once it is reviewed and published. Raises as `propose` does."""
    made = registering.create(store, kind, body, holder.name, why, rehearse=True)
    faults = registering.lacking_evidence(json.loads(made.stored.bytes))
    if faults:
        raise Invalid("There is no evidence.", faults)
    return made.stored.bytes


def read(store: Store, holder: Holder, ident: str) -> Held:
    """A submission. Raises Unknown where there is none that the holder may see."""
    return _seen(holder, submissions.read(store, known(ident)), ident)


def outcome(store: Store, holder: Holder, ident: str) -> Document:
    """What a submission would come to if it were applied now. Raises Conflict where nothing more will come of it."""
    document = read(store, holder, ident).document
    if document["state"] in ENDED:
        raise Conflict(f"Nothing more comes of a submission that is {document['state']}.")
    return _told(weigh(store, document["changes"], drafting.refused(document)))


def expect(store: Store, holder: Holder, ident: str, tags: Tags, step: str | None = None) -> None:
    """Refuse an edit, or a step, before its body is looked at. Raises as these do."""
    held = read(store, holder, ident)
    if step is None:
        _permit_edit(holder, held, tags)
    else:
        _permit_step(holder, held, STEPS[step], tags)


def replace(store: Store, holder: Holder, ident: str, body: Any, tags: Tags) -> Held:
    """Put other contents in a submission's place. Raises Unknown, NotYours, Stale, Conflict, Invalid."""
    with store.writing():
        held = _held(store, holder, ident)
        _permit_edit(holder, held, tags)
        document = drafting.edited(store, held.document, body)
        _demand_validity(store, document)
        return submissions.put(store, held.number, document)


def amend(store: Store, holder: Holder, ident: str, patch: Any, tags: Tags) -> Held:
    """Change some members; changes with a known key start from that change, their documents being replaced whole."""
    with store.writing():
        held = _held(store, holder, ident)
        return replace(store, holder, ident, drafting.patched(held.document, patch), tags)


def comment(store: Store, holder: Holder, ident: str, text: str, change: str | None) -> Held:
    """Say something on a submission, or on one of its changes."""
    with store.writing():
        held = _held(store, holder, ident)
        if change is not None and change not in [each["key"] for each in held.document["changes"]]:
            raise Invalid("There is no such change.", [Fault("is the key of none of the changes", "/change")])
        if len(held.document["events"]) >= MOST_EVENTS:
            raise Conflict(f"There is no room for another comment: a submission keeps {MOST_EVENTS} events.")
        said = {"comment": text} | ({"change": change} if change is not None else {})
        return submissions.put(store, held.number, drafting.happened(held.document, holder.name, "comment", **said))


@deciding
def take(store: Store, holder: Holder, ident: str, name: str, tags: Tags, said: Said = SILENT) -> Held:
    """Take a step. Raises Unknown, NotYours, Stale, and Conflict where it cannot be taken from the present state."""
    step = STEPS[name]
    held = _held(store, holder, ident)
    _permit_step(holder, held, step, tags)
    document = drafting.judged(held.document, holder.name, said.verdicts, all_others=name == "accept")
    document = _EFFECTS.get(name, _unaltered)(store, document)
    return submissions.put(store, held.number, drafting.led_on(document, step, holder.name, said))


def listed(
    store: Store, holder: Holder, *, states: Sequence[str], authors: Sequence[str], kinds: Sequence[str], before: int | None,
    limit: int,
) -> tuple[list[Document], int | None]:  # fmt: skip
    """Lines on the submissions that the holder may see, the newest first, and where the next page begins."""
    found = submissions.listed(
        store, reader=holder.name, organizations=holder.organizations, handed_in=access.reaches(holder, "reviewer"),
        states=states, authors=authors, kinds=kinds, before=before, limit=limit + 1,
    )  # fmt: skip
    more = found[limit - 1].number if limit and len(found) > limit else None
    return [drafting.line(each.document) for each in found[:limit]], more


def _sees(holder: Holder, document: Document) -> bool:
    """Whether somebody may see a submission: their own, one of their organizations', or as a reviewer once handed in."""
    shared = set(document["organizations"]) & set(holder.organizations)
    handed_in = "submitted_at" in document and access.reaches(holder, "reviewer")
    return bool(document["author"] == holder.name or shared or handed_in)


def _seen(holder: Holder, found: Held | None, ident: str) -> Held:
    if found is None or not _sees(holder, found.document):
        raise Unknown(f"There is no submission {ident}.")
    return found


def _held(store: Store, holder: Holder, ident: str) -> Held:
    """The submission, held against all others until the transaction ends."""
    return _seen(holder, submissions.hold(store, known(ident)), ident)


def _permit_edit(holder: Holder, held: Held, tags: Tags) -> None:
    if held.document["author"] != holder.name:
        raise NotYours("Only its author changes what is submitted.")
    _expect(held, tags)
    if held.document["state"] not in EDITABLE:
        raise Conflict(f"A submission that is {held.document['state']} cannot be changed; {_ways_on(held)}.")


def _permit_step(holder: Holder, held: Held, step: Step, tags: Tags) -> None:
    own = held.document["author"] == holder.name
    if step.who == "author" and not own:
        raise NotYours(f"Only its author takes the step '{step.name}'.")
    if step.who == "reviewer" and own:
        raise NotYours("Nobody reviews a submission of their own.")
    _expect(held, tags)
    if held.document["state"] not in step.sources:
        raise Conflict(
            f"A submission that is {held.document['state']} cannot take the step '{step.name}'; {_ways_on(held)}."
        )


def _ways_on(held: Held) -> str:
    steps = steps_from(held.document["state"])
    return f"the steps from here are: {', '.join(steps)}" if steps else "no step leads on from here"


def _expect(held: Held, tags: Tags) -> None:
    if tags is not None and held.etag not in tags:
        raise Stale(f"Submission {held.id} has changed since: read it again, then repeat this.")


def _demand_validity(store: Store, document: Document) -> None:
    faults = prepare(store, document["changes"]).invalid
    if faults:
        raise Invalid("The submission is not valid.", faults)


def _whole(store: Store, document: Document) -> Document:
    """Refuse what cannot be published as it stands; verdicts of an earlier review no longer hold."""
    weigh(store, document["changes"]).demand()
    return drafting.unjudged(document)


def _accepted(store: Store, document: Document) -> Document:
    """Refuse to accept what cannot be published without the changes that are refused."""
    refused = drafting.refused(document)
    if len(refused) == len(document["changes"]):
        raise Conflict("Nothing would be left of the submission: reject or return it.")
    weigh(store, document["changes"], refused).demand()
    return document


def _applied(store: Store, document: Document) -> Document:
    """Publish what was accepted, in the author's name."""
    weighed = weigh(store, document["changes"], drafting.refused(document))
    weighed.demand()
    why = f"Submission {document['id']}, reviewed by {document['reviewer']}."
    made = weighed.publish(store, document["author"], why)
    changes = []
    for each in document["changes"]:
        ident = each["into"] if each["act"] == "merge" else each["id"]
        became = made.get(ident) if each["key"] not in drafting.refused(document) else None
        if became:
            stored = became.stored
            each = each | {"outcome": {"id": stored.id, "version": stored.version, "change": stored.change}}
        changes.append(each)
    return document | {"changes": changes}


def _unaltered(_: Store, document: Document) -> Document:
    return document


_EFFECTS: Mapping[str, Callable[[Store, Document], Document]] = {
    "submit": _whole,
    "accept": _accepted,
    "apply": _applied,
}
"""What steps do besides leading on."""


def _told(weighed: Weighed) -> Document:
    """What was weighed, as it is answered."""
    lines = [
        {"key": each["key"], "act": each["act"]}
        | {"effects": weighed.effects[each["key"]], "candidates": weighed.candidates[each["key"]]}
        for each in weighed.asked
    ]
    return {"ready": not weighed.faults, "changes": lines, "errors": weighed.faults}
