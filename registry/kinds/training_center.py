"""Training centers: what is founded at or with a university or company to train or to research."""

from registry.kinds.model.envelope import Record
from registry.kinds.model.fields import Code, Several, Text
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabularies import AUDIENCES
from registry.kinds.model.vocabulary import vocabulary

TYPES = vocabulary(
    "training-center-type",
    "What sort of center it is.",
    training_base=("training base", "实训基地", "A base for training and practice.", "人才培养与实践基地。"),
    practice_room=("practice room", "实训室", "A room equipped for practice.", "配备设备的实训室。"),
    joint_laboratory=("joint laboratory", "联合实验室", "A laboratory run by several together.", "多方共同运营的实验室。"),
    national_laboratory=("national laboratory", "国家级实验室", "A laboratory approved by the state.", "国家批准的实验室。"),
    corporate_laboratory=("corporate laboratory", "企业实验室", "A laboratory of one company.", "单一企业的实验室。"),
    joint_institute=("joint institute", "联合研究院", "A research institute founded by several together.", "多方共建的研究院。"),
    ai_school=("AI school", "人工智能学院", "A school or college of a university for AI.", "高校的人工智能学院。"),
    academy=("academy", "学堂或学院", "A company's or university's place of teaching outside degree programs.", "企业或高校在学历教育之外的教学机构。"),
    capacity_building_center=("capacity-building center", "能力建设中心", "A center that trains people from several countries.", "面向多国培训人员的中心。"),
    research_institute=("research institute", "研究院", "An institute or center of one university for research, perhaps teaching too.", "一所高校设立的研究院或研究中心，亦可承担教学。"),
    department=("department", "教研室", "A teaching and research department within a school.", "学院内的教学与研究部门。"),
    education_center=("education center", "教育中心", "A center for teaching a field; of what sort is not told.", "某领域的教学中心，具体类型未说明。"),
)  # fmt: skip


class TrainingCenter(Record):
    """A base, practice room, laboratory, school, institute, academy or capacity-building center."""

    type = Code(TYPES, "What sort of center it is.", required=True, filter="type", facet=True)
    research_directions = Several(
        Text("A direction, as printed.", longest=300), "What it does research in.", most=40, distinct=True,
        load_default=list,
    )  # fmt: skip
    resources_provided = Several(
        Text("A resource, as printed.", longest=300), "What its founders give it.", most=40, distinct=True,
        load_default=list,
    )  # fmt: skip
    audiences = Several(
        Code(AUDIENCES, "An audience.", filter="audience", facet=True), "For whom it is.", most=20, distinct=True,
        load_default=list,
    )  # fmt: skip


KIND = Kind(
    name="training-center",
    plural="training-centers",
    about="What is founded at or with a university or company to train or to research.",
    schema=TrainingCenter,
    sample="baidu-songguo-base-dalian-university-of-technology",
    convenes=True,
)
