"""Ranks candidates and estimates confidence from their features, by weights fitted in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted weights, each under the name of its feature."""

    ranking: Mapping[str, float]
    confidence: Mapping[str, float]
    """Beside the features, ``share`` (of the ranking's probability) and ``bias``."""
    embedder: str = ""
    """The embedder that the metric beside it was fitted for."""
    span: float = 1.0
    """The probability from which a reader's span is quoted alone rather than its sentence."""
    risks: Sequence[tuple[float, float]] = ()
    """Shares of wrong answers, each with the least probability that keeps to it: see ``threshold``."""

    def shares(self, candidates: Sequence[Mapping[str, float]]) -> list[float]:
        """Each candidate's share, in [0, 1], of the probability of all: a softmax over their scores."""
        scores = np.array([sum(weight * one[name] for name, weight in self.ranking.items()) for one in candidates])
        likely = np.exp(scores - scores.max())
        shares: list[float] = (likely / likely.sum()).tolist()
        return shares

    def threshold(self, risk: float) -> float:
        """The probability from which on no more than ``risk`` of the answers given are wrong.

        It was chosen on held-out questions, so that it holds for others like them with a confidence of 95 %
        (``rag.training.calibration.fitting.fit_risks``). Where ``risk`` is less than was reached there, 1.0; where none
        was fitted, what the risk leaves of 1.
        """
        if risk >= 1 or not self.risks:
            return 1 - risk
        return min((least for share, least in self.risks if share <= risk), default=1.0)

    def probability(self, candidate: Mapping[str, float], share: float) -> float:
        """That a candidate, of ``share`` of the ranking's probability, answers the question."""
        features = {**candidate, "share": share, "bias": 1.0}
        return 1 / (1 + exp(-sum(weight * features[name] for name, weight in self.confidence.items())))
