"""What does it cost to search some documents only, and is anything missed? Made texts and vectors, both stores."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.bench.data import as_document
from eval.bench.ivf import DIM, SEED, clustered, decaying
from eval.bench.options import Options
from eval.bench.parts import (
    CANDIDATES,
    FAISS_FILE,
    NEAR,
    Embedding,
    Question,
    Retriever,
    Selection,
    SqliteStore,
    Store,
    Vectors,
    analyse,
    database_beside,
    index_terms,
    open_store,
    store_on,
)
from eval.bench.progress import say, steps
from eval.bench.report import Report
from eval.metrics import percentile
from eval.tables import Cell, Column, Table, count, machine, rate
from rag import Chunk, Scope

CHUNKS = 100_000
PER_DOCUMENT = 50
CLUSTERS = 2_000
FOLDERS = {"one document": 0.0, "1 percent": 0.01, "a tenth": 0.1, "half": 0.5}
"""The folders that are searched, and their share of the documents; one at least."""

LENGTH, VOCABULARY = 60, 30_000
"""Words of a chunk, and how many there are; the n-th is said 1/n times as often as the first."""

QUESTIONS, WARM, ASKED, COMMON = 100, 10, 6, 50
"""Questions, those of them that do not count, the words of each, and how many words are too common to be asked for."""

PASSAGES = 8
SLACK = 1e-5
"""A hit counts as one of the nearest where its cosine is no farther from theirs."""


def run(options: Options) -> Report:
    """Search all, and scopes of several sizes, for the same questions; ``limit`` takes the place of ``CHUNKS``."""
    shelf = _Shelf(options.limit or CHUNKS)
    exact = len(shelf.vectors) // 10
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        say(f"SQLite and FAISS, {len(shelf.vectors):,} chunks")
        with closing(open_store(Path(folder), create=True)) as store:
            shelf.fill(store)
            rows += shelf.measured("SQLite, FAISS exact", store)
        (Path(folder) / FAISS_FILE).unlink()  # so that it is made anew, with inverted lists
        with closing(SqliteStore(Path(folder), exact_limit=exact)) as store:
            rows += shelf.measured("SQLite, FAISS inverted lists", store)
    if options.server:
        with database_beside(options.server, "yinju_scopes") as url, closing(store_on(url, exact)) as store:
            say(f"PostgreSQL, {len(shelf.vectors):,} chunks")
            shelf.fill(store)
            rows += shelf.measured("PostgreSQL + pgvector", store)
    columns = (
        Column("store"),
        Column("scope"),
        count("chunks"),
        rate(f"recall@{NEAR}"),
        *(Column(f"{what}, p50 ms", ".1f") for what in ("vectors", "words", "passages")),
        Column("× unfiltered", ".2f"),
    )
    note = (
        f"{len(shelf.vectors):,} chunks of {LENGTH} words, {PER_DOCUMENT} a document, synthetic vectors in {CLUSTERS:,}"
        f" clusters. {QUESTIONS} questions of {ASKED} words. Recall is of the {NEAR} nearest in the scope; passages are"
        " both searches and the ranking. Inverted lists are used for more than a tenth of the"
        " chunks, and HNSW where PostgreSQL's planner takes it, which among few chunks it does not."
    )
    skipped = () if options.server else ("PostgreSQL: no --server URL of an account that may create databases",)
    return Report("scopes", (Table("searching some documents only", columns, tuple(rows), note),), machine(), skipped)


@dataclass(slots=True)
class _Seen:
    """What was seen of one scope: milliseconds of each search by vector, by words, and for passages."""

    label: str
    selection: Selection | None
    chunks: int
    best: Sequence[float]
    """Of each question the cosine of the last of the nearest chunks, by exact search."""
    good: int = 0
    """How many were found that are no farther."""
    spent: tuple[list[float], ...] = field(default_factory=lambda: ([], [], []))

    def ask(self, store: Store, question: Question, number: int) -> None:
        """Search for one question in each way."""
        within = self.selection.stored if self.selection else None
        assert question.embedding
        began = time.perf_counter()
        near = store.search_vectors(question.embedding.vector, NEAR, within)
        vectors = time.perf_counter()
        store.search_words(question.terms, CANDIDATES, within)
        words = time.perf_counter()
        Retriever(store, self.selection).retrieve(question, PASSAGES)
        end = time.perf_counter()
        self.good += sum(hit.score >= self.best[number] - SLACK for hit in near)
        if number >= WARM:
            for kept, seconds in zip(self.spent, (vectors - began, words - vectors, end - words), strict=True):
                kept.append(1000 * seconds)

    def row(self, whole: _Seen) -> tuple[Cell, ...]:
        """Chunks, recall, medians, and how the passages took beside a search of everything."""
        recall = self.good / (min(NEAR, self.chunks) * QUESTIONS)
        p50 = [percentile(one, 0.5) for one in self.spent]
        return self.label, self.chunks, recall, *p50, p50[-1] / percentile(whole.spent[-1], 0.5)


class _Shelf:
    """Documents in folders, and questions."""

    def __init__(self, size: int) -> None:
        rng = np.random.default_rng(SEED)
        centres = decaying((CLUSTERS, DIM), rng)
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
        self.vectors = clustered(size, rng, centres)
        share = 1 / np.arange(1, VOCABULARY + 1)
        said = rng.choice(VOCABULARY, (size, LENGTH), p=share / share.sum())
        self._texts = [" ".join(f"w{word}" for word in row) for row in said]
        documents = -(-size // PER_DOCUMENT)
        ends = np.cumsum([max(1, round(part * documents)) for part in FOLDERS.values()])
        self._folders = np.repeat(np.searchsorted(ends, rng.permutation(documents), side="right"), PER_DOCUMENT)[:size]
        asked = [rng.choice(said[one][said[one] > COMMON], ASKED) for one in rng.choice(size, QUESTIONS)]
        nearest = clustered(QUESTIONS, rng, centres)
        self._questions = [_asked(words.tolist(), vector) for words, vector in zip(asked, nearest, strict=True)]

    def fill(self, store: Store) -> None:
        """Store every document."""
        store.set_meta({"embedder": "scopes"})
        for first in steps(range(0, len(self.vectors), PER_DOCUMENT), "loading"):
            texts = self._texts[first : first + PER_DOCUMENT]
            folder = [*FOLDERS, "rest"][self._folders[first]]
            document = as_document(f"{folder}/{first}.txt", "\n".join(texts), "en")
            starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
            chunks = [
                Chunk(document.path, start, start + len(text), text, document.title, None, "en")
                for start, text in zip(starts, texts, strict=False)
            ]
            embeddings = [_embedding(row) for row in self.vectors[first : first + PER_DOCUMENT]]
            store.replace(document, chunks, embeddings, [index_terms(one) for one in chunks])
        store.finish()

    def measured(self, name: str, store: Store) -> list[tuple[Cell, ...]]:
        """The rows of a store; a question is asked in every scope before the next, so that all meet the same load."""
        documents = store.documents()
        seen = [_Seen("all", None, len(self.vectors), self._best(np.arange(len(self.vectors))))]
        for number, folder in enumerate(FOLDERS):
            rows = np.flatnonzero(self._folders == number)
            selection = Scope(within=(folder,)).select(documents)
            seen.append(_Seen(folder, selection, len(rows), self._best(rows)))
        for number, question in enumerate(steps(self._questions, "searching")):
            for one in seen:
                one.ask(store, question, number)
        return [(name, *one.row(seen[0])) for one in seen]

    def _best(self, rows: NDArray[np.int64]) -> list[float]:
        asked = np.stack([one.embedding.vector for one in self._questions if one.embedding])
        cosines = np.sort(asked @ self.vectors[rows].T, axis=1)
        worst: list[float] = cosines[:, -min(NEAR, len(rows))].tolist()
        return worst


def _asked(words: Sequence[int], vector: Vectors) -> Question:
    """A question of these words whose nearest chunks are those of a vector."""
    return replace(analyse(" ".join(f"w{word}" for word in words)), embedding=_embedding(vector))


def _embedding(vector: Vectors) -> Embedding:
    return Embedding(vector, np.rint(127 * vector[None, :128]).astype(np.int8))
