"""Reads text files, which may be scraped from a page or wrapped at a margin."""

from __future__ import annotations

from rag.loaders import html
from rag.loaders.builder import Extract
from rag.loaders.clutter import article
from rag.loaders.decoding import decode
from rag.loaders.frontmatter import split_front_matter
from rag.loaders.lines import clean_lines, is_hard_wrapped, unwrap
from rag.loaders.plainstructure import structured


def parse(data: bytes, name: str) -> Extract:
    """A text file's article; HTML that was saved with a text ending is read as HTML.

    Raises:
        DocumentError: the bytes are not text.
    """
    text = decode(data, name)
    known, body = split_front_matter(text)
    if html.looks_like_html(body):
        return html.extract(body, known, name)
    lines = clean_lines(body)
    if is_hard_wrapped(lines):
        return article(structured([paragraph for line in unwrap(lines) for paragraph in (line, "")]), known)
    return article(structured(lines), known)
