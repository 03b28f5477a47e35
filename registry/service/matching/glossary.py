"""What the words of Chinese names of bodies mean in English, for names that have no translation in the registry."""

import re
from functools import lru_cache

from registry.service.matching.lexicon import ZH_PLACES
from registry.service.matching.sounds import spoken

_MEANINGS = {
    "大学": "university", "学院": "college", "研究院": "institute", "研究所": "institute", "研究中心": "research center", "中心": "center",
    "实验室": "laboratory", "重点实验室": "key laboratory", "联合实验室": "joint laboratory", "国家实验室": "national laboratory",
    "学校": "school", "中学": "middle school", "小学": "primary school", "幼儿园": "kindergarten", "研究生院": "graduate school",
    "人工智能": "ai", "智能": "intelligent", "科学院": "academy of science", "工程院": "academy of engineering", "科学": "science",
    "社会科学": "social science", "技术": "technology", "科技": "science technology", "科学技术": "science technology", "工程": "engineering",
    "工业": "industry", "理工": "technology", "师范": "normal", "农业": "agricultural", "林业": "forestry", "医科": "medical", "医学": "medical",
    "中医药": "chinese medicine", "财经": "finance economics", "经济": "economics", "金融": "finance", "贸易": "trade", "商业": "business",
    "商贸": "commerce", "旅游": "tourism", "政法": "political science law", "外国语": "foreign studies", "语言": "language", "外语": "foreign language",
    "交通": "jiaotong", "邮电": "posts telecommunications", "电子": "electronic", "信息": "information", "信息工程": "information engineering",
    "计算机": "computer", "软件": "software", "数据": "data", "大数据": "big data", "数据科学": "data science", "自动化": "automation",
    "航空航天": "aeronautics astronautics", "航空": "aviation", "航天": "aerospace", "海洋": "ocean", "石油": "petroleum", "矿业": "mining",
    "地质": "geosciences", "电力": "electric power", "水利": "water resources", "建筑": "architecture", "民族": "nationalities", "体育": "sport",
    "音乐": "music", "美术": "fine arts", "艺术": "arts", "戏剧": "drama", "传媒": "communication", "管理": "management", "教育": "education",
    "职业": "vocational", "职业技术": "vocational technical", "高等": "higher", "专科": "junior college", "应用": "applied", "国际": "international",
    "全国": "national", "国家": "national", "中国": "china", "中央": "central", "北京": "beijing", "香港": "hong kong", "澳门": "macau",
    "台湾": "taiwan", "华东": "east china", "华南": "south china", "华中": "central china", "华北": "north china", "西北": "northwest",
    "西南": "southwest", "东北": "northeast", "东南": "southeast", "中南": "central south", "陕西": "shaanxi", "西藏": "tibet",
    "新疆": "xinjiang", "内蒙古": "inner mongolia", "部": "ministry", "教育部": "ministry of education", "人力资源": "human resources",
    "社会保障": "social security", "科学技术部": "ministry of science technology", "政府": "government", "委员会": "committee",
    "协会": "association", "学会": "society", "联盟": "alliance", "基金会": "foundation", "集团": "group", "公司": "company",
    "有限公司": "company limited", "股份有限公司": "company limited", "银行": "bank", "医院": "hospital", "出版社": "press", "基地": "base",
    "实训基地": "training base", "实践基地": "practice base", "人才": "talent", "培养": "training", "培训": "training", "创新": "innovation",
    "创业": "entrepreneurship", "联合": "joint", "协同": "collaborative", "平台": "platform", "开放": "open", "云": "cloud", "机器人": "robotics",
    "机器学习": "machine learning", "深度学习": "deep learning", "教师": "teacher", "大会": "conference", "论坛": "forum", "竞赛": "competition",
    "大赛": "competition", "课程": "course", "标准": "standard", "标准化": "standardization", "战略": "strategy", "规划": "plan", "计划": "plan",
    "发展": "development", "治理": "governance", "全球": "global", "世界": "world", "欧洲": "europe", "美国": "usa", "英国": "uk", "德国": "germany",
    "法国": "france", "日本": "japan", "韩国": "korea", "俄罗斯": "russia", "加拿大": "canada", "新加坡": "singapore", "澳大利亚": "australia",
    "牛津": "oxford", "剑桥": "cambridge", "哈佛": "harvard", "耶鲁": "yale", "斯坦福": "stanford", "麻省": "massachusetts", "纽约": "new york",
    "伦敦": "london", "帝国": "imperial", "百度": "baidu", "腾讯": "tencent", "阿里": "alibaba", "阿里巴巴": "alibaba", "华为": "huawei",
    "微软": "microsoft", "谷歌": "google", "苹果": "apple", "亚马逊": "amazon", "脸书": "facebook", "英特尔": "intel", "清华": "tsinghua",
    "和": "and", "与": "and", "及": "and", "的": "of", "第一": "first", "第二": "second", "新一代": "new generation", "白皮书": "white paper",
    "报告": "report", "研究": "research", "物联网": "iot", "产业": "industry", "产教融合": "integration of industry and education",
    "一带一路": "belt and road", "倡议": "initiative", "实训室": "training room", "师资": "teacher", "精英班": "elite class",
}  # fmt: skip
_LONGEST = max(map(len, _MEANINGS))
_WORDS = re.compile("|".join(sorted({*_MEANINGS, *ZH_PLACES}, key=len, reverse=True)) + "|.")
_PART = re.compile("|".join(sorted(map(re.escape, _MEANINGS), key=len, reverse=True)) + "|.")


@lru_cache(4096)
def meant(name: str) -> frozenset[str]:
    """The words of several characters in a Chinese name that the glossary knows, and the places."""
    return frozenset(part for part in _WORDS.findall(name) if len(part) > 1)


def glossed(name: str) -> str | None:
    """The name in English words, what the glossary lacks by its sound; None where it knows none of it."""
    found: list[str] = []
    unknown, known = "", False
    for part in _PART.findall(name):
        meaning = _MEANINGS.get(part)
        if meaning is None:
            unknown += part
            continue
        if unknown:
            found.append("".join(spoken(unknown)))
            unknown = ""
        found.append("school" if meaning == "college" and "university" in found else meaning)
        known = True
    if unknown:
        found.append("".join(spoken(unknown)))
    return " ".join(found) if known else None
