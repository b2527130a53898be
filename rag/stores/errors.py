"""The error for a damaged index, with what the user can do."""

from __future__ import annotations

from pathlib import Path

from rag.errors import IndexDamaged
from rag.stores import name_of

DATABASE = "index.sqlite"
"""The file of an index in a folder."""

SHOWN = 20
"""How many problems of an index are listed."""


def damaged(place: Path | str, error: object) -> IndexDamaged:
    """The error that lists what is damaged in an index and what the user can do."""
    if isinstance(place, str):
        name, away = name_of(place), "DROP SCHEMA yinju CASCADE"
    else:
        name, away = str(place), f"remove {place / DATABASE if place.is_dir() else place}"
    return IndexDamaged(
        f"{name} is damaged: {error}.",
        "python -m rag verify (what else is) or python -m rag restore FILE (a backup);"
        f" without a backup, {away} and index again",
    )
