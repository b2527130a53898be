"""Documents, chunks, vectors and words in one SQLite file, with a FAISS file beside it that can always be rebuilt."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from rag.errors import IndexMismatch, IndexMissing
from rag.stores import schema, vectors, words
from rag.stores.failures import damaged, explained
from rag.types import Chunk, Document, DocumentInfo, Embedding, Hit, Vectors

DATABASE = "index.sqlite"
FAISS_FILE = "vectors.faiss"

PATIENCE = 10.0
"""Seconds."""


class SqliteStore:
    """The Store on one machine. Safe to share between threads; other processes may read while one writes.

    A write waits ``patience`` seconds for another process's; search is exact up to ``exact_limit`` chunks.

    Raises:
        IndexMissing: ``create`` is false and there is no index in ``folder``.
        IndexMismatch: it was written by another version of the schema.
        IndexDamaged: the database is broken.
    """

    def __init__(
        self,
        folder: Path,
        create: bool = False,
        *,
        patience: float = PATIENCE,
        exact_limit: int = vectors.EXACT_LIMIT,
    ) -> None:
        self.folder = folder
        path = folder / DATABASE
        if not create and not path.is_file():
            raise IndexMissing(f"There is no index in {folder}.", "python -m rag index PATH")
        self._lock = threading.RLock()
        self._faiss = vectors.DerivedIndex(
            folder / FAISS_FILE, exact_limit, chunks=self._chunk_ids, load=self._load_vectors, recorded=self.meta
        )
        with explained(path):
            folder.mkdir(parents=True, exist_ok=True)
            self._db = schema.connect(path, patience)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._prepare(path, create, patience)

    def _prepare(self, path: Path, create: bool, patience: float) -> None:
        found = self._db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").fetchone()[0]
        if not found and not create:
            raise damaged(path, "it holds no index")
        if not found:
            schema.create(self._db, patience)
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._required("generation")
        written = self._required("schema")
        if written != schema.SCHEMA_VERSION:
            raise IndexMismatch(
                f"{path} has schema {written}; this version reads {schema.SCHEMA_VERSION}.",
                "choose another folder with --index and index again",
            )

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        self._db.close()

    # What is in it

    def meta(self) -> Mapping[str, str]:
        """What the index was built with."""
        with self._reading():
            return dict(self._db.execute("SELECT key, value FROM meta"))

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Record what the index is built with."""
        with self._writing():
            self._db.executemany("REPLACE INTO meta VALUES (?, ?)", values.items())

    def documents(self) -> list[DocumentInfo]:
        """Every document, ordered by path."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {schema.INFO_COLUMNS}, count(c.id), d.indexed_at FROM documents d"
                " LEFT JOIN chunks c ON c.document_id = d.id GROUP BY d.id ORDER BY d.path"
            )
            return [schema.info_of(row) for row in rows]

    def document(self, path: str) -> Document | None:
        """The document at ``path``, with its text."""
        with self._reading():
            row = self._db.execute(f"SELECT {schema.DOCUMENT_COLUMNS} FROM documents WHERE path = ?", (path,))
            found = row.fetchone()
        return schema.document_of(found) if found else None

    def recipes(self) -> list[str]:
        """What cut the documents into chunks, each recipe once, sorted."""
        with self._reading():
            return [row[0] for row in self._db.execute("SELECT DISTINCT recipe FROM documents ORDER BY recipe")]

    def count(self) -> int:
        """How many chunks are stored."""
        with self._reading():
            return int(self._db.execute("SELECT count(*) FROM chunks").fetchone()[0])

    # Writing

    def replace(
        self, document: Document, chunks: Sequence[Chunk], embeddings: Sequence[Embedding], words: Sequence[str]
    ) -> None:
        """Put a document in place of whatever had its path, in one transaction."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        fields = [getattr(document, name) for name in schema.DOCUMENT_COLUMNS.split(", ")]
        with self._writing():
            self._forget(document.path)
            self._remember_dimensions(embeddings)
            row = self._db.execute(
                f"INSERT INTO documents ({schema.DOCUMENT_COLUMNS}, indexed_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                [*fields, now],
            )
            for chunk, embedding, terms in zip(chunks, embeddings, words, strict=True):
                self._add_chunk(int(row.lastrowid or 0), chunk, embedding, terms)
            self._next_generation()

    def _remember_dimensions(self, embeddings: Sequence[Embedding]) -> None:
        for embedding in embeddings[:1]:
            sizes = {"dim": len(embedding.vector), "part_dim": embedding.parts.shape[1]}
            self._db.executemany("REPLACE INTO meta VALUES (?, ?)", [(k, str(v)) for k, v in sizes.items()])

    def _add_chunk(self, document_id: int, chunk: Chunk, embedding: Embedding, terms: str) -> None:
        key = _text_hash(chunk.text)
        row = self._db.execute(
            "INSERT INTO chunks (document_id, start, end, text, text_hash) VALUES (?,?,?,?,?)",
            (document_id, chunk.start, chunk.end, chunk.text, key),
        )
        blobs = (embedding.vector.astype("<f4").tobytes(), embedding.parts.tobytes())
        self._db.execute("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", (key, *blobs))
        self._db.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (row.lastrowid, terms))

    def delete(self, paths: Iterable[str]) -> int:
        """Forget documents; returns how many there were."""
        with self._writing():
            forgotten = sum(self._forget(path) for path in paths)
            if forgotten:
                self._next_generation()
            return forgotten

    def _forget(self, path: str) -> int:
        of_document = "SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.path = ?"
        self._db.execute(f"DELETE FROM words WHERE rowid IN ({of_document})", (path,))
        return self._db.execute("DELETE FROM documents WHERE path = ?", (path,)).rowcount

    def finish(self) -> None:
        """End a round of writing: drop vectors no chunk uses, and bring the FAISS file up to date."""
        with self._writing():
            self._db.execute("DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM chunks)")
        with self._reading():
            self._faiss.current()
            with explained(self._faiss.path):
                recorded = self._faiss.save()
            if recorded:
                self.set_meta(recorded)

    def _next_generation(self) -> None:
        self._db.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")

    # Searching

    def known_embeddings(self, texts: Sequence[str]) -> dict[str, Embedding]:
        """The stored embedding of each text that was embedded before."""
        by_hash = {_text_hash(text): text for text in texts}
        with self._reading():
            rows = schema.select(
                self._db, "SELECT text_hash, vector, parts FROM vectors WHERE text_hash IN ({})", list(by_hash)
            )
            return {by_hash[key]: self._embedding(vector, parts) for key, vector, parts in rows}

    def search_vectors(self, vector: Vectors, k: int) -> list[Hit]:
        """The k chunks of highest cosine, best first; exact up to ``exact_limit`` chunks."""
        with self._reading():
            return self._hits(vectors.search(self._faiss.current(), vector, k))

    def search_words(self, terms: Sequence[str], k: int) -> list[Hit]:
        """The k chunks of highest BM25 for any of ``terms``, best first; scores are shares of the best possible."""
        if not terms:
            return []
        with self._reading():
            return self._hits(words.search(self._db, terms, k))

    def embeddings(self, ids: Sequence[int]) -> dict[int, Embedding]:
        """The embeddings of chunks by id, without those that another process has deleted meanwhile."""
        sql = "SELECT c.id, v.vector, v.parts FROM chunks c JOIN vectors v USING (text_hash) WHERE c.id IN ({})"
        with self._reading():
            rows = schema.select(self._db, sql, list(ids))
            return {row: self._embedding(vector, parts) for row, vector, parts in rows}

    def _embedding(self, vector: bytes, parts: bytes) -> Embedding:
        return Embedding(np.frombuffer(vector, "<f4"), np.frombuffer(parts, np.int8).reshape(-1, self._part_dim))

    @cached_property
    def _part_dim(self) -> int:
        return int(self._required("part_dim"))

    def _required(self, key: str) -> str:
        """What every index that has chunks says of itself."""
        value = self.meta().get(key)
        if value is None:
            raise damaged(self.folder / DATABASE, f"it has lost its {key}")
        return value

    def _hits(self, scored: Sequence[tuple[int, float]]) -> list[Hit]:
        sql = (
            f"SELECT c.id, {schema.CHUNK_COLUMNS} FROM chunks c JOIN documents d ON d.id = c.document_id"
            " WHERE c.id IN ({})"
        )
        chunks = {row[0]: schema.chunk_of(row[1:]) for row in schema.select(self._db, sql, [row for row, _ in scored])}
        return [Hit(row, chunks[row], score) for row, score in scored if row in chunks]

    # What the FAISS index is made from

    def _chunk_ids(self) -> set[int]:
        return {row[0] for row in self._db.execute("SELECT id FROM chunks")}

    def _load_vectors(self, ids: set[int]) -> tuple[Vectors, vectors.Ids]:
        order = sorted(ids)
        dim = int(self._required("dim")) if order else 0
        matrix = np.empty((len(order), dim), np.float32)
        place = {row: i for i, row in enumerate(order)}
        sql = "SELECT c.id, v.vector FROM chunks c JOIN vectors v USING (text_hash) WHERE c.id IN ({})"
        for row, blob in schema.select(self._db, sql, order):
            matrix[place[row]] = np.frombuffer(blob, "<f4")
        return matrix, np.array(order, np.int64)

    # Plumbing

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, explained(self.folder / DATABASE):
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, explained(self.folder / DATABASE):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                # SQLite has already rolled back where the disk is full or broken.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _text_hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
