"""A question to ranked passages: found by vectors and words, ranked by how well they cover the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.question.analysis import Question
from rag.stores.protocol import Search
from rag.types import Document, Passage

CANDIDATES = 50
"""How many chunks each search proposes."""

COVERAGE_WEIGHT = 2.0
LEXICAL_WEIGHT = 0.5
"""What counts beside the cosine. Word scores are a share of the best possible, so they fall by themselves where
question and passage share no language. Training questions would have them higher (1.5), but they never cross
languages: there a high weight pulls a question to passages of its own language."""

CROSSING_BONUS = 0.15
"""What a passage in the other language gets: texts of one language look alike for being in it. Chosen on the tuned two
thirds of the seed questions; from 0.25 on it hurts questions in the passage's language."""


@dataclass(frozen=True, slots=True)
class Found:
    """A question and the passages for it, best first: what an answer is read from."""

    asked: Question
    passages: tuple[Passage, ...]
    documents: Mapping[str, Document]
    """The documents of the passages as they were when these were found, by path."""
    receipt: Mapping[str, Any]
    timings_ms: Mapping[str, float]

    @property
    def question(self) -> str:
        """The words of the question, which stand alone."""
        return self.asked.text


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches one store, with questions whose embedding is the store's embedder's."""

    store: Search

    def retrieve(self, question: Question, k: int) -> list[Passage]:
        """The ``k`` best passages for a question, best first; fewer where the index holds fewer."""
        asked = question.embedding
        if asked is None:
            raise ValueError("the question was not embedded: Question.embedded_by")
        near = self.store.search_vectors(asked.vector, max(CANDIDATES, k))
        worded = self.store.search_words(question.terms, max(CANDIDATES, k))
        chunks = {hit.id: hit.chunk for hit in (*near, *worded)}
        lexical = {hit.id: hit.score for hit in worded}
        passages = []
        for row, found in self.store.embeddings(list(chunks)).items():
            dense, coverage, words = asked.cosine(found), asked.coverage(found), lexical.get(row, 0.0)
            crossing = CROSSING_BONUS * (chunks[row].language != question.language)
            score = dense + COVERAGE_WEIGHT * coverage + LEXICAL_WEIGHT * words + crossing
            passages.append(Passage(chunks[row], score, dense, coverage, words))
        passages.sort(key=lambda passage: (-passage.score, passage.chunk.document, passage.chunk.start))
        return passages[:k]
