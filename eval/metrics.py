"""Judged questions to numbers: pure functions, each naming where its definition comes from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import log2
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


def reliability(confidences: Sequence[float], credits: Sequence[float], bins: int = BINS) -> list[Bin]:
    """The reliability diagram's bins of equal width, empty ones left out (Guo et al., ICML 2017).

    ``credits`` are 1 for a right answer and 0 for a wrong one, or what lies between.
    """
    held: dict[int, list[tuple[float, float]]] = {}
    for confidence, credit in zip(confidences, credits, strict=True):
        held.setdefault(int(_bin_of(np.array(confidence), bins)), []).append((confidence, credit))
    return [
        Bin(
            low=index / bins,
            high=(index + 1) / bins,
            count=len(group),
            confidence=sum(confidence for confidence, _ in group) / len(group),
            accuracy=sum(credit for _, credit in group) / len(group),
        )
        for index, group in sorted(held.items())
    ]


def calibration_error(confidences: Sequence[float], credits: Sequence[float], bins: int = BINS) -> float:
    """ECE, the gap between confidence and accuracy over the bins, weighted by count (Naeini et al., AAAI 2015)."""
    if not len(confidences):
        return 0.0
    sure, right = np.asarray(confidences, np.float64), np.asarray(credits, np.float64)
    gaps = np.bincount(_bin_of(sure, bins), weights=sure - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(sure))


def _bin_of(confidences: NDArray[np.float64], bins: int) -> NDArray[np.intp]:
    """Bins are closed above, and the first one below too."""
    return np.clip(np.ceil(confidences * bins).astype(np.intp) - 1, 0, bins - 1)


def risk_coverage(confidences: Sequence[float], credits: Sequence[float]) -> list[Point]:
    """The risk–coverage curve, surest first (El-Yaniv & Wiener, JMLR 2010); equal confidences enter together."""
    coverage, risk, least = _curve(np.asarray(confidences, np.float64), np.asarray(credits, np.float64))
    return [Point(*map(float, point)) for point in zip(coverage, risk, least, strict=True)]


def area_under_risk_coverage(confidences: Sequence[float], credits: Sequence[float]) -> float:
    """AURC, the risk averaged over every coverage (Geifman, Uziel & El-Yaniv, ICLR 2019): 0 is best.

    Each curve point counts with the coverage it adds, so questions of equal confidence share one risk.
    """
    coverage, risk, _ = _curve(np.asarray(confidences, np.float64), np.asarray(credits, np.float64))
    return float(np.sum(np.diff(coverage, prepend=0.0) * risk))


def _curve(
    confidences: NDArray[np.float64], credits: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Coverage, risk and the least confidence answered, one number a point of the curve."""
    order = np.argsort(-confidences, kind="stable")
    sure = confidences[order]
    taken = np.arange(1, len(sure) + 1)
    risk = 1.0 - np.cumsum(credits[order]) / taken
    last = np.append(sure[1:] < sure[:-1], True)[: len(sure)]  # the last of those that are equally sure
    return taken[last] / max(len(sure), 1), np.clip(risk[last], 0.0, 1.0), sure[last]


def refused_at(coverage: float, answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """Share of the unanswerable refused by the highest threshold that still answers ``coverage`` of the answerable.

    Specificity at a fixed sensitivity, as a point of the ROC curve (Fawcett, Pattern Recognition Letters 2006); an
    answer is given from the threshold up. 0.0 where either side is empty.
    """
    if not len(answerable) or not len(unanswerable):
        return 0.0
    needed = int(np.ceil(coverage * len(answerable) - 1e-9))
    threshold = np.sort(answerable)[::-1][max(needed, 1) - 1]
    return float(np.mean(np.asarray(unanswerable) < threshold))


# Means


def mean(values: Collection[float]) -> float | None:
    """The arithmetic mean, of yes and no the share of yes; None of nothing."""
    return sum(values) / len(values) if values else None


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
