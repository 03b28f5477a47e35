"""Figures bear no name of their own: they are called after what they measure and what they are about."""

from tests import making
from tests.contract import ContractClient

PATCH = "application/merge-patch+json"


def test_a_figure_is_called_after_its_subject_as_that_was_called_then(curator: ContractClient) -> None:
    subject = curator.post("/v1/organizations", json=making.organization("Old Name"))
    figure = curator.post("/v1/figures", json=making.figure(subject.json["id"]))
    names = [{"text": "New Name", "lang": "en", "role": "official"}]
    renamed = curator.patch(
        subject.headers["Location"], json={"names": names}, headers={"If-Match": "*"}, content_type=PATCH
    )
    home, then = figure.headers["Location"], figure.json["record"]["change"]
    assert figure.json["name"] == "capacity: Old Name"
    assert curator.get(home).json["name"] == "capacity: New Name"
    assert curator.get(f"{home}?as_of={then}").json["name"] == "capacity: Old Name"
    assert curator.get(f"{home}?as_of={renamed.json['record']['change']}").json["name"] == "capacity: New Name"
