"""The protocol of stores, in three parts: searching, writing, maintenance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.status import WriteRun
from rag.types import Chunk, Document, DocumentInfo, Embedding, FileCopy, Vectors


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by one search, with that search's raw score (higher is better) and its row id."""

    id: int
    chunk: Chunk
    score: float


class Search(Protocol):
    """Searching: chunks found by vector and by words, and their embeddings."""

    def search_vectors(self, vector: Vectors, k: int, within: frozenset[str] | None = None) -> list[Hit]:
        """The k chunks of highest cosine with ``vector`` of shape ``(dim,)``, best first.

        ``within`` holds the paths of the documents that are searched; None is all.
        """
        ...

    def search_words(self, terms: Sequence[str], k: int, within: frozenset[str] | None = None) -> list[Hit]:
        """The k chunks of highest BM25 for any of ``terms``, best first, of the documents ``within``.

        The score is the share, in [0, 1], of the best that any chunk could reach for these terms; whatever is searched,
        how rare a term is counts in the whole index.
        """
        ...

    def embeddings(self, ids: Sequence[int]) -> Mapping[int, Embedding]:
        """The embeddings of chunks by id, without those that another process has deleted meanwhile."""
        ...


class Write(Protocol):
    """Writing: documents are stored and removed by one writer at a time."""

    def meta(self) -> Mapping[str, str]:
        """What the index was built with: schema, embedder id, dimension, generation."""
        ...

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Record what the index is built with."""
        ...

    def count(self) -> int:
        """How many chunks are stored."""
        ...

    def recipes(self) -> list[str]:
        """The ``Document.recipe`` of all documents, each once, sorted."""
        ...

    def documents(self) -> list[DocumentInfo]:
        """Every document, ordered by path."""
        ...

    def document(self, path: str) -> Document | None:
        """The document at ``path``, which may be that of a copy, with its text."""
        ...

    def known_embeddings(self, texts: Sequence[str]) -> dict[str, Embedding]:
        """The stored embedding of each text that was embedded before."""
        ...

    def replace(
        self, document: Document, chunks: Sequence[Chunk], embeddings: Sequence[Embedding], words: Sequence[str]
    ) -> None:
        """Store a document, replacing the one at its path, in one transaction.

        ``embeddings[i]`` and ``words[i]``, its index terms with spaces between, belong to ``chunks[i]``.
        """
        ...

    def add_copy(self, document: str, place: FileCopy) -> None:
        """Note that another file has the content of the document at the path ``document``."""
        ...

    def delete(self, paths: Iterable[str]) -> int:
        """Remove documents; returns how many there were. The next search no longer finds them.

        A document that has copies stays, under the path of the first copy.
        """
        ...

    def writing(self, command: str) -> AbstractContextManager[None]:
        """Be the only writer for the length of the block; others are shown ``command``. Call ``finish`` at the end.

        A write that ends without ``finish`` stays recorded: see ``unfinished``.
        """
        ...

    def sweep(self) -> None:
        """Remove rows that nothing uses, such as the embeddings of removed texts."""
        ...

    def finish(self) -> None:
        """End a write: remove unused rows and bring derived files up to date."""
        ...


class Maintain(Protocol):
    """Maintenance: the current writer, damage, backups, new embeddings."""

    def size(self) -> int:
        """Bytes that the index takes on disk."""
        ...

    def writer(self) -> WriteRun | None:
        """Who is writing now."""
        ...

    def unfinished(self) -> WriteRun | None:
        """The last write, if it was interrupted. What it had stored is kept."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """In this block the thread reads the index as it is now, whatever others write meanwhile."""
        ...

    def reembedding(self, embedder: str) -> Reembedding:
        """New embeddings for every chunk, collected beside the old ones. An interrupted attempt is continued."""
        ...

    def verify(self) -> list[str]:
        """The damage found, one sentence each; empty if there is none. Reads the whole index."""
        ...

    def backup(self, file: Path) -> None:
        """Copy everything, as it stands now, to one file that any store restores, and check the copy."""
        ...

    def is_current(self) -> bool:
        """Whether this is still the index at its place: not removed, not replaced by another file."""
        ...

    def close(self) -> None:
        """Close files and connections."""
        ...


class Store(Search, Write, Maintain, Protocol):
    """Documents, chunks and vectors, durable, for one writer and many readers."""


class Reembedding(Protocol):
    """New embeddings on their way into a store; searches use the old ones until ``swap``."""

    def missing(self) -> int:
        """How many chunks have none yet."""
        ...

    def texts(self, count: int) -> list[str]:
        """The next texts that have none, about ``count``; empty at the end."""
        ...

    def add(self, texts: Sequence[str], embeddings: Sequence[Embedding]) -> None:
        """Keep the embeddings of some texts, durably."""
        ...

    def swap(self) -> None:
        """Put the new embeddings in the place of the old, in one transaction."""
        ...
