"""Is the cited sentence the one that answers, and is what nothing answers refused? Through the whole of ``Rag.ask``."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from eval.bench.data import Pool
from eval.bench.judged import Figures, judged
from eval.bench.options import Options
from eval.bench.parts import open_embedder, write_index
from eval.bench.pools import ALONE, MIXED, read_pool
from eval.bench.progress import say, steps
from eval.bench.report import Report
from eval.tables import Cell, Column, Table, count, rate
from rag import Document, Rag

SETS = (*ALONE, *MIXED)

COLUMNS = (
    Column("set"),
    Column("generator"),
    count("answerable"),
    rate("retrieved"),
    rate("right sentence"),
    rate("EM"),
    rate("F1"),
    rate("answered"),
    rate("right of answered"),
    count("unanswerable"),
    rate("refused"),
)

NOTE = (
    "retrieved: a passage covers the gold answer. right sentence, EM, F1: of the answerable, were nothing refused for "
    "low confidence; the sentence is of the gold document and holds the gold answer (or is part of a longer "
    "one). answered, right of answered, refused: at the product's threshold. mixed: xquad in one pool of both "
    "languages, half of the passages in each."
)


def run(options: Options) -> Report:
    """Ask every question of every set, with the generators chosen and the one that needs no weights."""
    pools = {name: read_pool(options, name) for name in options.chosen(SETS)}
    by_documents: dict[tuple[Document, ...], dict[str, Pool]] = {}
    for name, pool in pools.items():
        by_documents.setdefault(pool.documents, {})[name] = pool
    figures = {key: row for group in by_documents.values() for key, row in _ask_all(group, options).items()}
    rows = [
        (name, Path(generator).name, *figures[name, generator]) for name in pools for generator in options.generators
    ]
    conditions = options.reading_conditions()
    return Report("answers", (Table("answers from retrieved passages", COLUMNS, tuple(rows), NOTE),), conditions)


def _ask_all(pools: dict[str, Pool], options: Options) -> dict[tuple[str, str], list[Cell]]:
    """The figures of every set and generator over one index: the pools have the same documents."""
    documents = next(iter(pools.values())).documents
    figures: dict[tuple[str, str], list[Cell]] = {}
    by_path = {document.path: document for document in documents}
    with tempfile.TemporaryDirectory() as folder:
        write_index(Path(folder), documents, options.settings, open_embedder(options.settings.embedder))
        for generator in options.generators:
            # Nothing is refused for low confidence, so that one pass measures answers with and without the threshold.
            rag = Rag(replace(options.settings, index=Path(folder), generator=generator, risk=1.0))
            threshold = rag.generator.threshold(options.settings.risk)
            for name, pool in pools.items():
                say(f"{name}, {generator}")
                asked = steps(pool.questions, "asking")
                verdicts = [judged(rag.ask(one.text), one, by_path) for one in asked]
                figures[name, generator] = _cells(Figures(verdicts, threshold))
            rag.close()
    return figures


def _cells(figures: Figures) -> list[Cell]:
    return [
        len(figures.answerable),
        figures.retrieved,
        figures.right_sentence,
        figures.exact,
        figures.f1,
        figures.answered,
        figures.right_of_answered,
        len(figures.unanswerable),
        figures.refused,
    ]
