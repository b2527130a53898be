"""Checks a claim against the spans it cites: its numbers, dates, names and words must be there."""

from __future__ import annotations

from rag.verification.claims import MIN_COVERAGE, MIN_SIMILARITY, Similarity, Verdict, verify
from rag.verification.prose import reasons_against

__all__ = ["MIN_COVERAGE", "MIN_SIMILARITY", "Similarity", "Verdict", "reasons_against", "verify"]
