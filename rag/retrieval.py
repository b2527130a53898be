"""A question to ranked passages: nearest vectors and shared words, fused, then ranked by their best sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.text import question_terms, sentences
from rag.types import Chunk, Embedder, Passage, Store, Vectors

CANDIDATES = 50
"""How many chunks each search proposes."""

RERANKED = 20
"""How many of them are read sentence by sentence."""

LEXICAL_WEIGHT = 0.3
"""What a full word match adds to the cosine. Word scores are a share of the best possible, so they fall by themselves
where question and passage share no language."""

SENTENCE_WEIGHT = 1.0
"""What the cosine of the best sentence adds."""


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches one store with one embedder."""

    store: Store
    embedder: Embedder

    def retrieve(self, question: str, k: int) -> list[Passage]:
        """The ``k`` best passages for a question, best first; fewer where the index holds fewer."""
        vector = self.embedder.embed_question(question)
        near = self.store.search_vectors(vector, CANDIDATES)
        worded = self.store.search_words(question_terms(question), CANDIDATES)
        chunks = {hit.id: hit.chunk for hit in (*near, *worded)}
        dense = {hit.id: hit.score for hit in near}
        unseen = [row for row in chunks if row not in dense]
        dense.update(zip(unseen, self.store.cosines(vector, unseen), strict=True))
        lexical = {hit.id: hit.score for hit in worded}
        found = [_passage(chunk, dense[row], lexical.get(row, 0.0)) for row, chunk in chunks.items()]
        return self._reranked(vector, sorted(found, key=_best_first)[: max(RERANKED, k)])[:k]

    def _reranked(self, vector: Vectors, passages: Sequence[Passage]) -> list[Passage]:
        """Passages ordered anew with the cosine of their best sentence, which one long chunk can drown."""
        texts = [[span.of(p.chunk.text) for span in sentences(p.chunk.text)] or [p.chunk.text] for p in passages]
        cosines = iter(self.embedder.embed_passages([text for group in texts for text in group]) @ vector)
        ranked = [
            _passage(p.chunk, p.dense, p.lexical, max(float(next(cosines)) for _ in group))
            for p, group in zip(passages, texts, strict=True)
        ]
        return sorted(ranked, key=_best_first)


def _passage(chunk: Chunk, dense: float, lexical: float, sentence: float = 0.0) -> Passage:
    score = dense + LEXICAL_WEIGHT * lexical + SENTENCE_WEIGHT * sentence
    return Passage(chunk, float(np.float32(score)), dense, lexical, sentence)


def _best_first(passage: Passage) -> tuple[float, str, int]:
    return (-passage.score, passage.chunk.document, passage.chunk.start)
