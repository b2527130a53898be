"""Is the quote that answers found in the real pages? The project's own questions, by kind."""

from __future__ import annotations

from pathlib import Path

from eval.bench.data import DataMissing
from eval.bench.options import Options
from eval.bench.quoted import Ranked, Sought, at, seek
from eval.bench.report import Report
from eval.bench.systems import OURS, lineup
from eval.questions import QUESTIONS, load
from eval.shelves import Shelf
from eval.tables import Cell, Column, Table, count, rate

TARGET = 0.97


def run(options: Options, questions: Path = QUESTIONS) -> Report:
    """Index the pages as a user would, and look for every question's quotes."""
    if options.data is None or not options.data.is_dir():
        raise DataMissing("This benchmark reads a folder of real pages.", "--data DIR")
    systems = lineup(options.settings.embedder, options.hub, options.cache)
    sought = seek(Shelf("real", (options.data,), tuple(load("real", questions))), options, systems)
    tables = (_by_kind(sought), _misses(sought.ranked[OURS]))
    return Report("real", tables, options.conditions(), (*systems.skipped, *sought.problems))


def _by_kind(sought: Sought) -> Table:
    kinds = list(dict.fromkeys(one.question.kind for one in sought.ranked[OURS]))
    rows: list[tuple[Cell, ...]] = []
    for name, results in sought.ranked.items():
        for kind in (*kinds, "all"):
            chosen = [one for one in results if kind in {"all", one.question.kind}]
            rows.append((name, kind, len(chosen), at(1, chosen), at(5, chosen)))
    note = (
        f"{sought.chunks} chunks. A hit: the first k passages hold all of the question's quotes. "
        f"Target: hit@5 ≥ {TARGET}."
    )
    return Table(
        "real pages",
        (Column("system"), Column("kind"), count("questions"), rate("hit@1"), rate("hit@5")),
        tuple(rows),
        note,
    )


def _misses(results: list[Ranked]) -> Table:
    rows = [(one.question.id, one.question.question, one.rank) for one in results if one.rank != 1]
    columns = (Column("id"), Column("question"), count("rank"))
    return Table(f"what {OURS} does not put first", columns, tuple(rows), "A dash: not among the first five.")
