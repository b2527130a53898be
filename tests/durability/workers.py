"""What processes do that are killed, or that read while others write; each says on a file what it has got done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import faiss  # noqa: F401  so that the process that children are forked from has it

from rag import Rag, Settings
from rag.models.embedders import HashEmbedder, open_embedder
from rag.stores.sqlite.store import FAISS_FILE, SqliteStore
from rag.types import Chunk, Document, Embedder, Embedding


class LoggingEmbedder:
    """An embedder that writes down every passage it embeds before it gives it away."""

    def __init__(self, log: Path, within: Embedder) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._within = within

    @property
    def id(self) -> str:
        return self._within.id

    @property
    def dim(self) -> int:
        return self._within.dim

    def warm_up(self) -> None:
        self._within.warm_up()

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        embedded = self._within.embed_passages(texts)
        os.write(self._log, "".join(f"{text!r}\n" for text in texts).encode())
        return embedded

    def embed_question(self, text: str) -> Embedding:
        return self._within.embed_question(text)


HASH = HashEmbedder()


def opened(folder: Path, embedder: Embedder | None = None) -> Rag:
    """The index of a folder, answered from without the reader, whose weights take longer to load than all else."""
    settings = Settings(index=folder, risk=1.0, chunk_size=60, generator="extractive")
    return Rag(settings, embedder=embedder or HASH)


class Said:
    """Numbers a process says, one after another; what it has said is known even after a kill."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def __call__(self, number: int, _: int = 0) -> None:
        os.write(self._file, f"{number}\n".encode())


class SayingStore(SqliteStore):
    """A store that says which documents it has stored."""

    def __init__(self, folder: Path, said: Path) -> None:
        super().__init__(folder, create=True)
        self._said = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def replace(
        self, document: Document, chunks: Sequence[Chunk], embeddings: Sequence[Embedding], words: Sequence[str]
    ) -> None:
        super().replace(document, chunks, embeddings, words)
        os.write(self._said, f"{document.path}\n".encode())


def index(folder: Path, documents: Path, said: Path, names: Path, log: Path, embedder: str = "hash") -> None:  # noqa: PLR0913, PLR0917
    """Says how many files are done, then -1 when it has returned; and the names of those it has stored."""
    say = Said(said)
    rag = opened(folder, LoggingEmbedder(log, open_embedder(embedder)))
    rag._index._store = SayingStore(folder, names)
    rag.index([documents], say)
    say(-1)


def delete(folder: Path, paths: Sequence[str], said: Path) -> None:
    """Says how many documents were deleted."""
    Said(said)(opened(folder).delete(paths))


def rebuild(folder: Path, said: Path) -> None:
    """Breaks the FAISS file, where there is one, and lets it be made again; says 1 when it has been."""
    if (folder / FAISS_FILE).exists():
        data = bytearray((folder / FAISS_FILE).read_bytes())
        data[len(data) // 2] ^= 0xFF
        (folder / FAISS_FILE).write_bytes(data)
    store = SqliteStore(folder)
    with store.writing("rebuild"):
        store.finish()
    Said(said)(1)


def backup(folder: Path, file: Path, said: Path) -> None:
    """Says 1 when the backup is there."""
    opened(folder).backup(file)
    Said(said)(1)


def reembed(folder: Path, said: Path, log: Path) -> None:
    """Says how many chunks have been embedded with 32 dimensions, then -1 when it has returned."""
    say = Said(said)
    opened(folder, LoggingEmbedder(log, HashEmbedder(32))).reembed(say)
    say(-1)


def ask(folder: Path, questions: Sequence[str], stop: Path, said: Path) -> None:
    """Ask again and again until there is a file ``stop``; writes what is seen, a line an answer."""
    rag = opened(folder)
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    number = 0
    while not stop.exists():
        try:
            answer = rag.ask(questions[number % len(questions)])
            seen = sorted({passage.chunk.text for passage in answer.passages})
            generation = answer.receipt["index"]["generation"]
            line = f"{generation}\t{answer.text!r}\t{[c.quote for c in answer.citations]!r}\t{seen!r}"
        except Exception as error:  # the test is about there being none
            line = f"error\t{error!r}"
        os.write(out, f"{line}\n".encode())
        number += 1
