"""Every state and every step: what leads on does, and what does not is refused, naming what would."""

import threading

import pytest
from flask import Flask

from registry.kinds.model import ids
from registry.service.submission import EDITABLE, ENDED, STATES, STEPS, steps_from
from tests.conftest import store_of
from tests.people import Hire
from tests.submissions.proposing import AUTHORS, WAYS, begin, lead, new, organization, step

EDITS = ("replace", "amend")
ABAI = ids.from_key("abai-institute")


def test_every_state_can_be_reached_and_only_three_are_the_end() -> None:
    assert set(WAYS) == set(STATES)
    assert ENDED == ("rejected", "withdrawn", "applied")
    assert {each.target for each in STEPS.values()} | {"draft"} == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_a_step_leads_on_from_its_states_and_is_refused_from_all_others(hire: Hire, state: str) -> None:
    """The reviewer is of the author's organization: others would not find the draft."""
    author, reviewer = hire("Aigerim", "officer", ABAI), hire("Bolat", "reviewer", ABAI)
    for number, name in enumerate((*STEPS, *EDITS)):
        at = lead(author, reviewer, begin(author, new(organization(f"{state} {number}"))), *WAYS[state])
        assert (at.json["state"], at.json["steps"]) == (state, steps_from(state))
        person = author if name in (*AUTHORS, *EDITS) else reviewer
        got = step(person, at, name)
        legal = state in (STEPS[name].sources if name in STEPS else EDITABLE)
        address = f"/v1/submissions/{at.json['id']}"
        if legal:
            assert (got.status_code, got.json["state"]) == (200, STEPS[name].target if name in STEPS else state), name
        else:
            assert (got.status_code, got.json["type"]) == (409, "/docs/problems#conflict"), name
            assert all(each in got.json["detail"] for each in steps_from(state)), name
            assert author.get(address).headers["ETag"] == at.headers["ETag"], name


def test_steps_and_edits_name_the_version_that_they_are_for(hire: Hire) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    for name in (*STEPS, *EDITS):
        way = next(way for state, way in WAYS.items() if state in (STEPS[name].sources if name in STEPS else EDITABLE))
        old = lead(author, reviewer, begin(author, new(organization(f"Abai, {name}"))), *way)
        person = author if name in (*AUTHORS, *EDITS) else reviewer
        person.post(f"/v1/submissions/{old.json['id']}/comments", json={"text": "By the way."})
        assert step(person, old, name).status_code == 412, name
        old.headers["ETag"] = "*"
        assert step(person, old, name).status_code == 200, name


def test_steps_and_edits_without_if_match_are_refused(hire: Hire) -> None:
    curator = hire("Dana", "curator")
    address = f"/v1/submissions/{begin(curator, new()).json['id']}"
    answers = [curator.post(f"{address}/{name}") for name in STEPS]
    answers += [sent(address, json={"changes": []}) for sent in (curator.put, curator.patch)]
    assert [each.status_code for each in answers] == [428] * len(answers)


def test_of_eight_who_take_one_step_at_once_one_does(hire: Hire, app: Flask) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    at = lead(author, reviewer, begin(author, new()), *WAYS["accepted"])
    start, got = threading.Barrier(8), []

    def apply() -> None:
        client = app.test_client()
        headers = {"Authorization": f"Bearer {reviewer.token}", "If-Match": at.headers["ETag"]}
        start.wait()
        got.append(client.post(f"/v1/submissions/{at.json['id']}/apply", headers=headers).status_code)
        store_of(app).close()

    threads = [threading.Thread(target=apply) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(got) == [200] + [412] * 7
    assert author.get("/v1/organizations").json["total"] == 1


def test_the_events_tell_what_happened_when_and_by_whom(hire: Hire) -> None:
    author, reviewer = hire("Aigerim", "officer"), hire("Bolat", "reviewer")
    verdicts = [{"change": "c1", "verdict": "refuse", "comment": "Not so."}]
    at = lead(
        author, reviewer, begin(author, new()), "submit", "start-review", "return", comment="No.", verdicts=verdicts
    )
    for title in ("One", "Two"):
        at = step(author, at, "amend", title=title)
    address = f"/v1/submissions/{at.json['id']}"
    author.post(f"{address}/comments", json={"text": "It is so.", "change": "c1"})
    events = author.get(address).json["events"]
    assert [(each["act"], each["by"], each["state"]) for each in events] == [
        ("create", "Aigerim", "draft"), ("submit", "Aigerim", "submitted"), ("start-review", "Bolat", "in-review"),
        ("return", "Bolat", "returned"), ("edit", "Aigerim", "returned"), ("comment", "Aigerim", "returned"),
    ]  # fmt: skip
    assert (events[3]["comment"], events[3]["verdicts"]) == ("No.", verdicts)
    assert (events[5]["comment"], events[5]["change"]) == ("It is so.", "c1")
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)


def test_comments_come_to_an_end(hire: Hire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.service.submitting.MOST_EVENTS", 3)
    author = hire("Aigerim", "officer")
    address = f"/v1/submissions/{begin(author, new()).json['id']}/comments"
    answers = [author.post(address, json={"text": "And."}).status_code for _ in range(3)]
    assert answers == [200, 200, 409]


def test_a_comment_on_a_change_that_is_not_there_is_refused(hire: Hire) -> None:
    author = hire("Aigerim", "officer")
    address = f"/v1/submissions/{begin(author, new()).json['id']}/comments"
    got = author.post(address, json={"text": "And.", "change": "c2"})
    assert (got.status_code, got.json["errors"][0]["pointer"]) == (422, "/change")
