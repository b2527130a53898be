"""Lists what is damaged in a PostgreSQL index: every checksum, span and count is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg

from rag.stores import checksums
from rag.stores.errors import SHOWN
from rag.stores.postgres import reading, rows
from rag.stores.postgres.schema import Db

BATCH = 200
"""Rows that are read at a time."""


def problems(db: Db) -> list[str]:
    """What is damaged, in words; empty where nothing is. Within a snapshot: it reads with cursors."""
    found: list[str] = []
    for name, check in CHECKS.items():
        try:
            with db.transaction():
                for problem in check(db):
                    found.append(problem)
                    if len(found) >= SHOWN:
                        return [*found, "… and perhaps more"]
        except (psycopg.DatabaseError, rows.Unsound, ValueError) as error:
            found.append(f"{name} cannot be read: {str(error).splitlines()[0]}")
    return found


def _settings(db: Db) -> Iterator[str]:
    meta = reading.meta(db)
    for key in ("generation", "epoch", *(("embedder", "dim", "part_dim") if reading.count(db) else ())):
        if key not in meta:
            yield f"the index has lost its {key}"
    for key in ("generation", "dim", "part_dim"):
        if not meta.get(key, "0").isdecimal():
            yield f"the index says {meta[key]!r} is its {key}"


def _documents(db: Db) -> Iterator[str]:
    listed = db.execute("SELECT id, path, chunks FROM documents ORDER BY path").fetchall()
    for number, path, count in listed:
        try:
            document = reading.document(db, rows.unescaped([path])[0])
        except rows.Unsound as error:
            yield str(error)
            continue
        found = db.execute("SELECT first, beyond, text FROM chunks WHERE document_id = %s", (number,)).fetchall()
        if len(found) != count:
            yield f"{path!r} has {len(found)} chunks, not {count}"
        for start, end, text in found:
            if document is None or document.text[start:end] != rows.unescaped([text])[0]:
                yield f"a chunk of {path!r} does not stand at {start}:{end}"


def _copies(db: Db) -> Iterator[str]:
    taken = {path for (path,) in db.execute("SELECT path FROM documents").fetchall()}
    columns = "c.path, c.file, d.content_hash, c.checksum"
    sql = f"SELECT {columns} FROM copies c JOIN documents d ON d.id = c.document_id ORDER BY c.path"
    for row in db.execute(sql).fetchall():
        path, file, content = rows.unescaped(row[:3])
        if checksums.copy_checksum(path, file, content) != row[3]:
            yield f"the copy {path!r} in {file!r} is not what was stored"
        elif row[0] in taken:
            yield f"the copy {path!r} has the path of a document"


def _chunks(db: Db) -> Iterator[str]:
    dim = int(reading.meta(db).get("dim", 0))
    with db.cursor("chunks", binary=True) as cursor:
        cursor.itersize = BATCH
        for row, text, key, layout, terms, repeats, terms_hash, *vector in cursor.execute(
            "SELECT id, text, text_hash, layout, tsvector_to_array(terms), repeats, terms_hash,"
            f" {reading.VECTOR_COLUMNS} FROM chunks"
        ):
            if not rows.is_sound(key, layout, text):
                yield f"chunk {row} is not what was stored"
            if rows.terms_hash(terms, repeats) != terms_hash:
                yield f"the words of chunk {row} are not what was stored"
            stored = vector[0].to_numpy()
            if checksums.vector_checksum(stored.astype("<f4").tobytes(), vector[1]) != vector[2] or len(stored) != dim:
                yield f"the vector of chunk {row} is not what was stored"
    orphans = "SELECT count(*) FROM chunks c WHERE NOT EXISTS (SELECT FROM documents d WHERE d.id = c.document_id)"
    yield from _counted(db, orphans, "{} chunks belong to nothing")


def _words(db: Db) -> Iterator[str]:
    short = (
        "SELECT count(*) FROM chunks c WHERE c.length <> cardinality(tsvector_to_array(c.terms))"
        " + (SELECT coalesce(sum(value::int - 1), 0) FROM jsonb_each_text(c.repeats))"
    )
    yield from _counted(db, short, "{} chunks have another number of words than is said")
    wrong = (
        "SELECT count(*) FROM (SELECT word COLLATE \"C\" AS term, ndoc FROM ts_stat('SELECT terms FROM chunks')) s"
        " FULL JOIN vocabulary v USING (term) WHERE coalesce(s.ndoc, 0) <> coalesce(v.chunks, 0)"
    )
    yield from _counted(db, wrong, "{} terms do not stand in as many chunks as is said")
    sums = db.execute("SELECT count(*), coalesce(sum(length), 0) FROM chunks").fetchone()
    if sums != reading.totals(db):
        yield f"the index says it holds {reading.count(db)} chunks, but {sums[0] if sums else 0} are there"


def _counted(db: Db, sql: str, problem: str) -> Iterator[str]:
    row = db.execute(sql).fetchone()
    if row and row[0]:
        yield problem.format(row[0])


CHECKS: dict[str, Callable[[Db], Iterator[str]]] = {
    "the settings": _settings,
    "the documents": _documents,
    "the copies": _copies,
    "the chunks": _chunks,
    "the word index": _words,
}
