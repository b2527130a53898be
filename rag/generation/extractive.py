"""Question and passages to the sentence that answers best, quoted whole; needs the embedder and two small files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from io import BytesIO
from math import exp

import numpy as np

from rag.generation.sentence_features import Candidate, Metric, distinct, read
from rag.models.registry import read_weights
from rag.question.analysis import understand
from rag.types import Claim, Draft, Embedder, Passage

READ = 8
"""How many passages are read sentence by sentence."""
MOST = 3
"""How many sentences a question for several things gets."""
CLOSE = 0.5
"""How likely another sentence must be, as a share of the best one's, to stand beside it."""

CALIBRATION, METRIC = "extractive-calibration.json", "extractive-metric.npz"
"""Both made by ``python -m rag.training.calibration.extractive``."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted numbers, each under the name of its feature."""

    embedder: str
    """The embedder that the metric was fitted for."""
    ranking: Mapping[str, float]
    confidence: Mapping[str, float]
    """Beside the features, ``share`` (of the ranking's probability) and ``bias``."""

    def score(self, candidate: Candidate) -> float:
        """What ranks candidates: the logarithm of an odds, up to a constant of the question."""
        return sum(weight * float(getattr(candidate.features, name)) for name, weight in self.ranking.items())

    def probability(self, candidate: Candidate, share: float) -> float:
        """That the candidate, of ``share`` of the ranking's probability, answers the question."""
        features = asdict(candidate.features) | {"share": share, "bias": 1.0}
        odds = sum(weight * float(features[name]) for name, weight in self.confidence.items())
        return 1 / (1 + exp(-odds))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate and its share, in [0, 1], of the probability of all."""

    candidate: Candidate
    share: float


@dataclass(frozen=True)
class ExtractiveGenerator:
    """Answers with the best sentence of the best passages, and refuses by a calibrated confidence."""

    embedder: Embedder
    id: str = "extractive"

    def load(self) -> None:
        """Nothing: its files are small."""

    def generate(self, question: str, passages: Sequence[Passage]) -> Draft:
        """One claim, or a few where several things are asked for, each its own evidence; none without a sentence."""
        ranked = self.rank(question, passages)
        if not ranked:
            return Draft((), 0.0)
        best = ranked[0]
        chosen = [best]
        if understand(question).several:
            chosen = [one for one in ranked[:MOST] if one.share >= CLOSE * best.share]
        claims = tuple(Claim(one.candidate.text, (one.candidate.evidence,)) for one in chosen)
        return Draft(claims, calibration().probability(best.candidate, best.share))

    def rank(self, question: str, passages: Sequence[Passage]) -> list[Ranked]:
        """Every sentence of the passages read, best first."""
        candidates = read(question, understand(question), distinct(passages)[:READ], self.embedder, self._metric)
        if not candidates:
            return []
        scores = np.array([calibration().score(one) for one in candidates])
        likely = np.exp(scores - scores.max())
        ranked = [Ranked(one, float(p)) for one, p in zip(candidates, likely / likely.sum(), strict=True)]
        return sorted(ranked, key=lambda one: -one.share)

    @cached_property
    def _metric(self) -> Metric | None:
        return metric() if self.embedder.id == calibration().embedder else None


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The numbers that ship with the package."""
    return Calibration(**json.loads(read_weights(CALIBRATION)))


@lru_cache(maxsize=1)
def metric() -> Metric:
    """The metric that ships with the package."""
    with np.load(BytesIO(read_weights(METRIC)), allow_pickle=False) as file:
        return Metric(**{name: file[name].astype(np.float32) for name in ("focus", "left", "right")})
