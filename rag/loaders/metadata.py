"""The metadata of files: title, ISO date, author and source."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

from rag.text import HAN, normalise, simplify
from rag.values.dates import read_date
from rag.values.value import Value

_DATE_STARTS = re.compile(r"(?<!\d)(?=\d)|(?<![A-Za-z])(?=[A-Z])|(?=[一二])")
_DAY_IN_NAMES = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)")
_MONTHS_IN_NAMES = (
    re.compile(r"(?<![\d.])(?P<y>(?:19|20)\d\d)[-.]?(?P<m>0[1-9]|1[0-2])(?![\d.]*\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)年(?P<m>0?[1-9]|1[0-2])月"),
)
_COMMON_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭肖程曹袁邓鄧许許傅沈曾"
    "彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻闫余潘杜戴夏钟鍾鐘汪田任姜范範方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史"
    "顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文庞龐樊兰蘭殷施陶洪翟安颜顏倪严嚴牛温溫芦季俞章鲁魯葛伍"
    "韦韋申尤毕畢聂聶丛焦向柳邢路岳齐齊梅莫庄莊辛管祝左涂谷祁时舒耿牟卜詹关關苗凌费費纪紀靳盛童欧歐甄项項曲成游阳裴席"
    "卫衛查屈鲍鮑覃霍翁隋甘景薄单單包柏宁寧柯阮桂闵解强柴车車房边邊辜麦麥饶饒冼冯"
)
_ORGANISATION_END = re.compile(
    "(?:网|網|报|報|社|台|臺|电视|電視|财经|財經|经济报道|新闻|新聞|周刊|週刊|杂志|雜誌|公司|集团|集團|中心|委员会|委員會|局|部门|宣传部"
    "|厅|廳|办|办公室|辦公室|政府|大学|大學|学院|學院|研究院|研究所|协会|協會|学会|银行|銀行|频道|客户端|编辑部|工作室|观察|資訊|资讯"
    "|公众号|团队|團隊|小组|小組|法院|网站|網站|站|署|处|處|平台|实验室|科技|在线|快讯|时报|時報|头条|传媒|融媒体|智库|联盟)$"
)
_ORGANISATION_WORD = re.compile(
    r"\b(?:Daily|News|Times|Post|Journal|Press|Agency|Staff|Team|Desk|Editors?|Inc|Ltd|LLC|Corp|Company|University|"
    r"Institute|Group|Media|Online|Network|Review|Weekly|Magazine|Reuters|Xinhua|Bloomberg|Wikipedia|Contributors|"
    r"Bureau|Department|Ministry|Office|Blog|Herald|Guardian|Tribune|BBC|CNN|TV|Radio)\b|\.(?:com|cn|org|net|hk|tw)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    "admin.*|root|users?\\d*|editor.*|webmaster|unknown|anonymous|none|null|guest|owner|author|default|un-named"
    "|python-docx|microsoft(?: office)?(?: user)?|windows(?: user)?"
    "|佚名|匿名|未知|(?:系统|网站|網站)?(?:管理员|管理員)|小编|小編|编辑|編輯|本站|本报|本報|记者|記者|原创|转载|网络|網絡",
    re.IGNORECASE,
)
_NAME_SEPARATOR = re.compile(r"\s*(?:[、，,;；/&＆]|\band\b|\s和\s)\s*")
_SITE_SUFFIX = re.compile(r"\s*(?:\s[|｜\-–—•·»]\s|[_|｜丨])\s*")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Whatever is known about a document; None is unknown."""

    title: str | None = None
    date: str | None = None
    author: str | None = None
    source: str | None = None
    title_from: str = ""
    """What the title, date and author were taken from: "front matter", "first heading"."""
    date_from: str = ""
    author_from: str = ""

    def or_else(self, other: Metadata) -> Metadata:
        """This metadata with its gaps filled from ``other``."""
        title, date, author = (self if getattr(self, name) else other for name in ("title", "date", "author"))
        return Metadata(
            title.title,
            date.date,
            author.author,
            self.source or other.source,
            title.title_from,
            date.date_from,
            author.author_from,
        )

    def taken_from(self, origin: str) -> Metadata:
        """This metadata with where it was found, for what does not say so yet."""
        return replace(
            self,
            title_from=self.title_from or (origin if self.title else ""),
            date_from=self.date_from or (origin if self.date else ""),
            author_from=self.author_from or (origin if self.author else ""),
        )

    @property
    def evidence(self) -> str:
        """Where each part was found, for people: "title: first heading; date: file name"."""
        said = {"title": self.title_from, "date": self.date_from, "author": self.author_from}
        return "; ".join(f"{name}: {origin}" for name, origin in said.items() if origin)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text, ``text[start:end]``."""

    iso: str
    start: int
    end: int


def find_date(text: str) -> FoundDate | None:
    """The first full date that exists in the calendar; its time of day and time zone are not looked at."""
    plain = normalise(simplify(text).replace("○", "〇"))
    said = re.sub("[A-Za-z]{3,}", lambda word: word.group().capitalize(), plain.text)  # JUNE, june
    for start in _DATE_STARTS.finditer(said):
        value = read_date(said, start.start())
        if value and (iso := _iso(value)) and not said[value.start : value.end].isdigit():
            span = plain.span(value.start, value.end)
            return FoundDate(iso, span.start, span.end)
    return None


def date_in_name(name: str) -> str | None:
    """The one day or month that a file's name gives, ``YYYY-MM-DD`` or ``YYYY-MM``; a year alone is none."""
    words = re.sub(r"[_\s]+", " ", name)
    if found := find_date(words):
        return found.iso
    months = {f"{match['y']}-{int(match['m']):02}" for pattern in _MONTHS_IN_NAMES for match in pattern.finditer(words)}
    days = {_day(int(match["y"]), int(match["m"]), int(match["d"])) for match in _DAY_IN_NAMES.finditer(words)} - {None}
    found_here = days or months
    return found_here.pop() if len(found_here) == 1 else None


def iso_date(value: object) -> str | None:
    """The first date in a value as ``YYYY-MM-DD``, in the time zone it is written in."""
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    found = find_date(str(value)[:1000]) if value is not None else None
    return found.iso if found else None


def person(name: object, *, sure: bool = True) -> str | None:
    """The name of one or more people, or None for an account id, a placeholder or an organisation.

    ``sure``: the text calls it an author; otherwise a Chinese name must also begin with a common surname.
    """
    text = re.sub(r"^(?:by|作者|文|记者)[\s:：/]+", "", str(name or "").strip(), flags=re.IGNORECASE)
    parts = [part for part in _NAME_SEPARATOR.split(_split_names(text)) if part]
    if not parts or len(text) > 80 or not all(_is_person(part, sure) for part in parts):
        return None
    return ("、" if _has_han(text) else ", ").join(parts)


def organisation(name: object) -> str | None:
    """The name of a publication or body, or None."""
    text = str(name or "").strip(" 　《》")
    known = _ORGANISATION_END.search(text) if _has_han(text) else _ORGANISATION_WORD.search(text)
    return text if known and len(text) <= 60 else None


def credited(name: object) -> Metadata:
    """A byline as what it is: a person becomes the author, an organisation the source, an account id nothing."""
    return Metadata(author=person(name), source=organisation(name))


def headline(title: str, site: str | None = None) -> str:
    """A window title without the site's name: ``Headline - Site`` and ``Headline_Channel_Site`` to the headline."""
    parts = [part for part in _SITE_SUFFIX.split(title.strip()) if part]
    if len(parts) < 2:
        return title.strip()
    tail = parts[-1]
    is_site = bool(site and (tail in site or site in tail)) or organisation(tail) is not None
    if not is_site and "_" not in title:
        return title.strip()
    longest = max(parts[:-1], key=len)
    return title[: title.index(longest) + len(longest)].strip(" _|｜丨-–—")


def _iso(value: Value) -> str | None:
    """A date of one day in a year from 1900 to 2099, as ``YYYY-MM-DD``."""
    day = int(value.low)
    if (value.kind, value.unit) != ("date", "day") or not 1900_00_00 < day < 2100_00_00:
        return None
    return _day(day // 10_000, day // 100 % 100, day % 100)


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def _split_names(text: str) -> str:
    """Chinese names set apart by spaces, as a list with commas: ``朱丽娜 李艳霞``; a Latin name keeps its spaces."""
    return re.sub(rf"(?<=[{HAN}])[\s\u3000]+(?=[{HAN}])", "、", text)


def _is_person(name: str, sure: bool) -> bool:
    if _NOBODY.fullmatch(name) or organisation(name) or re.search(r"[\d@:/_#<>|]", name):
        return False
    if _has_han(name):
        letters = re.sub(r"[·•・．]", "", name)
        if "·" in name or "•" in name:
            return len(letters) <= 16
        return 2 <= len(letters) <= 4 and (sure or letters[0] in _COMMON_SURNAMES)
    words = name.split()
    return 1 <= len(words) <= 5 and name[0].isupper() and (len(words) > 1 or sure)


def _has_han(text: str) -> bool:
    return bool(re.search(f"[{HAN}]", text))
