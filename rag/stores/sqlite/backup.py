"""Backups: an index in one file, checked when it is written and again before it is restored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from rag.errors import IndexDamaged, IndexMissing, StoreError
from rag.stores import checksums
from rag.stores.sqlite import integrity, schema
from rag.stores.sqlite.atomic_write import aside, put, temporary
from rag.stores.sqlite.errors import explained

OTHERWISE = "check free space and permissions there, or name another file"
HINT = "give a file that 'python -m rag backup FILE' wrote"


def backup(database: Path, file: Path, patience: float) -> None:
    """Copy a database, as it stands now, to ``file``; others may read and write it meanwhile.

    Raises:
        IndexDamaged: what was copied is damaged; ``file`` is left as it was.
        StoreError: ``file`` cannot be written, stands in the index folder, or is there and no backup.
    """
    with explained(file, OTHERWISE):
        if file.resolve().is_relative_to(database.parent.resolve()) or (file.exists() and file.samefile(database)):
            raise StoreError(f"{file} is in the index folder {database.parent}.", "name a file in another folder")
        refuse_other(file)
    with explained(file, OTHERWISE), aside(file) as made:
        made.unlink(missing_ok=True)
        with explained(database), closing(schema.connect_to_read(database, patience)) as db:
            try:
                db.execute("VACUUM INTO ?", (str(made),))
            except sqlite3.OperationalError as error:
                if not any(word in str(error) for word in ("full", "unable to open", "disk I/O")):
                    raise
                raise StoreError(f"{database} cannot be copied to {file}: {error}.", OTHERWISE) from error
        if found := problems(made):
            raise IndexDamaged(f"{database} is damaged: {found[0]}.", "python -m rag verify shows all that is damaged")


def refuse_other(file: Path) -> None:
    """A backup is never written over an index, nor over anything else that is no backup.

    Raises:
        StoreError: ``file`` is there, and is no backup.
    """
    if file.exists() and not (file.is_file() and _is_backup(file)):
        raise StoreError(f"{file} is there already and is no backup.", "name another file")


def _is_backup(file: Path) -> bool:
    """Whether a file is a database with a schema of ours, whole or not, and none that is in use as an index."""
    try:
        with closing(opened(file, "ro")) as db:
            names = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
            in_use = db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            return names >= {"meta", "documents", "chunks", "vectors", "words"} and not in_use
    except sqlite3.DatabaseError:
        return False


def check(file: Path) -> None:
    """Make sure that a file is a whole backup of this schema.

    Raises:
        IndexMissing: there is no such file.
        IndexDamaged: it is no backup, a damaged one, or one of another schema.
    """
    if not file.is_file():
        raise IndexMissing(f"There is no file {file}.", HINT)
    if found := problems(file):
        raise IndexDamaged(f"{file} cannot be restored: {found[0]}.", HINT)


def restore(file: Path, database: Path, patience: float) -> None:
    """Put what a checked backup holds in the place of a database, in one transaction; readers see the old or the new.

    A database too broken to be written is kept beside the new one, as ``….damaged``.

    Raises:
        StoreError: the database cannot be written.
    """
    database.with_name("restored.sqlite").unlink(missing_ok=True)  # a whole copy, which earlier versions left
    with explained(database), temporary(database) as made:
        _copy(file, made, patience)
        with closing(opened(made)) as db:
            db.execute("DELETE FROM meta WHERE key IN ('run', 'run_done')")
            db.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", (checksums.epoch(),))
        try:
            if database.is_file() and database.stat().st_size:
                _copy(made, database, patience)
            else:
                _replace(database, made)
        except sqlite3.OperationalError:  # locked, full, or read-only: another file would not help
            raise
        except sqlite3.DatabaseError:
            for ending in ("", "-wal", "-shm"):
                broken = database.with_name(database.name + ending)
                if broken.exists():
                    broken.replace(database.with_name(f"{database.name}.damaged{ending}"))
            _replace(database, made)
    with explained(database), closing(opened(database)) as db:
        db.execute("PRAGMA journal_mode = WAL")


def _replace(database: Path, made: Path) -> None:
    """Put a file in the place of a database that is not there, or of one that nobody can use."""
    schema.drop_log(database)
    put(made, database)


def _copy(file: Path, target: Path, patience: float) -> None:
    with closing(opened(file)) as source, closing(sqlite3.connect(target, timeout=patience)) as db:
        source.backup(db)


def problems(file: Path) -> list[str]:
    """What is damaged in a file that should be a backup, in words; empty where nothing is."""
    try:
        with closing(opened(file)) as db:
            row = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
            if row != (schema.SCHEMA_VERSION,):
                return [f"it has schema {row[0] if row else 'none'}; this version reads {schema.SCHEMA_VERSION}"]
            return integrity.problems(db)
    except sqlite3.DatabaseError as error:
        return [str(error)]


def opened(file: Path, mode: str = "rw") -> sqlite3.Connection:
    """A connection to a backup."""
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None)
