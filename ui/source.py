"""Renders the source panel: author and date of a document, and its text with the quote marked."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from rag import Document
from ui.markup import escaped, worded

AROUND = 12_000
"""Characters shown before and after the quote; a long document is not sent whole."""


def source_html(document: Document | None, start: int, end: int, quote: str) -> str:
    """The panel for ``document.text[start:end]``; if that is no longer ``quote``, for the place where the quote is now.

    A quote that is no longer in the document is shown as it was.

    An empty ``quote`` shows the document from its beginning.
    """
    if document is None:
        return f'<p class="yj-notice">{worded("gone")}</p><blockquote>{escaped(quote)}</blockquote>'
    notice = ""
    if quote and document.text[start:end] != quote:
        start = document.text.find(quote)
        if start < 0:
            notice = f'<p class="yj-notice">{worded("changed")}</p>'
            return f"{_about(document)}{notice}<blockquote>{escaped(quote)}</blockquote>"
        end = start + len(quote)
        notice = f'<p class="yj-notice">{worded("moved")}</p>'
    if not quote:
        start = end = 0
    first = document.text.rfind("\n", 0, max(0, start - AROUND)) + 1 if start > AROUND else 0
    last = document.text.find("\n", end + AROUND)
    last = len(document.text) if last < 0 else last
    body = "".join(_paragraphs(document.text, first, last, start, end))
    text = f"{_left_out(first)}{body}{_left_out(len(document.text) - last)}"
    return f'{_about(document)}{notice}<div class="yj-text" tabindex="0" lang="{document.language}">{text}</div>'


def _about(document: Document) -> str:
    facts = [
        ("date", escaped(document.date or "")),
        ("author", escaped(document.author or "")),
        ("origin", _origin(document.source or "")),
        ("in", worded(document.language)),
        ("file", escaped(document.path)),
    ]
    rows = "".join(f"<div><dt>{worded(key)}</dt><dd>{value}</dd></div>" for key, value in facts if value)
    title = f'<h3 lang="{document.language}">{escaped(document.title)}</h3>'
    return f'<div class="yj-about">{title}<dl class="yj-facts">{rows}</dl></div>'


def _origin(source: str) -> str:
    """A link only for web addresses: a document may claim any source, even ``javascript:``."""
    if not _is_link(source):
        return escaped(source)
    return f'<a href="{escaped(source)}" target="_blank" rel="noopener noreferrer">{escaped(source)}</a>'


def _is_link(source: str) -> bool:
    try:
        parts = urlsplit(source)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _paragraphs(text: str, first: int, last: int, start: int, end: int) -> Iterator[str]:
    """Lines as paragraphs; the part of each that lies in [start, end) is marked."""
    position = first
    for line in text[first:last].split("\n"):
        low, high = (min(max(0, at - position), len(line)) for at in (start, end))
        if low < high:
            before, quoted, after = (escaped(part) for part in (line[:low], line[low:high], line[high:]))
            yield f'<p class="yj-here">{before}<mark>{quoted}</mark>{after}</p>'
        elif line.strip():
            yield f"<p>{escaped(line)}</p>"
        position += len(line) + 1


def _left_out(characters: int) -> str:
    return f'<p class="yj-left-out">{worded("left_out", n=f"{characters:,}")}</p>' if characters else ""
