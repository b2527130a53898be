"""Reads from a PostgreSQL index: by path, by id and by vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pgvector import Vector

from rag.stores import checksums
from rag.stores.postgres import rows
from rag.stores.postgres.schema import Db
from rag.stores.protocol import Hit
from rag.types import Document, DocumentInfo, Embedding, FileCopy, Vectors

SEARCHED = 120
"""Candidates that a vector index keeps while it searches (``hnsw.ef_search``), or twice what is asked for if more."""

MOST_SEARCHED = 1000
"""The most that pgvector takes."""

VECTOR_COLUMNS = "vector, parts, checksum"
CHUNK = "f.id, f.text_hash, f.layout, d.path, f.first, f.beyond, f.text, d.title, d.date, d.language"
FOUND = "c.id, c.document_id, c.text_hash, c.layout, c.first, c.beyond, c.text"


def meta(db: Db) -> dict[str, str]:
    """What the index says of itself."""
    return dict(db.execute("SELECT key, value FROM meta").fetchall())


def listed(db: Db) -> list[DocumentInfo]:
    """Every document, ordered by path."""
    copies: dict[int, list[FileCopy]] = {}
    for document, *place in db.execute("SELECT document_id, path, file FROM copies ORDER BY path").fetchall():
        copies.setdefault(document, []).append(FileCopy(*rows.unescaped(place)))
    sql = f"SELECT d.id, {checksums.INFO_COLUMNS}, d.chunks, d.indexed_at, d.evidence FROM documents d ORDER BY d.path"
    return [
        replace(DocumentInfo(*rows.unescaped(fields)), copies=tuple(copies.get(row, ())))
        for row, *fields in db.execute(sql).fetchall()
    ]


def document(db: Db, path: str) -> Document | None:
    """The document at a path or with a copy there; None where there is none.

    Raises:
        Unsound: it is not what was stored.
    """
    row = db.execute(
        f"SELECT {checksums.DOCUMENT_COLUMNS}, checksum FROM documents"
        " WHERE path = %(path)s OR id = (SELECT document_id FROM copies WHERE path = %(path)s)",
        {"path": rows.escaped(path)},
    ).fetchone()
    return rows.document_of(row) if row else None


def contents(db: Db, number: int) -> rows.Contents:
    """What is stored of the document with an id, besides its fields.

    Raises:
        Unsound: it is not what was stored.
    """
    sql = (
        f"SELECT {CHUNK}, f.vector, f.parts, f.checksum, tsvector_to_array(f.terms), f.repeats"
        " FROM chunks f JOIN documents d ON d.id = f.document_id WHERE d.id = %s ORDER BY f.first, f.id"
    )
    found = db.execute(sql, (number,), binary=True).fetchall()
    vectors = _embeddings(db, [(row[0], *row[10:13]) for row in found])
    return rows.Contents(
        [rows.chunk_of(row[1:10]) for row in found],
        [vectors[row[0]] for row in found],
        [rows.words_of(*row[13:]) for row in found],
    )


def hits(found: Sequence[tuple[Any, ...]]) -> list[Hit]:
    """Rows of ``CHUNK`` and a score as hits."""
    return [Hit(row[0], rows.chunk_of(row[1:-1]), float(row[-1])) for row in found]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ids of the documents that are searched, and how many chunks they have."""

    documents: Sequence[int]
    chunks: int


def chosen(db: Db, paths: frozenset[str] | None) -> Chosen | None:
    """The documents at some paths; None for all documents."""
    if paths is None:
        return None
    sql = "SELECT id, chunks FROM documents WHERE path = ANY(%s)"
    found = db.execute(sql, ([rows.escaped(path) for path in paths],)).fetchall()
    return Chosen([row for row, _ in found], sum(chunks for _, chunks in found))


def nearest(db: Db, vector: Vectors, k: int, within: Chosen | None, exact_limit: int) -> list[Hit]:
    """The k chunks of highest cosine: by index where there is one, else of all; up to ``exact_limit`` are all compared.

    Each partition gives its own in order, and only as many as are taken of them.
    """
    near = f"c.vector::vector({len(vector)}) <=> %(vector)s"
    settings: dict[str, object] = {
        "hnsw.ef_search": min(max(SEARCHED, 2 * k), MOST_SEARCHED),
        "hnsw.iterative_scan": "strict_order",
    }
    where, order = "", near
    if within:
        where = "WHERE c.document_id = ANY(%(documents)s)"
        settings["hnsw.max_scan_tuples"] = max(count(db), 1)  # on and on, until enough of those searched are found
        if within.chunks <= exact_limit:
            order = f"({near}) + 0"  # not the expression that the index is over
    sql = (
        f"SELECT {CHUNK}, 1 - f.distance FROM (SELECT {FOUND}, {near} AS distance FROM chunks c {where}"
        f" ORDER BY {order} LIMIT %(k)s) f JOIN documents d ON d.id = f.document_id ORDER BY f.distance, f.id"
    )
    given = {"vector": Vector(vector), "k": k, "documents": list(within.documents) if within else None}
    with db.transaction():
        for name, value in settings.items():
            db.execute("SELECT set_config(%s, %s, true)", (name, str(value)))
        return hits(db.execute(sql, given).fetchall())


def embeddings(db: Db, ids: Sequence[int]) -> dict[int, Embedding]:
    """The embeddings of chunks by id, without those that are not there."""
    sql = f"SELECT id, {VECTOR_COLUMNS} FROM chunks WHERE id = ANY(%s)"
    return _embeddings(db, db.execute(sql, (list(ids),), binary=True).fetchall())


def known(db: Db, hashes: Sequence[bytes]) -> dict[bytes, Embedding]:
    """The embeddings of texts by hash, also of those deleted in this round of writing."""
    sql = " UNION ALL ".join(
        f"SELECT text_hash, {VECTOR_COLUMNS} FROM {table} WHERE text_hash = ANY(%(hashes)s)"
        for table in ("chunks", "leftovers")
    )
    return _embeddings(db, db.execute(sql, {"hashes": list(hashes)}, binary=True).fetchall())


def count(db: Db) -> int:
    """How many chunks there are."""
    return totals(db)[0]


def totals(db: Db) -> tuple[int, int]:
    """How many chunks there are, and how many terms in all of them."""
    row = db.execute("SELECT chunks, terms FROM totals").fetchone()
    if row is None:
        raise rows.Unsound("it has lost its totals")
    return row[0], row[1]


def number(db: Db, key: str) -> int:
    """A number that every index with chunks says of itself.

    Raises:
        Unsound: it says none.
    """
    value = meta(db).get(key)
    if value is None:
        raise rows.Unsound(f"it has lost its {key}")
    if not value.isdecimal():
        raise rows.Unsound(f"it says {value!r} is its {key}")
    return int(value)


def _embeddings(db: Db, found: Sequence[tuple[Any, ...]]) -> dict[Any, Embedding]:
    return rows.embeddings(found, number(db, "part_dim")) if found else {}
