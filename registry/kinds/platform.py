"""Platforms: where people meet, govern, exchange or learn."""

from marshmallow import Schema

from registry.kinds.model.envelope import Place, Record, member_key
from registry.kinds.model.fields import Code, Edtf, Text, keyed
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabulary import vocabulary

TYPES = vocabulary(
    "platform-type",
    "What sort of platform it is.",
    conference=("conference", "大会", "People of a field meet.", "某一领域人员的会议。"),
    forum=("forum", "论坛", "A themed meeting, alone or within a conference.", "专题会议，独立或设于大会之中。"),
    committee=("committee", "委员会", "Appointed persons advise or steer.", "由委任人员咨询或指导。"),
    multilateral_mechanism=("multilateral mechanism", "多边机制", "States or organizations of several countries act together.", "多国或多国机构共同行动的机制。"),
    initiative=("initiative", "倡议", "A call that others can join.", "可供他方加入的倡议。"),
    learning_platform=("learning platform", "学习平台", "A service for teaching and learning.", "用于教与学的服务。"),
    ai_platform=("AI platform", "人工智能平台", "Software and services with which AI is built.", "用于构建人工智能的软件与服务。"),
    demonstration_area=("demonstration area", "示范区", "A region or network chosen to try something first.", "先行试点的区域或网络。"),
)  # fmt: skip

MECHANISMS = vocabulary(
    "mechanism",
    "Whether a platform lives by single events or stands between them.",
    event_driven=("event-driven", "事件驱动", "Lives by single events.", "依托单次活动。"),
    standing=("standing", "常设机制", "Stands between meetings: secretariat, members, rules.", "会议之间持续存在：有秘书处、成员与规则。"),
)  # fmt: skip

CADENCES = vocabulary(
    "cadence",
    "How often a platform meets.",
    regular=("regular", "定期", "At stated but unnamed intervals.", "定期而未说明间隔。"),
    continuous=("continuous", "持续", "Always open.", "持续开放。"),
)  # fmt: skip


class Meeting(Schema):
    """One meeting or edition of a platform."""

    key = member_key()
    label = Text("What the meeting is called, as printed.", longest=300, required=True)
    date = Edtf("When it was held.")
    places = keyed(Place, "Where it was held.", most=10)


class Platform(Record):
    """A conference, forum, committee, multilateral mechanism, initiative, learning or AI platform."""

    type = Code(TYPES, "What sort of platform it is.", required=True, filter="type", facet=True)
    mechanism = Code(MECHANISMS, "Whether it lives by events or stands between them.", filter="mechanism", facet=True)
    cadence = Code(CADENCES, "How often it meets.", filter="cadence", facet=True)
    meetings = keyed(Meeting, "Its meetings and editions.")


KIND = Kind(
    name="platform",
    plural="platforms",
    about="Where people meet, govern, exchange or learn: conferences, forums, committees, mechanisms, AI platforms.",
    schema=Platform,
    sample="world-digital-education-conference",
    convenes=True,
)
