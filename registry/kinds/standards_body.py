"""Standards bodies: what exists, or is proposed, to draft or issue standards."""

from registry.kinds.model.envelope import Record
from registry.kinds.model.fields import Code, Text
from registry.kinds.model.kind import Kind
from registry.kinds.model.vocabulary import vocabulary

SCOPES = vocabulary(
    "scope",
    "How far the work of a standards body reaches.",
    international=("international", "国际", "Across countries.", "跨国。"),
)  # fmt: skip


class StandardsBody(Record):
    """A body that exists, or is proposed, to draft or issue standards."""

    scope = Code(SCOPES, "How far its work reaches.", required=True, filter="scope", facet=True)
    governance = Text("How it is, or is to be, governed, as the source says.", longest=1000, fact=False)


KIND = Kind(
    name="standards-body",
    plural="standards-bodies",
    about="Bodies that exist, or are proposed, to draft or issue standards.",
    schema=StandardsBody,
    sample="international-ai-talent-training-standards-organization",
    convenes=True,
)
