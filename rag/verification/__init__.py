"""Checks a claim against the spans it cites: its numbers, dates, names and words must be there."""

from __future__ import annotations

from rag.verification.claims import MIN_COVERAGE, MIN_SIMILARITY, Similarity, Verdict, verify

__all__ = ["MIN_COVERAGE", "MIN_SIMILARITY", "Similarity", "Verdict", "verify"]
