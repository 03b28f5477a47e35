"""Programs: what has cohorts, editions, applicants or grants."""

from marshmallow import Schema

from registry.kinds.model.envelope import Place, Record, language, member_key
from registry.kinds.model.fields import Code, Edtf, Several, Text, keyed
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabularies import AUDIENCES, LEVELS
from registry.kinds.model.vocabulary import vocabulary

TYPES = vocabulary(
    "program-type",
    "What sort of program it is.",
    seed_teacher_program=("seed-teacher program", "种子教师项目", "Trains teachers who then train others where they live.", "培养能在本地再培训他人的教师。"),
    teacher_training=("teacher training", "教师培训", "Trains those who teach.", "面向教师的培训。"),
    elite_class=("elite class", "精英班", "A selected class with a curriculum of its own.", "经选拔并单独设课的班级。"),
    training_camp=("camp", "训练营", "A short, intensive course.", "短期集中课程。"),
    competition=("competition", "竞赛", "Rounds in which participants are ranked.", "对参赛者排名的赛事。"),
    fund=("fund", "基金", "Grants for research or creation.", "资助科研或创作的基金。"),
    research_program=("research program", "研究计划", "Calls for joint research on set topics.", "按选题征集的联合研究。"),
    company_training=("company training", "企业培训", "Training that a company gives.", "企业提供的培训。"),
    collaborative_education=("collaborative education program", "协同育人项目", "A scheme in which industry and universities educate together.", "产学合作协同育人的计划。"),
    degree_program=("degree program or major", "学位项目或专业", "A major or direction of study at a university, with or without a degree of its own.", "高校的专业、方向或学位项目。"),
    curriculum=("curriculum", "课程体系", "Courses put together across universities or with enterprises.", "跨高校或校企共同组成的课程体系。"),
    fellowship=("scholarship or fellowship", "奖学金或研究席位", "Pays persons to study, teach or do research.", "资助个人学习、任教或从事研究。"),
    training_program=("training program", "培训项目", "Trains people; of what sort is not told.", "开展培训，具体类型未说明。"),
)  # fmt: skip

DELIVERIES = vocabulary(
    "delivery",
    "How a program reaches those it trains.",
    on_site=("on site", "线下", "In one place, face to face.", "面对面集中进行。"),
    blended=("blended", "线上线下结合", "Both online and on site.", "线上与线下相结合。"),
)  # fmt: skip


class Cohort(Schema):
    """One edition, session or class of a program."""

    key = member_key()
    label = Text("What the cohort is called or what it was.", longest=300, required=True, fact=False)
    period = Edtf("When it ran.")
    places = keyed(Place, "Where it ran.", most=40)


class Program(Record):
    """A seed-teacher program, teacher training, elite class, camp, competition, fund or company training."""

    type = Code(TYPES, "What sort of program it is.", required=True, filter="type", facet=True)
    audiences = Several(
        Code(AUDIENCES, "An audience.", filter="audience", facet=True), "For whom it is.", most=20, distinct=True,
        load_default=list,
    )  # fmt: skip
    levels = Several(
        Code(LEVELS, "A level.", filter="level", facet=True), "At which levels of education.", most=10, distinct=True,
        load_default=list,
    )  # fmt: skip
    delivery = Code(DELIVERIES, "How it reaches its participants.", filter="delivery", facet=True)
    duration = Text("How long it takes, as printed.", longest=100)
    credential = Text("What participants receive, as printed.", longest=300)
    languages = Several(
        language("A language, by BCP 47."), "In which languages it is given.", most=20, distinct=True, load_default=list
    )
    localization = Text("How it is adapted to those it serves, in the registry's words.", longest=1000, fact=False)
    cohorts = keyed(Cohort, "Its editions; their numbers are figures that name the cohort.", most=200)


KIND = Kind(
    name="program",
    plural="programs",
    about="What has cohorts, editions, applicants or grants: teacher training, classes, camps, competitions, funds.",
    schema=Program,
    sample="nationwide-deep-learning-faculty-training",
    convenes=True,
)
