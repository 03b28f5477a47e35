"""Policies: strategies, plans, notices and laws."""

from registry.kinds.model.envelope import Record
from registry.kinds.model.fields import Code, Edtf
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabulary import vocabulary

TYPES = vocabulary(
    "policy-type",
    "What sort of policy it is.",
    strategy=("strategy", "战略", "Says where a country or body wants to go.", "表明国家或机构的发展方向。"),
    plan=("plan", "计划或规划", "Says what is to be done, by when.", "规定任务与时间安排。"),
    notice=("notice", "通知或意见", "An administration tells others what to do.", "行政机关对下发布的要求。"),
    law=("law", "法律", "Passed or introduced as legislation.", "已通过或提交审议的法律。"),
    report=("policy report", "政策报告", "A government says what it found and means to do.", "政府陈述所见与打算的报告。"),
)  # fmt: skip

LEVELS = vocabulary(
    "policy-level",
    "Whose policy it is.",
    supranational=("supranational", "超国家", "Of a union of states.", "国家联盟。"),
    national=("national", "国家", "Of a country.", "一个国家。"),
    ministerial=("ministerial", "部门", "Of one or several departments.", "一个或多个部门。"),
)  # fmt: skip


class Policy(Record):
    """A strategy, plan, notice or law; its jurisdiction is its place, its issuer a tie."""

    type = Code(TYPES, "What sort of policy it is.", required=True, filter="type", facet=True)
    level = Code(LEVELS, "Whose policy it is.", filter="level", facet=True)
    period = Edtf("What time it is made for.", filter="period")


KIND = Kind(
    name="policy",
    plural="policies",
    about="Strategies, plans, notices and laws.",
    schema=Policy,
    sample="new-generation-artificial-intelligence-development-plan",
    sorts={"period": ("period",)},
)
