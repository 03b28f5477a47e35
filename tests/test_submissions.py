"""The officer's story: what a program officer does to register partners, an agreement and a cohort, and what others see.

Told on a registry with the seeds, from the first rehearsal to the history of what was corrected.
"""

from typing import Any

from tests.people import Hire, hire

__all__ = ["hire"]

TSINGHUA = "p64qpd0g38"
TRAINING = "Nationwide Deep Learning Faculty Training Courses for Universities"
LETTER = {"basis": "statement", "by": "Rector of Abai University", "date": "2026-05-04"}


def partner(name: str, temporary: str) -> dict[str, Any]:
    evidence = [LETTER | {"supports": ["/names/n1"], "inferred": ["/type", "/lifecycle"]}]
    names = [{"key": "n1", "text": name, "lang": "en", "role": "official"}]
    document = {"names": names, "type": "university", "lifecycle": "active", "evidence": evidence}
    return {"act": "create", "kind": "organization", "temporary": temporary, "document": document}


def signed_by(party: str) -> dict[str, Any]:
    return {"relation": "signed-by", "target": {"id": party}, "lifecycle": "active", "since": "2026-05"}


def proposal(program: dict[str, Any], tag: str) -> dict[str, Any]:
    agreement = {
        "names": [{"text": "Agreement on training teachers of AI in Central Asia", "lang": "en", "role": "official"}],
        "type": "cooperation", "lifecycle": "active",
        "relations": [signed_by("@abai"), signed_by("@steppe"), signed_by("@tsinghua")],
        "evidence": [LETTER | {"inferred": ["/relations", "/type", "/lifecycle"]}],
    }  # fmt: skip
    cohort = {
        "label": "Summer class in Almaty",
        "period": "2026-07",
        "places": [{"country": "KZ", "locality": "Almaty"}],
    }
    return {
        "title": "Three partners, their agreement, and a cohort in Almaty",
        "changes": [
            partner("Abai University of Almaty", "@abai"),
            partner("Steppe School of Engineering", "@steppe"),
            partner("TSINGHUA UNIVERSITY", "@tsinghua"),
            {"act": "create", "kind": "agreement", "temporary": "@agreement", "document": agreement, "reason": "Signed in May."},
            {"act": "amend", "id": program["id"], "if_match": tag, "patch": {"cohorts": [*program["cohorts"], cohort]},
             "reason": "A first class abroad."},
        ],
    }  # fmt: skip


def test_an_officer_registers_partners_an_agreement_and_a_cohort_and_corrects_one(hire: Hire) -> None:  # noqa: PLR0915
    officer, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    found = officer.get(f"/v1/programs?q={TRAINING}&limit=1").json["items"][0]
    program = officer.get(f"/v1/programs/{found['id']}")
    body = proposal(program.json, program.headers["ETag"])
    before = officer.get("/v1/changes?limit=1").json["head"]

    # A rehearsal tells what would be, and that one partner is there already.
    tried = officer.post("/v1/submissions?dry_run=true", json=body)
    assert tried.status_code == 200
    assert not tried.json["ready"]
    asked = {line["key"]: [c["id"] for c in line["candidates"]] for line in tried.json["changes"] if line["candidates"]}
    assert asked == {"c3": [TSINGHUA]}
    assert tried.json["changes"][2]["candidates"][0]["reasons"] == [
        "'TSINGHUA UNIVERSITY' is its name 'Tsinghua University'"
    ]
    assert [each["pointer"] for each in tried.json["errors"]] == ["/changes/2/document/names"]
    (cohort,) = tried.json["changes"][4]["effects"][0]["differences"]
    assert cohort["pointer"].startswith("/cohorts/") and cohort["after"]["label"] == "Summer class in Almaty"
    relations = next(d for d in tried.json["changes"][3]["effects"][0]["differences"] if d["pointer"] == "/relations")
    assert [each["target"]["id"] for each in relations["after"]] == ["@abai", "@steppe", "@tsinghua"]
    assert officer.get("/v1/submissions").json["items"] == []

    # The draft is kept; it cannot be handed in before somebody decides.
    draft = officer.post("/v1/submissions", json=body)
    assert draft.status_code == 201
    address = draft.headers["Location"]
    early = officer.post(f"{address}/submit", headers={"If-Match": draft.headers["ETag"]})
    assert (early.status_code, early.json["type"]) == (409, "/docs/problems#duplicate")
    assert [each["id"] for each in early.json["candidates"]] == [TSINGHUA]

    # The decision: the third partner is the university that is there.
    decision = {"same": TSINGHUA, "reason": "The same university, in capitals."}
    changes = [{"key": each["key"]} for each in draft.json["changes"]]
    changes[2]["decision"] = decision
    decided = officer.patch(address, json={"changes": changes}, headers={"If-Match": draft.headers["ETag"]})
    assert decided.status_code == 200
    assert [each["id"] for each in decided.json["changes"]] == [each["id"] for each in draft.json["changes"]]
    assert officer.get(f"{address}/weighing").json["ready"]
    handed_in = officer.post(f"{address}/submit", headers={"If-Match": decided.headers["ETag"]})
    assert handed_in.json["state"] == "submitted"
    assert officer.get("/v1/organizations?q=Abai University of Almaty").json["total"] == 0

    # Somebody else reviews it, and asks for the title of one change to be looked at again before all is accepted.
    begun = reviewer.post(f"{address}/start-review", headers={"If-Match": handed_in.headers["ETag"]})
    back = reviewer.post(
        f"{address}/return", headers={"If-Match": begun.headers["ETag"]},
        json={"comment": "Nearly.", "verdicts": [{"change": "c2", "verdict": "refuse", "comment": "It is called a college."}]},
    )  # fmt: skip
    assert (back.json["state"], back.json["changes"][1]["judgment"]["comment"]) == (
        "returned",
        "It is called a college.",
    )
    mended = back.json
    mended["changes"][1]["document"]["names"][0]["text"] = "Steppe College of Engineering"
    again = officer.put(address, json=mended, headers={"If-Match": back.headers["ETag"]})
    assert again.status_code == 200
    handed_in = officer.post(f"{address}/submit", headers={"If-Match": again.headers["ETag"]})
    assert all("judgment" not in each for each in handed_in.json["changes"])
    begun = reviewer.post(f"{address}/start-review", headers={"If-Match": handed_in.headers["ETag"]})
    accepted = reviewer.post(
        f"{address}/accept", json={"comment": "Well told."}, headers={"If-Match": begun.headers["ETag"]}
    )
    assert {each["judgment"]["by"] for each in accepted.json["changes"]} == {"Bolat"}
    applied = reviewer.post(f"{address}/apply", headers={"If-Match": accepted.headers["ETag"]})
    assert (applied.json["state"], applied.json["steps"]) == ("applied", [])

    # Everybody sees what was published, all of it in one transaction, under the ids that were reserved.
    reserved = {each.get("temporary"): each["id"] for each in draft.json["changes"]}
    agreement = officer.get(f"/v1/agreements/{reserved['@agreement']}").json
    names = [each["target"]["name"] for each in agreement["relations"]]
    assert names == ["Abai University of Almaty", "Steppe College of Engineering", "Tsinghua University"]
    assert officer.get(f"/v1/records/{reserved['@tsinghua']}").status_code == 404
    partners = officer.get(f"/v1/records/{reserved['@abai']}/partners").json["items"]
    assert {each["partner"]["id"] for each in partners} == {TSINGHUA, reserved["@steppe"]}
    assert officer.get(f"/v1/programs/{found['id']}").json["cohorts"][0]["label"] == "Summer class in Almaty"
    lines = officer.get(f"/v1/changes?after={before}&limit=500").json["items"]
    ours = [line for line in lines if line["by"] == "Aigerim"]
    assert len(ours) == 4
    assert len({line["batch"] for line in ours}) == 1
    whys = {line["record"]["id"]: line["why"] for line in ours}
    assert whys[reserved["@agreement"]] == f"Signed in May. Submission {applied.json['id']}, reviewed by Bolat."
    assert whys[reserved["@abai"]] == f"Submission {applied.json['id']}, reviewed by Bolat."
    assert [each.get("outcome", {}).get("version") for each in applied.json["changes"]] == [1, 1, None, 1, 2]

    # A correction goes the same way, and the history of the record tells both.
    there = officer.get(f"/v1/organizations/{reserved['@steppe']}")
    name = {"key": "n1", "text": "Steppe College of Engineering and AI"}
    correction = {
        "act": "amend",
        "id": reserved["@steppe"],
        "if_match": there.headers["ETag"],
        "patch": {"names": [name]},
    }
    submission = officer.post("/v1/submissions", json={"changes": [correction]})
    address = submission.headers["Location"]
    assert submission.json["changes"][0]["kind"] == "organization"
    for person, step, sent in (
        (officer, "submit", None),
        (reviewer, "start-review", None),
        (reviewer, "accept", {}),
        (reviewer, "apply", None),
    ):
        submission = person.post(f"{address}/{step}", json=sent, headers={"If-Match": submission.headers["ETag"]})
        assert submission.status_code == 200, submission.json
    revisions = officer.get(f"/v1/records/{reserved['@steppe']}/revisions").json["items"]
    assert [(each["act"], each["by"]) for each in revisions] == [("create", "Aigerim"), ("amend", "Aigerim")]
    (difference,) = officer.get(f"/v1/records/{reserved['@steppe']}/diff").json["differences"]
    assert difference == {
        "pointer": "/names/n1/text", "before": "Steppe College of Engineering", "after": "Steppe College of Engineering and AI",
    }  # fmt: skip
