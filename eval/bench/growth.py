"""Does a process stay as small over a thousand questions, and an index as fast with ten times the chunks?"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from eval.bench.data import as_document, read_lines, read_passages
from eval.bench.options import Options
from eval.bench.parts import cut, open_embedder, write_index
from eval.bench.progress import say
from eval.bench.report import Report
from eval.bench.speed import AT_MOST, Row
from eval.metrics import percentile
from eval.tables import Column, Table
from rag import Document, Rag, Settings

SMALL, TIMES = 10_000, 10
"""Chunks, and how many times as many the large index holds."""

CHUNK_SIZE = 120
"""Small, so that the articles make up the large index without a synthetic chunk."""

QUESTIONS = 1_000
"""Asked of the small index by one process, whose memory is watched."""

TIMED = 200
"""The first of them, which the large index is asked too."""

WARM = 20
"""Questions before any figure counts."""


@dataclass(frozen=True, slots=True)
class ProcessTimings:
    """What one process saw, question by question, when it was warm."""

    milliseconds: Sequence[float]
    retrieving: Sequence[float]
    """Milliseconds of these until the passages were found."""
    megabytes: Sequence[float]
    """Resident memory after the last question that did not count, then after each that did."""


def run(options: Options) -> Report:
    """Ask the small index, let it grow, ask again; ``limit`` takes the place of the number of its chunks."""
    small = options.limit or SMALL
    asked = _questions(options, QUESTIONS if options.limit is None else WARM)
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(options.settings, index=Path(folder), chunk_size=CHUNK_SIZE)
        documents = _documents(options, settings, small * TIMES)
        few = _holding(documents, settings, small)
        embedder = open_embedder(settings.embedder)
        sizes: list[int] = []
        seen: list[ProcessTimings] = []
        for part, questions in ((documents[:few], asked), (documents[few:], asked[: WARM + TIMED])):
            say(f"indexing {len(part):,} articles")
            write_index(settings.index, part, settings, embedder)
            sizes.append(_chunks(settings))
            say(f"asking {len(questions):,} questions over {sizes[-1]:,} chunks")
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                seen.append(process.submit(ask, settings, questions).result())
    rows = [*_memory(seen[0], sizes[0]), *_latency(seen, sizes)]
    columns = (Column("what"), Column("measured"), Column("unit"), Column("target"), Column("reached"))
    note = (
        f"Real articles and embeddings, cut at {CHUNK_SIZE} columns; a process of its own for each size, up to {WARM}"
        f" questions before the first figure; latency over the next {TIMED}, Chinese and English in turn."
    )
    table = Table("growth", columns, tuple(row.cells for row in rows), note)
    return Report("growth", (table,), options.conditions() | {"chunk size": CHUNK_SIZE})


def ask(settings: Settings, questions: Sequence[str]) -> ProcessTimings:
    """Ask all questions in this process, the first ``WARM`` of them, or half of fewer, without counting."""
    warm = min(WARM, len(questions) // 2)
    rag = Rag(settings)
    milliseconds: list[float] = []
    retrieving: list[float] = []
    megabytes: list[float] = []
    for question in questions:
        began = time.perf_counter()
        timings = rag.ask(question).timings_ms
        milliseconds.append((time.perf_counter() - began) * 1000)
        retrieving.append(timings["retrieve"])
        megabytes.append(resident())
    rag.close()
    return ProcessTimings(milliseconds[warm:], retrieving[warm:], megabytes[warm - 1 :])


def _memory(seen: ProcessTimings, chunks: int) -> Iterator[Row]:
    after = seen.megabytes
    name = f"{len(after) - 1:,} questions in one process, {chunks:,} chunks: memory"
    yield Row(f"{name} before", after[0], "MB")
    yield Row(f"{name} half way", after[len(after) // 2], "MB")
    yield Row(f"{name} after", after[-1], "MB")
    yield Row(f"{name} growth", after[-1] - after[0], "MB", AT_MOST, 30)


def _latency(seen: Sequence[ProcessTimings], sizes: Sequence[int]) -> Iterator[Row]:
    for step, unit in (("ask", "p50"), ("ask", "p95"), ("retrieve", "p50")):
        share = int(unit[1:]) / 100
        spent = [one.milliseconds if step == "ask" else one.retrieving for one in seen]
        figures = [percentile(one[:TIMED], share) for one in spent]
        for size, figure in zip(sizes, figures, strict=True):
            yield Row(f"{step}, {size:,} chunks, {unit}", figure, "ms")
        target = (AT_MOST, 2.0) if (step, unit) == ("ask", "p50") else ("", None)
        yield Row(f"{step}, {unit}: large beside small", figures[1] / max(figures[0], 1e-9), "times", *target)


def _questions(options: Options, asked: int) -> list[str]:
    """``WARM`` questions and those that count, Chinese and English in turn."""
    each = (asked + WARM + 1) // 2
    sets = [
        [qa.question for one in read_passages(options.data, f"xquad_{language}") for qa in one.qas][:each]
        for language in ("zh", "en")
    ]
    return list(chain.from_iterable(zip(*sets, strict=False)))[: asked + WARM]


def _documents(options: Options, settings: Settings, chunks: int) -> list[Document]:
    """Articles that make at most so many chunks, so that search stays exact up to its limit."""
    articles = read_lines(options.data, "zh_news_10k")
    documents = [as_document(f"news-{i:05d}.txt", row["text"], "zh") for i, row in enumerate(articles)]
    return documents[: _holding(documents, settings, chunks)]


def _holding(documents: Sequence[Document], settings: Settings, chunks: int) -> int:
    """How many of the documents, from the first on, make at most so many chunks."""
    made = 0
    for number, document in enumerate(documents):
        made += len(cut(document, settings))
        if made > chunks:
            return number
    return len(documents)


def _chunks(settings: Settings) -> int:
    rag = Rag(settings)
    chunks = rag.status().chunks
    rag.close()
    return chunks


def resident() -> float:
    """Megabytes of this process that are in memory now; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else 0.0
