"""What stands beside a name, between its words or in place of a letter does not hide it, nor make another's of it."""

import pytest
from flask import Flask

from registry.kinds.model import ids
from registry.service.matching import Answer, Question, match
from registry.service.matching.index import Index
from registry.service.matching.lexicon import misread
from registry.service.matching.likeness import of_characters
from registry.store.matching import Named
from tests.conftest import store_of
from tests.matching.baselines import trigram
from tests.matching.cases import Case
from tests.matching.measuring import Outcome, certain_from, matched, ranked


def answered(app: Flask, name: str, kind: str | None = None) -> Answer:
    (answer,) = match(store_of(app), [Question(name, frozenset({kind} if kind else ()))])
    return answer


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Tsinghua University, Beijing 100084, P.R. China", "tsinghua-university"),
        ("Beijing, Tsinghua University", "tsinghua-university"),
        ("Alan Turing Institute, London", "alan-turing-institute"),
        ("Nanyang Technological University Singapore", "nanyang-technological-university"),
        ("New York University (NYU), New York, USA", "new-york-university"),
        ("中国浙江大学", "zhejiang-university"),
        ("英国牛津大学", "oxford-university"),
        ("中华人民共和国教育部", "ministry-of-education-china"),
    ],
)
def test_a_place_beside_a_name_does_not_hide_it(shared_app: Flask, name: str, key: str) -> None:
    answer = answered(shared_app, name)
    assert (answer.decision, answer.candidates[0].document["id"]) == ("match", ids.from_key(key))


@pytest.mark.parametrize(
    "name",
    [
        "New York University Shanghai",
        "Harbin Institute of Technology (Shenzhen)",
        "桂林电子科技大学",
        "美国东北大学",
        "Ministry of Education, Singapore",
        "越南教育部",
    ],
)
def test_a_place_that_is_not_the_records_speaks_against_it(shared_app: Flask, name: str) -> None:
    answer = answered(shared_app, name)
    assert answer.decision != "match"
    assert all(each.score < 0.8 for each in answer.candidates)


def test_the_country_that_is_asked_weighs_more_than_one_beside_the_name(shared_app: Flask) -> None:
    asked = [Question("Tsinghua University, China", country=code) for code in ("US", "CN")]
    assert [each.decision for each in match(store_of(shared_app), asked)] == ["candidates", "match"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Google LLC", "google"),
        ("Google Inc., Mountain View, CA, USA", "google"),
        ("Alibaba Group Holding Ltd", "alibaba-group"),
        ("DeepBlue Technology (Shanghai) Co., Ltd.", "deepblue-technology"),
        ("科大讯飞股份有限公司", "iflytek"),
        ("百度公司", "baidu"),
    ],
)
def test_a_legal_form_does_not_hide_a_company(shared_app: Flask, name: str, key: str) -> None:
    answer = answered(shared_app, name)
    assert (answer.decision, answer.candidates[0].document["id"]) == ("match", ids.from_key(key))


def test_a_name_cut_short_where_a_legal_form_seems_to_stand_is_still_met(shared_app: Flask) -> None:
    (first, *_) = answered(shared_app, "World Artificial Intelligence Co").candidates
    assert first.document["id"] == ids.from_key("world-artificial-intelligence-conference")


def test_what_is_no_company_has_no_legal_form(shared_app: Flask) -> None:
    assert answered(shared_app, "Oxford Ltd").decision != "match"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Baidu Online Network Technology (Beijing) Co., Ltd.", "baidu"),
        ("华为技术有限公司", "huawei"),
        ("深圳市腾讯计算机系统有限公司", "tencent"),
    ],
)
def test_the_brand_of_a_company_is_a_candidate_and_no_more(shared_app: Flask, name: str, key: str) -> None:
    answer = answered(shared_app, name)
    assert (answer.decision, answer.candidates[0].document["id"]) == ("candidates", ids.from_key(key))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("百度 Baidu", "baidu"),
        ("Tsinghua University 清华大学", "tsinghua-university"),
        ("RenminUniversityofChina", "renmin-university-of-china"),
        ("Pek ing Univ ersity", "peking-university"),
        ("EnergymanagementwithAIindevelopingcountries", "ai-energy-management-in-developing-countries"),
        ("Government ofS ingapore", "government-of-singapore"),
        ("Renrnln University of China", "renmin-university-of-china"),
        ("Wor1d Ec0nomic Forum", "world-economic-forum"),
        ("E. China Normal Univ.", "east-china-normal-university"),
        ("National AI R&D Strategic Plan", "national-artificial-intelligence-research-and-development-strategic-plan"),
        ("新一代AI发展规划", "new-generation-artificial-intelligence-development-plan"),
    ],
)
def test_both_scripts_spaces_misread_letters_and_initials_are_seen_through(
    shared_app: Flask, name: str, key: str
) -> None:
    answer = answered(shared_app, name)
    assert (answer.decision, answer.candidates[0].document["id"]) == ("match", ids.from_key(key))


@pytest.mark.parametrize(
    "name",
    [
        "Hebei University of Technology",
        "Dongying Vocational College of Technology",
        "Beijing Institute of Science and Technology",
        "HCIE-AI certification",
        "Intelsat",
        "Applebee's",
        "哈尔滨理工大学",
        "中国矿业大学",
        "Tsinghua University (School of Medicine)",
        "National AI strategy of",
    ],
)
def test_a_lookalike_is_not_matched(shared_app: Flask, name: str) -> None:
    assert answered(shared_app, name).decision != "match"


@pytest.mark.parametrize(
    "name", ["the", ".", ", China", "of the", "(((a)))[[b]]", "&amp;", "😀", "Университет", "서울", "1" * 400]
)
def test_a_name_that_tells_nothing_is_answered_and_not_matched(shared_app: Flask, name: str) -> None:
    assert answered(shared_app, name).decision != "match"


def test_a_name_whose_initials_are_a_record_is_told_so(shared_app: Flask) -> None:
    (first, *_) = answered(shared_app, "International Business Machines").candidates
    assert first.document["id"] == ids.from_key("ibm")
    assert not first.match


def test_misread_letters_are_one() -> None:
    assert misread("renrnin") == misread("renmin")
    assert misread("w0r1d") == misread("world")
    assert misread("nanjing") != misread("nanking")


def test_other_words_of_the_glossary_clash_and_slips_do_not() -> None:
    index = Index()
    index.put(Named(1, frozenset({"organization"}), ("哈尔滨工业大学", "华中科技大学")))
    space = index.spaces["cjk"]
    assert of_characters("哈尔滨理工大学", "哈尔滨工业大学", space).clash > 0.05
    assert of_characters("华中科计大学", "华中科技大学", space).clash == 0


def test_a_baseline_matches_from_where_it_is_right_in_98_of_100() -> None:
    def outcome(score: float, *, right: bool) -> Outcome:
        case = Case("any", "asked", "there", "fitted")
        return Outcome(case, ("there",) if right else ("other",), score, match=False)

    outcomes = [outcome(1 - at / 1000, right=True) for at in range(49)] + [
        outcome(0.5, right=False),
        outcome(0.4, right=False),
    ]
    assert certain_from(outcomes) == 0.5
    assert sum(each.match for each in matched(outcomes, 0.5)) == 50
    never = [outcome(0.9, right=False), outcome(0.8, right=True)]
    assert certain_from(never) == 0.8


def test_a_baseline_is_asked_by_name_alone() -> None:
    baseline = trigram([("Abai Institute", "abai"), ("Almaty University", "almaty")])
    (found,) = ranked(baseline, [Case("any", "Abai Instute", "abai", "fitted")])
    assert found.first
