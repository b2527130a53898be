"""A plan for questions about the documents themselves: which there are, which mention something, the newest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answers.claims import claim
from rag.answers.plan import SURE, Inquiry
from rag.text import fold, sentence_around
from rag.types import Claim, Coverage, Document, DocumentInfo, Draft, Span

SHOWN = 20
"""Documents that are named."""
SOUGHT = 100
"""Passages among which documents are looked for that mention something."""

_ABOUT = re.compile(
    r"(?:提到|提及|谈到|说到|讲到|涉及|讨论|关于|有关|介绍|写到|包含)(?:了|过)?(?P<zh>[^?？。，,的呢]{1,40})"
    r"|\b(?:mention(?:s|ing)?|talks? about|discuss(?:es)?|covers?|refers? to|speaks? (?:of|about)|deals? with"
    r"|contains?|(?:is |are )?about|on)\s+(?P<en>[^?.!]{2,60})",
    re.IGNORECASE,
)
_NEWEST = re.compile(r"最新|最近|\b(?:newest|latest|most recent)\b")
_OLDEST = re.compile(r"最早|最旧|\b(?:oldest|earliest)\b")


def shelf(inquiry: Inquiry) -> Draft | None:
    """The documents that are meant, each by its title, with the sentence that mentions what was asked about."""
    known = inquiry.shelf.documents()
    asked = inquiry.question.text
    folded = fold(asked)
    about = _ABOUT.search(asked)
    if about:
        return _mentioning(inquiry, (about["zh"] or about["en"]).strip(" “”\"'「」《》"), known)
    if _NEWEST.search(folded) or _OLDEST.search(folded):
        dated = sorted((one for one in known if one.date), key=lambda one: one.date or "")
        if not dated:
            return None
        known = [dated[-1] if _NEWEST.search(folded) else dated[0]]
        return _titles(inquiry, known, "")
    return _titles(inquiry, known, inquiry.said(f"共有 {len(known)} 份文档：", f"{len(known)} documents:"))


def _titles(inquiry: Inquiry, known: Sequence[DocumentInfo], frame: str) -> Draft | None:
    claims = []
    for one in known[:SHOWN]:
        document = inquiry.shelf.document(one.path)
        if document and document.text.strip():
            claims.append(claim(document, titled(document)))
    if not claims:
        return None
    coverage = Coverage(len(claims), len(known))
    return Draft(tuple(claims), SURE, form="bullets", frame=frame, differing=True, coverage=coverage, kind="shelf")


def titled(document: Document) -> Span:
    """Where a document says its title; its first line where it does not."""
    at = document.text.find(document.title)
    if at >= 0:
        return Span(at, at + len(document.title))
    first = re.search(r"\S[^\r\n]{0,120}", document.text)
    return Span(*first.span()) if first else Span(0, 0)


def _mentioning(inquiry: Inquiry, name: str, known: Sequence[DocumentInfo]) -> Draft | None:
    """The documents that have a name in their text, counted and listed."""
    seen = dict.fromkeys(
        one.chunk.document for one in inquiry.about(name).shelf.search(inquiry.about(name).question, SOUGHT)
    )
    claims: list[Claim] = []
    for path in sorted(seen) if len(known) > SOUGHT else [one.path for one in known]:
        document = inquiry.shelf.document(path)
        if document and (found := _first(document, name)):
            claims.append(found)
    if not claims:
        return None
    frame = inquiry.said(f"共有 {len(claims)} 份文档提到“{name}”：", f"{len(claims)} documents mention “{name}”:")
    coverage = Coverage(len(claims[:SHOWN]), len(claims))
    return Draft(tuple(claims[:SHOWN]), SURE, form="bullets", frame=frame, coverage=coverage, kind="shelf")


def _first(document: Document, name: str) -> Claim | None:
    """The sentence that first says a name; Latin names as whole words."""
    border = r"(?<![A-Za-z0-9])" if name[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if name[-1].isascii() else ""
    match = re.search(border + re.escape(name) + after, document.text, re.IGNORECASE)
    return claim(document, sentence_around(document.text, Span(*match.span()))) if match else None
