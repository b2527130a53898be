"""The tables of the SQLite index, the connections to it, and the row shapes that come out."""

from __future__ import annotations

import os
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from rag.errors import IndexDamaged, IndexLocked, IndexMismatch
from rag.stores import checksums
from rag.stores.sqlite.atomic_write import ENDING, sweep

SCHEMA_VERSION = "5"

VECTOR_COLUMNS = """(
    text_hash BLOB PRIMARY KEY,
    vector BLOB NOT NULL,
    parts BLOB NOT NULL,
    checksum BLOB NOT NULL
)"""

RECIPES = "CREATE INDEX IF NOT EXISTS documents_recipe ON documents(recipe)"

TABLES = f"""
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
    indexed_at TEXT NOT NULL,
    checksum BLOB NOT NULL,
    outline TEXT NOT NULL DEFAULT '',
    evidence TEXT NOT NULL DEFAULT ''
);

-- Without it, whoever asks for the recipes reads past the text of every document.
{RECIPES};

-- Other files with the content of a document.
CREATE TABLE IF NOT EXISTS copies (
    path TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    checksum BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS copies_document ON copies(document_id);

-- AUTOINCREMENT: the id of a deleted chunk is never given to another, so a stale vector can find nothing.
CREATE TABLE IF NOT EXISTS chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    terms_hash BLOB NOT NULL,
    layout TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS chunks_document ON chunks(document_id);
CREATE INDEX IF NOT EXISTS chunks_text ON chunks(text_hash);

CREATE TABLE IF NOT EXISTS vectors {VECTOR_COLUMNS};

CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(terms, tokenize = "unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(words, 'row');
"""

_EVIDENCE = "ALTER TABLE documents ADD COLUMN evidence TEXT NOT NULL DEFAULT ''"

OLDER = {
    "4": (_EVIDENCE,),
    "3": (
        "ALTER TABLE documents ADD COLUMN outline TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE chunks ADD COLUMN layout TEXT NOT NULL DEFAULT ''",
        _EVIDENCE,
    ),
}
"""How an index of an earlier schema becomes one of this: its documents have no structure until they are read again."""

CHUNK_COLUMNS = "c.text_hash, c.layout, d.path, c.start, c.end, c.text, d.title, d.date, d.language"

BATCH = 500
"""Parameters per SQL statement; old SQLite builds allow 999."""


def create(path: Path, only_writer: AbstractContextManager[object]) -> None:
    """Make an index without documents, all or nothing; harmless when several processes do at once.

    The log of a database that was lost goes first, under the writer's lock, as SQLite would replay it into this one.
    """
    if _has_log(path):
        with only_writer:
            if not path.exists():
                drop_log(path)
    sweep(path)
    made = path.with_name(f"{path.name}.{uuid4().hex}.{os.getpid()}{ENDING}")
    try:
        with closing(made_at(made)) as db:
            db.execute("PRAGMA journal_mode = WAL")
        _put_unless_there(made, path)
    finally:
        made.unlink(missing_ok=True)


def made_at(path: Path) -> sqlite3.Connection:
    """A connection to a new file with an index without documents."""
    db = sqlite3.connect(path, isolation_level=None)
    first = f"('schema', '{SCHEMA_VERSION}'), ('generation', '0'), ('epoch', '{checksums.epoch()}')"
    db.executescript(f"BEGIN; {TABLES}; INSERT INTO meta VALUES {first}; COMMIT")
    return db


def mismatch(path: Path, written: str) -> IndexMismatch:
    """That an index is of another schema, and what to do."""
    what = f"{path} has schema {written}; this version reads {SCHEMA_VERSION}."
    if written in OLDER:
        return IndexMismatch(
            what, "python -m rag index PATH, with what was indexed, brings it up to date and embeds only what is new"
        )
    return IndexMismatch(what, f"remove {path}, or choose another folder with --index, and index again")


def bring_up_to_date(db: sqlite3.Connection, written: str) -> None:
    """Change the tables of an earlier schema to those of this one, in one transaction."""
    with transaction(db):
        if db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == (written,):
            for statement in OLDER[written]:
                db.execute(statement)
            db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (SCHEMA_VERSION,))


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """What is written within it is written whole, or not at all."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # SQLite has already rolled back where the disk is full or broken.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _has_log(path: Path) -> bool:
    return any(file.exists() for file in _log(path))


def drop_log(path: Path) -> None:
    """Remove the log of a database that is gone; only for who holds the writer's lock."""
    for file in _log(path):
        file.unlink(missing_ok=True)


def _log(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]


def _put_unless_there(made: Path, path: Path) -> None:
    """Move a file into place unless another process was faster."""
    with suppress(FileExistsError):
        try:
            os.link(made, path)
        except (PermissionError, NotImplementedError):  # a file system without links
            if not path.exists():
                made.replace(path)


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """A connection to a database, made where there is none; one that only reads where it cannot be written."""
    if path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return connect_to_read(path, patience)
    return sqlite3.connect(path, timeout=patience, check_same_thread=False, isolation_level=None)


class Frozen(sqlite3.Connection):
    """A connection that takes the file for one that never changes: good for as long as that is true."""


def connect_to_read(path: Path, patience: float) -> sqlite3.Connection:
    """A connection that makes no file beside the database: a ``Frozen`` one, unless a writer has left its log there.

    Raises:
        sqlite3.OperationalError: what is new stands in a log that cannot be read.
    """
    log = _log(path)[0]
    if log.exists():
        db = _to_read(path, "mode=ro", patience, sqlite3.Connection)
        try:
            db.execute("SELECT count(*) FROM sqlite_master")
            return db
        except sqlite3.OperationalError as error:
            db.close()
            if "locked" in str(error) or (log.exists() and log.stat().st_size):  # a frozen one would pass over the log
                raise
    return _to_read(path, "mode=ro&immutable=1", patience, Frozen)


def _to_read(path: Path, options: str, patience: float, kind: type[sqlite3.Connection]) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{options}"
    return sqlite3.connect(uri, uri=True, timeout=patience, check_same_thread=False, isolation_level=None, factory=kind)


def state(path: Path) -> tuple[int, ...] | None:
    """What tells a file from every other of its name, then what changes with it; None where it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, int(_has_log(path))


def is_same(now: tuple[int, ...] | None, then: tuple[int, ...] | None, db: sqlite3.Connection) -> bool:
    """Whether two states are of one file; for a frozen connection, of one that nobody has written meanwhile."""
    if now is None or then is None:
        return False
    return now == then if isinstance(db, Frozen) else now[:2] == then[:2]


@contextmanager
def unchanged(db: sqlite3.Connection, path: Path, then: tuple[int, ...] | None) -> Iterator[None]:
    """What is read within it is of one state of the file; a change under a frozen connection is not taken for damage.

    Raises:
        IndexLocked: the file has been written since the frozen connection was made.
    """
    try:
        yield
    except IndexDamaged:
        _check_unchanged(db, path, then)
        raise
    _check_unchanged(db, path, then)


def _check_unchanged(db: sqlite3.Connection, path: Path, then: tuple[int, ...] | None) -> None:
    if isinstance(db, Frozen) and state(path) != then:
        raise IndexLocked(f"{path} was written by another process while it was read.", "try again")


def empty_log(db: sqlite3.Connection) -> None:
    """Wipe what was deleted out of the log too; a warning where a reader that does not end keeps it from being done."""
    with suppress(sqlite3.OperationalError):
        if not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            return
    warnings.warn(
        "Someone is reading the index: what was deleted stays in its log until the next round of writing.",
        stacklevel=2,
    )


def select(db: sqlite3.Connection, sql: str, keys: Sequence[object]) -> Iterator[tuple[Any, ...]]:
    """Run ``sql``, whose ``{}`` takes a list of keys, over as many keys as there are."""
    for i in range(0, len(keys), BATCH):
        part = keys[i : i + BATCH]
        yield from db.execute(sql.format(",".join("?" * len(part))), part).fetchall()
