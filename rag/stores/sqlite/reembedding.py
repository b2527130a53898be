"""New embeddings beside the old ones: collected batch by batch, swapped in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from rag.model_text import model_text
from rag.stores import checksums
from rag.stores.sqlite import rows, schema
from rag.types import Embedding

TABLE = "new_vectors"
BEGUN = "reembedding"
"""The meta key that says what is being collected."""

_MISSING = f"NOT EXISTS (SELECT 1 FROM {TABLE} n WHERE n.text_hash = c.text_hash)"

Transaction = Callable[[], AbstractContextManager[None]]


class SqliteReembedding:
    """The ``Reembedding`` of a SQLite store; what a killed process collected for the same embedder is kept."""

    def __init__(self, db: sqlite3.Connection, transaction: Transaction, embedder: str) -> None:
        self._db = db
        self._transaction = transaction
        self._embedder = embedder
        self._last = 0
        with transaction():
            if self._begun().get("embedder") != embedder:
                db.execute(f"DROP TABLE IF EXISTS {TABLE}")
                self._begin({"embedder": embedder})
            db.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} {schema.VECTOR_COLUMNS}")

    def missing(self) -> int:
        """How many chunks have no new embedding yet."""
        with self._transaction():
            return int(self._db.execute(f"SELECT count(*) FROM chunks c WHERE {_MISSING}").fetchone()[0])

    def texts(self, count: int) -> list[str]:
        """The next texts without one; empty at the end."""
        with self._transaction():
            ids = self._db.execute(
                f"SELECT id FROM chunks c WHERE id > ? AND {_MISSING} ORDER BY id LIMIT ?", (self._last, count)
            ).fetchall()
            chunks = rows.chunks(self._db, [one for (one,) in ids])
        self._last = ids[-1][0] if ids else self._last
        return list(dict.fromkeys(model_text(chunks[one]).text for (one,) in ids))

    def add(self, texts: Sequence[str], embeddings: Sequence[Embedding]) -> None:
        """Keep the new embeddings of some texts."""
        shape = embeddings[0].parts.shape[1]
        with self._transaction():
            self._begin({"embedder": self._embedder, "dim": str(len(embeddings[0].vector)), "part_dim": str(shape)})
            for text, embedding in zip(texts, embeddings, strict=True):
                rows.add_embedding(self._db, TABLE, checksums.text_hash(text), embedding)

    def swap(self) -> None:
        """Put the new embeddings in the place of the old."""
        with self._transaction():
            values = self._begun() | {"epoch": checksums.epoch()}
            self._db.execute("DROP TABLE vectors")
            self._db.execute(f"ALTER TABLE {TABLE} RENAME TO vectors")
            self._db.execute("DELETE FROM meta WHERE key = ?", (BEGUN,))
            self._db.executemany("REPLACE INTO meta VALUES (?, ?)", values.items())

    def _begun(self) -> dict[str, str]:
        """What is being collected: embedder and, once there is any, the sizes of its embeddings."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (BEGUN,)).fetchone()
        try:
            return dict(json.loads(row[0])) if row else {}
        except (ValueError, TypeError):  # damaged: begin anew
            return {}

    def _begin(self, values: dict[str, str]) -> None:
        self._db.execute("REPLACE INTO meta VALUES (?, ?)", (BEGUN, json.dumps(values)))
