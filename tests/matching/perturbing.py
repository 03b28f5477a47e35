"""Ways in which people write a name otherwise than the registry does, and names that it does not have.

Each is a function of the name and of dice, so that a seed makes the same again.
"""

import random
import re
from collections.abc import Callable
from functools import cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

from registry.kinds.model.folding import has_cjk

Dice = random.Random
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SMALL = {"of", "and", "the", "for", "in", "on", "to", "at", "a", "&", "-", "–"}
SHORT = {
    "university": "Univ.", "institute": "Inst.", "science": "Sci.", "sciences": "Sci.", "technology": "Tech.", "and": "&",
    "technical": "Tech.", "department": "Dept.", "ministry": "Min.", "national": "Nat'l", "international": "Int'l",
    "engineering": "Eng.", "education": "Educ.", "laboratory": "Lab", "center": "Centre", "college": "Coll.", "academy": "Acad.",
    "association": "Assoc.", "development": "Dev.", "artificial intelligence": "AI", "program": "Programme", "information": "Info.",
    "management": "Mgmt", "economics": "Econ.", "computer": "Comp.", "organization": "Org.", "school": "Sch.",
}  # fmt: skip
ALIKE = (("rn", "m"), ("m", "rn"), ("l", "1"), ("o", "0"), ("i", "l"), ("O", "0"), ("I", "l"), ("e", "c"))
COMMON = "大学中国人工智能技术科教育工程业国际学院研究信息实验电子方经济管理公司新发展数据和与文"

PLACES = (
    "Guizhou|Hainan|Ningxia|Qinghai|Shanxi|Yunnan|Xinjiang|Inner Mongolia|Lanzhou|Kunming|Changsha|Taiyuan|Shenyang|Urumqi|Yanbian|"
    "Kyoto|Osaka|Seoul|Hanoi|Bangkok|Jakarta|Manila|Delhi|Mumbai|Karachi|Tehran|Istanbul|Cairo|Lagos|Accra|Addis Ababa|Nairobi|"
    "Dar es Salaam|Cape Town|Lisbon|Madrid|Rome|Vienna|Zurich|Geneva|Munich|Berlin|Warsaw|Prague|Budapest|Oslo|Helsinki|Toronto|Montreal|"
    "Sydney|Melbourne|Auckland|Lima|Bogota|Santiago|Chicago|Boston|Houston|Colombo|Dhaka|Kathmandu|Yangon|Almaty|Tashkent"
).split("|")
BODIES = (
    "University|Normal University|University of Technology|Medical University|Institute of Technology|University of Science and Technology|"
    "Vocational and Technical College|University of Finance and Economics|Academy of Sciences|Polytechnic"
).split("|")
ZH_PLACES = (
    "贵州|海南|宁夏|青海|山西|云南|新疆|内蒙古|兰州|昆明|长沙|太原|沈阳|乌鲁木齐|延边|石家庄|广州|温州|宁波|徐州|扬州|湘潭|三峡|长江|烟台|"
    "齐齐哈尔|佳木斯|桂林|遵义|西藏|京都|首尔|莫斯科|巴黎|柏林"
).split("|")
ZH_BODIES = "大学|师范大学|理工大学|医科大学|工业大学|职业技术学院|财经大学|科技大学|农业大学|科学院".split("|")


def typo(name: str, dice: Dice) -> str:
    """One slip: a letter swapped, left out, doubled or another; in Chinese a character that sounds alike, or any."""
    if has_cjk(name):
        at = dice.randrange(len(name))
        alike = [c for c in COMMON if c != name[at] and lazy_pinyin(c) == lazy_pinyin(name[at])]
        return name[:at] + dice.choice(alike or COMMON) + name[at + 1 :]
    places = [at for at, letter in enumerate(name[:-1]) if letter.isalpha() and name[at + 1].isalpha()]
    at = dice.choice(places)
    return dice.choice((
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + dice.choice(LETTERS) + name[at + 1 :],
    ))  # fmt: skip


def typos(name: str, dice: Dice) -> str:
    """Two slips."""
    return typo(typo(name, dice), dice)


def dropped(name: str, dice: Dice) -> str:
    """A word left out; in Chinese a character."""
    if has_cjk(name):
        at = dice.randrange(1, len(name))
        return name[:at] + name[at + 1 :]
    words = name.split()
    return " ".join(words[:at] + words[at + 1 :]) if (at := dice.randrange(len(words))) >= 0 else name


def swapped(name: str, dice: Dice) -> str:
    """Two words changed about, or what stands before a comma put behind."""
    head, comma, tail = name.partition(", ")
    if comma and dice.random() < 0.7:
        return f"{tail} {head}"
    words = name.split()
    at = dice.randrange(len(words) - 1)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def abbreviated(name: str, _: Dice) -> str:
    """Usual words shortened."""
    for word, short in SHORT.items():
        name = re.sub(rf"\b{word}\b", short, name, flags=re.IGNORECASE)
    return name


def initials(name: str, _: Dice) -> str:
    """The first letters of its words."""
    return "".join(w[0].upper() for w in re.findall(r"[A-Za-z]+", name) if w.lower() not in SMALL)


def pinyin(name: str, dice: Dice) -> str:
    """How it sounds, with a space after each syllable or each two."""
    sounds = [s.capitalize() for s in lazy_pinyin(name) if s.isalpha()]
    if dice.random() < 0.5:
        return " ".join(sounds)
    return " ".join("".join(sounds[at : at + 2]).capitalize() for at in range(0, len(sounds), 2))


def traditional(name: str, _: Dice) -> str:
    """In traditional characters."""
    return str(_traditional().convert(name))


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def dressed(name: str, dice: Dice) -> str:
    """In other type: capitals, full width, other stops, an article."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    return dice.choice(
        (
            name.upper(),
            wide,
            name.replace(" ", "  ").replace(",", ";"),
            f"The {name}" if not has_cjk(name) else f"“{name}”",
        )
    )


def misread(name: str, dice: Dice) -> str:
    """Two letters taken for others that look alike."""
    alike = [pair for pair in ALIKE if pair[0] in name]
    for true, seen in dice.sample(alike, min(2, len(alike))):
        name = name.replace(true, seen, 1)
    return name


def unspaced(name: str, _: Dice) -> str:
    """Without spaces."""
    return name.replace(" ", "")


def spaced(name: str, dice: Dice) -> str:
    """A space in a wrong place."""
    at = dice.choice([at for at, letter in enumerate(name[:-1]) if letter == " "])
    return name[:at] + name[at + 1] + " " + name[at + 2 :]


def cut(name: str, _: Dice) -> str:
    """The end cut off."""
    return name[: len(name) * 4 // 5]


WAYS: dict[str, Callable[[str, Dice], str]] = {
    "typo": typo, "two typos": typos, "word dropped": dropped, "words swapped": swapped, "abbreviated": abbreviated,
    "initials": initials, "pinyin": pinyin, "traditional": traditional, "dressed": dressed,
    "misread": misread, "without spaces": unspaced, "space moved": spaced, "cut short": cut,
}  # fmt: skip


def fits(way: str, name: str) -> bool:
    """Whether a name can be perturbed so, and is still itself."""
    words, chinese = name.split(), has_cjk(name)
    long = len(name) > 3 if chinese else len(name) > 5
    return {
        "typo": long, "two typos": len(name) > (7 if chinese else 12), "word dropped": len(name) > 4 if chinese else len(words) > 3,
        "words swapped": not chinese and len(words) > 2, "abbreviated": not chinese and abbreviated(name, random.Random()) != name,
        "initials": not chinese and 2 < len(initials(name, random.Random())) < 7 and "," not in name and "–" not in name,
        "pinyin": chinese and name.isalpha() and not re.search("[A-Za-z]", name) and len(name) > 2,
        "traditional": chinese and traditional(name, random.Random()) != name, "dressed": len(name) > 2,
        "misread": not chinese and len(name) > 7, "without spaces": not chinese and len(words) > 1,
        "space moved": not chinese and len(words) > 1, "cut short": not chinese and len(words) > 3,
    }[way]  # fmt: skip


def part_of(name: str, dice: Dice) -> str:
    """A part that a body of this name may have."""
    if has_cjk(name):
        return name + dice.choice("法学院|图书馆|附属医院|物理系|经济管理学院|出版社|化学研究所".split("|"))
    part = dice.choice(
        "School of Law|Library|Department of Physics|Faculty of Medicine|Press|Institute of Chemistry|Alumni Association".split(
            "|"
        )
    )
    return dice.choice((f"{part}, {name}", f"{name} {part}"))
