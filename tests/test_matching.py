"""Nothing is created twice unawares: candidates, their reasons, decisions, and two who come at once."""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from flask import Flask

from registry.errors import Duplicate
from registry.kinds.catalogue import KINDS
from registry.service import access
from registry.service.matching import Question, candidates, match
from registry.store import records
from registry.store.database import Store
from registry.store.publishing import publish
from tests import making
from tests.conftest import store_of
from tests.contract import ContractClient

ORGANIZATION = KINDS["organization"]


def named(*names: str, **more: Any) -> making.Document:
    texts = [{"text": name, "lang": "zh-Hans" if name > "\u3000" else "en", "role": "official"} for name in names]
    return making.organization() | {"names": texts} | more


def found(store: Store, document: making.Document, kind: str = "organization") -> list[tuple[str, float]]:
    return [(each.id, each.score) for each in candidates(store, KINDS[kind], KINDS[kind].read(document))]


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("Abai Institute", "ABAI  INSTITUTE"),
        ("Abaï Institute", "Abai Institute"),
        ("Institute “Abai”", 'institute "abai"'),
        ("清华大学", "清華大學"),
    ],
)
def test_a_name_that_differs_in_writing_alone_scores_1(empty_store: Store, there: str, new: str) -> None:
    stored = making.put(empty_store, "organization", named(there))
    assert found(empty_store, named(new)) == [(stored.id, 1.0)]


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("Almaty Institute of Teaching", "Almaty Institue of Teaching"),
        ("Almaty Institute of Teaching", "Institute of Teaching Almaty"),
        ("阿拉木图国际教师教育与研究学院", "阿拉木图国际教师教育和研究学院"),
    ],
)
def test_a_name_that_is_spelled_nearly_so_scores_less_than_1_and_tells_both_names(
    empty_store: Store, there: str, new: str
) -> None:
    stored = making.put(empty_store, "organization", named(there))
    candidate, *others = candidates(empty_store, ORGANIZATION, ORGANIZATION.read(named("Another name", new)))
    assert not others
    assert (candidate.id, candidate.name) == (stored.id, there)
    assert 0.9 <= candidate.score < 1
    assert candidate.reasons == (f"'{new}' is close to its name '{there}' ({candidate.score:.2f})",)


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("Almaty Institute of Teaching", "Astana Institute of Teaching"),
        ("Development plan for teachers 2019", "Development plan for teachers 2020"),
        ("Almaty University", "Almaty"),
        ("Abai", "Abay"),
        ("北京大学", "北方大学"),
    ],
)
def test_a_name_that_is_another_is_no_candidate(empty_store: Store, there: str, new: str) -> None:
    making.put(empty_store, "organization", named(there))
    assert found(empty_store, named(new)) == []


def test_the_same_name_of_a_body_elsewhere_is_no_candidate(empty_store: Store) -> None:
    there = making.put(empty_store, "organization", named("Ministry of Teaching", places=[{"country": "KZ"}]))
    assert found(empty_store, named("Ministry of Teaching, Kenya")) == []
    assert found(empty_store, named("Ministry of Teaching of Kenya")) == []
    assert [ident for ident, _ in found(empty_store, named("Ministry of Teaching, Kazakhstan"))] == [there.id]


def test_the_same_identifier_is_the_same_thing_whatever_the_name_and_kind(empty_store: Store) -> None:
    identifier = {"identifiers": [{"scheme": "ror", "value": "https://ror.org/03cve4549"}]}
    stored = making.put(empty_store, "organization", named("Abai Institute", **identifier))
    body = making.program("Steppe Teachers", **identifier)
    (candidate,) = candidates(empty_store, KINDS["program"], KINDS["program"].read(body))
    assert (candidate.id, candidate.kind, candidate.score) == (stored.id, "organization", 1.0)
    assert candidate.reasons == ("both have the ror https://ror.org/03cve4549",)


def test_candidates_come_the_likeliest_first_and_no_more_than_asked_for(empty_store: Store) -> None:
    close = making.put(empty_store, "organization", named("Almaty Institutes of Teaching"))
    same = making.put(empty_store, "organization", named("Almaty Institute of Teaching"))
    document = ORGANIZATION.read(named("Almaty Institute of Teaching"))
    assert [each.id for each in candidates(empty_store, ORGANIZATION, document)] == [same.id, close.id]
    assert [each.id for each in candidates(empty_store, ORGANIZATION, document, 1)] == [same.id]


def test_records_of_another_kind_and_withdrawn_ones_are_no_candidates(empty_store: Store) -> None:
    making.put(empty_store, "program", making.program("Abai Institute"))
    gone = making.put(empty_store, "organization", named("Abai Institute"))
    making.put_again(empty_store, gone, named("Abai Institute"), state="withdrawn")
    assert found(empty_store, named("Abai Institute")) == []


def test_a_decision_on_either_side_is_never_asked_again(empty_store: Store) -> None:
    first = making.put(empty_store, "organization", named("Abai Institute"))
    other = {"distinct_from": [{"target": {"id": first.id}, "reason": "Another town."}]}
    assert found(empty_store, named("Abai Institute", **other)) == []
    second = making.put(empty_store, "organization", named("Abai Institute", **other))
    document = ORGANIZATION.read(named("Abai Institute"))
    assert [each.id for each in candidates(empty_store, ORGANIZATION, document, ident=first.id)] == []
    assert [each.id for each in candidates(empty_store, ORGANIZATION, document, ident=second.id)] == [first.id]


def test_a_decision_on_a_record_holds_for_what_it_was_merged_into(curator: ContractClient) -> None:
    one, two = (curator.post("/v1/organizations", json=named(name)).json["id"] for name in ("Abai One", "Abai Two"))
    headers = {"If-Match": "*"}
    merged = curator.post(f"/v1/records/{one}/merge?reason=Same", json={"into": two}, headers=headers)
    assert merged.status_code == 200
    other = {"distinct_from": [{"target": {"id": one}, "reason": "Another town."}]}
    assert curator.post("/v1/organizations", json=named("Abai Two")).status_code == 409
    assert curator.post("/v1/organizations", json=named("Abai Two", **other)).status_code == 201


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.matched], ids=lambda kind: str(kind.name))
def test_every_kind_that_is_matched_refuses_its_own_sample_a_second_time(curator: ContractClient, kind: Any) -> None:
    there = curator.get(f"/v1/{kind.plural}?limit=1&fields=names").json["items"][0]["id"]
    served = curator.get(f"/v1/{kind.plural}/{there}").json
    body = {name: value for name, value in served.items() if name not in ("id", "record", "name", "summary")}
    answer = curator.post(f"/v1/{kind.plural}", json=_unread(body))
    assert answer.status_code == 409
    assert answer.json["type"].endswith("#duplicate")
    assert there in [each["id"] for each in answer.json["candidates"]]


def _unread(value: Any) -> Any:
    """What was read, without what the registry adds to members."""
    if isinstance(value, list):
        return [_unread(each) for each in value]
    if isinstance(value, dict):
        return {name: _unread(inner) for name, inner in value.items() if name not in ("standing", "state")}
    return value


def test_figures_are_not_matched(curator: ContractClient) -> None:
    subject = curator.get("/v1/organizations?limit=1").json["items"][0]["id"]
    for _ in range(2):
        assert curator.post("/v1/figures", json=making.figure(subject)).status_code == 201


def test_creating_what_may_be_there_is_refused_until_each_candidate_is_decided(curator: ContractClient) -> None:
    first = curator.post("/v1/organizations", json=named("Almaty Institute of Teaching")).json
    close = named("Almaty Institute of Teachings")
    for address in ("/v1/organizations", "/v1/organizations?dry_run=true"):
        answer = curator.post(address, json=close)
        assert answer.status_code == 409
        (candidate,) = answer.json["candidates"]
        assert candidate["id"] == first["id"] and candidate["kind"] == "organization"
        assert answer.json["errors"][0]["pointer"] == "/names"
    decision = {"distinct_from": [{"target": {"id": first["id"]}, "reason": "A school for pupils."}]}
    made = curator.post("/v1/organizations", json=close | decision)
    assert made.status_code == 201
    assert made.json["distinct_from"][0]["reason"] == "A school for pupils."
    assert made.json["distinct_from"][0]["target"]["name"] == "Almaty Institute of Teaching"


def test_the_names_are_tested_again_when_the_record_is_made(empty_store: Store) -> None:
    first = making.put(empty_store, "organization", named("Abai Institute"))
    change = making.change("organization", named("ABAI INSTITUTE"), reviewed=False)
    with pytest.raises(Duplicate) as refusal:
        publish(empty_store, [change], "Ada", "")
    (candidate,) = refusal.value.candidates
    assert candidate.id == first.id
    assert candidate.reasons == ("'ABAI INSTITUTE' is its name 'Abai Institute'",)
    decision = {"distinct_from": [{"target": {"id": first.id}, "reason": "Another town."}]}
    change = making.change("organization", named("ABAI INSTITUTE", **decision), reviewed=False)
    assert publish(empty_store, [change], "Ada", "")[change.ident].changed


def test_two_records_that_are_made_together_do_not_share_a_name_either(empty_store: Store) -> None:
    one = making.change("organization", named("Abai Institute"), reviewed=False)
    two = making.change("organization", named("Abai Institute"), reviewed=False)
    with pytest.raises(Duplicate) as refusal:
        publish(empty_store, [one, two], "Ada", "")
    assert [each.id for each in refusal.value.candidates] == [one.ident]
    decision = {"distinct_from": [{"target": {"id": two.ident}, "reason": "Another town."}]}
    one = making.change("organization", named("Abai Institute", **decision), one.ident, reviewed=False)
    assert len(publish(empty_store, [one, two], "Ada", "")) == 2


def test_a_name_that_is_given_up_in_the_same_transaction_is_free(empty_store: Store) -> None:
    there = making.put(empty_store, "organization", named("Abai Institute"))
    renamed = making.change("organization", named("Abai University"), there.id, frozenset([there.etag]), "replace")
    new = making.change("organization", named("Abai Institute"), reviewed=False)
    assert len(publish(empty_store, [renamed, new], "Ada", "")) == 2


def test_a_record_that_is_changed_again_and_again_is_met_as_before(empty_store: Store) -> None:
    body = making.organization("Abai Institute of Almaty") | {"names": [
        {"text": "Abai Institute of Almaty", "lang": "en", "role": "official"}, {"text": "阿拜研究院", "lang": "zh-Hans", "role": "official"},
    ]}  # fmt: skip
    there = making.put(empty_store, "organization", body)
    asked = ["Abai Institute of Almaty", "Abai Institut Almaty", "AIA", "阿拜研究院", "阿拜院", "abai yanjiuyuan"]
    before = [tell(empty_store, name) for name in asked]
    assert all(each[0][0] == there.id for each in before)
    for number in range(60):
        making.put_again(
            empty_store,
            records.read(empty_store, there.id),
            body | {"summaries": [{"lang": "en", "text": f"Changed {number}."}]},
        )
        match(empty_store, [Question("Abai")])
    assert [tell(empty_store, name) for name in asked] == before


def tell(store: Store, name: str) -> list[tuple[str, float, str]]:
    """The candidates for a name: their ids, scores and the ways in which they were met."""
    (answer,) = match(store, [Question(name)])
    return [(each.document["id"], round(each.score, 6), each.sighting.way) for each in answer.candidates]


def test_of_eight_who_create_one_partner_at_once_one_does(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look before is taken away, so that only what stands in the transaction holds."""
    monkeypatch.setattr("registry.service.matching.candidates", lambda *_, **__: [])
    token = access.issue(store_of(app), "Ada", "curator")
    answers = at_once(8, lambda: _post(app, token, named("Abai Institute of Almaty")))
    assert sorted(answers) == [201] + [409] * 7
    listed = app.test_client().get("/v1/organizations?q=Abai Institute of Almaty").json
    assert listed["total"] == 1


def _post(app: Flask, token: str, body: making.Document) -> int:
    client = app.test_client()
    answer = client.post("/v1/organizations", json=body, headers={"Authorization": f"Bearer {token}"})
    store_of(app).close()
    return int(answer.status_code)


def at_once(count: int, act: Callable[[], Any]) -> list[Any]:
    """What several threads get that do the same at the same moment."""
    start, got = threading.Barrier(count), []

    def run() -> None:
        start.wait()
        got.append(act())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_only_what_is_shown_or_weighs_is_read(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    there = [
        making.put(empty_store, "organization", named(f"Almaty Institute of {what}")) for what in ("Mining", "Art")
    ]
    read = listened(monkeypatch)
    assert answered(empty_store, Question("Almaty Institute of Mining")) == [there[0].id]
    assert read == [there[0].number]
    assert answered(empty_store, Question("Almaty Institute of Mining", country="KZ")) == [there[0].id]
    assert sorted(read[1:]) == [each.number for each in there]


def test_a_record_that_is_gone_when_it_is_read_leaves_its_share_to_the_others(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (making.put(empty_store, "organization", named("Abai Institute")) for _ in range(2))
    assert answered(empty_store, Question("Abai Institute")) == [one.id, other.id]
    listened(monkeypatch, gone=one.number)
    (answer,) = match(empty_store, [Question("Abai Institute")])
    (candidate,) = answer.candidates
    assert candidate.document["id"] == other.id
    assert candidate.match


def answered(store: Store, question: Question) -> list[str]:
    (answer,) = match(store, [question])
    return [each.document["id"] for each in answer.candidates]


def listened(monkeypatch: pytest.MonkeyPatch, gone: int | None = None) -> list[int]:
    """The numbers of the records that are read from now on; one of them may be gone when it is read."""
    read: list[int] = []
    published = records.published

    def listening(store: Store, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        read.extend(numbers)
        return (each for each in published(store, numbers) if each[0] != gone)

    monkeypatch.setattr(records, "published", listening)
    return read
