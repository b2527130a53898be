"""Reads metadata from the lines above an article (headline, byline, date, source) and from its dateline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.loaders.facts import is_web_line, read_fact_line
from rag.loaders.lines import is_prose, width
from rag.loaders.metadata import Metadata, organisation, person
from rag.text import HAN, simplify

_HEAD_LINES = 40
_MOST_DATES = 2
_WELCOME = re.compile(r"(?:您好[,，!！]?)?欢迎您?(?:光临|访问|来到|进入)(?P<site>.{2,40}?)[!！。~]*")
_CHROME = re.compile(
    r"(?:当前|您?(?:现在)?所在|您的|你的|您现在的)的?位置.*"
    r"|(?:网站首页|首页|主页|Home)\s*[>»›/|·-].*"
    r"|(?:[^。>»›]{1,30}(?:[>»›]\s*+){1,3}+){2,6}[^。>»›]{0,40}"
    r"|.{0,80}\.(?:gif|jpe?g|png|webp|svg|bmp)"
    r"|Skip to (?:main )?content.*"
)
_MENU_WORD = re.compile(
    r"(?:网站)?首页|主页|Home|Menu|Search|搜索|登录|注册|登录\s*[|/]?\s*注册|.{0,10}(?:热线|电话)\s*[:：]\s*[\d\s()（）+-]+"
)
_SUBTITLE = re.compile("—|──|--")
_NAMES = rf"[{HAN}]{{2,4}}(?:[\s、，,]+[{HAN}]{{2,4}}){{0,3}}?"
_DATELINE = re.compile(
    rf"[（(【\[]?(?P<outlet>《?[\w{HAN}·]{{2,20}}?》?)?[\s,，|丨]*"
    rf"(?:特约|特派|见习|实习|首席|驻\S{{1,6}}|本报|本刊)?记者[\s:：|丨]*(?P<names>{_NAMES})"
    rf"(?=\s*(?:$|[)）】\]]|[\s,，][{HAN}\d月日]{{0,12}}(?:报道|摄影|综合|电)|发自|[{HAN}]{{2,4}}报道))"
)
_WIRE = re.compile(
    rf"(?P<outlet>[{HAN}]{{2,8}}[社网报])(?:[{HAN}\s/]{{0,12}}\d{{1,2}}月\d{{1,2}}日(?:电|讯)|讯)"
    rf"\s*(?:[（(]\s*(?:特约|见习)?记者\s*(?P<names>{_NAMES})(?=\s*(?:[)）]|通讯员)))?"
)


@dataclass(frozen=True, slots=True)
class Masthead:
    """The lines above an article: the first ``length`` lines, of which those in ``kept`` are text of the article."""

    length: int
    kept: tuple[int, ...]
    metadata: Metadata
    site: str | None = None
    """The site's own name, a source only where nothing better is printed."""


def read_masthead(lines: Sequence[str], title: str | None = None) -> Masthead:
    """The masthead of a page's lines; ``length`` is 0 where the lines give no sign of having come from a web page.

    ``title``: the headline if it is already known, as from an HTML head. Without it the headline is the last label
    above the byline, or the line below it.
    """
    head = list(_head(lines))
    facts = [read_fact_line(line) for line in head]
    metadata = Metadata()
    for fact in facts:
        metadata = metadata.or_else(fact or Metadata())
    last = max((i for i, fact in enumerate(facts) if fact), default=-1)
    headline = next((i for i, line in enumerate(head) if title and _same(line, title)), -1)
    if headline < 0 and last >= 0 and not (title or metadata.title):
        headline = _headline(head, facts, last)
    frame = head[: max(last, headline) + 1]
    named = title is not None and headline >= 0
    titled = headline >= 0 or title is not None or metadata.title is not None
    followed_by_text = len(head) < len(lines)
    if not (named or (titled and followed_by_text and _is_from_web(frame, facts))):
        return Masthead(0, (), metadata)
    if headline >= 0:
        metadata = metadata.or_else(Metadata(title=head[headline]))
    kept = [
        i
        for i, line in enumerate(frame)
        if _SUBTITLE.match(line) or (i > headline and not facts[i] and not _is_chrome(line))
    ]
    return Masthead(len(frame), tuple(kept), metadata, _site(frame, lines, headline))


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


def _headline(head: Sequence[str], facts: Sequence[Metadata | None], last: int) -> int:
    labels = [i for i, line in enumerate(head) if not facts[i] and not _is_chrome(line) and not _SUBTITLE.match(line)]
    above = max((i for i in labels if i < last), default=-1)
    below = last + 1
    longer = below in labels and width(head[below]) > (width(head[above]) if above >= 0 else 0)
    return below if longer else above


def _is_from_web(frame: Sequence[str], facts: Sequence[Metadata | None]) -> bool:
    """Whether the frame is a page's and not the beginning of a list, a log or a note that happens to be dated."""
    if len({fact.date for fact in facts if fact and fact.date}) > _MOST_DATES:
        return False
    return any(is_web_line(line) or _CHROME.fullmatch(simplify(line)) or _welcomed(line) for line in frame)


def _site(frame: Sequence[str], lines: Sequence[str], headline: int) -> str | None:
    """The site's own name: what it welcomes the reader to, or a line of the masthead that comes back further down."""
    welcomed = next((site for line in frame if (site := _welcomed(line))), None)
    if welcomed:
        return welcomed
    below = "\n".join(lines[len(frame) :]).lower()
    labels = [
        line for i, line in enumerate(frame) if i != headline and not _is_chrome(line) and not read_fact_line(line)
    ]
    return next((line for line in labels if organisation(line) or (len(line) > 3 and line.lower() in below)), None)


def _welcomed(line: str) -> str | None:
    welcome = _WELCOME.fullmatch(simplify(line)) if len(line) <= 60 else None
    return line[slice(*welcome.span("site"))] if welcome else None


def _is_chrome(line: str) -> bool:
    """Whether the line belongs to the site and not to the article: a welcome, a breadcrumb, a menu word, a hotline."""
    if len(line) > 120:
        return False
    simplified = simplify(line)
    return bool(_CHROME.fullmatch(simplified) or _MENU_WORD.fullmatch(simplified) or _welcomed(line))


def _same(line: str, title: str) -> bool:
    return re.sub(r"\W", "", line) == re.sub(r"\W", "", title)
