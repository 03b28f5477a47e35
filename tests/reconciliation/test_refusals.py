"""What reconciliation refuses: clearly, by 4xx, for any page to read, and never by a crash or a hang."""

import json
from typing import Any

import pytest

from tests.contract import ContractClient
from tests.reconciliation.exchanges import BASE, TSINGHUA

BROKEN: dict[str, dict[str, Any]] = {
    "no JSON": {"queries": "{"}, "a list": {"queries": "[]"}, "a number": {"extend": "1"}, "nothing": {}, "another field": {"query": "{}"},
    "both": {"queries": "{}", "extend": "{}"}, "a twin": {"queries": '{"a": {"query": "x"}, "a": {"query": "y"}}'},
    "an empty query": {"queries": {"a": {}}}, "an empty name": {"queries": {"a": {"query": ""}}}, "no values": {"queries": {"a": {"properties": []}}},
    "an unknown member": {"queries": {"a": {"query": "x", "querry": "y"}}}, "no object": {"queries": {"a": "x"}},
    "an unknown type": {"queries": {"a": {"query": "x", "type": "person"}}}, "a type that is no text": {"queries": {"a": {"query": "x", "type": [1]}}},
    "an unknown property": {"queries": {"a": {"query": "x", "properties": [{"pid": "P17", "v": "x"}]}}},
    "no value": {"queries": {"a": {"query": "x", "properties": [{"pid": "country"}]}}},
    "a value of another shape": {"queries": {"a": {"query": "x", "properties": [{"pid": "country", "v": {"name": "China"}}]}}},
    "a limit below 1": {"queries": {"a": {"query": "x", "limit": 0}}}, "a limit in words": {"queries": {"a": {"query": "x", "limit": "two"}}},
    "an unknown strictness": {"queries": {"a": {"query": "x", "type_strict": "none"}}}, "a surrogate": {"queries": r'{"a": {"query": "\ud800"}}'},
    "NUL": {"queries": r'{"a": {"query": "a\u0000"}}'}, "a surrogate as an id": {"queries": r'{"\ud800": {"query": "x"}}'},
    "too deep": {"queries": "[" * 5000}, "no ids": {"extend": {"properties": []}}, "ids of another shape": {"extend": {"ids": 1, "properties": []}},
    "an unknown column": {"extend": {"ids": [], "properties": [{"id": "P17"}]}},
    "an unknown setting": {"extend": {"ids": [], "properties": [{"id": "country", "settings": {"rank": "best"}}]}},
    "a setting out of range": {"extend": {"ids": [], "properties": [{"id": "country", "settings": {"words": "fr"}}]}},
    "a switch that is neither": {"extend": {"ids": [], "properties": [{"id": "partner", "settings": {"proposed": "perhaps"}}]}},
    "a number in words": {"extend": {"ids": [], "properties": [{"id": "country", "settings": {"limit": "two"}}]}},
}  # fmt: skip


@pytest.mark.parametrize("form", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_broken_is_400_and_says_where(client: ContractClient, form: dict[str, Any]) -> None:
    sent = {name: each if isinstance(each, str) else json.dumps(each) for name, each in form.items()}
    answer = client.post(BASE, data=sent or "", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json["errors"] and all(each["detail"] for each in answer.json["errors"])


def test_a_fault_is_told_by_its_place(client: ContractClient) -> None:
    queries = {
        "fine": {"query": "x"},
        "a/b": {"query": "x", "properties": [{"pid": "country", "v": "CN"}, {"pid": "P17", "v": "CN"}]},
    }
    answer = client.post(BASE, data={"queries": json.dumps(queries)})
    assert [(each["parameter"], each["pointer"]) for each in answer.json["errors"]] == [
        ("queries", "/a~1b/properties/1/pid")
    ]
    assert client.get(BASE, query_string={"queries": json.dumps(queries)}).json["errors"] == answer.json["errors"]


def test_what_is_too_much_is_413_and_500_queries_are_answered(client: ContractClient) -> None:
    def status(number: int) -> int:
        return client.post(
            BASE, data={"queries": json.dumps({f"q{n}": {"query": f"Institute {n}"} for n in range(number)})}
        ).status_code

    assert [status(500), status(501), status(5000)] == [200, 413, 413]
    long = {"a": {"query": "x" * 1_000_001}}
    assert client.post(BASE, data={"queries": json.dumps(long)}).status_code == 413
    assert client.post(BASE, data={"extend": json.dumps({"ids": ["x"] * 501, "properties": []})}).status_code == 400


def test_other_bodies_and_methods_are_refused(client: ContractClient) -> None:
    assert client.post(BASE, json={"queries": {}}).status_code == 415
    assert client.post(BASE, data=b"queries=%ff", content_type="application/x-www-form-urlencoded").status_code == 400
    assert (
        client.post(BASE, data=b"queries={}&queries={}", content_type="application/x-www-form-urlencoded").status_code
        == 400
    )
    assert (
        client.post(
            BASE, data="&".join(f"a{n}=1" for n in range(99)), content_type="application/x-www-form-urlencoded"
        ).status_code
        == 400
    )
    refused = client.put(BASE)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    preflight = client.options(
        BASE, headers={"Origin": "http://localhost:3333", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204 and "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("?query=x", 400), ("?queries={", 400), ("/suggest/entity", 400), ("/suggest/entity?prefix=a&cursor=-1", 400), ("/suggest/nothing?prefix=a", 404),
        ("/properties?type=person", 400), ("/flyout/type?id=person", 400), ("/flyout/property?id=P17", 400), ("/preview", 400), ("/preview?id=nobody", 400),
        (f"/preview?id={TSINGHUA[:-1]}9", 404), ("/flyout/entity?id=zzzzzzzz61", 404),
    ],
)  # fmt: skip
def test_addresses_that_lead_nowhere_are_4xx(client: ContractClient, path: str, status: int) -> None:
    answer = client.get(BASE + path)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, "*")
