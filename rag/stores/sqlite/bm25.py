"""Finds chunks by index terms: BM25 over SQLite's full-text index."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from math import log

from rag.stores.sqlite.schema import select

BM25_K1 = 1.2
"""The value FTS5 builds in (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009)."""

_WITHIN = " AND (SELECT document_id FROM chunks WHERE id = words.rowid) IN (SELECT value FROM json_each(?))"


def search(
    db: sqlite3.Connection, terms: Sequence[str], k: int, documents: str | None = None
) -> list[tuple[int, float]]:
    """The ids of the k chunks of highest BM25, best first, each with its share, in [0, 1], of the best possible.

    ``documents`` is a JSON list of the ids of those that are searched; None is all.
    """
    query = " OR ".join(f'"{term}"' for term in terms)
    best = _best(db, terms)
    rows = db.execute(
        f"SELECT rowid, -bm25(words) FROM words WHERE words MATCH ?{_WITHIN * (documents is not None)}"
        " ORDER BY bm25(words), rowid LIMIT ?",
        (query, k) if documents is None else (query, documents, k),
    )
    return [(row, min(score / best, 1.0)) for row, score in rows]


def _best(db: sqlite3.Connection, terms: Sequence[str]) -> float:
    """The upper bound of BM25: the score of a chunk that repeats every term endlessly."""
    total = db.execute("SELECT count(*) FROM chunks").fetchone()[0]  # one each; to count words takes reading them
    counts = dict(select(db, "SELECT term, doc FROM vocabulary WHERE term IN ({})", list(terms)))
    idf = (log((total - counts.get(term, 0) + 0.5) / (counts.get(term, 0) + 0.5)) for term in terms)
    return sum(max(weight, 1e-6) for weight in idf) * (BM25_K1 + 1)
