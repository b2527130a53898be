"""Plans for "why" and "what did X say": the sentences that tell it, in order."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answers.claims import claim
from rag.answers.lines import Line, columns
from rag.answers.lists import told_around
from rag.answers.plan import Inquiry
from rag.text import sentences
from rag.types import Draft, Span

WHOLE = 360
"""Columns up to which a paragraph is one thought."""

_BECAUSE = re.compile(
    r"因为|由于|原因|理由|为的是|以便|以免|所致|导致|造成|缘于|出于|(?i:\bbecause\b|\bdue to\b|\bowing to\b"
    r"|\breasons?\b|\bcaused?\b|\bsince\b|\bso that\b)"
)
_REFERS_BACK = re.compile(
    r"\s*(?:因此|所以|于是|为此|故|这[是使让]|由此|结果|(?i:so|therefore|thus|hence|that is why|as a result|this)\b)"
)


def reasons(inquiry: Inquiry) -> Draft | None:
    """The sentence of the answer whole, with the one before that it refers to and the one after that says why."""
    anchor = inquiry.anchor()
    lines = inquiry.lines(anchor.document) if anchor else None
    draft = inquiry.fact()
    if not anchor or not lines or draft.differing:
        return None
    text = lines.document.text
    index = lines.at(anchor.start)
    line = lines.lines[index]
    if line.kind == "row":  # the reason stands in another cell
        return replace(draft, claims=(claim(lines.document, line.span),), differing=False, kind="why")
    if line.kind in ("header", "heading"):
        return None
    own = [Span(one.start + line.start, one.end + line.start) for one in sentences(line.span.of(text))]
    if not own:
        return None
    if len(own) <= 3 and columns(line.span.of(text)) <= WHOLE:
        whole = Span(own[0].start, own[-1].end)
        return replace(draft, claims=(claim(lines.document, whole),), differing=False, kind="why")
    at = max((i for i, one in enumerate(own) if one.start <= anchor.start), default=0)
    first = at
    last = min(max(i for i, one in enumerate(own) if one.start < _end(draft, line)), at + 2)
    if at and _REFERS_BACK.match(own[at].of(text)):
        first = at - 1
    if not _BECAUSE.search(own[at].of(text)):
        if at + 1 < len(own) and _BECAUSE.search(own[at + 1].of(text)):
            last = max(last, at + 1)
        elif at and _BECAUSE.search(own[at - 1].of(text)):
            first = at - 1
    told = told_around(lines, index, Span(own[last].start, own[last].end))[0]
    span = Span(own[first].start, max(told.end, own[last].end))
    return replace(draft, claims=(claim(lines.document, span),), differing=False, kind="why")


def _end(draft: Draft, line: Line) -> int:
    """Where the last of a draft's claims ends in the line of the first."""
    ends = [one.evidence[0].end for one in draft.claims if line.start <= one.evidence[0].start < line.end]
    return max(ends, default=line.start)
