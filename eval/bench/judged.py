"""Answers given at any confidence to the judge's verdicts, and those to the figures of the benchmarks of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.asking import result_of
from eval.bench.data import BenchQuestion
from eval.judging import Judgement, judge
from eval.metrics import exact_match, f1, mean
from rag import Answer, Document


def judged(answer: Answer, question: BenchQuestion, documents: Mapping[str, Document]) -> Judgement:
    """An answer against the gold of a public question set, whose ``documents`` are named by their paths."""
    golds = [documents[path] for path in sorted(question.gold) if path in documents]
    return judge(result_of(answer, answer, question.judged_by(), golds))


@dataclass(frozen=True, slots=True)
class Figures:
    """What benchmarks tell of a set's verdicts, were nothing refused for low confidence and at the threshold."""

    verdicts: Sequence[Judgement]
    threshold: float

    @property
    def answerable(self) -> list[Judgement]:
        """Those that a passage answers."""
        return [one for one in self.verdicts if one.question.answerable]

    @property
    def retrieved(self) -> float | None:
        """The share with a passage that covers the gold answer."""
        return mean([all(one.result.ranks) for one in self.answerable])

    @property
    def right_sentence(self) -> float | None:
        """The share that cites the sentence of the gold document with the gold answer, or a part of a longer one."""
        return mean([_right(one) for one in self.answerable])

    @property
    def exact(self) -> float | None:
        """EM of all that is quoted."""
        return mean([exact_match(_quoted(one), one.question.quotes) for one in self.answerable])

    @property
    def f1(self) -> float | None:
        """F1 of all that is quoted."""
        return mean([f1(_quoted(one), one.question.quotes) for one in self.answerable])

    @property
    def answered(self) -> float | None:
        """The share of the answerable that the threshold lets through."""
        return mean([self.shows(one) for one in self.answerable])

    @property
    def right_of_answered(self) -> float | None:
        """The right sentences among them."""
        return mean([_right(one) for one in self.answerable if self.shows(one)])

    @property
    def unanswerable(self) -> list[Judgement]:
        """Those that no passage answers."""
        return [one for one in self.verdicts if not one.question.answerable]

    @property
    def refused(self) -> float | None:
        """The share of the unanswerable that the threshold stops."""
        return mean([not self.shows(one) for one in self.unanswerable])

    @property
    def confidences(self) -> list[float]:
        """How sure each answer was."""
        return [one.result.confidence for one in self.verdicts]

    @property
    def rights(self) -> list[bool]:
        """Whether each answer cites the right sentence."""
        return [_right(one) for one in self.verdicts]

    def shows(self, verdict: Judgement) -> bool:
        """Whether the product would show this answer."""
        return not verdict.result.refused and verdict.result.confidence >= self.threshold


def _right(verdict: Judgement) -> bool:
    return any(verdict.quoted)


def _quoted(verdict: Judgement) -> str:
    return " ".join(one.quote for one in verdict.result.citations)
