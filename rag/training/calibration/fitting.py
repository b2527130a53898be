"""Rows of numbers about candidates to weights: which is best, and how sure to be of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.generation.calibration import Calibration

RIDGE = 1e-2

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The candidates of one question: features, shape ``(n, names)``, which are right, and their documents."""

    names: tuple[str, ...]
    features: Matrix
    right: NDArray[np.bool_]
    documents: tuple[str, ...]
    gold: str
    answerable: bool


def fit_ranking(examples: Sequence[Rows], names: Sequence[str], steps: int = 400) -> dict[str, float]:
    """Weights by which the right sentences of a question have the most probability (softmax over all of them).

    The listwise loss of ListNet (Cao et al., "Learning to rank", ICML 2007), minimised by Adam.
    """
    columns = [examples[0].names.index(name) for name in names]
    usable = [one for one in examples if one.right.any() and not one.right.all()]
    stacked = np.concatenate([one.features[:, columns] for one in usable])
    spread = stacked.std(axis=0) + 1e-9
    rows = (stacked - stacked.mean(axis=0)) / spread
    right = np.concatenate([one.right for one in usable]).astype(float)
    of = np.repeat(np.arange(len(usable)), [len(one.right) for one in usable])
    weights, mean, square = np.zeros((3, len(columns)))
    for step in range(1, steps + 1):
        likely = _softmax(rows @ weights, of)
        wanted = likely * right / np.bincount(of, likely * right)[of]
        slope = rows.T @ (likely - wanted) / len(usable) + RIDGE * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights = weights - 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return dict(zip(names, (weights / spread).round(4).tolist(), strict=True))


def fit_confidence(
    examples: Sequence[Rows], ranking: dict[str, float], names: Sequence[str], unanswerable: float
) -> dict[str, float]:
    """Logistic regression of "the best sentence is right" on its features and its share.

    An unanswerable example counts ``unanswerable`` times: the pool may hold more of them than users ask.
    """
    from sklearn.linear_model import LogisticRegression

    weights = np.array([ranking.get(name, 0.0) for name in examples[0].names])
    columns = [examples[0].names.index(name) for name in names]
    best, right = [], []
    for one in examples:
        likely = _softmax(one.features @ weights, np.zeros(len(one.right), int))
        top = int(likely.argmax())
        best.append([*one.features[top, columns], likely[top]])
        right.append(one.right[top])
    counts = np.array([1 if one.answerable else unanswerable for one in examples])
    raw, labels = np.array(best), np.array(right)
    spread = raw.std(axis=0) + 1e-9
    model = LogisticRegression(C=10 / (RIDGE * len(labels)), tol=1e-8, max_iter=1000)
    model.fit(raw / spread, labels, sample_weight=counts)
    fitted = np.append(model.coef_[0] / spread, model.intercept_)
    return dict(zip((*names, "share", "bias"), fitted.round(4).tolist(), strict=True))


RISKS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.28, 0.3, 0.35, 0.4, 0.5)
"""Shares of wrong answers that thresholds are looked for."""
CONFIDENCE = 0.95
"""How sure it is that a threshold keeps to its share."""
ENOUGH = 10
"""Wrong answers that there must be room for at the first threshold tried: a share of fewer cannot be told."""
STEPS = 200
"""Thresholds tried."""


def answered(one: Rows, calibration: Calibration) -> tuple[float, bool]:
    """How sure the best sentence of a question is told to be, and whether it is right."""
    numbers = [dict(zip(one.names, row, strict=True)) for row in one.features.tolist()]
    shares = calibration.shares(numbers)
    best = shares.index(max(shares))
    return calibration.probability(numbers[best], shares[best]), bool(one.right[best])


def fit_risks(told: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """Each of RISKS that can be kept, with the least probability from which on it is.

    ``told`` are the probabilities of held-out answers. Thresholds are tried from the highest down, as long as the upper
    bound on the share of wrong among what is answered (Clopper and Pearson, Biometrika 1934) stays within the risk:
    testing in a fixed order (Angelopoulos et al., "Learn then test", 2021) keeps the confidence for the one chosen.
    """
    from scipy.stats import beta

    sure, wrong = np.asarray(told), ~np.asarray(right, bool)
    found: dict[float, float] = {}
    for risk in RISKS:
        for threshold in np.linspace(1, 0, STEPS, endpoint=False):
            given = sure >= threshold
            n, errors = int(given.sum()), int((given & wrong).sum())
            if n * risk < ENOUGH:
                continue
            if errors == n or beta.ppf(CONFIDENCE, errors + 1, n - errors) > risk:
                break
            found[risk] = round(float(threshold), 3)
    return list(found.items())


def _softmax(scores: Matrix, of: NDArray[np.int_]) -> Matrix:
    """Probabilities within each group of rows; ``of`` is the group of each row, in order."""
    peaks = np.full(of.max() + 1, -np.inf)
    np.maximum.at(peaks, of, scores)
    likely = np.exp(scores - peaks[of])
    return likely / np.bincount(of, likely)[of]
