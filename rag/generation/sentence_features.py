"""A question and its passages to the sentences that might answer it, each with what speaks for and against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from rag.question.analysis import Question
from rag.text import in_script_of, language_of, sentences, terms
from rag.types import Embedder, Embedding, Evidence, Passage, Span, Vectors, WindowEmbeddings
from rag.values import values_in

SHORT = 8
"""Columns up to which a sentence only opens the next: "Yes.", "1.", 可以。"""

LONGEST = 300
"""Columns up to which clauses between semicolons are one sentence."""

_SEMICOLON = re.compile(r"[;；][\"'”’」』》）)\]]*$")
_ASKS = re.compile(r"[?？][\"'”’」』》）)\]]*$")


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for and against a sentence; (same) marks what is 0 where question and passage share no language."""

    passage: float
    """Cosine of question and passage: the topic."""
    document: float
    """How well the passage's sentences together cover the question: the names are often said elsewhere in it."""
    sentence: float
    """Cosine of question and sentence."""
    answering: float
    """How well the sentence covers the question by a metric that was fitted on answers: see ``Metric``."""
    context: float
    """Coverage by the sentence, the one before and the title: what "the company" refers to."""
    echo: float
    """How much of the sentence is in the question already: a heading or the question again tells nothing."""
    words: float
    """Share of the question's words in the passage (same)."""
    matches_answer_type: float
    """Whether it has a value or place of the kind asked for, one that the question does not name."""
    clashes: float
    """How many numbers, dates and places of the question it replaces by others: another year, another city."""
    unsaid: float
    """How many numbers, dates and places of the question the passage, its title and its date lack: another year."""
    unnamed: float
    """How many Latin names of the question the passage and its title lack (same, or a Chinese question)."""
    astray: float
    """1 where it tells of something else: it replaces a value that the passage lacks, or the passage lacks a name."""
    length: float
    """Logarithm of its columns."""
    position: float
    """Logarithm of its place in the passage: answers come early."""
    cross_lingual: float
    """Whether the passage is in the other language; makes up for the words it cannot share."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage and its features."""

    passage: Passage
    span: Span
    """In the passage's text."""
    features: Features

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
class Metric:
    """A fitted coverage: which parts of a question matter, and which parts of a sentence answer them.

    The closeness of parts q and p is ``q·p + qL·pR``, with ``left`` L and ``right`` R of shape ``(part_dim, rank)``,
    and the mean over q is weighted by ``softmax(q·focus)``. It is late interaction as in ColBERT (Khattab & Zaharia,
    SIGIR 2020) with the encoder frozen and only this low-rank term learned.
    """

    focus: Vectors
    left: Vectors
    right: Vectors

    def answering(self, question: Vectors, sentence: Vectors) -> float:
        """How well a sentence answers, from the parts of both, shapes ``(n, part_dim)`` and ``(m, part_dim)``."""
        closeness = question @ sentence.T + (question @ self.left) @ (sentence @ self.right).T
        weights = np.exp(question @ self.focus)
        return float(weights @ closeness.max(axis=1) / weights.sum())


def distinct(passages: Sequence[Passage]) -> list[Passage]:
    """The best passage of each text: versions of one document must not share the probability, nor be read twice."""
    first: dict[str, Passage] = {}
    for passage in passages:
        first.setdefault(passage.chunk.text, passage)
    return list(first.values())


def read(question: Question, passages: Sequence[Passage], embedder: Embedder, metric: Metric | None) -> list[Candidate]:
    """Every sentence of the passages that is no question, in their order.

    ``metric`` is None where none was fitted for the embedder; plain coverage then stands in for it.
    """
    alike = in_script_of("".join(one.chunk.text for one in passages), question.text)
    known = question.embedding if alike == question.text else None
    question_embedding = known or embedder.embed_question(alike)
    spans = [whole_sentences(one.chunk.text) for one in passages]
    texts = [span.of(one.chunk.text) for one, own in zip(passages, spans, strict=True) for span in own]
    titles = list(dict.fromkeys(one.chunk.title for one in passages))
    embedded = dict(zip([*texts, *titles], embedder.embed_passages([*texts, *titles]), strict=True))
    return [
        candidate
        for passage, own in zip(passages, spans, strict=True)
        for candidate in _PassageReader(question, question_embedding, passage, own, embedded, metric).candidates()
    ]


@dataclass(frozen=True)
class _PassageReader:
    """One passage against one question."""

    asked: Question
    question: Embedding
    passage: Passage
    spans: list[Span]
    embedded: dict[str, Embedding]
    metric: Metric | None

    def candidates(self) -> list[Candidate]:
        """Its sentences that are no questions, in order."""
        asked, chunk = self.asked, self.passage.chunk
        around = f"{chunk.title}\n{chunk.date or ''}\n{chunk.text}"
        unsaid = asked.unsaid(around, values_in(around)) if asked.values or asked.places else 0
        words = frozenset(asked.terms)
        shared = len(words.intersection(terms(around))) / max(len(words), 1)
        same = language_of(chunk.text) == asked.language
        unnamed = asked.unnamed(around) if same or asked.language == "zh" else 0
        parts = _floats(self.question.parts)
        title = _best(parts, self.embedded[chunk.title])
        best = [_best(parts, self.embedded[span.of(chunk.text)]) for span in self.spans]
        document = float(np.max([*best, title], axis=0).mean())
        candidates = []
        for position, span in enumerate(self.spans):
            text = span.of(chunk.text)
            if _ASKS.search(text):
                continue
            embedding = self.embedded[text]
            values = values_in(text) if asked.answer_types or asked.values else []
            known = [best[position], title, *best[max(position - 1, 0) : position]]
            own_parts = _floats(embedding.parts)
            clashes = asked.clashes(text, values)
            features = Features(
                passage=self.passage.dense,
                document=document,
                sentence=self.question.cosine(embedding),
                answering=self.metric.answering(parts, own_parts) if self.metric else float(best[position].mean()),
                context=float(np.max(known, axis=0).mean()),
                echo=float((parts @ own_parts.T).max(axis=0).mean()),
                words=shared * same,
                matches_answer_type=float(asked.matches_answer_type(text, values)),
                clashes=float(clashes),
                unsaid=float(unsaid),
                unnamed=float(unnamed),
                astray=float(unnamed > 0 or (clashes > 0 and unsaid > 0)),
                length=log(1 + _columns(text)),
                position=log(1 + position),
                cross_lingual=float(not same),
            )
            candidates.append(Candidate(self.passage, span, features))
        return candidates


def whole_sentences(text: str) -> list[Span]:
    """The sentences of a text, none of a word or two; one runs on past semicolons, and none ends in one."""
    merged: list[Span] = []
    for span in sentences(text):
        before = merged[-1] if merged else None
        if before and _joins(text, before, span):
            merged[-1] = Span(before.start, span.end)
        else:
            merged.append(span)
    return [Span(one.start, one.end - len(text[one.start : one.end]) + len(_bare(one.of(text)))) for one in merged]


def _joins(text: str, before: Span, span: Span) -> bool:
    whole, opening = text[before.start : span.end], before.of(text)
    runs_on = _SEMICOLON.search(opening) or _columns(opening) <= SHORT
    return bool(runs_on) and "\n" not in whole and _columns(whole) <= LONGEST


def _bare(text: str) -> str:
    return text.rstrip(";；") or text


def _columns(text: str) -> int:
    return len(text) * (2 if language_of(text) == "zh" else 1)


def _floats(parts: WindowEmbeddings) -> Vectors:
    return parts.astype(np.float32) / np.float32(127)


def _best(question: Vectors, embedding: Embedding) -> Vectors:
    """For each part of the question, shape ``(n,)``, the closest part of a text."""
    best: Vectors = (question @ _floats(embedding.parts).T).max(axis=1)
    return best
