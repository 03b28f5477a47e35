"""Standards: standards, knowledge systems, competence scales and certifications."""

from marshmallow import Schema

from registry.kinds.model.envelope import Record, member_key
from registry.kinds.model.fields import Code, Count, Text, keyed
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabulary import vocabulary

TYPES = vocabulary(
    "standard-type",
    "What sort of standard it is.",
    technical_standard=("technical standard", "技术标准", "Says how a product or interface must be.", "规定产品或接口的要求。"),
    knowledge_system=("knowledge system", "知识体系", "Says what a field of study comprises.", "规定学科领域所含知识。"),
    competence_scale=("competence scale", "能力评价标准", "Says what people must be able to do, by levels.", "按等级规定人员应具备的能力。"),
    certification=("certification", "认证", "Attests what people can do after an examination.", "经考核证明人员能力。"),
    standards_system=("standards system", "标准体系", "Several standards that belong together.", "相互配套的一组标准。"),
    competence_model=("competence model", "能力模型", "Says which abilities or types of people there are, without levels.", "说明能力构成或人才类型，不分等级。"),
)  # fmt: skip


class StandardLevel(Schema):
    """One level of a scale or certification."""

    key = member_key()
    rank = Count("Its place, from 1, the lowest.", least=1, most=99, required=True, fact=False)
    label = Text("What the level is called, as printed.", longest=100, required=True)


class StandardPart(Schema):
    """One part of what the standard covers."""

    key = member_key()
    label = Text("What the part is called, as printed.", longest=300, required=True)


class Standard(Record):
    """A standard, knowledge system, competence scale or certification."""

    type = Code(TYPES, "What sort of standard it is.", required=True, filter="type", facet=True)
    designation = Text("Its number or code, as printed.", longest=100, filter="designation")
    levels = keyed(StandardLevel, "Its levels, the lowest first.", most=20)
    structure = keyed(StandardPart, "The parts that it is made of.")


KIND = Kind(
    name="standard",
    plural="standards",
    about="Standards, knowledge systems, competence scales and certifications.",
    schema=Standard,
    sample="evaluation-standard-for-deep-learning-engineers",
    convenes=True,
)
