"""Short ways to make the data that tests are about."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from rag.models.embedders import HashEmbedder
from rag.stores.protocol import Store
from rag.text import language_of, terms
from rag.types import Chunk, Document, Embedder, Embedding, Vectors

DIM = 64


def document(path: str, text: str, **fields: str | None) -> Document:
    """A document with what a loader would find out about ``text``."""
    given: dict[str, str | None] = {
        "title": path,
        "language": language_of(text),
        "file": f"/documents/{path}",
        **fields,
    }
    return Document(path=path, text=text, content_hash=hashlib.sha256(text.encode()).hexdigest(), **given)  # type: ignore[arg-type]


def lines(of: Document) -> list[Chunk]:
    """A chunk for every line that is not blank."""
    return list(_lines(of))


def put(store: Store, of: Document, embedder: Embedder | None = None) -> list[Chunk]:
    """Store a document, a chunk a line; returns the chunks."""
    chunks = lines(of)
    store.replace(of, chunks, embeddings(chunks, embedder), words(chunks))
    return chunks


def embeddings(chunks: Sequence[Chunk], embedder: Embedder | None = None) -> list[Embedding]:
    return (embedder or HashEmbedder(DIM)).embed_passages([chunk.text for chunk in chunks])


def words(chunks: Sequence[Chunk]) -> list[str]:
    return [" ".join(terms(chunk.text)) for chunk in chunks]


def unit(*numbers: float) -> Vectors:
    """A vector of these directions, unit length."""
    vector = np.array(numbers, np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def too_deep(folder: Path) -> None:
    """Folders in folders until the path is longer than any that can be opened; even root cannot look inside."""
    before = os.getcwd()
    try:
        os.chdir(folder)
        for _ in range(20):
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
    finally:
        os.chdir(before)


def _lines(of: Document) -> Iterator[Chunk]:
    start = 0
    for line in of.text.split("\n"):
        if line.strip():
            yield Chunk(of.path, start, start + len(line), line, of.title, of.date, of.language)
        start += len(line) + 1
