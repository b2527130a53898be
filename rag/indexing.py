"""Files to stored, embedded chunks: one pass over what was found, and what became of each file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.chunking import chunk
from rag.errors import DocumentError
from rag.loaders import SourceFile, content_hash, load
from rag.text import terms
from rag.types import Chunk, Document, DocumentInfo, Embedder, Embedding, Store

EMBEDDED_AT_ONCE = 64
"""Chunks that are collected before they are embedded, to keep all cores busy."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A path that could not be indexed, why, and what to do."""

    path: str
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What one run of ``index`` did, by path."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    chunks: int = 0
    """Chunks written in this run."""
    embedded: int = 0
    """Chunks that had to be embedded; the others' vectors were known."""
    seconds: float = 0.0


class IndexRun:
    """One pass over files: what each became, and the counts. Call ``write`` after the last."""

    def __init__(
        self, store: Store, embedder: Embedder, size: int, overlap: int, known: Mapping[str, DocumentInfo]
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._size = size
        self._overlap = overlap
        self._known = known
        self._pending: list[tuple[Document, list[Chunk]]] = []
        self.failed: list[Failure] = []
        self._written: list[str] = []
        self._unchanged: list[str] = []
        self._chunks = 0
        self._embedded = 0

    @property
    def waiting(self) -> int:
        """How many documents are read but not yet stored."""
        return len(self._pending)

    def take(self, file: SourceFile) -> None:
        """Read one file, or note why not; documents are stored as soon as there are chunks enough to embed at once."""
        try:
            known = self._known.get(file.name)
            if known and known.content_hash == content_hash(file):
                self._unchanged.append(file.name)
                return
            document = load(file)
        except DocumentError as error:
            self.failed.append(Failure(file.name, error.reason, error.hint))
            return
        self._pending.append((document, chunk(document, self._size, self._overlap)))
        if sum(len(chunks) for _, chunks in self._pending) >= EMBEDDED_AT_ONCE:
            self.write()

    def write(self) -> None:
        """Embed what is pending and store it, a transaction a document."""
        embeddings = self._embed([one.text for _, chunks in self._pending for one in chunks])
        for document, chunks in self._pending:
            own = [embeddings[one.text] for one in chunks]
            self._store.replace(document, chunks, own, [index_terms(one) for one in chunks])
            self._written.append(document.path)
            self._chunks += len(chunks)
        self._pending = []

    def _embed(self, texts: list[str]) -> dict[str, Embedding]:
        """The embedding of each text; only what was never embedded costs anything."""
        known = self._store.known_embeddings(texts)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        self._embedded += len(new)
        return known | dict(zip(new, self._embedder.embed_passages(new), strict=True))

    def summary(self, before: Mapping[str, DocumentInfo], removed: Sequence[str], seconds: float) -> IndexSummary:
        """What this pass did, given what was stored before it and what was removed after it."""
        return IndexSummary(
            added=tuple(path for path in self._written if path not in before),
            updated=tuple(path for path in self._written if path in before),
            unchanged=tuple(self._unchanged),
            removed=tuple(removed),
            failed=tuple(self.failed),
            chunks=self._chunks,
            embedded=self._embedded,
            seconds=seconds,
        )


def index_terms(one: Chunk) -> str:
    """The words a chunk is found by: its document's title and its own text."""
    return " ".join(terms(f"{one.title}\n{one.text}"))


def renamed(file: SourceFile, before: Mapping[str, DocumentInfo]) -> SourceFile:
    """Keep two folders apart that hold files of one name: the later one's is prefixed with its folder."""
    holder = before.get(file.name)
    if holder is None or holder.root == str(file.root):
        return file
    return replace(file, name=f"{file.root.name}/{file.name}")
