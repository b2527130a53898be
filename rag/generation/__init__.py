"""Generators: question and passages to an answer draft."""

from __future__ import annotations

from rag.generation.extractive import ExtractiveGenerator
from rag.types import Embedder, Generator


def open_generator(name: str, embedder: Embedder) -> Generator:
    """The generator called ``name``: ``extractive``, or an encoder-decoder model by hub name or folder."""
    if name == "extractive":
        return ExtractiveGenerator(embedder)
    from rag.generation.seq2seq import Seq2SeqGenerator

    def similarity(one: str, other: str) -> float:
        first, second = embedder.embed_passages([one, other])
        return first.cosine(second)

    return Seq2SeqGenerator(name, similarity)
