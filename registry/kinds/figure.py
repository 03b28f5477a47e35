"""Figures: published numbers, each a claim with a qualifier, a period and a publisher."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from registry.kinds.model.documents import Document
from registry.kinds.model.envelope import Entry, Place, Target, pointer_field
from registry.kinds.model.fields import Code, Edtf, Part, Text
from registry.kinds.model.kind import About, Kind, Wanted, stated
from registry.kinds.model.quantity import Quantity
from registry.kinds.model.vocabulary import vocabulary

MEASURES = vocabulary(
    "measure",
    "What a figure measures.",
    participants=("participants", "参与人数", "People who took part.", "参与者人数。"),
    applicants=("applicants", "报名人数", "People who applied or registered.", "报名或申请者人数。"),
    enrolled=("enrolled", "录取人数", "People who were admitted.", "被录取者人数。"),
    teachers_trained=("teachers trained", "受训教师数", "Teachers who completed training.", "完成培训的教师人数。"),
    training_target=("people to be trained", "拟培训人数", "People whom somebody means to train.", "拟培训的人数。"),
    sessions_held=("sessions held", "举办期数", "Sessions, courses or editions held.", "已举办的期次。"),
    universities_reached=("universities reached", "覆盖高校数", "Universities whose people took part or that were helped.", "参与或受助的高校数量。"),
    universities_offering=("universities offering", "开设高校数", "Universities that offer or may offer a major or course.", "开设或获准开设专业、课程的高校数量。"),
    share_of_courses=("share of courses", "课程占比", "Part of all courses.", "占全部课程的比例。"),
    share_of_members=("share of members", "成员占比", "Part of all members.", "占全部成员的比例。"),
    coverage=("coverage", "覆盖率", "Part of a population that was reached.", "目标群体中被覆盖的比例。"),
    satisfaction=("satisfaction", "好评率", "Part of those asked who answered favourably.", "受访者中给予好评的比例。"),
    capacity=("capacity", "容纳能力", "How many can be served at once.", "可同时服务的数量。"),
    extent=("extent", "规模", "How many parts or words something has.", "组成部分或文字的数量。"),
    talent=("talents", "人才数量", "People counted as talents of a field.", "计为某领域人才的人数。"),
    relative_talent=("talents relative to another", "相对人才规模", "Talents of one place or body as a multiple or part of those of another.", "某地或某机构的人才与另一方相比的倍数或比例。"),
    share_of_talent=("share of talents", "人才占比", "Part of all talents of a field, or of a group of them.", "占某领域全部人才或其中某群体的比例。"),
    share_of_doctorates=("share of doctorates", "博士学位占比", "Part of the doctorates of a field, or of their holders.", "占某领域博士学位或其获得者的比例。"),
    share_of_universities=("share of universities", "高校占比", "Part of all universities of a group.", "占某类全部高校的比例。"),
    share_of_companies=("share of companies", "企业占比", "Part of all companies of a group.", "占某类全部企业的比例。"),
    share_of_positions=("share of positions", "岗位占比", "Part of all positions of a kind.", "占某类全部岗位的比例。"),
    companies=("companies", "企业数量", "Companies counted.", "企业的数量。"),
    acquisitions=("acquisitions", "收购数量", "Companies bought, or purchases of companies made.", "收购的企业数或收购交易数。"),
    graduates=("graduates", "毕业生人数", "People who completed a degree.", "完成学业的人数。"),
    vacancies=("vacancies", "空缺岗位数", "Positions that are open.", "空缺的岗位数量。"),
    talent_demand=("demand for talents", "人才需求量", "People whom employers look for.", "用人方所需的人数。"),
    talent_gap=("talent gap", "人才缺口", "People who are lacking.", "所缺的人数。"),
    demand_level=("demand level", "需求度", "Part of employers in urgent need of a type of staff.", "急需某类人员的用人方比例。"),
    supply_demand_ratio=("supply-demand ratio", "供求比", "Supply divided by demand.", "供给与需求之比。"),
    growth=("growth", "增长", "By how much something grew.", "增长的幅度。"),
    faculty=("faculty", "师资人数", "Teachers of an institution, or of a field there.", "机构或其某领域的教师人数。"),
    rank=("rank", "名次", "Place in an order.", "排序中的位置。"),
    score=("score", "得分", "Points by the rules of a ranking.", "按排名规则所得的分数。"),
    spread=("spread", "分布范围", "In how many countries or regions something is found.", "分布的国家或地区数量。"),
    required=("required", "最低要求", "How much must be completed or reached.", "须完成或达到的数量。"),
    credits=("credits", "学分", "Credits that each course gives.", "每门课程的学分。"),
    majors_established=("majors established", "设立专业数", "Majors of one sort that universities have established.", "高校设立的某类专业的数量。"),
    investment=("investment", "投资额", "Money invested, granted or set aside.", "投入、拨付或预留的资金。"),
    market_size=("market size", "市场规模", "What is sold in a market in a year.", "一年内市场的销售总额。"),
    centers=("centers", "中心数量", "Centers for training or research that are set up.", "设立的培训或研究中心数量。"),
    policies=("policies", "政策数量", "Strategies, plans, notices, bills or laws.", "战略、计划、通知、法案或法律的数量。"),
    users=("users", "用户数", "People who use or develop with something, or are registered with it.", "使用某物、以之开发或在其注册的人数。"),
    outputs=("things produced", "产出数量", "Works, papers, patents, models and the like that came of something.", "由此产生的作品、论文、专利、模型等的数量。"),
    holdings=("holdings", "资源数量", "Courses, data sets, projects and the like that something offers.", "所提供的课程、数据集、项目等的数量。"),
    duration=("duration", "时长", "How long something takes or has gone on.", "所需或已持续的时间。"),
    throughput=("throughput", "处理量", "How many are dealt with in a stated time.", "规定时间内处理的数量。"),
    savings=("savings", "节省金额", "Money saved.", "节省的费用。"),
    partners=("partners", "合作方数量", "Bodies that something works with or means to work with.", "合作或拟合作的机构数量。"),
    population=("population", "人口数", "Inhabitants of a place, or a group of them.", "某地居民或其中某一群体的人数。"),
    share_of_respondents=("share of respondents", "受访者占比", "Part of those asked who gave an answer.", "作出某一回答的受访者比例。"),
    institutions_reached=("institutions reached", "覆盖机构数", "Universities, institutes and other bodies whose people took part or were helped.", "有人员参与或受助的高校、科研院所等机构的数量。"),
    calls=("topics called for", "征集课题数", "Topics or directions for which proposals are invited.", "面向社会征集申请的课题或方向的数量。"),
    projects_supported=("projects supported", "资助项目数", "Projects that received support.", "获得资助的项目数量。"),
    beneficiaries=("people helped", "受助人数", "People who were helped or supported.", "得到帮助或支持的人数。"),
)  # fmt: skip

BASES = vocabulary(
    "figure-basis",
    "On what footing a number stands.",
    reported=("reported", "报告值", "Stated as counted or measured.", "作为已统计或测量的结果陈述。"),
    estimate=("estimate", "估计值", "Stated as estimated or forecast.", "作为估计或预测陈述。"),
    planned=("planned", "计划值", "What somebody plans.", "某方的计划。"),
    target=("target", "目标值", "What somebody wants to reach.", "某方的目标。"),
    recommended=("recommended", "建议值", "What somebody recommends to others.", "某方对他人的建议。"),
)  # fmt: skip

ACCUMULATIONS = vocabulary(
    "accumulation",
    "How a number relates to its period.",
    period=("in the period", "期间量", "What happened within the period.", "期间内发生的数量。"),
    cumulative=("cumulative", "累计量", "What happened from the beginning up to the date.", "自起始至该日期的累计。"),
    snapshot=("snapshot", "时点量", "What was there on the date.", "该时点的存量。"),
)  # fmt: skip


class Subject(Schema):
    """What a figure is about, or what it is relative to: a record, a member of one, a place, or words."""

    target = Part(Target, "A record.")
    member = pointer_field("A member of that record, such as a cohort.")
    place = Part(Place, "A place.")
    as_printed = Text("The subject as the source prints it.", longest=300)

    @validates_schema
    def _something(self, data: dict[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError("give target, place or as_printed", "target")
        if "member" in data and "target" not in data:
            raise ValidationError("goes with a target", "member")


class Figure(Entry):
    """One published number."""

    subject = Part(Subject, "What the figure is about.", required=True)
    measure = Code(MEASURES, "What is measured.", required=True, filter="measure", facet=True)
    quantity = Part(Quantity, "How much.", required=True)
    relative_to = Part(Subject, "The whole of which a share or multiple is stated.")
    population = Text("Who or what is counted, in the registry's words.", longest=500, fact=False)
    period = Edtf("What time the figure is about.", filter="period")
    as_of = Edtf("When it was so.", filter="as_of")
    basis = Code(BASES, "On what footing it stands.", required=True, filter="basis", facet=True)
    accumulation = Code(ACCUMULATIONS, "How it relates to its period.", filter="accumulation", facet=True)
    stated_by = Part(Target, "The source that states it, perhaps one known only as cited.")


def title(told: Document, about: Mapping[str, About]) -> str:
    """What a figure is called: its measure, its subject, and when."""
    subject = told["subject"]
    of = about[subject["target"]["id"]].name if "target" in subject else _place(subject)
    when = told.get("as_of") or told.get("period")
    label = MEASURES.terms[told["measure"]].label
    return f"{label}: {of}" + (f", {when}" if when else "")


def _place(subject: Document) -> str:
    place = subject.get("place", {})
    parts = [
        subject.get("as_printed"),
        *(place.get(name) for name in ("as_printed", "locality", "subdivision", "country", "region", "area")),
    ]
    return next(str(part) for part in parts if part)


KIND = Kind(
    name="figure",
    plural="figures",
    about="Published numbers, each with its qualifier, period, footing and publisher.",
    schema=Figure,
    sample="baidu-deep-learning-teachers-trained",
    sorts={"as_of": ("as_of",), "period": ("period",), "value": ("quantity", "value")},
    complete=(
        Wanted("time", "the time that it is about, or that none is stated", stated("period", "as_of")),
        Wanted("publisher", "the source that states it, or that none is stated", stated("stated_by")),
    ),
    named_after=("subject", "target", "id"),
    titled=title,
    matched=False,
)
