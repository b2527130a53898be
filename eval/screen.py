"""A report to a person at a terminal, and progress while it is made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from eval.comparing import Change, Comparison
from eval.gate import Fall
from eval.report import GROUP_COLUMNS, Report, shown
from eval.scoring import TITLES

_out = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 150)


def show(report: Report) -> None:
    """The metrics with their intervals, then the groups, then what went wrong."""
    table = _table("metric", "value [95 %]", "of", "")
    for name, estimate in report["metrics"].items():
        table.add_row(name, shown(name, estimate), str(estimate["n"]), TITLES[name])
    _out.print(table)
    for by, held in report["groups"].items():
        table = _table(by, *GROUP_COLUMNS.values())
        for group, metrics in held.items():
            values = (metrics.get(name) for name in GROUP_COLUMNS)
            table.add_row(group, *(f"{one['value']:.3f}".removeprefix("0") if one else "–" for one in values))
        _out.print(table)
    for cause, count in report["causes"].items():
        _out.print(f"{count:4} {cause}")
    receipt = report["receipt"]
    _out.print(
        f"{len(report['questions'])} questions in {report['seconds']:.0f} s, generator {receipt['generator']}, "
        f"embedder {receipt['embedder']}",
        style="dim",
    )


def show_comparison(comparison: Comparison) -> None:
    """What got better or worse: metric by metric, then question by question."""
    table = _table("metric", "old", "new", "change")
    for name, (old, new) in comparison.metrics.items():
        table.add_row(name, f"{old:.3f}", f"{new:.3f}", f"{new - old:+.3f}")
    _out.print(table)
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
def progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error: count, rate and time left."""
    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("asking", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Rate(ProgressColumn):
    """Questions per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:.1f} questions/s")


def _show_changes(heading: str, changes: Sequence[Change], style: str) -> None:
    _out.print(f"{heading}: {len(changes)}", style=style)
    for change in changes:
        _out.print(f"  {change.id}  {change.before} → {change.after}  {change.question}")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left")
    for column in columns:
        table.add_column(column, no_wrap=bool(column))
    return table
