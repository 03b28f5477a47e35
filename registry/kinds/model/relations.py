"""The vocabulary of relations: each typed, directed tie that two records can have, with its inverse wording.

A tie is stored on the thing founded, run, paid, taught or signed, on the member and on the part, never on the hub.
The inverse words are for reading (`relation=funds:ID`); writing one is refused, naming the right way round.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class RelationType:
    """One kind of tie, read from the record that holds it to its target.

    `party`: the target takes part in what the record is, so that two parties of one record are partners.
    `partnership`: the two ends are partners by this tie alone. `targets`: the kinds it may lead to (empty: any).
    """

    code: str
    inverse: str
    label: str
    label_zh: str
    definition: str
    definition_zh: str
    party: bool = False
    partnership: bool = False
    targets: tuple[str, ...] = ()


_ACTORS = ("organization", "standards-body", "training-center", "platform", "program")

_TABLE = (
    RelationType("part-of", "has-part", "part of", "隶属于",
        "The record is a unit, branch, school, series or section of the target.", "本记录是目标的一个单位、分支、学院、系列或板块。"),
    RelationType("member-of", "has-member", "member of", "成员",
        "The record is a member of the target body.", "本记录是目标机构的成员。"),
    RelationType("operated-by", "operates", "operated by", "运营方",
        "The target runs the record from day to day.", "目标负责本记录的日常运营。", party=True, targets=_ACTORS),
    RelationType("established-by", "established", "established by", "设立方",
        "The target alone founded or set up the record.", "目标单独创立或设立了本记录。", party=True, targets=_ACTORS),
    RelationType("jointly-established-by", "jointly-established", "jointly established by", "共建方",
        "The target founded the record together with others.", "目标与其他各方共同建立了本记录。", party=True, targets=_ACTORS),
    RelationType("hosted-by", "hosts", "hosted by", "承办方",
        "The target gives the record its place or holds it.", "目标为本记录提供场所或承办。", party=True, targets=_ACTORS),
    RelationType("organized-by", "organizes", "organized by", "组织方",
        "The target prepares and carries out the record.", "目标筹备并组织实施本记录。", party=True, targets=_ACTORS),
    RelationType("led-by", "leads", "led by", "牵头方",
        "The target leads the others that take part.", "目标牵头其他参与方。", party=True, targets=_ACTORS),
    RelationType("coordinated-by", "coordinates", "coordinated by", "协调方",
        "The target brings those that take part into step.", "目标协调各参与方。", party=True, targets=_ACTORS),
    RelationType("guided-by", "guides", "guided by", "指导方",
        "The target gives direction without running the record.", "目标给予指导而不直接运营本记录。", targets=_ACTORS),
    RelationType("supervised-by", "supervises", "supervised by", "主管方",
        "The target has authority over the record.", "目标对本记录有主管权。", targets=_ACTORS),
    RelationType("has-secretariat", "secretariat-of", "has its secretariat at", "秘书处设于",
        "The target keeps the record's secretariat.", "目标承担本记录的秘书处。", party=True, targets=_ACTORS),
    RelationType("funded-by", "funds", "funded by", "资助方",
        "The target pays for the record, in whole or in part.", "目标全部或部分出资。", party=True, targets=_ACTORS),
    RelationType("supported-by", "supports", "supported by", "支持方",
        "The target gives resources, teachers, data or computing.", "目标提供资源、师资、数据或算力。", party=True, targets=_ACTORS),
    RelationType("cooperates-with", "cooperates-with", "cooperates with", "合作方",
        "The two work together, whatever the form.", "双方以任何形式开展合作。", partnership=True),
    RelationType("signed-by", "signed", "signed by", "签署方",
        "The target put its name to the agreement or declaration.", "目标签署了该协议或声明。", party=True,
        targets=("organization", "standards-body", "training-center", "platform")),
    RelationType("produced-under", "produced", "produced under", "产生于",
        "The record came out of the target agreement, program or project.", "本记录产生于目标协议、项目或计划。"),
    RelationType("issued-by", "issued", "issued by", "发布方",
        "The target issued the record with its authority.", "目标以其权限发布了本记录。", targets=_ACTORS),
    RelationType("approved-by", "approved", "approved by", "批准方",
        "The target approved the record.", "目标批准了本记录。"),
    RelationType("drafted-by", "drafted", "drafted by", "起草方",
        "The target wrote the record or took part in writing it.", "目标起草或参与起草了本记录。", party=True, targets=_ACTORS),
    RelationType("published-by", "published", "published by", "出版方",
        "The target made the record public.", "目标公开出版了本记录。", targets=_ACTORS),
    RelationType("recognized-by", "recognizes", "recognized by", "认可方",
        "The target acknowledged or distinguished the record.", "目标认可或表彰了本记录。"),
    RelationType("adopted-by", "adopted", "adopted by", "采用方",
        "The target uses or applies the record.", "目标采用或应用了本记录。"),
    RelationType("offered-by", "offers", "offered by", "提供方",
        "The target offers the record to those who want to learn or use it.", "目标向学习者或使用者提供本记录。", party=True,
        targets=_ACTORS),
    RelationType("taught-by", "teaches", "taught by", "授课方",
        "People of the target teach in the record.", "目标的人员在本记录中授课。", party=True, targets=_ACTORS),
    RelationType("trains", "trained-by", "trains", "培训对象",
        "The record trains people of the target.", "本记录培训目标的人员。"),
    RelationType("serves", "served-by", "serves", "服务对象",
        "The record is meant for the target.", "本记录面向目标。"),
    RelationType("participates-in", "has-participant", "participates in", "参与",
        "The record takes part in the target without running it.", "本记录参与目标而不负责运营。"),
    RelationType("succeeds", "succeeded-by", "succeeds", "接续",
        "The record takes the place of the target, which ended.", "本记录接替了已结束的目标。"),
    RelationType("acquired-by", "acquired", "acquired by", "收购方",
        "The target bought the record.", "目标收购了本记录。", targets=("organization",)),
)  # fmt: skip

RELATIONS = {relation.code: relation for relation in _TABLE}
INVERSES = {relation.inverse: relation.code for relation in _TABLE if relation.inverse != relation.code}
