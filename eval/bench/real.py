"""Is the quote that answers found in the real pages? The project's own questions, by kind."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.bench.data import DataMissing
from eval.bench.options import Options
from eval.bench.parts import open_embedder, open_index
from eval.bench.progress import steps
from eval.bench.report import Report
from eval.bench.systems import OURS, lineup
from eval.matching import DocumentSpan, locate, rank_of
from eval.metrics import mean
from eval.questions import QUESTIONS, GoldQuestion, load
from eval.tables import Cell, Column, Table, count, rate
from rag import Rag

DEPTH = 5
TARGET = 0.97


@dataclass(frozen=True, slots=True)
class Ranked:
    """A question and how many passages it takes to see all its quotes; None where five are too few."""

    question: GoldQuestion
    rank: int | None


def run(options: Options, questions: Path = QUESTIONS) -> Report:
    """Index the pages as a user would, and look for every question's quotes."""
    if options.data is None or not options.data.is_dir():
        raise DataMissing("This benchmark reads a folder of real pages.", "--data DIR")
    asked = [one for one in load("real", questions) if one.answerable and not one.dialogue][: options.limit]
    systems = lineup(options.settings.embedder, options.hub)
    embedder = open_embedder(options.settings.embedder)
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(options.settings, index=Path(folder))
        rag = Rag(settings, embedder=embedder)
        failed = [f"{failure.path}: {failure.reason}" for failure in rag.index([options.data]).failed]
        documents = [one for info in rag.documents() if (one := rag.document(info.path))]
        rag.close()
        texts = {one.path: one.text for one in documents}
        absent = [f"{one.id}: its quote does not stand in {one.document}" for one in asked if not _stands(one, texts)]
        ranked: dict[str, list[Ranked]] = {}
        with open_index(Path(folder), settings, embedder) as bed:
            for name, build in systems.systems.items():
                search = build(documents, bed)
                ranked[name] = []
                for question in steps(asked, name):
                    places = [
                        DocumentSpan(one.document, one.start, one.end) for one in search(question.question, DEPTH)
                    ]
                    ranked[name].append(Ranked(question, rank(question, texts, places)))
            chunks = len(bed.chunks)
    tables = (_by_kind(ranked, chunks), _misses(ranked[OURS]))
    return Report("real", tables, options.conditions(), (*systems.skipped, *failed, *absent))


def rank(question: GoldQuestion, texts: dict[str, str], places: Sequence[DocumentSpan]) -> int | None:
    """The rank at which the last of a question's quotes is seen, counted from 1; None where one is not."""
    document = question.document or ""
    text = texts.get(document, "")
    occurrences = [[DocumentSpan(document, *span) for span in locate(quote, text)] for quote in question.quotes]
    ranks = [rank_of(one, text, places) for one in occurrences]
    return None if None in ranks else max((one for one in ranks if one), default=None)


def _stands(question: GoldQuestion, texts: dict[str, str]) -> bool:
    return all(locate(quote, texts.get(question.document or "", "")) for quote in question.quotes)


def _by_kind(ranked: dict[str, list[Ranked]], chunks: int) -> Table:
    kinds = list(dict.fromkeys(one.question.kind for one in ranked[OURS]))
    rows: list[tuple[Cell, ...]] = []
    for name, results in ranked.items():
        for kind in (*kinds, "all"):
            ranks = [one.rank for one in results if kind in {"all", one.question.kind}]
            at = [mean([rank is not None and rank <= k for rank in ranks]) for k in (1, 5)]
            rows.append((name, kind, len(ranks), *at))
    note = f"{chunks} chunks. A hit: the first k passages hold all of the question's quotes. Target: hit@5 ≥ {TARGET}."
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
