"""Judged questions to numbers: pure functions, each naming where its definition comes from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
SEED = 20240229
BINS = 10

_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_ARTICLES = frozenset(("a", "an", "the"))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % bootstrap interval, and how many questions (or citations, or facts) it stands on."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Share:
    """One question's part in a ratio: ``hits`` of ``of``."""

    hits: float
    of: float = 1.0


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies in ``(low, high]``: how many, how sure, and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Point:
    """Answering the ``coverage`` share of questions one is surest of, the ``risk`` share of them is wrong."""

    coverage: float
    risk: float
    confidence: float
    """The least confidence that is still answered."""


# Retrieval


def recall_at(k: int, ranks: Sequence[int | None]) -> float:
    """Share of one question's gold quotes seen within the first ``k`` passages; 0.0 for no quotes.

    Recall at a cut-off (Manning, Raghavan & Schütze, "Introduction to Information Retrieval", 2008, §8.4), with quotes
    in place of relevant documents, so that the gold survives re-chunking. ``ranks`` count from 1; None is "never".
    """
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks) if ranks else 0.0


def reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """One over the rank of the first gold quote seen, 0.0 where none is; its mean is MRR (Voorhees, TREC-8, 1999)."""
    return 1.0 / min((rank for rank in ranks if rank), default=float("inf"))


# The text of an answer


def tokens(text: str) -> list[str]:
    """The units of EM and F1: Chinese by character (CMRC 2018, Cui et al., EMNLP 2019), other scripts by word.

    Lower case, no punctuation and no articles, as SQuAD's script does (Rajpurkar et al., EMNLP 2016).
    """
    words = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    return [word for word in words if word not in _ARTICLES]


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """1.0 where the answer is one of the golds, token for token (Rajpurkar et al., EMNLP 2016)."""
    said = tokens(answer)
    return float(any(said == tokens(gold) for gold in golds))


def f1(answer: str, golds: Sequence[str]) -> float:
    """The best harmonic mean of token precision and recall against any gold (Rajpurkar et al., EMNLP 2016)."""
    return max((_f1(tokens(answer), tokens(gold)) for gold in golds), default=0.0)


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    common = (Counter(said) & Counter(gold)).total()
    return 2 * common / (len(said) + len(gold)) if common else 0.0


# Confidence


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """The reliability diagram's bins of equal width, empty ones left out (Guo et al., ICML 2017)."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for confidence, is_right in zip(confidences, right, strict=True):
        index = min(max(int(np.ceil(confidence * bins)) - 1, 0), bins - 1)
        held.setdefault(index, []).append((confidence, is_right))
    return [
        Bin(
            low=index / bins,
            high=(index + 1) / bins,
            count=len(group),
            confidence=sum(confidence for confidence, _ in group) / len(group),
            accuracy=sum(is_right for _, is_right in group) / len(group),
        )
        for index, group in sorted(held.items())
    ]


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float:
    """ECE, the gap between confidence and accuracy over the bins, weighted by count (Naeini et al., AAAI 2015)."""
    groups = reliability(confidences, right, bins)
    gap = sum(group.count * abs(group.confidence - group.accuracy) for group in groups)
    return gap / len(confidences) if confidences else 0.0


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[Point]:
    """The risk–coverage curve, surest first (El-Yaniv & Wiener, JMLR 2010); equal confidences enter together."""
    order = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    points: list[Point] = []
    wrong = 0
    for taken, (confidence, is_right) in enumerate(order, 1):
        wrong += not is_right
        if taken == len(order) or order[taken][0] < confidence:
            points.append(Point(taken / len(order), wrong / taken, confidence))
    return points


def area_under_risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """AURC, the risk averaged over every coverage (Geifman, Uziel & El-Yaniv, ICLR 2019): 0 is best.

    Each curve point counts with the coverage it adds, so questions of equal confidence share one risk.
    """
    area = reached = 0.0
    for point in risk_coverage(confidences, right):
        area += (point.coverage - reached) * point.risk
        reached = point.coverage
    return area


def refused_at(coverage: float, answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """Share of the unanswerable refused by the highest threshold that still answers ``coverage`` of the answerable.

    Specificity at a fixed sensitivity, as a point of the ROC curve (Fawcett, Pattern Recognition Letters 2006); an
    answer is given from the threshold up. 0.0 where either side is empty.
    """
    if not answerable or not unanswerable:
        return 0.0
    needed = int(np.ceil(coverage * len(answerable) - 1e-9))
    threshold = sorted(answerable, reverse=True)[max(needed, 1) - 1]
    return sum(confidence < threshold for confidence in unanswerable) / len(unanswerable)


# Intervals


def percentile(values: Sequence[float], share: float) -> float:
    """The linearly interpolated quantile (Hyndman & Fan, The American Statistician 1996, type 7); 0.0 for none."""
    return float(np.quantile(values, share)) if len(values) else 0.0


def ratio(shares: Sequence[Share]) -> Estimate:
    """``sum(hits) / sum(of)`` with its percentile bootstrap over questions (Efron & Tibshirani 1993, ch. 13)."""
    hits = np.array([share.hits for share in shares], np.float64)
    of = np.array([share.of for share in shares], np.float64)
    total = float(of.sum())
    if not total:
        return Estimate(0.0, 0.0, 0.0, 0)
    drawn = _draws(len(shares))  # (RESAMPLES, n)
    below = of[drawn].sum(axis=1)
    resampled = hits[drawn].sum(axis=1)[below > 0] / below[below > 0]
    return _estimate(float(hits.sum()) / total, resampled, round(total))


def bootstrap(n: int, statistic: Callable[[NDArray[np.intp]], float]) -> Estimate:
    """Any statistic of ``n`` questions, given by index, with its percentile bootstrap (Efron & Tibshirani 1993)."""
    if not n:
        return Estimate(0.0, 0.0, 0.0, 0)
    resampled = np.array([statistic(row) for row in _draws(n)])
    return _estimate(statistic(np.arange(n)), resampled, n)


def _estimate(value: float, resampled: NDArray[np.float64], n: int) -> Estimate:
    low, high = np.quantile(resampled, (0.025, 0.975)) if len(resampled) else (value, value)
    return Estimate(round(value, 6), round(float(low), 6), round(float(high), 6), n)


def _draws(n: int) -> NDArray[Any]:
    """Which questions each resample draws, shape ``(RESAMPLES, n)``; the same for the same ``n``."""
    return np.random.default_rng(SEED).integers(0, n, (RESAMPLES, n))
