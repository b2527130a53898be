"""Updates a PostgreSQL index after a write: vector indexes, and statistics for the planner."""

from __future__ import annotations

from rag.stores.postgres import reading, schema, writing
from rag.stores.postgres.schema import Db

ANALYZED = "analyzed"
"""The meta key that says how many chunks there were when the planner's figures were last gathered."""

PER_CHUNK = 300
"""Bytes of the graph that a vector takes beside its own, while an index is built."""

LONGEST = 2000
"""Numbers of a vector that pgvector indexes; longer ones are searched exactly."""

MEMORY = 2**30
"""The most bytes that building one index asks for; a server that grants more by itself keeps to that."""


def index_vectors(db: Db, at_least: int) -> None:
    """Give each partition on this server its vector index, where there are so many chunks; search was exact before."""
    chunks = reading.count(db)
    if chunks < at_least or (dim := reading.number(db, "dim")) > LONGEST:
        return
    for table, elsewhere in schema.partitions(db):
        if not elsewhere and db.execute("SELECT to_regclass(%s)", (f"{table}_vector",)).fetchone() == (None,):
            with db.transaction():
                _allow(db, chunks * (4 * dim + PER_CHUNK) // schema.PARTITIONS)
                db.execute(schema.vector_index(table, dim))


def drop_vector_indexes(db: Db) -> None:
    """Let search be exact again, as before a load in bulk or before vectors of another length."""
    for table, elsewhere in schema.partitions(db):
        if not elsewhere:
            db.execute(f"DROP INDEX IF EXISTS {table}_vector")


def analyze(db: Db) -> None:
    """Gather the planner's figures where the number of chunks has changed by a tenth."""
    chunks, before = reading.count(db), int(reading.meta(db).get(ANALYZED, 0))
    if abs(chunks - before) * 10 > before:
        db.execute("ANALYZE chunks")
        db.execute("ANALYZE documents")
        writing.set_meta(db, {ANALYZED: str(chunks)})


def size(db: Db) -> int:
    """Bytes of all tables and indexes on this server."""
    sql = (
        "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c"
        " WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'r'"
    )
    row = db.execute(sql, (schema.SCHEMA,)).fetchone()
    return int(row[0]) if row else 0


def _allow(db: Db, needed: int) -> None:
    """Let the next index of this transaction be built in memory, up to a bound."""
    row = db.execute("SELECT pg_size_bytes(current_setting('maintenance_work_mem'))").fetchone()
    wanted = min(needed, MEMORY)
    if row and wanted > row[0]:
        db.execute("SELECT set_config('maintenance_work_mem', %s, true)", (f"{wanted // 1024}kB",))
