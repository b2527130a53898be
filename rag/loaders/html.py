"""An HTML page or fragment to the article's lines: what a reader of the page sees, without its frame."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.clutter import article
from rag.loaders.decoding import decode
from rag.loaders.frontmatter import split_front_matter
from rag.loaders.htmlhead import read_head
from rag.loaders.lines import Extract, clean_line, is_prose
from rag.loaders.metadata import Metadata

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_OPENING = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|title|div|p|section|article|main|header|h[1-6]|table|ul|ol|span|font|center)\b",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING = re.compile(r"</(?:html|body|div|p|section|article|h[1-6]|table|ul|ol|li|span|title)\s*>", re.IGNORECASE)
_WHOLE_PAGE = re.compile(r"<(?:html|body|head|nav)[\s>]", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*?(/?)>")
_DEEPEST = 3000

_UNSEEN = frozenset(
    "script style noscript template iframe object embed svg canvas audio video map head title select option textarea"
    " button input datalist dialog rt rp del s strike nav footer colgroup".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure form h1 h2 h3"
    " h4 h5 h6 header hr html legend li main ol p pre section summary table tbody tfoot thead tr ul".split()
)
_NEVER_CLOSED = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option".split()
)
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?:font-size|opacity):0*\.?0*(?:px|em|rem|pt|%)?(?:!important)?(?:;|$)"
)
_CSS_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CSS_GROUP = re.compile(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*.*?\*/", re.DOTALL)
_CSS_PLAIN_SELECTOR = re.compile(r"[.#][\w-]+")
_FRAME_WORDS = frozenset(
    "nav navbar navigation menu submenu breadcrumb breadcrumbs crumb crumbs footer sidebar share sharing sns social"
    " comments respond related recommend recommended recommendation recommendations tuijian xiangguan advert adverts"
    " advertisement ad ads adsbygoogle qr qrcode erweima cookie cookies consent popup modal newsletter subscribe"
    " pagination pager toolbar copyright login signin searchbar searchform catlinks navbox editsection printfooter"
    " noprint rank ranking paihang toc".split()
)
_ARTICLE_ROOTS = (
    "#js_content, #mw-content-text, #UCAP-CONTENT, .TRS_Editor, #artibody, [itemprop=articleBody]",
    "article",
    "main, [role=main]",
)


@dataclass(slots=True)
class Line:
    """A line under construction, and how many of its characters lead to other pages."""

    text: str
    linked: int
    heading: bool


@dataclass(slots=True)
class _Walk:
    """Where the walk through the page stands."""

    lines: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    link_depth: int = 0
    heading_depth: int = 0
    pre_depth: int = 0
    row_depth: int = 0
    numbers: list[int | None] = field(default_factory=list)

    def flush(self) -> None:
        text = clean_line("".join(self.pieces)).strip("| ") if self.row_depth else clean_line("".join(self.pieces))
        if text:
            self.lines.append(Line(text, self.linked, self.heading_depth > 0))
        self.pieces.clear()
        self.linked = 0


def parse(data: bytes, name: str) -> Extract:
    """An HTML file's article, with or without front matter.

    Raises:
        DocumentError: the bytes are not text, or tags are nested beyond reason.
    """
    known, body = split_front_matter(decode(data, name))
    return extract(body, known, name)
