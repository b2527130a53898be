"""Finds chunks by index terms: BM25 as SQLite's FTS5 computes it, over a GIN index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log
from typing import NamedTuple

from rag.stores.postgres import reading
from rag.stores.postgres.rows import Unsound, term_of
from rag.stores.postgres.schema import Db
from rag.stores.protocol import Hit

K1, B = 1.2, 0.75
"""The values FTS5 builds in (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009)."""


def search(db: Db, terms: Sequence[str], k: int, within: reading.Chosen | None = None) -> list[Hit]:
    """The k chunks of highest BM25, best first, each with its share, in [0, 1], of the best possible.

    Chunks with a rare term are scored first. Those that have only the common ones are not looked at where all of these
    together could not lift a chunk among the best k (MaxScore: Turtle & Flood, 1995).
    """
    total, length = reading.totals(db)
    asked = [term_of(term) for term in terms]
    counts: dict[str, int] = dict(
        db.execute("SELECT term, chunks FROM vocabulary WHERE term = ANY(%s)", (asked,)).fetchall()
    )
    weighted = [Term(term, counts.get(term, 0), _weight(counts.get(term, 0), total)) for term in asked]
    there = [term for term in weighted if term.chunks]
    hits: list[Hit] = []
    for needed, others in _rarest_first(there, k):
        hits = _scored(db, there, needed, {"average": length / total, "k": k, "documents": within and within.documents})
        if len(hits) == k and hits[-1].score > _bound(others):
            break
    return [Hit(hit.id, hit.chunk, min(hit.score / _bound(weighted), 1.0)) for hit in hits]


class Term(NamedTuple):
    """A term, in how many chunks it stands, and how much it tells."""

    text: str
    chunks: int
    weight: float


def _weight(chunks: int, total: int) -> float:
    """The inverse document frequency of a term."""
    if chunks > total:
        raise Unsound("its counts of terms are not those of its chunks")
    return max(log((total - chunks + 0.5) / (chunks + 0.5)), 1e-6)


def _bound(terms: Sequence[Term]) -> float:
    """The score of a chunk that repeats every term without end."""
    return sum(term.weight for term in terms) * (K1 + 1)


def _rarest_first(terms: Sequence[Term], k: int) -> Iterator[tuple[Sequence[Term], Sequence[Term]]]:
    """More and more of the terms, from the rarest on, each time with the others; from as many as k chunks may have."""
    ordered = sorted(terms, key=lambda term: term.chunks)
    taken = 1
    while taken < 2 * len(ordered):
        needed, others = ordered[:taken], ordered[taken:]
        if not others or sum(term.chunks for term in needed) >= k:
            yield needed, others
        taken *= 2


def _scored(db: Db, terms: Sequence[Term], needed: Sequence[Term], given: Mapping[str, object]) -> list[Hit]:
    """The k best chunks among those that have one of ``needed``, each with its BM25 for all ``terms``."""
    given = {**given, "needed": " | ".join(_quoted(term.text) for term in needed)}
    for i, term in enumerate(terms):
        given |= {f"term{i}": term.text, f"has{i}": _quoted(term.text), f"weight{i}": term.weight}
    within = "" if given["documents"] is None else " AND c.document_id = ANY(%(documents)s)"
    score = " + ".join(_part(i) for i in range(len(terms)))
    sql = (
        f"SELECT {reading.CHUNK}, f.score FROM (SELECT {reading.FOUND}, {score} AS score FROM chunks c"
        f" WHERE c.terms @@ %(needed)s::tsquery{within} ORDER BY score DESC, c.id LIMIT %(k)s) f"
        " JOIN documents d ON d.id = f.document_id ORDER BY f.score DESC, f.id"
    )
    return reading.hits(db.execute(sql, given).fetchall())


def _part(i: int) -> str:
    """What term ``i`` adds to the score, as FTS5 writes it, to the last bit."""
    times = f"coalesce((c.repeats ->> %(term{i})s)::float8, 1)"
    norm = f"(float8 '{1 - B}' + float8 '{B}' * c.length / %(average)s)"
    share = f"({times} * float8 '{K1 + 1}') / ({times} + float8 '{K1}' * {norm})"
    return f"CASE WHEN c.terms @@ %(has{i})s::tsquery THEN %(weight{i})s * ({share}) ELSE 0 END"


def _quoted(term: str) -> str:
    """A term as a ``tsquery`` that stands for just itself."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
