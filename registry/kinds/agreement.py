"""Agreements: what two or more parties signed or declared."""

from registry.kinds.model.envelope import Record
from registry.kinds.model.fields import Code, Edtf, Several, Text
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabulary import vocabulary

TYPES = vocabulary(
    "agreement-type",
    "What sort of agreement it is.",
    strategic_cooperation=("strategic cooperation agreement", "战略合作协议", "Parties agree to work together at length and in breadth.", "各方约定长期、全面合作。"),
    cooperation=("cooperation agreement", "合作协议", "Parties agree to work together on stated matters.", "各方就特定事项约定合作。"),
    declaration=("declaration", "宣言", "Parties declare a common will.", "各方宣布共同意愿。"),
)  # fmt: skip


class Agreement(Record):
    """What two or more parties signed or declared."""

    type = Code(TYPES, "What sort of agreement it is.", required=True, filter="type", facet=True)
    period = Edtf("From when to when it holds.", filter="period")
    subjects = Several(
        Text("A subject, as printed.", longest=300), "What was agreed on.", most=40, distinct=True, load_default=list
    )


KIND = Kind(
    name="agreement",
    plural="agreements",
    about="What two or more parties signed or declared.",
    schema=Agreement,
    sample="baidu-ustc-strategic-cooperation-agreement",
    sorts={"period": ("period",)},
    convenes=True,
)
