"""The frozen data that flows through the two straight lines, and the Protocols of the parts that move it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Language = Literal["zh", "en"]
Vectors = NDArray[np.float32]
"""Unit vectors, shape ``(n, dim)`` or ``(dim,)``, float32."""

Parts = NDArray[np.int8]
"""Unit vectors of the parts of a text, shape ``(parts, part_dim)``, each number times 127."""

Progress = Callable[[int, int], None]
"""Called with (done, total) as work goes on."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, ``text[start:end]``."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of ``text`` in this range."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether ``other`` lies wholly within."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Document:
    """One source file after loading. ``path``, as a rule relative to the indexed root, names it everywhere."""

    path: str
    text: str
    title: str
    language: Language
    content_hash: str
    """sha256 of the file's bytes, hex."""
    date: str | None = None
    """ISO 8601 date, ``YYYY-MM-DD``."""
    author: str | None = None
    source: str | None = None
    """Publication or URL."""
    file: str = ""
    """Absolute path of the source file: two documents of one file are one document."""
    recipe: str = ""
    """What cut it into chunks: version, chunk size and overlap."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stored piece of a document: ``document.text[start:end] == text``, always."""

    document: str
    start: int
    end: int
    text: str
    title: str
    date: str | None
    language: Language


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk with the scores that brought it here; ``score`` orders passages, best first."""

    chunk: Chunk
    score: float
    dense: float
    """Cosine similarity of question and chunk, in [-1, 1]."""
    coverage: float
    """How well the chunk has each part of the question: see ``Embedding.coverage``."""
    lexical: float
    """Word score in [0, 1]: BM25 as a share of the best score the question could reach in this index."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a document that a claim stands on."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a draft and the spans it stands on; an empty ``evidence`` can never be shown."""

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a Generator proposes. No claims is a refusal; ``reason`` then says why."""

    claims: tuple[Claim, ...]
    confidence: float
    """Estimated probability that the draft answers the question, in [0, 1]."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker ``[n]`` of the answer: ``document.text[start:end] == quote``, always."""

    marker: int
    document: str
    title: str
    date: str | None
    source: str | None
    start: int
    end: int
    quote: str
    sentence: str
    """The sentence of the document around the quote."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of ``ask``: a cited answer, or a refusal with the nearest passages."""

    question: str
    language: Language
    text: str
    refused: bool
    confidence: float
    reason: str | None = None
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    dropped: tuple[str, ...] = ()
    """Statements of the draft that no cited span supports; shown struck out, never as part of the answer."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    receipt: Mapping[str, Any] = field(default_factory=dict)
    """Index generation, models and settings that produced this answer."""


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A row of the document list: a Document without its text, plus what the index did with it."""

    path: str
    title: str
    date: str | None
    author: str | None
    source: str | None
    language: Language
    content_hash: str
    file: str
    recipe: str
    chunks: int
    indexed_at: str
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by one search, with that search's raw score (higher is better) and its row id."""

    id: int
    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A text as one vector, by which it is found, and as the vectors of its parts, by which it is ranked."""

    vector: Vectors
    """Shape ``(dim,)``, unit length."""
    parts: Parts
    """Shape ``(parts, part_dim)``; at least one part."""

    def cosine(self, other: Embedding) -> float:
        """Cosine of the two vectors."""
        return float(self.vector @ other.vector)

    def coverage(self, other: Embedding) -> float:
        """How well ``other`` has each of this text's parts: the mean, over them, of the best cosine.

        The MaxSim of late interaction (Khattab & Zaharia, "ColBERT", SIGIR 2020), as a mean, so within [-1, 1].
        """
        cosines = self.parts.astype(np.float32) @ other.parts.astype(np.float32).T / 127**2
        return float(cosines.max(axis=1).mean())


class Embedder(Protocol):
    """Texts to embeddings. Questions and passages may be encoded differently."""

    @property
    def id(self) -> str:
        """Model name and weight hash: vectors of two ids are never compared."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        """One embedding a text, in order."""
        ...

    def embed_question(self, text: str) -> Embedding:
        """The embedding of one question."""
        ...


class Store(Protocol):
    """Documents, chunks and vectors, durable; searched by vector and by words."""

    def meta(self) -> Mapping[str, str]:
        """What the index was built with: schema, embedder id, dimension, generation."""
        ...

    def documents(self) -> list[DocumentInfo]:
        """Every document, ordered by path."""
        ...

    def document(self, path: str) -> Document | None:
        """The document at ``path``, with its text."""
        ...

    def recipes(self) -> list[str]:
        """The ``Document.recipe`` of all documents, each once, sorted."""
        ...

    def replace(
        self, document: Document, chunks: Sequence[Chunk], embeddings: Sequence[Embedding], words: Sequence[str]
    ) -> None:
        """Put a document in place of whatever had its path, in one transaction.

        ``embeddings[i]`` and ``words[i]``, its index terms with spaces between, belong to ``chunks[i]``.
        """
        ...

    def delete(self, paths: Iterable[str]) -> int:
        """Forget documents; returns how many there were. They are gone from the next search on."""
        ...

    def known_embeddings(self, texts: Sequence[str]) -> dict[str, Embedding]:
        """The stored embedding of each text that was embedded before."""
        ...

    def search_vectors(self, vector: Vectors, k: int) -> list[Hit]:
        """The k chunks of highest cosine with ``vector`` of shape ``(dim,)``, best first."""
        ...

    def search_words(self, terms: Sequence[str], k: int) -> list[Hit]:
        """The k chunks of highest BM25 for any of ``terms``, best first.

        The score is the share, in [0, 1], of the best that any chunk could reach for these terms.
        """
        ...

    def embeddings(self, ids: Sequence[int]) -> Mapping[int, Embedding]:
        """The embeddings of chunks by id, without those that another process has deleted meanwhile."""
        ...

    def count(self) -> int:
        """How many chunks are stored."""
        ...

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Record what the index is built with."""
        ...

    def finish(self) -> None:
        """End a round of writing: drop what nothing uses, bring derived files up to date."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class Generator(Protocol):
    """Question and passages to an answer draft."""

    @property
    def id(self) -> str:
        """Name, and for weights their hash; stands in the receipt."""
        ...

    def generate(self, question: str, passages: Sequence[Passage]) -> Draft:
        """What the passages, best first, answer; a Draft without claims is a refusal."""
        ...
