"""Reads metadata from a line above or below an article: labelled fields, bylines, dates, page views."""

from __future__ import annotations

import re

from rag.loaders.lines import width
from rag.loaders.metadata import Metadata, credited, find_date, organisation, person
from rag.text import HAN, has_words, simplify

SEPARATORS = "|｜丨"
_LABELS = {
    "source": "文章来源|信息来源|稿件来源|新闻来源|来源|出处|[Ss]ource",
    "author": "本文作者|作者|撰文|撰稿|[Aa]uthor|[Ww]ritten by",
    "editor": "责任编辑|责编|编辑|校对|审核|[Ee]ditor",
    "date": (
        "(?:发布|发表|发稿|更新|刊登|上传|成文|添加)?(?:时间|日期)|发布于"
        "|[Pp]ublished(?: on)?|[Ll]ast updated|[Uu]pdated|[Pp]osted(?: on)?|[Dd]ate"
    ),
    "count": "浏览(?:量|次数)?|阅读(?:量|数)?|点击(?:量|数|率)?|访问(?:量|次数)|人气|[Vv]iews",
    "tool": "分享到|分享|打印|收藏|字体|字号|朗读|[Ss]hare|[Pp]rint|[Ff]ont",
}
_ANY_LABEL = "|".join(_LABELS.values())
_FIELD_ENDS = rf"[{SEPARATORS}]|$|(?:{_ANY_LABEL}|记者)\s*[:：]|\d+\s*次|(?<!\d)(?:19|20)\d\d[-年/]"
_FIELD = re.compile(
    f"(?:{'|'.join(f'(?P<{kind}>{labels})' for kind, labels in _LABELS.items())})"
    rf"\s*[:：]\s*(?P<value>[^{SEPARATORS}]*?)(?=\s*(?:{_FIELD_ENDS}))"
)
_WEB_ONLY = re.compile(
    r"\d+\s*次?(?:浏览|阅读|点击|访问)|(?:浏览|阅读|点击)(?:量|数|次数)?\s*\d*\s*次?|[【\[]?[大中小]?字[号体][\s:：大中小]*[】\]]?"
    r"|(?<![\w])打印(?![\w])|\b\d+ views\b|\b\d+ min(?:ute)?s? read\b"
)
_CLOCK = re.compile(
    r"(?:[T ]|\b)\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\.\d+)?\s*(?:[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:Z\b|GMT|UTC|CST|HKT|EST|北京时间)?\s*(?:[+-]\d{2}:?\d{2})?"
    r"|\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?|(?:星期|周|礼拜)[一二三四五六日天]"
)
_NAME = r"[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]*|de|van|von|bin|al))*"
_BYLINE = re.compile(rf"(?:^|(?<=[\s|,]))[Bb][Yy]:? (?P<names>{_NAME}(?:(?:, | and | & ){_NAME})*)(?: in {_NAME})?")
_CHINESE_BYLINE = re.compile(
    rf"(?:^|(?<=[\s{SEPARATORS}]))(?:(?:本报|特约|见习)?记者|图文|撰文|作者|文)\s*[:：/{SEPARATORS}]?\s*"
    rf"(?P<names>[{HAN}]{{2,4}}(?:[\s、]+[{HAN}]{{2,4}}){{0,3}}?)(?=\s*(?:[{SEPARATORS}]|\d|$))"
)
_BARE_DATE = re.compile(r"(?:时间|日期|[Dd]ate)\s*[:：]")
_TOOL_WORDS = re.compile(r"(?:大|中|小|微信|微博|朋友圈|QQ空间|QQ|Twitter|Facebook|[\s、/·\-+A]|\[|\])*")
_COUNT = re.compile(r"[\d,.\s万次]*(?:\s*(?:打印|收藏|分享|关闭))*")
_ACCOUNT = re.compile(r"[\w.@-]*", re.ASCII)
_ORIGINAL_TITLE = re.compile(r"[（(]?原文?(?:标题|题)为?[:：]\s*(?P<title>.+?)[)）]?")
_LONGEST_LINE = 200
_LONGEST_VALUE = 60


def read_fact_line(line: str) -> Metadata | None:
    """The metadata in a line of nothing else, such as ``来源：… | 作者：… | 25 次浏览``; None for other lines."""
    if len(line) > _LONGEST_LINE:
        return None
    if original := _ORIGINAL_TITLE.fullmatch(simplify(line)):
        return Metadata(title=line[slice(*original.span("title"))])
    metadata, rest = _take_fields(line)
    if _FIELD.search(simplify(rest)):
        return None
    if byline := _BYLINE.search(rest):
        metadata = metadata.or_else(credited(byline["names"]))
        rest = _without(rest, byline.start(), byline.end())
    written = _CHINESE_BYLINE.search(simplify(rest))
    if written and (names := person(rest[slice(*written.span("names"))], sure=False)):
        metadata = metadata.or_else(Metadata(author=names))
        rest = _without(rest, written.start(), written.end())
    while date := find_date(rest):
        metadata = metadata.or_else(Metadata(date=date.iso))
        rest = _without(rest, date.start, date.end)
    if rest == line and not _WEB_ONLY.search(simplify(line)):
        return None
    rest = _blank(_CLOCK.sub(" | ", rest), _WEB_ONLY)
    left = [part.strip() for part in re.split(f"[{SEPARATORS}]", rest) if has_words(part)]
    if len(left) == 1 and metadata.date and width(left[0]) <= 30 and organisation(left[0]):
        return metadata.or_else(Metadata(source=left[0]))
    return None if left else metadata


def is_web_line(line: str) -> bool:
    """Whether a fact line has what only web pages print: a time of day, page views, a source, several fields."""
    if read_fact_line(line) is None:
        return False
    simplified = simplify(line)
    signs = (_WEB_ONLY, _CLOCK, _ORIGINAL_TITLE)
    return any(sign.search(simplified) for sign in signs) or bool(
        re.search(f"来源|[Ss]ource|[{SEPARATORS}]", simplified)
    )


def _take_fields(line: str) -> tuple[Metadata, str]:
    """The labelled fields of a line, and the line with those blanked out; at the first that is none, it stops."""
    metadata, rest, taken = Metadata(), line, 0
    while match := _FIELD.search(simplify(rest)):
        kind = next(kind for kind in _LABELS if match[kind])
        field = _field(kind, rest[slice(*match.span("value"))].strip())
        if field is None:
            return metadata, line
        taken += 1
        metadata = metadata.or_else(field)
        rest = _without(rest, match.start(), match.end())
    # "时间：" alone is when something takes place, not when it was written
    return (Metadata(), line) if taken == 1 and _BARE_DATE.match(simplify(line)) else (metadata, rest)


def _field(kind: str, value: str) -> Metadata | None:
    """What a labelled value says; None if it is not what such a label holds on a page."""
    if width(value) > _LONGEST_VALUE:
        return None
    if kind == "source":
        return Metadata(source=value if has_words(value) else None)
    if kind == "author":
        return credited(value) if credited(value) != Metadata() or _ACCOUNT.fullmatch(value) else None
    if kind == "editor":
        return Metadata() if person(value, sure=False) or _ACCOUNT.fullmatch(value) else None
    if kind == "date":
        date = find_date(value)
        return Metadata(date=date.iso if date else None) if date or not value else None
    expected = _TOOL_WORDS if kind == "tool" else _COUNT
    return Metadata() if expected.fullmatch(simplify(value)) else None


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start]} | {text[end:]}"


def _blank(text: str, pattern: re.Pattern[str]) -> str:
    """The text with every match blanked out, the pattern being written in Simplified Chinese."""
    for match in reversed(list(pattern.finditer(simplify(text)))):
        text = _without(text, match.start(), match.end())
    return text
