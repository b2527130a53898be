"""The frozen data classes that indexing and asking pass along, and the protocol of embedders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.outline import Outline, Piece, Unit

Language = Literal["zh", "en"]
Form = Literal["sentences", "bullets"]
Script = Literal["Hans", "Hant"]
"""Simplified or Traditional Chinese (ISO 15924)."""

Vectors = NDArray[np.float32]
"""Unit vectors, shape ``(n, dim)`` or ``(dim,)``, float32."""
WindowEmbeddings = NDArray[np.int8]
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
    """One source file after loading. ``path``, usually relative to the indexed folder, is its name everywhere."""

    path: str
    text: str
    title: str
    language: Language
    content_hash: str
    """sha256 of the file's bytes, hex."""
    date: str | None = None
    """ISO 8601 date, ``YYYY-MM-DD``; ``YYYY-MM`` where only the month is known."""
    author: str | None = None
    source: str | None = None
    """Publication or URL."""
    file: str = ""
    """Absolute path of the source file: two documents of one file are one document."""
    recipe: str = ""
    """The chunking it was cut with: version, chunk size and overlap."""
    outline: Outline = field(default_factory=Outline)
    """Headings, lists, tables, pages and boxes, over ``text``."""
    evidence: str = ""
    """What title, date and author were taken from: "title: first heading; date: file name"."""
    unread: tuple[int, ...] = field(default=(), compare=False)
    """The pages with pictures that were not read; known when the file was just read."""

    @property
    def untitled(self) -> bool:
        """Whether the title is only the file's name."""
        return self.title == PurePosixPath(self.path).stem


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
    context: str = ""
    """The headings above it in the document, outermost first, and a table's caption."""
    pieces: tuple[Piece, ...] = ()
    """What models read of the text, in order; empty where that is the text as it stands."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk with its scores; passages are sorted by ``score``, best first."""

    chunk: Chunk
    score: float
    dense: float
    """Cosine similarity of question and chunk, in [-1, 1]."""
    coverage: float
    """How well the chunk covers the question: see ``Embedding.coverage``."""
    lexical: float
    """Word score in [0, 1]: BM25 as a share of the best score the question could reach in this index; of a chunk in the
    other language, the share of the question's words that it says in that language."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a document that a claim stands on."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement with its spans, without ``evidence`` never shown; ``label``, a document's title, goes before it."""

    text: str
    evidence: tuple[Evidence, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the items asked for the answer gives, and how many there are."""

    given: int
    of: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What a Generator or a plan proposes. No claims is a refusal; ``reason`` then says why."""

    claims: tuple[Claim, ...]
    confidence: float
    """Estimated probability that the draft answers the question, in [0, 1]."""
    reason: str | None = None
    differing: bool = False
    """Whether the claims are different documents' answers to one question; each is then shown with its date."""
    form: Form = "sentences"
    """Whether claims are joined into one paragraph or shown one a line."""
    frame: str = ""
    """Words of ours before the claims, such as the number of items counted, or "yes"."""
    coverage: Coverage | None = None
    kind: str = "fact"
    """The plan it was made by: see ``rag.question.kind``."""
    label: str = ""
    """As a part: the side, or the question."""
    parts: tuple[Draft, ...] = ()
    """The sides of a comparison, or the questions in a question; ``claims`` is then empty."""


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
    lead: int = 0
    """How many characters of the sentence stand before the quote."""
    page: int | None = None
    """The page, slide, sheet or chapter on which the quote begins, from 1; None where the document has none."""
    unit: Unit = "page"
    """Which of them ``page`` counts."""
    by_machine: bool = False
    """Whether the text of that page was recognised in a picture (OCR)."""
    row: str = ""
    """The row of its sheet in which the quote stands ("17"), where that counts its rows."""

    @property
    def parted(self) -> tuple[str, str, str]:
        """The sentence before, in and after the quote."""
        end = self.lead + len(self.quote)
        return self.sentence[: self.lead], self.sentence[self.lead : end], self.sentence[end:]


@dataclass(frozen=True, slots=True)
class Part:
    """One side of a comparison, or the answer to one of several questions; ``citations`` are markers."""

    label: str
    text: str
    citations: tuple[int, ...]
    refused: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """How many documents an answer was looked for in, and how many there are."""

    documents: int
    of: int
    undated: int = 0
    """How many were left out for having no date, where dates were asked for."""
    named: tuple[str, ...] = ()
    """The paths of the documents that the question names: it was looked for in these."""


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
    written: str = ""
    """The same in a writer's words, its supported sentences only, each with markers; "" without a writer."""
    dropped: tuple[str, ...] = ()
    """Statements of the draft that no cited span supports; shown struck out, never as part of the answer."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    receipt: Mapping[str, Any] = field(default_factory=dict)
    """Index generation, models and settings that produced this answer."""
    kind: str = "fact"
    """What was asked for: see ``rag.question.kind``."""
    parts: tuple[Part, ...] = ()
    coverage: Coverage | None = None
    searched: Searched | None = None
    """Where only some of the documents were searched."""


@dataclass(frozen=True, slots=True)
class FileCopy:
    """Another file with the same content as an indexed document."""

    path: str
    file: str
    tags: tuple[str, ...] = ()


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
    evidence: str = ""
    copies: tuple[FileCopy, ...] = ()
    """Other files with the same content, by path."""
    tags: tuple[str, ...] = ()

    def everywhere(self) -> Iterator[DocumentInfo]:
        """This document once for each of its paths: its own and those of its copies."""
        yield self
        for place in self.copies:
            title = PurePosixPath(place.path).stem if self.title == PurePosixPath(self.path).stem else self.title
            yield replace(self, path=place.path, file=place.file, title=title, tags=place.tags)


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """The vectors of one text: one for the whole, used to find it, and one for each part, used to rank it."""

    vector: Vectors
    """Shape ``(dim,)``, unit length."""
    parts: WindowEmbeddings
    """Shape ``(parts, part_dim)``; at least one part."""

    def cosine(self, other: Embedding) -> float:
        """Cosine of the two vectors."""
        return float(self.vector @ other.vector)

    def coverage(self, other: Embedding) -> float:
        """How well ``other`` covers this text: the mean, over this text's parts, of the best cosine with a part of it.

        The MaxSim of late interaction (Khattab & Zaharia, "ColBERT", SIGIR 2020), as a mean, so within [-1, 1].
        """
        cosines = self.parts.astype(np.float32) @ other.parts.astype(np.float32).T / 127**2
        return float(cosines.max(axis=1).mean())


class Embedder(Protocol):
    """Turns texts into embeddings. Questions and passages may be encoded differently."""

    @property
    def id(self) -> str:
        """Model name and weight hash: vectors of two ids are never compared."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def warm_up(self) -> None:
        """Load the model now rather than with the first text."""

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        """One embedding a text, in order."""

    def embed_question(self, text: str) -> Embedding:
        """The embedding of one question."""
