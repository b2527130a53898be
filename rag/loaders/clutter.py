"""Keeps the lines of the article on a web page: drops share links, editors' footers, related reading and the like.

A rule removes a whole line or a mark at a line's end, never words from its middle, and most hold only after the last
paragraph of running text, so that a document that merely mentions a hotline or a QR code keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rag.loaders.builder import Extract, Line
from rag.loaders.facts import read_fact_line
from rag.loaders.lines import is_prose
from rag.loaders.masthead import read_dateline, read_masthead
from rag.loaders.metadata import Metadata
from rag.text import HAN, simplify

_NAMES = rf"[{HAN}]{{2,4}}(?:[\s、，,/]+[{HAN}]{{2,4}}){{0,3}}"
_CODE = r"(?:[\s_]*[A-Z]{0,4}\d{1,8})?"
_EDITOR = "(?:本文|网络|值班|实习|见习|文字|图文|新媒体|责任)?(?:编辑|责编|编校|校对)"
_WRITER = rf"(?:作者|文|记者)\s*[:：/]?\s*{_NAMES}[\s，,；;]*"
_SECTION = "相关阅读|延伸阅读|推荐阅读|更多阅读|相关新闻|相关文章|相关链接|相关报道"


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_END_MARK = _any_of(
    rf"\s*[（(【\[]\s*(?:{_WRITER})?{_EDITOR}(?:\s*[:：丨|]\s*|\s+){_NAMES}{_CODE}\s*[)）】\]]$",
    r"\s*[(\[](?:Edited by|Editing by|Editor:)\s[^)\]]{3,60}[)\]]$",
)
_IN_ANY_FILE = _any_of(
    rf"[（(【\[]?\s*(?:责任编辑|责编)\s*[:：丨|]\s*(?:{_NAMES})?{_CODE}\s*[)）】\]]?",
    r"(?:ALSO READ|READ MORE|READ ALSO|SEE ALSO)\s*[:：].{3,160}",
    r"(?i:share (?:this|on|to|via) (?:story|article|post|page|facebook|twitter|x|linkedin|weibo|wechat):?)",
    r"(?:分享到|分享至|分享给朋友|一键分享)[:：]?(?:\s*(?:微信|微博|朋友圈|QQ空间|QQ|新浪微博|Twitter|Facebook|X)[\s、]*)*",
)
_IN_PAGES = _any_of(
    rf"[（(【\[]?\s*{_EDITOR}\s*[:：丨|]\s*(?:{_NAMES})?{_CODE}\s*[)）】\]]?",
    rf"(?:{_SECTION})\s*[:：].{{0,120}}(?<![。！？!?])",
    r"(?i:share(?: this)?:?|advertisement|sponsored|listen to this article)|分享|广告|上滑查看更多",
    "点击(?:查看|阅读)(?:更多|原文|全文)|展开全文|阅读全文",
    "(?:点击)?(?:上方)?蓝色?字体?.{0,4}(?:关注.{0,12})?|(?:点击|欢迎)?关注我们",
)
_FOOT_MARK = _any_of(
    # follow, scan, download
    r".{0,40}(?:扫一扫|扫码|扫描|长按|识别).{0,30}(?:二维码|关注|公众号|微信|分享|下载|阅读).{0,30}",
    r".{0,40}尽在.{0,20}(?:APP|App|客户端|公众号|网)|.{0,20}(?:关注|订阅).{0,20}(?:公众号|微信|微博|我们)[。!！]?",
    r"(?i:subscribe(?: (?:to|now|for) .{0,60})?|sign up(?: (?:to|for) .{0,60})?|follow us.{0,60}|newsletter)",
    r"(?i:please click .{0,80}browser.{0,4})",
    # other articles
    rf"(?:{_SECTION}|热门(?:文章|推荐|新闻)|猜你喜欢|最新(?:文章|资讯|新闻)|更多(?:文章|新闻)?|为您推荐|大家都在看)[:：]?",
    r"(?:上一篇|下一篇|上一条|下一条|上一页|下一页)\s*[:：]?.{0,80}",
    r"(?i:related(?: (?:articles?|posts?|stories|reading|news|links))?:?|you (?:may|might) also like:?)",
    r"(?i:recommended(?: for you)?|most (?:popular|read)|latest (?:news|posts)|read more)",
    r"(?i:(?:previous|next)(?: (?:post|article|story)(?:[:：].{0,80})?)?)",
    # the page's tools
    r"(?:返回|回到)(?:顶部|列表|首页|上一页)|关闭(?:窗口|本页)|打印(?:本页|本文)?|[【\[](?:打印|关闭|收藏)[】\]].{0,20}",
    r"(?:点赞|在看|收藏|评论|举报|投诉|我要评论|发表评论|网友评论|阅读原文)(?:[\s|·]*(?:点赞|在看|收藏|评论|举报|分享|转发|\d+))*",
    r"(?i:back to top|leave a (?:reply|comment).{0,40}|\d* ?comments?(?: \(\d+\))?)",
    r"(?:标签|关键词|关键字|Tags?|TAGS?|Filed under)\s*[:：].{0,120}|(?i:filed under .{0,60})",
    r"(?=.*(?:关于我们|联系我们|广告服务|网站地图|隐私政策|法律声明))(?:[^|｜。]{2,14}[|｜]){1,12}[^|｜。]{2,14}",
    r"(?i:(?:about|contact|privacy|terms)\b[^.|·]{0,20}(?:[|·][^.|·]{2,30})+)",
    # rights
    r".{0,60}(?:版权所有|ICP备|公网安备|ICP证).{0,120}|(?:免责声明|版权声明|特别声明|郑重声明)\s*[:：].*",
    r"(?i:(?:copyright|\(c\)) ?(?:©|\(c\))? ?(?:19|20)\d\d.{0,120}|.{0,60}©.{0,120}|.{0,80}all rights reserved.{0,60})",
)
_SECTION_OR_FOOT = _any_of(
    r"(?i:comments?|newsletters?|subscribe|sign up|follow us|share|read more|more)[:：]?",
    "(?:点击|欢迎)?关注我们|评论|更多|分享|收藏|举报|投诉|最新|订阅",
)
"""What may be the heading of a section as well as the foot of a page: what follows it stays."""

_WHOLE = frozenset({"table", "code", "end"})
"""Kinds of lines that are never taken for a page's frame."""

_LONGEST_RULE = 240
_LONGEST_NOTICE = 600
_NOTHING_KNOWN = Metadata()


class Body(NamedTuple):
    """An article's lines, and what the lines below it said."""

    lines: list[Line]
    foot: Metadata


def article(said: Sequence[str | Line], known: Metadata = _NOTHING_KNOWN, *, page: bool = False) -> Extract:
    """The article in a page's lines, with the metadata its masthead, dateline and last lines give away.

    ``known``: what the file's head says. ``page``: the lines are known to come from a web page; otherwise the masthead
    has to show it, and where it does not, only editors' marks, share lines and a repeated lead are dropped.
    """
    lines = [line if isinstance(line, Line) else Line(line) for line in said]
    masthead = read_masthead([line.shown for line in lines], known.title)
    page = page or masthead.length > 0
    below = [*(lines[i] for i in masthead.kept), *lines[masthead.length :]]
    body, foot = cut_foot(below) if page else Body(below, Metadata())
    kept = drop_repeated_lead([line for line in map(_unmarked, body) if not _is_frame(line, page)])
    printed = masthead.metadata.or_else(read_dateline([line.text for line in kept])).or_else(foot)
    printed = printed.taken_from("printed above the text")
    stated = known.or_else(printed)
    title = printed if printed.title else known
    metadata = replace(
        stated,
        title=title.title,
        title_from=title.title_from,
        source=printed.source or known.source or masthead.site,
    )
    return Extract.of_lines(kept, metadata)


def _unmarked(line: Line) -> Line:
    return line if line.kind in _WHOLE else replace(line, text=strip_mark(line.text))


def _is_frame(line: Line, page: bool) -> bool:
    """Whether a line is no text: a heading may sound like the page's frame, as "Follow us" does, and still be one."""
    if line.kind in _WHOLE:
        return False
    return not line.text or is_clutter(line.shown, page and line.kind != "heading")


def strip_mark(line: str) -> str:
    """The line without an editor's mark at its end, such as ``（编辑 某某）``."""
    match = _END_MARK.search(simplify(line[-80:]))
    return line[: len(line) - len(line[-80:]) + match.start()] if match else line


def is_clutter(line: str, page: bool) -> bool:
    """Whether the whole line is a share link, an editor's footer or a pointer to another page, wherever it stands."""
    if len(line) > _LONGEST_RULE:
        return False
    simplified = simplify(line)
    return bool(_IN_ANY_FILE.fullmatch(simplified) or (page and _IN_PAGES.fullmatch(simplified)))


def drop_repeated_lead(lines: Sequence[Line]) -> list[Line]:
    """The lines with a lead that a page prints again near its top kept once."""
    kept: list[Line] = []
    for index, line in enumerate(lines):
        if not (index < 10 and line.text in [one.text for one in kept[:3]] and is_prose(line.text)):
            kept.append(line)
    return kept


def cut_foot(lines: Sequence[Line]) -> Body:
    """The lines without what follows the article, and the byline or source found there.

    The foot begins at the first line after the last running text that only a page's frame would hold; a page without
    any running text has none. A date alone stays: official documents end with the day they were signed.
    """
    marks = [line.kind not in _WHOLE and _is_foot_mark(line) for line in lines]
    text_ends = max((i for i, line in enumerate(lines) if _is_text(line) and not marks[i]), default=None)
    if text_ends is None:
        return Body(list(lines), Metadata())
    facts = {
        i: fact
        for i in range(text_ends + 1, len(lines))
        if lines[i].kind not in _WHOLE and (fact := read_fact_line(lines[i].shown))
    }
    cut = next((i for i in range(text_ends + 1, len(lines)) if marks[i]), len(lines))
    while cut - 1 in facts and not facts[cut - 1].date:
        cut -= 1
    metadata = Metadata()
    for i in range(cut, len(lines)):
        metadata = metadata.or_else(facts.get(i, Metadata()))
    return Body(list(lines[:cut]), metadata)


def _is_text(line: Line) -> bool:
    return line.table is not None or is_prose(line.text)


def _is_foot_mark(line: Line) -> bool:
    """Whether a line opens what a page prints below an article; "Comments" may be the heading of a section of it."""
    text = line.shown
    if len(text) > _LONGEST_NOTICE or _SECTION_OR_FOOT.fullmatch(simplify(text)):
        return False
    return is_clutter(text, page=True) or bool(_FOOT_MARK.fullmatch(simplify(text)))
