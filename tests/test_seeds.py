"""Seeds: what authors write is read or refused with what would be right; loading never overwrites people."""

import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from registry.errors import Invalid
from registry.kinds.catalogue import KINDS
from registry.kinds.model import ids
from registry.service import loading, registering
from registry.service.administering import prepare
from registry.service.loading import load_seeds
from registry.service.reading import read
from registry.service.seeds import read_seeds
from registry.settings import Settings
from registry.store import journal, records
from registry.store.database import Store
from tests.conftest import Databases
from tests.making import organization, put

YEARBOOK = Path(__file__).parent / "evidence" / "seeds"
MARN, WORKS, BASE = (ids.from_key(key) for key in ("university-of-marn", "kessel-works", "marn-kessel-base"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the seeds of the invented yearbook, to be changed."""
    return Path(shutil.copytree(YEARBOOK, tmp_path / "seeds"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert text.count(old) == 1, old
    (folder / file).write_text(text.replace(old, new), "utf-8")


def test_the_real_seeds_are_read_without_a_fault_and_in_good_time() -> None:
    start = time.process_time()
    seeds = read_seeds(Settings().seeds)
    assert time.process_time() - start < 10
    assert len(seeds) > 1000
    assert {seed.kind.name for seed in seeds} == set(KINDS)
    assert len({seed.ident for seed in seeds}) == len(seeds)


def test_every_kind_has_its_sample_among_the_real_seeds() -> None:
    seeds = {seed.key: seed for seed in read_seeds(Settings().seeds)}
    assert {kind.name: seeds[kind.sample].kind.name for kind in KINDS.values()} == {name: name for name in KINDS}


# What an author may get wrong: the file, what stands there, what is written instead, where that is said to be (line and
# record), and what is said.
WRONG = [
    ("organizations.yaml", "    type: university\n", "    type: university\n    nicknames: [x]\n", "4 (university-of-marn): /nicknames",
     ["cannot be written here; there are names, summaries, type, sector"]),
    ("organizations.yaml", "    type: university\n", "    type: universty\n", "4 (university-of-marn): /type",
     ["is not in the vocabulary 'organization-type': university, company"]),
    ("organizations.yaml", "    type: company\n", "", "11 (kessel-works): /type", ["Missing data"]),
    ("organizations.yaml", "country: ID", "country: XX", "11 (kessel-works): /places/0/country", ["is not a country code of ISO 3166-1"]),
    ("organizations.yaml", "2004-05", "2004-15", "11 (kessel-works): /milestones/0/date", ["is not a date such as 2019, 2019-05"]),
    ("organizations.yaml", "{established: 2004-05}", "{founded: 2004-05}", "11 (kessel-works): /milestones/0/founded",
     ["there are key, event, date"]),
    ("organizations.yaml", "{established: 2004-05}", "2004-05", "11 (kessel-works): /milestones/0", ["must be a mapping"]),
    ("organizations.yaml", "    type: company\n", "    type: company\n    summary: Makes robots.\n", "11 (kessel-works): /summary", ["must be a mapping"]),
    ("organizations.yaml", "{lines: 5, at: Part I}", "{lines: five}", "11 (kessel-works): /evidence/0/lines/0", ["is not a whole number"]),
    ("organizations.yaml", "{lines: 5, at: Part I}", "{lines: 6-5}", "11 (kessel-works): /evidence/0/lines", ["the first and the last line, in this order"]),
    ("organizations.yaml", "{lines: 5, at: Part I}", "{lines: 5, inferred: [/names/n2]}", "11 (kessel-works): /evidence/0/inferred/0",
     ["/names/n2 leads nowhere in this record"]),
    ("training-centers.yaml", "by: kessel-works", "by: kesel-works", "3 (marn-kessel-base): /relations/1",
     ["no seed has the key 'kesel-works'", "did you mean kessel-works"]),
    ("training-centers.yaml", "jointly-established-by: kessel-works", "jointly-founded-by: kessel-works", "3 (marn-kessel-base): /relations/1",
     ["'jointly-founded-by' is no relation", "did you mean", "jointly-established-by", "there are part-of, member-of"]),
    ("training-centers.yaml", "jointly-established-by: kessel-works", "jointly-established: kessel-works", "3 (marn-kessel-base): /relations/1",
     ["is the inverse of 'jointly-established-by'", "write 'jointly-established-by' on the record at the other end"]),
    ("training-centers.yaml", "jointly-established-by: kessel-works", "jointly-established-by: robot-pedagogy-scale",
     "3 (marn-kessel-base): /relations/1/target/id", ["'jointly-established-by' leads to organization, standards-body", "not to a standard"]),
    ("figures.yaml", "subject: marn-kessel-base}", "subject: marn-kessel-base-sessions}", "4 (marn-kessel-base-teachers-trained): /subject",
     ["a figure without a name cannot be about a figure"]),
    ("training-centers.yaml", "role: host", "role: hostess", "3 (marn-kessel-base): /relations/0/role", ["is not in the vocabulary 'role': founder, host"]),
    ("training-centers.yaml", "    evidence:\n", "    cautions: [{kind: implausible, about: /tipe, note: N}]\n    evidence:\n",
     "3 (marn-kessel-base): /cautions/0/about", ["/tipe leads nowhere in this record"]),
    ("training-centers.yaml", "    evidence:\n", "    cautions: [{kind: implausible, about: /type, note: N, see: [marn]}]\n    evidence:\n",
     "3 (marn-kessel-base): /cautions/0/see", ["no seed has the key 'marn'"]),
    ("training-centers.yaml", "    evidence:\n", "    distinct_from: [{record: kessel-work, reason: R}]\n    evidence:\n",
     "3 (marn-kessel-base): /distinct_from/0", ["no seed has the key 'kessel-work'; did you mean kessel-works"]),
    ("figures.yaml", "{exact: 12, unit: session}", "12 sessions", "11 (marn-kessel-base-sessions): /quantity", ["must be a mapping"]),
    ("figures.yaml", "{exact: 12, unit: session}", "{range: [13, 12], unit: session}", "11 (marn-kessel-base-sessions): /quantity/low",
     ["the lower end is above the upper end"]),
    ("figures.yaml", "subject: marn-kessel-base}", "subject: marn-base}", "4 (marn-kessel-base-teachers-trained): /subject", ["no seed has the key 'marn-base'"]),
    ("organizations.yaml", "key: kessel-works", "key: university-of-marn", "11:", ["the key 'university-of-marn' stands in", "organizations.yaml:4 already"]),
    ("organizations.yaml", "source: kessel-yearbook\n", "source: kesel-yearbook\n", "11 (kessel-works):",
     ["cites the source 'kesel-yearbook', which is no seed; did you mean kessel-yearbook?"]),
    ("organizations.yaml", "  - key: kessel-works\n", "  - name: kessel-works\n", "11:", ["give the record a key such as"]),
    ("organizations.yaml", "  - key: kessel-works\n", "  - key: Kessel Works\n", "11:", ["give the record a key such as"]),
    ("organizations.yaml", "[Kessel Works]", "[Kessel Works", " while parsing", ["line 12", "did not find expected"]),
    ("organizations.yaml", "    type: company\n", "    type: company\n    type: university\n", " 'type' stands twice", ["line 11"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "where", "said"), WRONG, ids=[each[2].strip()[:40] for each in WRONG])
def test_what_an_author_gets_wrong_is_refused_with_file_and_line_and_what_would_be_right(
    folder: Path, file: str, old: str, new: str, where: str, said: list[str]
) -> None:
    edit(folder, file, old, new)
    with pytest.raises(Invalid) as refusal:
        read_seeds(folder)
    details = [fault.detail for fault in refusal.value.faults]
    assert [
        detail
        for detail in details
        if detail.startswith(f"{folder / file}:{where}") and all(each in detail for each in said)
    ], details


@pytest.mark.parametrize(("file", "content", "said"), [
    ("partners.yaml", "records: []", "no kind has the collection 'partners'; there are organizations, standards-bodies"),
    ("organizations.yaml", "recrods: []", "a seed file holds records, and may hold defaults and source"),
    ("organizations.yaml", "- key: a", "a seed file holds records, and may hold defaults and source"),
    ("organizations.yaml", "defaults: active\nrecords: []", "defaults are a mapping, and records a list of mappings"),
    ("organizations.yaml", "records: [kessel-works]", "record 1 is no mapping"),
    ("sealed.jsonl", '{"seed": "kessel-works"}', "is broken"),
])  # fmt: skip
def test_a_file_that_is_no_seed_file_is_refused_by_name(folder: Path, file: str, content: str, said: str) -> None:
    (folder / file).write_text(content, "utf-8")
    with pytest.raises(Invalid) as refusal:
        read_seeds(folder)
    assert refusal.value.detail.startswith(str(folder / file))
    assert said in refusal.value.detail


def test_every_fault_is_told_at_once(folder: Path) -> None:
    edit(folder, "organizations.yaml", "type: company", "type: shop")
    edit(folder, "standards.yaml", "rank: 2", "rank: two")
    with pytest.raises(Invalid) as refusal:
        read_seeds(folder)
    assert len(refusal.value.faults) == 2


def test_text_stays_text_whatever_it_looks_like(folder: Path) -> None:
    edit(folder, "standards.yaml", "names: [Robot Pedagogy Scale]", "names: [no, 2019-05, 1e3, ~, 0x1F, 007]")
    scale = next(seed for seed in read_seeds(folder) if seed.key == "robot-pedagogy-scale")
    assert [name["text"] for name in scale.document["names"]] == ["no", "2019-05", "1e3", "~", "0x1F", "007"]
    assert [level["rank"] for level in scale.document["levels"]] == [1, 2, 3]


def amend(store: Store, ident: str, **patch: Any) -> None:
    kind = KINDS[read(store, ident).kind]
    registering.amend(store, kind, ident, patch, None, "Ada", "")


def test_loading_creates_every_seed_once(empty_store: Store, folder: Path) -> None:
    assert load_seeds(empty_store, folder) == (9, 0, [])
    assert read(empty_store, BASE).version == 1
    assert journal.head(empty_store) == 9


def test_seeds_that_are_as_they_were_are_skipped(empty_store: Store, folder: Path) -> None:
    load_seeds(empty_store, folder)
    (folder / "organizations.yaml").write_text(
        "# A remark.\n" + (folder / "organizations.yaml").read_text("utf-8"), "utf-8"
    )
    assert load_seeds(empty_store, folder) == (0, 0, [])
    assert journal.head(empty_store) == 9


def test_a_seed_that_changed_in_the_seeds_alone_is_revised(empty_store: Store, folder: Path) -> None:
    load_seeds(empty_store, folder)
    amend(empty_store, MARN, topics=["robotics"])
    edit(folder, "organizations.yaml", "type: company", "type: association")
    assert load_seeds(empty_store, folder) == (0, 1, [])
    assert b'"type":"association"' in read(empty_store, WORKS).bytes
    assert read(empty_store, WORKS).version == 2
    assert read(empty_store, MARN).version == 2


def test_a_seed_that_changed_on_both_sides_is_left_alone_and_reported(empty_store: Store, folder: Path) -> None:
    load_seeds(empty_store, folder)
    amend(empty_store, WORKS, sector="industry")
    before = read(empty_store, WORKS)
    edit(folder, "organizations.yaml", "type: company", "type: association")
    for _ in range(2):
        loaded = load_seeds(empty_store, folder)
        assert loaded[:2] == (0, 0)
        assert loaded.left_alone == ["kessel-works: changed in the seeds and here (version 2)"]
        assert read(empty_store, WORKS) == before
        edit(folder, "organizations.yaml", "    type: association\n", "    type: association\n\n")


def test_a_withdrawn_record_is_not_raised_by_its_seed(empty_store: Store, folder: Path) -> None:
    load_seeds(empty_store, folder)
    scale = ids.from_key("robot-pedagogy-scale")
    registering.withdraw(empty_store, KINDS["standard"], scale, None, "Ada", "Twice.")
    edit(folder, "standards.yaml", "label: Tutor", "label: Teacher")
    assert load_seeds(empty_store, folder) == (0, 0, ["robot-pedagogy-scale: the record was withdrawn here"])
    there = records.read(empty_store, scale)
    assert there is not None
    assert there.state == "withdrawn"


def test_a_seed_that_refers_to_a_withdrawn_record_is_left_alone_and_the_others_are_taken_in(
    empty_store: Store, folder: Path
) -> None:
    load_seeds(empty_store, folder)
    registering.withdraw(empty_store, KINDS["standard"], ids.from_key("robot-pedagogy-scale"), None, "Ada", "Twice.")
    edit(
        folder,
        "organizations.yaml",
        "    type: company\n",
        "    type: company\n    relations: [{serves: robot-pedagogy-scale}]\n",
    )
    edit(folder, "organizations.yaml", "type: ministry", "type: government")
    reason = f"it refers to {ids.from_key('robot-pedagogy-scale')}, which is not to be referred to here"
    assert load_seeds(empty_store, folder) == (0, 1, [f"kessel-works: {reason}"])


def test_a_seed_that_is_gone_is_reported_and_its_record_stays(empty_store: Store, folder: Path) -> None:
    load_seeds(empty_store, folder)
    (folder / "standards.yaml").unlink()
    assert load_seeds(empty_store, folder) == (0, 0, ["robot-pedagogy-scale: no seed has this key any more"])
    assert read(empty_store, ids.from_key("robot-pedagogy-scale")).state == "published"


def test_a_seed_whose_identifier_somebody_else_was_given_is_left_alone_and_the_others_are_taken_in(
    empty_store: Store, folder: Path
) -> None:
    identifiers = [{"scheme": "ror", "value": "05dxps055"}]
    holder = put(empty_store, "organization", organization("Marn", identifiers=identifiers))
    written = "    type: company\n    identifiers: [{scheme: ror, value: 05dxps055}]\n"
    edit(folder, "organizations.yaml", "    type: company\n", written)
    loaded = load_seeds(empty_store, folder)
    assert (loaded.created, loaded.left_alone[0]) == (5, f"kessel-works: ror 05dxps055 belongs to {holder.id} here")
    assert [left.partition(":")[0] for left in loaded.left_alone] == [
        "kessel-works", "marn-kessel-base", "marn-kessel-base-teachers-trained", "marn-kessel-base-sessions",
    ]  # fmt: skip


def test_a_person_who_writes_while_seeds_are_loaded_waits_and_is_not_overwritten(
    empty_store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_seeds(empty_store, folder)
    edit(folder, "organizations.yaml", "type: company", "type: association")
    other, read_many = Store(empty_store.url), records.many
    person = threading.Thread(target=lambda: (amend(other, WORKS, sector="industry"), other.close()))

    def read_then_let_somebody_write(store: Store, idents: Any) -> Any:
        found = read_many(store, list(idents))
        if person.ident is None:
            person.start()
            person.join(0.3)
        return found

    monkeypatch.setattr(loading.records, "many", read_then_let_somebody_write)
    assert load_seeds(empty_store, folder) == (0, 1, [])
    person.join()
    document = json.loads(read(empty_store, WORKS).bytes)
    assert (document["sector"], document["record"]["version"]) == ("industry", 3)


def test_a_fault_in_the_seeds_leaves_the_registry_as_it_was(empty_store: Store, folder: Path) -> None:
    load_seeds(empty_store, folder)
    edit(folder, "organizations.yaml", "type: ministry", "type: government")
    edit(folder, "standards.yaml", "rank: 2", "rank: two")
    with pytest.raises(Invalid):
        load_seeds(empty_store, folder)
    assert journal.head(empty_store) == 9


def test_two_that_start_at_once_on_an_empty_database_create_each_seed_once(databases: Databases, folder: Path) -> None:
    url, failures = databases.empty(), []

    def start() -> None:
        try:
            prepare(Store(url), Settings(database_url=url, seeds=folder), load=True)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = Store(url)
    assert failures == []
    assert journal.head(store) == 9
    assert store.rows("SELECT COUNT(*), MAX(version) FROM record") == [(9, 1)]
    store.close()
