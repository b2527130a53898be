"""Extends a span so that it cuts no number, date, sum or name in two."""

from __future__ import annotations

import re

from rag.types import Span
from rag.values import values_in

_EDGES = " ,，、。；;:："
_FULL_STOP = re.compile(r"(?:\d|[a-z]{4})\.$")
"""But not that of "U.S." or "Ltd."."""
_HYPHENATED = re.compile(r"-\w+")
_NAME_WORD = r"(?:(?:[A-Z]|Dr|Mrs?|Ms|St|Prof)\.(?= )|[A-Z](?:[A-Za-zÀ-ɏ0-9'’-]|\.(?=[A-Za-z0-9]))*)"
_LATIN_NAME = re.compile(rf"(?<![A-Za-z]){_NAME_WORD}(?: (?:(?:of|the|de|van|von|bin|al) )?{_NAME_WORD})*")


def snapped(text: str, span: Span) -> Span:
    """``span`` with the whole of every number, date, sum and Latin name that it cuts, without marks at its edges."""
    start, end = span.start, span.end
    shift = max(0, start - 40)
    around = text[shift : end + 40]
    whole = [(value.start + shift, value.end + shift) for value in values_in(around)]
    whole += [(match.start() + shift, match.end() + shift) for match in _LATIN_NAME.finditer(around)]
    for low, high in whole:
        if low < end and start < high and not (start <= low and high <= end):
            start, end = min(start, low), max(end, high)
    if word := _HYPHENATED.match(text, end - 1):
        end = word.end()
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and (text[end - 1] in _EDGES or _FULL_STOP.search(text, start, end)):
        end -= 1
    return Span(start, end) if start < end else span
