"""Refusals: each is a problem (RFC 9457) of one shape, of the right status and type, and says where and what.

That every refusal has the shape that the document gives it is tested by the client, on each exchange of the suite.
"""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from registry.kinds.model import ids
from registry.service import access
from registry.service.examples import examples
from registry.settings import Settings
from tests import making
from tests.conftest import store_of
from tests.contract import ContractClient, address_of, operations, spec
from tests.served import Service

PATCH = "application/merge-patch+json"
UNKNOWN_ID = ids.from_key("a record that nobody has registered")
MISTYPED_ID = UNKNOWN_ID[:8] + f"{(int(UNKNOWN_ID[8:]) + 1) % 100:02d}"
SAMPLES = {name: sample.id for name, sample in examples(Settings().seeds).items()}
ORGANIZATION, PROGRAM = SAMPLES["organization"], SAMPLES["program"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def assert_refused(response: TestResponse, status: int, kind: str, *where: str) -> None:
    """The refusal has this status and type, and its errors name these parameters or pointers, in order."""
    problem = response.get_json(force=True)
    assert (response.status_code, problem["type"]) == (status, f"/docs/problems#{kind}"), problem
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["X-Request-Id"]
    assert response.headers["Cache-Control"] == "no-store"
    assert [each.get("pointer", each.get("parameter")) for each in problem["errors"]] == list(where), problem


# What is asked for.


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colour=red", "colour"),
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=01", "limit"),
        ("limit=ten", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=1&limit=2", "limit"),
        ("q=one&q=two", "q"),
        ("q=", "q"),
        ("q=%00", "q"),
        (f"q={'a' * 201}", "q"),
        ("sort=size", "sort"),
        ("sort=name,name", "sort"),
        ("facets=colour", "facets"),
        ("fields=colour", "fields"),
        ("total=yes", "total"),
        ("format=xml", "format"),
        ("cursor=***", "cursor"),
        ("type=shop", "type"),
        ("country=china", "country"),
        ("established=soon", "established"),
        ("relation=funded-by", "relation"),
        (f"relation=loved-by:{ORGANIZATION}", "relation"),
        ("partner=somebody", "partner"),
        ("identifier=" + "&identifier=".join(map(str, range(51))), "identifier"),
    ],
)
def test_a_parameter_that_is_unknown_repeated_or_malformed_is_named(
    client: ContractClient, query: str, parameter: str
) -> None:
    assert_refused(client.get(f"/v1/organizations?{query}"), 400, "bad-query", parameter)


def test_an_unknown_parameter_is_refused_with_those_that_there_are(client: ContractClient) -> None:
    detail = client.get("/v1/organizations?colour=red").json["detail"]
    assert detail.startswith("Unknown parameter: colour. There are: q, ")
    assert {"country", "sort", "limit"} <= set(detail.rstrip(".").split(": ")[-1].split(", "))


def test_a_parameter_that_may_stand_once_is_told_so(client: ContractClient) -> None:
    refused = client.get("/v1/organizations?sort=name&sort=-name")
    assert_refused(refused, 400, "bad-query", "sort")
    assert refused.json["detail"] == "The parameter 'sort' stands more than once; only filters may be repeated."
    assert client.get("/v1/organizations?country=KE&country=PK&limit=0").status_code == 200


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_no_operation_takes_a_parameter_that_it_does_not_know(administrator: ContractClient, operation: str) -> None:
    path, method = _places()[operation]
    headers = {"If-Match": '"any"'}
    assert_refused(
        administrator.open(address_of(path).partition("?")[0] + "?colour=red", method=method, headers=headers),
        400,
        "bad-query",
        "colour",
    )


def test_a_lone_surrogate_in_an_address_finds_nothing_and_fails_nothing(client: ContractClient) -> None:
    assert client.get("/v1/organizations?q=%ED%A0%80&limit=1").json["items"] == []


def test_a_cursor_of_another_list_leads_to_no_page(client: ContractClient) -> None:
    page = client.get("/v1/organizations?limit=1").json
    cursor = page["next"].rpartition("cursor=")[2]
    assert_refused(client.get(f"/v1/programs?limit=1&cursor={cursor}"), 404, "unknown")
    assert_refused(client.get("/v1/programs?limit=1&cursor=AAAA"), 404, "unknown")


@pytest.mark.parametrize("rest", ["", "/partners", "/revisions", "/revisions/1"])
def test_an_id_that_is_unknown_mistyped_or_no_id_is_told_apart(client: ContractClient, rest: str) -> None:
    assert_refused(client.get(f"/v1/records/{UNKNOWN_ID}{rest}"), 404, "unknown")
    assert_refused(client.get(f"/v1/records/{MISTYPED_ID}{rest}"), 404, "mistyped-id")
    assert_refused(client.get(f"/v1/records/somebody{rest}"), 404, "unknown", "id")


def test_a_record_asked_for_under_the_wrong_kind_is_not_found_but_its_address_is_told(client: ContractClient) -> None:
    refused = client.get(f"/v1/programs/{ORGANIZATION}")
    assert_refused(refused, 404, "elsewhere", "id")
    assert refused.headers["Link"] == f'</v1/organizations/{ORGANIZATION}>; rel="canonical"'


def test_a_withdrawn_record_is_gone_and_the_reason_is_told(adding_curator: ContractClient) -> None:
    home = _registered(adding_curator).headers["Location"]
    adding_curator.delete(f"{home}?reason=Never+was.", headers={"If-Match": "*"})
    refused = adding_curator.get(home)
    assert_refused(refused, 410, "gone")
    assert refused.json["detail"].endswith("was withdrawn: Never was.")
    for method in ("PUT", "PATCH", "DELETE"):
        body = {} if method == "DELETE" else {"json": {}, "content_type": PATCH if method == "PATCH" else None}
        query = "?reason=Again." if method == "DELETE" else ""
        assert_refused(adding_curator.open(home + query, method=method, headers={"If-Match": "*"}, **body), 410, "gone")


@pytest.mark.parametrize(
    "address", ["/", "/v2", "/v1/nothing", "//v1", "/v1//organizations", "/v1/records/a/b/c", "/V1"]
)
def test_a_path_that_leads_nowhere_is_not_found(client: ContractClient, address: str) -> None:
    assert_refused(client.get(address), 404, "not-found")


def test_what_is_not_there_within_what_is_there_is_unknown(client: ContractClient) -> None:
    assert_refused(client.get("/v1/vocabularies/colours"), 404, "unknown")
    assert_refused(client.get(f"/v1/records/{ORGANIZATION}/revisions/999"), 404, "unknown")
    assert_refused(client.get(f"/v1/records/{ORGANIZATION}/revisions/0"), 404, "unknown", "version")
    assert_refused(client.get(f"/v1/organizations/{ORGANIZATION}?as_of=2000-01-01T00:00:00Z"), 404, "unknown")
    assert_refused(client.get(f"/v1/organizations/{ORGANIZATION}?as_of=999999999"), 404, "unknown")
    assert_refused(client.get(f"/v1/organizations/{ORGANIZATION}?as_of=yesterday"), 400, "bad-query", "as_of")


@pytest.mark.parametrize("path", spec()["paths"])
def test_a_method_that_is_not_offered_is_refused_with_those_that_are(client: ContractClient, path: str) -> None:
    offered = {method.upper() for method in spec()["paths"][path]}
    allowed = sorted({*offered, "OPTIONS"} | ({"HEAD"} if "GET" in offered else set()))
    refused = [
        client.open(address_of(path), method=method) for method in (*METHODS, "PROPFIND") if method not in offered
    ]
    assert refused
    for each in refused:
        assert_refused(each, 405, "method-not-allowed")
        assert each.headers["Allow"] == ", ".join(allowed)


def test_a_form_that_is_not_offered_is_not_acceptable(client: ContractClient) -> None:
    refused = client.get("/v1/organizations", headers={"Accept": "application/xml"})
    assert_refused(refused, 406, "not-acceptable")
    assert refused.json["detail"] == "This comes as application/json, application/jsonl, text/csv."
    wanted = {
        "application/json, */*;q=0.1": "application/json",
        "text/csv": "text/csv",
        "text/*;q=0.5, application/jsonl": "application/jsonl",
    }
    for accept, media in wanted.items():
        assert client.get("/v1/organizations?limit=1&country=KE", headers={"Accept": accept}).mimetype == media


@pytest.mark.parametrize("value", ["untagged", '"a" "b"', '"a'])
def test_a_condition_that_names_no_version_is_one_that_fails(adding_curator: ContractClient, value: str) -> None:
    address = f"/v1/organizations/{ORGANIZATION}"
    assert adding_curator.get(address, headers={"If-None-Match": value}).status_code == 200
    assert_refused(adding_curator.put(address, json={}, headers={"If-Match": value}), 412, "stale")


# Who asks.


def test_whoever_writes_without_a_valid_token_is_asked_for_one(adding_curator: ContractClient) -> None:
    plain = adding_curator.application.test_client()
    sound = str(adding_curator.token)
    forged = sound[:-9] + ("A" if sound[-10] != "A" else "B") + sound[-8:]
    for token in (
        None,
        "Bearer ",
        "Bearer prt_0_0_0",
        f"Bearer {forged}",
        f"Bearer {'x' * 5000}",
        "Basic QWRhOg==",
        "Bearer ä",
    ):
        headers = {"Authorization": token} if token else {}
        refused = [plain.post("/v1/organizations", json=making.organization(), headers=headers)]
        if token:
            refused.append(plain.get(f"/v1/organizations/{ORGANIZATION}", headers=headers))
        for each in refused:
            assert_refused(each, 401, "unauthenticated")
            assert each.headers["WWW-Authenticate"] == 'Bearer realm="registry"'


def test_a_reader_may_not_write(adding_curator: ContractClient) -> None:
    reader = adding_curator.application.test_client()
    reader.token = access.issue(store_of(adding_curator.application), "Rosa", "reader")
    for name, (path, method) in _places().items():
        if method != "GET" and operations()[name].get("security") == [{"bearerAuth": []}]:
            assert_refused(reader.open(address_of(path), method=method), 403, "forbidden")
    assert reader.get(f"/v1/organizations/{ORGANIZATION}").status_code == 200


# What is sent.

DEEP = "[" * 33 + "]" * 33


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"names", b"{'a': 1}", b'{"a": 1,}', b"\xff\xfe", '{"a": "ä"}'.encode("latin-1"), b"\xef\xbb\xbf{}", b'{"a": NaN}',
        b'{"a": Infinity}', b'{"a": ' + b"9" * 5000 + b"}", b'{"type": "company", "type": "university"}', b'{"a": [{"b": 1, "b": 2}]}',
        DEEP.encode(), f'{{"names": {DEEP}}}'.encode(), b'{"a": "\x01"}',
    ],
    ids=lambda body: ascii(body[:20]),
)  # fmt: skip
def test_a_body_that_is_not_sound_json_is_unreadable(adding_curator: ContractClient, body: bytes) -> None:
    refused = adding_curator.post("/v1/organizations", data=body, content_type="application/json")
    problem = refused.get_json(force=True)
    assert (refused.status_code, problem["type"]) == (400, "/docs/problems#unreadable"), problem


def test_a_member_that_stands_twice_is_named(adding_curator: ContractClient) -> None:
    body = b'{"type": "company", "type": "university"}'
    refused = adding_curator.post("/v1/organizations", data=body, content_type="application/json")
    assert refused.json["errors"] == [{"detail": "'type' stands twice"}]


def test_a_body_nested_as_deep_as_is_taken_is_read(adding_curator: ContractClient) -> None:
    body = "[" * 32 + "]" * 32
    refused = adding_curator.post("/v1/organizations", data=body, content_type="application/json")
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "media", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
def test_a_body_of_another_media_type_is_not_taken(adding_curator: ContractClient, media: str | None) -> None:
    home = f"/v1/organizations/{ORGANIZATION}"
    for address, method in (("/v1/organizations", "POST"), (home, "PUT"), (home, "PATCH")):
        response = adding_curator.open(
            address, method=method, data=b"{}", content_type=media, headers={"If-Match": "*"}
        )
        assert_refused(response, 415, "wrong-media-type")
    merge_patch = adding_curator.post("/v1/organizations", data=b"{}", content_type=PATCH)
    assert_refused(merge_patch, 415, "wrong-media-type")


def test_a_body_that_is_too_large_is_not_read(adding_curator: ContractClient) -> None:
    largest = Settings().largest_body
    for size, status in ((largest + 1, 413), (largest, 400)):
        response = adding_curator.post("/v1/organizations", data=b" " * size, content_type="application/json")
        assert response.status_code == status
    assert_refused(
        adding_curator.post("/v1/organizations", data=b" " * 2 * largest, content_type="application/json"),
        413,
        "too-large",
    )


BROKEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "NUL": ("organizations", {"names": [{"text": "a\0b", "lang": "en", "role": "official"}]}, "/names/0/text"),
    "a lone surrogate": ("organizations", {"names": [{"text": "a\ud800", "lang": "en", "role": "official"}]}, "/names/0/text"),
    "an empty name": ("organizations", {"names": [{"text": "", "lang": "en", "role": "official"}]}, "/names/0/text"),
    "a name too long": ("organizations", {"names": [{"text": "a" * 501, "lang": "en", "role": "official"}]}, "/names/0/text"),
    "no name": ("organizations", {"names": []}, "/names"),
    "too many names": ("organizations", {"names": [{"text": f"a{n}", "lang": "en", "role": "alias"} for n in range(101)]}, "/names"),
    "a number for a text": ("organizations", {"names": [{"text": 1, "lang": "en", "role": "official"}]}, "/names/0/text"),
    "an object for a list": ("organizations", {"names": {"text": "a"}}, "/names"),
    "a list for an object": ("organizations", {"absent": []}, "/absent"),
    "null": ("organizations", {"type": None}, "/type"),
    "no word of the vocabulary": ("organizations", {"type": "shop"}, "/type"),
    "no language": ("organizations", {"names": [{"text": "a", "lang": "English", "role": "official"}]}, "/names/0/lang"),
    "no country": ("organizations", {"places": [{"country": "XX"}]}, "/places/0/country"),
    "a subdivision of another country": ("organizations", {"places": [{"country": "KE", "subdivision": "CN-LN"}]}, "/places/0/subdivision"),
    "no day of the calendar": ("organizations", {"milestones": [{"event": "established", "date": "2019-02-30"}]}, "/milestones/0/date"),
    "an end before its start": ("organizations", {"milestones": [{"event": "established", "date": "2020/2019"}]}, "/milestones/0/date"),
    "a number beyond range": ("sources", {"evidence": [{"basis": "passage", "source": "a", "lines": [1, 10**6 + 1]}]}, "/evidence/0/lines/1"),
    "a huge number": ("sources", {"evidence": [{"basis": "passage", "source": "a", "lines": [1, 10**400]}]}, "/evidence/0/lines/1"),
    "a number that is none": ("sources", {"evidence": [{"basis": "passage", "source": "a", "lines": [1.5, 2]}]}, "/evidence/0/lines/0"),
    "a text for a number": ("sources", {"evidence": [{"basis": "passage", "source": "a", "lines": ["1", 2]}]}, "/evidence/0/lines/0"),
    "a truth for a number": ("sources", {"evidence": [{"basis": "passage", "source": "a", "lines": [True, 2]}]}, "/evidence/0/lines/0"),
    "a decimal beyond range": ("figures", {"quantity": {"qualifier": "exact", "unit": "person", "value": "1" * 19}}, "/quantity/value"),
    "an unknown member": ("organizations", {"colour": "red"}, "/colour"),
    "an unknown member of a member": ("organizations", {"places": [{"country": "KE", "planet": "Earth"}]}, "/places/0/planet"),
    "a pointer that leads nowhere": ("organizations", {"cautions": [{"kind": "ambiguous", "about": "/names/n9", "note": "?"}]}, "/cautions/0/about"),
    "two members of one key": ("organizations", {"places": [{"key": "a", "country": "KE"}, {"key": "a", "country": "UG"}]}, ""),
    "a tie without an end": ("organizations", {"relations": [{"relation": "part-of", "lifecycle": "active"}]}, "/relations/0/target"),
    "a mistyped target": ("organizations", {"relations": [{"relation": "part-of", "target": {"id": MISTYPED_ID}, "lifecycle": "active"}]}, "/relations/0/target/id"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_body_that_breaks_the_schema_or_a_rule_is_invalid_there(adding_curator: ContractClient, broken: str) -> None:
    plural, members, pointer = BROKEN[broken]
    whole = {
        "organizations": making.organization(),
        "sources": making.source("a"),
        "figures": making.figure(ORGANIZATION),
    }
    body = json.dumps({**whole[plural], **members}).encode()
    refused = adding_curator.post(f"/v1/{plural}", data=body, content_type="application/json")
    assert_refused(refused, 422, "invalid", pointer)
    assert refused.json["errors"][0]["detail"]


@pytest.mark.parametrize("body", [[], "text", 1, True, None], ids=json.dumps)
def test_a_body_that_is_no_object_is_invalid(adding_curator: ContractClient, body: Any) -> None:
    home, headers = f"/v1/organizations/{ORGANIZATION}", {"If-Match": "*"}
    sent = json.dumps(body).encode()
    for address, method in (("/v1/organizations", "POST"), (home, "PUT"), (home, "PATCH")):
        refused = adding_curator.open(
            address, method=method, data=sent, content_type="application/json", headers=headers
        )
        assert_refused(refused, 422, "invalid", "")


def test_an_inverse_word_is_refused_with_the_right_way_round(adding_curator: ContractClient) -> None:
    tie = {"relation": "funds", "target": {"id": PROGRAM}, "lifecycle": "active"}
    refused = adding_curator.post("/v1/organizations", json=making.organization(relations=[tie]))
    assert_refused(refused, 422, "invalid", "/relations/0/relation")
    assert refused.json["errors"][0]["detail"] == (
        "'funds' is the inverse of 'funded-by': write 'funded-by' on the record at the other end"
    )


@pytest.mark.parametrize(
    ("member", "value"),
    [("id", UNKNOWN_ID), ("kind", "program"), ("name", "Another"), ("summary", "Another"), ("record", {"version": 9})],
)
def test_a_member_that_the_registry_sets_may_be_sent_as_it_is_but_not_otherwise(
    adding_curator: ContractClient, member: str, value: Any
) -> None:
    made = _registered(adding_curator, summaries=[{"lang": "en", "text": "A company."}])
    home, headers = made.headers["Location"], {"If-Match": "*"}
    assert adding_curator.put(home, json=made.json, headers=headers).status_code == 200
    same = adding_curator.patch(home, json={member: made.json[member]}, headers=headers, content_type=PATCH)
    assert same.status_code == 200
    for refused in (
        adding_curator.put(home, json={**made.json, member: value}, headers=headers),
        adding_curator.patch(home, json={member: value}, headers=headers, content_type=PATCH),
    ):
        assert_refused(refused, 422, "invalid", f"/{member}")


def test_the_name_of_a_target_may_be_sent_as_it_is_but_not_otherwise(adding_curator: ContractClient) -> None:
    def sent(**target: str) -> TestResponse:
        tie = {"relation": "part-of", "target": {"id": ORGANIZATION, **target}, "lifecycle": "active"}
        return adding_curator.post("/v1/organizations", json=making.organization(relations=[tie]))

    name = adding_curator.get(f"/v1/organizations/{ORGANIZATION}").json["name"]
    assert sent(name=name, kind="organization").status_code == 201
    assert_refused(sent(name="Another"), 422, "invalid", "/relations/0/target/name")
    assert_refused(sent(kind="program"), 422, "invalid", "/relations/0/target/kind")


def test_the_key_of_a_source_never_changes(adding_curator: ContractClient) -> None:
    made = adding_curator.post("/v1/sources", json=making.source("first-key"))
    refused = adding_curator.patch(
        made.headers["Location"], json={"key": "second-key"}, headers={"If-Match": "*"}, content_type=PATCH
    )
    assert_refused(refused, 422, "invalid", "/key")


# What the registry's state does not allow.


def test_what_refers_to_nothing_is_a_conflict(adding_curator: ContractClient) -> None:
    def tied_to(ident: str) -> TestResponse:
        tie = {"relation": "part-of", "target": {"id": ident}, "lifecycle": "active"}
        return adding_curator.post("/v1/organizations", json=making.organization(relations=[tie]))

    assert_refused(tied_to(UNKNOWN_ID), 409, "conflict", "/relations/0/target/id")
    gone = _registered(adding_curator)
    adding_curator.delete(gone.headers["Location"] + "?reason=Gone.", headers={"If-Match": "*"})
    assert_refused(tied_to(gone.json["id"]), 409, "conflict", "/relations/0/target/id")
    evidence = [{"basis": "passage", "source": "no-such-source", "lines": [1, 1]}]
    uncited = adding_curator.post("/v1/organizations", json=making.organization(evidence=evidence))
    assert_refused(uncited, 409, "conflict", "/evidence/0/source")


def test_an_identifier_belongs_to_one_record(adding_curator: ContractClient) -> None:
    identifiers = [{"scheme": "wikidata", "value": "Q-taken"}]
    _registered(adding_curator, identifiers=identifiers)
    again = adding_curator.post("/v1/organizations", json=making.organization(identifiers=identifiers))
    assert_refused(again, 409, "duplicate", "/identifiers")


def test_what_others_refer_to_is_not_withdrawn(adding_curator: ContractClient) -> None:
    made = _registered(adding_curator)
    tie = {"relation": "part-of", "target": {"id": made.json["id"]}, "lifecycle": "active"}
    part = _registered(adding_curator, relations=[tie])
    refused = adding_curator.delete(made.headers["Location"] + "?reason=No.", headers={"If-Match": "*"})
    assert_refused(refused, 409, "conflict", "id")
    assert part.json["id"] in refused.json["errors"][0]["detail"]


def test_withdrawing_needs_a_reason(adding_curator: ContractClient) -> None:
    home = _registered(adding_curator).headers["Location"]
    assert_refused(adding_curator.delete(home, headers={"If-Match": "*"}), 400, "bad-query", "reason")


def test_a_stale_or_unconditional_write_is_told_before_its_body_is_looked_at(adding_curator: ContractClient) -> None:
    home = _registered(adding_curator).headers["Location"]
    for headers, status, name in (({"If-Match": '"old"'}, 412, "stale"), ({}, 428, "unconditional")):
        for method in ("PUT", "PATCH"):
            refused = adding_curator.open(
                home, method=method, data=b"{", content_type="application/json", headers=headers
            )
            assert_refused(refused, status, name)


# Where refusals are explained.


def test_every_type_of_problem_is_explained_on_its_page(client: ContractClient) -> None:
    page = client.get("/docs/problems").text
    for address in ("/v1/nothing", "/v1/organizations/nobody", "/v1/organizations?colour=red"):
        assert f'id="{client.get(address).json["type"].partition("#")[2]}"' in page
    for name in ("method-not-allowed", "internal-server-error", "refused-before-reading", "mistyped-id", "stale"):
        assert f'id="{name}"' in page


# What the server refuses before the registry hears of it.


@pytest.mark.parametrize(
    ("request_head", "status", "reason"),
    [
        (b"GET /v1/organizations?q=\xe6\xb8\x85 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Bad Request"),
        (b"GET /header\xe9 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Bad Request"),
        (b"GET /v1?q=" + b"a" * 8200 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, "URI Too Long"),
        (b"GET /v1 HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 8200 + b"\r\n\r\n", 431, "Request Header Fields Too Large"),
        (b"GET /v1 HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(70)) + b"\r\n", 431, "Request Header Fields Too Large"),
        (b"GET /v1 HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n", 400, "Bad Request"),
        (b"GET /v1 HTTP/9.9\r\nHost: a\r\n\r\n", 400, "Bad Request"),
        (b"nonsense\r\n\r\n", 400, "Bad Request"),
        (b"POST /v1/organizations HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: rot13\r\n\r\n", 501, "Not Implemented"),
    ],
    ids=["an address that is not ASCII", "the same with a treacherous word", "a line too long", "a header too long", "too many headers",
         "a malformed header", "a version that there is not", "no request at all", "a coding that there is not"],
)  # fmt: skip
def test_what_the_server_itself_refuses_is_a_problem_too(
    service: Service, request_head: bytes, status: int, reason: str
) -> None:
    head, _, body = _answer_to(service, request_head).partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert first == f"HTTP/1.1 {status} {reason}"
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Access-Control-Allow-Origin"] == "*"
    problem = json.loads(body)
    assert int(headers["Content-Length"]) == len(body)
    assert set(problem) == {"type", "title", "status", "detail", "instance", "errors", "request_id"}
    assert (problem["type"], problem["status"]) == ("/docs/problems#refused-before-reading", status)


def test_a_body_that_ends_too_early_is_refused(service: Service) -> None:
    head = (
        b"POST /v1/organizations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    answer = _answer_to(service, head)
    assert answer.startswith(b"HTTP/1.1 4")
    assert b"application/problem+json" in answer


def _answer_to(service: Service, request_head: bytes) -> bytes:
    with socket.create_connection(("localhost", service.port), timeout=10) as connection:
        connection.sendall(request_head)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(_received(connection))


def _received(connection: socket.socket) -> Iterator[bytes]:
    while part := connection.recv(65536):
        yield part


def _registered(client: ContractClient, **more: Any) -> TestResponse:
    response = client.post("/v1/organizations", json=making.organization(**more))
    assert response.status_code == 201, response.text
    return response


def _places() -> dict[str, tuple[str, str]]:
    """The path and method of each operation."""
    return {
        o["operationId"]: (path, method.upper()) for path, item in spec()["paths"].items() for method, o in item.items()
    }
