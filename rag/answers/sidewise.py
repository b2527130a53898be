"""Weighs the sides of a comparison, or the versions of a document, together: one that is told speaks for the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp

from rag.answers.claims import likelier
from rag.answers.plan import Inquiry
from rag.text import sentence_around, terms
from rag.types import Draft, Span
from rag.values import values_in, without

BESIDE, PARALLEL = 1.1, 1.5
"""How much likelier a side is right where another is told surely, and where all are told in the same words with other
values; as logarithms of odds. They were set on 24 comparisons and questions of versions of the evaluation's tuned
two thirds, where all sides that this lets in are right; none of its near misses is a comparison."""
ALIKE = 0.7
"""The share of the shorter sentence's words that the other has, from which both say the same."""


def weighed(inquiry: Inquiry, parts: Sequence[Draft]) -> list[Draft]:
    """The parts, each as sure as it is beside the others."""
    told = [one for one in parts if one.claims]
    stand = [one for one in told if one.confidence >= inquiry.threshold]
    gain = BESIDE if stand else PARALLEL if len(told) == len(parts) > 1 and _parallel(inquiry, parts) else 0.0
    return [likelier(one, exp(gain)) if one.claims and one not in stand else one for one in parts]


def _parallel(inquiry: Inquiry, parts: Sequence[Draft]) -> bool:
    """Whether the sentences of all parts have the same words, and not the same values."""
    return all(
        _share(one, other) >= ALIKE and _figures(one) != _figures(other)
        for one, other in pairwise(_sentence(inquiry, part) for part in parts)
    )


def _sentence(inquiry: Inquiry, part: Draft) -> str:
    evidence = part.claims[0].evidence[0]
    document = inquiry.shelf.document(evidence.document)
    return sentence_around(document.text, Span(evidence.start, evidence.end)).of(document.text) if document else ""


def _share(one: str, other: str) -> float:
    first, second = (frozenset(terms(without(text, values_in(text)))) for text in (one, other))
    return len(first & second) / max(min(len(first), len(second)), 1)


def _figures(text: str) -> list[tuple[object, ...]]:
    return [(value.kind, value.low, value.high, value.unit) for value in values_in(text)]
