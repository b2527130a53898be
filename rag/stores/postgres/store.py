"""Documents, chunks, vectors and words in PostgreSQL with pgvector: the Store for more than one machine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path

from rag.status import WriteRun
from rag.stores import checksums, runs, tags
from rag.stores.postgres import backup, bm25, integrity, maintenance, reading, schema, writing
from rag.stores.postgres.connections import Connections
from rag.stores.postgres.reembedding import PostgresReembedding
from rag.stores.postgres.rows import Contents
from rag.stores.protocol import Hit
from rag.types import Chunk, Document, DocumentInfo, Embedding, FileCopy, Vectors

PATIENCE = 10.0
"""Seconds that a writer waits for another, and for a server that is away."""

EXACT_LIMIT = 10_000
"""Up to this many chunks search is exact; from there on ``finish`` builds vector indexes."""


class PostgresStore:
    """The Store on a server. Safe to share between threads and processes, on any number of machines.

    ``name`` is the URL as messages give it, without its password.

    Raises:
        IndexMissing: ``create`` is false and the database holds no index.
        IndexMismatch: it was written by a later version of the schema.
        IndexDamaged: from every method that meets a row that is not what was stored.
        StoreError: the server cannot be reached, or lacks pgvector.
    """

    def __init__(
        self, url: str, name: str, create: bool = False, *, patience: float = PATIENCE, exact_limit: int = EXACT_LIMIT
    ) -> None:
        self._name = name
        self._exact_limit = exact_limit
        self._connections = Connections(url, name, patience)
        self._connections.open(create)
        self._made = self._now()

    def close(self) -> None:
        """Let go of all connections; the store cannot be used afterwards."""
        self._connections.close()

    def is_current(self) -> bool:
        """Whether the tables are still those that were opened."""
        return self._now() == self._made

    def _now(self) -> object:
        with self._connections.reading() as db:
            return db.execute("SELECT to_regclass('meta')::oid").fetchone()

    # What is in it

    def meta(self) -> Mapping[str, str]:
        """What the index was built with."""
        with self._connections.reading() as db:
            return {"schema": str(schema.version_of(db)), **reading.meta(db)}

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Record what the index is built with."""
        self._connections.write(lambda db: writing.set_meta(db, values))

    def documents(self) -> list[DocumentInfo]:
        """Every document, ordered by path."""
        with self._connections.reading() as db:
            return tags.with_tags(reading.listed(db), reading.meta(db).get(tags.KEY))

    def document(self, path: str) -> Document | None:
        """The document at ``path``, with its text."""
        with self._connections.reading() as db:
            return reading.document(db, path)

    def recipes(self) -> list[str]:
        """What cut the documents into chunks, each recipe once, sorted."""
        with self._connections.reading() as db:
            return [row[0] for row in db.execute("SELECT DISTINCT recipe FROM documents ORDER BY recipe").fetchall()]

    def count(self) -> int:
        """How many chunks are stored."""
        with self._connections.reading() as db:
            return reading.count(db)

    def size(self) -> int:
        """Bytes that the index takes on the server; what other servers keep for it is not counted."""
        with self._connections.reading() as db:
            return maintenance.size(db)

    # Writing

    @contextmanager
    def writing(self, command: str) -> Iterator[None]:
        """Be the only writer for a round of writing that ends with ``finish``.

        Raises:
            IndexLocked: another process is writing.
        """
        with self._connections.only_writer(command) as run:
            if "run" in self.meta():
                self._connections.write(writing.heal)
            self.set_meta({"run": json.dumps(asdict(run)), "run_done": "0"})
            yield

    def writer(self) -> WriteRun | None:
        """Who is writing now."""
        if not self._connections.held():
            return None
        return runs.told(self.meta().get("run", "")) or runs.SOMEONE

    def unfinished(self) -> WriteRun | None:
        """The last round of writing, where it was cut short."""
        return runs.unfinished(self.meta, self.writer)

    def replace(
        self, document: Document, chunks: Sequence[Chunk], embeddings: Sequence[Embedding], words: Sequence[str]
    ) -> None:
        """Put a document in place of whatever had its path, in one transaction."""
        contents = Contents(chunks, embeddings, words)

        def work(db: schema.Db) -> None:
            moved = writing.forget_copy(db, document.path) or writing.move_to_copy(db, document.path)
            number = None if moved else writing.remove(db, document.path)
            writing.set_sizes(db, contents)
            writing.insert(db, document, contents, number)
            writing.count_change(db)

        self._connections.write(work)

    def add_copy(self, document: str, place: FileCopy) -> None:
        """Note that another file has the content of a document, in one transaction."""

        def work(db: schema.Db) -> None:
            writing.forget(db, place.path)
            writing.add_copy(db, document, place)
            writing.count_change(db)

        self._connections.write(work)

    def delete(self, paths: Iterable[str]) -> int:
        """Forget documents, all in one transaction; returns how many there were."""
        given = list(paths)

        def work(db: schema.Db) -> int:
            forgotten = sum(writing.forget(db, path) for path in given)
            if forgotten:
                writing.count_change(db, forgotten)
            return forgotten

        return self._connections.write(work)

    def sweep(self) -> None:
        """Drop what nothing uses: embeddings without a chunk, terms that no chunk has."""
        self._connections.write(writing.sweep)

    def finish(self) -> None:
        """End a round of writing: drop what nothing uses, build the vector indexes, tell the planner."""
        self.sweep()
        with self._connections.reading() as db:
            maintenance.index_vectors(db, self._exact_limit)
            maintenance.analyze(db)
        self._connections.write(writing.end_round)

    def reembedding(self, embedder: str) -> PostgresReembedding:
        """New embeddings for every chunk, collected beside the old ones."""
        return PostgresReembedding(self._connections, embedder)

    # Keeping it

    def verify(self) -> list[str]:
        """What is damaged, each in words; empty where every byte that matters is right."""
        with self.snapshot(), self._connections.reading() as db:
            return integrity.problems(db)

    def backup(self, file: Path) -> None:
        """Copy everything, as it stands now, to one file that either store restores, and check the copy.

        Raises:
            IndexDamaged: what would be copied is damaged; ``file`` is left as it was.
            StoreError: the file cannot be written.
        """
        with self.snapshot(), self._connections.reading() as db:
            backup.backup(db, file, self._name)

    def restore(self, file: Path) -> None:
        """Put what a checked backup holds in the place of everything, in one transaction.

        Raises:
            IndexLocked: another process is writing.
        """
        with self.writing(f"restore {file}"):
            self._connections.write(maintenance.drop_vector_indexes)
            self._connections.write(lambda db: backup.restore(db, file))
            self.finish()

    # Searching

    def known_embeddings(self, texts: Sequence[str]) -> dict[str, Embedding]:
        """The stored embedding of each text that was embedded before."""
        by_hash = {checksums.text_hash(text): text for text in texts}
        with self._connections.reading() as db:
            found = reading.known(db, list(by_hash))
        return {by_hash[key]: one for key, one in found.items()}

    def search_vectors(self, vector: Vectors, k: int, within: frozenset[str] | None = None) -> list[Hit]:
        """The k chunks of highest cosine, best first; exact where up to ``exact_limit`` chunks are searched."""
        with self.snapshot(), self._connections.reading() as db:
            return reading.nearest(db, vector, k, reading.chosen(db, within), self._exact_limit)

    def search_words(self, terms: Sequence[str], k: int, within: frozenset[str] | None = None) -> list[Hit]:
        """The k chunks of highest BM25 for any of ``terms``, best first; scores are shares of the best possible."""
        if not terms:
            return []
        with self.snapshot(), self._connections.reading() as db:
            return bm25.search(db, terms, k, reading.chosen(db, within))

    def embeddings(self, ids: Sequence[int]) -> dict[int, Embedding]:
        """The embeddings of chunks by id, without those that another process has deleted meanwhile."""
        with self._connections.reading() as db:
            return reading.embeddings(db, ids)

    def snapshot(self) -> AbstractContextManager[None]:
        """Within it, everything that this thread reads is as it stands now."""
        return self._connections.snapshot()
