"""An HTML page or fragment to the article's lines, without the site around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.builder import Builder, Extract
from rag.loaders.clutter import article
from rag.loaders.decoding import decode
from rag.loaders.facts import read_fact_line
from rag.loaders.frontmatter import split_front_matter
from rag.loaders.htmlhead import read_head
from rag.loaders.htmltext import Line, visible_lines
from rag.loaders.lines import clean_line, ends_sentence, is_prose
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
_FRAME_WORDS = frozenset(
    "nav navbar navigation menu submenu breadcrumb breadcrumbs crumb crumbs footer sidebar share sharing sns social"
    " comments respond related recommend recommended recommendation recommendations tuijian xiangguan advert adverts"
    " advertisement ad ads adsbygoogle qr qrcode erweima cookie cookies consent popup modal newsletter subscribe"
    " pagination pager toolbar copyright login signin searchbar searchform catlinks navbox editsection printfooter"
    " noprint rank ranking paihang toc".split()
)
_NEVER_FRAMES = frozenset("html body main article h1 h2 h3".split())


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
    known = known.or_else(read_head(tree))
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
    return article(_without_menus(inside) if page else [line.text for line in inside], known, page=True)


def fragment(source: str, name: str) -> Extract:
    """Everything that is shown of HTML with no site around it, such as a chapter or a mail.

    Raises:
        DocumentError: the tags are nested beyond reason.
    """
    tree = parse_tree(source, name)
    doc = Builder()
    if tree.body is not None:
        css = "\n".join(style.text() for style in tree.css("style"))
        headings = [(level, node) for level in range(1, 7) for node in tree.body.css(f"h{level}")]
        levels = {clean_line(node.text()): level for level, node in headings}
        for line in visible_lines(tree.body, css=css, numbered=True):
            if level := levels.pop(line.text, 0):
                doc.heading(line.text, level)
            else:
                doc.paragraph(line.text)
    return doc.extract(read_head(tree))


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
    """A test for the elements around an article: menus, share bars, comments, advertisements.

    A class name alone does not condemn an element that holds a third of the page's text.
    """

    def is_frame(node: LexborNode) -> bool:
        if node.tag in _NEVER_FRAMES:
            return False
        if node.tag in {"nav", "footer"}:
            return len(node.text()) < 0.5 * total
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names).lower())
        return not _FRAME_WORDS.isdisjoint(words) and len(node.text()) < 0.3 * total

    return is_frame


def _without_menus(lines: Sequence[Line]) -> list[str]:
    """The lines' texts without those that are mere links before the first or after the last running text."""
    menu = [line.linked > 0.6 * len(line.text) and not ends_sentence(line.text) for line in lines]
    prose = [i for i, line in enumerate(lines) if is_prose(line.text) and not menu[i]]
    if not prose:
        return [line.text for line in lines]
    return [line.text for i, line in enumerate(lines) if not (menu[i] and not prose[0] < i < prose[-1])]
