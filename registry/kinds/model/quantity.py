"""Quantities: a number with what the source says of it, never bare."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from registry.kinds.model.fields import Code, DecimalText, Text
from registry.kinds.model.vocabulary import vocabulary

QUALIFIERS = vocabulary(
    "qualifier",
    "How exactly a number was stated.",
    exact=("exactly", "确切", "Stated without a qualifying word.", "陈述时不带限定词。"),
    about=("about", "约", "Stated as about or approximately.", "以“约”“大约”陈述。"),
    over=("over", "超过", "Stated as more than the number, or with a plus sign.", "以“超过”“多于”或加号陈述。"),
    at_least=("at least", "至少", "Stated as the number or more.", "以“至少”“不少于”陈述。"),
    nearly=("nearly", "近", "Stated as nearly or almost the number.", "以“近”“将近”陈述。"),
    under=("under", "不足", "Stated as less than the number.", "以“不足”“低于”陈述。"),
    at_most=("at most", "至多", "Stated as the number or less.", "以“至多”“不超过”陈述。"),
    range_=("range", "区间", "Stated as lying between two numbers.", "以区间陈述。"),
    unquantified=("unquantified", "未量化", "Stated in words only, such as 'hundreds'.", "仅以文字陈述，如“数百”。"),
)  # fmt: skip

UNITS = vocabulary(
    "unit",
    "What is counted or measured.",
    person=("person", "人", "People.", "人数。"),
    percent=("percent", "百分比", "Hundredths of what the figure is relative to.", "所相对总量的百分之几。"),
    university=("university", "所高校", "Universities and other institutions of higher education.", "高等学校数量。"),
    session=("session", "期", "Sessions, classes or courses held.", "举办的期数或班次。"),
    major=("major", "个专业", "Degree programs that universities offer.", "高校开设的专业数量。"),
    area=("knowledge area", "知识领域", "Knowledge areas of a knowledge system.", "知识体系中的知识领域数量。"),
    knowledge_unit=("knowledge unit", "知识单元", "Knowledge units of a knowledge system.", "知识体系中的知识单元数量。"),
    knowledge_point=("knowledge point", "知识点", "Knowledge points of a knowledge system.", "知识体系中的知识点数量。"),
    word=("word", "字", "Words or characters of a text.", "文本字数。"),
    times=("times", "倍", "Multiples of what the figure is relative to.", "所相对数量的倍数。"),
    ratio=("ratio", "比值", "One quantity divided by another.", "一个数量与另一数量之比。"),
    rank=("rank", "名次", "Places in an order, 1 being the first.", "排序名次，1为首位。"),
    point=("point", "分", "Points of a score.", "得分。"),
    company=("company", "家企业", "Companies.", "企业数量。"),
    acquisition=("acquisition", "起收购", "Purchases of companies.", "收购交易数量。"),
    position=("position", "个岗位", "Positions of employment.", "岗位数量。"),
    country=("country", "个国家", "Countries.", "国家数量。"),
    region=("region", "个地区", "Provinces and other regions within a country.", "一国之内的省份或其他地区数量。"),
    credit=("credit", "学分", "Credits of courses.", "课程学分。"),
    course=("course", "门课程", "Courses.", "课程数量。"),
    part=("part", "个部分", "Parts of something, such as categories, departments or groups of courses.", "组成部分的数量，如类别、部门或课程组。"),
    us_dollar=("US dollar", "美元", "Dollars of the United States.", "美国货币单位。"),
    canadian_dollar=("Canadian dollar", "加拿大元", "Dollars of Canada.", "加拿大货币单位。"),
    euro=("euro", "欧元", "Euros.", "欧元区货币单位。"),
    pound=("pound sterling", "英镑", "Pounds of the United Kingdom.", "英国货币单位。"),
    won=("won", "韩元", "Won of South Korea.", "韩国货币单位。"),
    center=("center", "个中心", "Centers for training or research.", "培训或研究中心数量。"),
    policy=("policy", "项政策", "Strategies, plans, notices, bills or laws.", "战略、计划、通知、法案或法律的数量。"),
    item=("item", "个", "Things that no other unit names; the population says which.", "无专门单位的事物，具体由统计对象说明。"),
    organization=("organization", "家机构", "Societies, associations and other bodies.", "学会、协会及其他机构数量。"),
    month=("month", "个月", "Months.", "月数。"),
    year=("year", "年", "Years.", "年数。"),
    yuan=("yuan renminbi", "元人民币", "Yuan of China.", "中国货币单位。"),
    hour=("hour", "小时", "Hours.", "小时数。"),
)  # fmt: skip


class Quantity(Schema):
    """A value, a range or a fraction, with its qualifier and unit; numbers are exact decimals written as text."""

    value = DecimalText('The number, in the unit: "5000000", never "5 million".', example="3000")
    low = DecimalText("The lower end of a range.")
    high = DecimalText("The upper end of a range.")
    numerator = DecimalText("The upper part of a fraction such as one seventh.")
    denominator = DecimalText("The lower part of a fraction; not zero.")
    qualifier = Code(QUALIFIERS, "How exactly the number was stated.", required=True, filter="qualifier", facet=True)
    unit = Code(UNITS, "What is counted or measured.", required=True, filter="unit", facet=True)
    as_stated = Text("The quantity in the words of the source.", longest=200)

    @validates_schema(skip_on_field_errors=True)
    def _one_form(self, data: dict[str, Any], **_: Any) -> None:
        forms = [
            names for names in (("value",), ("low", "high"), ("numerator", "denominator")) if set(names) & set(data)
        ]
        if data["qualifier"] == "unquantified":
            if forms or "as_stated" not in data:
                raise ValidationError("an unquantified quantity has as_stated and no number", "qualifier")
            return
        if len(forms) != 1 or not set(forms[0]) <= set(data):
            raise ValidationError("give either value, or low and high, or numerator and denominator", "qualifier")
        if (forms[0] == ("low", "high")) != (data["qualifier"] == "range"):
            raise ValidationError("low and high go with the qualifier range, and only with it", "qualifier")
        if forms[0] == ("low", "high") and DecimalText("").bounds(data["low"]) > DecimalText("").bounds(data["high"]):
            raise ValidationError("the lower end is above the upper end", "low")
        if data.get("denominator", "1").strip("-0.") == "":
            raise ValidationError("must not be zero", "denominator")
