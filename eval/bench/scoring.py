"""Rankings and answers to numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log2


def hit(ranked: Sequence[str], gold: Collection[str], k: int) -> bool:
    """Whether one of the first ``k`` is gold."""
    return any(one in gold for one in ranked[:k])


def ndcg(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Normalised discounted cumulative gain with gains of 0 and 1 (Järvelin & Kekäläinen, TOIS 2002).

    Of one name that comes twice, only the first counts.
    """
    distinct = list(dict.fromkeys(ranked))[:k]
    gained = sum(1 / log2(place + 2) for place, one in enumerate(distinct) if one in gold)
    ideal = sum(1 / log2(place + 2) for place in range(min(len(gold), k)))
    return gained / ideal if ideal else 0.0


def share(values: Collection[bool]) -> float | None:
    """The share that is true; None of nothing."""
    return sum(values) / len(values) if values else None


def mean(values: Collection[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    return sum(values) / len(values) if values else None
