"""How much does the approximate vector index miss, and what does it save? Synthetic clustered vectors."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from eval.bench.options import Options
from eval.bench.parts import Vectors, faiss_index
from eval.bench.progress import say, steps
from eval.bench.report import Report
from eval.metrics import percentile
from eval.tables import Cell, Column, Table, count, machine, rate

SIZES = (120_000, 1_000_000)
"""Both above the limit up to which search is exact."""

DIM = 512
PER_CLUSTER = 60
"""Vectors around each centre."""
SPREAD = 1.0
"""Length of a vector's own part beside its centre."""
DECAY = 0.5
"""Dimension i is scaled by i ** -DECAY: the first to the tenth neighbour are then as near (.66 to .55) as among real
chunks, where the same index found a little more."""

QUESTIONS = 200
K = 10
SEED = 0


def run(options: Options) -> Report:
    """Compare the product's index with exact search, at several numbers of probed lists."""
    rows: list[tuple[Cell, ...]] = []
    for size in (options.limit,) if options.limit else SIZES:
        say(f"{size:,} vectors")
        rows += _measure(size)
    columns = (
        count("vectors"),
        Column("index"),
        rate(f"recall@{K}"),
        Column("p50 ms", ".2f"),
        Column("p95 ms", ".2f"),
        Column("build s", ".1f"),
    )
    note = f"Clusters of {PER_CLUSTER}, {DIM} dimensions, {QUESTIONS} questions; the product's probes are marked."
    return Report("faiss", (Table("inverted lists against exact search", columns, tuple(rows), note),), machine())


def clustered(size: int, rng: np.random.Generator, centres: Vectors) -> Vectors:
    """Unit vectors around random centres, shape ``(size, dim)``."""
    made = np.empty((size, centres.shape[1]), np.float32)
    for begin in range(0, size, 10_000):
        part = made[begin : begin + 10_000]
        noise = decaying(part.shape, rng)
        noise *= SPREAD / np.linalg.norm(noise, axis=1, keepdims=True)
        part[:] = centres[rng.integers(0, len(centres), len(part))] + noise
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return made


def decaying(shape: tuple[int, ...], rng: np.random.Generator) -> Vectors:
    """Gaussian vectors whose later dimensions vary less, as those of text encoders do along their principal axes."""
    scale = np.arange(1, shape[1] + 1, dtype=np.float32) ** -DECAY
    made: Vectors = rng.standard_normal(shape, np.float32) * scale
    return made


def _measure(size: int) -> list[tuple[Cell, ...]]:
    import faiss

    rng = np.random.default_rng(SEED)
    centres = decaying((size // PER_CLUSTER, DIM), rng)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    stored, asked = clustered(size, rng, centres), clustered(QUESTIONS, rng, centres)
    began = time.perf_counter()
    index: Any = faiss_index.build(stored, np.arange(size, dtype=np.int64))
    seconds = time.perf_counter() - began
    exact = faiss.IndexIDMap2(faiss.IndexFlatIP(DIM))
    exact.add_with_ids(stored, np.arange(size, dtype=np.int64))
    truth, milliseconds = _search(exact, asked)
    rows: list[tuple[Cell, ...]] = [(size, "exact", 1.0, *milliseconds, None)]
    if not hasattr(index, "nlist"):
        return rows
    ours = faiss_index.probes_for(index.nlist)
    for probes in sorted({8, 16, 32, faiss_index.PROBES, ours}):
        index.nprobe = probes
        found, milliseconds = _search(index, asked)
        recall = sum(len(one & two) for one, two in zip(truth, found, strict=True)) / (K * len(truth))
        name = f"{index.nlist:,} lists, {probes} probed" + (" (ours)" if probes == ours else "")
        rows.append((size, name, recall, *milliseconds, seconds))
    return rows


def _search(index: Any, asked: Vectors) -> tuple[list[set[int]], tuple[float, float]]:
    """The ids found for each question, and the p50 and p95 of a search in milliseconds."""
    faiss_index.search(index, asked[0], K)
    found: list[set[int]] = []
    spent: list[float] = []
    for row in steps(range(len(asked)), "searching"):
        began = time.perf_counter()
        hits = faiss_index.search(index, asked[row], K)
        spent.append((time.perf_counter() - began) * 1000)
        found.append({number for number, _ in hits})
    return found, (percentile(spent, 0.5), percentile(spent, 0.95))
