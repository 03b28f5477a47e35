"""Reading one record: as it is, as it was, and its revisions."""

from collections.abc import Iterable
from typing import NamedTuple

from registry.errors import Elsewhere, Gone, Merged, MistypedId, Stale, Unknown
from registry.kinds.catalogue import KINDS
from registry.kinds.model import ids
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import Kind
from registry.kinds.model.merging import differences
from registry.store import journal, records
from registry.store.database import Store
from registry.store.history import Past
from registry.store.records import Revision, Stored


class Revisions(NamedTuple):
    """Some revisions of a record, the oldest first, and whether there are more."""

    items: list[Document]
    more: bool


def read(store: Store, ident: str, kind: Kind | None = None) -> Stored:
    """The record as it is served.

    Raises MistypedId, Unknown, Elsewhere (it is of another kind), Merged (into another), or Gone (it was withdrawn).
    """
    return _present(store, _of_kind(store, ident, kind), kind)


def number(store: Store, ident: str) -> int:
    """The number of a record, by which the store knows it. Raises as `read` does."""
    return _present(store, _there(records.short(store, known(ident)), ident)).number


def _present(store: Store, found: Stored, kind: Kind | None = None) -> Stored:
    if found.survivor is not None:
        raise Merged(f"Record {found.id} was merged into {found.survivor}.", address(store, found.survivor, kind))
    if found.state != "published":
        raise Gone(f"Record {found.id} was withdrawn: {records.reason_of_last(store, found.id)}")
    return found


def present(store: Store, idents: Iterable[str]) -> dict[str, Stored]:
    """The published records that some ids mean, by the ids as they were written; one that was merged is the survivor."""
    written = {ident: ident.strip().lower() for ident in idents if ids.is_sound(ident.strip())}
    found = records.many(store, set(written.values()))
    survivors = records.many(store, {each.survivor for each in found.values() if each.survivor})
    lasting = {ident: survivors.get(each.survivor or "", each) for ident, each in found.items()}
    return {
        ident: lasting[lower]
        for ident, lower in written.items()
        if lower in lasting and lasting[lower].state == "published"
    }


def read_as_of(store: Store, ident: str, moment: str, kind: Kind | None = None) -> Document:
    """The record as it was at a moment, or when the journal ended with a number. Raises as `read` does."""
    there = _of_kind(store, ident, kind)
    change = as_of(store, moment)
    past = Past(store, [(there.id, change)])
    then = past.revision((there.id, change))
    if then is None:
        raise Unknown(f"Record {there.id} did not exist then: it was created at {there.created_at}.")
    if then.survivor is not None:
        raise Merged(
            f"Record {there.id} was merged into {then.survivor} at {then.at}.", address(store, then.survivor, kind)
        )
    if then.state != "published":
        raise Gone(f"Record {there.id} was withdrawn at {then.at}: {then.why}")
    return past.document((there.id, change))


def as_of(store: Store, moment: str) -> int:
    """The journal number that a moment, or a number, means: the end of its transaction. Raises Unknown for the future."""
    head = journal.present(store)
    if moment.isdecimal():
        if int(moment) > head.number:
            raise Unknown(f"The journal has not reached {moment} yet.")
        return journal.end_of_batch(store, int(moment))
    exact = _to_the_microsecond(moment)
    if exact > max(head.at, journal.now()):
        raise Unknown(f"{moment} is still to come.")
    return records.change_at(store, exact)


def _to_the_microsecond(moment: str) -> str:
    """A moment as the journal writes it, so that the two compare as text."""
    seconds, _, fraction = moment.removesuffix("Z").partition(".")
    return f"{seconds}.{fraction:0<6}Z"


def address(store: Store, ident: str, kind: Kind | None) -> str:
    """Where a record is read: at its own address, or at the one over all kinds where it was asked for there."""
    if kind is None:
        return f"/v1/records/{ident}"
    found = records.read(store, ident)
    assert found is not None
    return f"/v1/{KINDS[found.kind].plural}/{ident}"


def revision(store: Store, ident: str, version: int) -> Document:
    """One revision of a record as it was served when it was made."""
    there = _of_kind(store, ident)
    then = records.revision(store, there.id, version)
    if then is None:
        raise Unknown(f"Record {there.id} has no revision {version}; its newest is {there.version}.")
    moment = there.id, journal.end_of_batch(store, then.change)
    return Past(store, [moment]).document(moment)


def revisions(store: Store, ident: str, after: int, limit: int) -> Revisions:
    """Which revisions a record has: version, journal number, moment, act, by whom and why."""
    there = _of_kind(store, ident)
    found = records.revisions(store, there.id, after, limit + 1)
    items = [_line(each) for each in found[:limit]]
    return Revisions(items, len(found) > limit)


def known(ident: str) -> str:
    """The id in lower case. Raises MistypedId where its check digits do not fit."""
    if not ids.is_sound(ident):
        raise MistypedId(f"{ident} is mistyped: its check digits do not fit, so no record can bear it.")
    return ident.lower()


def _of_kind(store: Store, ident: str, kind: Kind | None = None) -> Stored:
    found = _there(records.read(store, known(ident)), ident)
    if kind is not None and found.kind != kind.name:
        right = KINDS[found.kind]
        raise Elsewhere(f"Record {found.id} is {right.a_label}.", f"/v1/{right.plural}/{found.id}")
    return found


def _there(found: Stored | None, ident: str) -> Stored:
    if found is None:
        raise Unknown(f"There is no record {ident}.")
    return found


def expect(store: Store, ident: str, kind: Kind, tags: frozenset[str] | None) -> None:
    """Refuse a write that names another version than the present one, before its body is looked at. Raises Stale."""
    expect_version(read(store, ident, kind), tags)


def expect_version(found: Stored, tags: frozenset[str] | None) -> None:
    """Refuse a write that names another version than the present one. Raises Stale."""
    if tags is not None and found.etag not in tags:
        raise Stale(f"Record {found.id} is not at the version that was named: read it again, then repeat the change.")


def compared(store: Store, ident: str, first: int | None, second: int | None) -> Document:
    """What two revisions of a record differ in; by default the newest and the one before it."""
    there = _of_kind(store, ident)
    later = second or there.version
    earlier = first or max(later - 1, 1)
    found = {version: records.revision(store, there.id, version) for version in (earlier, later)}
    before, after = found[earlier], found[later]
    if before is None or after is None:
        raise Unknown(f"Record {there.id} has versions 1 to {there.version} only.")
    moment = there.id, journal.end_of_batch(store, there.change)
    name = Past(store, [moment]).document(moment)["name"]
    return {
        "record": {"id": there.id, "kind": there.kind, "name": name}, "from": _line(before), "to": _line(after),
        "differences": changed(before, after),
    }  # fmt: skip


def changed(before: Revision, after: Revision) -> list[Document]:
    """What two revisions differ in: in what was told, and in what the registry keeps besides."""
    found = list(differences(before.document, after.document))
    for name in ("state", "survivor", "verified_at", "verified_by"):
        values = {"before": getattr(before, name), "after": getattr(after, name)}
        if values["before"] != values["after"]:
            said = {side: value for side, value in values.items() if value is not None}
            found.append({"pointer": f"/record/{name}", **said})
    return found


def _line(each: Revision) -> Document:
    names = ("version", "change", "at", "act", "by", "why", "state")
    return {name: getattr(each, name) for name in names}
