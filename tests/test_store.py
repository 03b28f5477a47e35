"""The store: an unbroken journal, writes that hold or are refused whole, and a past that can be read again."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from registry.errors import Conflict, Invalid, Refusal, Stale
from registry.kinds.catalogue import KINDS
from registry.kinds.model import ids
from registry.service import registering
from registry.service.reading import read, read_as_of
from registry.store import journal, records
from registry.store.database import Store
from registry.store.publishing import publish
from tests.making import Document, change, figure, organization, program, put, put_again, source

ROR = {"scheme": "ror", "value": "05dxps055"}


def lines(store: Store) -> list[tuple[journal.Line, str]]:
    return journal.lines(store, 0, 10_000)


def told(refusal: Refusal) -> list[tuple[str, str | None]]:
    """What a refusal says, and where."""
    return [(fault.detail, fault.pointer) for fault in refusal.faults]


def broken(store: Store) -> list[int]:
    """The lines whose digest does not follow from the line before."""
    found, last = [], ""
    for line, digest in lines(store):
        if journal.digest_after(last, line) != digest:
            found.append(line.number)
        last = digest
    return found


def state(store: Store) -> list[Any]:
    """All that a write can alter."""
    tables = ("journal_head", "journal", "record", "revision", "term", "sort", "tie", "reference", "identifier", "name")
    return [sorted(map(repr, store.rows(f"SELECT * FROM {table}"))) for table in tables]


def test_the_journal_has_no_hole_whatever_was_refused_rehearsed_or_came_to_nothing(empty_store: Store) -> None:
    one = put(empty_store, "organization", organization("One"))
    with pytest.raises(Conflict):
        put(empty_store, "program", program("Two", ids.drawn()))
    publish(empty_store, [change("organization", organization("Three"))], "Ada", "", rehearse=True)
    put_again(empty_store, one, organization("One"))
    with pytest.raises(Stale):
        publish(empty_store, [change("organization", organization(), one.id, frozenset(["stale"]))], "Ada", "")
    made = [change("organization", organization(name)) for name in ("Four", "Five")]
    publish(empty_store, made, "Ada", "")
    assert [line.number for line, _ in lines(empty_store)] == [1, 2, 3]
    assert journal.head(empty_store) == 3
    assert [(line.record, line.batch) for line, _ in lines(empty_store)] == [
        (one.id, 1),
        (made[0].ident, 2),
        (made[1].ident, 2),
    ]


def test_each_line_of_the_journal_is_sealed_to_the_one_before(empty_store: Store) -> None:
    there = put(empty_store, "organization", organization("One"), why="First.")
    there = put_again(empty_store, there, organization("Eins"))
    put_again(empty_store, there, organization("Un"))
    assert broken(empty_store) == []
    assert journal.present(empty_store).digest == lines(empty_store)[-1][1]
    for column, value in (
        ("why", "'x'"),
        ("by_whom", "'x'"),
        ("at", "'2000-01-01T00:00:00.000000Z'"),
        ("document", "'x'"),
        ("version", "9"),
    ):
        (kept,) = empty_store.rows(f"SELECT {column} FROM journal WHERE number = 2")
        empty_store.change(f"UPDATE journal SET {column} = {value} WHERE number = 2")
        assert broken(empty_store) == [2], column
        empty_store.change(f"UPDATE journal SET {column} = ? WHERE number = 2", kept)
    empty_store.change("DELETE FROM journal WHERE number = 2")
    assert broken(empty_store) == [3]


def test_a_line_holds_the_digest_of_all_that_its_revision_holds(empty_store: Store) -> None:
    there = put(empty_store, "organization", organization("One"))
    revision = records.latest(empty_store, [there.id])[there.id]
    held = (
        revision.document,
        revision.state,
        revision.survivor,
        revision.verified_at,
        revision.verified_by,
        revision.seals,
    )
    assert lines(empty_store)[0][0].content == journal.digest_of_revision(*held)


def test_moments_never_go_back_even_when_the_clock_does(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(["2026-05-03T00:00:00.000000Z", "2026-05-01T00:00:00.000000Z", "2026-05-04T00:00:00.000000Z"])
    monkeypatch.setattr(journal, "now", lambda: next(clock))
    made = [put(empty_store, "organization", organization(name)) for name in ("One", "Two", "Three")]
    assert [line.at[:10] for line, _ in lines(empty_store)] == ["2026-05-03", "2026-05-03", "2026-05-04"]
    assert [each.created_at[:10] for each in made] == ["2026-05-03", "2026-05-03", "2026-05-04"]


def test_a_change_that_changes_nothing_makes_no_revision_and_moves_no_date(empty_store: Store) -> None:
    there = put(empty_store, "organization", organization("One"))
    before = state(empty_store)
    again = change("organization", organization("One"), there.id, frozenset([there.etag]), "replace")
    (outcome,) = publish(empty_store, [again], "Bob", "To no end.").values()
    assert (outcome.changed, outcome.stored) == (False, there)
    assert state(empty_store) == before


def test_what_changes_nothing_stays_out_of_a_set_of_changes_that_does(empty_store: Store) -> None:
    one, two = (put(empty_store, "organization", organization(name)) for name in ("One", "Two"))
    same = change("organization", organization("One"), one.id, frozenset([one.etag]), "replace")
    other = change("organization", organization("Zwei"), two.id, frozenset([two.etag]), "replace")
    outcome = publish(empty_store, [same, other], "Ada", "")
    assert [outcome[each.id].changed for each in (one, two)] == [False, True]
    assert [outcome[each.id].stored.version for each in (one, two)] == [1, 2]
    assert journal.head(empty_store) == 3


def test_a_rehearsal_tells_what_would_be_and_keeps_nothing(empty_store: Store) -> None:
    there = put(empty_store, "organization", organization("One"))
    before = state(empty_store)
    new = change("organization", organization("Two"))
    renamed = change("organization", organization("Eins"), there.id, frozenset([there.etag]), "replace")
    outcome = publish(empty_store, [new, renamed], "Ada", "", rehearse=True)
    assert b'"name":"Two"' in outcome[new.ident].stored.bytes
    assert outcome[there.id].stored.version == 2
    assert state(empty_store) == before


def test_a_set_of_changes_is_made_whole_or_not_at_all(empty_store: Store) -> None:
    before = state(empty_store)
    sound, unsound = change("organization", organization("One")), change("program", program("Two", ids.drawn()))
    with pytest.raises(Conflict):
        publish(empty_store, [sound, unsound], "Ada", "")
    assert state(empty_store) == before


def test_records_of_one_set_may_refer_to_one_another(empty_store: Store) -> None:
    one = change("organization", organization("One"))
    two = change("program", program("Two", one.ident))
    three = change("figure", figure(two.ident))
    outcome = publish(empty_store, [three, two, one], "Ada", "")
    assert b'"name":"One"' in outcome[two.ident].stored.bytes
    assert b'"name":"capacity: Two"' in outcome[three.ident].stored.bytes


REFERRING: dict[str, Callable[[str], tuple[str, Document]]] = {
    "/relations/0/target/id": lambda ident: ("program", program("Two", ident)),
    "/subject/target/id": lambda ident: ("figure", figure(ident)),
    "/stated_by/id": lambda ident: ("figure", figure(stated_by={"id": ident})),
    "/distinct_from/0/target/id": lambda ident: (
        "organization", organization(distinct_from=[{"target": {"id": ident}, "reason": "Another one."}])
    ),
    "/cautions": lambda ident: (
        "organization",
        organization(cautions=[{"kind": "contradicted", "about": "/type", "note": "See there.", "see": [{"id": ident}]}]),
    ),
}  # fmt: skip


def test_a_target_must_be_in_the_registry_and_not_withdrawn(empty_store: Store) -> None:
    gone = put(empty_store, "organization", organization("One"))
    put_again(empty_store, gone, organization("One"), state="withdrawn")
    for pointer, referring in REFERRING.items():
        for ident, said in ((ids.drawn(), "is not in the registry"), (gone.id, "was withdrawn")):
            with pytest.raises(Conflict) as refusal:
                put(empty_store, *referring(ident))
            assert told(refusal.value) == [(f"{ident} {said}", pointer)]


def test_a_tie_leads_only_to_kinds_that_its_relation_allows(empty_store: Store) -> None:
    there = put(empty_store, "source", source("some-report"))
    with pytest.raises(Invalid) as refusal:
        put(empty_store, "program", program("Two", there.id))
    (fault,) = refusal.value.faults
    assert fault.pointer == "/relations/0/target/id"
    assert "'organized-by' leads to organization, standards-body" in fault.detail
    assert "not to a source" in fault.detail


def test_no_figure_is_named_after_a_figure_so_that_names_go_round_in_no_circle(empty_store: Store) -> None:
    one = put(empty_store, "figure", figure())
    with pytest.raises(Invalid) as refusal:
        put(empty_store, "figure", figure(one.id))
    assert told(refusal.value) == [("a figure without a name cannot be about a figure", "/subject/target/id")]
    names = [{"text": "Twice as much", "lang": "en", "role": "assigned"}]
    assert b'"name":"Twice as much"' in put(empty_store, "figure", figure(one.id, names=names)).bytes


def test_a_record_is_not_withdrawn_while_a_live_one_refers_to_it(empty_store: Store) -> None:
    for referring in REFERRING.values():
        one = put(empty_store, "organization", organization("One"))
        kind, document = referring(one.id)
        referrer = put(empty_store, kind, document)
        with pytest.raises(Conflict) as refusal:
            put_again(empty_store, one, organization("One"), state="withdrawn")
        assert told(refusal.value) == [(f"{referrer.id} refers to {one.id}", None)]
        put_again(empty_store, referrer, document, state="withdrawn")
        assert put_again(empty_store, one, organization("One"), state="withdrawn").state == "withdrawn"


def test_records_that_refer_to_one_another_are_withdrawn_together(empty_store: Store) -> None:
    one = put(empty_store, "organization", organization("One"))
    two = put(empty_store, "program", program("Two", one.id))
    leaving = [change(each.kind, document, each.id, frozenset([each.etag]), "withdraw", state="withdrawn")
               for each, document in ((one, organization("One")), (two, program("Two", one.id)))]  # fmt: skip
    publish(empty_store, leaving, "Ada", "Both.")
    assert records.counts(empty_store) == {}
    assert empty_store.rows("SELECT * FROM reference") == empty_store.rows("SELECT * FROM term") == []


def test_evidence_cites_sources_that_are_there_or_come_with_it(empty_store: Store) -> None:
    evidence = [{"basis": "passage", "source": "some-report", "lines": [1, 1], "supports": ["/names/n1"]}]
    with pytest.raises(Conflict) as refusal:
        put(empty_store, "organization", organization(evidence=evidence))
    assert refusal.value.faults[0].pointer == "/evidence/0/source"
    both = [change("organization", organization(evidence=evidence)), change("source", source("some-report"))]
    assert len(publish(empty_store, both, "Ada", "")) == 2


def test_an_identifier_belongs_to_one_live_record(empty_store: Store) -> None:
    holder = put(empty_store, "organization", organization("One", identifiers=[ROR]))
    other = put(empty_store, "organization", organization("Two"))
    for attempt in (
        lambda: put(empty_store, "organization", organization("Three", identifiers=[ROR])),
        lambda: put_again(empty_store, other, organization("Two", identifiers=[ROR])),
    ):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert told(refusal.value) == [(f"ror 05dxps055 belongs to record {holder.id} already", "/identifiers")]
    put_again(empty_store, holder, organization("One", identifiers=[ROR]), state="withdrawn")
    put_again(empty_store, other, organization("Two", identifiers=[ROR]))


def test_an_identifier_is_not_claimed_twice_in_one_set_but_may_change_hands(empty_store: Store) -> None:
    twice = [change("organization", organization(name, identifiers=[ROR])) for name in ("One", "Two")]
    with pytest.raises(Conflict):
        publish(empty_store, twice, "Ada", "")
    giver = put(empty_store, "organization", organization("One", identifiers=[ROR]))
    taker = put(empty_store, "organization", organization("Two"))
    handed = [
        change("organization", organization("One"), giver.id, frozenset([giver.etag]), "replace"),
        change("organization", organization("Two", identifiers=[ROR]), taker.id, frozenset([taker.etag]), "replace"),
    ]
    publish(empty_store, handed, "Ada", "")
    assert records.by_identifier(empty_store, [("ror", "05dxps055")]) == {("ror", "05dxps055"): taker.id}


def test_the_key_of_a_source_belongs_to_it_for_ever(empty_store: Store) -> None:
    there = put(empty_store, "source", source("some-report"))
    with pytest.raises(Conflict, match="An identifier belongs to one record only"):
        put(empty_store, "source", source("some-report"))
    with pytest.raises(Invalid, match="key never changes"):
        put_again(empty_store, there, source("other-report"))


def test_a_record_as_of_then_bears_the_names_of_then(empty_store: Store) -> None:
    partner = put(empty_store, "organization", organization("Old name"))
    there = put(empty_store, "program", program("Two", partner.id))
    number = put(empty_store, "figure", figure(there.id))
    partner = put_again(empty_store, partner, organization("New name", lifecycle="ended"))
    put_again(empty_store, read(empty_store, there.id), program("Zwei", partner.id))
    moments = [lines(empty_store)[at][0].at for at in (2, 3)]
    for then in ("3", moments[0]):
        (tie,) = read_as_of(empty_store, there.id, then)["relations"]
        assert (tie["target"]["name"], tie["standing"]) == ("Old name", "active")
        assert read_as_of(empty_store, number.id, then)["name"] == "capacity: Two"
    for then in ("4", moments[1]):
        (tie,) = read_as_of(empty_store, there.id, then)["relations"]
        assert (tie["target"]["name"], tie["standing"]) == ("New name", "ended")
    assert read_as_of(empty_store, number.id, "5")["name"] == "capacity: Zwei"


def test_a_record_as_of_now_is_the_record_that_is_served(empty_store: Store) -> None:
    partner = put(empty_store, "organization", organization("One"))
    there = put(empty_store, "program", program("Two", partner.id))
    registering.amend(empty_store, KINDS["organization"], partner.id, {"sector": "industry"}, None, "Ada", "")
    assert read_as_of(empty_store, there.id, str(journal.head(empty_store))) == json.loads(
        read(empty_store, there.id).bytes
    )
