"""Makes a claim of a span of a document."""

from __future__ import annotations

from rag.types import Claim, Document, Evidence, Span


def claim(document: Document, span: Span) -> Claim:
    """A statement that is a span of a document."""
    return Claim(span.of(document.text), (Evidence(document.path, span.start, span.end),))
