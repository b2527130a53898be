"""Reads Markdown: headings, lists, tables and code; links without their addresses."""

from __future__ import annotations

from rag.loaders import html
from rag.loaders.builder import Extract
from rag.loaders.decoding import decode
from rag.loaders.frontmatter import split_front_matter
from rag.loaders.htmltext import visible_lines
from rag.loaders.metadata import Metadata


def parse(data: bytes, name: str) -> Extract:
    """A Markdown file's text, with or without front matter.

    It is rendered and read as HTML, so that tables, nested lists and embedded HTML are what a reader would see.

    Raises:
        DocumentError: the bytes are not text.
    """
    from markdown_it import MarkdownIt

    known, body = split_front_matter(decode(data, name))
    tree = html.parse_tree(MarkdownIt("commonmark", {"html": True}).enable("table").render(body), name)
    if tree.body is None:
        return Extract("", known)
    heading = tree.css_first("h1") or tree.css_first("h2")
    title = heading.text().strip() if heading else None
    lines = visible_lines(tree.body)
    return Extract.of_lines(lines, known.or_else(Metadata(title=title or None).taken_from("first heading")))
