"""An answer given at any confidence, against the gold of a public question set."""

from __future__ import annotations

from dataclasses import dataclass

from eval.bench.chunking import holds
from eval.bench.data import Question
from eval.bench.systems import Found
from eval.metrics import exact_match, f1
from rag import Answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    answerable: bool
    retrieved: bool
    """Whether a passage covers the gold answer."""
    right: bool
    """Whether a cited sentence of the gold document holds the gold answer, or is part of a longer one."""
    em: float
    """Of all that is quoted, as is ``f1``."""
    f1: float
    confidence: float
    answered: bool
    """At the product's threshold."""


def judged(answer: Answer, question: Question, threshold: float) -> Outcome:
    """An answer that was given at any confidence, against its gold."""
    found = (passage.chunk for passage in answer.passages)
    quotes = [citation.quote for citation in answer.citations]
    gold = [question.answer or ""]
    return Outcome(
        answerable=question.answer is not None,
        retrieved=any(
            one.document in question.gold and holds(Found(one.document, one.start, one.end), question) for one in found
        ),
        right=not answer.refused and _right_sentence(answer, question),
        em=exact_match(" ".join(quotes), gold),
        f1=f1(" ".join(quotes), gold),
        confidence=answer.confidence,
        answered=not answer.refused and answer.confidence >= threshold,
    )


def _right_sentence(answer: Answer, question: Question) -> bool:
    if question.answer is None:
        return False
    gold = _spaced(question.answer)
    sentences = (_spaced(one.sentence) for one in answer.citations if one.document in question.gold)
    return any(gold in sentence or sentence in gold for sentence in sentences)


def _spaced(text: str) -> str:
    return " ".join(text.split())
