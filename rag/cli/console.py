"""Results to a person at a terminal: coloured there, plain text where the output is piped."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from rag.errors import QuestionError, RagError
from rag.models.registry import SHIPPED, WEIGHTS, models_folder
from rag.progress import Step, listening
from rag.status import Status
from rag.types import Answer, Citation, DocumentInfo, Language, Passage, Searched
from rag.types import Progress as Report

if TYPE_CHECKING:
    from rag.indexing.run import IndexSummary

NEAREST = 3
"""How many passages a refusal shows."""

LONG = 20
"""Pages of a file, or chunks, from which on it has a bar of its own."""

LONGEST_NAME = 40
"""Columns of a file's name beside its bar."""

LISTED = 20
"""How many removed files a summary names."""

LABELS: dict[Language, dict[str, str]] = {
    "zh": {
        "sources": "来源",
        "nearest": "最接近的段落",
        "confidence": "把握",
        "written": "模型改写，逐句核对",
        "dropped": "无依据，已删去",
    },
    "en": {
        "sources": "Sources",
        "nearest": "Nearest passages",
        "confidence": "Confidence",
        "written": "In a model's words, each sentence checked",
        "dropped": "Dropped, unsupported",
    },
}

GOODBYE = ("quit", "exit", "退出", "再见")
INDENT = 4
"""How far sources and passages are set in, in columns."""


class _Console(Console):
    """A console that leaves a broken pipe to the command line."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


_out = _Console(highlight=False)
_out.soft_wrap = not _out.is_terminal


def show_answer(answer: Answer) -> None:
    """The answer, its numbered sources with the quote marked in its sentence; for a refusal the nearest passages."""
    labels = LABELS[answer.language]
    _print(answer.text, "yellow" if answer.refused else "bold")
    if answer.written:
        _print(f"{labels['written']}: {answer.written}")
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
    if answer.searched:
        _print(_told(answer.searched, answer.language), "dim")
    _out.print()


def _told(searched: Searched, language: Language) -> str:
    """Where was searched, in words."""
    if searched.named:
        names = {"zh": "、", "en": ", "}[language].join(searched.named)
        return {"zh": f"在问题点名的 {names} 中查找", "en": f"searched {names}, which the question names"}[language]
    count, of, undated = searched.documents, searched.of, searched.undated
    if language == "zh":
        return f"在 {of} 份文档中的 {count} 份里查找" + f"（{undated} 份没有日期，未查）" * bool(undated)
    return f"searched {count} of {of} documents" + f" ({undated} without a date left out)" * bool(undated)


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
        _print_indented(Text(chunk.text))


def show_summary(summary: IndexSummary) -> None:
    """The counts of an index run, and every failure with its way out."""
    counts = {name: len(getattr(summary, name)) for name in ("added", "updated", "unchanged", "removed", "failed")}
    _print(", ".join(f"{count} {name}" for name, count in counts.items()), "bold")
    rate = summary.chunks / summary.seconds if summary.seconds else 0.0
    _print(
        f"{summary.chunks} chunks written, {summary.embedded} embedded, {summary.seconds:.1f} s ({rate:.0f} chunks/s)"
    )
    for path in summary.removed[:LISTED]:
        _print(f"removed: {path}", "dim")
    if len(summary.removed) > LISTED:
        _print(f"… and {len(summary.removed) - LISTED} more", "dim")
    told = [("failed", "red", one) for one in summary.failed] + [
        ("partly read", "yellow", one) for one in summary.partly
    ]
    for what, colour, failure in told:
        _print(f"{what}: {failure.path}: {failure.reason}", colour)
        if failure.hint:
            _print(f"  try: {failure.hint}")


def local_time(moment: str) -> str:
    """A moment in UTC (ISO 8601) by this machine's clock; what is no moment as it is."""
    try:
        return datetime.fromisoformat(moment).astimezone().isoformat(" ", "seconds")
    except ValueError:
        return moment


def show_status(status: Status) -> None:
    """The documents of an index and what it was built with; piped, one line a document, apart by tabs."""
    _print(f"{len(status.documents)} documents, {status.chunks} chunks in {status.place}", "bold")
    about = f"embedder {status.meta.get('embedder')}, generation {status.meta.get('generation')}"
    _print(f"{about}, {status.bytes / 1e6:.1f} MB", "dim")
    if status.writer:
        since = local_time(status.writer.since)
        _print(f"being written by '{status.writer.command}', pid {status.writer.pid}, since {since}")
    columns = ("document", "title", "date", "language", "chunks", "indexed at", "tags")
    rows = [_row(info) for info in status.documents]
    if not _out.is_terminal:
        for row in rows:
            print("\t".join(row))
        return
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    _out.print(table)


def _row(info: DocumentInfo) -> tuple[str, ...]:
    """What the list says of a document, its copies included."""
    places = list(info.everywhere())
    paths, tags = [one.path for one in places], {tag: None for one in places for tag in one.tags}
    about = (info.title, info.date or "", info.language, str(info.chunks), local_time(info.indexed_at))
    return (" = ".join(paths), *about, ", ".join(tags))


def show_models() -> None:
    """Every known weight file: what for, where from, licence, size, sha256, and whether it is here."""
    _print(f"in {models_folder()}", "dim")
    for weights in WEIGHTS.values():
        state = _state(models_folder() / weights.file_name, weights.size)
        _print(f"{weights.name}  {state}{', default' if weights.default else ''}", "bold")
        _print(f"  {weights.purpose}")
        _print(f"  from {weights.package}=={weights.version}: {weights.member}")
        _print(f"  {weights.licence}, {weights.size / 1e6:.1f} MB, sha256 {weights.sha256}")
    for shipped in SHIPPED.values():
        size = shipped.path.stat().st_size if shipped.path.is_file() else None
        _print(f"{shipped.name}  {'missing' if size is None else 'shipped'}, default", "bold")
        _print(f"  {shipped.purpose}")
        _print("  made by our training code (rag/weights/README.md)")
        _print(f"  Apache-2.0, {(size or 0) / 1e6:.1f} MB, sha256 {shipped.sha256}")


@contextmanager
def progress(verb: str, unit: str) -> Iterator[Report]:
    """A bar on standard error, from the first report on: count, rate, time left; below it, that of a long step.

    Nothing where it is not a terminal.
    """
    console = Console(stderr=True)
    if not console.is_interactive:
        yield lambda done, total: None
        return
    text = TextColumn("{task.description}", markup=False, table_column=Column(max_width=LONGEST_NAME, no_wrap=True))
    bar = Progress(text, BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(), console=console)
    task = bar.add_task(verb, total=None, unit=unit)
    below = bar.add_task("", visible=False, unit="")
    shown = ("", "")

    def show(step: Step) -> None:
        nonlocal shown
        if step.of < LONG:
            return
        bar.start()
        if new := (step.file, step.unit) != shown:
            shown = (step.file, step.unit)
            bar.reset(below, description=step.file, unit=step.unit)
        bar.update(below, completed=step.done, total=step.of, visible=step.done < step.of, refresh=new)

    def report(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)
        bar.start()

    try:
        with listening(show):
            yield report
    finally:
        bar.stop()


def questions() -> Iterator[str]:
    """What the user types, line by line, until the end of input or a word that says so; a closed one is at its end."""
    while sys.stdin:
        try:
            line = input("? " if sys.stdin.isatty() else "")
        except EOFError:
            return
        if line.strip().lower() in GOODBYE:
            return
        if line.strip():
            yield line


def questions_in(file: Path) -> list[str]:
    """The lines of a UTF-8 file, or of standard input for ``-``, that are not empty.

    Raises:
        QuestionError: the file cannot be read.
    """
    try:
        text = _standard_input() if str(file) == "-" else file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(
            f"{file}: cannot be read ({error}).", "give a UTF-8 text file, one question a line"
        ) from error
    return [line for line in text.split("\n") if line.strip()]


def complain(error: RagError) -> None:
    """An error that does not end the conversation."""
    _print(f"{error} {error.hint}", "red")


def _standard_input() -> str:
    return sys.stdin.read().removeprefix("\ufeff") if sys.stdin else ""


class _Rate(ProgressColumn):
    """Units per second since the start."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.completed / task.elapsed if task.elapsed else 0:.1f} {task.fields['unit']}/s")


def _show_citation(citation: Citation) -> None:
    named = _described(citation.title, citation.date, citation.document)
    place = f" · {citation.unit} {citation.page}" if citation.page else ""
    place += f" · row {citation.row}" if citation.row else ""
    place += " · read by machine" if citation.by_machine else ""
    _print(f"[{citation.marker}] {named}{place}", "cyan")
    before, quote, after = citation.parted
    style = "bold reverse" if before or after else ""
    _print_indented(Text(before).append(quote, style).append(after))


def _described(title: str, date: str | None, document: str) -> str:
    return " · ".join(part for part in (title, date, document) if part)


def _state(path: Path, size: int) -> str:
    """Whether pulled weights are there."""
    if not path.is_file():
        return "not pulled"
    return "here" if path.stat().st_size == size else "wrong size, pull it again"


def _print_indented(text: Text) -> None:
    """A block set in: wrapped at words on a terminal, its lines as they are where it is piped."""
    if _out.is_terminal:
        _out.print(Padding(text, (0, 0, 0, INDENT), expand=False))
        return
    for line in text.split("\n", allow_blank=True):
        _out.print(Text(" " * INDENT).append_text(line))


def _print(text: str, style: str = "") -> None:
    _out.print(Text(text), style=style)
