"""What a process keeps in mind of the indexes is what the database would tell, also after changes, and nothing untrue."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.kinds.catalogue import KINDS
from registry.store import finding, graph, memory, records
from registry.store.conditions import Condition, Span
from registry.store.database import Store
from registry.store.graph import Narrowing
from registry.store.indexing import ALL
from registry.store.meeting import Query
from registry.store.publishing import publish
from tests.contract import ContractClient
from tests.making import change, organization, program, put, put_again

COUNTRIES = ("CN", "KE", "PK", "FR")
TYPES = ("university", "company", "ministry")
FIELDS = {
    "country": COUNTRIES,
    "type": (*TYPES, "teacher-training"),
    "lifecycle": ("active", "ended"),
    "kind": ("organization", "program"),
}


def span(value: str) -> Span:
    return Span(value, value)


def an_organization(name: str, countries: "list[str]", kind: str, lifecycle: str) -> dict[str, Any]:
    places = [{"country": country} for country in countries]
    return organization(name) | {"places": places, "type": kind, "lifecycle": lifecycle}


organizations = st.builds(
    an_organization, st.text("abcdefgh", min_size=1, max_size=4), st.lists(st.sampled_from(COUNTRIES), max_size=3, unique=True),
    st.sampled_from(TYPES), st.sampled_from(FIELDS["lifecycle"]),
)  # fmt: skip
conditions = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda field: st.lists(st.sampled_from(FIELDS[field]).map(span), max_size=2, unique=True).flatmap(
        lambda wanted: st.lists(st.sampled_from(FIELDS[field]).map(span), max_size=1).map(
            lambda excluded: Condition(field, tuple(wanted), tuple(excluded))
        )
    )
)
queries = st.builds(
    Query, st.sampled_from((ALL, "organizations", "programs")), st.lists(conditions, min_size=1, max_size=3).map(tuple), st.just(""),
    st.tuples(st.sampled_from(("name", "updated", "established")), st.booleans()).map(lambda each: (each,)), st.none(),
)  # fmt: skip


def served(store: Store) -> list[tuple[int, dict[str, Any]]]:
    rows = store.rows("SELECT number, bytes FROM record WHERE state = 'published'")
    return [(row[0], json.loads(bytes(row[1]))) for row in rows]


def meets(document: dict[str, Any], query: Query) -> bool:
    """Whether a served document meets a query, by nothing but its own terms."""
    kind = KINDS[document["kind"]]
    found = {(term.field, term.low) for term in kind.terms(document)}
    return query.scope in (ALL, kind.plural) and all(
        (not each.any_of or any((each.field, s.low) in found for s in each.any_of))
        and not any((each.field, s.low) in found for s in each.none_of)
        for each in query.conditions
    )


def expected(store: Store, query: Query) -> list[bytes]:
    ((order, backwards),) = query.order
    found = [
        (KINDS[document["kind"]].sort_values(document)[order], number, json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
        for number, document in served(store) if meets(document, query)
    ]  # fmt: skip
    return [row[2] for row in sorted(found, reverse=backwards)]


def walked(store: Store, query: Query) -> Iterator[bytes]:
    after = None
    while True:
        page = finding.page(store, query, 2, after)
        yield from page.items
        if not page.more:
            return
        after = page.last


def holds(store: Store, query: Query) -> None:
    wanted = expected(store, query)
    assert list(walked(store, query)) == wanted
    assert finding.total(store, query) == len(wanted)
    assert sorted(finding.walk(store, query)) == sorted(wanted)
    counted = Counter(
        (term.field, term.low) for document in map(json.loads, wanted)
        for term in KINDS[document["kind"]].terms(document) if term.field in FIELDS
    )  # fmt: skip
    told = finding.facets(store, query, sorted(FIELDS))
    assert {(name, value): count for name, values in told.items() for value, (count, _) in values.items()} == counted


changes = st.tuples(organizations, st.integers(0, 999), st.sampled_from(("published", "published", "withdrawn")))
"""A record that is registered later, and which of those that are there then changes into the same, in which state."""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(organizations, max_size=6), later=st.lists(changes, max_size=3), query=queries)
def test_lists_totals_and_facets_are_those_of_the_documents_before_and_after_changes(
    empty_store: Store, first: list[Any], later: list[tuple[Any, int, str]], query: Query
) -> None:
    for document in first:
        put(empty_store, "organization", document)
    holds(empty_store, query)
    there = [document["id"] for _, document in served(empty_store)]
    for document, which, state in later:
        put(empty_store, "organization", document)
        if there:
            put_again(empty_store, records.read(empty_store, there[which % len(there)]), document, state=state)
            there = [each["id"] for _, each in served(empty_store)]
    holds(empty_store, query)


CHINESE = Query(ALL, (Condition("country", (span("CN"),)),))


def in_china(name: str) -> dict[str, Any]:
    return an_organization(name, ["CN"], "company", "active")


def test_what_is_tried_and_taken_back_is_not_kept_in_mind(empty_store: Store) -> None:
    put(empty_store, "organization", in_china("One"))
    with pytest.raises(RuntimeError), empty_store.writing():
        put(empty_store, "organization", in_china("Two"))
        assert finding.total(empty_store, CHINESE) == 2
        raise RuntimeError
    put(empty_store, "organization", an_organization("Not so", ["KE"], "company", "active"))
    assert finding.total(empty_store, CHINESE) == 1, "the journal is as long as it was in the attempt"
    publish(empty_store, [change("organization", in_china("Three"))], "Ada", "", rehearse=True)
    assert finding.total(empty_store, CHINESE) == 1
    put(empty_store, "organization", in_china("Four"))
    assert finding.total(empty_store, CHINESE) == 2


@pytest.mark.parametrize(("limit", "value"), [("MOST_VALUES", 1), ("MOST_ALTERED", 2), ("MOST_CHANGED", 2)])
def test_what_would_be_too_much_to_keep_in_mind_is_asked_of_the_database(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(memory, limit, value)
    for number in range(5):
        put(
            empty_store,
            "organization",
            an_organization(f"O{number}", [COUNTRIES[number % 2], "FR"], "company", "active"),
        )
        holds(empty_store, CHINESE)


def test_one_change_that_alters_more_records_than_can_be_followed_is_seen_in_all(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = put(empty_store, "organization", in_china("Hub"))
    publish(empty_store, [change("program", program(f"Program {n}", hub.id)) for n in range(6)], "Ada", "")
    programs = Query("programs", (Condition("lifecycle", (span("active"),)),))
    holds(empty_store, programs)
    monkeypatch.setattr(memory, "MOST_ALTERED", 4)
    renewed: list[int] = []
    monkeypatch.setattr(memory.Memory, "_renew", lambda _, numbers: renewed.extend(numbers))
    put_again(empty_store, hub, in_china("The Great Hub"))
    holds(empty_store, programs)
    assert not renewed and "The Great Hub" in str(list(walked(empty_store, programs)))


def test_a_changed_name_moves_in_the_order_that_is_kept_in_mind(empty_store: Store) -> None:
    stored = [put(empty_store, "organization", in_china(name)) for name in ("A", "B", "C")]
    first = finding.page(empty_store, CHINESE, 1, None)
    put_again(empty_store, stored[0], in_china("D"))
    names = [json.loads(each)["name"] for each in walked(empty_store, CHINESE)]
    assert names == ["B", "C", "D"]
    after = finding.page(empty_store, CHINESE, 5, first.last)
    assert [json.loads(each)["name"] for each in after.items] == ["B", "C", "D"], "behind where A stood"


def test_search_finds_what_was_registered_and_renamed_since_it_last_searched(empty_store: Store) -> None:
    search = Query(ALL, (), "steppe")
    there = put(empty_store, "organization", organization("Steppe House"))
    assert finding.total(empty_store, search) == 1
    put(empty_store, "organization", organization("Steppe"))
    put_again(empty_store, there, organization("The Great School of the Steppe"))
    shown = [json.loads(item)["name"] for item in finding.page(empty_store, search, 5, None).items]
    assert shown == ["Steppe", "The Great School of the Steppe"]


def test_no_more_ties_of_a_hub_are_read_than_are_followed(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = put(empty_store, "organization", organization("Hub"))
    made = [change("program", program(f"Program {n}", hub.id)) for n in range(40)]
    publish(empty_store, made, "Ada", "")
    read = []
    rows = Store.rows

    def counted(store: Store, *args: Any) -> list[tuple[Any, ...]]:
        read.append(rows(store, *args))
        return read[-1]

    monkeypatch.setattr(Store, "rows", counted)
    edges, cut = graph.edges(empty_store, [hub.number], Narrowing(), 5)
    assert len(edges) == 5 and cut == {hub.number: 40}
    assert sum(map(len, read)) <= 5 + 2, "the ties that are followed, and a count in each direction"


def test_an_answer_is_kept_until_the_journal_grows(curator: ContractClient) -> None:
    path = "/v1/organizations?country=CN&facets=type&limit=3"
    first, again = curator.get(path), curator.get(path)
    assert (first.data, first.headers["ETag"]) == (again.data, again.headers["ETag"])
    assert first.headers["X-Request-Id"] != again.headers["X-Request-Id"]
    assert curator.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    packed = [curator.get(path, headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    assert packed[0].data == packed[1].data != first.data
    assert curator.head(path).headers["Content-Length"] == str(len(first.data))
    curator.post("/v1/organizations", json=in_china("Zuoquan Institute of Invented Things"))
    later = curator.get(path)
    assert later.json["total"] == first.json["total"] + 1
    assert curator.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_cursor_past_all_numbers_leads_nowhere_else(empty_store: Store) -> None:
    put(empty_store, "organization", in_china("One"))
    for number in (2**40, 5):
        assert finding.page(empty_store, CHINESE, 1, ("a", number)).last[0] == "one"
