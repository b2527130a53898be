"""Turns errors of SQLite and the file system into errors that a user can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexLocked, StoreError
from rag.stores.errors import damaged


@contextmanager
def explained(path: Path, otherwise: str = "choose another folder with --index") -> Iterator[None]:
    """Turn what SQLite and the file system raise into our errors; ``otherwise`` is the hint where a file fails."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text:
            raise IndexLocked(f"{path} is being written by another process.", "wait for it, then try again") from error
        if any(word in text for word in ("malformed", "fts5", "no such", "decode")):
            raise damaged(path, error) from error
        raise StoreError(
            f"{path} cannot be used: {text}.", "check free space and permissions, or choose --index"
        ) from error
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.InterfaceError) as error:
        # Of what was asked, not of the file: a store that another thread has closed, or a row that is there already.
        raise StoreError(f"{path} cannot be used so: {str(error).rstrip('.')}.", "try again") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # a broken schema is quoted in SQLite's message
        raise damaged(path, error) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be used: {error.strerror or error}.", otherwise) from error
