"""Writes documents to rows and reads them back, within the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TypeVar

import numpy as np

from rag.model_text import index_terms, model_text, to_json
from rag.stores import checksums
from rag.stores.protocol import Hit
from rag.stores.sqlite import schema
from rag.types import Chunk, Document, DocumentInfo, Embedding, FileCopy, Vectors

Key = TypeVar("Key", bytes, int)


def insert(
    db: sqlite3.Connection,
    document: Document,
    chunks: Sequence[Chunk],
    embeddings: Sequence[Embedding],
    words: Sequence[str],
) -> None:
    """Write a document whose path is free, its chunks, their embeddings and words."""
    fields = checksums.document_fields(document)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    places = ",".join("?" * (len(fields) + 2))
    row = db.execute(
        f"INSERT INTO documents ({checksums.DOCUMENT_COLUMNS}, indexed_at, checksum) VALUES ({places})",
        [*fields, now, checksums.document_checksum(document)],
    )
    for chunk, embedding, terms in zip(chunks, embeddings, words, strict=True):
        key = checksums.text_hash(model_text(chunk).text)
        added = db.execute(
            "INSERT INTO chunks (document_id, start, end, text, text_hash, terms_hash, layout) VALUES (?,?,?,?,?,?,?)",
            (row.lastrowid, chunk.start, chunk.end, chunk.text, key, checksums.text_hash(terms), to_json(chunk)),
        )
        add_embedding(db, "vectors", key, embedding)
        db.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (added.lastrowid, terms))


def add_embedding(db: sqlite3.Connection, table: str, key: bytes, embedding: Embedding) -> None:
    """Keep the embedding of a text in a table of ``VECTOR_COLUMNS``, unless it is there."""
    vector, parts = embedding.vector.astype("<f4").tobytes(), embedding.parts.tobytes()
    checksum = checksums.vector_checksum(vector, parts)
    db.execute(f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?, ?)", (key, vector, parts, checksum))


def forget(db: sqlite3.Connection, path: str) -> int:
    """Remove a path, and its document if it was the last path; returns 1 if the path was there, else 0."""
    if db.execute("DELETE FROM copies WHERE path = ?", (path,)).rowcount:
        return 1
    found = db.execute("SELECT id FROM documents WHERE path = ?", (path,)).fetchone()
    if not found:
        return 0
    copy = db.execute("SELECT path, file FROM copies WHERE document_id = ? ORDER BY path LIMIT 1", found).fetchone()
    if copy:
        _move(db, found[0], FileCopy(*copy))
    else:
        db.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM chunks WHERE document_id = ?)", found)
        db.execute("DELETE FROM documents WHERE id = ?", found)
    return 1


def add_copy(db: sqlite3.Connection, document: str, place: FileCopy) -> None:
    """Note another file of a document."""
    for row, content in db.execute("SELECT id, content_hash FROM documents WHERE path = ?", (document,)).fetchall():
        checksum = checksums.copy_checksum(place.path, place.file, content)
        db.execute("INSERT INTO copies VALUES (?, ?, ?, ?)", (place.path, place.file, row, checksum))


def read(db: sqlite3.Connection, path: str) -> Document | None:
    """The document at a path or with a copy there; None where there is none.

    Raises:
        sqlite3.DatabaseError: its bytes are not those that were stored.
    """
    row = db.execute(
        f"SELECT {checksums.DOCUMENT_COLUMNS}, checksum FROM documents"
        " WHERE path = ? OR id = (SELECT document_id FROM copies WHERE path = ?)",
        (path, path),
    ).fetchone()
    if row is None:
        return None
    document = checksums.document_of(row)
    if document is None:
        raise sqlite3.DatabaseError(f"the document {row[0]!r} is not what was stored")
    return document


def listed(db: sqlite3.Connection) -> list[DocumentInfo]:
    """Every document, ordered by path."""
    copies: dict[int, list[FileCopy]] = {}
    for document, *place in db.execute("SELECT document_id, path, file FROM copies ORDER BY path"):
        copies.setdefault(document, []).append(FileCopy(*place))
    rows = db.execute(
        f"SELECT d.id, {checksums.INFO_COLUMNS}, count(c.id), d.indexed_at, d.evidence FROM documents d"
        " LEFT JOIN chunks c ON c.document_id = d.id GROUP BY d.id ORDER BY d.path"
    )
    return [replace(DocumentInfo(*fields), copies=tuple(copies.get(row, ()))) for row, *fields in rows]


def chunks(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Chunk]:
    """Chunks by id, without those that are not there.

    Raises:
        sqlite3.DatabaseError: a text is not what was stored.
    """
    sql = (
        f"SELECT c.id, {schema.CHUNK_COLUMNS} FROM chunks c JOIN documents d ON d.id = c.document_id"
        " WHERE c.id IN ({})"
    )
    found = {row[0]: checksums.chunk_of(row[1:]) for row in schema.select(db, sql, ids)}
    if None in found.values():
        raise sqlite3.DatabaseError("a chunk is not what was stored")
    return {row: chunk for row, chunk in found.items() if chunk}


def hits(db: sqlite3.Connection, scored: Sequence[tuple[int, float]]) -> list[Hit]:
    """Chunks by id and score as hits, without those that are not there."""
    found = chunks(db, [row for row, _ in scored])
    return [Hit(row, found[row], score) for row, score in scored if row in found]


def number(db: sqlite3.Connection, key: str) -> int:
    """A number from the settings that every index with chunks has.

    Raises:
        sqlite3.DatabaseError: it says none.
    """
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"it has lost its {key}")
    if not str(row[0]).isdecimal():
        raise sqlite3.DatabaseError(f"it says {row[0]!r} is its {key}")
    return int(row[0])


def embeddings(db: sqlite3.Connection, rows: Sequence[tuple[Key, bytes, bytes, bytes]]) -> dict[Key, Embedding]:
    """Rows of a key, vector, parts and checksum as embeddings.

    Raises:
        sqlite3.DatabaseError: one is not what was stored.
    """
    found = {}
    part_dim = number(db, "part_dim") if rows else 0
    for key, vector, parts, checksum in rows:
        _check(vector, parts, checksum)
        if not part_dim or len(parts) % part_dim:
            raise sqlite3.DatabaseError(f"parts of {len(parts)} numbers have no length of {part_dim}")
        found[key] = Embedding(np.frombuffer(vector, "<f4"), np.frombuffer(parts, np.int8).reshape(-1, part_dim))
    return found


def known_embeddings(db: sqlite3.Connection, texts: Sequence[str]) -> dict[str, Embedding]:
    """The embedding of each text that has one. Raises what ``embeddings`` does."""
    by_hash = {checksums.text_hash(text): text for text in texts}
    sql = "SELECT text_hash, vector, parts, checksum FROM vectors WHERE text_hash IN ({})"
    found = embeddings(db, list(schema.select(db, sql, list(by_hash))))
    return {by_hash[key]: one for key, one in found.items()}


def embeddings_of(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Embedding]:
    """The embeddings of chunks by id, without those that are not there. Raises what ``embeddings`` does."""
    columns = "c.id, v.vector, v.parts, v.checksum"
    sql = f"SELECT {columns} FROM chunks c JOIN vectors v USING (text_hash) WHERE c.id IN ({{}})"
    return embeddings(db, list(schema.select(db, sql, list(ids))))


def matrix(db: sqlite3.Connection, ids: Sequence[int]) -> Vectors:
    """The vectors of chunks, shape ``(len(ids), dim)``; ``(0, 0)`` for none.

    Raises:
        sqlite3.DatabaseError: one is not what was stored, or is lost.
    """
    dim = number(db, "dim") if ids else 0
    vectors = np.empty((len(ids), dim), np.float32)
    place = {row: i for i, row in enumerate(ids)}
    lost = set(ids)
    sql = "SELECT c.id, v.vector, v.parts, v.checksum FROM chunks c JOIN vectors v USING (text_hash) WHERE c.id IN ({})"
    for row, vector, parts, checksum in schema.select(db, sql, ids):
        _check(vector, parts, checksum)
        if len(vector) != 4 * dim:
            raise sqlite3.DatabaseError(f"a vector has {len(vector)} bytes, not {4 * dim}")
        vectors[place[row]] = np.frombuffer(vector, "<f4")
        lost.discard(row)
    if lost:
        raise sqlite3.DatabaseError(f"{len(lost)} chunks have lost their vectors")
    return vectors


def _check(vector: object, parts: object, checksum: object) -> None:
    if not isinstance(vector, bytes) or not isinstance(parts, bytes):
        raise sqlite3.DatabaseError("a vector is no bytes")
    if checksums.vector_checksum(vector, parts) != checksum:
        raise sqlite3.DatabaseError("a vector is not what was stored")


def _move(db: sqlite3.Connection, row: int, place: FileCopy) -> None:
    """Move a document to the path of its copy; nothing of the old path stays."""
    (path,) = db.execute("SELECT path FROM documents WHERE id = ?", (row,)).fetchone()
    old = read(db, path)
    assert old is not None
    title = PurePosixPath(place.path).stem if old.untitled else old.title
    new = replace(old, path=place.path, file=place.file, title=title)
    db.execute("DELETE FROM copies WHERE path = ?", (place.path,))
    db.execute(
        "UPDATE documents SET path = ?, file = ?, title = ?, checksum = ? WHERE id = ?",
        (new.path, new.file, new.title, checksums.document_checksum(new), row),
    )
    ids = [one for (one,) in db.execute("SELECT id FROM chunks WHERE document_id = ?", (row,)).fetchall()]
    for one, chunk in chunks(db, ids).items():
        terms = index_terms(chunk)
        db.execute("UPDATE words SET terms = ? WHERE rowid = ?", (terms, one))
        db.execute("UPDATE chunks SET terms_hash = ? WHERE id = ?", (checksums.text_hash(terms), one))
