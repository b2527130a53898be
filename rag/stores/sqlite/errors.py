"""What SQLite and the file system raise to the errors a user can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexDamaged, IndexLocked, StoreError
from rag.stores import name_of
from rag.stores.sqlite.schema import DATABASE


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


def damaged(place: Path | str, error: object) -> IndexDamaged:
    """The error that says what is wrong with an index, in a file, a folder or a database, and the ways out."""
    if isinstance(place, str):
        name, away = name_of(place), "DROP SCHEMA yinju CASCADE"
    else:
        name, away = str(place), f"remove {place / DATABASE if place.is_dir() else place}"
    return IndexDamaged(
        f"{name} is damaged: {error}.",
        "python -m rag verify (what else is) or python -m rag restore FILE (a backup);"
        f" without a backup, {away} and index again",
    )
