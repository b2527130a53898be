"""Documents, chunks, vectors and words in one SQLite file, with a FAISS file beside it that can always be rebuilt."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rag.errors import IndexMissing
from rag.status import WriteRun
from rag.stores import runs, tags
from rag.stores.errors import DATABASE, damaged
from rag.stores.protocol import Hit
from rag.stores.sqlite import (
    atomic_write,
    backup,
    bm25,
    choosing,
    faiss_index,
    integrity,
    lock,
    reembedding,
    rows,
    schema,
)
from rag.stores.sqlite.errors import explained
from rag.types import Chunk, Document, DocumentInfo, Embedding, FileCopy, Vectors

FAISS_FILE = "vectors.faiss"
LOCK_FILE = "writer.lock"

PATIENCE = 10.0
"""Seconds."""


class SqliteStore:
    """The Store on one machine. Safe to share between threads; other processes may read while one writes.

    A write waits ``patience`` seconds for another process's; search is exact up to ``exact_limit`` chunks.

    Raises:
        IndexMissing: ``create`` is false and there is no index in ``folder``.
        IndexMismatch: it was written by another version of the schema.
        IndexDamaged: the database is broken. So does every method that meets a byte that is not what was stored.
    """

    def __init__(
        self,
        folder: Path,
        create: bool = False,
        *,
        patience: float = PATIENCE,
        exact_limit: int = faiss_index.EXACT_LIMIT,
    ) -> None:
        self.folder = folder
        self._path = path = folder / DATABASE
        if not create and not path.is_file():
            raise IndexMissing(f"There is no index in {folder}.", "python -m rag index PATH")
        self._patience = patience
        self._lock = threading.RLock()
        self._choices = choosing.Choices()
        self._faiss = faiss_index.DerivedIndex(
            folder / FAISS_FILE, exact_limit, chunks=self._chunk_ids, load=self._load_vectors, version=self._version
        )
        with explained(path):
            folder.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                schema.create(path, lock.only_writer(folder / LOCK_FILE, "index", patience))
            self._file = schema.state(path)
            self._db = schema.connect(path, patience)
            self._prepare(path, create)

    def _prepare(self, path: Path, create: bool) -> None:
        self._db.executescript("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL")
        if not self._db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").fetchone()[0]:
            raise damaged(path, "it holds no index")
        rows.number(self._db, "generation")
        written = self._required("schema")
        if written in schema.OLDER and create:
            with lock.only_writer(self.folder / LOCK_FILE, "index", self._patience):
                schema.bring_up_to_date(self._db, written)
        elif written != schema.SCHEMA_VERSION:
            raise schema.mismatch(path, written)

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        self._db.close()

    def is_current(self) -> bool:
        """Whether the database is still the file that was opened, and what is read of it still what is in it."""
        return schema.is_same(schema.state(self._path), self._file, self._db)

    # What is in it

    def meta(self) -> Mapping[str, str]:
        """What the index was built with."""
        with self._reading():
            return dict(self._db.execute("SELECT key, value FROM meta"))

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Record what the index is built with."""
        with self._transaction():
            self._db.executemany("REPLACE INTO meta VALUES (?, ?)", values.items())

    def documents(self) -> list[DocumentInfo]:
        """Every document, ordered by path."""
        with self._reading():
            return tags.with_tags(rows.listed(self._db), self.meta().get(tags.KEY))

    def document(self, path: str) -> Document | None:
        """The document at ``path``, with its text."""
        with self._reading():
            return rows.read(self._db, path)

    def recipes(self) -> list[str]:
        """What cut the documents into chunks, each recipe once, sorted."""
        with self._reading():
            return [row[0] for row in self._db.execute("SELECT DISTINCT recipe FROM documents ORDER BY recipe")]

    def count(self) -> int:
        """How many chunks are stored."""
        with self._reading():
            return int(self._db.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def size(self) -> int:
        """Bytes of the files in the folder."""
        return atomic_write.size_of(self.folder)

    # Writing

    @contextmanager
    def writing(self, command: str) -> Iterator[None]:
        """Be the only writer for a round of writing that ends with ``finish``.

        Raises:
            IndexLocked: another process is writing.
        """
        with explained(self._path):
            only = lock.only_writer(self.folder / LOCK_FILE, command, self._patience)
            run = only.__enter__()
        try:
            self.set_meta({"run": json.dumps(asdict(run)), "run_done": "0"})
            with self._transaction():
                self._db.execute(schema.RECIPES)  # which earlier versions did not make
                self._faiss.forget_later()
            yield
        finally:
            only.__exit__(None, None, None)

    def writer(self) -> WriteRun | None:
        """Who is writing now."""
        return lock.holder(self.folder / LOCK_FILE)

    def unfinished(self) -> WriteRun | None:
        """The last round of writing, where it was cut short."""
        return runs.unfinished(self.meta, self.writer)

    def replace(
        self, document: Document, chunks: Sequence[Chunk], embeddings: Sequence[Embedding], words: Sequence[str]
    ) -> None:
        """Put a document in place of whatever had its path, in one transaction."""
        with self._transaction():
            self._forget(document.path)
            for embedding in embeddings[:1]:
                sizes = {"dim": len(embedding.vector), "part_dim": embedding.parts.shape[1]}
                self._db.executemany("REPLACE INTO meta VALUES (?, ?)", [(k, str(v)) for k, v in sizes.items()])
            rows.insert(self._db, document, chunks, embeddings, words)
            self._count_change()

    def add_copy(self, document: str, place: FileCopy) -> None:
        """Note that another file has the content of a document, in one transaction."""
        with self._transaction():
            self._forget(place.path)
            rows.add_copy(self._db, document, place)
            self._count_change()

    def delete(self, paths: Iterable[str]) -> int:
        """Forget documents, all in one transaction; returns how many there were."""
        with self._transaction():
            forgotten = sum(self._forget(path) for path in paths)
            if forgotten:
                self._count_change(forgotten)
            return forgotten

    def _forget(self, path: str) -> int:
        forgotten = rows.forget(self._db, path)
        if forgotten:
            self._db.execute("REPLACE INTO meta VALUES ('unswept', '1')")
        return forgotten

    def _count_change(self, documents: int = 1) -> None:
        """A new generation; the round of writing, if this is in one, got further."""
        self._db.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")
        self._db.execute("UPDATE meta SET value = CAST(value AS INTEGER) + ? WHERE key = 'run_done'", (documents,))

    def sweep(self) -> None:
        """Drop what nothing uses: vectors without a chunk, and words of deleted chunks, which find nothing any more."""
        with self._transaction():
            for table in ("vectors", reembedding.TABLE):
                if self._db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                    self._db.execute(f"DELETE FROM {table} WHERE text_hash NOT IN (SELECT text_hash FROM chunks)")
            if self._db.execute("DELETE FROM meta WHERE key = 'unswept'").rowcount:
                self._db.execute("INSERT INTO words (words) VALUES ('optimize')")

    def finish(self) -> None:
        """End a round of writing: wipe what was forgotten off the disk, and bring the FAISS file up to date."""
        self.sweep()
        with self._reading():
            self._faiss.current()
        with self._lock, explained(self._faiss.path):
            self._faiss.save()
            atomic_write.sweep(self._path)  # a restore that was killed leaves a whole copy
        with self._transaction():
            self._db.execute("DELETE FROM meta WHERE key IN ('run', 'run_done')")
        with self._lock, explained(self._path):
            schema.empty_log(self._db)

    def reembedding(self, embedder: str) -> reembedding.SqliteReembedding:
        """New embeddings for every chunk, collected beside the old ones."""
        return reembedding.SqliteReembedding(self._db, self._transaction, embedder)

    # Keeping it

    def verify(self) -> list[str]:
        """What is damaged, each in words; empty where every byte that matters is right."""
        with self.snapshot():
            found = integrity.problems(self._db)
        return found + ([problem] if (problem := self._faiss.problem()) else [])

    def backup(self, file: Path) -> None:
        """Copy everything, as it stands now, to one file, and check the copy.

        Raises:
            IndexDamaged: what would be copied is damaged; ``file`` is left as it was.
            StoreError: the file cannot be written.
        """
        backup.backup(self._path, file, self._patience)

    # Searching

    def known_embeddings(self, texts: Sequence[str]) -> dict[str, Embedding]:
        """The stored embedding of each text that was embedded before."""
        with self._reading():
            return rows.known_embeddings(self._db, texts)

    def search_vectors(self, vector: Vectors, k: int, within: frozenset[str] | None = None) -> list[Hit]:
        """The k chunks of highest cosine, best first; exact up to ``exact_limit`` chunks."""
        with self._reading():
            index, chosen = self._faiss.current(), self._chosen(within)
            return rows.hits(self._db, faiss_index.search(index, vector, k, chosen.chunks if chosen else None))

    def search_words(self, terms: Sequence[str], k: int, within: frozenset[str] | None = None) -> list[Hit]:
        """The k chunks of highest BM25 for any of ``terms``, best first; scores are shares of the best possible."""
        if not terms:
            return []
        with self._reading():
            chosen = self._chosen(within)
            return rows.hits(self._db, bm25.search(self._db, terms, k, chosen.documents if chosen else None))

    def _chosen(self, within: frozenset[str] | None) -> choosing.Chosen | None:
        return None if within is None else self._choices.of(self._db, self._version(), within)

    def embeddings(self, ids: Sequence[int]) -> dict[int, Embedding]:
        """The embeddings of chunks by id, without those that another process has deleted meanwhile."""
        with self._reading():
            return rows.embeddings_of(self._db, ids)

    def _required(self, key: str) -> str:
        """What every index that has chunks says of itself."""
        value = self.meta().get(key)
        if value is None:
            raise damaged(self._path, f"it has lost its {key}")
        return value

    # What the FAISS index is made from

    def _version(self) -> faiss_index.Version:
        return faiss_index.Version(self._required("epoch"), self._required("generation"))

    def _chunk_ids(self) -> set[int]:
        return {row[0] for row in self._db.execute("SELECT id FROM chunks")}

    def _load_vectors(self, ids: set[int]) -> tuple[Vectors, faiss_index.Ids]:
        order = sorted(ids)
        return rows.matrix(self._db, order), np.array(order, np.int64)

    # Plumbing

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it, everything is read as it stands now; other threads of this store wait."""
        with self._lock, schema.unchanged(self._db, self._path, self._file):
            with explained(self._path):
                within = self._db.in_transaction
                if not within:
                    self._db.execute("BEGIN")
            try:
                yield
            finally:
                if not within:
                    self._db.rollback()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """All that is read within it is of one state, whatever another process writes meanwhile."""
        with self.snapshot(), explained(self._path):
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, explained(self._path), schema.transaction(self._db):
            yield
