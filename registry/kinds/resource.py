"""Resources: what is given or downloaded."""

from registry.kinds.model.envelope import Record
from registry.kinds.model.fields import Code, DecimalText, Several, Text
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabulary import vocabulary

TYPES = vocabulary(
    "resource-type",
    "What sort of resource it is.",
    textbook=("textbook", "教材", "A book to teach or learn with.", "用于教学的图书。"),
    course=("course", "课程", "A course of a curriculum, or one offered by itself.", "培养方案中的课程或单独开设的课程。"),
    software=("software", "软件", "Programs, kits and frameworks.", "程序、套件与框架。"),
    data=("data", "数据", "Data sets and data platforms.", "数据集与数据平台。"),
    model=("model", "模型", "A trained model.", "已训练的模型。"),
    equipment=("equipment", "设备", "Apparatus to teach or practise with.", "教学或实训设备。"),
    course_group=("course group", "课程组", "Courses of one curriculum that stand together under a heading.", "同一课程体系中归为一类的课程。"),
    teaching_resources=("teaching resources", "教学资源", "Materials for teaching that are no single book or course.", "非单一图书或课程的教学材料。"),
)  # fmt: skip


class Resource(Record):
    """A textbook, course, data, software, model or piece of equipment."""

    type = Code(TYPES, "What sort of resource it is.", required=True, filter="type", facet=True)
    credits = DecimalText("How many credits it gives.", filter="credits")
    hours = DecimalText("How many class hours it takes.")
    localizations = Several(
        Text("A localization, as printed.", longest=300), "For whom it was adapted.", most=40, distinct=True,
        load_default=list,
    )  # fmt: skip


KIND = Kind(
    name="resource",
    plural="resources",
    about="What is given or downloaded: textbooks, courses, data, software, models, equipment.",
    schema=Resource,
    sample="paddlepaddle",
)
