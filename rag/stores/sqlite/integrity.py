"""Lists what is damaged in a database: SQLite's own checks, then every checksum and every span."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain

from rag.stores import checksums
from rag.stores.errors import SHOWN
from rag.stores.sqlite import rows, schema

_CHECK_WORDS = "INSERT INTO words (words) VALUES ('integrity-check')"


def problems(db: sqlite3.Connection) -> list[str]:
    """What is damaged, in words; empty where nothing is. Whatever SQLite itself chokes on is a problem too."""
    found: list[str] = []
    for name, check in CHECKS.items():
        try:
            for problem in check(db):
                found.append(problem)
                if len(found) >= SHOWN:
                    return [*found, "… and perhaps more"]
        except (sqlite3.Error, ValueError, OverflowError, TypeError, AttributeError) as error:
            found.append(f"{name} cannot be read: {error}")
    return found


def _structure(db: sqlite3.Connection) -> Iterator[str]:
    for (line,) in db.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"the database: {line}"
    for table, row, *_ in db.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} belongs to nothing"


def _settings(db: sqlite3.Connection) -> Iterator[str]:
    meta = dict(db.execute("SELECT key, value FROM meta"))
    chunks = db.execute("SELECT count(*) FROM chunks").fetchone()[0]
    for key in ("schema", "generation", "epoch", *(("embedder", "dim", "part_dim") if chunks else ())):
        if key not in meta:
            yield f"the index has lost its {key}"
    for key in ("generation", "dim", "part_dim"):
        if not meta.get(key, "0").isdecimal():
            yield f"the index says {meta[key]!r} is its {key}"


def _documents(db: sqlite3.Connection) -> Iterator[str]:
    for (path,) in db.execute("SELECT path FROM documents ORDER BY path").fetchall():
        try:
            document = rows.read(db, path)
        except sqlite3.DatabaseError as error:
            yield str(error)
            continue
        if document is None:
            yield f"the document {path!r} cannot be found by its path"
            continue
        sql = "SELECT c.start, c.end, c.text FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.path = ?"
        for start, end, text in db.execute(sql, (path,)):
            if document.text[start:end] != text:
                yield f"a chunk of {path!r} does not stand at {start}:{end}"


def _copies(db: sqlite3.Connection) -> Iterator[str]:
    taken = {row[0] for row in db.execute("SELECT path FROM documents")}
    columns = "c.path, c.file, d.content_hash, c.checksum"
    sql = f"SELECT {columns} FROM copies c JOIN documents d ON d.id = c.document_id ORDER BY c.path"
    for path, file, content, checksum in db.execute(sql):
        if checksums.copy_checksum(path, file, content) != checksum:
            yield f"the copy {path!r} in {file!r} is not what was stored"
        elif path in taken:
            yield f"the copy {path!r} has the path of a document"


def _chunks(db: sqlite3.Connection) -> Iterator[str]:
    columns = f"c.id, {schema.CHUNK_COLUMNS}"
    for row, *stored in db.execute(f"SELECT {columns} FROM chunks c JOIN documents d ON d.id = c.document_id"):
        if checksums.chunk_of(stored) is None:
            yield f"chunk {row} is not what was stored"
    lost = "SELECT count(*) FROM chunks WHERE text_hash NOT IN (SELECT text_hash FROM vectors)"
    if count := db.execute(lost).fetchone()[0]:
        yield f"{count} chunks have lost their vectors"


def _vectors(db: sqlite3.Connection) -> Iterator[str]:
    stored = db.execute("SELECT text_hash, vector, parts, checksum FROM vectors")
    if (first := stored.fetchone()) is None:
        return
    dim, part_dim = rows.number(db, "dim"), rows.number(db, "part_dim")
    for key, vector, parts, checksum in chain([first], stored):
        fits = len(vector) == 4 * dim and part_dim and len(parts) % part_dim == 0
        if checksums.vector_checksum(vector, parts) != checksum or not fits:
            yield f"the vector of text {key.hex()[:12]} is not what was stored"


def _words(db: sqlite3.Connection) -> Iterator[str]:
    chunks, words = ({row[0] for row in db.execute(f"SELECT id FROM {table}")} for table in ("chunks", "words_content"))
    if chunks != words:
        yield f"{len(chunks ^ words)} chunks and entries of the word index do not belong together"
    sql = "SELECT c.id, c.terms_hash, w.terms FROM chunks c JOIN words w ON w.rowid = c.id"
    for row, key, terms in db.execute(sql):
        if checksums.text_hash(str(terms)) != key:
            yield f"the words of chunk {row} are not what was stored"
    try:
        db.execute(_CHECK_WORDS)
    except sqlite3.OperationalError as error:  # the check wants to write, though it never does
        if not any(word in str(error) for word in ("locked", "readonly")):
            raise
        with closing(sqlite3.connect("", isolation_level=None)) as copy:  # on disk, and gone when it is closed
            try:
                db.backup(copy)
            except sqlite3.OperationalError as full:
                yield f"the word index was not checked: no temporary copy of the database could be made ({full})"
                return
            copy.execute(_CHECK_WORDS)


CHECKS: dict[str, Callable[[sqlite3.Connection], Iterator[str]]] = {
    "the database": _structure,
    "the settings": _settings,
    "the documents": _documents,
    "the copies": _copies,
    "the chunks": _chunks,
    "the vectors": _vectors,
    "the word index": _words,
}
