"""A claim and the spans it cites to a verdict: do its numbers, dates, names and words stand there?"""

from __future__ import annotations

from rag.verification.claims import MIN_COVERAGE, MIN_SIMILARITY, Similarity, Verdict, verify

__all__ = ["MIN_COVERAGE", "MIN_SIMILARITY", "Similarity", "Verdict", "verify"]
