"""How both stores grow: load and index time, size, latency with one and eight clients, recall and memory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from eval.bench.data import as_document, read_lines, read_passages
from eval.bench.growth import CHUNK_SIZE, resident
from eval.bench.ivf import DIM, SEED, K, clustered, decaying
from eval.bench.options import Options
from eval.bench.parts import (
    Embedding,
    Vectors,
    cut,
    database_beside,
    index_terms,
    model_text,
    open_embedder,
    open_store,
)
from eval.bench.progress import say, steps
from eval.bench.report import Report
from eval.metrics import percentile
from eval.tables import Cell, Column, Table, count, rate
from rag import Chunk, Document

SIZES = (10_000, 100_000, 1_000_000)

CLUSTERS = 2_000
REAL = 100_000
"""Up to so many chunks are of real articles, with real embeddings; the others are synthetic."""

PER_DOCUMENT = 1_000
"""Chunks of a synthetic document."""

QUESTIONS = 200
WARM = 20
CLIENTS = 8

SLACK = 1e-5
"""A hit counts as one of the best where its cosine is no farther from theirs."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document as it is stored."""

    document: Document
    chunks: Sequence[Chunk]
    embeddings: Sequence[Embedding]

    @property
    def words(self) -> list[str]:
        """The index terms of each chunk."""
        return [index_terms(one) for one in self.chunks]


@dataclass(frozen=True, slots=True)
class SearchTimings:
    """What a process saw that opened an index and asked."""

    alone: Sequence[float]
    """Milliseconds of each search, one after the other."""
    together: Sequence[float]
    """The same with ``CLIENTS`` threads asking at once."""
    per_second: float
    """Searches in a second, then."""
    recall: float
    megabytes: float


def run(options: Options) -> Report:
    """Fill both stores at each size and search them; ``limit`` takes the place of the sizes."""
    sizes = (options.limit,) if options.limit else SIZES
    real = list(_real(options, min(max(sizes), REAL)))
    rows: list[tuple[Cell, ...]] = []
    for size in sizes:
        parts, asked = _filled(real, size), _questions(options, size)
        worst = _kth_best(parts, asked)
        with tempfile.TemporaryDirectory() as folder:
            say(f"SQLite and FAISS, {size:,} chunks")
            rows.append((size, "SQLite + FAISS", *_measured(Path(folder) / "index", parts, asked, worst)))
        if options.server:
            with database_beside(options.server, f"yinju_scale_{size}") as url:
                say(f"PostgreSQL, {size:,} chunks")
                rows.append((size, "PostgreSQL + pgvector", *_measured(url, parts, asked, worst)))
    note = (
        f"Up to {REAL:,} chunks of real articles, cut at {CHUNK_SIZE} columns; beyond, synthetic vectors in"
        f" {CLUSTERS:,} clusters. {QUESTIONS} vector searches for the best {K}, {WARM} before any counts; with"
        f" {CLIENTS} clients, as many threads of one process. Memory is that of the process that asks."
    )
    columns = (
        *(count("chunks"), Column("store"), Column("load s", ".1f"), Column("index s", ".1f"), count("bytes/chunk")),
        *(
            Column(f"{unit}, {clients}", ".1f")
            for clients in ("1 client", "8 clients")
            for unit in ("p50 ms", "p95 ms")
        ),
        *(Column("searches/s", ".0f"), rate(f"recall@{K}"), count("MB")),
    )
    skipped = () if options.server else ("PostgreSQL: no --server URL of an account that may create databases",)
    conditions = options.conditions() | {"chunk size": CHUNK_SIZE}
    return Report("scale", (Table("growth of both stores", columns, tuple(rows), note),), conditions, skipped)


def ask(place: Path | str, asked: Vectors, worst: Sequence[float]) -> SearchTimings:
    """Search an index for every row of ``asked``, alone and together, in this process."""
    with closing(open_store(place)) as store:

        def timed(row: Vectors) -> tuple[float, list[float]]:
            began = time.perf_counter()
            hits = store.search_vectors(row, K)
            return (time.perf_counter() - began) * 1000, [hit.score for hit in hits]

        for row in asked[:WARM]:
            timed(row)
        alone = [timed(row) for row in asked]
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            together = list(clients.map(timed, asked))
        seconds = time.perf_counter() - began
    good = sum(score >= least - SLACK for (_, scores), least in zip(alone, worst, strict=True) for score in scores)
    times = [[spent for spent, _ in one] for one in (alone, together)]
    return SearchTimings(times[0], times[1], len(asked) / seconds, good / (K * len(asked)), resident())


def _measured(place: Path | str, parts: Sequence[Part], asked: Vectors, worst: Sequence[float]) -> tuple[Cell, ...]:
    """A row of the table, but for its size and store."""
    chunks = sum(len(part.chunks) for part in parts)
    with closing(open_store(place, create=True)) as store:
        store.set_meta({"embedder": "scale"})
        loading = 0.0
        for part in steps(parts, "loading"):
            words = part.words
            began = time.perf_counter()
            store.replace(part.document, part.chunks, part.embeddings, words)
            loading += time.perf_counter() - began
        began = time.perf_counter()
        store.finish()
        indexing = time.perf_counter() - began
        size = store.size() // chunks
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        seen = process.submit(ask, place, asked, worst).result()
    spent = (percentile(times, share) for times in (seen.alone, seen.together) for share in (0.5, 0.95))
    return loading, indexing, size, *spent, seen.per_second, seen.recall, int(seen.megabytes)


def _real(options: Options, size: int) -> Iterator[Part]:
    """Articles, cut and embedded, of ``size`` chunks at most."""
    embedder = open_embedder(options.settings.embedder)
    settings = replace(options.settings, chunk_size=CHUNK_SIZE)
    say(f"embedding up to {size:,} chunks of articles")
    made = 0
    for number, row in enumerate(read_lines(options.data, "zh_news_10k")):
        document = as_document(f"news-{number:05d}.txt", row["text"], "zh")
        chunks = cut(document, settings)
        made += len(chunks)
        if made > size:
            return
        yield Part(document, chunks, embedder.embed_passages([model_text(one).text for one in chunks]))


def _filled(real: Sequence[Part], size: int) -> list[Part]:
    """Parts of ``size`` chunks: the real ones as far as they go, the rest synthetic."""
    taken, made = [], 0
    for part in real:
        if made + len(part.chunks) <= size:
            taken.append(part)
            made += len(part.chunks)
    rng = np.random.default_rng(SEED)
    dim = len(real[0].embeddings[0].vector) if real else DIM
    centres = _centres(rng, dim)
    starts = range(made, size, PER_DOCUMENT)
    filling = (_synthetic(first, clustered(min(PER_DOCUMENT, size - first), rng, centres)) for first in starts)
    return [*taken, *filling]


def _synthetic(first: int, vectors: Vectors) -> Part:
    """A document of chunks that say nothing but their number."""
    texts = [f"chunk {first + i}" for i in range(len(vectors))]
    document = as_document(f"synthetic-{first:08d}.txt", "\n".join(texts), "en")
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    chunks = [
        Chunk(document.path, start, start + len(text), text, document.title, None, "en")
        for start, text in zip(starts, texts, strict=False)
    ]
    parts = np.rint(127 * vectors[:, None, :128]).astype(np.int8)
    return Part(document, chunks, [Embedding(row, part) for row, part in zip(vectors, parts, strict=True)])


def _centres(rng: np.random.Generator, dim: int) -> Vectors:
    centres = decaying((CLUSTERS, dim), rng)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return centres


def _questions(options: Options, size: int) -> Vectors:
    """Real questions, Chinese and English in turn; where most chunks are synthetic, half of them are too."""
    embedder = open_embedder(options.settings.embedder)
    texts = [
        [qa.question for one in read_passages(options.data, f"xquad_{language}") for qa in one.qas][: QUESTIONS // 2]
        for language in ("zh", "en")
    ]
    asked = np.stack([embedder.embed_question(text).vector for pair in zip(*texts, strict=False) for text in pair])
    if size <= REAL:
        return asked
    rng = np.random.default_rng(SEED)
    synthetic = clustered(len(asked), rng, _centres(rng, asked.shape[1]))
    return np.concatenate([asked[::2], synthetic[::2]])


def _kth_best(parts: Sequence[Part], asked: Vectors) -> list[float]:
    """The cosine of the last of the K nearest chunks to each question, by exact search."""
    best = np.full((len(asked), K), -1, np.float32)
    for first in range(0, len(parts), 100):
        rows = np.stack([one.vector for part in parts[first : first + 100] for one in part.embeddings])
        together = np.concatenate([best, asked @ rows.T], axis=1)
        best = -np.partition(-together, K - 1, axis=1)[:, :K]
    worst: list[float] = best.min(axis=1).tolist()
    return worst
