"""The state of evidence: verified while the supported values are as they were found, stale once one is amended."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.application import create_app
from registry.kinds.model import ids
from registry.service import access
from registry.settings import Settings
from tests.conftest import Databases, store_of
from tests.contract import ContractClient
from tests.making import organization

Document = dict[str, Any]
BASE = f"/v1/training-centers/{ids.from_key('marn-kessel-base')}"


@pytest.fixture
def curator(databases: Databases) -> Iterator[ContractClient]:
    """A client that may write, on a registry of what the invented yearbook says."""
    app = create_app(Settings(database_url=databases.empty(), seeds=Path(__file__).parent / "seeds"))
    client = ContractClient(app)
    client.token = access.issue(store_of(app), "Ada", "curator")
    yield client
    store_of(app).close()


@pytest.fixture
def base(curator: ContractClient) -> Document:
    """The base: its first entry supports its name, founding and ties; from its second one its country was read."""
    found: Document = curator.get(BASE).json
    return found


def states(record: Document) -> dict[str, str]:
    return {entry["key"]: entry["state"] for entry in record["evidence"]}


def amend(client: ContractClient, **patch: Any) -> Document:
    answer = client.patch(BASE, json=patch, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.json
    found: Document = answer.json
    return found


def test_evidence_of_the_seeds_is_verified_and_can_be_asked_for(curator: ContractClient, base: Document) -> None:
    assert states(base) == {"e1": "verified", "e2": "verified"}
    found = curator.get("/v1/records?facets=evidence").json
    assert found["facets"]["evidence"] == [{"value": "verified", "count": found["total"], "doubted": 0}]


def test_evidence_is_stale_while_a_value_that_it_supports_is_not_as_it_was_found(
    curator: ContractClient, base: Document
) -> None:
    name, tie = {"key": "n1", "text": "Marn Base"}, {"key": "r1", "since": "2020"}
    assert states(amend(curator, names=[name])) == {"e1": "stale", "e2": "verified"}
    assert [item["id"] for item in curator.get("/v1/records?evidence=stale").json["items"]] == [base["id"]]
    assert states(amend(curator, names=base["names"])) == states(base)
    assert states(amend(curator, relations=[tie, {"key": "r2"}])) == {"e1": "stale", "e2": "verified"}
    assert states(amend(curator, relations=[{**tie, "since": "2019"}, {"key": "r2"}])) == states(base)


def test_a_supported_value_goes_only_together_with_the_pointer_to_it(curator: ContractClient) -> None:
    refused = curator.patch(BASE, json={"milestones": []}, headers={"If-Match": "*"})
    assert refused.status_code == 422
    assert "/milestones/m1 leads nowhere in this record" in [error["detail"] for error in refused.json["errors"]]


def test_evidence_stays_verified_when_a_value_that_it_does_not_support_is_amended(
    curator: ContractClient, base: Document
) -> None:
    website = {"url": "https://example.org"}
    amended = amend(
        curator, topics=["robotics"], lifecycle="ended", places=[{"key": "p1", "country": "TZ"}], websites=[website]
    )
    assert amended["record"]["version"] == 2
    assert states(amended) == states(base)


@pytest.mark.parametrize(
    "change", [{"lines": [1, 1]}, {"supports": ["/names/n1", "/type"]}, {"digest": "sha256:" + "0" * 64}]
)
def test_evidence_is_stale_after_it_is_amended_itself(curator: ContractClient, change: Document) -> None:
    amended = amend(curator, evidence=[{"key": "e1"} | change, {"key": "e2"}])
    assert states(amended) == {"e1": "stale", "e2": "verified"}


def test_what_no_machine_has_held_to_a_passage_is_not_shown_as_verified(curator: ContractClient) -> None:
    evidence = [
        {"basis": "statement", "by": "The registrar", "date": "2026-11-01", "supports": ["/names/n1"]},
        {"basis": "document", "title": "Charter", "page": "3", "supports": ["/type"]},
        {"basis": "passage", "source": "kessel-yearbook", "lines": [1, 2], "supports": ["/names/n1"]},
    ]
    made = curator.post("/v1/organizations", json=organization("Talas School", evidence=evidence))
    assert states(made.json) == {"e1": "unverifiable", "e2": "unverifiable", "e3": "unverifiable"}
    assert [item["id"] for item in curator.get("/v1/organizations?evidence=unverifiable").json["items"]] == [
        made.json["id"]
    ]
