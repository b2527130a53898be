"""Results to a person at a terminal: coloured there, plain text where the output is piped."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from rag.errors import RagError
from rag.models import SHIPPED, WEIGHTS, models_folder
from rag.types import Answer, Citation, Language, Passage
from rag.types import Progress as Report

if TYPE_CHECKING:
    from rag.indexing import IndexSummary
    from rag.pipeline import Status

NEAREST = 3
"""How many passages a refusal shows."""

LABELS: dict[Language, dict[str, str]] = {
    "zh": {"sources": "来源", "nearest": "最接近的段落", "confidence": "把握", "dropped": "无依据，已删去"},
    "en": {
        "sources": "Sources",
        "nearest": "Nearest passages",
        "confidence": "Confidence",
        "dropped": "Dropped, unsupported",
    },
}

_out = Console(soft_wrap=True, highlight=False)


def show_answer(answer: Answer) -> None:
    """The answer, its numbered sources with the quote marked in its sentence; for a refusal the nearest passages."""
    labels = LABELS[answer.language]
    _print(answer.text, "yellow" if answer.refused else "bold")
    for claim in answer.dropped:
        _print(f"{labels['dropped']}: {claim}", "strike dim")
    if answer.refused:
        if answer.reason and answer.reason != answer.text:
            _print(answer.reason, "dim")
        if answer.passages:
            _print(f"\n{labels['nearest']}", "dim")
            show_passages(answer.passages[:NEAREST], scores=False)
    else:
        _print(f"\n{labels['sources']}  ({labels['confidence']} {answer.confidence:.0%})", "dim")
        for citation in answer.citations:
            _show_citation(citation)
    _out.print()


def show_rewritten(question: str) -> None:
    """What a follow-up was understood to ask."""
    _print(f"→ {question}", "cyan")


def show_passages(passages: Sequence[Passage], scores: bool = True) -> None:
    """Passages with where they stand and, for ``search``, what each search gave them."""
    for number, passage in enumerate(passages, 1):
        chunk = passage.chunk
        where = f"{number}. {_described(chunk.title, chunk.date, chunk.document)} [{chunk.start}:{chunk.end}]"
        if scores:
            where += f"  score {passage.score:.3f}: vector {passage.dense:.3f}, coverage {passage.coverage:.3f}"
            where += f", words {passage.lexical:.3f}"
        _print(where, "cyan")
        _print("   " + chunk.text.replace("\n", "\n   "))


def show_summary(summary: IndexSummary) -> None:
    """The counts of an index run, and every failure with its way out."""
    counts = {name: len(getattr(summary, name)) for name in ("added", "updated", "unchanged", "removed", "failed")}
    _print(", ".join(f"{count} {name}" for name, count in counts.items()), "bold")
    rate = summary.chunks / summary.seconds if summary.seconds else 0.0
    _print(
        f"{summary.chunks} chunks written, {summary.embedded} embedded, {summary.seconds:.1f} s ({rate:.0f} chunks/s)"
    )
    for failure in summary.failed:
        _print(f"failed: {failure.path}: {failure.reason}", "red")
        if failure.hint:
            _print(f"  try: {failure.hint}")


def show_status(status: Status) -> None:
    """The documents of an index and what it was built with."""
    _print(f"{len(status.documents)} documents, {status.chunks} chunks in {status.folder}", "bold")
    _print(f"embedder {status.meta.get('embedder')}, generation {status.meta.get('generation')}", "dim")
    table = Table(box=None, pad_edge=False)
    for column in ("document", "title", "date", "language", "chunks", "indexed at"):
        table.add_column(column, overflow="fold")
    for info in status.documents:
        table.add_row(info.path, info.title, info.date or "", info.language, str(info.chunks), info.indexed_at)
    _out.print(table)


def show_models() -> None:
    """Every known weight file: what for, where from, licence, size, sha256, and whether it is here."""
    _print(f"in {models_folder()}", "dim")
    for weights in WEIGHTS.values():
        here = (models_folder() / weights.file_name).is_file()
        _print(f"{weights.name}  {'here' if here else 'not pulled'}{', default' if weights.default else ''}", "bold")
        _print(f"  {weights.purpose}")
        _print(f"  from {weights.package}=={weights.version}: {weights.member}")
        _print(f"  {weights.licence}, {weights.size / 1e6:.1f} MB, sha256 {weights.sha256}")
    for shipped in SHIPPED.values():
        _print(f"{shipped.name}  shipped, default", "bold")
        _print(f"  {shipped.purpose}")
        _print(f"  made by our training code (rag/weights/README.md), Apache-2.0, sha256 {shipped.sha256}")


@contextmanager
def progress(verb: str, unit: str) -> Iterator[Report]:
    """A progress bar on standard error: count, rate and time left."""
    columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), _Rate(unit), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(verb, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def questions() -> Iterator[str]:
    """What the user types, line by line, until an empty end of input."""
    while True:
        try:
            line = input("? " if sys.stdin.isatty() else "")
        except EOFError:
            return
        if line.strip():
            yield line


def complain(error: RagError) -> None:
    """An error that does not end the conversation."""
    _print(f"{error} {error.hint}", "red")


class _Rate(ProgressColumn):
    """Units per second."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        return Text(f"{task.finished_speed or task.speed or 0:.1f} {self._unit}/s")


def _show_citation(citation: Citation) -> None:
    _print(f"[{citation.marker}] {_described(citation.title, citation.date, citation.document)}", "cyan")
    before, _, after = citation.sentence.partition(citation.quote)
    marked = Text("    ").append(before).append(citation.quote, "bold reverse" if after or before else "bold")
    _out.print(marked.append(after))


def _described(title: str, date: str | None, document: str) -> str:
    return " · ".join(part for part in (title, date, document) if part)


def _print(text: str, style: str = "") -> None:
    _out.print(Text(text), style=style)
