"""The life of a record, of every kind: registered, read, found, amended, replaced, refused where stale, withdrawn.

Nothing here knows a kind by name: a new one is held to all of it from its declaration and its sample.
"""

import copy
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from registry.kinds.catalogue import KINDS
from registry.kinds.model.documents import Document, values_at
from registry.kinds.model.fields import Edtf, Member, Timestamp
from registry.kinds.model.kind import Kind
from registry.kinds.model.relations import RELATIONS
from registry.service.examples import examples
from registry.settings import Settings
from tests import making
from tests.contract import ContractClient

of_every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
_numbers = itertools.count(1)
PATCH = "application/merge-patch+json"


def sent_document(kind: Kind) -> Document:
    """The kind's sample as a client sends it, with names and an identifier that no other record has."""
    number = next(_numbers)
    document = copy.deepcopy(examples(Settings().seeds)[kind.name].sent)
    for name in kind.fixed:
        document[name] = f"{document[name]}-{number}"
    for name in document["names"]:
        name["text"] = making.unheard_of(kind.label)
    return {**document, "identifiers": [{"scheme": "wikidata", "value": f"Q-test-{number}"}]}


def register(client: ContractClient, kind: Kind) -> TestResponse:
    response = client.post(f"/v1/{kind.plural}", json=sent_document(kind))
    assert response.status_code == 201, response.text
    return response


def only(record: Document) -> str:
    """The query that finds this record and no other."""
    return f"identifier={record['identifiers'][0]['value']}"


def holds(whole: Any, part: Any) -> bool:
    """Whether all that is in `part` is in `whole`, at its place."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and holds(whole[name], part[name]) for name in part)
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return bool(whole == part)


def operands(kind: Kind, record: Document) -> Iterator[tuple[str, str]]:
    """Each filter that a value of the record answers to, with that value as an operand."""
    for each in kind.filters.values():
        for path in each.paths:
            for value in values_at(record, path):
                if value is not None:
                    yield each.name, _operand(each.field, value)
    yield from (("has", name) for name in kind.lists if record.get(name))


def _operand(field: Member, value: Any) -> str:
    return field.bounds(value)[0] if isinstance(field, Edtf | Timestamp) else str(value)[:200]


@of_every_kind
def test_what_was_registered_is_read_at_its_address(adding_curator: ContractClient, kind: Kind) -> None:
    sent = sent_document(kind)
    made = adding_curator.post(f"/v1/{kind.plural}", json=sent)
    read = adding_curator.get(made.headers["Location"])
    assert (made.status_code, read.status_code) == (201, 200)
    assert (read.data, read.headers["ETag"]) == (made.data, made.headers["ETag"])
    assert holds(read.json, sent)
    assert read.json["kind"] == kind.name
    assert read.json["record"]["version"] == 1


@of_every_kind
def test_a_record_has_one_home_and_is_found_under_all_records_too(adding_curator: ContractClient, kind: Kind) -> None:
    made = register(adding_curator, kind)
    home, ident = made.headers["Location"], made.json["id"]
    among_all = adding_curator.get(f"/v1/records/{ident.upper()}")
    assert (among_all.data, among_all.headers["Content-Location"]) == (made.data, home)
    other = next(each for each in KINDS.values() if each is not kind)
    elsewhere = adding_curator.get(f"/v1/{other.plural}/{ident}")
    assert elsewhere.status_code == 404
    assert elsewhere.headers["Link"] == f'<{home}>; rel="canonical"'


@of_every_kind
def test_a_rehearsed_registration_answers_what_would_be_and_keeps_nothing(
    adding_curator: ContractClient, kind: Kind
) -> None:
    sent = sent_document(kind)
    rehearsed = adding_curator.post(f"/v1/{kind.plural}?dry_run=true", json=sent)
    assert rehearsed.status_code == 200
    assert holds(rehearsed.json, sent)
    assert adding_curator.get(f"/v1/records/{rehearsed.json['id']}").status_code == 404
    assert adding_curator.get(f"/v1/{kind.plural}?{only(sent)}").json["total"] == 0


@of_every_kind
def test_a_reader_who_has_the_present_version_is_told_so(adding_curator: ContractClient, kind: Kind) -> None:
    made = register(adding_curator, kind)
    home, tag = made.headers["Location"], made.headers["ETag"]
    again = adding_curator.get(home, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert adding_curator.get(home, headers={"If-None-Match": '"another"'}).status_code == 200


@of_every_kind
def test_a_record_is_found_by_each_of_its_values_and_never_by_their_absence(
    adding_curator: ContractClient, kind: Kind
) -> None:
    record = register(adding_curator, kind).json
    found = set(operands(kind, record))
    assert {"identifier", "created", "updated", "has", "evidence"} <= {name for name, _ in found}
    for name, value in sorted(found):
        query = {"identifier": record["identifiers"][0]["value"], "limit": 1, "fields": "id"}
        asked = {**query, name: value} if name != "identifier" else query
        answer = adding_curator.get(f"/v1/{kind.plural}", query_string=asked)
        assert [item["id"] for item in answer.json["items"]] == [record["id"]], f"not found by {name}={value}"
        without = [*query.items(), (name, f"!{value}")]
        answer = adding_curator.get(f"/v1/{kind.plural}", query_string=without)
        assert answer.json["items"] == [], f"found by {name}=!{value}"


@of_every_kind
def test_the_facets_of_one_record_are_its_own_values(adding_curator: ContractClient, kind: Kind) -> None:
    record = register(adding_curator, kind).json
    names = [name for name, each in kind.filters.items() if each.facet]
    answer = adding_curator.get(f"/v1/{kind.plural}?{only(record)}&limit=0&facets={','.join(names)}").json
    counted = {(name, line["value"]) for name, lines in answer["facets"].items() for line in lines}
    assert counted == {(name, value) for name, value in operands(kind, record) if name in names}
    assert {line["count"] for lines in answer["facets"].values() for line in lines} == {1}


@of_every_kind
def test_a_record_is_found_by_its_ties_from_either_end(adding_curator: ContractClient, kind: Kind) -> None:
    record = register(adding_curator, kind).json
    target = next(iter(KINDS.values()))
    other = register(adding_curator, target)
    tie = {"relation": "succeeds", "target": {"id": record["id"]}, "lifecycle": "active"}
    ties = [*({"key": each["key"]} for each in other.json["relations"]), tie]
    tied = adding_curator.patch(
        other.headers["Location"], json={"relations": ties}, headers={"If-Match": "*"}, content_type=PATCH
    )
    assert tied.status_code == 200, tied.text
    inverse = RELATIONS["succeeds"].inverse
    forth = adding_curator.get(f"/v1/{target.plural}?relation=succeeds:{record['id']}&fields=id").json
    back = adding_curator.get(f"/v1/{kind.plural}?relation={inverse}:{tied.json['id']}&fields=id").json
    assert [item["id"] for item in forth["items"]] == [tied.json["id"]]
    assert [item["id"] for item in back["items"]] == [record["id"]]


@of_every_kind
def test_an_amendment_changes_what_it_sends_and_nothing_else(adding_curator: ContractClient, kind: Kind) -> None:
    made = register(adding_curator, kind)
    home = made.headers["Location"]
    amended = adding_curator.patch(
        home + "?reason=Better.", json={"summaries": [{"lang": "en", "text": "Said better."}]},
        headers={"If-Match": made.headers["ETag"]}, content_type=PATCH,
    )  # fmt: skip
    assert amended.status_code == 200, amended.text
    assert amended.json["summary"] == "Said better."
    assert amended.json["record"]["version"] == 2
    changed = {name for name in amended.json if made.json.get(name) != amended.json[name]}
    assert changed == {"summary", "summaries", "record"}
    assert adding_curator.get(home).data == amended.data


@of_every_kind
def test_what_was_read_can_be_sent_back_and_makes_no_revision(adding_curator: ContractClient, kind: Kind) -> None:
    made = register(adding_curator, kind)
    home, tag = made.headers["Location"], made.headers["ETag"]
    same = adding_curator.put(home, json=made.json, headers={"If-Match": tag})
    assert (same.status_code, same.headers["ETag"], same.data) == (200, tag, made.data)
    replaced = adding_curator.put(home, json={**made.json, "topics": ["governance"]}, headers={"If-Match": tag})
    assert (replaced.status_code, replaced.json["topics"]) == (200, ["governance"])
    assert replaced.headers["ETag"] != tag
    assert replaced.json["record"]["version"] == 2


@of_every_kind
def test_a_write_that_names_an_old_version_or_none_changes_nothing(adding_curator: ContractClient, kind: Kind) -> None:
    made = register(adding_curator, kind)
    home, old = made.headers["Location"], made.headers["ETag"]
    now = adding_curator.put(home, json={**made.json, "topics": ["governance"]}, headers={"If-Match": old})
    for headers, status in (({"If-Match": old}, 412), ({}, 428)):
        writes = [
            adding_curator.put(home, json=made.json, headers=headers),
            adding_curator.patch(home, json={"topics": []}, headers=headers, content_type=PATCH),
            adding_curator.delete(home + "?reason=No.", headers=headers),
        ]
        assert [each.status_code for each in writes] == [status] * 3
    assert adding_curator.get(home).data == now.data


@of_every_kind
def test_a_withdrawn_record_is_gone_but_what_it_was_is_kept(adding_curator: ContractClient, kind: Kind) -> None:
    made = register(adding_curator, kind)
    home, ident = made.headers["Location"], made.json["id"]
    gone = adding_curator.delete(home + "?reason=Registered+twice.", headers={"If-Match": made.headers["ETag"]})
    assert (gone.status_code, gone.data) == (204, b"")
    for address in (home, f"/v1/records/{ident}", f"/v1/records/{ident}/partners"):
        refused = adding_curator.get(address)
        assert refused.status_code == 410
        assert "Registered twice." in refused.json["detail"]
    assert adding_curator.get(f"/v1/{kind.plural}?{only(made.json)}").json["total"] == 0
    assert adding_curator.get(f"/v1/records?{only(made.json)}").json["total"] == 0
    lines = adding_curator.get(f"/v1/records/{ident}/revisions").json["items"]
    assert [(line["act"], line["why"], line["state"]) for line in lines] == [
        ("create", "", "published"), ("withdraw", "Registered twice.", "withdrawn"),
    ]  # fmt: skip
    assert adding_curator.get(f"/v1/records/{ident}/revisions/1").json == made.json
    assert adding_curator.get(f"{home}?as_of={made.json['record']['change']}").json == made.json
    assert adding_curator.get(f"{home}?as_of={lines[1]['change']}").status_code == 410
