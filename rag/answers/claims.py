"""Small functions that plans share: a claim of a span, the odds of a draft, words and documents in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.question.analysis import Question
from rag.text import terms
from rag.types import Claim, Document, Draft, Evidence, Passage, Span

DOCUMENTS = 4
"""How many documents a plan looks through beside the passages that were found."""


def claim(document: Document, span: Span) -> Claim:
    """A statement that is a span of a document."""
    return Claim(span.of(document.text), (Evidence(document.path, span.start, span.end),))


def likelier(draft: Draft, times: float) -> Draft:
    """The draft with the odds of being right that many times as high; below 1 it is doubted."""
    odds = draft.confidence / max(1 - draft.confidence, 1e-6) * times
    return replace(draft, confidence=odds / (1 + odds))


def mentions(question: Question, text: str) -> int:
    """How many of a question's content words a text has."""
    return len(frozenset(question.terms).intersection(terms(text)))


def best_documents(passages: Sequence[Passage]) -> list[str]:
    """The paths of the few documents that plans look through: those passages are cut from, the best first."""
    return list(dict.fromkeys(one.chunk.document for one in passages))[:DOCUMENTS]
