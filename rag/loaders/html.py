"""Reads HTML pages and fragments: the article, without the site around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.builder import Builder, Extract, Line
from rag.loaders.clutter import article
from rag.loaders.decoding import decode
from rag.loaders.facts import read_fact_line
from rag.loaders.frontmatter import split_front_matter
from rag.loaders.htmlhead import read_head
from rag.loaders.htmltext import visible_lines
from rag.loaders.lines import clean_line, ends_sentence, is_prose, width
from rag.loaders.metadata import Metadata, find_date

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_OPENING = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?>.*?-->)\s*)*+"
    r"<(?:!doctype html|html|head|body|meta|title|div|p|section|article|main|header|h[1-6]|table|ul|ol|span|font"
    r"|center)\b",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING = re.compile(r"</(?:html|body|div|p|section|article|h[1-6]|table|ul|ol|li|span|title)\s*>", re.IGNORECASE)
_WHOLE_PAGE = re.compile(r"<(?:html|body|head|nav)[\s>]", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_CLOSED = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option".split()
)
_DEEPEST = 3000
_ROOTS = (
    "#js_content, #mw-content-text, #UCAP-CONTENT, .TRS_Editor, #artibody, [itemprop=articleBody]",
    "article",
    "main, [role=main]",
)
_FRAME_TAGS = frozenset({"nav", "dialog"})
_FRAME_ROLES = frozenset({"navigation", "search", "dialog", "alertdialog", "menubar", "toolbar"})
_FRAME_WORDS = frozenset(
    "nav navbar navigation menu submenu breadcrumb breadcrumbs crumb crumbs sidebar share sharing sns social comments"
    " comment respond related recommend recommended recommendation recommendations tuijian xiangguan advert adverts"
    " advertisement ad ads adsbygoogle qr qrcode erweima cookie cookies consent popup modal newsletter subscribe"
    " pagination pager toolbar login signin searchbar searchform catlinks navbox editsection printfooter noprint rank"
    " ranking paihang toc".split()
)
"""Words of class names that raise the suspicion that an element is no part of the article. They decide nothing: see
``_is_frame``."""
_NEVER_FRAMES = frozenset("html body main article h1 h2 h3".split())
_LABEL = 24
"""Columns of the words on a button or in a menu."""
_COMMENTS = re.compile(
    r"(?i:\d+ (?:comments?|replies|responses)\b|leave a (?:comment|reply))"
    r"|(?:网友|全部|最新)?评论\s*[(（]?\d|发表评论|我要评论"
)
_NOTICE = 800
"""Characters of what asks for consent."""
_CONTACT = re.compile(
    r"(?:地址|电话|電話|热线|熱線|传真|傳真|邮编|郵編|邮箱|郵箱|联系人|聯繫人|营业时间|办公时间|开放时间)\s*[:：]"
    r"|(?:电话|電話|热线|熱線|传真|傳真|(?i:\b(?:tel(?:ephone)?|phone|fax)\b))\.?\s*[(+\d]"
    r"|(?i:\b(?:address|tel(?:ephone)?|phone|fax|e-?mail|opening hours|office hours)\b\.?\s*[:：])"
    r"|[\w.+-]+@[\w-]+\.\w|(?<!\d)(?:\+?\d{1,4}[\s/-])?\(?\d{2,5}\)?[\s/-]\d{2,4}[\s-]?\d{2,4}(?!\d)"
)
_SAVED = re.compile(
    r"<!--\s*saved from url=\(\d+\)(https?://[^\s<>]+)\s*-->|Page saved with SingleFile\s+url:\s*(https?://[^\s<>]+)"
)
"""Browsers' "mark of the web", and SingleFile's line."""
_RIGHTS = re.compile(r"©|(?i:copyright|all rights reserved)|版权|版權|ICP|公网安备|备案")


def parse(data: bytes, name: str) -> Extract:
    """An HTML file's article, with or without front matter.

    Raises:
        DocumentError: the bytes are not text, or the tags are nested beyond reason.
    """
    known, body = split_front_matter(decode(data, name))
    return extract(body, known, name)


def looks_like_html(text: str) -> bool:
    """Whether a text is HTML, whatever its file is called: it opens with a tag of a page and closes one."""
    return bool(_OPENING.match(text)) and bool(_CLOSING.search(text))


def extract(source: str, known: Metadata, name: str) -> Extract:
    """The article in HTML source; ``known`` is what its front matter says.

    Raises:
        DocumentError: the tags are nested beyond reason.
    """
    tree = parse_tree(source, name)
    known = known.or_else(read_head(tree)).or_else(_saved_from(source))
    css = "\n".join(style.text() for style in tree.css("style"))
    for unseen in tree.css("script, style, noscript, template, svg"):
        unseen.decompose()
    if tree.body is None:
        return Extract("", known)
    total = len(tree.body.text())
    root = _article_root(tree.body, total)
    lines = visible_lines(tree.body, css=css, mark=root, skip=_frame_test(total))
    page = bool(_WHOLE_PAGE.search(source))
    inside = [line for line in lines if line.marked] if root else lines
    if root:
        above = lines[: lines.index(inside[0])] if inside else []
        known = known.or_else(_facts_above([line.text for line in above[-12:]]))
    if not page:
        return article(inside, known, page=True)
    own = [line for line in inside if not line.footer or line.marked]
    contacts = [line for line in _contacts(lines) if line not in own]
    found = article(_without_menus(own), known, page=True)
    return _followed_by(found, contacts)


def _saved_from(source: str) -> Metadata:
    """The address that the program which saved a page wrote into it."""
    found = _SAVED.search(source[:4000])
    return Metadata(source=found[1] or found[2]).taken_from("address it was saved from") if found else Metadata()


def _contacts(lines: Sequence[Line]) -> list[Line]:
    """What footers say of where somebody can be reached; their menus and rights are not wanted."""
    kept: list[Line] = []
    for in_footer, group in groupby(lines, lambda line: line.footer):
        block = [line for line in group if not _is_menu(line) and not _RIGHTS.search(line.text)]
        if in_footer and any(_CONTACT.search(line.text) for line in block):
            kept += block
    return kept


def _followed_by(found: Extract, lines: Sequence[Line]) -> Extract:
    """An article with further lines below it, as a section of their own where they have no heading."""
    if not lines:
        return found
    doc = Builder(found)
    if lines[0].kind != "heading":
        doc.end(1)
    for line in lines:
        doc.line(line)
    return doc.extract(found.metadata)


def fragment(source: str, name: str) -> Extract:
    """Everything that is shown of HTML with no site around it, such as a chapter or a mail.

    Raises:
        DocumentError: the tags are nested beyond reason.
    """
    tree = parse_tree(source, name)
    if tree.body is None:
        return Extract("", read_head(tree))
    css = "\n".join(style.text() for style in tree.css("style"))
    return Extract.of_lines(visible_lines(tree.body, css=css), read_head(tree))


def parse_tree(source: str, name: str) -> LexborHTMLParser:
    """The tree of an HTML source.

    Raises:
        DocumentError: the tags are nested beyond reason; parsing takes time quadratic in their depth.
    """
    from selectolax.lexbor import LexborHTMLParser

    depth = 0
    for closing, tag in _TAG.findall(source):
        if tag.lower() not in _NEVER_CLOSED:
            depth = max(0, depth - 1) if closing else depth + 1
        if depth > _DEEPEST:
            raise DocumentError(
                name,
                f"nests HTML tags more than {_DEEPEST} deep",
                "Save the page as text and index that.",
                code="nested_too_deep",
                limit=_DEEPEST,
            )
    return LexborHTMLParser(source)


def _article_root(body: LexborNode, total: int) -> LexborNode | None:
    """The element that the page itself calls its article, if it holds most of the page's text."""
    for selector in _ROOTS:
        found = sorted(body.css(selector)[:50], key=lambda node: len(node.text()), reverse=True)
        if found and len(found[0].text()) >= 0.4 * total:
            return found[0]
    return None


def _facts_above(lines: Sequence[str]) -> Metadata:
    """What the lines between the headline and the article's element say: the byline, or at least a date."""
    metadata = Metadata()
    for line in lines:
        date = find_date(line) if len(line) <= 100 else None
        metadata = metadata.or_else(read_fact_line(line) or Metadata(date=date.iso if date else None))
    return metadata


def _frame_test(total: int) -> Callable[[LexborNode], bool]:
    """A test for the elements around an article: menus, share bars, comments, advertisements."""

    def is_frame(node: LexborNode) -> bool:
        if node.tag in _NEVER_FRAMES:
            return False
        if node.tag in _FRAME_TAGS or node.attributes.get("role") in _FRAME_ROLES:
            return len(node.text()) < 0.5 * total
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names).lower())
        return not _FRAME_WORDS.isdisjoint(words) and len(node.text()) < 0.3 * total and _looks_like_frame(node)

    return is_frame


def _looks_like_frame(node: LexborNode) -> bool:
    """Whether an element's content is that of a menu, a form or a list of comments, not of a text.

    It leads elsewhere for the most part, has nothing but labels, or repeats one form of signed entries.
    """
    text = clean_line(node.text(separator=" "))
    linked = sum(len(clean_line(link.text())) for link in node.css("a[href]"))
    if linked >= 0.5 * len(text):
        return True
    if _COMMENTS.match(text):
        return True
    if "cookie" in text.lower() and len(text) <= _NOTICE and node.css_first("button, input, a") is not None:
        return True
    if node.css_first("form textarea, form input[type=email], form input[type=password]") is not None:
        return True
    if len(node.css("[class*=comment]")) >= 2 and node.css_first("time, .date, .author, cite, .fn") is not None:
        return True
    pieces = [piece for piece in (clean_line(one) for one in node.text(separator="\n").split("\n")) if piece]
    return all(width(piece) <= _LABEL and not re.search(r"\d|[:：。.!！,，]", piece) for piece in pieces)


def _is_menu(line: Line) -> bool:
    return line.linked > 0.6 * len(line.text) and not ends_sentence(line.text)


def _without_menus(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that are mere links before the first or after the last running text."""
    menu = [_is_menu(line) for line in lines]
    prose = [i for i, line in enumerate(lines) if is_prose(line.text) and not menu[i]]
    if not prose:
        return list(lines)
    return [line for i, line in enumerate(lines) if not (menu[i] and not prose[0] < i < prose[-1])]
