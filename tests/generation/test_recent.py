"""Embeddings that are kept for a while."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.generation.recent import RecentEmbeddings
from rag.models.embedders import HashEmbedder
from rag.types import Embedding


class Counting(HashEmbedder):
    """Notes what it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        self.embedded += texts
        return super().embed_passages(texts)


def test_known_texts_are_not_embedded_again_and_all_come_in_order() -> None:
    counting = Counting()
    recent = RecentEmbeddings(counting)
    recent.embed_passages(["a mill", "a bridge"])
    found = recent.embed_passages(["a ferry", "a bridge", "a ferry", "a mill"])
    assert counting.embedded == ["a mill", "a bridge", "a ferry"]
    expected = HashEmbedder().embed_passages(["a ferry", "a bridge", "a ferry", "a mill"])
    assert all(np.array_equal(one.vector, other.vector) for one, other in zip(found, expected, strict=True))


def test_the_oldest_are_forgotten_first() -> None:
    counting = Counting()
    recent = RecentEmbeddings(counting, most=2)
    recent.embed_passages(["one", "two", "three"])
    recent.embed_passages(["two", "three"])
    assert counting.embedded == ["one", "two", "three"]
    recent.embed_passages(["one"])
    assert counting.embedded == ["one", "two", "three", "one"]


def test_it_is_the_embedder_that_it_keeps_for() -> None:
    embedder = HashEmbedder()
    recent = RecentEmbeddings(embedder)
    assert (recent.id, recent.dim) == (embedder.id, embedder.dim)
    assert np.array_equal(recent.embed_question("why?").vector, embedder.embed_question("why?").vector)
