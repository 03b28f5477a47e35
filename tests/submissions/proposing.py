"""Small submissions that tests make, and the steps that lead them on."""

from typing import Any

from werkzeug.test import TestResponse

from tests.contract import ContractClient

Document = dict[str, Any]
LETTER = {"basis": "statement", "by": "Rector", "date": "2026-05-04", "inferred": ["/type"]}

WAYS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": ("submit",),
    "in-review": ("submit", "start-review"),
    "returned": ("submit", "start-review", "return"),
    "accepted": ("submit", "start-review", "accept"),
    "rejected": ("submit", "start-review", "reject"),
    "withdrawn": ("submit", "withdraw"),
    "applied": ("submit", "start-review", "accept", "apply"),
}
"""The steps that lead from a new draft to each state."""

AUTHORS = ("submit", "withdraw")


def organization(name: str = "Abai Institute", **more: Any) -> Document:
    names = [{"text": name, "lang": "en", "role": "official"}]
    return {"names": names, "type": "company", "lifecycle": "active", "evidence": [LETTER], **more}


def program(name: str, *parties: str, **more: Any) -> Document:
    ties = [{"relation": "organized-by", "target": {"id": party}, "lifecycle": "active"} for party in parties]
    return organization(name, relations=ties, **more) | {"type": "teacher-training"}


def new(document: Document | None = None, kind: str = "organization", **more: Any) -> Document:
    return {"act": "create", "kind": kind, "document": organization() if document is None else document, **more}


def there(client: ContractClient, document: Document | None = None, kind: str = "organizations") -> tuple[str, str]:
    """The id and ETag of a record that a curator makes."""
    made = client.post(f"/v1/{kind}", json=organization() if document is None else document)
    assert made.status_code == 201, made.json
    return made.json["id"], made.headers["ETag"]


def begin(author: ContractClient, *changes: Document, **more: Any) -> TestResponse:
    made = author.post("/v1/submissions", json={"changes": list(changes), **more})
    assert made.status_code == 201, made.json
    return made


def step(person: ContractClient, at: TestResponse, name: str, **body: Any) -> TestResponse:
    """What comes of taking a step from where a submission was last seen."""
    address, headers = f"/v1/submissions/{at.json['id']}", {"If-Match": at.headers["ETag"]}
    if name == "replace":
        return person.put(address, json={"changes": at.json["changes"]} | body, headers=headers)
    if name == "amend":
        return person.patch(address, json={"title": "Amended"} | body, headers=headers)
    said = {"comment": "Said."} | body if name in ("return", "accept", "reject") else None
    return person.post(f"{address}/{name}", json=said, headers=headers)


def lead(author: ContractClient, reviewer: ContractClient, at: TestResponse, *names: str, **body: Any) -> TestResponse:
    """A submission after some steps, the body going with the last."""
    for name in names:
        person = author if name in AUTHORS else reviewer
        at = step(person, at, name, **(body if name == names[-1] else {}))
        assert at.status_code == 200, (name, at.json)
    return at
