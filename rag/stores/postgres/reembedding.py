"""New embeddings beside the old ones of a PostgreSQL index: collected batch by batch, swapped in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import uuid4

from rag.model_text import model_text
from rag.stores import checksums
from rag.stores.postgres import maintenance, reading, rows, schema, writing
from rag.stores.postgres.connections import Connections
from rag.stores.postgres.schema import Db
from rag.types import Embedding

TABLE = "new_vectors"
BEGUN = "reembedding"
"""The meta key that says what is being collected."""

_MISSING = f"NOT EXISTS (SELECT FROM {TABLE} n WHERE n.text_hash = c.text_hash)"


class PostgresReembedding:
    """The ``Reembedding`` of a PostgreSQL store; what a killed process collected for the same embedder is kept."""

    def __init__(self, connections: Connections, embedder: str) -> None:
        self._connections = connections
        self._embedder = embedder
        self._last = 0
        connections.write(self._prepare)

    def missing(self) -> int:
        """How many chunks have no new embedding yet."""
        with self._connections.reading() as db:
            row = db.execute(f"SELECT count(*) FROM chunks c WHERE {_MISSING}").fetchone()
        return int(row[0]) if row else 0

    def texts(self, count: int) -> list[str]:
        """The next texts without one; empty at the end."""
        next_ones = f"SELECT {reading.FOUND} FROM chunks c WHERE id > %s AND {_MISSING} ORDER BY id LIMIT %s"
        sql = f"SELECT {reading.CHUNK} FROM ({next_ones}) f JOIN documents d ON d.id = f.document_id ORDER BY f.id"
        with self._connections.reading() as db:
            found = db.execute(sql, (self._last, count)).fetchall()
        self._last = found[-1][0] if found else self._last
        return list(dict.fromkeys(model_text(rows.chunk_of(row[1:])).text for row in found))

    def add(self, texts: Sequence[str], embeddings: Sequence[Embedding]) -> None:
        """Keep the new embeddings of some texts."""
        one = embeddings[0]
        begun = {"embedder": self._embedder, "dim": str(len(one.vector)), "part_dim": str(one.parts.shape[1])}
        added = [
            (checksums.text_hash(text), *rows.vector_row(embedding))
            for text, embedding in zip(texts, embeddings, strict=True)
        ]

        def keep(db: Db) -> None:
            writing.set_meta(db, {BEGUN: json.dumps(begun)})
            for row in added:
                db.execute(f"INSERT INTO {TABLE} VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING", row)

        self._connections.write(keep)

    def swap(self) -> None:
        """Put the new embeddings in the place of the old; until ``finish`` search is exact."""
        self._connections.write(maintenance.drop_vector_indexes)
        self._connections.write(self._swap)

    def _prepare(self, db: Db) -> None:
        if self._begun(db).get("embedder") != self._embedder:
            db.execute(f"DROP TABLE IF EXISTS {TABLE}")
            writing.set_meta(db, {BEGUN: json.dumps({"embedder": self._embedder})})
        db.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} {schema.VECTORS}")

    def _swap(self, db: Db) -> None:
        values = self._begun(db)
        if not values:  # a swap that was done, though the word of it was lost
            return
        columns = ", ".join(f"{name} = n.{name}" for name in ("vector", "parts", "checksum"))
        db.execute(f"UPDATE chunks c SET {columns} FROM {TABLE} n WHERE n.text_hash = c.text_hash")
        db.execute(f"DROP TABLE {TABLE}")
        db.execute("DELETE FROM leftovers")
        db.execute("DELETE FROM meta WHERE key = %s", (BEGUN,))
        writing.set_meta(db, values | {"epoch": uuid4().hex})

    def _begun(self, db: Db) -> dict[str, str]:
        """What is being collected: embedder and, once there is any, the sizes of its embeddings."""
        row = db.execute("SELECT value FROM meta WHERE key = %s", (BEGUN,)).fetchone()
        return dict(json.loads(row[0])) if row else {}
