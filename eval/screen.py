"""A report to a person at a terminal, and progress while it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from eval import tables
from eval.comparing import Change, Comparison, kinds_table
from eval.gate import Fall
from eval.report import GROUP_COLUMNS, Report, group_tables, metrics_table
from eval.tables import Column, Table

_out = tables.console()


def show(report: Report) -> None:
    """The metrics with their intervals, then the groups, then what went wrong."""
    tables.show(metrics_table(report))
    for table in group_tables(report, GROUP_COLUMNS, brief=True):
        tables.show(table)
    for cause, count in report["causes"].items():
        _out.print(f"{count:4} {cause}")
    for name in report["unread"]:
        _out.print(f"not read: {name}", style="yellow")
    receipt = report["receipt"]
    _out.print(
        f"{len(report['questions'])} questions in {report['seconds']:.0f} s, generator {receipt['generator']}, "
        f"embedder {receipt['embedder']}",
        style="dim",
    )


def show_comparison(comparison: Comparison) -> None:
    """What got better or worse: metric by metric, then question by question."""
    tables.show(kinds_table(comparison))
    moved = tuple((name, old, new, f"{new - old:+.3f}") for name, (old, new) in comparison.metrics.items())
    tables.show(Table("", (Column("metric"), Column("old", ".3f"), Column("new", ".3f"), Column("change")), moved))
    _show_changes("better", comparison.better, "green")
    _show_changes("worse", comparison.worse, "red")
    for verb, ids in (("added", comparison.added), ("removed", comparison.removed)):
        if ids:
            _out.print(f"{len(ids)} questions {verb}: {', '.join(ids)}")


def show_gate(falls: Sequence[Fall], room: Mapping[str, float]) -> None:
    """Whether the gate is open, or what fell; and where it can be raised."""
    if not falls:
        _out.print("gate: every metric stands", style="green")
    for fall in falls:
        _out.print(f"gate: {fall}", style="red")
    if room:
        reached = ", ".join(f"{name} to {value:.3f}" for name, value in room.items())
        _out.print(f"gate: eval/thresholds.toml can be raised: {reached}", style="dim")


def say(text: str) -> None:
    """One line."""
    _out.print(text, style="dim")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error: count, rate and time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=tables.console(error=True)) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Rate(ProgressColumn):
    """Questions per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:.1f} questions/s")


def _show_changes(heading: str, changes: Sequence[Change], style: str) -> None:
    _out.print(f"{heading}: {len(changes)}", style=style)
    for change in changes:
        _out.print(f"  {change.id}  {change.before} → {change.after}  {change.question}")
