"""Two records of one thing become one: what stays, what leads where, and how a wrong merge is undone."""

import json
import random
from typing import Any

import pytest

from registry.errors import Conflict
from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import fingerprint
from registry.kinds.model.merging import absorbed
from registry.service import merging
from registry.store import records
from registry.store.database import Store
from registry.store.publishing import publish
from registry.store.records import Stored
from registry.store.rendering import reindex
from tests.conftest import store_of
from tests.contract import ContractClient
from tests.histories import Chance, served, tables
from tests.making import change, figure, organization, program, put, put_again, real_seeds, source

WHY = {"reason": "The same."}


def held(store: Store, ident: str) -> Document:
    """A record as it is served."""
    return json.loads(records.many(store, [ident])[ident].bytes)


def content(document: Document) -> Document:
    """A served document without what the registry keeps of it besides."""
    return {name: value for name, value in document.items() if name != "record"}


def merge(client: ContractClient, loser: Stored, survivor: Stored, **more: Any) -> Any:
    """Ask for a merge of the loser as it was read."""
    query = {**WHY, **more.pop("query", {})}
    headers = {"If-Match": f'"{loser.etag}"'}
    return client.post(
        f"/v1/records/{loser.id}/merge", json={"into": survivor.id}, query_string=query, headers=headers, **more
    )


def undo(client: ContractClient, loser: Stored, **query: str) -> Any:
    """Ask for the merge of a record to be undone."""
    return client.delete(f"/v1/records/{loser.id}/merge", query_string={"reason": "Not the same.", **query})


def store_behind(client: ContractClient) -> Store:
    return store_of(client.application)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_of_any_kind_is_merged_into_another_which_takes_all_its_names(
    kind: str, curator: ContractClient
) -> None:
    store = store_behind(curator)
    sample = next(seed for seed in real_seeds() if seed.key == KINDS[kind].sample)
    fresh = {**sample.document, "identifiers": [], "evidence": [], "cautions": [], "names": [], "absent": {}}
    for name in KINDS[kind].fixed:
        fresh[name] = f"another-{name}"
    if KINDS[kind].titled is None:
        fresh["names"] = [{"text": "Quite Another Name", "lang": "en", "role": "alias"}]
    loser = put(store, kind, fresh)
    survivor = records.many(store, [sample.ident])[sample.ident]
    before = json.loads(survivor.bytes)

    answer = merge(curator, loser, survivor)

    assert answer.status_code == 200
    assert answer.json["names"][: len(before["names"])] == before["names"]
    assert {n["text"] for n in fresh["names"]} <= {n["text"] for n in answer.json["names"]}
    assert answer.headers["ETag"] == f'"{records.many(store, [survivor.id])[survivor.id].etag}"'
    plural = KINDS[kind].plural
    for address in (f"/v1/{plural}", "/v1/records"):
        led = curator.get(f"{address}/{loser.id}")
        assert (led.status_code, led.headers["Location"]) == (308, f"{address}/{survivor.id}")

    assert undo(curator, loser).status_code == 200
    assert content(curator.get(f"/v1/records/{survivor.id}").json) == content(before)
    assert content(curator.get(f"/v1/records/{loser.id}").json) == content(json.loads(loser.bytes))


def test_single_values_that_differ_stay_the_survivors_and_a_caution_tells_what_the_other_said(
    keeper: ContractClient,
) -> None:
    store = store_behind(keeper)
    survivor = put(store, "organization", organization("Abai University", type="university"))
    loser = put(store, "organization", organization("Abai Univ.", type="company", sector="academia"))

    merged = merge(keeper, loser, survivor).json

    assert (merged["type"], merged["lifecycle"], merged["sector"]) == ("university", "active", "academia")
    (caution,) = merged["cautions"]
    assert (caution["kind"], caution["about"]) == ("contradicted", "/type")
    assert loser.id in caution["note"]
    assert "company" in caution["note"]


def test_members_that_both_have_stand_once_and_keys_that_both_use_are_told_apart(empty_store: Store) -> None:
    place = {"key": "p1", "country": "KZ"}
    survivor = put(empty_store, "organization", organization("One", places=[place]))
    names = [{"key": "n1", "text": "Two", "lang": "en", "role": "official"}]
    loser = put(empty_store, "organization", organization("Two", names=names, places=[{"key": "p9", "country": "KZ"}, {"key": "p1", "country": "KE"}]))  # fmt: skip

    merging.merge(empty_store, loser.id, survivor.id, None, "Mei", "")

    merged = held(empty_store, survivor.id)
    assert [(p["key"], p["country"]) for p in merged["places"]] == [("p1", "KZ"), ("p1-2", "KE")]
    assert [(n["key"], n["text"]) for n in merged["names"]] == [("n1", "One"), ("n1-2", "Two")]


def test_evidence_comes_along_for_the_values_that_do_and_stays_verified_where_all_of_them_did(
    empty_store: Store,
) -> None:
    put(empty_store, "source", source("report"))
    survivor = put(
        empty_store, "organization", organization("One", type="university", places=[{"key": "p3", "country": "KZ"}])
    )
    passage = {"basis": "passage", "source": "report", "digest": f"sha256:{'0' * 64}"}
    document = organization(
        "Two",
        names=[{"key": "n1", "text": "Two", "lang": "en", "role": "official"}],
        places=[{"key": "p1", "country": "KZ"}],
        evidence=[
            {"key": "e1", **passage, "lines": [1, 2], "supports": ["/names/n1/text", "/places/p1"]},
            {"key": "e2", **passage, "lines": [3, 3], "supports": ["/names/n1"], "inferred": ["/type"]},
            {"key": "e3", **passage, "lines": [4, 4], "inferred": ["/type"]},
        ],
    )
    made = change("organization", document)
    seals = {each["key"]: fingerprint(each, made.document) for each in made.document["evidence"]}
    loser = publish(empty_store, [change("organization", document, seals=seals)], "Ada", "").popitem()[1].stored

    merging.merge(empty_store, loser.id, survivor.id, None, "Mei", "")

    merged = held(empty_store, survivor.id)
    assert [(e["key"], e["supports"], e["inferred"], e["state"]) for e in merged["evidence"]] == [
        ("e1", ["/names/n1-2/text", "/places/p3"], [], "verified"),
        ("e2", ["/names/n1-2"], [], "unverifiable"),
    ]


def test_cautions_and_absences_come_along_only_with_what_they_are_about(empty_store: Store) -> None:
    survivor = put(empty_store, "organization", organization("One", type="university", absent={"/milestones": "not-stated", "/websites": "withheld"}))  # fmt: skip
    cautions = [
        {"kind": "implausible", "about": f"/{name}", "note": name} for name in ("type", "lifecycle", "milestones")
    ]
    milestones = [{"key": "m1", "event": "established", "date": "2019"}]
    loser = put(empty_store, "organization", organization("Two", cautions=cautions, milestones=milestones, absent={"/sector": "not-stated"}))  # fmt: skip

    merging.merge(empty_store, loser.id, survivor.id, None, "Mei", "")

    merged = held(empty_store, survivor.id)
    assert merged["absent"] == {"/sector": "not-stated", "/websites": "withheld"}
    assert sorted((c["kind"], c["about"]) for c in merged["cautions"]) == [
        ("contradicted", "/type"), ("implausible", "/lifecycle"), ("implausible", "/milestones"),
    ]  # fmt: skip


def test_what_the_two_said_of_one_another_is_left_out_with_what_stood_on_it(empty_store: Store) -> None:
    survivor = put(empty_store, "organization", organization("One"))
    middle = put(empty_store, "organization", organization("Between"))
    tie = {"key": "r1", "relation": "part-of", "target": {"id": survivor.id}, "lifecycle": "active"}
    other = {**tie, "key": "r2", "target": {"id": middle.id}}
    document = organization(
        "Two",
        relations=[tie, other],
        distinct_from=[{"target": {"id": survivor.id}, "reason": "No."}],
        evidence=[{"basis": "statement", "by": "Ada", "supports": ["/relations/r1", "/lifecycle"]}],
        cautions=[{"kind": "ambiguous", "about": "/lifecycle", "note": "Which?", "see": [{"id": survivor.id}]}],
    )
    loser = put(empty_store, "organization", document)
    merging.merge(empty_store, middle.id, loser.id, None, "Mei", "")
    assert [r["key"] for r in held(empty_store, loser.id)["relations"]] == ["r1"]

    merging.merge(empty_store, loser.id, survivor.id, None, "Mei", "")

    merged = held(empty_store, survivor.id)
    assert merged["relations"] == merged["distinct_from"] == []
    assert [e["supports"] for e in merged["evidence"]] == [["/lifecycle"]]
    assert [c["see"] for c in merged["cautions"]] == [[]]
    assert merged["cautions"][0]["about"] == "/lifecycle"


def test_absorbing_takes_nothing_from_the_two_documents_themselves() -> None:
    kind = KINDS["program"]
    one, two = (kind.read(program(name, cohorts=[{"label": name, "places": [{"country": c}]}])) for name, c in (("One", "KZ"), ("Two", "KE")))  # fmt: skip
    copies = json.dumps([one, two])
    merged = absorbed(one, two, "x").document
    assert json.dumps([one, two]) == copies
    kind.read(merged)
    assert [c["places"][0]["country"] for c in merged["cohorts"]] == ["KZ", "KE"]


def test_whoever_refers_to_the_loser_shows_the_survivor_under_another_etag_and_the_same_version(
    keeper: ContractClient,
) -> None:
    store = store_behind(keeper)
    survivor, loser = (put(store, "organization", organization(name)) for name in ("One", "Two"))
    course = put(store, "program", program("Course", loser.id))

    merge(keeper, loser, survivor)

    read = keeper.get(f"/v1/programs/{course.id}")
    assert read.json["relations"][0]["target"] == {"id": survivor.id, "kind": "organization", "name": "One"}
    assert read.headers["ETag"] != f'"{course.etag}"'
    assert read.json["record"] == json.loads(course.bytes)["record"]
    lines = keeper.get("/v1/changes?after=3").json["items"]
    assert [(line["act"], [each["id"] for each in line["rendered"]]) for line in lines] == [("merge", [course.id]), ("absorb", [])]  # fmt: skip
    assert keeper.get(f"/v1/records?relation=organized-by:{survivor.id}").json["total"] == 1

    undo(keeper, loser)
    assert keeper.get(f"/v1/programs/{course.id}").data == course.bytes
    assert keeper.get(f"/v1/programs/{course.id}").headers["ETag"] == f'"{course.etag}"'


def test_chains_lead_to_the_last_survivor_and_come_apart_link_by_link(keeper: ContractClient) -> None:
    store = store_behind(keeper)
    first, second, third = (put(store, "organization", organization(name)) for name in ("One", "Two", "Three"))
    course = put(store, "program", program("Course", first.id))

    def shown() -> str:
        return keeper.get(f"/v1/programs/{course.id}").json["relations"][0]["target"]["name"]

    merge(keeper, first, second)
    second = records.many(store, [second.id])[second.id]
    merge(keeper, second, third)
    for each in (first, second):
        assert keeper.get(f"/v1/records/{each.id}").headers["Location"] == f"/v1/records/{third.id}"
    assert shown() == "Three"

    refused = undo(keeper, first)
    assert refused.status_code == 409
    assert refused.json["errors"] == [{"pointer": "/record/state", "detail": "was published, is merged"}]

    assert undo(keeper, second).status_code == 200
    assert keeper.get(f"/v1/records/{first.id}").headers["Location"] == f"/v1/records/{second.id}"
    assert shown() == "Two"
    assert undo(keeper, first).status_code == 200
    assert shown() == "One"


def test_a_merge_is_not_undone_once_the_survivor_has_changed_and_the_refusal_tells_what(keeper: ContractClient) -> None:
    store = store_behind(keeper)
    survivor, loser = (put(store, "organization", organization(name)) for name in ("One", "Two"))
    merge(keeper, loser, survivor)
    changed = keeper.patch(f"/v1/organizations/{survivor.id}", json={"lifecycle": "ended"}, headers={"If-Match": "*"})

    refused = undo(keeper, loser)

    assert refused.status_code == 409
    assert refused.json["errors"] == [{"pointer": "/lifecycle", "detail": "was 'active', is 'ended'"}]
    keeper.patch(
        f"/v1/organizations/{survivor.id}", json={"lifecycle": "active"}, headers={"If-Match": changed.headers["ETag"]}
    )
    assert undo(keeper, loser).status_code == 200


def test_only_the_last_of_two_merges_into_one_record_can_be_undone(empty_store: Store) -> None:
    survivor, first, second = (put(empty_store, "organization", organization(name)) for name in ("One", "Two", "Three"))
    before = held(empty_store, survivor.id)
    merging.merge(empty_store, first.id, survivor.id, None, "Mei", "")
    merging.merge(empty_store, second.id, survivor.id, None, "Mei", "")
    with pytest.raises(Conflict) as refusal:
        merging.undo(empty_store, first.id, "Mei", "")
    assert [fault.pointer for fault in refusal.value.faults] == ["/names/n1-3"]
    merging.undo(empty_store, second.id, "Mei", "")
    merging.undo(empty_store, first.id, "Mei", "")
    assert content(held(empty_store, survivor.id)) == content(before)


def test_a_merge_that_adds_nothing_to_the_survivor_is_undone_even_when_that_has_changed(empty_store: Store) -> None:
    survivor = put(empty_store, "organization", organization("One"))
    loser = put(empty_store, "organization", organization("One"))
    merging.merge(empty_store, loser.id, survivor.id, None, "Mei", "")
    now = records.many(empty_store, [survivor.id])[survivor.id]
    assert now.version == 1
    put_again(empty_store, now, organization("Another"))
    merging.undo(empty_store, loser.id, "Mei", "")
    assert held(empty_store, loser.id)["name"] == "One"
    assert held(empty_store, survivor.id)["name"] == "Another"


def test_identifiers_are_free_of_the_loser_and_claimed_by_the_survivor(keeper: ContractClient) -> None:
    store = store_behind(keeper)
    number = {"key": "i1", "scheme": "wikidata", "value": "Q42"}
    survivor = put(store, "organization", organization("One"))
    loser = put(store, "organization", organization("Two", identifiers=[number]))
    taken = keeper.post("/v1/organizations", json=organization("Kazybek Academy", identifiers=[number]))
    assert taken.status_code == 409

    merged = merge(keeper, loser, survivor).json
    assert merged["identifiers"] == [number]
    taken = keeper.post("/v1/organizations", json=organization("Kazybek Academy", identifiers=[number]))
    assert survivor.id in taken.json["errors"][0]["detail"]

    undo(keeper, loser)
    assert keeper.get("/v1/organizations?identifier=Q42").json["items"][0]["id"] == loser.id


def test_a_merge_is_undone_only_while_what_the_loser_claims_is_free(empty_store: Store) -> None:
    number = {"key": "i1", "scheme": "wikidata", "value": "Q42"}
    survivor = put(empty_store, "organization", organization("One"))
    loser = put(empty_store, "organization", organization("Two", identifiers=[number]))
    merging.merge(empty_store, loser.id, survivor.id, None, "Mei", "")
    registered = records.latest(empty_store, [survivor.id])[survivor.id].document
    now = records.many(empty_store, [survivor.id])[survivor.id]
    freed = put_again(empty_store, now, {**registered, "identifiers": []})
    other = put(empty_store, "organization", organization("Three", identifiers=[number]))
    with pytest.raises(Conflict):
        merging.undo(empty_store, loser.id, "Mei", "")
    put_again(empty_store, other, organization("Three"))
    put_again(empty_store, freed, registered)
    merging.undo(empty_store, loser.id, "Mei", "")
    assert held(empty_store, loser.id)["identifiers"] == [number]


@pytest.mark.parametrize(("loser", "into", "status", "pointer"), [
    ("course", "one", 422, "/into"), ("one", "one", 422, "/into"), ("one", "unknown", 409, "/into"),
    ("one", "withdrawn", 409, "/into"), ("one", "merged", 409, "/into"),
    ("merged", "two", 409, None), ("withdrawn", "two", 410, None), ("unknown", "two", 404, None),
])  # fmt: skip
def test_what_cannot_be_merged_is_refused_by_name(loser: str, into: str, status: int, pointer: str | None, keeper: ContractClient) -> None:  # fmt: skip
    store = store_behind(keeper)
    there = {
        name: put(store, "organization", organization(name)) for name in ("one", "two", "merged", "withdrawn", "last")
    }
    there["course"] = put(store, "program", program("course", there["one"].id))
    there["unknown"] = there["last"]._replace(id="k7r92wh453")
    merging.merge(store, there["merged"].id, there["last"].id, None, "Mei", "")
    put_again(store, there["withdrawn"], organization("withdrawn"), state="withdrawn")

    refused = merge(keeper, there[loser], there[into])

    assert refused.status_code == status
    assert [error.get("pointer") for error in refused.json["errors"]][:1] == (
        [pointer] if pointer or status == 409 else []
    )


def test_a_merge_names_the_version_it_was_decided_on(keeper: ContractClient) -> None:
    store = store_behind(keeper)
    survivor, loser = (put(store, "organization", organization(name)) for name in ("One", "Two"))
    put_again(store, loser, organization("Changed"))
    assert merge(keeper, loser, survivor).status_code == 412
    bare = keeper.post(f"/v1/records/{loser.id}/merge", json={"into": survivor.id}, query_string=WHY)
    assert bare.status_code == 428
    assert keeper.get(f"/v1/records/{loser.id}").status_code == 200


def test_a_merge_and_its_undoing_can_be_rehearsed(keeper: ContractClient) -> None:
    store = store_behind(keeper)
    survivor, loser = (put(store, "organization", organization(name)) for name in ("One", "Two"))
    before = tables(store)
    rehearsed = merge(keeper, loser, survivor, query={"dry_run": "true"})
    assert {n["text"] for n in rehearsed.json["names"]} == {"One", "Two"}
    assert tables(store) == before
    merge(keeper, loser, survivor)
    before = tables(store)
    assert undo(keeper, loser, dry_run="true").json["name"] == "Two"
    assert tables(store) == before


def test_a_source_that_is_cited_neither_merges_nor_goes(keeper: ContractClient) -> None:
    store = store_behind(keeper)
    one, two = (put(store, "source", source(key)) for key in ("one", "two"))
    evidence = [{"basis": "passage", "source": "one", "lines": [1, 1], "supports": ["/lifecycle"]}]
    citing = put(store, "organization", organization("Citing", evidence=evidence))
    refused = [
        merge(keeper, one, two),
        keeper.delete(f"/v1/sources/{one.id}", query_string=WHY, headers={"If-Match": "*"}),
    ]
    for each in refused:
        assert each.status_code == 409
        assert citing.id in each.json["errors"][0]["detail"]
    put_again(store, citing, organization("Citing"))
    assert merge(keeper, one, two).json["key"] == "two"


@pytest.mark.parametrize("beneath", ["", "/partners", "/partners?kind=program&limit=3", "?as_of=5"])
def test_the_losers_address_leads_on_for_ever_with_all_that_was_asked_there(
    beneath: str, keeper: ContractClient
) -> None:
    store = store_behind(keeper)
    survivor, loser = (put(store, "organization", organization(name)) for name in ("One", "Two"))
    merge(keeper, loser, survivor)
    put_again(store, records.many(store, [survivor.id])[survivor.id], organization("Changed"))
    reindex(store)
    for method in (keeper.get, keeper.head):
        led = method(f"/v1/records/{loser.id}{beneath}")
        assert (led.status_code, led.headers["Location"]) == (308, f"/v1/records/{survivor.id}{beneath}")
        assert method(led.headers["Location"]).status_code == 200


def test_the_history_of_a_merged_record_is_read_at_its_own_address(keeper: ContractClient) -> None:
    store = store_behind(keeper)
    survivor, loser = (put(store, "organization", organization(name)) for name in ("One", "Two"))
    merge(keeper, loser, survivor)
    lines = keeper.get(f"/v1/records/{loser.id}/revisions").json["items"]
    assert [(line["act"], line["state"]) for line in lines] == [("create", "published"), ("merge", "merged")]
    assert keeper.get(f"/v1/records/{loser.id}/revisions/1").data == loser.bytes
    assert keeper.get(f"/v1/records/{loser.id}?as_of=2").data == loser.bytes


def test_a_figure_follows_its_subject_through_a_merge_and_so_does_what_shows_the_figure(empty_store: Store) -> None:
    survivor, loser = (put(empty_store, "organization", organization(name)) for name in ("One", "Two"))
    number = put(empty_store, "figure", figure(loser.id))
    tie = {"key": "r1", "relation": "part-of", "target": {"id": number.id}, "lifecycle": "active"}
    shows = put(empty_store, "organization", organization("Shows", relations=[tie]))
    merging.merge(empty_store, loser.id, survivor.id, None, "Mei", "")
    assert held(empty_store, number.id)["name"] == "capacity: One"
    assert held(empty_store, shows.id)["relations"][0]["target"]["name"] == "capacity: One"


@pytest.mark.parametrize("seed", range(3))
def test_after_random_merges_and_undos_reindexing_makes_everything_the_same(seed: int, empty_store: Store) -> None:
    chance = Chance(empty_store, random.Random(seed))
    chance.write(120)
    assert chance.done["merge"] >= 5
    assert chance.done["undo"] >= 1
    before = tables(empty_store)
    assert reindex(empty_store) == len(before["record"])
    after = tables(empty_store)
    for name in before:
        assert after[name] == before[name], name


def test_what_changes_with_a_figure_of_the_same_transaction_is_rendered_once_its_name_is_known(
    empty_store: Store,
) -> None:
    subject = put(empty_store, "organization", organization("One"))
    number = put(empty_store, "figure", figure(subject.id))
    tie = {"key": "r1", "relation": "part-of", "target": {"id": number.id}, "lifecycle": "active"}
    shows = put(empty_store, "organization", organization("Shows", relations=[tie]))
    both = [
        change("organization", organization("Renamed"), subject.id, frozenset([subject.etag]), "replace"),
        change(
            "organization", organization("Shows more", relations=[tie]), shows.id, frozenset([shows.etag]), "replace"
        ),
    ]
    made = publish(empty_store, both, "Ada", "")
    assert made[shows.id].stored.bytes == served(empty_store)[shows.id]
    assert held(empty_store, shows.id)["relations"][0]["target"]["name"] == "capacity: Renamed"


def test_a_figure_about_a_figure_is_refused_since_neither_would_have_a_name(keeper: ContractClient) -> None:
    store = store_behind(keeper)
    number = put(store, "figure", figure(put(store, "organization", organization("One")).id))
    refused = keeper.post("/v1/figures", json=figure(number.id))
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/subject/target/id"
    itself = keeper.put(f"/v1/figures/{number.id}", json=figure(number.id), headers={"If-Match": "*"})
    assert itself.status_code == 422


def test_two_changes_of_one_record_are_no_set_of_changes(empty_store: Store) -> None:
    one = put(empty_store, "organization", organization("One"))
    twice = [change("organization", organization(name), one.id, None, "replace") for name in ("Two", "Three")]
    with pytest.raises(Conflict):
        publish(empty_store, twice, "Ada", "")
