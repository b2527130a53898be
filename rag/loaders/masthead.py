"""The lines above an article, as metadata: headline, byline, date, source, page views; and who wrote the dateline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.loaders.lines import is_prose, width
from rag.loaders.metadata import Metadata, credited, find_date, organisation, person
from rag.text import HAN, simplify

_HEAD_LINES = 40
_SEPARATORS = "|｜丨"
_LABELS = {
    "source": "文章来源|信息来源|稿件来源|新闻来源|来源|出处|[Ss]ource",
    "author": "本文作者|作者|撰文|撰稿|[Aa]uthor|[Ww]ritten by",
    "editor": "责任编辑|责编|编辑|校对|审核|[Ee]ditor",
    "date": "(?:发布|发表|发稿|更新|刊登|上传|成文|添加)?(?:时间|日期)|发布于|[Pp]ublished(?: on)?|[Uu]pdated|[Ll]ast updated|[Pp]osted(?: on)?|[Dd]ate",
    "count": "浏览(?:量|次数)?|阅读(?:量|数)?|点击(?:量|数|率)?|访问(?:量|次数)|人气|[Vv]iews",
    "tool": "分享到|分享|打印|收藏|字体|字号|朗读|[Ss]hare|[Pp]rint|[Ff]ont",
}
_ANY_LABEL = "|".join(_LABELS.values())
_FIELD = re.compile(
    "|".join(rf"(?P<{kind}>{labels})" for kind, labels in _LABELS.items()).join(("(?:", ")"))
    + rf"\s*[:：]\s*(?P<value>[^{_SEPARATORS}]*?)(?=\s*(?:[{_SEPARATORS}]|$|(?:{_ANY_LABEL})\s*[:：]|\d+\s*次|(?<!\d)(?:19|20)\d\d[-年/]))"
)
_WEB_ONLY = re.compile(
    r"\d+\s*次?(?:浏览|阅读|点击|访问)|(?:浏览|阅读|点击)(?:量|数|次数)?\s*\d*\s*次?|[【\[]?字[号体][\s:：大中小]*[】\]]?|\b\d+ views\b|\d+ min(?:ute)?s? read"
)
_CLOCK = re.compile(
    r"(?:[T ]|\b)\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\.\d+)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z\b|GMT|UTC|CST|HKT|EST|北京时间)?\s*(?:[+-]\d{2}:?\d{2})?"
    r"|\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?|(?:星期|周|礼拜)[一二三四五六日天]"
)
_NAME = r"[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]*|de|van|von|bin|al))*"
_BYLINE = re.compile(rf"(?:^|(?<=[\s|,]))[Bb][Yy]:? (?P<names>{_NAME}(?:(?:, | and | & ){_NAME})*)(?: in {_NAME})?")
_ORIGINAL_TITLE = re.compile(r"[（(]?原(?:文)?(?:标题|题)(?:为)?[:：]\s*(?P<title>.+?)[)）]?")
_WELCOME = re.compile(r"(?:您好[,，!！]?)?欢迎(?:光临|访问|来到|进入|您?光临|您?访问)(?P<site>.{2,40}?)[!！。~]*")
_CHROME = re.compile(
    r"(?:当前|您(?:现在)?(?:所在|的)|你(?:现在)?(?:所在|的)|所在)的?位置.*|(?:首页|主页|网站首页|Home)(?:\s*[>»›/|·-].*)?"
    r"|(?:[^。>]{1,30}[>»›]\s*){1,6}[^。>]{0,40}|.{0,80}\.(?:gif|jpe?g|png|webp|svg|bmp)"
    r"|.{0,10}(?:热线|电话)\s*[:：]\s*[\d\s()（）+-]+|Skip to (?:main )?content.*|Menu|Search|搜索|登录|注册|登录\s*[|/]?\s*注册"
)
_SUBTITLE = re.compile(r"(?:—|──|--|——)")
_OUTLET = rf"[《]?[\w{HAN}·]{{2,20}}?[》]?"
_DATELINE = re.compile(
    rf"[（(【\[]?(?P<outlet>{_OUTLET})?[\s,，|丨]*(?:特约|特派|见习|实习|首席|驻\S{{1,6}}|本报|本刊)?记者[\s:：|丨]*"
    rf"(?P<names>[{HAN}]{{2,4}}(?:[\s、，,]+[{HAN}]{{2,4}}){{0,3}}?)(?=\s*(?:$|[)）】\]]|[\s,，][{HAN}\d月日]{{0,12}}(?:报道|摄影|综合|电)|\s*发自|\s*[{HAN}]{{2,4}}报道))"
)
_WIRE = re.compile(
    rf"(?P<outlet>[{HAN}]{{2,8}}[社网])[{HAN}\s/]{{0,12}}\d{{1,2}}月\d{{1,2}}日(?:电|讯)\s*(?:[（(]\s*(?:特约|见习)?记者\s*(?P<names>[^)）]{{2,30}})[)）])?"
)


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above an article: the first ``length`` lines are its frame, ``kept`` those of them that are text."""

    length: int
    kept: tuple[str, ...]
    metadata: Metadata
    site: str | None = None
    """The site's own name, a source only where nothing better is printed."""


def read_masthead(lines: Sequence[str], title: str | None = None) -> Masthead:
    """The masthead of a page's lines; ``length`` is 0 where the lines give no sign of having come from a web page.

    ``title``: the headline if it is already known, as from an HTML head.
    """
    head = list(_head(lines))
    facts = [read_fact_line(line) for line in head]
    last = max((i for i, fact in enumerate(facts) if fact), default=-1)
    known = next((i for i, line in enumerate(head) if title and _same(line, title)), -1)
    metadata = Metadata()
    for fact in facts:
        metadata = metadata.or_else(fact or Metadata())
    labels = [i for i, line in enumerate(head) if not facts[i] and not _is_chrome(line) and not _SUBTITLE.match(line)]
    chosen = known
    if known < 0 and last >= 0 and not (title or metadata.title):
        chosen = max((i for i in labels if i < last), default=-1)
        after = last + 1
        if after in labels and width(head[after]) > (width(head[chosen]) if chosen >= 0 else 0):
            chosen = after
    if chosen >= 0:
        metadata = metadata.or_else(Metadata(title=head[chosen]))
    end = max(last, chosen)
    frame = head[: end + 1]
    if not (known >= 0 or any(_is_chrome(line) or _is_web(line) for line in frame)):
        return Masthead(0, (), metadata)
    kept = tuple(
        line for i, line in enumerate(frame) if _SUBTITLE.match(line) or (i > chosen and not facts[i] and not _is_chrome(line))
    )
    return Masthead(len(frame), kept, metadata, _site(frame, lines, chosen))


def read_fact_line(line: str) -> Metadata | None:
    """The metadata in a line that holds nothing else, such as ``来源：… | 作者：… | 2019-03-09 | 25 次浏览``; else None."""
    if len(line) > 200:
        return None
    original = _ORIGINAL_TITLE.fullmatch(simplify(line))
    if original:
        return Metadata(title=line[slice(*original.span("title"))])
    metadata, rest = Metadata(), line
    while match := _FIELD.search(simplify(rest)):
        value = rest[slice(*match.span("value"))].strip()
        if width(value) > 60:
            return None
        metadata = metadata.or_else(_field(_kind(match), value))
        rest = f"{rest[: match.start()]} | {rest[match.end() :]}"
    if byline := _BYLINE.search(rest):
        metadata = metadata.or_else(credited(byline["names"]))
        rest = rest[: byline.start()] + " | " + rest[byline.end() :]
    while date := find_date(rest):
        metadata = metadata.or_else(Metadata(date=date.iso))
        rest = f"{rest[: date.start]} | {rest[date.end :]}"
    rest = _CLOCK.sub(" | ", rest)
    rest = _blank(rest, _WEB_ONLY)
    left = [part for part in re.split(rf"[\s{_SEPARATORS}]*[{_SEPARATORS}][\s{_SEPARATORS}]*", rest) if _letters(part)]
    if len(left) == 1 and metadata.date and width(left[0]) <= 30 and organisation(left[0].strip()):
        return metadata.or_else(Metadata(source=left[0].strip()))
    return metadata if not left and rest != line else None


def read_dateline(lines: Sequence[str]) -> Metadata:
    """Reporter and outlet from the opening words of the first paragraphs, such as ``XX报 记者某某 香港报道``."""
    for line in lines[:8]:
        opening = simplify(line[:80])
        match = _DATELINE.match(opening) or _WIRE.match(opening)
        if match:
            names = person(line[slice(*match.span("names"))], sure=False) if match["names"] else None
            outlet = line[slice(*match.span("outlet"))].strip("《》") if match["outlet"] else None
            if names or outlet:
                return Metadata(author=names, source=organisation(outlet))
    return Metadata()


def _head(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:_HEAD_LINES]:
        if is_prose(line) and not read_fact_line(line) and not _is_chrome(line):
            return
        yield line


def _kind(match: re.Match[str]) -> str:
    return next(kind for kind in _LABELS if match[kind])


def _field(kind: str, value: str) -> Metadata:
    if kind == "author":
        return credited(value)
    if kind == "source":
        return Metadata(source=value or None) if _letters(value) else Metadata()
    if kind == "date":
        date = find_date(value)
        return Metadata(date=date.iso if date else None)
    return Metadata()


def _blank(text: str, pattern: re.Pattern[str]) -> str:
    """The text with every match blanked out, the pattern being written in Simplified Chinese."""
    kept, at = [], 0
    for match in pattern.finditer(simplify(text)):
        kept.append(text[at : match.start()])
        at = match.end()
    return " | ".join([*kept, text[at:]])


def _site(frame: Sequence[str], lines: Sequence[str], title: int) -> str | None:
    """The site's own name: what it welcomes the reader to, or a line of the masthead that comes back further down."""
    for line in frame:
        welcome = _WELCOME.fullmatch(simplify(line))
        if welcome:
            return line[slice(*welcome.span("site"))]
    below = "\n".join(lines[len(frame) :]).lower()
    labels = [line for i, line in enumerate(frame) if i != title and not _is_chrome(line) and not read_fact_line(line)]
    return next((line for line in labels if organisation(line) or (len(line) > 3 and line.lower() in below)), None)


def _is_chrome(line: str) -> bool:
    simplified = simplify(line)
    return bool(len(line) <= 120 and (_CHROME.fullmatch(simplified) or _WELCOME.fullmatch(simplified)))


def _is_web(line: str) -> bool:
    """Whether a fact line has what only web pages print: a time of day, page views, a source, several fields."""
    simplified = simplify(line)
    return bool(
        read_fact_line(line)
        and (
            _WEB_ONLY.search(simplified)
            or _CLOCK.search(line)
            or _ORIGINAL_TITLE.fullmatch(simplified)
            or re.search(f"来源|[Ss]ource|[{_SEPARATORS}]", simplified)
        )
    )


def _same(line: str, title: str) -> bool:
    return re.sub(r"\W", "", line) == re.sub(r"\W", "", title)


def _letters(text: str) -> bool:
    return any(character.isalnum() for character in text)
