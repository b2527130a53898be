"""Stores: documents, chunks and vectors, durable."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from rag.contract import Store


def open_store(folder: Path, create: bool = False) -> Store:
    """The store in an index folder.

    Raises:
        StoreError: see ``SqliteStore``.
    """
    from rag.stores.sqlite import SqliteStore

    return SqliteStore(folder, create)


def restore_store(file: Path, folder: Path) -> None:
    """Put a backup in the place of the index in a folder, also of a damaged one or of none.

    Raises:
        IndexMissing, IndexDamaged: ``file`` is no whole backup; the index is left as it was.
        IndexLocked, StoreError: the index cannot be written.
    """
    from rag.stores import copying, lock, sqlite
    from rag.stores.failures import explained

    copying.check(file)
    database = folder / sqlite.DATABASE
    with explained(database):
        folder.mkdir(parents=True, exist_ok=True)
        with lock.only_writer(folder / sqlite.LOCK_FILE, f"restore {file}", sqlite.PATIENCE):
            copying.restore(file, database, sqlite.PATIENCE)
            (folder / sqlite.FAISS_FILE).unlink(missing_ok=True)
            with closing(sqlite.SqliteStore(folder)) as store:
                store.finish()


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder; without those that go away while they are looked at."""
    size = 0
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            size += file.stat().st_size if file.is_file() else 0
    return size
