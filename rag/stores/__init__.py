"""Durable stores of documents, chunks and vectors: in a folder, or on a server."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.errors import ExtraMissing
from rag.stores.protocol import Store

if TYPE_CHECKING:
    from rag.stores.postgres.store import PostgresStore


def open_store(place: Path | str, create: bool = False) -> Store:
    """The store in an index folder, or at the URL of a PostgreSQL server.

    Raises:
        ExtraMissing: it is a URL, and the driver is not installed.
        StoreError: see ``SqliteStore`` and ``PostgresStore``.
    """
    if isinstance(place, str):
        return _on_server(place, create)
    from rag.stores.sqlite.store import SqliteStore

    return SqliteStore(place, create)


def name_of(place: Path | str) -> str:
    """A place as messages give it: a URL without its password and options."""
    if isinstance(place, Path):
        return str(place)
    url = urlsplit(place)
    user, at, hosts = url.netloc.rpartition("@")
    return f"{url.scheme}://{user.partition(':')[0]}{at}{hosts}{url.path}"


def restore_store(file: Path, place: Path | str) -> None:
    """Put a backup, of whichever store, in the place of an index, also of a damaged one or of none.

    Raises:
        IndexMissing, IndexDamaged: ``file`` is no whole backup; the index is left as it was.
        IndexLocked, StoreError: the index cannot be written.
    """
    from rag.stores.sqlite import backup

    backup.check(file)
    if isinstance(place, Path):
        _restore_folder(file, place)
        return
    with closing(_on_server(place, create=True)) as store:
        store.restore(file)


def _on_server(url: str, create: bool) -> PostgresStore:
    try:
        from rag.stores.postgres.store import PostgresStore
    except ImportError as error:
        raise ExtraMissing(f"The store {name_of(url)}", "postgres") from error
    return PostgresStore(url, name_of(url), create)


def _restore_folder(file: Path, folder: Path) -> None:
    from rag.stores.errors import DATABASE
    from rag.stores.sqlite import backup, lock, store
    from rag.stores.sqlite.errors import explained

    database = folder / DATABASE
    with explained(database):
        folder.mkdir(parents=True, exist_ok=True)
        with lock.only_writer(folder / store.LOCK_FILE, f"restore {file}", store.PATIENCE):
            backup.restore(file, database, store.PATIENCE)
            (folder / store.FAISS_FILE).unlink(missing_ok=True)
            with closing(store.SqliteStore(folder)) as restored:
                restored.finish()
