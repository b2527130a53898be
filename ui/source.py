"""The evidence pane's document: what it is, its outline, and its text around a quote, which is marked."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from rag import Document
from ui.document import Reading, outline_of
from ui.markup import data, escaped, said, worded
from ui.sheet import layout

MOST_FOUND = 500
"""Places that finding words in a document tells."""


def source(document: Document | None, start: int, end: int, quote: str) -> dict[str, Any]:
    """The pane for ``document.text[start:end]``; if that is no longer ``quote``, for the place where the quote is now.

    A quote that is no longer in the document is shown as it was. Without a ``quote`` nothing is checked, and an empty
    span shows the document from there on.
    """
    if document is None:
        return {"about": _notice("gone") + _quoted(quote), "missing": True}
    notice = ""
    if quote and document.text[start:end] != quote:
        start = document.text.find(quote)
        if start < 0:
            return {"about": _about(document) + _notice("changed") + _quoted(quote), "missing": True}
        end = start + len(quote)
        notice = _notice("moved")
    start = min(max(0, start), len(document.text))
    return {
        "about": _about(document) + notice,
        "language": document.language,
        "outline": outline_of(document),
        "length": len(document.text),
        "sheet": layout(document, start, end),
        **asdict(Reading(document).around(start, max(start, end))),
    }


def found(document: Document | None, words: str) -> list[tuple[int, int]]:
    """Where words stand in a document, whatever their case and spacing; the first ``MOST_FOUND``."""
    wanted = r"\s+".join(map(re.escape, words.split()))
    if document is None or not wanted:
        return []
    spans = (one.span() for one in re.finditer(wanted, document.text, re.IGNORECASE))
    return [span for span, _ in zip(spans, range(MOST_FOUND), strict=False)]


def _notice(key: str) -> str:
    return f'<p class="yj-notice">{worded(key)}</p>'


def _quoted(quote: str) -> str:
    return f"<blockquote>{escaped(quote)}</blockquote>" * bool(quote)


def _about(document: Document) -> str:
    facts = [
        ("date", escaped(document.date or "")),
        ("author", escaped(document.author or "")),
        ("origin", _origin(document.source or "")),
        ("in", worded(document.language)),
        ("file", _original(document.path)),
    ]
    rows = "".join(f"<div><dt>{worded(key)}</dt><dd>{value}</dd></div>" for key, value in facts if value)
    title = f'<h3 lang="{document.language}">{escaped(document.title)}</h3>'
    return f'{title}<dl class="yj-facts">{rows}</dl>'


def _original(path: str) -> str:
    """A button that gives the reader the file itself."""
    label = said("original_file", name=path)
    named = data(act="original", label="original_file", name=path)
    return f'<button type="button" {named} aria-label="{escaped(label)}">{escaped(path)}</button>'


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
