"""Weighing a set of proposed changes: what each would do, and everything that stands against it.

Nothing is written here but by `Weighed.publish`. Every fault has a pointer into the submission that it was found in.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from registry.errors import Candidate, Conflict, Duplicate, Fault, Invalid, Refusal
from registry.kinds.catalogue import KINDS
from registry.kinds.model import ids
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import About, Kind
from registry.kinds.model.likeness import decided, meetings, names_of
from registry.kinds.model.merging import differences
from registry.service import matching, merging, reading
from registry.service.registering import Tags, amendment, creation, lacking_evidence, replacement, withdrawal
from registry.store import records
from registry.store.changes import Change
from registry.store.checks import objections, unfixed
from registry.store.database import Store
from registry.store.publishing import Published, publish

BODIES = {"create": "/document", "replace": "/document", "amend": "/patch"}
"""Where a change holds the document that pointers of its record lead into."""

_NOBODY = ids.from_key("")
"""Stands where a temporary id means nothing, so that what is wrong besides is found as well."""


class Weighed:
    """What proposed changes come to: the changes to publish, what each would do, and what stands against them.

    `invalid` is what no registry would take, `wanting` what reviewed records must have besides, `conflicts` what the
    present state does not allow, and `candidates` are the records that nobody has decided about.
    """

    def __init__(self, asked: Sequence[Document]) -> None:
        self.asked = asked
        self.changes: list[Change] = []
        self.invalid: list[Fault] = []
        self.wanting: list[Fault] = []
        self.conflicts: list[Fault] = []
        self.undecided: list[Fault] = []
        self.candidates: dict[str, list[Candidate]] = {each["key"]: [] for each in asked}
        self.effects: dict[str, list[Document]] = {each["key"]: [] for each in asked}
        self._owners: dict[str, int] = {}

    @property
    def faults(self) -> list[Fault]:
        """Everything that stands against the changes."""
        return [*self.invalid, *self.wanting, *self.conflicts, *self.undecided]

    def demand(self) -> None:
        """Refuse what cannot be published. Raises Invalid, Conflict or Duplicate, in this order."""
        if self.invalid or self.wanting:
            raise Invalid("The submission is not whole.", [*self.invalid, *self.wanting])
        if self.conflicts:
            raise Conflict("The registry's state does not allow the submission.", self.conflicts)
        found = [each for several in self.candidates.values() for each in several]
        if found:
            detail = "New records may be in the registry already: decide about each candidate."
            raise Duplicate(detail, found, self.undecided)

    def publish(self, store: Store, by: str, why: str) -> dict[str, Published]:
        """Make the changes, each for its own reason and that of all. Raises as publishing does."""
        changes = [dataclasses.replace(each, why=" ".join(filter(None, (each.why, why)))) for each in self.changes]
        return publish(store, changes, by, why)

    def take(self, at: int, changes: Sequence[Change]) -> None:
        """Take in what a change of the submission comes to; two may not change one record."""
        for change in changes:
            if change.ident in self._owners:
                other = self.asked[self._owners[change.ident]]["key"]
                self.invalid.append(Fault(f"is changed by '{other}' already", f"/changes/{at}/id"))
                return
        for change in changes:
            self._owners[change.ident] = at
            self.changes.append(dataclasses.replace(change, why=self.asked[at].get("reason", "")))

    def asked_for(self, ident: str) -> Document:
        """The proposed change that a record is changed by."""
        return self.asked[self._owners[ident]]

    def place(self, ident: str, fault: Fault) -> Fault:
        """A fault of what is to become of a record, with a pointer into the submission."""
        at = self._owners[ident]
        body = BODIES.get(self.asked[at]["act"])
        within = "/id" if body is None or fault.pointer is None else body + fault.pointer
        return Fault(fault.detail, f"/changes/{at}{within}")


def weigh(store: Store, asked: Sequence[Document], refused: Collection[str] = ()) -> Weighed:
    """What the proposed changes come to, those left out that were refused, held against the registry as it is now."""
    weighed = prepare(store, asked, refused)
    _hold_against_the_registry(store, weighed)
    _tell_effects(store, weighed)
    return weighed


def prepare(store: Store, asked: Sequence[Document], refused: Collection[str] = ()) -> Weighed:
    """The changes of records that proposed ones come to, and what is wrong with each of them alone."""
    weighed = Weighed(asked)
    if not asked:
        weighed.wanting.append(Fault("is empty: give at least one change", "/changes"))
    stands = _stand_ins(asked, refused)
    lost = _refused_ids(asked, refused)
    for at, each in enumerate(asked):
        if each["key"] in refused:
            continue
        try:
            with placed(f"/changes/{at}"):
                _refer_to_nothing_refused(each, lost)
                unknown = {
                    ident: where for where, ident in references(each) if ident.startswith("@") and ident not in stands
                }
                weighed.invalid += [
                    _unnamed(ident, f"/changes/{at}{where}", stands) for ident, where in unknown.items()
                ]
                changes = PREPARED[each["act"]](store, exchanged(each, stands | dict.fromkeys(unknown, _NOBODY)))
                weighed.take(at, [] if unknown else changes)
        except Invalid as refusal:
            weighed.invalid += refusal.faults
        except Conflict as refusal:
            weighed.conflicts += refusal.faults
    return weighed


@contextmanager
def placed(prefix: str) -> Iterator[None]:
    """Refusals within have their pointers prefixed, or this one where they have none; all but Invalid are Conflict."""
    try:
        yield
    except Refusal as refusal:
        faults = [Fault(each.detail, prefix + (each.pointer or "")) for each in refusal.faults]
        sort = Invalid if isinstance(refusal, Invalid) else Conflict
        raise sort(refusal.detail, faults or [Fault(refusal.detail, prefix)]) from None


def _created(store: Store, each: Document) -> list[Change]:
    kind = KINDS[each["kind"]]
    with placed("/document"):
        change = creation(store, kind, each["id"], each["document"])
    if "decision" not in each:
        return [change]
    with placed("/decision/same"):
        reading.read(store, each["decision"]["same"], kind)
    return []


def _replaced(store: Store, each: Document) -> list[Change]:
    kind, tags = _there(store, each)
    with placed("/document"):
        return [replacement(store, kind, each["id"], each["document"], tags)]


def _amended(store: Store, each: Document) -> list[Change]:
    kind, tags = _there(store, each)
    with placed("/patch"):
        return [amendment(store, kind, each["id"], each["patch"], tags)]


def _withdrawn(store: Store, each: Document) -> list[Change]:
    kind, tags = _there(store, each)
    return [withdrawal(store, kind, each["id"], tags)]


def _merged(store: Store, each: Document) -> list[Change]:
    _, tags = _there(store, each)
    with placed("/into"):
        reading.read(store, each["into"])
    return merging.merge_changes(store, each["id"], each["into"], tags)


PREPARED: Mapping[str, Callable[[Store, Document], list[Change]]] = {
    "create": _created,
    "replace": _replaced,
    "amend": _amended,
    "withdraw": _withdrawn,
    "merge": _merged,
}
"""How each act becomes changes of records."""


def _there(store: Store, each: Document) -> tuple[Kind, Tags]:
    """The kind of the record that is to be changed, and its ETag, which must still be the one that the change names."""
    with placed("/id"):
        found = reading.read(store, each["id"])
    if each.get("kind", found.kind) != found.kind:
        raise Invalid("The record is of another kind.", [Fault(f"is a {found.kind}", "/kind")])
    if each["if_match"] == "*":
        return KINDS[found.kind], None
    if each["if_match"] not in (f'"{found.etag}"', f'"{found.etag}--gzip"'):
        detail = f"record {found.id} has changed since: it is version {found.version} now"
        raise Conflict(detail, [Fault(detail, "/if_match")])
    return KINDS[found.kind], frozenset([found.etag])


def _stand_ins(asked: Sequence[Document], refused: Collection[str]) -> dict[str, str]:
    """The ids that temporary ones stand for: of the record to be made, or of the one that it turned out to be."""
    return {
        each["temporary"]: each["decision"]["same"] if "decision" in each else each["id"]
        for each in asked
        if "temporary" in each and each["key"] not in refused
    }


def _refused_ids(asked: Sequence[Document], refused: Collection[str]) -> set[str]:
    """All that refers to records which are not to be made."""
    left_out = [each for each in asked if each["act"] == "create" and each["key"] in refused]
    return {each["id"] for each in left_out} | {each["temporary"] for each in left_out if "temporary" in each}


def _refer_to_nothing_refused(each: Document, lost: Collection[str]) -> None:
    faults = [
        Fault(f"refers to {ident}, which is not to be created", pointer)
        for body in ("document", "patch")
        for pointer, ident in references(each.get(body), f"/{body}")
        if ident in lost
    ]
    if faults:
        raise Conflict("A change refers to a record whose creation is refused.", faults)


def references(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every id that a document refers to records by, temporary ones included, with its pointer."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "id" and isinstance(inner, str):
                yield f"{pointer}/id", inner
            else:
                yield from references(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from references(inner, f"{pointer}/{at}")


def _unnamed(ident: str, pointer: str, stands: Mapping[str, str]) -> Fault:
    known = ", ".join(sorted(stands)) or "none"
    return Fault(f"no new record of this submission is called {ident}; there are: {known}", pointer)


def exchanged(value: Any, idents: Mapping[str, str]) -> Any:
    """A copy in which ids of records are exchanged for others."""
    if isinstance(value, dict):
        return {
            name: idents.get(inner, inner) if name == "id" and isinstance(inner, str) else exchanged(inner, idents)
            for name, inner in value.items()
        }
    return [exchanged(inner, idents) for inner in value] if isinstance(value, list) else value


def _hold_against_the_registry(store: Store, weighed: Weighed) -> None:
    """Find what the present state does not allow, what may be there already, and what stands on nothing."""
    made = {change.ident: change for change in weighed.changes}
    unmade = {each["id"] for each in weighed.asked if each["act"] == "create"} - set(made)
    for change in weighed.changes:
        if change.act in BODIES:
            weighed.wanting += [weighed.place(change.ident, fault) for fault in lacking_evidence(change.document)]
        if change.act == "create":
            for candidate in matching.candidates(store, change.kind, change.document, ident=change.ident):
                if _is_still_alike(change, made.get(candidate.id)):
                    _ask(weighed, change.ident, candidate)
    for objection in objections(store, weighed.changes):
        if objection.candidate is not None:
            _ask(weighed, objection.record, objection.candidate)
        elif objection.target not in unmade:
            against = weighed.invalid if objection.sort is Invalid else weighed.conflicts
            against.append(weighed.place(objection.record, objection.fault))


def _is_still_alike(new: Change, other: Change | None) -> bool:
    """Whether a candidate remains one where it is itself among the changes."""
    if other is None:
        return True
    if other.state != "published" or new.ident in decided(other.document):
        return False
    shared = new.kind.identifiers(new.document) & other.kind.identifiers(other.document)
    return bool(shared or meetings(names_of(new.document), names_of(other.document)))


def _ask(weighed: Weighed, ident: str, candidate: Candidate) -> None:
    asked = weighed.candidates[weighed.asked_for(ident)["key"]]
    if candidate.id not in [each.id for each in asked]:
        asked.append(candidate)
        weighed.undecided.append(weighed.place(ident, matching.undecided(candidate)))


def _tell_effects(store: Store, weighed: Weighed) -> None:
    """Tell what each change would make of which record; what may not differ from the record that is there is a fault."""
    last = records.latest(store, {change.ident for change in weighed.changes})
    about = _about(store, weighed.changes)
    for change in weighed.changes:
        before = last.get(change.ident)
        refixed = unfixed(change.kind, before.document, change.document) if before else []
        weighed.invalid += [weighed.place(change.ident, fault) for fault in refixed]
        changed = list(differences(before.document if before else {}, change.document))
        if before and before.state != change.state:
            changed.append({"pointer": "/record/state", "before": before.state, "after": change.state})
        effect = {
            "act": change.act, "kind": change.kind.name, "id": change.ident,
            "name": about[change.ident].name if change.ident in about else change.kind.label, "differences": changed,
        }  # fmt: skip
        weighed.effects[weighed.asked_for(change.ident)["key"]].append(effect)


def _about(store: Store, changes: Sequence[Change]) -> dict[str, About]:
    """What the records are to be called; those that are called after records which are missing are left out."""
    about = records.about(store, {ident for change in changes for ident in change.kind.targets(change.document)})
    for titled in (False, True):
        for change in changes:
            if (change.kind.titled is not None) == titled and change.kind.naming(change.document) <= set(about):
                about[change.ident] = change.kind.about_of(change.document, change.ident, about)
    return about
