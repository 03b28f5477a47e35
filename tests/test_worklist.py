"""What waits for attention: which records, for which reasons, within which scope, in which order."""

import datetime
import json
from typing import Any

import pytest

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document
from registry.kinds.model.kind import fingerprint
from registry.service import merging, worklist
from registry.store import records
from registry.store.database import Store
from registry.store.publishing import publish
from registry.store.records import Stored
from registry.store.upkeep import Scope
from tests.conftest import store_of
from tests.contract import ContractClient
from tests.making import change, figure, organization, program, put, put_again, source

SUMMARIES = [{"lang": "en", "text": "One."}, {"lang": "zh-Hans", "text": "一。"}]
SAID = [{"basis": "statement", "by": "Ada"}]
EVERYTHING = Scope()


@pytest.fixture
def store(keeper: ContractClient) -> Store:
    return store_of(keeper.application)


@pytest.fixture
def someday(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes today another day, so many days from now."""

    def set_to(days: int) -> None:
        day = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days)
        monkeypatch.setattr(worklist, "today", day.isoformat)

    return set_to


def good(name: str, **more: Any) -> Document:
    """An organization that waits for nothing."""
    return organization(name, **{"summaries": SUMMARIES, "evidence": SAID, **more})


def found(client: ContractClient, query: str = "") -> dict[str, list[str]]:
    """The reasons for which records wait, by name."""
    page = client.get(f"/v1/worklist?{query}").json
    return {item["record"]["name"]: [each["reason"] for each in item["reasons"]] for item in page["items"]}


def test_a_record_that_lacks_nothing_waits_for_nothing(keeper: ContractClient, store: Store) -> None:
    put(store, "organization", good("Good"))
    page = keeper.get("/v1/worklist").json
    assert page == {"items": [], "total": 0, "counts": [{"reason": each.code, "count": 0} for each in worklist.REASONS]}


def test_a_record_is_overdue_from_the_day_after_its_review_was_due(
    keeper: ContractClient, store: Store, someday: Any
) -> None:
    made = put(store, "organization", good("Good"))
    days = KINDS["organization"].review_days
    someday(days)
    assert found(keeper) == {}
    someday(days + 1)
    assert found(keeper) == {"Good": ["overdue"]}
    (item,) = keeper.get("/v1/worklist").json["items"]
    due = json.loads(made.bytes)["record"]["review_due"]
    assert item["review_due"] == due
    assert due in item["reasons"][0]["detail"]
    merging.verify(store, made.id, None, "Mei", "")
    store.change("UPDATE term SET low = '9999-01-01', high = '9999-01-01' WHERE field = 'review_due'")
    assert found(keeper) == {}


def test_a_record_without_evidence_waits_and_so_does_one_whose_values_changed_since(
    keeper: ContractClient, store: Store
) -> None:
    put(store, "organization", good("Bare", evidence=[]))
    put(store, "source", source("report", summaries=SUMMARIES, evidence=SAID, date="2020"))
    passage = [{"key": "e7", "basis": "passage", "source": "report", "lines": [1, 1], "supports": ["/type"]}]
    sealed = change("organization", good("Stale", evidence=passage))
    seals = {"e7": fingerprint(sealed.document["evidence"][0], sealed.document)}
    made = (
        publish(store, [change("organization", good("Stale", evidence=passage), seals=seals)], "Ada", "")
        .popitem()[1]
        .stored
    )
    assert found(keeper) == {"Bare": ["unevidenced"]}
    put_again(store, made, good("Stale", evidence=passage, type="university"))
    assert found(keeper) == {"Bare": ["unevidenced"], "Stale": ["unevidenced"]}
    details = [item["reasons"][0]["detail"] for item in keeper.get("/v1/worklist").json["items"]]
    assert "no evidence" in details[0]
    assert "e7" in details[1]


def test_a_contradicted_value_waits_with_where_it_stands(keeper: ContractClient, store: Store) -> None:
    cautions = [
        {"kind": kind, "about": f"/{name}", "note": "?"}
        for kind, name in (("contradicted", "type"), ("ambiguous", "lifecycle"))
    ]
    put(store, "organization", good("Doubted", cautions=cautions))
    put(store, "organization", good("Ambiguous", cautions=cautions[1:]))
    (item,) = keeper.get("/v1/worklist").json["items"]
    assert item["reasons"] == [{"reason": "contradicted", "detail": "Contradicted: /type."}]


@pytest.mark.parametrize(("kind", "document", "lacks"), [
    ("organization", organization("No summary", evidence=SAID), "a summary in English, a summary in Chinese"),
    ("organization", good("English only", summaries=SUMMARIES[:1]), "a summary in Chinese"),
    ("organization", good("British", summaries=[{"lang": "en-GB", "text": "One."}, {"lang": "zh-Hant", "text": "一。"}]), ""),
    ("source", source("undated", summaries=SUMMARIES, evidence=SAID), "the date of publication, or that none is stated"),
    ("source", source("dateless", summaries=SUMMARIES, evidence=SAID, absent={"/date": "not-stated"}), ""),
])  # fmt: skip
def test_a_record_is_incomplete_by_what_its_kind_declares(kind: str, document: Document, lacks: str, keeper: ContractClient, store: Store) -> None:  # fmt: skip
    put(store, kind, document)
    items = keeper.get("/v1/worklist").json["items"]
    assert [item["reasons"] for item in items] == (
        [[{"reason": "incomplete", "detail": f"It lacks {lacks}."}]] if lacks else []
    )


def test_a_figure_is_complete_without_summaries_once_its_time_and_publisher_are_told(
    keeper: ContractClient, store: Store
) -> None:
    subject = put(store, "organization", good("Good"))
    published = put(store, "source", source("report", summaries=SUMMARIES, evidence=SAID, date="2020"))
    put(
        store,
        "figure",
        figure(subject.id, evidence=SAID, as_of="2020", stated_by={"id": published.id}),
    )
    assert found(keeper) == {}
    put(store, "figure", figure(subject.id, evidence=SAID))
    (item,) = keeper.get("/v1/worklist").json["items"]
    assert "time" in item["reasons"][0]["detail"]
    assert "source" in item["reasons"][0]["detail"]


def test_withdrawn_and_merged_records_wait_for_nothing(keeper: ContractClient, store: Store) -> None:
    gone, lost = (put(store, "organization", organization(name)) for name in ("Gone", "Lost"))
    put_again(store, gone, organization("Gone"), state="withdrawn")
    kept = put(store, "organization", good("Kept"))
    merging.merge(store, lost.id, kept.id, None, "Mei", "")
    assert found(keeper) == {}


@pytest.fixture
def crowd(store: Store) -> dict[str, Stored]:
    """Records that wait for this and that, made by two people."""
    hub = put(store, "organization", organization("Hub", evidence=SAID), by="Ada")
    doubt = [{"kind": "contradicted", "about": "/type", "note": "?"}]
    return {
        "Hub": hub,
        "Course": put(store, "program", program("Course", hub.id, summaries=SUMMARIES), by="Mei"),
        "Other": put(store, "organization", good("Other", cautions=doubt, evidence=[]), by="Mei"),
        "Fine": put(store, "organization", good("Fine"), by="Mei"),
    }


@pytest.mark.parametrize(("query", "names"), [
    ("", ["Hub", "Course", "Other"]), ("reason=incomplete", ["Hub"]), ("reason=unevidenced", ["Course", "Other"]),
    ("reason=incomplete&reason=contradicted", ["Hub", "Other"]), ("reason=overdue", []), ("kind=program", ["Course"]),
    ("kind=program&kind=organization", ["Hub", "Course", "Other"]), ("kind=standard", []), ("officer=Ada", ["Hub"]),
    ("officer=Mei", ["Course", "Other"]), ("officer=Ada&officer=Mei", ["Hub", "Course", "Other"]), ("officer=Nobody", []),
    ("organization={Hub}", ["Hub", "Course"]), ("organization={Other}", ["Other"]), ("organization=k7r92wh453", []),
    ("organization={Hub}&organization={Other}&officer=Mei&reason=unevidenced", ["Course", "Other"]),
])  # fmt: skip
def test_the_list_is_narrowed_by_reason_kind_organization_and_officer(query: str, names: list[str], keeper: ContractClient, crowd: dict[str, Stored]) -> None:  # fmt: skip
    page = keeper.get("/v1/worklist?" + query.format(**{name: each.id for name, each in crowd.items()})).json
    assert [item["record"]["name"] for item in page["items"]] == names
    assert page["total"] == len(names)


def test_an_organization_is_asked_for_in_either_case_and_by_an_id_that_was_merged_into_it(keeper: ContractClient, store: Store, crowd: dict[str, Stored]) -> None:  # fmt: skip
    old = put(store, "organization", organization("Old hub"))
    merging.merge(store, old.id, crowd["Hub"].id, None, "Mei", "")
    for ident in (crowd["Hub"].id.upper(), old.id):
        assert found(keeper, f"organization={ident}").keys() == {"Hub", "Course"}


def test_the_counts_are_of_all_reasons_within_the_scope_whichever_are_asked_for(
    keeper: ContractClient, crowd: dict[str, Stored]
) -> None:
    for query in ("reason=contradicted&", "", "limit=0&"):
        page = keeper.get(f"/v1/worklist?{query}officer=Mei").json
        assert {each["reason"]: each["count"] for each in page["counts"]} == {
            "overdue": 0,
            "unevidenced": 2,
            "contradicted": 1,
            "waiting": 0,
            "incomplete": 0,
        }


def test_each_item_tells_all_its_reasons_and_who_last_changed_it(
    keeper: ContractClient, store: Store, crowd: dict[str, Stored]
) -> None:
    merging.verify(store, crowd["Other"].id, None, "Ada", "")
    (item,) = keeper.get("/v1/worklist?reason=contradicted").json["items"]
    assert item["record"] == {"id": crowd["Other"].id, "kind": "organization", "name": "Other"}
    assert [each["reason"] for each in item["reasons"]] == ["unevidenced", "contradicted"]
    assert (item["changed_by"], item["changed_at"]) == ("Mei", json.loads(crowd["Other"].bytes)["record"]["updated_at"])


def test_pages_lead_through_the_list_with_what_is_due_first_at_its_head(keeper: ContractClient, store: Store) -> None:
    made = [put(store, "organization", organization(f"Number {n}")) for n in range(7)]
    order = [3, 5, 1, 0, 6, 2, 4]
    for place, n in enumerate(order):
        due = f"2020-01-0{place // 2 + 1}"
        store.change(
            "UPDATE term SET low = ?, high = ? WHERE field = 'review_due' AND record = ?", [due, due, made[n].number]
        )
    seen, address = [], "/v1/worklist?limit=2"
    while address:
        answer = keeper.get(address)
        assert answer.json["total"] == 7
        seen += [item["record"]["name"] for item in answer.json["items"]]
        address = answer.json.get("next")
    assert seen == [f"Number {n}" for pair in ([3, 5], [0, 1], [2, 6], [4]) for n in pair]
    assert keeper.get("/v1/worklist?cursor=2020-01-01:k7r92wh453").status_code == 404


def test_the_answer_depends_on_the_day_and_so_carries_no_tag(client: ContractClient) -> None:
    client.token = None
    answer = client.get("/v1/worklist?limit=3")
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("days", [0, 400])
def test_what_the_index_finds_is_what_the_documents_tell(days: int, client: ContractClient, someday: Any) -> None:
    """An oracle that reads every document of the seeds."""
    someday(days)
    store = store_of(client.application)
    expected: dict[str, set[str]] = {}
    for row in store.rows("SELECT bytes FROM record WHERE state = 'published'"):
        record = json.loads(bytes(row[0]))
        told = {
            "overdue": record["record"]["review_due"] < worklist.today(),
            "unevidenced": not record["evidence"] or any(each["state"] == "stale" for each in record["evidence"]),
            "contradicted": any(each["kind"] == "contradicted" for each in record["cautions"]),
            "incomplete": bool(KINDS[record["kind"]].lacking(record)),
        }
        expected |= {record["id"]: {code for code, holds in told.items() if holds}} if any(told.values()) else {}
    answered: dict[str, set[str]] = {}
    after: str | None = None
    while True:
        page = worklist.worklist(store, EVERYTHING, (), 500, after)
        answered |= {item["record"]["id"]: {each["reason"] for each in item["reasons"]} for item in page.items}
        after = page.next
        if after is None:
            break
    assert answered == expected
    assert page.total == len(expected) > 100
    assert page.counts == {
        each.code: sum(each.code in codes for codes in expected.values()) for each in worklist.REASONS
    }


def test_a_page_takes_three_statements_however_long_it_is(
    crowd: dict[str, Stored], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    run = Store._run
    monkeypatch.setattr(Store, "_run", lambda store, sql, values: (statements.append(sql), run(store, sql, values))[1])
    for limit in (1, 50):
        statements.clear()
        assert worklist.worklist(store, EVERYTHING, (), limit, None).items
        assert len(statements) == 3
    assert records.counts(store)["organization"] == 3
