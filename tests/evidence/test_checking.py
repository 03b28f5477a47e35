"""Sealing and checking: what is sound passes, and each thing that can go wrong fails, naming record and value."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from registry.errors import Invalid
from registry.kinds.model.folding import digest_of
from registry.service.evidence import check_seeds, seal_seeds

HERE = Path(__file__).parent
KEY = "kessel-yearbook"


class Desk:
    """A copy of the yearbook and of the seeds that were read from it, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.seeds, self.sources = folder / "seeds", folder / "sources"
        self.sources.mkdir()
        shutil.copytree(HERE / "seeds", self.seeds)
        shutil.copy(HERE / "source.txt", self.sources / "source.txt")

    def edit(self, file: str, old: str, new: str) -> None:
        """Put other words in the place of words that stand there once."""
        path = self.seeds / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), "utf-8")

    def reseal(self, seed: str, evidence: str, **changed: Any) -> None:
        """Change what sealing is said to have found of one passage."""
        path = self.seeds / "sealed.jsonl"
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        row = next(each for each in rows if (each["seed"], each["evidence"]) == (seed, evidence))
        row |= changed
        path.write_text("".join(json.dumps(each) + "\n" for each in rows), "utf-8")

    def faults(self) -> list[str]:
        return [fault.detail for fault in check_seeds(self.seeds, self.sources)[1]]

    def unsealable(self) -> list[str]:
        return [fault.detail for fault in seal_seeds(self.seeds, self.sources)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_everything_sound_passes(desk: Desk) -> None:
    assert check_seeds(desk.seeds, desk.sources) == (9, [])


def test_sealing_again_finds_the_same(desk: Desk) -> None:
    sealed = (desk.seeds / "sealed.jsonl").read_bytes()
    (desk.seeds / "sealed.jsonl").unlink()
    assert desk.unsealable() == []
    assert (desk.seeds / "sealed.jsonl").read_bytes() == sealed


def test_sealing_for_show_writes_nothing(desk: Desk) -> None:
    (desk.seeds / "sealed.jsonl").unlink()
    assert seal_seeds(desk.seeds, desk.sources, write=False) == []
    assert not (desk.seeds / "sealed.jsonl").exists()


def test_codes_are_inferred_and_objects_whole_where_all_that_they_print_is_there(desk: Desk) -> None:
    rows = [json.loads(line) for line in (desk.seeds / "sealed.jsonl").read_text("utf-8").splitlines()]
    found = {(row["seed"], row["evidence"]): row for row in rows}
    base, rooms = found["marn-kessel-base", "e1"], found["marn-kessel-base", "e2"]
    assert base["supports"] == ["/names/n1", "/milestones/m1", "/relations/r1", "/relations/r2"]
    assert base["inferred"] == ["/lifecycle", "/type"]
    assert rooms["inferred"] == ["/places/p1/country"]
    assert base["digest"] == digest_of("\n".join((HERE / "source.txt").read_text("utf-8").split("\n")[5:7]))


# What is changed in a seed after it was sealed: file, old words, new words, the record and the value that are named.
CHANGED_SEEDS = [
    ("organizations.yaml", "established: 1911", "established: 1912", "university-of-marn", "/milestones/m1/date '1912'"),
    ("organizations.yaml", "2004-05", "2004-06", "kessel-works", "/milestones/m1/date '2004-06'"),
    ("organizations.yaml", "马恩大学", "恩马大学", "university-of-marn", "/names/n2/text '恩马大学'"),
    ("organizations.yaml", "[Kessel Works]", "[Kessel Work]", "kessel-works", "/names/n1/text 'Kessel Work'"),
    ("organizations.yaml", "locality: Bandung", "locality: Band", "kessel-works", "/places/p1/locality 'Band'"),
    ("figures.yaml", "over: 1250", "over: 1251", "marn-kessel-base-teachers-trained", "/quantity/value '1251'"),
    ("figures.yaml", "exact: 12,", "exact: 13,", "marn-kessel-base-sessions", "/quantity/value '13'"),
    ("figures.yaml", "period: 2019/2022", "period: 2019/2021", "marn-kessel-base-sessions", "/period '2019/2021'"),
    ("training-centers.yaml", "host, since: 2019", "host, since: 2018", "marn-kessel-base", "/relations/r1/since '2018'"),
    ("training-centers.yaml", "by: kessel-works", "by: ministry-of-schools-of-elbonia", "marn-kessel-base",
     "/relations/r2/target 'Ministry of Schools of Elbonia'"),
    ("standards-bodies.yaml", "Universities in Africa", "Universities in Asia", "council-for-school-robots",
     "/relations/r2/unnamed/as_printed 'Universities in Asia'"),
    ("standards.yaml", "label: Master", "label: Mast", "robot-pedagogy-scale", "/levels/l3/label 'Mast'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "record", "value"), CHANGED_SEEDS, ids=[each[4] for each in CHANGED_SEEDS]
)
def test_a_value_that_its_passage_does_not_print_fails_by_name(
    desk: Desk, file: str, old: str, new: str, record: str, value: str
) -> None:
    desk.edit(file, old, new)
    named = [fault for fault in desk.faults() if value in fault]
    assert named
    for fault in named:
        assert f"({record}): {value} is not in {KEY} lines " in fault
        assert fault.startswith(str(desk.seeds / file) + ":")


@pytest.mark.parametrize(
    ("file", "old", "new", "record", "value"), CHANGED_SEEDS, ids=[each[4] for each in CHANGED_SEEDS]
)
def test_sealing_does_not_paper_over_it(desk: Desk, file: str, old: str, new: str, record: str, value: str) -> None:
    desk.edit(file, old, new)
    left = desk.unsealable()
    assert any(f"({record}): {value} stands on nothing" in fault for fault in left)
    assert desk.faults() == left


def test_a_name_that_is_only_part_of_a_longer_word_fails(desk: Desk) -> None:
    desk.edit("standards.yaml", "names: [Robot Pedagogy Scale]", "names: [Robot Pedagogy Scale, Kessel]")
    assert any("/names/n2/text 'Kessel' stands on nothing" in fault for fault in desk.unsealable())


def test_a_tie_whose_target_is_not_named_in_the_passage_fails(desk: Desk) -> None:
    desk.edit("standards.yaml", "    evidence:", "    relations: [{issued-by: kessel-works}]\n    evidence:")
    (fault,) = (fault for fault in desk.unsealable() if "/relations/r1/target" in fault)
    assert "(robot-pedagogy-scale): /relations/r1/target 'Kessel Works' stands on nothing" in fault


def test_a_tie_is_found_by_what_the_source_calls_its_target_there(desk: Desk) -> None:
    tie = "    relations: [{issued-by: kessel-works, as_printed: Kesselring Prize}]\n    evidence:"
    desk.edit("standards.yaml", "    evidence:", tie)
    assert desk.unsealable() == []
    assert desk.faults() == []


def test_a_value_that_stands_on_nothing_fails_until_the_author_says_how_it_was_read(desk: Desk) -> None:
    desk.edit(
        "organizations.yaml",
        "    type: ministry\n",
        "    type: ministry\n    places: [{as_printed: Elbonian capital}]\n",
    )
    for faults in (desk.faults(), desk.unsealable()):
        (fault,) = faults
        assert "(ministry-of-schools-of-elbonia): /places/p1/as_printed 'Elbonian capital' stands on nothing" in fault
    desk.edit(
        "organizations.yaml", "{lines: 10, at: Part II}", "{lines: 10, inferred: [/places/p1/as_printed], note: Known.}"
    )
    assert desk.unsealable() == []
    assert desk.faults() == []


def test_a_moved_span_of_lines_fails_before_it_is_sealed_and_after(desk: Desk) -> None:
    desk.edit("organizations.yaml", "{lines: 4, at: Part I}", "{lines: 5, at: Part I}")
    before = desk.faults()
    assert any(f"(university-of-marn): {KEY} lines 5-5 were never sealed" in fault for fault in before)
    assert any(
        "(university-of-marn): /names/n1/text 'University of Marn' stands on nothing" in fault for fault in before
    )
    assert any(
        "(university-of-marn): /milestones/m1/date '1911' stands on nothing" in fault for fault in desk.unsealable()
    )


def test_an_altered_line_of_a_source_fails_by_record_and_lines(desk: Desk) -> None:
    text = (desk.sources / "source.txt").read_text("utf-8").replace("founded in 1911", "founded in 1921")
    (desk.sources / "source.txt").write_text(text, "utf-8")
    faults = desk.faults()
    assert any(f"({KEY}): no file among the sources has the digest that the seed states" in fault for fault in faults)
    assert any(f"(university-of-marn): {KEY} lines 4-4 is not in the sources" in fault for fault in faults)
    (desk.sources / "source.txt").rename(desk.sources / f"{KEY}.txt")
    assert [fault.partition(" (")[2] for fault in desk.faults()] == [
        f"{record}): {KEY} lines 4-4 differ from what was sealed: read the passage again, then seal"
        for record in ("university-of-marn", "marn-kessel-base")
    ]
    assert any(
        "(university-of-marn): /milestones/m1/date '1911' stands on nothing" in fault for fault in desk.unsealable()
    )


def test_white_space_and_nothing_else_may_differ_between_copies_of_a_source(desk: Desk) -> None:
    text = (desk.sources / "source.txt").read_text("utf-8")
    (desk.sources / "source.txt").write_text(text.replace(" in Nairobi", "  in\tNairobi"), "utf-8")
    assert desk.faults() == []


def test_lines_behind_the_end_of_a_source_fail(desk: Desk) -> None:
    desk.edit("standards.yaml", "lines: 14", "lines: 14-90")
    assert any(
        "(robot-pedagogy-scale)" in fault and "lines 14-90 is not in the sources" in fault for fault in desk.faults()
    )
    assert any(
        "(robot-pedagogy-scale)" in fault and "lines 14-90 is not in the sources" in fault
        for fault in desk.unsealable()
    )


@pytest.mark.parametrize("pointer", ["/names/n9", "/names/n1/texts", "/founder"])
def test_a_pointer_that_leads_nowhere_fails_wherever_it_stands(desk: Desk, pointer: str) -> None:
    desk.reseal("university-of-marn", "e1", supports=["/names/n1", pointer])
    with pytest.raises(Invalid) as refusal:
        desk.faults()
    (fault,) = refusal.value.faults
    assert fault.detail.startswith(f"{desk.seeds / 'organizations.yaml'}:4 (university-of-marn): ")
    assert f"{pointer} leads nowhere in this record" in fault.detail


@pytest.mark.parametrize(("seed", "supports", "named"), [
    ("university-of-marn", ["/names/n1", "/names/n2", "/places/p1/locality", "/milestones/m1", "/type"], "/type 'university'"),
    ("university-of-marn", ["/names/n1", "/names/n2", "/places/p1/locality", "/milestones/m1", "/lifecycle"], "/lifecycle 'active'"),
    ("university-of-marn", ["/names/n1", "/names/n2", "/places/p1", "/milestones/m1"], "/places/p1/country 'KE'"),
    ("kessel-works", ["/names/n1", "/places/p1/locality", "/milestones/m1/date", "/milestones/m1/event"], "/milestones/m1/event 'established'"),
])  # fmt: skip
def test_a_code_cannot_be_supported_since_no_text_prints_it(
    desk: Desk, seed: str, supports: list[str], named: str
) -> None:
    desk.reseal(seed, "e1", supports=supports)
    (fault,) = desk.faults()
    assert f"({seed}): {named} is not in {KEY}" in fault


def test_a_value_that_no_seal_covers_any_more_fails(desk: Desk) -> None:
    desk.reseal("kessel-works", "e1", supports=["/names/n1", "/places/p1/locality"])
    faults = desk.faults()
    assert len(faults) == 2
    assert all("(kessel-works): /milestones/m1/" in fault and "stands on nothing" in fault for fault in faults)


def test_a_seal_with_another_digest_fails(desk: Desk) -> None:
    desk.reseal("kessel-works", "e1", digest="sha256:" + "0" * 64)
    (fault,) = desk.faults()
    assert f"(kessel-works): {KEY} lines 5-5 differ from what was sealed" in fault
