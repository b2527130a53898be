"""Ranking features of the sentences that may answer a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from rag.generation.candidates import Unit, columns
from rag.generation.selection import Selection, headed, setting
from rag.model_text import model_text
from rag.models.translation import translate
from rag.question.analysis import Question
from rag.text import in_script_of, language_of, terms
from rag.types import Chunk, Claim, Embedder, Embedding, Evidence, Passage, Span, Vectors, WindowEmbeddings
from rag.values import values_in

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
    translated: float
    """How much of the question the sentence says in the other language, by a dictionary; 0 in the same language."""
    translated_context: float
    """The sentence with its headings."""
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
    """What may answer in a passage, and its features."""

    passage: Passage
    unit: Unit
    features: Features

    @property
    def span(self) -> Span:
        """In the passage's text."""
        return self.unit.span

    @property
    def evidence(self) -> Evidence:
        """The sentence in document offsets."""
        return self.evidence_of(self.span)

    def evidence_of(self, span: Span) -> Evidence:
        """A span of the passage's text in document offsets."""
        start = self.passage.chunk.start
        return Evidence(self.passage.chunk.document, start + span.start, start + span.end)

    def claim(self, span: Span) -> Claim:
        """A span of the passage's text as a statement."""
        return Claim(span.of(self.passage.chunk.text), (self.evidence_of(span),))

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
        first.setdefault(model_text(passage.chunk).text, passage)
    return list(first.values())


def read(question: Question, passages: Sequence[Passage], embedder: Embedder, metric: Metric | None) -> list[Candidate]:
    """Every sentence of the passages that is no question, in their order.

    ``metric`` is None where none was fitted for the embedder; plain coverage then stands in for it.
    """
    alike = in_script_of("".join(one.chunk.text for one in passages), question.text)
    known = question.embedding if alike == question.text else None
    question_embedding = known or embedder.embed_question(alike)
    chosen = Selection(question)
    kept = chosen.of([one.chunk for one in passages])
    texts = [unit.text for own in kept for unit in own]
    titles = list(dict.fromkeys(headed(one.chunk) for one in passages))
    embedded = dict(zip([*texts, *titles], embedder.embed_passages([*texts, *titles]), strict=True))
    translated = _translated(question, passages, kept)
    return [
        candidate
        for passage, own in zip(passages, kept, strict=True)
        if own
        for candidate in _PassageReader(
            question, question_embedding, passage, own, embedded, metric, chosen.missing, translated
        ).candidates()
    ]


def _translated(
    question: Question, passages: Sequence[Passage], kept: Sequence[Sequence[Unit]]
) -> dict[tuple[str, str], tuple[float, float]]:
    """For the headings and text of each sentence in the other language, how much of the question is said in it.

    By the sentence alone, and with its headings.
    """
    found = [(headed(one.chunk), unit.text) for one, own in zip(passages, kept, strict=True) for unit in own
             if language_of(one.chunk.text) != question.language]  # fmt: skip
    if not found:
        return {}
    translation = translate(question.text, question.language)
    alone = translation.shares([text for _, text in found])
    return dict(zip(found, zip(alone, translation.shares(list(map("\n".join, found))), strict=True), strict=True))


@dataclass(frozen=True)
class _PassageReader:
    """One passage against one question."""

    asked: Question
    question: Embedding
    passage: Passage
    units: Sequence[Unit]
    embedded: dict[str, Embedding]
    metric: Metric | None
    missing: int
    """How many identifiers of the question no passage has."""
    translated: Mapping[tuple[str, str], tuple[float, float]]

    def candidates(self) -> list[Candidate]:
        """Its sentences that are no questions, in order."""
        asked, chunk = self.asked, self.passage.chunk
        around = _around(chunk)
        unsaid = asked.unsaid(around, values_in(around)) if asked.values or asked.places else 0
        words = frozenset(asked.terms)
        shared = len(words.intersection(terms(around))) / max(len(words), 1)
        same = language_of(chunk.text) == asked.language
        unnamed = (asked.unnamed(around) if same or asked.language == "zh" else 0) + self.missing
        parts = _floats(self.question.parts)
        title = _best(parts, self.embedded[headed(chunk)])
        best = [_best(parts, self.embedded[unit.text]) for unit in self.units]
        document = float(np.max([*best, title], axis=0).mean())
        candidates = []
        for position, unit in enumerate(self.units):
            text = unit.text
            if _ASKS.search(text):
                continue
            embedding = self.embedded[text]
            values = values_in(text) if asked.answer_types or asked.values else []
            known = [best[position], title, *best[max(position - 1, 0) : position]]
            own_parts = _floats(embedding.parts)
            clashes = asked.clashes(text, values)
            translated, translated_context = self.translated.get((headed(chunk), text), (0.0, 0.0))
            features = Features(
                passage=self.passage.dense,
                document=document,
                sentence=self.question.cosine(embedding),
                answering=self.metric.answering(parts, own_parts) if self.metric else float(best[position].mean()),
                context=float(np.max(known, axis=0).mean()),
                echo=float((parts @ own_parts.T).max(axis=0).mean()),
                words=shared * same,
                translated=translated,
                translated_context=translated_context,
                matches_answer_type=float(asked.matches_answer_type(text, values)),
                clashes=float(clashes),
                unsaid=float(unsaid),
                unnamed=float(unnamed),
                astray=float(unnamed > 0 or (clashes > 0 and unsaid > 0)),
                length=log(1 + columns(text)),
                position=log(1 + position),
                cross_lingual=float(not same),
            )
            candidates.append(Candidate(self.passage, unit, features))
        return candidates


def _around(chunk: Chunk) -> str:
    """A chunk with all that is known of it."""
    return f"{setting(chunk)}\n{chunk.date or ''}\n{chunk.text}"


def _floats(parts: WindowEmbeddings) -> Vectors:
    return parts.astype(np.float32) / np.float32(127)


def _best(question: Vectors, embedding: Embedding) -> Vectors:
    """For each part of the question, shape ``(n,)``, the closest part of a text."""
    best: Vectors = (question @ _floats(embedding.parts).T).max(axis=1)
    return best
