"""A page's lines to the article's lines: share links, editors' footers, related reading and copyright lines dropped.

A rule removes a whole line or a mark at a line's end, never words from its middle, and most hold only after the last
paragraph of running text, so that a document that merely mentions a hotline or a QR code keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.loaders.lines import Extract, is_prose
from rag.loaders.masthead import read_dateline, read_fact_line, read_masthead
from rag.loaders.metadata import Metadata
from rag.text import HAN, simplify

_EDITOR = "(?:本文|网络|值班|实习|见习|文字|图文|新媒体|责任)?(?:编辑|责编|编校|校对)"
_NAMES = rf"[{HAN}]{{2,4}}(?:[\s、，,/]+[{HAN}]{{2,4}}){{0,3}}"
_CODE = r"(?:[\s_]*[A-Z]{0,4}\d{1,8})?"
_END_MARK = re.compile(
    rf"\s*[（(【\[]\s*(?:(?:作者|文|记者)\s*[:：/]?\s*{_NAMES}[\s，,；;]*)?{_EDITOR}(?:\s*[:：丨|]\s*|\s+){_NAMES}{_CODE}\s*[)）】\]]$"
    r"|\s*[(\[](?:Edited by|Editing by|Editor:)\s[^)\]]{3,60}[)\]]$"
)
_ANYWHERE = re.compile(
    rf"[（(【\[]?\s*{_EDITOR}\s*[:：丨|]\s*(?:{_NAMES}{_CODE}|{_CODE})\s*[)）】\]]?"
    r"|(?:ALSO READ|READ MORE|READ ALSO|RELATED|SEE ALSO|MORE)\s*[:：].{3,160}"
    r"|(?i:share (?:this|on|to|via)(?: (?:story|article|post|page|facebook|twitter|x|linkedin|weibo|wechat))?(?: .{0,30})?)"
    r"|(?:分享到?|分享至|分享给朋友|一键分享)[:：]?(?:\s*(?:微信|微博|朋友圈|QQ|QQ空间|新浪微博|Twitter|Facebook|X)[\s、]*)*"
    r"|(?:相关阅读|延伸阅读|推荐阅读|相关新闻|相关文章|相关链接|相关报道|更多阅读)\s*[:：].{0,120}"
    r"|(?i:advertisement|sponsored|listen to this article)|广告|上滑查看更多|点击(?:查看|阅读)(?:更多|原文|全文)|展开全文|阅读全文"
)
_FOOT_MARK = re.compile(
    r".{0,40}(?:扫一扫|扫码|扫描|长按|识别).{0,30}(?:二维码|关注|公众号|微信|分享|下载|阅读).{0,30}|.{0,40}尽在.{0,20}(?:APP|App|客户端|公众号|网)"
    r"|.{0,20}(?:关注|订阅).{0,20}(?:公众号|微信|微博|我们)[。!！]?"
    r"|(?:相关阅读|延伸阅读|推荐阅读|相关新闻|相关文章|相关链接|相关报道|热门(?:文章|推荐|新闻)|猜你喜欢|最新(?:文章|资讯|新闻)|更多(?:文章|新闻)?|为您推荐|大家都在看)[:：]?"
    r"|(?:上一篇|下一篇|上一条|下一条|上一页|下一页)\s*[:：]?.{0,80}|(?:返回|回到)(?:顶部|列表|首页|上一页)|关闭(?:窗口|本页)|打印(?:本页|本文)?|[【\[](?:打印|关闭|收藏)[】\]].{0,20}"
    r"|.{0,60}(?:版权所有|ICP备|公网安备|ICP证).{0,120}|(?i:.{0,60}(?:©|\(c\)|copyright).{0,120}|.{0,80}all rights reserved.{0,60})"
    r"|(?:免责声明|版权声明|特别声明|郑重声明|特别提示|风险提示及免责)\s*[:：].*|(?:标签|关键词|关键字|Tags?|TAGS?|Filed under|Topics?)\s*[:：].{0,120}"
    r"|(?:点赞|在看|收藏|评论|举报|投诉|我要评论|发表评论|网友评论|阅读原文)(?:[\s|·]*(?:点赞|在看|收藏|评论|举报|分享|转发|\d+))*"
    r"|(?i:related(?: (?:articles?|posts?|stories|reading|news|links))?:?|you (?:may|might) also like:?|recommended(?: for you)?|most (?:popular|read)"
    r"|latest (?:news|posts)|leave a (?:reply|comment).{0,40}|\d* ?comments?(?: \(\d+\))?|subscribe.{0,60}|sign up.{0,80}|follow us.{0,60}|newsletter"
    r"|back to top|previous(?: (?:post|article))?:?.{0,80}|next(?: (?:post|article))?:?.{0,80}|read more|filed under.{0,60}|please click .{0,80}browser.{0,4})"
)
_LONGEST_RULE = 240


def article(lines: Sequence[str], known: Metadata = Metadata(), *, page: bool = False) -> Extract:  # noqa: B008
    """The article in a page's lines, with the metadata its masthead, dateline and last lines give away.

    ``known``: what the file's head says. ``page``: the lines are known to come from a web page; otherwise the masthead
    has to show it, and where it does not, only editors' marks, share lines and a repeated lead are dropped.
    """
    masthead = read_masthead(lines, known.title)
    body = [*masthead.kept, *lines[masthead.length :]]
    kept = [text for text in map(strip_mark, body) if text and not is_clutter(text)]
    kept = drop_repeated_lead(kept)
    foot = Metadata()
    if page or masthead.length > 0:
        kept, foot = cut_foot(kept)
    printed = masthead.metadata.or_else(read_dateline(kept)).or_else(foot)
    metadata = Metadata(
        title=printed.title or known.title,
        date=known.date or printed.date,
        author=known.author or printed.author,
        source=printed.source or known.source or masthead.site,
    )
    return Extract(tuple(kept), metadata)


def strip_mark(line: str) -> str:
    """The line without an editor's mark at its end, such as ``（编辑 某某）``."""
    match = _END_MARK.search(simplify(line[-80:]))
    return line[: len(line) - len(line[-80:]) + match.start()] if match else line


def is_clutter(line: str) -> bool:
    """Whether the whole line is a share link, an editor's footer or a pointer to another page, wherever it stands."""
    return len(line) <= _LONGEST_RULE and bool(_ANYWHERE.fullmatch(simplify(line)))


def drop_repeated_lead(lines: Sequence[str]) -> list[str]:
    """The lines with a lead that a page prints again near its top kept once."""
    kept: list[str] = []
    for index, line in enumerate(lines):
        if not (index < 10 and line in kept[:3] and is_prose(line)):
            kept.append(line)
    return kept


def cut_foot(lines: Sequence[str]) -> tuple[list[str], Metadata]:
    """The lines without what follows the article, and the byline or source found there.

    The foot begins at the first line after the last running text that only a page's frame would hold; a page without
    any running text has none.
    """
    marks = [_is_foot_mark(line) for line in lines]
    text_ends = max((i for i, line in enumerate(lines) if is_prose(line) and not marks[i]), default=None)
    if text_ends is None:
        return list(lines), Metadata()
    facts = [read_fact_line(line) for line in lines]
    cut = next((i for i in range(text_ends + 1, len(lines)) if marks[i]), len(lines))
    while cut - 1 > text_ends and facts[cut - 1]:
        cut -= 1
    metadata = Metadata()
    for fact in facts[cut:]:
        metadata = metadata.or_else(fact or Metadata())
    return list(lines[:cut]), metadata


def _is_foot_mark(line: str) -> bool:
    return len(line) <= 600 and bool(_FOOT_MARK.fullmatch(simplify(line)))
