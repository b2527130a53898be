"""Which chunk size and overlap finds most? On training sets, so that nothing is tuned on what is reported."""

from __future__ import annotations

from dataclasses import dataclass, replace

from eval.bench.data import BenchQuestion, Language, Pool, as_pool, read_passages
from eval.bench.options import Options
from eval.bench.parts import Embedder, open_bed, open_embedder
from eval.bench.progress import say, steps
from eval.bench.report import Report
from eval.bench.systems import RetrievedSpan, ours
from eval.metrics import mean
from eval.tables import Cell, Table, count, rate
from rag import Settings

SETS: dict[str, Language] = {"cmrc_trial": "zh", "drcd": "zh", "squad2_part": "en"}

SIZES = (160, 240, 320, 440, 640, 880)
OVERLAPS = (0.0, 0.2)
"""Shares of the size."""

PASSAGES = 250
QUESTIONS = 400
"""Of each set, the questions spread evenly over the passages."""

DEPTH = 5
SCORES = (rate("passage @1"), rate("passage @5"), rate("answer @1"), rate("answer @5"))


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to cut documents, in columns."""

    size: int
    overlap: int


def run(options: Options) -> Report:
    """Measure every cut on every set, and their mean."""
    sets = options.chosen(list(SETS))
    cuts = [Cut(size, round(size * share)) for size in SIZES for share in OVERLAPS]
    embedder = open_embedder(options.settings.embedder)
    rows: dict[str, list[tuple[int, list[float | None]]]] = {}
    for name in sets:
        pool = _sampled(as_pool(read_passages(options.data, name, options.limit or PASSAGES), name, SETS[name]))
        rows[name] = []
        for one in cuts:
            say(f"{name}: size {one.size}, overlap {one.overlap}")
            settings = replace(options.settings, chunk_size=one.size, chunk_overlap=one.overlap)
            rows[name].append(_measure(pool, settings, embedder))
    tables = [_table(name, cuts, rows[name]) for name in sets]
    if len(sets) > 1:
        tables.insert(
            0, _table("mean of the sets", cuts, [_mean([rows[name][i] for name in sets]) for i in range(len(cuts))])
        )
    return Report("chunking", tuple(tables), options.conditions())


def _sampled(pool: Pool) -> Pool:
    answerable = [one for one in pool.questions if one.answer is not None]
    step = max(1, -(-len(answerable) // QUESTIONS))
    return Pool(pool.documents, tuple(answerable[::step]))


def _measure(pool: Pool, settings: Settings, embedder: Embedder) -> tuple[int, list[float | None]]:
    """How many chunks there are, and the ``SCORES``."""
    with open_bed(pool.documents, settings, embedder) as bed:
        search = ours(pool.documents, bed)
        scored = [_score(search(one.text, DEPTH), one) for one in steps(pool.questions, "asking")]
        return len(bed.chunks), [mean(column) for column in zip(*scored, strict=True)]


def _score(found: list[RetrievedSpan], question: BenchQuestion) -> list[float]:
    in_passage = [one.document in question.gold for one in found]
    with_answer = [one.document in question.gold and holds(one, question) for one in found]
    return [float(any(hits[:k])) for hits in (in_passage, with_answer) for k in (1, 5)]


def holds(found: RetrievedSpan, question: BenchQuestion) -> bool:
    """Whether a range of the gold document covers the whole answer."""
    if question.answer is None or question.start is None:
        return False
    return found.start <= question.start and question.start + len(question.answer) <= found.end


def _mean(rows: list[tuple[int, list[float | None]]]) -> tuple[int, list[float | None]]:
    columns = zip(*(scores for _, scores in rows), strict=True)
    return sum(chunks for chunks, _ in rows), [mean([one for one in column if one is not None]) for column in columns]


def _table(title: str, cuts: list[Cut], rows: list[tuple[int, list[float | None]]]) -> Table:
    cells: list[tuple[Cell, ...]] = [
        (one.size, one.overlap, chunks, *scores) for one, (chunks, scores) in zip(cuts, rows, strict=True)
    ]
    note = "Size and overlap in columns: a Han character is 2, any other 1. answer: the chunk covers the whole answer."
    return Table(title, (count("size"), count("overlap"), count("chunks"), *SCORES), tuple(cells), note)
