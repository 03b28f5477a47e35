"""Partners, networks and paths are what reading all documents gives, under any filters, on tangled ties and on the seeds."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import networkx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.application import create_app
from registry.kinds.model import ids
from registry.service.relating import FACETS, ORDERS
from registry.store import records
from registry.store import relating as store_of_ties
from registry.store.publishing import publish
from tests.conftest import UNHURRIED, Databases, store_of
from tests.contract import ContractClient
from tests.making import Document, change, organization, program, put, put_again
from tests.reading import Reading
from tests.related import Asked, Related, keys_about
from tests.tangled import tangle

OFTEN = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def asking(databases: Databases, migrated_url: str) -> Iterator[ContractClient]:
    """A client of a registry whose ties are tangled."""
    app = create_app(replace(UNHURRIED, database_url=databases.copy(migrated_url)), load=False)
    app.test_client_class = ContractClient
    tangle(store_of(app))
    client = app.test_client()
    assert isinstance(client, ContractClient)
    yield client
    store_of(app).close()


@pytest.fixture(scope="module")
def related(asking: ContractClient) -> Related:
    return Related(Reading(store_of(asking.application)))


@pytest.fixture
def hub(keeper: ContractClient) -> str:
    """A record with more ties than are followed: 230 programs, of which the last has another party, and 230 parts."""
    store, ident = store_of(keeper.application), ids.from_key("hub")
    bodies = [change("organization", organization("Hub"), ident)]
    bodies += [change("organization", organization(f"Party {n}"), ids.from_key(f"party-{n}")) for n in (0, 229)]
    part = {"relation": "part-of", "target": {"id": ident}, "lifecycle": "active"}
    bodies += [change("organization", organization(f"Part {n}", relations=[part])) for n in range(230)]
    others = {n: [ids.from_key(f"party-{n}")] for n in (0, 229)}
    programs = [
        change("program", program(f"Course {n}", ident, *others.get(n, ())), ids.from_key(f"course-{n}"))
        for n in range(230)
    ]
    publish(store, [*bodies, *programs], "Ada", "")
    return ident


def test_a_way_through_a_record_with_too_many_ties_is_found_from_both_ends(keeper: ContractClient, hub: str) -> None:
    first, last = ids.from_key("party-0"), ids.from_key("party-229")
    answer = keeper.get(f"/v1/paths?from={first}&to={last}").json
    assert [step["to"]["id"] for step in answer["items"][0]["steps"]] == [
        ids.from_key("course-0"), hub, ids.from_key("course-229"), last,
    ]  # fmt: skip
    assert (len(answer["items"]), answer["truncated"]) == (1, False)


def test_a_network_says_of_which_records_not_all_ties_were_followed(keeper: ContractClient, hub: str) -> None:
    answer = keeper.get(f"/v1/records/{hub}/network?depth=1&limit=1000").json
    assert answer["truncated"]
    assert answer["cut"] == [{"id": hub, "degree": 460, "followed": 200}]
    assert len(answer["nodes"]) == 201
    other = keeper.get(f"/v1/records/{hub}/network?relation=part-of&limit=100").json
    assert (other["truncated"], other["cut"], len(other["nodes"])) == (
        True,
        [{"id": hub, "degree": 230, "followed": 200}],
        100,
    )


def test_a_hierarchy_says_when_it_is_not_whole(keeper: ContractClient, hub: str) -> None:
    part = {"relation": "part-of", "lifecycle": "active"}
    above = put(store_of(keeper.application), "organization", organization("Above")).id
    inner = put(
        store_of(keeper.application), "organization",
        organization("Inner", relations=[{**part, "target": {"id": hub}}, {**part, "target": {"id": above}}]),
    ).id  # fmt: skip
    lowest = put(
        store_of(keeper.application),
        "organization",
        organization("Lowest", relations=[{**part, "target": {"id": inner}}]),
    ).id
    for ident, limit, above_it, below, truncated in (
        (hub, 1000, 0, 232, False), (hub, 231, 0, 231, True), (hub, 232, 0, 232, False), (hub, 10, 0, 10, True), (lowest, 1, 1, 0, True),
        (lowest, 2, 2, 0, True), (lowest, 3, 3, 0, False),
    ):  # fmt: skip
        answer = keeper.get(f"/v1/records/{ident}/hierarchy?limit={limit}").json
        assert (len(answer["ancestors"]), len(answer["descendants"]), answer["truncated"]) == (
            above_it,
            below,
            truncated,
        )


def test_what_is_untied_while_it_is_read_is_left_out(
    keeper: ContractClient, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ids.from_key("party-0")
    store, course = store_of(keeper.application), ids.from_key("course-0")
    looked_up = store_of_ties.joints

    def untied_then(*arguments: Any) -> Any:
        found = looked_up(*arguments)
        put_again(store, records.read(store, course), program("Course 0"))
        return found

    assert [line["partner"]["id"] for line in keeper.get(f"/v1/records/{first}/partners").json["items"]] == [hub]
    monkeypatch.setattr(store_of_ties, "joints", untied_then)
    assert keeper.get(f"/v1/records/{first}/partners?limit=49").json["items"] == []


def some_of(*words: str) -> st.SearchStrategy[list[str]]:
    return st.just([]) | st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)


DAYS = st.sampled_from(["", "", "2016", "2018-05", "2019", "2019-02-11", "2019-02-12", "2020", "2021-06", "2023"])
STANDINGS = some_of("active", "proposed", "planned", "ended", "unknown", "suspended")
TIES = some_of("cooperates-with", "part-of", "established-by", "hosted-by", "member-of", "coordinated-by")
KIND_NAMES = some_of("organization", "program", "agreement", "platform", "training-center", "policy")
ASKED = st.builds(
    Asked, standing=STANDINGS, relation=st.just([]) | TIES, kind=st.just([]) | KIND_NAMES, country=st.just([]) | some_of("CN", "KE", "US", "FR"),
    role=st.just([]) | some_of("lead", "drafter", "instructor", "host"), lifecycle=st.just([]) | some_of("active", "ended", "proposed"),
    active_on=DAYS, certain=st.booleans(), parts=st.booleans(),
)  # fmt: skip
NOTHING: st.SearchStrategy[list[str]] = st.just([])
FOLLOWED = st.builds(
    Asked, standing=STANDINGS, relation=TIES, kind=KIND_NAMES, country=NOTHING, role=NOTHING, lifecycle=NOTHING,
    active_on=DAYS, certain=st.booleans(), parts=st.just(False),
)  # fmt: skip
WAYS = FOLLOWED.map(lambda asked: asked._replace(kind=(), active_on="", certain=False))


def same(way: Document) -> str:
    return json.dumps(way, sort_keys=True)


def assert_lines(found: list[Document], expected: list[Document]) -> None:
    """The same lines in the same order; of each the same ways, of which those are first that are earlier."""
    assert [line["partner"] for line in found] == [line["partner"] for line in expected]
    for line, wanted in zip(found, expected, strict=True):
        assert line["standing"] == wanted["standing"]
        assert sorted(map(same, line["ways"])) == sorted(map(same, wanted["ways"]))
        began = [way.get("since", "9999") for way in line["ways"]]
        assert began == sorted(began)


@given(data=st.data())
@OFTEN
def test_partners_under_any_filters(asking: ContractClient, related: Related, data: st.DataObject) -> None:
    ident = data.draw(st.sampled_from(sorted(related.documents)))
    asked = data.draw(ASKED)
    answer = asking.get(
        f"/v1/records/{ident}/partners", query_string=[*asked.query(), ("limit", "500"), ("facets", ",".join(FACETS))]
    ).json
    lines, facets = related.partners(ident, asked, FACETS)
    assert_lines(answer["items"], lines)
    assert answer["total"] == len(lines)
    assert answer["facets"] == facets


@given(data=st.data())
@OFTEN
def test_a_network_under_any_filters(asking: ContractClient, related: Related, data: st.DataObject) -> None:
    ident = data.draw(st.sampled_from(sorted(related.documents)))
    asked, depth = data.draw(FOLLOWED), data.draw(st.integers(1, 4))
    query = [*asked.query(), ("depth", str(depth))]
    answer = asking.get(f"/v1/records/{ident}/network", query_string=[*query, ("limit", "1000")]).json
    distance, ties = related.network(ident, depth, asked)
    assert {node["id"]: node["distance"] for node in answer["nodes"]} == distance
    assert sorted((e["source"], e["target"], e["key"]) for e in answer["edges"]) == sorted(ties)
    assert (answer["truncated"], answer["cut"]) == (False, [])
    room = data.draw(st.integers(1, 30))
    small = asking.get(f"/v1/records/{ident}/network", query_string=[*query, ("limit", str(room))]).json
    assert small["truncated"] == (len(distance) > room)
    nearest = sorted(distance.values())[:room]
    assert [node["distance"] for node in small["nodes"]] == nearest
    within = {node["id"] for node in small["nodes"]}
    assert {(e["source"], e["target"], e["key"]) for e in small["edges"]} == {t for t in ties if {*t[:2]} <= within}


@given(data=st.data())
@OFTEN
def test_paths_under_any_filters(asking: ContractClient, related: Related, data: st.DataObject) -> None:
    first, last = (data.draw(st.sampled_from(sorted(related.documents))) for _ in range(2))
    longest, asked = data.draw(st.integers(1, 6)), data.draw(WAYS)
    query = [*asked.query(), ("from", first), ("to", last), ("max_length", str(longest))]
    expected = related.paths(first, last, longest, asked)
    for limit in (100, 1):
        answer = asking.get("/v1/paths", query_string=[*query, ("limit", str(limit))]).json
        found = {tuple((step["tie"]["source"], step["tie"]["key"]) for step in way["steps"]) for way in answer["items"]}
        assert found <= expected
        assert len(found) == len(answer["items"]) == min(limit, len(expected))
        assert answer["truncated"] == (len(expected) > limit)
        for way in answer["items"]:
            ends = [way["steps"][0]["from"]["id"], *(step["to"]["id"] for step in way["steps"])]
            assert (ends[0], ends[-1]) == (first, last)
            for step in way["steps"]:
                holder = related.documents[step["tie"]["source"]]
                assert step.get("cautions", []) == keys_about(holder, "cautions", step["tie"]["key"])
                assert step["evidence"] == keys_about(holder, "evidence", step["tie"]["key"])
                forth = (step["tie"]["source"], step["tie"]["target"])
                assert (step["from"]["id"], step["to"]["id"]) == (forth if step["forward"] else forth[::-1])


@pytest.mark.parametrize("order", [sign + name for name in ORDERS for sign in ("", "-")])
def test_partners_are_walked_in_every_order(asking: ContractClient, related: Related, order: str) -> None:
    start = max(related.documents, key=lambda ident: len(related.partners(ident, Asked(parts=True))[0]))
    lines, _ = related.partners(start, Asked(parts=True))
    keys = {
        "name": lambda line: 0,
        "since": lambda line: min(way.get("since", "9999") for way in line["ways"]),
        "ways": lambda line: len(line["ways"]),
    }
    expected = sorted(lines, key=keys[order.removeprefix("-")])
    if order.startswith("-"):
        expected.reverse()
    met: list[Document] = []
    address: str | None = f"/v1/records/{start}/partners?parts=include&sort={order}&limit=3"
    while address:
        page = asking.get(address).json
        met, address = met + page["items"], page.get("next")
    assert len(expected) > 6
    assert_lines(met, expected)


def test_the_cursor_of_other_partners_leads_nowhere(asking: ContractClient, related: Related) -> None:
    start = max(related.documents, key=lambda ident: len(related.partners(ident, Asked())[0]))
    following = asking.get(f"/v1/records/{start}/partners?limit=1").json["next"]
    assert asking.get(following).status_code == 200
    assert asking.get(following + "&sort=-name").status_code == 404
    assert asking.get(following + "&kind=organization").status_code == 404
    assert asking.get(following[:-1] + "x").status_code == 404


def test_the_list_filter_by_partner_takes_those_of_parts_as_well(asking: ContractClient, related: Related) -> None:
    for start in sorted(related.documents):
        for parts in ("", "&parts=include"):
            lines, _ = related.partners(start, Asked(parts=bool(parts)))
            found = asking.get(f"/v1/records?partner={start}&limit=500{parts}").json["items"]
            assert {each["id"] for each in found} == {line["partner"]["id"] for line in lines}, (start, parts)


def test_as_a_table_for_spreadsheets_each_way_is_a_row_with_all_that_it_tells(
    asking: ContractClient, related: Related
) -> None:
    start = max(related.documents, key=lambda ident: len(related.partners(ident, Asked(parts=True))[0]))
    address = f"/v1/records/{start}/partners?parts=include"
    lines = asking.get(address + "&limit=500").json["items"]
    rows = list(csv.DictReader(io.StringIO(asking.get(address + "&format=csv").text.removeprefix("\ufeff"))))
    expected = [_flat(line, way) for line in lines for way in line["ways"]]
    assert [{name: value for name, value in row.items() if value} for row in rows] == expected
    assert {name for row in expected for name in row} >= {"part.id", "cautions", "own.key", "partner.until"}


def _flat(line: Document, way: Document) -> Document:
    found = {f"partner.{name}": value for name, value in line["partner"].items()} | {"standing": line["standing"]}
    for name, value in way.items():
        if isinstance(value, dict):
            told = (
                ("id", "kind", "name") if name in ("holder", "part") else ("key", "relation", "role", "since", "until")
            )
            found |= {f"{name}.{member}": value[member] for member in told if member in value}
        elif name == "standing":
            found["way.standing"] = value
        else:
            found[name] = (
                " ".join(value) if isinstance(value, list) else str(value).lower() if name == "direct" else value
            )
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize(
    "address", ["/v1/records/{}/network?depth=3", "/v1/paths?from={}&to={}&max_length=6&limit=100"]
)
def test_networkx_reads_all_that_is_told_as_graphml(asking: ContractClient, related: Related, address: str) -> None:
    ends = ids.from_key("body-1"), ids.from_key("thing-3")
    answer = asking.get(address.format(*ends)).json
    made: Any = networkx.parse_graphml(
        asking.get(address.format(*ends) + "&format=graphml").text, force_multigraph=True
    )
    steps = [step for way in answer.get("items", ()) for step in way["steps"]]
    nodes = answer.get("nodes") or [step[end] for step in steps for end in ("from", "to")]
    edges = answer.get("edges") or [
        step["tie"] | {name: step[name] for name in ("evidence", "cautions") if name in step} for step in steps
    ]
    assert len(nodes) > 3 and len(edges) > 2
    assert dict(made.nodes(data=True)) == {node["id"]: _words(node, "id") for node in nodes}
    assert {key: (source, target, data) for source, target, key, data in made.edges(keys=True, data=True)} == {
        f"{edge['source']}-{edge['key']}": (edge["source"], edge["target"], _words(edge, "source", "target"))
        for edge in edges
    }


def _words(item: Document, *left_out: str) -> Document:
    """The attributes of a node or an edge, lists as words."""
    told = {name: value for name, value in item.items() if name not in left_out}
    return {name: " ".join(value) if isinstance(value, list) else value for name, value in told.items()}


def test_a_network_tells_what_records_and_ties_tell(asking: ContractClient, related: Related) -> None:
    answer = asking.get(f"/v1/records/{ids.from_key('body-1')}/network?depth=4").json
    for node in answer["nodes"]:
        document = related.documents[node["id"]]
        countries = sorted({place["country"] for place in document["places"] if "country" in place})
        assert (node["kind"], node["name"], node["lifecycle"]) == tuple(
            document[n] for n in ("kind", "name", "lifecycle")
        )
        assert node.get("countries", []) == countries
    for edge in answer["edges"]:
        tie = next(each for each in related.documents[edge["source"]]["relations"] if each["key"] == edge["key"])
        told = {name: tie[name] for name in ("relation", "key", "standing", "role", "since", "until") if name in tie}
        assert edge == {"source": edge["source"], "target": tie["target"]["id"], **told}
    assert {"role", "since", "until"} <= {name for edge in answer["edges"] for name in edge}
