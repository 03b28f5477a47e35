"""Where places that people write beside a name lie: countries, their provinces and states, and the larger towns."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

import pycountry

from registry.kinds.model.folding import comparable, has_cjk
from registry.service.matching.lexicon import countries_by_name

_SPARE = re.compile(r"\b(?:province|city|municipality|prefecture|mainland|the)\b|[0-9.]|-")
_ZH_SPARE = re.compile("(?:省|市|特别行政区|自治区)$")

_TOWNS = {
    "CN-BJ": "Beijing|北京", "CN-TJ": "Tianjin|天津", "CN-SH": "Shanghai|上海", "CN-CQ": "Chongqing|重庆",
    "CN-HE": "Hebei|河北|Shijiazhuang|石家庄|Baoding|保定|Tangshan|唐山|Qinhuangdao|秦皇岛|Langfang|廊坊|Xiong'an|雄安",
    "CN-SX": "Shanxi|山西|Taiyuan|太原|Datong|大同", "CN-NM": "Inner Mongolia|内蒙古|Hohhot|呼和浩特|Baotou|包头",
    "CN-LN": "Liaoning|辽宁|Shenyang|沈阳|Dalian|大连|Anshan|鞍山|Fuxin|阜新", "CN-JL": "Jilin|吉林|Changchun|长春|Yanbian|延边",
    "CN-HL": "Heilongjiang|黑龙江|Harbin|哈尔滨|Daqing|大庆",
    "CN-JS": "Jiangsu|江苏|Nanjing|南京|Suzhou|苏州|Wuxi|无锡|Changzhou|常州|Xuzhou|徐州|Yangzhou|扬州|Nantong|南通|Zhenjiang|镇江",
    "CN-ZJ": "Zhejiang|浙江|Hangzhou|杭州|Ningbo|宁波|Wenzhou|温州|Jinhua|金华|Jiaxing|嘉兴|Shaoxing|绍兴",
    "CN-AH": "Anhui|安徽|Hefei|合肥|Wuhu|芜湖|Bozhou|亳州|Bengbu|蚌埠",
    "CN-FJ": "Fujian|福建|Fuzhou|福州|Xiamen|厦门|Quanzhou|泉州", "CN-JX": "Jiangxi|江西|Nanchang|南昌|Ganzhou|赣州|Jiujiang|九江",
    "CN-SD": "Shandong|山东|Jinan|济南|Qingdao|青岛|Yantai|烟台|Weihai|威海|Dongying|东营|Liaocheng|聊城|Zibo|淄博",
    "CN-HA": "Henan|河南|Zhengzhou|郑州|Luoyang|洛阳|Kaifeng|开封", "CN-HB": "Hubei|湖北|Wuhan|武汉|Yichang|宜昌",
    "CN-HN": "Hunan|湖南|Changsha|长沙|Xiangtan|湘潭|Zhuzhou|株洲",
    "CN-GD": "Guangdong|广东|Guangzhou|广州|Canton|Shenzhen|深圳|Zhuhai|珠海|Shantou|汕头|Foshan|佛山|Dongguan|东莞",
    "CN-GX": "Guangxi|广西|Nanning|南宁|Guilin|桂林", "CN-HI": "Hainan|海南|Haikou|海口|Sanya|三亚",
    "CN-SC": "Sichuan|四川|Chengdu|成都|Mianyang|绵阳", "CN-GZ": "Guizhou|贵州|Guiyang|贵阳|Zunyi|遵义",
    "CN-YN": "Yunnan|云南|Kunming|昆明", "CN-XZ": "Tibet|西藏|Lhasa|拉萨", "CN-SN": "Shaanxi|陕西|Xi'an|Xian|西安|Xianyang|咸阳|Yan'an|延安",
    "CN-GS": "Gansu|甘肃|Lanzhou|兰州", "CN-QH": "Qinghai|青海|Xining|西宁", "CN-NX": "Ningxia|宁夏|Yinchuan|银川",
    "CN-XJ": "Xinjiang|新疆|Urumqi|乌鲁木齐", "HK": "Kowloon|九龙", "TW": "Taipei|台北|Hsinchu|新竹|Tainan|台南|Kaohsiung|高雄|Taichung|台中",
    "US-MA": "Boston", "US-NY": "New York|New York City|NYC|纽约|Ithaca", "US-DC": "Washington DC|华盛顿",
    "US-CA": "San Francisco|Los Angeles|San Diego|Berkeley|Stanford|Palo Alto|Mountain View|Menlo Park|Cupertino|San Jose|Santa Clara|旧金山|洛杉矶|硅谷|Silicon Valley",
    "US-WA": "Seattle|Redmond|西雅图", "US-IL": "Chicago|芝加哥", "US-TX": "Houston|Austin|Dallas", "US-PA": "Pittsburgh|Philadelphia",
    "US-NJ": "Princeton", "US-CT": "New Haven", "US-GA": "Atlanta", "US-MI": "Ann Arbor|Detroit",
    "GB": "London|伦敦|Oxford|牛津|Liverpool|利物浦|Manchester|曼彻斯特|Edinburgh|爱丁堡|Glasgow|Birmingham|Bristol|Leeds|Sheffield|Nottingham",
    "CA": "Toronto|多伦多|Montreal|蒙特利尔|Vancouver|温哥华|Ottawa|渥太华|Edmonton|Waterloo", "DE": "Berlin|柏林|Munich|慕尼黑|Hamburg|Frankfurt|Bonn|Cologne|Aachen|Stuttgart",
    "FR": "Paris|巴黎|Lyon|Toulouse|Grenoble|Nice", "JP": "Tokyo|东京|Kyoto|京都|Osaka|大阪|Nagoya|Fukuoka", "KR": "Seoul|首尔|Busan|釜山|Daejeon",
    "RU": "Moscow|莫斯科|St. Petersburg|圣彼得堡|Novosibirsk", "NL": "Amsterdam|Rotterdam|Delft|Leiden|The Hague", "BE": "Brussels|Leuven",
    "CH": "Zurich|Geneva|Lausanne|Basel|苏黎世|日内瓦", "AT": "Vienna|Wien", "IT": "Rome|Milan|Turin|Bologna|Pisa", "ES": "Madrid|Barcelona",
    "PT": "Lisbon", "SE": "Stockholm|Gothenburg|Uppsala", "NO": "Oslo|Trondheim", "DK": "Copenhagen|Aarhus", "FI": "Helsinki|Espoo",
    "AU": "Sydney|Melbourne|Canberra|Brisbane|悉尼|墨尔本", "NZ": "Auckland|Wellington", "IN": "New Delhi|Delhi|Mumbai|Bangalore|Bengaluru|Chennai",
    "TH": "Bangkok|曼谷", "VN": "Hanoi|河内|Ho Chi Minh City", "MY": "Kuala Lumpur|吉隆坡", "ID": "Jakarta|雅加达", "PH": "Manila|马尼拉",
    "PK": "Islamabad|Karachi|Lahore", "KE": "Nairobi|内罗毕", "EG": "Cairo|开罗", "ET": "Addis Ababa", "NG": "Lagos|Abuja", "ZA": "Cape Town|Johannesburg|Pretoria",
    "SA": "Riyadh|利雅得|Jeddah", "AE": "Dubai|迪拜|Abu Dhabi", "QA": "Doha", "IL": "Tel Aviv|Jerusalem|Haifa", "TR": "Istanbul|Ankara", "KZ": "Almaty|Astana",
    "BR": "Sao Paulo|Rio de Janeiro|Brasilia", "MX": "Mexico City", "AR": "Buenos Aires", "CL": "Santiago", "PL": "Warsaw", "CZ": "Prague", "HU": "Budapest", "IE": "Dublin", "GR": "Athens",
}  # fmt: skip


class Spot(NamedTuple):
    """A place: what it is called, and the country and the subdivision in which it lies; no subdivision for countries."""

    name: str
    country: str
    subdivision: str | None = None

    @property
    def is_country(self) -> bool:
        """Whether it is a whole country."""
        return countries_by_name().get(self.name) == self.country


@lru_cache(16384)
def spot(text: str, within: str | None = None) -> Spot | None:
    """The place that a comparable text names; None where it names none. `within` is the country that stands behind it."""
    name = text.strip(" .()（）")
    country = countries_by_name().get(name)
    if country and not (len(name) == 2 and within):
        return Spot(name, country)
    bare = _ZH_SPARE.sub("", name) if has_cjk(name) else " ".join(_SPARE.sub(" ", name).split())
    known = towns().get(bare) or towns().get(bare.replace(" ", ""))
    if known:
        return known
    if within:
        code = _divisions().get((within, bare)) or _divisions().get((within, f"{within}-{name}".lower()))
        return Spot(bare, within, code) if code else None
    return Spot(bare, countries_by_name()[bare]) if bare in countries_by_name() and len(bare) > 2 else None


@cache
def towns() -> dict[str, Spot]:
    """The towns and provinces by what they are called."""
    return {
        comparable(name): Spot(comparable(name), code[:2], code if "-" in code else None)
        for code, names in _TOWNS.items()
        for name in names.split("|")
    }


@cache
def beginnings() -> tuple[str, ...]:
    """Chinese names of places, the longest first."""
    return tuple(sorted((name for name in {*towns(), *countries_by_name()} if has_cjk(name)), key=len, reverse=True))


@cache
def _divisions() -> dict[tuple[str, str], str]:
    """The codes of subdivisions by their countries, and their names or codes."""
    return {
        (each.country_code, said): each.code
        for each in pycountry.subdivisions
        for said in (comparable(each.name), each.code.lower())
    }
