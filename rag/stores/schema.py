"""The tables of the SQLite index, and the row shapes that come out of them."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.types import Chunk, Document, DocumentInfo

SCHEMA_VERSION = "1"

TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    date TEXT, author TEXT, source TEXT,
    file TEXT NOT NULL,
    recipe TEXT NOT NULL,
    indexed_at TEXT NOT NULL
);

-- AUTOINCREMENT: the id of a deleted chunk is never given to another, so a stale vector can find nothing.
CREATE TABLE IF NOT EXISTS chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    text_hash BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS chunks_document ON chunks(document_id);
CREATE INDEX IF NOT EXISTS chunks_text ON chunks(text_hash);

CREATE TABLE IF NOT EXISTS vectors (
    text_hash BLOB PRIMARY KEY,
    vector BLOB NOT NULL,
    parts BLOB NOT NULL
);

CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(terms, tokenize = "unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(words, 'row');
"""

CHUNK_COLUMNS = "d.path, c.start, c.end, c.text, d.title, d.date, d.language"
DOCUMENT_COLUMNS = "path, text, title, language, content_hash, date, author, source, file, recipe"
INFO_COLUMNS = "d.path, d.title, d.date, d.author, d.source, d.language, d.content_hash, d.file, d.recipe"

BATCH = 500
"""Parameters per SQL statement; old SQLite builds allow 999."""


def create(db: sqlite3.Connection, patience: float) -> None:
    """Make the tables in a new file, all or none; harmless when several processes make them at once."""
    end = time.monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError:  # SQLite itself does not wait where two switch at once
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
    first = f"INSERT OR IGNORE INTO meta VALUES ('schema', '{SCHEMA_VERSION}'), ('generation', '0')"
    db.executescript(f"BEGIN IMMEDIATE; {TABLES}; {first}; COMMIT")


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """A connection to a database, made where there is none; one that only reads where it cannot be written."""
    if path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return connect_to_read(path, patience)
    return sqlite3.connect(path, timeout=patience, check_same_thread=False, isolation_level=None)


def connect_to_read(path: Path, patience: float) -> sqlite3.Connection:
    """A connection that needs no file beside the database, unless a writer has left one there."""
    log = path.with_name(f"{path.name}-wal")
    # "immutable" passes over the log, so it would hide what stands only there.
    options = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    uri = f"{path.absolute().as_uri()}?{options}"
    return sqlite3.connect(uri, uri=True, timeout=patience, check_same_thread=False, isolation_level=None)


def select(db: sqlite3.Connection, sql: str, keys: Sequence[object]) -> Iterator[tuple[Any, ...]]:
    """Run ``sql``, whose ``{}`` takes a list of keys, over as many keys as there are."""
    for i in range(0, len(keys), BATCH):
        part = keys[i : i + BATCH]
        yield from db.execute(sql.format(",".join("?" * len(part))), part).fetchall()


def chunk_of(row: sqlite3.Row | tuple[object, ...]) -> Chunk:
    """A row of ``CHUNK_COLUMNS`` as a Chunk."""
    return Chunk(*row)


def document_of(row: sqlite3.Row | tuple[object, ...]) -> Document:
    """A row of ``DOCUMENT_COLUMNS`` as a Document."""
    return Document(*row)


def info_of(row: sqlite3.Row | tuple[object, ...]) -> DocumentInfo:
    """A row of ``INFO_COLUMNS`` plus chunk count and time as a DocumentInfo."""
    return DocumentInfo(*row)
