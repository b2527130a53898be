"""Backs a PostgreSQL index up to one portable file, an SQLite index that either store restores."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from rag.errors import IndexDamaged
from rag.stores import checksums
from rag.stores.postgres import maintenance, reading, rows, writing
from rag.stores.postgres.schema import Db
from rag.stores.sqlite import backup as portable
from rag.stores.sqlite import rows as portable_rows
from rag.stores.sqlite import schema as shared
from rag.stores.sqlite.atomic_write import aside
from rag.stores.sqlite.errors import explained
from rag.types import Document, FileCopy

NOT_MOVED = ("run", "run_done", "reembedding", maintenance.ANALYZED)
"""What an index says of itself that is no part of it."""


def backup(db: Db, file: Path, name: str) -> None:
    """Copy all that a snapshot holds to ``file``, and check the copy.

    Raises:
        Unsound, IndexDamaged: what was to be copied is damaged; ``file`` is left as it was.
        StoreError: ``file`` cannot be written, or is there and no backup.
    """
    with explained(file, portable.OTHERWISE):
        portable.refuse_other(file)
    with explained(file, portable.OTHERWISE), aside(file) as made:
        made.unlink(missing_ok=True)
        with closing(shared.made_at(made)) as copy:
            copy.execute("BEGIN")
            _copy_to(db, copy)
            copy.execute("COMMIT")
        if found := portable.problems(made):
            raise IndexDamaged(f"{name} is damaged: {found[0]}.", "python -m rag verify shows all that is damaged")


def restore(db: Db, file: Path) -> None:
    """Put what a checked backup holds in the place of everything, in the caller's transaction."""
    writing.clear(db)
    with closing(portable.opened(file)) as copy:
        for number, document in _documents(copy):
            has = _contents(copy, number, document)
            writing.insert(db, document, has)
            for place in copy.execute("SELECT path, file FROM copies WHERE document_id = ?", (number,)):
                writing.add_copy(db, document.path, FileCopy(*place))
        values = dict(copy.execute("SELECT key, value FROM meta"))
    moved = {key: value for key, value in values.items() if key not in {*NOT_MOVED, "schema", "unswept"}}
    writing.set_meta(db, moved | {"epoch": checksums.epoch()})


def _copy_to(db: Db, copy: sqlite3.Connection) -> None:
    meta = reading.meta(db)
    for number, stored in db.execute("SELECT id, path FROM documents ORDER BY id").fetchall():
        (path,) = rows.unescaped([stored])
        document, has = reading.document(db, path), reading.contents(db, number)
        if document is None:
            raise rows.Unsound(f"the document {path!r} cannot be found by its path")
        portable_rows.insert(copy, document, has.chunks, has.embeddings, has.words)
        for place in db.execute("SELECT path, file FROM copies WHERE document_id = %s", (number,)).fetchall():
            portable_rows.add_copy(copy, path, FileCopy(*rows.unescaped(place)))
    moved = {key: value for key, value in meta.items() if key not in NOT_MOVED}
    copy.executemany("REPLACE INTO meta VALUES (?, ?)", moved.items())


def _documents(copy: sqlite3.Connection) -> Iterator[tuple[int, Document]]:
    for number, path in copy.execute("SELECT id, path FROM documents ORDER BY id").fetchall():
        document = portable_rows.read(copy, path)
        assert document is not None
        yield number, document


def _contents(copy: sqlite3.Connection, number: int, document: Document) -> rows.Contents:
    """The chunks of a document of a SQLite index, with their embeddings and words."""
    ids = [row[0] for row in copy.execute("SELECT id FROM chunks WHERE document_id = ? ORDER BY id", (number,))]
    sql = "SELECT c.id, v.vector, v.parts, v.checksum FROM chunks c JOIN vectors v USING (text_hash) WHERE c.id IN ({})"
    vectors = portable_rows.embeddings(copy, list(shared.select(copy, sql, ids)))
    words = dict(shared.select(copy, "SELECT rowid, terms FROM words WHERE rowid IN ({})", ids))
    chunks = portable_rows.chunks(copy, ids)
    return rows.Contents([chunks[one] for one in ids], [vectors[one] for one in ids], [words[one] for one in ids])
