"""How fast and how large: indexing, asking and starting, each beside its target."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from statistics import median

from eval.bench.children import Child, run_child
from eval.bench.data import as_document, read_lines, read_passages
from eval.bench.encoders import Encoder, encoder_of
from eval.bench.options import Options
from eval.bench.parts import cut, e5_folder, model_text, open_embedder
from eval.bench.progress import FileBar, say, steps
from eval.bench.report import Report
from eval.bench.systems import RECIPE, PlainRecipe
from eval.metrics import percentile
from eval.shelves import SEEDS
from eval.tables import Cell, Column, Table
from rag import Document, Rag, RagError, Settings

ARTICLES = 2_000
CHUNKS = 10_000
"""What the figures on a large index are measured on."""

STEP = 250
"""Articles added at a time until there are ``CHUNKS``."""

QUESTIONS = 40
"""Of each kind: Chinese, English, and a sentence out of the indexed articles."""

ALONE = 200
"""Articles for the rows beside ours."""

COLD, HELP, UNCHANGED = 7, 10, 3
"""Runs whose median counts."""

QUESTION = "香港数据中心总存量是多少平方呎？"

AT_MOST, AT_LEAST = "≤", "≥"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and the target it is held to."""

    what: str
    measured: float
    unit: str
    sign: str = ""
    target: float | None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The table row."""
        if self.target is None:
            return (self.what, self.measured, self.unit, None, None)
        met = self.measured <= self.target if self.sign == AT_MOST else self.measured >= self.target
        return (self.what, self.measured, self.unit, f"{self.sign} {self.target:g}", "yes" if met else "no")


def run(options: Options) -> Report:
    """Measure everything on news articles written to files."""
    skipped: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        settings = replace(options.settings, index=folder / "index")
        articles = [row["text"] for row in read_lines(options.data, "zh_news_10k")]
        rows = list(_index(articles, options.limit or ARTICLES, folder / "news", settings, options.limit is None))
        rows += _beside(articles, min(options.limit or ALONE, ALONE), options, skipped)
        rows += _ask(_questions(options, articles), settings)
        rows += _processes(folder, settings, options.limit is not None)
    columns = (Column("what"), Column("measured"), Column("unit"), Column("target"), Column("reached"))
    note = f"Medians, but for indexing and the percentiles. Questions: {QUESTIONS} of each kind."
    table = Table("speed and memory", columns, tuple(row.cells for row in rows), note)
    conditions = options.conditions() | {"generator": Path(settings.generator).name}
    return Report("speed", (table,), conditions, tuple(skipped))


# Indexing


def _index(articles: Sequence[str], count: int, news: Path, settings: Settings, fill: bool) -> Iterator[Row]:
    """Index ``count`` articles from files, add more until there are ``CHUNKS`` if ``fill``, then index once more."""
    _write(articles, range(count), news)
    rag = Rag(settings)
    rag.embedder.embed_question("warm")
    say(f"indexing {count:,} articles")
    with FileBar("indexing") as bar:
        summary = rag.index([news], bar)
    yield Row(f"index {count:,} articles", summary.chunks / summary.seconds, "chunks/s", AT_LEAST, 150)
    characters = sum(map(len, articles[:count]))
    yield Row(f"index {count:,} articles", characters / summary.seconds / 1000, "thousand characters/s")
    while fill and count < len(articles) and rag.status().chunks < CHUNKS:
        _write(articles, range(count, count + STEP), news)
        count += STEP
        rag.index([news])
    chunks = rag.status().chunks
    seconds = median(rag.index([news]).seconds for _ in steps(range(UNCHANGED), "indexing again"))
    yield Row(f"index again, nothing changed, {chunks:,} chunks", seconds, "s", AT_MOST, 2)
    rag.close()


def _write(articles: Sequence[str], numbers: range, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        if number < len(articles):
            (folder / f"news-{number:05d}.txt").write_text(articles[number], encoding="utf-8")


def _beside(articles: Sequence[str], count: int, options: Options, skipped: list[str]) -> Iterator[Row]:
    """The encoder alone, and the plain recipe's way to an index."""
    documents = [as_document(f"{i}.txt", text, "zh") for i, text in enumerate(articles[:count])]
    say(f"the same with others, {count:,} articles")
    embedder = open_embedder(options.settings.embedder)
    embedder.embed_question("warm")
    pieces = [[model_text(one).text for one in cut(document, options.settings)] for document in documents]
    began = time.perf_counter()
    for texts in steps(pieces, "embedding"):
        embedder.embed_passages(texts)
    spent = time.perf_counter() - began
    yield Row("embedding alone", sum(map(len, pieces)) / spent, "chunks/s")
    try:
        if not options.hub:
            raise RagError(f"{RECIPE}: --no-hub")
        yield from _recipe(documents, encoder_of(open_embedder(str(e5_folder()))), spent)
    except RagError as error:
        skipped.append(f"{error} Try: {error.hint}" if error.hint else str(error))


def _recipe(documents: Sequence[Document], encoder: Encoder, alone: float) -> Iterator[Row]:
    encoder.passages(["warm"])
    began = time.perf_counter()
    chunks, _ = PlainRecipe(encoder).index(documents)
    spent = time.perf_counter() - began
    yield Row(f"{RECIPE}, chunks of up to 1,000 characters", len(chunks) / spent, "chunks/s")
    characters = sum(len(one.text) for one in documents)
    yield Row(RECIPE, characters / spent / 1000, "thousand characters/s")
    yield Row("the same documents", spent / alone, "times as long as embedding them with ours")


# Asking


def _questions(options: Options, articles: Sequence[str]) -> list[str]:
    """Questions in both languages, the same every time: public ones, and sentences of articles made into some."""
    asked = [
        [qa.question for one in read_passages(options.data, f"xquad_{language}", QUESTIONS) for qa in one.qas[:1]]
        for language in ("zh", "en")
    ]
    told = [f"{text[len(text) // 2 :][:24]}是怎么回事？" for text in articles[:: max(1, len(articles) // QUESTIONS)]]
    return list(chain.from_iterable(zip(*asked, told[:QUESTIONS], strict=False)))


def _ask(questions: Sequence[str], settings: Settings) -> Iterator[Row]:
    """Warm questions, by step; "before reading" is everything until the generator starts."""
    rag = Rag(settings)
    for question in questions[:3]:
        rag.ask(question)
    spent: dict[str, list[float]] = {}
    for question in steps(questions[3:], "asking"):
        began = time.perf_counter()
        timings = rag.ask(question).timings_ms
        spent.setdefault("in all", []).append((time.perf_counter() - began) * 1000)
        for step, milliseconds in timings.items():
            spent.setdefault(step, []).append(milliseconds)
    chunks = rag.status().chunks
    rag.close()
    for step, values in spent.items():
        if step == "load":  # paid by the first question
            continue
        name = f"ask, warm, {chunks:,} chunks: {step}"
        target = ("", None) if step != "retrieve" else (AT_MOST, 120.0)
        yield Row(f"{name}, p50", percentile(values, 0.5), "ms", *target)
        yield Row(f"{name}, p95", percentile(values, 0.95), "ms")


# Whole processes


def _processes(folder: Path, settings: Settings, once: bool) -> Iterator[Row]:
    """Start-up and memory of the command line as a user runs it; ``once`` for a quick look."""
    flags = ["--embedder", settings.embedder, "--generator", settings.generator]
    seeds = folder / "seeds-index"
    with closing(Rag(replace(settings, index=seeds))) as small, closing(Rag(settings)) as large:
        small.index([SEEDS])
        chunks = large.status().chunks
    say("starting processes")
    asked = run_child(["-m", "rag", "ask", QUESTION, "--index", str(settings.index), *flags])
    yield Row(f"peak memory of ask, {chunks:,} chunks", asked.peak_mb, "MB", AT_MOST, 600)
    cold = _children(["-m", "rag", "ask", QUESTION, "--index", str(seeds), *flags], 1 if once else COLD)
    yield Row("ask, cold process, seeds index", median(one.seconds for one in cold), "s", AT_MOST, 1.5)
    yield Row("peak memory of ask, seeds index", median(one.peak_mb for one in cold), "MB")
    helped = _children(["-m", "rag", "--help"], 1 if once else HELP)
    yield Row("python -m rag --help", median(one.seconds for one in helped), "s", AT_MOST, 0.25)
    bare = _children(["-c", "pass"], 1 if once else HELP)
    yield Row("python -c pass, beside it", median(one.seconds for one in bare), "s")


def _children(arguments: Sequence[str], times: int) -> list[Child]:
    return [run_child(arguments) for _ in steps(range(times), "starting")]
