"""Generators: question and passages to an answer draft."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.generation.extractive import ExtractiveGenerator
from rag.generation.protocol import Generator
from rag.generation.reader import is_reader, open_reader, shipped_reader
from rag.generation.recent import RecentEmbeddings
from rag.types import Embedder


def open_generator(name: str, embedder: Embedder, similarity: Callable[[str, str], float]) -> Generator:
    """The generator called ``name``: ``reader``, ``extractive``, or an encoder-decoder model by hub name or folder.

    ``reader`` is the one that ships. A folder may also hold a reader of one's own, as ``python -m
    rag.training.reader`` writes it.

    ``similarity`` is the cosine of two texts, by which a model's sentences find their passages across languages.
    """
    embedder = RecentEmbeddings(embedder)
    if name == "reader":
        return shipped_reader(embedder)
    if name == "extractive":
        return ExtractiveGenerator(embedder)
    if is_reader(Path(name)):
        return open_reader(embedder, Path(name))
    from rag.generation.seq2seq import Seq2SeqWriter
    from rag.generation.writing import WritingGenerator

    return WritingGenerator(Seq2SeqWriter(name), similarity)
