"""Projects: cooperation in a sector."""

from registry.kinds.model.envelope import Record
from registry.kinds.model.fields import Code, Several, Text
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabulary import vocabulary

SECTORS = vocabulary(
    "project-sector",
    "The part of the economy or of public life that a project works in.",
    agriculture=("agriculture", "农业", "Farming.", "农业生产。"),
    logistics=("logistics", "物流", "Transport and supply chains.", "运输与供应链。"),
    energy=("energy", "能源", "Producing and distributing energy.", "能源的生产与分配。"),
    education=("education", "教育", "Teaching and training.", "教学与培训。"),
    research=("research", "科研", "Joint research.", "联合研究。"),
    manufacturing=("manufacturing", "制造业", "Making goods in factories.", "工业产品的生产制造。"),
)  # fmt: skip


class Project(Record):
    """Cooperation in a sector, such as agriculture, logistics, energy or education."""

    sector = Code(SECTORS, "The sector it works in.", required=True, filter="sector", facet=True)
    technologies = Several(
        Text("A technology, as printed.", longest=300), "With which technologies.", most=40, distinct=True,
        load_default=list,
    )  # fmt: skip


KIND = Kind(
    name="project",
    plural="projects",
    about="Cooperation in a sector: agriculture, logistics, energy, education, research.",
    schema=Project,
    sample="smart-farming-pakistan-kenya",
    convenes=True,
)
