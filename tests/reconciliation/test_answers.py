"""Every exchange of the Reconciliation API 0.2: in the shape that the standard demands, readable from any page, and right."""

import json
from typing import Any

import jsonschema_rs
import pytest

from registry.kinds.catalogue import KINDS
from registry.service.reconciling import PROPERTIES, TYPES
from tests.contract import ContractClient
from tests.making import organization
from tests.reconciliation.exchanges import BAIDU, BASE, BASE_AT_DALIAN, TSINGHUA, UNESCO, Exchange, exchanges
from tests.reconciliation.shapes import SHAPES

EXCHANGES = list(exchanges())
TENCENT = "y7jqyqbs53"


def ask(client: ContractClient, **queries: Any) -> dict[str, list[dict[str, Any]]]:
    """The candidates for each query."""
    answer = client.post(BASE, data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.json
    return {name: each["result"] for name, each in answer.json.items()}


def extend(client: ContractClient, ids: list[str], *properties: dict[str, Any]) -> dict[str, Any]:
    """The rows of a data extension."""
    answer = client.post(BASE, data={"extend": json.dumps({"ids": ids, "properties": properties})})
    assert answer.status_code == 200, answer.json
    return answer.json["rows"]


@pytest.mark.parametrize("exchange", EXCHANGES, ids=[f"{at}-{each.shape}" for at, each in enumerate(EXCHANGES)])
def test_every_answer_has_the_shape_that_the_standard_demands(client: ContractClient, exchange: Exchange) -> None:
    if exchange.form is None:
        answer = client.get(exchange.path, query_string=exchange.parameters)
    else:
        answer = client.post(exchange.path, data=exchange.form)
    assert answer.status_code == 200, answer.json
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert list(jsonschema_rs.Draft202012Validator(SHAPES[exchange.shape]).iter_errors(answer.json)) == []


def test_an_answer_of_another_shape_is_found(client: ContractClient) -> None:
    result = jsonschema_rs.Draft202012Validator(SHAPES["reconciliation-result-batch"])
    assert not result.is_valid({"q0": {"result": [{"id": "a", "name": "A"}]}}), "no score"
    rows = jsonschema_rs.Draft202012Validator(SHAPES["data-extension-response"])
    assert not rows.is_valid({"meta": [], "rows": {"a": {"b": [{"str": 1}]}}})
    manifest = client.get(BASE).json
    assert not jsonschema_rs.Draft202012Validator(SHAPES["manifest"]).is_valid(manifest | {"view": {"url": "/{id}"}})


def test_the_manifest_leads_to_every_service_it_names(client: ContractClient) -> None:
    manifest = client.get(BASE, base_url="http://registry.test:8000").json
    root = "http://registry.test:8000"
    assert manifest["identifierSpace"] == f"{root}/v1/records/"
    addresses = [manifest["view"]["url"].replace("{{id}}", BAIDU), manifest["preview"]["url"].replace("{{id}}", BAIDU)]
    for what, ident in (("entity", BAIDU), ("type", "organization"), ("property", "country")):
        service = manifest["suggest"][what]
        addresses.append(service["service_url"] + service["service_path"] + "?prefix=co")
        addresses.append(service["service_url"] + service["flyout_service_path"].replace("${id}", ident))
    proposing = manifest["extend"]["propose_properties"]
    addresses += [
        proposing["service_url"] + proposing["service_path"] + "?type=organization",
        manifest["documentation"],
    ]
    for address in addresses:
        assert address.startswith(root)
        assert client.get(address.removeprefix(root)).status_code == 200, address


def test_the_address_in_the_manifest_can_be_set(make_app: Any) -> None:
    client = make_app(address="https://registry.example/").test_client()
    assert client.get(BASE).json["preview"]["url"].startswith("https://registry.example/reconcile/0.2/preview")


def test_a_name_in_either_script_an_abbreviation_and_an_id_find_the_same_record(client: ContractClient) -> None:
    names = {
        "q0": "Tsinghua University",
        "q1": "清華大學",
        "q2": "Tsinghua Univ",
        "q3": TSINGHUA,
        "q4": "qinghua daxue",
    }
    found = ask(client, **{name: {"query": each} for name, each in names.items()})
    assert {name: (each[0]["id"], each[0]["match"]) for name, each in found.items()} == dict.fromkeys(
        names, (TSINGHUA, True)
    )
    assert all(90 <= each[0]["score"] <= 100 for each in found.values())


def test_answers_are_sorted_and_limited_and_at_most_one_is_the_match(client: ContractClient) -> None:
    found = ask(
        client,
        few={"query": "University of Science and Technology", "limit": 2},
        many={"query": "University of Science and Technology", "limit": 99},
    )
    assert len(found["few"]) <= 2 < len(found["many"])
    for each in found.values():
        assert [one["score"] for one in each] == sorted((one["score"] for one in each), reverse=True)
        assert sum(one["match"] for one in each) <= 1


def test_a_type_narrows_to_a_kind_and_its_own_types_speak_for_a_record(client: ContractClient) -> None:
    found = ask(
        client, kind={"query": "Baidu", "type": "training-center", "limit": 50},
        company={"query": "Baidu", "type": "organization:company"}, university={"query": "Baidu", "type": ["organization:university"]},
        all={"query": "Baidu", "type": ["organization", "organization:company"], "type_strict": "all"},
        both={"query": "Baidu", "type": ["organization", "training-center"], "limit": 50},
    )  # fmt: skip
    assert found["kind"] and {one["type"][0]["id"] for one in found["kind"]} == {"training-center"}
    assert found["company"][0]["id"] == found["all"][0]["id"] == BAIDU
    assert found["company"][0]["match"] and found["all"][0]["match"]
    assert not any(one["match"] for one in found["university"])
    assert {"organization"} <= {one["type"][0]["id"] for one in found["both"]} <= {"organization", "training-center"}
    assert {"id": "type", "value": True} in found["company"][0]["features"]


@pytest.mark.parametrize(
    ("property_", "right", "wrong"),
    [
        ("country", "China", "Kenya"), ("country", "CN", "KE"), ("country", ["FR", "中国"], "France"), ("name-zh", "清华大学", "北京大学"),
        ("type", "university", "company"), ("lifecycle", "active", "ended"), ("partner", TENCENT, UNESCO), ("partner", {"id": TENCENT, "name": "Tencent"}, True),
    ],
)  # fmt: skip
def test_a_value_that_fits_speaks_for_a_record_and_one_that_differs_against_it(
    client: ContractClient, property_: str, right: Any, wrong: Any
) -> None:
    base = {"query": "Tsinghua Uni", "limit": 50}
    found = ask(
        client, plain=base, right={**base, "properties": [{"pid": property_, "v": right}]},
        wrong={**base, "properties": [{"pid": property_, "v": wrong}]},
    )  # fmt: skip
    scores = {name: next((one["score"] for one in each if one["id"] == TSINGHUA), 0.0) for name, each in found.items()}
    assert scores["wrong"] < scores["plain"] <= scores["right"]
    features = {
        name: next((one["features"] for one in each if one["id"] == TSINGHUA), []) for name, each in found.items()
    }
    assert {"id": property_, "value": True} in features["right"]
    assert {"id": property_, "value": True} not in features["wrong"]


def test_dates_fit_where_they_could_be_the_same(client: ContractClient) -> None:
    name = "Baidu Songguo Talent Training and Practice Base, Dalian University of Technology"
    dates = {"2019": True, "2019-05": True, "2018/2020": True, "2021": False, "long ago": False}
    found = ask(client, **{date: {"query": name, "properties": [{"pid": "established", "v": date}]} for date in dates})
    for date, fits in dates.items():
        assert {"id": "established", "value": fits} in found[date][0]["features"], date


def test_an_identifier_is_enough(keeper: ContractClient) -> None:
    body = organization("Somewhere University") | {"identifiers": [{"scheme": "ror", "value": "03cve4549"}]}
    made = keeper.post("/v1/organizations", json=body)
    assert made.status_code == 201, made.json
    found = ask(
        keeper,
        q={"properties": [{"pid": "ror", "v": "03cve4549"}]},
        none={"properties": [{"pid": "ror", "v": "042nb2s44"}]},
    )
    assert [(one["id"], one["match"]) for one in found["q"]] == [(made.json["id"], True)]
    assert found["none"] == []


def test_without_a_name_those_that_have_all_values_are_proposed_and_none_is_the_match(client: ContractClient) -> None:
    asked = {
        "type": "training-center:training-base", "limit": 50,
        "properties": [{"pid": "jointly-established-by", "v": {"id": BAIDU}}, {"pid": "subdivision", "v": ["CN-LN", "CN-SN"]}],
    }  # fmt: skip
    found = ask(
        client,
        q=asked,
        nowhere={"properties": [{"pid": "country", "v": "Atlantis"}]},
        unsearched={"properties": [{"pid": "summary", "v": "x"}]},
    )
    listed = client.get(
        f"/v1/training-centers?type=training-base&relation=jointly-established-by:{BAIDU}&subdivision=CN-LN&subdivision=CN-SN"
    ).json
    assert {one["id"] for one in found["q"]} == {one["id"] for one in listed["items"]} and listed["total"] == 5
    assert {(one["score"], one["match"]) for one in found["q"]} == {(20.0, False)}
    assert found["nowhere"] == found["unsearched"] == []


def test_a_cell_is_told_as_a_code_in_words_or_as_a_record(client: ContractClient) -> None:
    rows = extend(
        client, [BASE_AT_DALIAN, TSINGHUA.upper()], {"id": "subdivision"}, {"id": "jointly-established-by"}, {"id": "established"},
        {"id": "country", "settings": {"words": "en"}}, {"id": "type", "settings": {"words": "zh"}}, {"id": "name-zh"},
    )  # fmt: skip
    assert rows[BASE_AT_DALIAN] == {
        "subdivision": [{"str": "CN-LN"}], "established": [{"str": "2019"}], "country": [{"str": "China"}], "type": [{"str": "实训基地"}],
        "jointly-established-by": [{"id": BAIDU, "name": "Baidu"}, {"id": "b5jy9bve66", "name": "Dalian University of Technology"}], "name-zh": [],
    }  # fmt: skip
    assert rows[TSINGHUA.upper()]["name-zh"] == [{"str": "清华大学"}]


def test_what_is_only_proposed_is_no_value_unless_it_is_asked_for(client: ContractClient) -> None:
    rows = {
        proposed: extend(client, [UNESCO], {"id": "partner", "settings": {"proposed": proposed}})[UNESCO]["partner"]
        for proposed in (False, True, "on", "off", "")
    }
    assert rows[False] == rows["off"] == rows[""] == []
    assert rows[True] == rows["on"] == [{"id": "p9edfepf48", "name": "Government of China"}]


def test_ties_that_are_only_proposed_are_no_values_unless_they_are_asked_for(client: ContractClient) -> None:
    held = client.get("/v1/platforms/tzeah0yb64").json["relations"]
    assert {tie["standing"] for tie in held} == {"proposed"}
    for relation in {tie["relation"] for tie in held}:
        ends = [tie.get("target", {}).get("name") for tie in held if tie["relation"] == relation]
        for proposed, told in ((False, []), (True, ends)):
            wish = {"id": relation, "settings": {"proposed": proposed}}
            cells = extend(client, ["tzeah0yb64"], wish)["tzeah0yb64"][relation]
            assert [cell.get("name") for cell in cells] == told


def test_partners_are_those_that_the_registry_tells_and_a_limit_cuts_them(client: ContractClient) -> None:
    told = client.get(f"/v1/records/{TSINGHUA}/partners").json["items"]
    everyone = extend(client, [TSINGHUA], {"id": "partner"})[TSINGHUA]["partner"]
    assert everyone == [{name: line["partner"][name] for name in ("id", "name")} for line in told] and len(told) == 3
    for limit in (2, "2"):
        assert (
            extend(client, [TSINGHUA], {"id": "partner", "settings": {"limit": limit}})[TSINGHUA]["partner"]
            == everyone[:2]
        )


def test_every_property_of_every_kind_can_be_pulled_in_and_asked_for(client: ContractClient) -> None:
    told = set()
    for kind in KINDS.values():
        proposed = [each["id"] for each in client.get(f"{BASE}/properties?type={kind.name}").json["properties"]]
        ids = [each["id"] for each in client.get(f"/v1/{kind.plural}?fields=id&limit=30").json["items"]]
        for start in range(0, len(proposed), 50):
            some = proposed[start : start + 50]
            rows = extend(client, ids, *({"id": each} for each in some))
            told |= {pid for row in rows.values() for pid, cells in row.items() if cells}
        asked = {pid: {"query": "Baidu", "properties": [{"pid": pid, "v": "2019"}]} for pid in proposed}
        assert set(ask(client, **asked)) == set(proposed)
    assert {"name", "summary", "country", "type", "partner", "measure", "key", "part-of"} <= told
    assert not told - set(PROPERTIES)


def test_merged_and_withdrawn_records_are_told_as_what_became_of_them(keeper: ContractClient) -> None:
    made = {
        name: keeper.post("/v1/organizations", json=organization(name))
        for name in ("Northern Survivor", "Southern Loser", "Eastern Leaver")
    }
    ids = [each.json["id"] for each in made.values()]
    merged = keeper.post(
        f"/v1/records/{ids[1]}/merge?reason=Twins.",
        json={"into": ids[0]},
        headers={"If-Match": made["Southern Loser"].headers["ETag"]},
    )
    assert merged.status_code == 200, merged.json
    gone = keeper.delete(
        f"/v1/organizations/{ids[2]}?reason=Closed.", headers={"If-Match": made["Eastern Leaver"].headers["ETag"]}
    )
    assert gone.status_code == 204
    rows = extend(keeper, ids, {"id": "name"})
    assert rows[ids[1]] == rows[ids[0]] and rows[ids[0]]["name"] and rows[ids[2]] == {"name": []}
    assert keeper.get(f"{BASE}/flyout/entity?id={ids[1]}").json["id"] == ids[1]
    assert b"Northern Survivor" in keeper.get(f"{BASE}/preview?id={ids[1]}").data
    assert keeper.get(f"{BASE}/preview?id={ids[2]}").status_code == 410


def test_suggestions_find_by_name_id_and_word_in_both_languages_and_page(client: ContractClient) -> None:
    def ids(what: str, prefix: str, **more: Any) -> list[str]:
        found = client.get(f"{BASE}/suggest/{what}", query_string={"prefix": prefix, **more}).json["result"]
        return [each["id"] for each in found]

    assert ids("entity", "Tsinghua Univ")[0] == ids("entity", TSINGHUA)[0] == ids("entity", "清华")[0] == TSINGHUA
    assert set(ids("entity", "baidu", type="training-center", limit=50)).isdisjoint({BAIDU})
    pages = [ids("entity", "baidu", limit=5, cursor=cursor) for cursor in (0, 5)]
    assert [*pages[0], *pages[1]] == ids("entity", "baidu", limit=10) and len(set(pages[0] + pages[1])) == 10
    assert ids("entity", "") == ids("entity", TSINGHUA, cursor=1) == []
    assert (
        ids("type", "大学")[0]
        == ids("type", "university")[0]
        == ids("type", "organization:univ")[0]
        == "organization:university"
    )
    assert ids("type", "institution")[0] == "organization:training-institution", "by a word in the middle"
    assert ids("type", "", limit=50)[:2] == ["organization", "organization:university"]
    assert ids("property", "国家") == ids("property", "countr") == ["country"]
    assert "sector" in ids("property", "sec", type="organization") and "sector" not in ids(
        "property", "sec", type="policy"
    )
    assert ids("property", "zzz") == ids("type", "zzz") == ids("entity", "zzzzzz") == []


def test_properties_are_proposed_by_type(client: ContractClient) -> None:
    def proposed(query: str) -> set[str]:
        return {each["id"] for each in client.get(f"{BASE}/properties{query}").json["properties"]}

    assert proposed("?type=figure") - proposed("?type=") >= {"measure", "unit"}
    assert proposed("") == proposed("?type=") <= proposed("?type=organization:university")
    assert len(proposed("?type=organization&limit=3")) == 3
    assert set(TYPES) >= set(KINDS)


def test_only_the_preview_may_be_framed_and_it_shows_what_is_only_proposed(client: ContractClient) -> None:
    shown = client.get(f"{BASE}/preview?id={BAIDU}")
    assert shown.mimetype == "text/html" and "X-Frame-Options" not in shown.headers
    assert "frame-ancestors *" in shown.headers["Content-Security-Policy"]
    for other in (
        BASE,
        f"{BASE}/flyout/entity?id={BAIDU}",
        f"/v1/records/{BAIDU}",
        "/docs",
        "/docs/files/card.css",
        f"{BASE}/preview?id=nobody",
    ):
        assert "frame-ancestors 'none'" in client.get(other).headers["Content-Security-Policy"], other
    proposed = client.get("/v1/standards-bodies?lifecycle=proposed&fields=id").json["items"][0]["id"]
    assert b"<dd>proposed</dd>" in client.get(f"{BASE}/preview?id={proposed}").data
    assert client.get("/docs/files/card.css").mimetype == "text/css"


def test_what_records_say_is_never_taken_for_html(keeper: ContractClient) -> None:
    name = '<script>alert("x")</script> & Sons'
    ident = keeper.post("/v1/organizations", json=organization(name)).json["id"]
    for said in (
        keeper.get(f"{BASE}/preview?id={ident}").text,
        keeper.get(f"{BASE}/flyout/entity?id={ident}").json["html"],
    ):
        assert "<script" not in said and "&lt;script&gt;" in said and "&amp; Sons" in said
