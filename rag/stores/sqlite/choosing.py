"""Finds the rows of a set of documents, and remembers them while the index stays as it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REMEMBERED = 32
"""Sets of documents."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ids of documents, as a JSON list for SQLite, and those of their chunks for FAISS."""

    documents: str
    chunks: NDArray[np.int64]


class Choices:
    """The rows of sets of documents."""

    def __init__(self) -> None:
        self._version: Hashable = None
        self._known: dict[frozenset[str], Chosen] = {}

    def of(self, db: sqlite3.Connection, version: Hashable, paths: frozenset[str]) -> Chosen:
        """The rows of the documents at some paths, in a database of a version; a path that is not there has none."""
        if version != self._version or len(self._known) >= REMEMBERED:
            self._version, self._known = version, {}
        if paths not in self._known:
            self._known[paths] = _read(db, paths)
        return self._known[paths]


def _read(db: sqlite3.Connection, paths: frozenset[str]) -> Chosen:
    within = json.dumps(sorted(paths))
    sql = "SELECT id FROM documents WHERE path IN (SELECT value FROM json_each(?))"
    documents = json.dumps([row for (row,) in db.execute(sql, (within,))])
    sql = "SELECT id FROM chunks WHERE document_id IN (SELECT value FROM json_each(?))"
    return Chosen(documents, np.fromiter((row for (row,) in db.execute(sql, (documents,))), np.int64))
