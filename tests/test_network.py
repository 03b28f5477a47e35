"""Networks, hierarchies, paths and partners equal what a naive reading of the served documents gives."""

import json
from collections import defaultdict
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest
from flask import Flask

from registry.kinds.catalogue import KINDS
from registry.kinds.model import ids
from registry.kinds.model.relations import RELATIONS
from tests.conftest import store_of
from tests.contract import ContractClient

FIRM = {"active", "ended", "suspended", "unknown"}
STARTS = ("baidu", "tsinghua-university", "tencent", "ministry-of-education-china", "paddlepaddle-ai-studio")
Document = dict[str, Any]


@pytest.fixture(scope="module")
def documents(shared_app: Flask) -> dict[str, Document]:
    """All published documents, by id."""
    rows = store_of(shared_app).rows("SELECT bytes FROM record WHERE state = 'published'")
    found = [json.loads(bytes(row[0])) for row in rows]
    return {each["id"]: each for each in found}


@pytest.fixture(scope="module")
def graph(documents: dict[str, Document]) -> "networkx.MultiDiGraph[str]":
    """Every tie between two records that is neither proposed nor planned."""
    made: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    made.add_nodes_from(documents)
    for ident, each in documents.items():
        for tie in each["relations"]:
            if "target" in tie and tie["standing"] in FIRM:
                made.add_edge(ident, tie["target"]["id"], key=tie["key"], relation=tie["relation"])
    return made


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_network_is_what_a_breadth_first_walk_reaches(
    client: ContractClient, graph: "networkx.MultiDiGraph[str]", start: str, depth: int
) -> None:
    ident = ids.from_key(start)
    answer = client.get(f"/v1/records/{ident}/network?depth={depth}&limit=1000").json
    within = networkx.single_source_shortest_path_length(graph.to_undirected(as_view=True), ident, depth)
    assert not answer["truncated"] and answer["cut"] == []
    assert {node["id"]: node["distance"] for node in answer["nodes"]} == dict(within)
    edges = {(a, b, key) for a, b, key in graph.edges(keys=True) if a in within and b in within}
    assert {(e["source"], e["target"], e["key"]) for e in answer["edges"]} == edges


def test_a_network_that_is_cut_says_so(client: ContractClient) -> None:
    answer = client.get(f"/v1/records/{ids.from_key('baidu')}/network?depth=2&limit=5").json
    assert answer["truncated"] and len(answer["nodes"]) == 5
    distances = [node["distance"] for node in answer["nodes"]]
    assert distances == sorted(distances)


def test_a_network_of_one_kind_passes_through_no_other(client: ContractClient) -> None:
    answer = client.get(f"/v1/records/{ids.from_key('baidu')}/network?depth=3&kind=organization").json
    assert {node["kind"] for node in answer["nodes"]} == {"organization"}


def test_networkx_reads_the_graphml(client: ContractClient) -> None:
    address = f"/v1/records/{ids.from_key('tencent')}/network?depth=2"
    answer = client.get(address).json
    made = networkx.parse_graphml(client.get(address + "&format=graphml").text, force_multigraph=True)
    assert set(made.nodes) == {node["id"] for node in answer["nodes"]}
    assert made.number_of_edges() == len(answer["edges"])
    assert ElementTree.fromstring(client.get(address + "&format=graphml").text) is not None


def test_a_hierarchy_is_what_the_ties_of_parts_and_members_lead_to(
    client: ContractClient, documents: dict[str, Document]
) -> None:
    belongs: networkx.DiGraph[str] = networkx.DiGraph()
    belongs.add_nodes_from(documents)
    for ident, each in documents.items():
        ties = [tie for tie in each["relations"] if tie["relation"] in ("part-of", "member-of") and "target" in tie]
        belongs.add_edges_from((ident, tie["target"]["id"]) for tie in ties)
    for start in ("tsinghua-university", "zhejiang-university", "ministry-of-education-china"):
        ident = ids.from_key(start)
        answer = client.get(f"/v1/records/{ident}/hierarchy?limit=1000").json
        assert {each["id"] for each in answer["ancestors"]} == networkx.descendants(belongs, ident) - {ident}
        assert {each["id"] for each in answer["descendants"]} == networkx.ancestors(belongs, ident) - {ident}


@pytest.mark.parametrize(("first", "last"), [
    ("tsinghua-university", "dalian-university-of-technology"), ("baidu", "tencent"), ("paddlepaddle-ai-studio", "tsinghua-university"),
])  # fmt: skip
def test_paths_are_all_the_shortest_ones(
    client: ContractClient, graph: "networkx.MultiDiGraph[str]", first: str, last: str
) -> None:
    start, goal = ids.from_key(first), ids.from_key(last)
    answer = client.get(f"/v1/paths?from={start}&to={goal}&max_length=6&limit=100").json
    plain = networkx.Graph(graph.to_undirected(as_view=True))
    wanted = {tuple(way) for way in networkx.all_shortest_paths(plain, start, goal)}
    found = {(start, *(step["to"]["id"] for step in way["steps"])) for way in answer["items"]}
    assert found == wanted or (len(answer["items"]) == 100 and found <= wanted)
    for way in answer["items"]:
        assert all(a["to"]["id"] == b["from"]["id"] for a, b in pairwise(way["steps"]))
        assert all(step["evidence"] for step in way["steps"]), "each tie of a path stands on evidence"


def test_records_without_a_way_have_no_path(client: ContractClient, graph: "networkx.MultiDiGraph[str]") -> None:
    lonely = next(node for node in graph if graph.degree(node) == 0)
    assert client.get(f"/v1/paths?from={lonely}&to={ids.from_key('baidu')}").json == {"items": [], "truncated": False}


def test_partners_are_those_that_the_definition_makes(client: ContractClient, documents: dict[str, Document]) -> None:
    wanted = _partners(documents)
    for start in (*STARTS, "huawei", "university-of-science-and-technology-of-china"):
        ident = ids.from_key(start)
        shown, cursor = set(), f"/v1/records/{ident}/partners?limit=7"
        while cursor:
            page = client.get(cursor).json
            shown |= {line["partner"]["id"] for line in page["items"]}
            cursor = page.get("next", "")
        assert shown == wanted[ident], start
        listed = client.get(f"/v1/records?partner={ident}&limit=500&fields=id").json
        assert {item["id"] for item in listed["items"]} == wanted[ident]


def test_facets_of_partners_count_the_partners(client: ContractClient) -> None:
    ident = ids.from_key("baidu")
    answer = client.get(f"/v1/records/{ident}/partners?facets=kind&limit=0").json
    for each in answer["facets"]["kind"]:
        narrowed = client.get(f"/v1/records/{ident}/partners?kind={each['value']}&limit=0").json
        assert narrowed["total"] == each["count"]


def test_what_contradicts_itself_is_shown_with_both_ends(
    client: ContractClient, documents: dict[str, Document]
) -> None:
    flagged = {(i, c["key"]) for i, d in documents.items() for c in d["cautions"] if c["kind"] == "contradicted"}
    found, cursor = [], "/v1/contradictions?limit=30"
    while cursor:
        page = client.get(cursor).json
        found += page["items"]
        cursor = page.get("next", "")
    assert {(each["record"]["id"], each["key"]) for each in found} == flagged
    assert len(found) == page["total"] == len(flagged)
    assert sum(1 for each in found if each["see"]) > len(found) / 2


def _partners(documents: dict[str, Document]) -> dict[str, set[str]]:
    """Who is partner of whom, read from the documents by the definition alone."""
    found: dict[str, set[str]] = defaultdict(set)
    for ident, each in documents.items():
        ties = [t for t in each["relations"] if "target" in t and t["standing"] in FIRM]
        direct = {t["target"]["id"] for t in ties if RELATIONS[t["relation"]].partnership}
        parties = (
            {t["target"]["id"] for t in ties if RELATIONS[t["relation"]].party}
            if KINDS[each["kind"]].convenes
            else set()
        )
        pairs = {(ident, other) for other in direct} | {(a, b) for a in parties for b in parties if a != b}
        for a, b in pairs:
            found[a].add(b)
            found[b].add(a)
    return found
