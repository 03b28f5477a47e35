"""What records were: their revisions compared, the registry as of a moment, and who found what to hold."""

import datetime
import json
import random
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Unknown
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.merging import differences
from registry.service import feeding, merging, reading
from registry.store import journal, records
from registry.store.database import Store
from tests.conftest import store_of
from tests.contract import ContractClient
from tests.histories import Chance
from tests.making import figure, organization, program, put, put_again

ANY = {"If-Match": "*"}


def applied(document: Any, changes: list[Document]) -> Any:
    """A document with differences applied, as whoever reads them would."""
    result = json.loads(json.dumps(document))
    for each in changes:
        *way, last = each["pointer"].split("/")[1:]
        holder = result
        for step in way:
            holder = next(m for m in holder if m["key"] == step) if isinstance(holder, list) else holder[step]
        if isinstance(holder, list):
            place = next((n for n, m in enumerate(holder) if m["key"] == last), len(holder))
            holder[place : place + 1] = [each["after"]] if "after" in each else []
        elif "after" not in each:
            del holder[last]
        elif (
            isinstance(holder.get(last), list)
            and holder[last]
            and "key" in (holder[last][0] if isinstance(holder[last][0], dict) else ())
        ):
            holder[last].sort(
                key=lambda member, order=each["after"]: (
                    order.index(member["key"]) if member["key"] in order else len(order)
                )
            )
        else:
            holder[last] = each["after"]
    return result


values = st.one_of(st.text("ab", max_size=2), st.integers(0, 2), st.none())
members = st.lists(st.sampled_from("abcd"), unique=True, max_size=4).flatmap(
    lambda keys: st.tuples(*(st.fixed_dictionaries({"key": st.just(key), "value": values}) for key in keys)).map(list)
)
documents = st.fixed_dictionaries(
    {}, optional={"plain": values, "list": st.lists(values, max_size=2), "deep": st.fixed_dictionaries({"inner": values}), "keyed": members}
)  # fmt: skip


@given(documents, documents)
def test_differences_are_told_exactly_where_two_documents_differ(before: Document, after: Document) -> None:
    found = list(differences(before, after))
    assert (found == []) == (before == after)
    assert len({each["pointer"] for each in found}) == len(found)


@given(documents, documents)
def test_whoever_applies_the_differences_has_the_later_document(before: Document, after: Document) -> None:
    found = applied(before, list(differences(before, after)))
    known = {m["key"]: n for n, m in enumerate(after.get("keyed", []))}
    assert {**found, "keyed": sorted(found.get("keyed", []), key=lambda m: known[m["key"]])} == {"keyed": [], **after}


def test_two_revisions_are_compared_field_by_field(keeper: ContractClient) -> None:
    names = [
        {"key": key, "text": key, "lang": "en", "role": role}
        for key, role in (("a", "official"), ("b", "alias"), ("c", "short"))
    ]
    made = keeper.post(
        "/v1/organizations", json=organization(names=names, places=[{"key": "p1", "country": "KZ"}])
    ).json
    again = organization(
        names=[names[2], {**names[0], "text": "Another"}], type="university", sector="academia",
        places=[{"key": "p1", "country": "KZ", "locality": "Almaty"}],
    )  # fmt: skip
    keeper.put(f"/v1/organizations/{made['id']}", json=again, headers=ANY)

    page = keeper.get(f"/v1/records/{made['id']}/diff").json

    assert page["record"] == {"id": made["id"], "kind": "organization", "name": "Another"}
    assert [page[end]["version"] for end in ("from", "to")] == [1, 2]
    assert {each.pop("pointer"): each for each in page["differences"]} == {
        "/names/a/text": {"before": "a", "after": "Another"},
        "/names/b": {"before": names[1]},
        "/names": {"before": ["a", "c"], "after": ["c", "a"]},
        "/places/p1/locality": {"after": "Almaty"},
        "/sector": {"after": "academia"},
        "/type": {"before": "company", "after": "university"},
    }


def test_what_the_registry_keeps_of_a_record_is_compared_as_well(keeper: ContractClient) -> None:
    made = keeper.post("/v1/organizations", json=organization()).json
    keeper.post(f"/v1/records/{made['id']}/verification", headers=ANY)
    keeper.delete(f"/v1/organizations/{made['id']}", headers=ANY, query_string={"reason": "Gone."})
    whole = keeper.get(f"/v1/records/{made['id']}/diff?from=1&to=3").json
    assert {each["pointer"]: each.get("after") for each in whole["differences"]} == {
        "/record/state": "withdrawn", "/record/verified_at": whole["differences"][1]["after"], "/record/verified_by": "Ada",
    }  # fmt: skip
    assert [each["pointer"] for each in keeper.get(f"/v1/records/{made['id']}/diff").json["differences"]] == [
        "/record/state"
    ]
    assert keeper.get(f"/v1/records/{made['id']}/diff?from=2&to=2").json["differences"] == []
    assert keeper.get(f"/v1/records/{made['id']}/diff?from=3&to=4").status_code == 404


@pytest.mark.parametrize("seed", range(2))
def test_the_registry_as_of_each_moment_is_what_was_served_then(seed: int, empty_store: Store) -> None:
    chance = Chance(empty_store, random.Random(seed))
    chance.write(90, keep=True)
    assert len(chance.done) > 8
    for kept in chance.kept:
        for moment in (str(kept.change), kept.moment):
            change, exported = feeding.export(empty_store, moment)
            assert change == kept.change
            assert list(exported) == list(kept.served.values()), f"as of {moment}"
    some = random.Random(seed).sample(sorted(chance.kept[60].served), 5)
    for ident in some:
        then = reading.read_as_of(empty_store, ident, chance.kept[60].moment)
        assert json.dumps(then, ensure_ascii=False, separators=(",", ":")).encode() == chance.kept[60].served[ident]


def test_the_export_as_of_a_number_is_what_was_exported_then(keeper: ContractClient) -> None:
    store = store_of(keeper.application)
    chance = Chance(store, random.Random(7))
    chance.write(40)
    before = keeper.get("/v1/export")
    programs = keeper.get("/v1/export?kind=program&kind=source")
    chance.write(40)
    number = before.headers["Registry-Change"]
    assert keeper.get("/v1/export").data != before.data
    assert keeper.get(f"/v1/export?as_of={number}").data == before.data
    assert keeper.get(f"/v1/export?as_of={number}&kind=program&kind=source").data == programs.data
    kinds = {json.loads(line)["kind"] for line in programs.data.splitlines()}
    assert kinds == {"program", "source"}


def test_the_export_streams_what_is_stored_and_renders_nothing(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Chance(empty_store, random.Random(1))
    chance.write(30)
    monkeypatch.setattr("registry.kinds.model.kind.Kind.rendered", lambda *_: pytest.fail("rendered"))
    change, exported = feeding.export(empty_store, None)
    assert change == journal.head(empty_store)
    rows = empty_store.rows("SELECT bytes FROM record WHERE state = 'published' ORDER BY id")
    assert list(exported) == [bytes(row[0]) for row in rows]


@pytest.mark.parametrize("documents", [False, True])
def test_the_statements_of_an_export_and_of_the_feed_do_not_grow_with_the_records(documents: bool, empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    statements: list[str] = []
    run = Store._run

    def counted(store: Store, sql: str, values: Any) -> Any:
        statements.append(sql)
        return run(store, sql, values)

    counts = []
    for _ in range(2):
        for n in range(20):
            party = put(empty_store, "organization", organization(f"Party {n}"))
            put(empty_store, "figure", figure(put(empty_store, "program", program(f"Course {n}", party.id)).id))
        statements.clear()
        with monkeypatch.context() as patched:
            patched.setattr(Store, "_run", counted)
            if documents:
                feeding.changes(empty_store, 0, 500, documents=True)
            else:
                list(feeding.export(empty_store, str(journal.head(empty_store)))[1])
        counts.append(len(statements))
    assert counts[0] == counts[1] < 15


def test_figures_that_see_each_other_are_read_as_they_were(empty_store: Store) -> None:
    subject = put(empty_store, "organization", organization("One"))
    first = put(empty_store, "figure", figure(subject.id))

    def seeing(other: str) -> Document:
        return figure(
            subject.id,
            cautions=[{"kind": "contradicted", "about": "/quantity", "note": "Two.", "see": [{"id": other}]}],
        )

    second = put(empty_store, "figure", seeing(first.id))
    put_again(empty_store, first, seeing(second.id))
    put_again(empty_store, subject, organization("Renamed"))
    names = [reading.read_as_of(empty_store, first.id, str(change))["name"] for change in (2, 3, 4, 5)]
    assert names == ["capacity: One"] * 3 + ["capacity: Renamed"]


def test_a_revision_is_answered_as_it_was_served_when_it_was_made(keeper: ContractClient) -> None:
    store = store_of(keeper.application)
    party = put(store, "organization", organization("One"))
    course = put(store, "program", program("Course", party.id))
    put_again(store, party, organization("Renamed"))
    assert keeper.get(f"/v1/records/{course.id}/revisions/1").data == course.bytes
    assert keeper.get(f"/v1/records/{course.id}?as_of=2").data == course.bytes
    assert (
        keeper.get(f"/v1/records/{course.id}?as_of=3").data
        == keeper.get(f"/v1/programs/{course.id}").data
        != course.bytes
    )


def test_a_moment_means_its_very_beginning_however_many_digits_it_has(empty_store: Store) -> None:
    for number, at in enumerate(
        ("2026-11-22T09:00:00.000000Z", "2026-11-22T09:00:00.500000Z", "2026-11-22T09:00:01.000000Z"), 1
    ):
        put(empty_store, "organization", organization(f"Number {number}"))
        empty_store.change("UPDATE journal SET at = ? WHERE number = ?", [at, number])
    asked = {
        "2026-11-22T08:59:59.999999Z": 0, "2026-11-22T09:00:00Z": 1, "2026-11-22T09:00:00.49Z": 1,
        "2026-11-22T09:00:00.5Z": 2, "2026-11-22T09:00:00.50Z": 2, "2026-11-22T09:00:01Z": 3, "2026-11-22T09:00:02.0Z": 3,
    }  # fmt: skip
    assert {moment: reading.as_of(empty_store, moment) for moment in asked} == asked


def test_a_number_within_a_transaction_means_its_end(keeper: ContractClient) -> None:
    store = store_of(keeper.application)
    survivor, loser = (put(store, "organization", organization(name)) for name in ("One", "Two"))
    merging.merge(store, loser.id, survivor.id, None, "Mei", "")
    assert keeper.get("/v1/export?as_of=3").headers["Registry-Change"] == "4"
    assert keeper.get(f"/v1/records/{survivor.id}?as_of=3").json["record"]["change"] == 4


def test_what_is_still_to_come_cannot_be_read(keeper: ContractClient) -> None:
    made = keeper.post("/v1/organizations", json=organization()).json
    soon = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for moment in ("2", soon):
        for address in ("/v1/export", f"/v1/records/{made['id']}", f"/v1/organizations/{made['id']}"):
            assert keeper.get(f"{address}?as_of={moment}").status_code == 404


def test_before_it_was_made_a_record_is_unknown_and_afterwards_it_may_be_gone_or_elsewhere(
    keeper: ContractClient,
) -> None:
    store = store_of(keeper.application)
    one, two, three = (put(store, "organization", organization(name)) for name in ("One", "Two", "Three"))
    merging.merge(store, two.id, one.id, None, "Mei", "")
    put_again(store, three, organization("Three"), state="withdrawn")
    put_again(store, records.many(store, [one.id])[one.id], organization("Renamed"))
    status = {
        (ident, n): keeper.get(f"/v1/records/{ident}?as_of={n}").status_code
        for ident in (two.id, three.id)
        for n in (1, 3, 5, 6)
    }
    assert status == {
        (two.id, 1): 404, (two.id, 3): 200, (two.id, 5): 308, (two.id, 6): 308,
        (three.id, 1): 404, (three.id, 3): 200, (three.id, 5): 200, (three.id, 6): 410,
    }  # fmt: skip
    led = keeper.get(f"/v1/records/{two.id}?as_of=5").headers["Location"]
    assert keeper.get(led).json["names"][1]["text"] == "Two"


@pytest.mark.parametrize("kind", KINDS)
def test_verifying_tells_who_and_when_and_moves_the_review_but_not_the_content(
    kind: str, app: Flask, curator: ContractClient
) -> None:
    before = curator.get(f"/v1/{KINDS[kind].plural}?limit=1").json["items"][0]

    answer = curator.post(
        f"/v1/records/{before['id']}/verification", headers=ANY, query_string={"reason": "Asked them."}
    )

    after = answer.json
    assert answer.status_code == 200
    assert {**after, "record": None} == {**before, "record": None}
    was, now = before["record"], after["record"]
    assert (now["updated_at"], now["created_at"], now["state"]) == (was["updated_at"], was["created_at"], "published")
    assert (was["verified_at"], was["verified_by"], now["verified_by"]) == (None, None, "Ada")
    assert now["version"] == was["version"] + 1
    due = datetime.date.fromisoformat(now["verified_at"][:10]) + datetime.timedelta(KINDS[kind].review_days)
    assert now["review_due"] == due.isoformat()
    assert curator.get(f"/v1/records/{before['id']}/revisions").json["items"][-1]["why"] == "Asked them."
    store = store_of(app)
    assert reading.read_as_of(store, before["id"], str(was["change"]))["record"] == was
    assert reading.read_as_of(store, before["id"], str(now["change"]))["record"] == now


def test_a_verification_lasts_through_later_changes_of_the_record(keeper: ContractClient) -> None:
    made = keeper.post("/v1/organizations", json=organization()).json
    verified = keeper.post(f"/v1/records/{made['id']}/verification", headers=ANY).json["record"]
    changed = keeper.patch(f"/v1/organizations/{made['id']}", json={"lifecycle": "ended"}, headers=ANY).json["record"]
    assert [changed[name] for name in ("verified_at", "verified_by")] == [
        verified[name] for name in ("verified_at", "verified_by")
    ]
    assert changed["updated_at"] > verified["updated_at"] == made["record"]["updated_at"]


def test_verifying_names_the_version_that_was_looked_at(keeper: ContractClient) -> None:
    made = keeper.post("/v1/organizations", json=organization())
    address = f"/v1/records/{made.json['id']}/verification"
    keeper.patch(f"/v1/organizations/{made.json['id']}", json={"lifecycle": "ended"}, headers=ANY)
    assert keeper.post(address, headers={"If-Match": made.headers["ETag"]}).status_code == 412
    assert keeper.post(address).status_code == 428
    rehearsed = keeper.post(address, headers=ANY, query_string={"dry_run": "true"})
    assert rehearsed.json["record"]["verified_by"] == "Ada"
    assert keeper.get(f"/v1/records/{made.json['id']}").json["record"]["verified_by"] is None


def test_reading_as_of_knows_only_records_that_are_there(empty_store: Store) -> None:
    with pytest.raises(Unknown):
        reading.read_as_of(empty_store, "k7r92wh453", "2020-01-01T00:00:00Z")
