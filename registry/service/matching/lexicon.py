"""Words that names are made of: spellings that mean one word, words that say little, words that name a part of something.

All stand here as `forms` writes them: folded, in simplified characters, without a plural's s.
"""

from functools import cache, lru_cache

import pycountry

from registry.kinds.model.folding import comparable, words
from registry.service.matching.sounds import spoken

STOP = frozenset("a and at by de des du el et for fur in la le of on the to und with".split())
"""Words that are left out when Latin names are compared."""

SPELLINGS = {
    "univ": "university", "uni": "university", "universitat": "university", "universite": "university",
    "universidad": "university", "universita": "university", "coll": "college", "inst": "institute", "institut": "institute",
    "instituto": "institute", "acad": "academy", "centre": "center", "ctr": "center", "cntr": "center", "lab": "laboratory",
    "labs": "laboratory", "dept": "department", "dep": "department", "div": "division", "min": "ministry", "govt": "government",
    "gov": "government", "assn": "association", "assoc": "association", "soc": "society", "comm": "committee",
    "org": "organization", "organisation": "organization", "organisations": "organization", "programme": "program",
    "programmes": "program", "sch": "school", "hosp": "hospital", "grp": "group", "corp": "corporation", "co": "company",
    "ltd": "limited", "inc": "incorporated", "natl": "national", "nat": "national", "intl": "international",
    "int": "international", "cn": "china", "chinese": "china", "german": "germany", "japanese": "japan",
    "british": "uk", "french": "france", "korean": "korea", "russian": "russia", "danish": "denmark", "dutch": "netherland", "norwegian": "norway", "swedish": "sweden", "canadian": "canada", "indian": "india", "italian": "italy", "spanish": "spain", "european": "europe", "singaporean": "singapore", "saudi": "saudi", "eng": "engineering",
    "engg": "engineering", "engr": "engineering", "edu": "education", "educ": "education", "mgmt": "management",
    "mgt": "management", "econ": "economic", "telecom": "telecommunication", "telecomm": "telecommunication",
    "info": "information", "comp": "computer", "elec": "electronic", "sci": "science", "agri": "agricultural",
    "dev": "development", "st": "saint", "mt": "mount", "defence": "defense", "labour": "labor",
}  # fmt: skip
"""Abbreviations and spellings that mean one word."""

SEVERAL = {
    "ai": ("artificial", "intelligence"), "iot": ("internet", "thing"), "aiot": ("artificial", "intelligence", "thing"),
    "uk": ("united", "kingdom"), "gb": ("united", "kingdom"), "usa": ("united", "state"), "us": ("united", "state"),
    "prc": ("china",), "ict": ("information", "communication", "technology"),
}  # fmt: skip
"""Short words that mean several."""

PAIRS = {"r": "research and development", "s": "science and technology"}
"""What two initials with an and between them mean, by the first."""

LEGAL = frozenset("limited incorporated company corporation gmbh plc llc group holding".split())
"""Words of legal form, which are often left out."""

LEGAL_ENDS = frozenset(
    "co company corp corporation inc incorporated ltd limited llc llp lp plc gmbh ag kg sa sas sarl srl spa bv nv ab as oy pty "
    "pte kk holding holdings group com".split()
)
"""What names of companies end with, as it is written."""

ZH_LEGAL_ENDS = (
    "集团控股股份有限公司", "集团股份有限公司", "集团控股有限公司", "控股股份有限公司", "集团有限公司", "控股有限公司",
    "股份有限公司", "有限责任公司", "有限公司", "总公司", "控股", "公司", "集团",
)  # fmt: skip
"""The same in Chinese, the longest first."""

FIELDS = frozenset(
    "science technology engineering industry industrial agriculture agricultural forestry medicine medical pharmaceutical normal "
    "finance economic commerce business petroleum mining geoscience geology electric power electronic communication post "
    "telecommunication aeronautic astronautic aviation aerospace ocean maritime law political foreign language sport music art "
    "drama architecture chemical textile transportation technical vocational".split()
)
"""What bodies are about: one that is about another or a further field is another body."""

UNITS = frozenset(
    "school college institute department faculty laboratory center division branch office section bureau committee "
    "chair academy campus library hospital museum press journal alumni".split()
)
"""Words that name a part of a body when they stand beside the name of the whole."""

ZH_UNITS = (
    "研究生院", "研究院", "研究所", "实验室", "研究中心", "教研室", "委员会", "办公室", "图书馆", "出版社", "附属", "分校", "分院",
    "学院", "中心", "基地", "学堂", "校区", "医院", "部", "系", "所", "处", "司", "院",
)  # fmt: skip
"""The same at the end of Chinese names, the longest first."""

ZH_SPARE = ("股份有限公司", "有限责任公司", "有限公司", "集团", "公司")
"""What Chinese names of companies end with, and often leave out."""

ZH_COUNTRY = ("中华人民共和国", "中国", "全国", "国家")
"""What Chinese short names leave out at the beginning."""


def spelled(word: str) -> str:
    """The one spelling of a folded Latin word."""
    known = SPELLINGS.get(word)
    if known is not None:
        return known
    if len(word) < 5 or word[-1] != "s":
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word if word[-2] in "sui" else word[:-1]


@lru_cache(16384)
def misread(word: str) -> str:
    """A word in the letters that reading machines and people take for one another: each group of such is one letter."""
    return word.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


_ALIKE = str.maketrans("015ci", "olsel")


_COMPASS = (
    "north south east west northern southern eastern western northeast northwest southeast southwest northeastern northwestern "
    "southeastern southwestern central shaanxi"
)
ZH_PLACES = frozenset(
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 广西 西藏 宁夏 "
    "新疆 香港 澳门 蒙古 黑龙江 石家庄 太原 沈阳 大连 长春 哈尔滨 南京 苏州 无锡 常州 徐州 扬州 杭州 宁波 温州 合肥 福州 厦门 泉州 南昌 济南 青岛 烟台 "
    "郑州 洛阳 武汉 长沙 湘潭 广州 深圳 珠海 汕头 佛山 东莞 南宁 桂林 海口 成都 绵阳 贵阳 遵义 昆明 拉萨 西安 兰州 西宁 银川 延安 延边 华东 华南 华中 "
    "华北 东北 东南 西北 西南 中南 中央 江南 河海 三峡 东京 京都 首尔 莫斯科 巴黎 柏林 伦敦 纽约".split()
)
"""Places that names of Chinese bodies begin with: each is a word of its own, never a slip for another."""


@cache
def place_words() -> frozenset[str]:
    """The same in Latin letters, with the names of countries."""
    named = [*(each.name for each in pycountry.countries), _COMPASS, *("".join(spoken(each)) for each in ZH_PLACES)]
    return frozenset(spelled(word) for name in named for word in words(name)) - STOP


@cache
def countries_by_name() -> dict[str, str]:
    """ISO 3166-1 codes by what countries are called: names, official names, codes, everyday and Chinese ones."""
    found: dict[str, str] = {}
    for each in pycountry.countries:
        said = (
            each.name,
            getattr(each, "official_name", ""),
            getattr(each, "common_name", ""),
            each.alpha_2,
            each.alpha_3,
        )
        found.update({comparable(name): each.alpha_2 for name in said if name})
        found[comparable(each.name).partition(",")[0]] = each.alpha_2
    return found | {comparable(name): code for code, names in _EVERYDAY.items() for name in names.split("|")}


_EVERYDAY = {
    "CN": "中国|中华人民共和国|PRC|P.R. China|PR China|Mainland China|China, People's Republic of", "US": "美国|USA|U.S.|U.S.A.|America",
    "GB": "英国|UK|U.K.|Britain|Great Britain|England|Scotland|Wales", "DE": "德国", "FR": "法国", "JP": "日本", "RU": "俄罗斯|Russia",
    "KR": "韩国|South Korea|Korea", "KP": "朝鲜|North Korea", "SG": "新加坡", "CA": "加拿大", "NO": "挪威", "DK": "丹麦",
    "NL": "荷兰|Holland|The Netherlands", "SA": "沙特阿拉伯|沙特", "TH": "泰国", "PK": "巴基斯坦", "KE": "肯尼亚", "VN": "越南|Vietnam",
    "IN": "印度", "AU": "澳大利亚", "IT": "意大利", "ES": "西班牙", "CH": "瑞士", "SE": "瑞典", "FI": "芬兰", "AT": "奥地利", "BE": "比利时",
    "PL": "波兰", "PT": "葡萄牙", "IE": "爱尔兰", "IL": "以色列", "TR": "土耳其|Turkey", "EG": "埃及", "ZA": "南非", "NG": "尼日利亚",
    "ET": "埃塞俄比亚", "BR": "巴西", "MX": "墨西哥", "AR": "阿根廷", "MY": "马来西亚", "ID": "印度尼西亚|印尼", "PH": "菲律宾",
    "KZ": "哈萨克斯坦", "UZ": "乌兹别克斯坦", "AE": "阿联酋|阿拉伯联合酋长国|UAE", "IR": "伊朗|Iran", "NZ": "新西兰", "HK": "香港|Hong Kong",
    "MO": "澳门|Macau|Macao", "TW": "台湾|Taiwan", "MN": "蒙古", "MM": "缅甸", "KH": "柬埔寨", "LA": "老挝|Laos", "CZ": "捷克|Czech Republic",
    "UA": "乌克兰", "GR": "希腊", "HU": "匈牙利", "RS": "塞尔维亚", "CU": "古巴", "CL": "智利", "PE": "秘鲁", "VE": "委内瑞拉|Venezuela",
    "BO": "玻利维亚|Bolivia", "TZ": "坦桑尼亚|Tanzania", "SY": "叙利亚|Syria", "MD": "摩尔多瓦|Moldova",
}  # fmt: skip
