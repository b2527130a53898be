"""The extractive generator: quotes the sentence that answers best. It needs the embedder and two small files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from io import BytesIO

import numpy as np

from rag.generation.calibration import Calibration
from rag.generation.quoting import cell, items
from rag.generation.sentence_features import Candidate, Metric, distinct, read
from rag.models.registry import read_weights, shipped_hash
from rag.question.analysis import Question
from rag.types import Draft, Embedder, Passage, Span

READ = 8
"""How many passages are read sentence by sentence."""
MOST = 3
"""How many sentences a question for several things gets."""
CLOSE = 0.5
"""How likely another sentence must be, as a share of the best one's, to stand beside it."""

CALIBRATION, METRIC = "extractive-calibration.json", "extractive-metric.npz"
"""Both made by ``python -m rag.training.calibration.extractive``."""


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence and its share, in [0, 1], of the probability of all."""

    candidate: Candidate
    share: float
    numbers: Mapping[str, float]
    """Its features by name."""


@dataclass(frozen=True)
class ExtractiveGenerator:
    """Answers with the best sentence of the best passages, and refuses by a calibrated confidence."""

    embedder: Embedder

    @cached_property
    def id(self) -> str:
        """Its name and a hash of its two files."""
        return f"extractive@{shipped_hash((CALIBRATION, METRIC))}"

    def warm_up(self) -> None:
        """Read its two small files."""
        _ = self._metric

    def threshold(self, risk: float) -> float:
        """As calibrated."""
        return calibration().threshold(risk)

    def generate(self, question: Question, passages: Sequence[Passage]) -> Draft:
        """One claim, or a few where several things are asked for, each its own evidence; none without a sentence."""
        ranked = self.rank(question, passages)
        if not ranked:
            return Draft((), 0.0)
        best = ranked[0]
        chosen = [best]
        if question.several:
            chosen = [one for one in ranked[:MOST] if one.share >= CLOSE * best.share]
        claims = tuple(
            one.candidate.claim(span) for one in chosen for span in quoted(one.candidate, question, self.embedder)
        )
        return Draft(claims, calibration().probability(best.numbers, best.share))

    def rank(self, question: Question, passages: Sequence[Passage]) -> list[RankedSentence]:
        """Every sentence of the passages read, best first."""
        candidates = read(question, distinct(passages)[:READ], self.embedder, self._metric)
        if not candidates:
            return []
        numbers = [asdict(one.features) for one in candidates]
        shares = calibration().shares(numbers)
        ranked = [RankedSentence(*one) for one in zip(candidates, shares, numbers, strict=True)]
        return sorted(ranked, key=lambda one: -one.share)

    @cached_property
    def _metric(self) -> Metric | None:
        return fitted_metric(self.embedder)


def fitted_metric(embedder: Embedder) -> Metric | None:
    """The metric that was fitted for an embedder, if it was for this one."""
    return metric() if embedder.id == calibration().embedder else None


def quoted(candidate: Candidate, question: Question, embedder: Embedder) -> Sequence[Span]:
    """What is quoted of a candidate: the items of a list, the cell of a row, else the whole sentence."""
    unit, chunk = candidate.unit, candidate.passage.chunk
    if listed := items(unit, question):
        return listed
    found = cell(chunk, unit, question, embedder) if unit.kind == "row" else None
    return [found or unit.span]


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The numbers that ship with the package."""
    return Calibration(**json.loads(read_weights(CALIBRATION)))


@lru_cache(maxsize=1)
def metric() -> Metric:
    """The metric that ships with the package."""
    with np.load(BytesIO(read_weights(METRIC)), allow_pickle=False) as file:
        return Metric(**{name: file[name].astype(np.float32) for name in ("focus", "left", "right")})
