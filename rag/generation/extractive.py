"""Question and passages to the sentence that answers best, quoted whole: needs no weights beyond the embedder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from rag.text import fold, question_terms, sentences, terms
from rag.types import Claim, Draft, Embedder, Evidence, Passage, Span
from rag.values import values_in

READ = 5
"""How many passages are read sentence by sentence."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage and what speaks for it."""

    passage: Passage
    span: Span
    """In the passage's text."""
    cosine: float
    coverage: float
    """How well it has each part of the question."""
    overlap: float
    """Share of the question's terms that the sentence has."""
    fits: bool
    """Whether it holds the kind of thing the question asks for."""

    @property
    def score(self) -> float:
        """What ranks candidates."""
        return 0.5 * self.cosine + self.coverage + 0.2 * self.passage.score + 0.3 * self.overlap + 0.1 * self.fits

    @property
    def evidence(self) -> Evidence:
        """The sentence in document offsets."""
        start = self.passage.chunk.start
        return Evidence(self.passage.chunk.document, start + self.span.start, start + self.span.end)

    @property
    def text(self) -> str:
        """The words of the sentence."""
        return self.span.of(self.passage.chunk.text)


@dataclass(frozen=True, slots=True)
class ExtractiveGenerator:
    """Answers with the best sentence of the best passages, and refuses by a calibrated confidence."""

    embedder: Embedder
    id: str = "extractive"

    def generate(self, question: str, passages: Sequence[Passage]) -> Draft:
        """One claim, which is its own evidence; none where no passage has a sentence."""
        ranked = self.rank(question, passages)
        if not ranked:
            return Draft((), 0.0)
        best = ranked[0]
        claim = Claim(best.text, (best.evidence,))
        return Draft((claim,), confidence(best))

    def rank(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        """Every sentence of the passages read, best first."""
        asked = self.embedder.embed_question(question)
        wanted = set(question_terms(question))
        kind = asked_kind(question)
        found = [(passage, span) for passage in passages[:READ] for span in sentences(passage.chunk.text)]
        texts = [span.of(passage.chunk.text) for passage, span in found]
        read = self.embedder.embed_passages(texts)
        candidates = [
            Candidate(passage, span, asked.cosine(one), asked.coverage(one), _overlap(wanted, text), _fits(kind, text))
            for (passage, span), text, one in zip(found, texts, read, strict=True)
        ]
        return sorted(candidates, key=lambda one: (-one.score, one.evidence.document, one.evidence.start))


def confidence(best: Candidate) -> float:
    """The calibrated probability that the best candidate answers the question."""
    return 1 / (1 + exp(-8 * (best.score - 1.0)))


_ASKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date", re.compile(r"何时|什么时候|哪一?年|哪一?天|几月|几号|日期|\bwhen\b|\bwhat (?:year|date|day|month)\b")),
    (
        "number",
        re.compile(
            r"多少|几[个家间名位种次年月天倍项所人条]|多大|多长|多高|多久|\bhow (?:many|much|large|big|long|far|old)\b"
        ),
    ),
)


def asked_kind(question: str) -> str | None:
    """``date`` or ``number`` where the question asks for one, else None."""
    folded = fold(question)
    return next((kind for kind, pattern in _ASKS if pattern.search(folded)), None)


def _fits(kind: str | None, text: str) -> bool:
    if kind is None:
        return True
    found = {value.kind for value in values_in(text)}
    return "date" in found if kind == "date" else bool(found - {"date"})


def _overlap(wanted: set[str], text: str) -> float:
    return len(wanted & set(terms(text))) / max(len(wanted), 1)
