"""The tables of the SQLite index, and the row shapes that come out of them."""

from __future__ import annotations

import sqlite3

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
    root TEXT NOT NULL,
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

CREATE = f"""
BEGIN IMMEDIATE;
{TABLES}
INSERT OR IGNORE INTO meta VALUES ('schema', '{SCHEMA_VERSION}'), ('generation', '0');
COMMIT;
"""
"""All or nothing, and harmless when two processes make one index at once."""

CHUNK_COLUMNS = "d.path, c.start, c.end, c.text, d.title, d.date, d.language"
DOCUMENT_COLUMNS = "path, text, title, language, content_hash, date, author, source, root"
INFO_COLUMNS = "d.path, d.title, d.date, d.author, d.source, d.language, d.content_hash, d.root"


def chunk_of(row: sqlite3.Row | tuple[object, ...]) -> Chunk:
    """A row of ``CHUNK_COLUMNS`` as a Chunk."""
    return Chunk(*row)


def document_of(row: sqlite3.Row | tuple[object, ...]) -> Document:
    """A row of ``DOCUMENT_COLUMNS`` as a Document."""
    return Document(*row)


def info_of(row: sqlite3.Row | tuple[object, ...]) -> DocumentInfo:
    """A row of ``INFO_COLUMNS`` plus chunk count and time as a DocumentInfo."""
    return DocumentInfo(*row)
