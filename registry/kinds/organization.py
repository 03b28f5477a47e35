"""Organizations: whoever can sign."""

from registry.kinds.model.envelope import Record
from registry.kinds.model.fields import Code
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabulary import vocabulary

TYPES = vocabulary(
    "organization-type",
    "What sort of body an organization is.",
    university=("university", "大学", "An institution of higher education.", "高等教育机构。"),
    company=("company", "企业", "A body that does business.", "从事经营的机构。"),
    ministry=("ministry", "部委", "A department of a government, or an office within one.", "政府部门或其内设机构。"),
    government=("government", "政府", "A government or a body of state as a whole.", "整体意义上的政府或国家机构。"),
    association=("association", "学会或协会", "A society of persons or companies of one field, or a section of one.", "同一领域人员或企业的学会、协会或其分支。"),
    alliance=("alliance", "联盟", "A league of organizations that stay independent.", "由各自独立的机构组成的联盟。"),
    research_institute=("research institute", "研究机构", "A body with its own staff that does research.", "拥有自己人员从事研究的机构。"),
    international_body=("international body", "国际组织", "A body of several states or of members from several countries.", "由多国或多国成员组成的机构。"),
    project_list=("group of universities", "高校建设计划群体", "Universities selected together under a national scheme.", "按国家计划共同入选的高校群体。"),
    training_institution=("training institution", "培训机构", "A private school or company that trains people outside degree programs.", "在学历教育之外开展培训的民办学校或企业。"),
    media=("media outlet", "媒体", "A newspaper, agency or other outlet of news.", "报纸、通讯社等新闻媒体。"),
)  # fmt: skip

SECTORS = vocabulary(
    "sector",
    "The sector in the sense of government, industry, academia and research.",
    government=("government", "政", "State bodies.", "国家机关。"),
    industry=("industry", "产", "Companies and their associations.", "企业及其协会。"),
    academia=("academia", "学", "Universities and learned societies.", "高校与学会。"),
    research=("research", "研", "Research institutes.", "科研院所。"),
)  # fmt: skip


class Organization(Record):
    """A body that can sign: university, company, ministry, government, association, institute, international body."""

    type = Code(TYPES, "What sort of body it is.", required=True, filter="type", facet=True)
    sector = Code(SECTORS, "The sector it belongs to.", filter="sector", facet=True)


KIND = Kind(
    name="organization",
    plural="organizations",
    about="Whoever can sign: universities, companies, ministries, associations, institutes, international bodies.",
    schema=Organization,
    sample="baidu",
)
