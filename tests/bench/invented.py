"""A registry of invented records, the same each time: few countries, kinds and topics have most of them, few hubs most ties.

Whoever asks for the record of a number gets it without those before it, so that nothing has to be kept.
"""

import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from registry.kinds.model import ids

Document = dict[str, Any]

SHARES = {
    "source": 0.01, "organization": 0.34, "training-center": 0.15, "program": 0.2, "project": 0.05, "agreement": 0.1,
    "platform": 0.05, "standard": 0.02, "resource": 0.08,
}  # fmt: skip
"""The share of each kind, in the order in which records are made: what others refer to comes first."""

COUNTRIES = [
    "CN",
    "US",
    "GB",
    "DE",
    "FR",
    "JP",
    "KR",
    "IN",
    "RU",
    "SG",
    "AU",
    "CA",
    "BR",
    "IT",
    "ES",
    "NL",
    "KE",
    "PK",
    "ZA",
    "EG",
    "NG",
    "TH",
    "VN",
    "MY",
    "ID",
    "SA",
    "AE",
    "TR",
    "KZ",
    "UZ",
    "PL",
    "PT",
    "SE",
    "FI",
    "NO",
    "DK",
    "CH",
    "AT",
    "BE",
    "IE",
    "NZ",
    "MX",
    "AR",
    "CL",
    "PE",
    "CO",
    "ET",
    "GH",
    "TZ",
    "UG",
    "RW",
    "MA",
    "TN",
    "DZ",
    "BD",
    "LK",
    "NP",
    "MM",
    "KH",
    "LA",
    "MN",
    "KG",
    "TJ",
    "RS",
    "HU",
    "CZ",
    "RO",
    "BG",
    "GR",
    "UA",
    "BY",
    "IL",
    "IR",
    "IQ",
    "JO",
    "QA",
    "KW",
    "OM",
]
SUBDIVISIONS = ("CN-BJ", "CN-SH", "CN-JS", "CN-GD", "CN-ZJ", "CN-HB", "CN-LN", "CN-SN", "CN-SC", "CN-HL")
TYPES = {
    "organization": ("university", "company", "research-institute", "association", "ministry", "training-institution"),
    "training-center": (
        "training-base",
        "joint-laboratory",
        "practice-room",
        "academy",
        "joint-institute",
        "ai-school",
    ),
    "program": (
        "teacher-training",
        "training-camp",
        "competition",
        "elite-class",
        "degree-program",
        "fellowship",
        "fund",
    ),
    "agreement": ("cooperation", "strategic-cooperation", "declaration"),
    "platform": ("conference", "forum", "initiative", "learning-platform", "ai-platform", "committee"),
    "standard": ("technical-standard", "competence-scale", "certification"),
    "resource": ("course", "textbook", "data", "software", "model"),
    "source": ("report", "news-article", "journal-article"),
    "project": ("education", "agriculture", "energy", "logistics", "research", "manufacturing"),
}
TOPICS = (
    "ai-education", "talent-training", "teacher-training", "deep-learning", "research", "big-data", "standards", "robotics",
    "cloud-computing", "governance", "entrepreneurship", "industrial-policy",
)  # fmt: skip
LIFECYCLES = ("active", "ended", "planned", "proposed", "unknown")
TIES = {
    "organization": (("part-of", 0.2), ("cooperates-with", 0.15), ("member-of", 0.15)),
    "training-center": (("jointly-established-by", 1), ("jointly-established-by", 1), ("supported-by", 0.4)),
    "program": (("organized-by", 1), ("taught-by", 0.7), ("funded-by", 0.5), ("supported-by", 0.3)),
    "project": (("operated-by", 1), ("funded-by", 0.8), ("supported-by", 0.5)),
    "agreement": (("signed-by", 1), ("signed-by", 1), ("signed-by", 0.2)),
    "platform": (("organized-by", 1), ("hosted-by", 0.6), ("guided-by", 0.3)),
    "standard": (("drafted-by", 1), ("drafted-by", 0.6), ("issued-by", 0.5)),
    "resource": (("offered-by", 1), ("published-by", 0.3)),
}
"""Which ties a record of a kind has to organizations, and how likely each is."""

HEADS = (
    "Ta",
    "Bel",
    "Kor",
    "Min",
    "Sha",
    "Lu",
    "Ven",
    "Dar",
    "Qi",
    "Mo",
    "Pra",
    "Sol",
    "Ger",
    "Ni",
    "Hua",
    "Zel",
    "Or",
    "Ka",
)
MIDDLES = ("ra", "lin", "do", "vi", "gan", "sho", "mu", "be", "tar", "ne", "ki", "lo", "wen", "ja")
TAILS = ("vo", "burg", "shan", "ton", "pur", "stadt", "zhou", "grad", "ville", "nor", "abad", "chester", "kala", "mar")
ZH_TOWNS = "安宝昌成德东丰福广桂海汉和衡湖华怀吉江金景康乐丽连临龙洛梅绵南宁平清泉荣山上石顺泰唐天通万温文武西新兴徐延阳宜银永玉云长珠"
ZH_SUBJECTS = (
    "科技",
    "师范",
    "理工",
    "职业技术",
    "人工智能",
    "医科",
    "农业",
    "财经",
    "交通",
    "信息工程",
    "外国语",
    "电力",
)
ZH_BODIES = {"organization": ("大学", "学院", "公司", "研究院", "协会", "教育部门"), "program": ("师资培训班", "训练营", "大赛", "精英班"),
             "training-center": ("实训基地", "联合实验室", "实践中心", "人工智能学院")}  # fmt: skip
SUBJECTS = ("Science and Technology", "Normal", "Engineering", "Vocational Technology", "Artificial Intelligence", "Medical",
            "Agricultural", "Finance", "Railway Technology", "Information", "Foreign Studies", "Deep Learning")  # fmt: skip
BODIES = {
    "organization": ("University", "College", "Company", "Research Institute", "Association", "Academy of Sciences"),
    "training-center": ("Training Base", "Joint Laboratory", "Practice Center", "School of AI"),
    "program": ("Teacher Training", "Summer Camp", "Competition", "Elite Class", "Fellowship"),
    "project": ("Cooperation Project",), "agreement": ("Cooperation Agreement", "Declaration"), "platform": ("Forum", "Conference"),
    "standard": ("Competence Standard", "Certification"), "resource": ("Course", "Textbook"), "source": ("Report", "Yearbook"),
}  # fmt: skip


SCATTER = 524_287
"""Takes records that follow one another to towns that are unlike."""


class Invented(NamedTuple):
    """One record: its kind, its id, and its document as a client sends it."""

    kind: str
    ident: str
    document: Document


class Registry:
    """So many invented records."""

    def __init__(self, size: int) -> None:
        self.size = size
        counts = {kind: max(2, round(size * share)) for kind, share in SHARES.items()}
        counts["organization"] += size - sum(counts.values())
        self.kinds = [kind for kind, count in counts.items() for _ in range(count)]
        self.organizations = range(self.kinds.index("organization"), self.kinds.index("training-center"))
        self.sources = range(counts["source"])
        self._hubs = list(accumulate((n + 1) ** -0.8 for n in range(len(self.organizations))))

    def __iter__(self) -> Iterator[Invented]:
        return (self.record(number) for number in range(self.size))

    def record(self, number: int) -> Invented:
        """The record of a number; past the last, further programs, each of them new."""
        dice = random.Random(number)
        kind = self.kinds[number] if number < self.size else "program"
        document: Document = {
            "names": _names(kind, number, dice),
            "summaries": [
                _summary(kind, dice),
                {"lang": "zh-Hans", "text": f"与{_zh_town(dice)}合作开展{dice.choice(ZH_SUBJECTS)}教育与人才培养。"},
            ],
            "places": [_place(dice)],
            "topics": sorted({_skewed(TOPICS, dice) for _ in range(dice.randint(1, 3))}),
        }
        document["sector" if kind == "project" else "type"] = _skewed(TYPES[kind], dice)
        if kind == "source":
            document["key"] = f"source-{number}"
            return Invented(kind, ident(number), document)
        document["lifecycle"] = _skewed(LIFECYCLES, dice)
        if dice.random() < 0.5:
            document["milestones"] = [{"key": "m1", "event": "established", "date": _year(dice)}]
        document["relations"] = self._ties(kind, number, dice)
        document["evidence"] = [self._evidence(document, dice)]
        if dice.random() < 0.05:
            document["cautions"] = [
                {"key": "c1", "kind": "ambiguous", "about": "/places/p1", "note": "Printed in two ways."}
            ]
        return Invented(kind, ident(number), document)

    def _ties(self, kind: str, number: int, dice: random.Random) -> list[Document]:
        ties, met = [], {number}
        for relation, chance in TIES[kind]:
            target = self._organization(dice)
            if dice.random() < chance and target not in met and (kind != "organization" or target < number):
                met.add(target)
                tie = {
                    "key": f"r{len(ties) + 1}",
                    "relation": relation,
                    "target": {"id": ident(target)},
                    "lifecycle": "active",
                }
                ties.append(tie | ({"since": _year(dice), "role": "founder"} if dice.random() < 0.5 else {}))
        return ties

    def _organization(self, dice: random.Random) -> int:
        return self.organizations[dice.choices(range(len(self.organizations)), cum_weights=self._hubs)[0]]

    def _evidence(self, document: Document, dice: random.Random) -> Document:
        supports = ["/names/n1", *(f"/relations/{tie['key']}" for tie in document["relations"])]
        line = dice.randint(1, 3000)
        return {"key": "e1", "basis": "passage", "source": f"source-{dice.choice(self.sources)}", "locator": f"Table {line % 40}",
                "lines": [line, line], "digest": f"sha256:{dice.getrandbits(256):064x}", "supports": supports,
                "inferred": ["/places/p1/country", "/lifecycle"]}  # fmt: skip


def ident(number: int) -> str:
    """The id of the record of a number."""
    return ids.from_key(f"invented-{number}")


def town(dice: random.Random) -> str:
    """An invented town."""
    return dice.choice(HEADS) + dice.choice(MIDDLES) + dice.choice(TAILS)


def _names(kind: str, number: int, dice: random.Random) -> list[Document]:
    """Names that no other record has: their towns tell the number."""
    at = number * SCATTER
    first = HEADS[at % 18] + MIDDLES[at // 18 % 14] + TAILS[at // 252 % 14]
    second = HEADS[at // 3528 % 18] + TAILS[at // 63504 % 14]
    english = f"{first} {second} {dice.choice(SUBJECTS)} {_skewed(BODIES[kind], dice)}"
    names = [{"key": "n1", "text": english, "lang": "en", "role": "as-printed"}]
    if dice.random() < 0.7:
        body = _skewed(ZH_BODIES.get(kind, ("项目", "论坛")), dice)
        place = "".join(ZH_TOWNS[at // len(ZH_TOWNS) ** step % len(ZH_TOWNS)] for step in range(3))
        names.append({
            "key": "n2", "text": place + dice.choice(ZH_SUBJECTS) + body, "lang": "zh-Hans", "role": "translated"
        })  # fmt: skip
    return names


def _summary(kind: str, dice: random.Random) -> Document:
    said = f"A {kind.replace('-', ' ')} for cooperation in {dice.choice(SUBJECTS).lower()} between {town(dice)} and {town(dice)}."
    return {"lang": "en", "text": said}


def _place(dice: random.Random) -> Document:
    country = _skewed(COUNTRIES, dice)
    return {"key": "p1", "country": country} | ({"subdivision": dice.choice(SUBDIVISIONS)} if country == "CN" else {})


def _zh_town(dice: random.Random) -> str:
    return "".join(dice.choice(ZH_TOWNS) for _ in range(dice.choice((2, 2, 3))))


def _year(dice: random.Random) -> str:
    return str(2024 - int(dice.expovariate(0.15)) % 60)


def _skewed(words: Sequence[str], dice: random.Random) -> str:
    """One of the words, the second half as often as the first, the third a third as often."""
    return dice.choices(words, cum_weights=_weights(len(words)))[0]


@cache
def _weights(count: int) -> list[float]:
    return list(accumulate(1 / (n + 1) for n in range(count)))
