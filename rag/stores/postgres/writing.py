"""Writes documents to a PostgreSQL index and removes them, within the caller's transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from rag.model_text import index_terms
from rag.stores import checksums
from rag.stores.postgres import reading, rows, schema
from rag.stores.postgres.rows import Contents
from rag.stores.postgres.schema import Db
from rag.types import Document, FileCopy

TERMS, LENGTH = map(rows.CHUNK_COLUMNS.split(", ").index, ("terms", "length"))


def set_meta(db: Db, values: Mapping[str, str]) -> None:
    """Say something of the index."""
    sql = "INSERT INTO meta VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    for pair in values.items():
        db.execute(sql, pair)


def set_sizes(db: Db, contents: Contents) -> None:
    """Say how long the vectors are."""
    for one in contents.embeddings[:1]:
        set_meta(db, {"dim": str(len(one.vector)), "part_dim": str(one.parts.shape[1])})


def count_change(db: Db, documents: int = 1) -> None:
    """A new generation; the round of writing, if this is in one, got further."""
    for key, more in (("generation", 1), ("run_done", documents)):
        db.execute("UPDATE meta SET value = (value::bigint + %s)::text WHERE key = %s", (more, key))


def insert(db: Db, document: Document, contents: Contents, number: int | None = None) -> None:
    """Write a document whose path is free, with its chunks; ``number`` is the id it had before."""
    given = [*rows.document_row(document), _now(), len(contents.chunks), *([number] if number else [])]
    columns = f"{checksums.DOCUMENT_COLUMNS}, checksum, indexed_at, chunks{', id' if number else ''}"
    places = ", ".join(["%s"] * len(given))
    row = db.execute(f"INSERT INTO documents ({columns}) VALUES ({places}) RETURNING id", given).fetchone()
    assert row is not None
    _add_chunks(db, row[0], contents)


def copy(db: Db, table: str, types: Sequence[str], added: Iterable[tuple[Any, ...]]) -> None:
    """Write rows in bulk."""
    with db.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as target:
        target.set_types(types)
        for row in added:
            target.write_row(row)


def remove(db: Db, path: str) -> int | None:
    """Take away a document that has no copies; returns the id it had, None where there was none."""
    row = db.execute("DELETE FROM documents WHERE path = %s RETURNING id", (rows.escaped(path),)).fetchone()
    if row is None:
        return None
    _remove_chunks(db, row[0])
    return int(row[0])


def forget(db: Db, path: str) -> bool:
    """Take a path away, and with it its document where it was the only one; returns whether it was there."""
    return forget_copy(db, path) or move_to_copy(db, path) or remove(db, path) is not None


def forget_copy(db: Db, path: str) -> bool:
    """Take away the path of a copy; returns whether it was one."""
    return db.execute("DELETE FROM copies WHERE path = %s", (rows.escaped(path),)).rowcount > 0


def move_to_copy(db: Db, path: str) -> bool:
    """Let a document go on at the place of its first copy, if it has one; nothing of the old name stays."""
    row = db.execute(
        "DELETE FROM copies WHERE path = (SELECT min(c.path) FROM copies c JOIN documents d ON d.id = c.document_id"
        " WHERE d.path = %s) RETURNING document_id, path, file",
        (rows.escaped(path),),
    ).fetchone()
    old = reading.document(db, path) if row else None
    if row is None or old is None:
        return False
    number, place = row[0], FileCopy(*rows.unescaped(row[1:]))
    title = PurePosixPath(place.path).stem if old.untitled else old.title
    new = replace(old, path=place.path, file=place.file, title=title)
    has = reading.contents(db, number)
    _remove_chunks(db, number)
    db.execute(
        "UPDATE documents SET path = %s, file = %s, title = %s, checksum = %s WHERE id = %s",
        (*map(rows.escaped, (new.path, new.file, title)), checksums.document_checksum(new), number),
    )
    moved = [replace(chunk, document=new.path, title=title) for chunk in has.chunks]
    _add_chunks(db, number, replace(has, chunks=moved, words=[index_terms(chunk) for chunk in moved]))
    return True


def add_copy(db: Db, document: str, place: FileCopy) -> None:
    """Note another file of a document."""
    sql = "SELECT id, content_hash FROM documents WHERE path = %s"
    for number, content in db.execute(sql, (rows.escaped(document),)).fetchall():
        checksum = checksums.copy_checksum(place.path, place.file, rows.unescaped([content])[0])
        row = (rows.escaped(place.path), rows.escaped(place.file), number, checksum)
        db.execute("INSERT INTO copies VALUES (%s, %s, %s, %s)", row)


def end_round(db: Db) -> None:
    """Say that the round of writing came to its end."""
    db.execute("DELETE FROM meta WHERE key IN ('run', 'run_done')")


def sweep(db: Db) -> None:
    """Drop the embeddings of texts that are gone, and the terms that no chunk has."""
    db.execute("DELETE FROM leftovers")
    db.execute("DELETE FROM vocabulary WHERE chunks <= 0")
    if db.execute("SELECT to_regclass('new_vectors')").fetchone() != (None,):
        db.execute("DELETE FROM new_vectors n WHERE NOT EXISTS (SELECT FROM chunks c WHERE c.text_hash = n.text_hash)")


def clear(db: Db) -> None:
    """Take everything away that documents brought."""
    for table in ("chunks", "documents", "leftovers", "vocabulary"):
        db.execute(f"DELETE FROM {table}")
    db.execute("UPDATE totals SET chunks = 0, terms = 0")


def heal(db: Db) -> None:
    """Make an index on several servers agree with itself, where a transaction got to only some of them."""
    if not any(elsewhere for _, elsewhere in schema.partitions(db)):
        return
    db.execute("DELETE FROM chunks c WHERE NOT EXISTS (SELECT FROM documents d WHERE d.id = c.document_id)")
    count_anew(db)


def count_anew(db: Db) -> None:
    """Make the counts those of the chunks that are there."""
    db.execute("DELETE FROM vocabulary")
    db.execute("INSERT INTO vocabulary SELECT word, ndoc FROM ts_stat('SELECT terms FROM chunks')")
    db.execute("UPDATE totals SET (chunks, terms) = (SELECT count(*), coalesce(sum(length), 0) FROM chunks)")


def _add_chunks(db: Db, number: int, contents: Contents) -> None:
    """Write the chunks of the document with an id, and count their terms."""
    added = rows.chunk_rows(number, contents)
    copy(db, f"chunks ({rows.CHUNK_COLUMNS})", rows.CHUNK_TYPES, added)
    counts = Counter(term for row in added for term in row[TERMS].once)
    db.execute(
        "INSERT INTO vocabulary SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT (term)"
        " DO UPDATE SET chunks = vocabulary.chunks + excluded.chunks",
        (list(counts), list(counts.values())),
    )
    more = (len(added), sum(row[LENGTH] for row in added))
    db.execute("UPDATE totals SET chunks = chunks + %s, terms = terms + %s", more)


def _remove_chunks(db: Db, number: int) -> None:
    """Take away the chunks of the document with an id, and their terms from the counts; their embeddings stay known."""
    db.execute(
        f"""WITH gone AS (DELETE FROM chunks WHERE document_id = %s
                          RETURNING text_hash, {reading.VECTOR_COLUMNS}, terms, length),
                 kept AS (INSERT INTO leftovers SELECT text_hash, {reading.VECTOR_COLUMNS} FROM gone
                          ON CONFLICT DO NOTHING),
                 total AS (UPDATE totals t SET chunks = t.chunks - g.chunks, terms = t.terms - g.terms
                           FROM (SELECT count(*) AS chunks, coalesce(sum(length), 0) AS terms FROM gone) g),
                 had AS (SELECT lexeme, count(*) AS chunks FROM gone, unnest(gone.terms) GROUP BY lexeme)
            UPDATE vocabulary v SET chunks = v.chunks - had.chunks FROM had WHERE v.term = had.lexeme""",
        (number,),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
