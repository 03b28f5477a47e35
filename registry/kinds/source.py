"""Sources: documents that evidence cites, by an immutable key."""

from registry.kinds.model.envelope import Entry, language, names_field
from registry.kinds.model.fields import DIGEST, KEY, WEB_ADDRESS, Code, Edtf, Form, Several, Text
from registry.kinds.model.kind import SUMMARIES, Kind, Wanted, stated
from registry.kinds.model.vocabulary import vocabulary

TYPES = vocabulary(
    "source-type",
    "What sort of document it is.",
    report=("report", "报告", "A study published by an organization.", "由机构发布的研究报告。"),
    news_article=("news article", "新闻报道", "An article of a news outlet.", "新闻媒体的文章。"),
    commentary=("commentary", "评论文章", "An article that argues for something.", "论述观点的文章。"),
    statistics=("statistics or ranking", "统计或排名", "Data or a ranking that somebody keeps and publishes.", "由某方维护并公布的数据或排名。"),
    journal_article=("journal article", "期刊论文", "An article of a scholarly journal.", "学术期刊上的论文。"),
)  # fmt: skip


class Source(Entry):
    """A document that evidence cites, or that is known only as cited by another."""

    names = names_field()
    key = Form(
        "The key by which evidence cites it; it never changes.", longest=64, pattern=KEY,
        hint="is not a key of lower-case letters, digits and hyphens", required=True, fact=False, fixed=True, filter="key",
    )  # fmt: skip
    type = Code(TYPES, "What sort of document it is.", required=True, filter="type", facet=True)
    authors = Several(
        Text("An author, as printed.", longest=200), "Who wrote it.", most=50, distinct=True, load_default=list
    )
    translator = Text("Who translated it.", longest=200)
    language = language("In which language it was read.", fact=False)
    date = Edtf("When it was published.", filter="date")
    address = Form("Its web address.", longest=2000, pattern=WEB_ADDRESS, hint="is no web address", fact=False)
    digest = Form(
        "SHA-256 of its text with white space folded.", longest=71, pattern=DIGEST,
        hint="is not sha256: and 64 hexadecimal digits", fact=False,
    )  # fmt: skip


KIND = Kind(
    name="source",
    plural="sources",
    about="Documents that evidence cites, and those that they cite in turn.",
    schema=Source,
    sample="zju-talent-report-2022",
    sorts={"date": ("date",)},
    complete=(*SUMMARIES, Wanted("date", "the date of publication, or that none is stated", stated("date"))),
)
