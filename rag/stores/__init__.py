"""Stores: documents, chunks and vectors, durable."""

from __future__ import annotations

from pathlib import Path

from rag.types import Store


def open_store(folder: Path, create: bool = False) -> Store:
    """The store in an index folder.

    Raises:
        StoreError: see ``SqliteStore``.
    """
    from rag.stores.sqlite import SqliteStore

    return SqliteStore(folder, create)
