"""What a benchmark measured to a terminal table, JSON and Markdown."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = str | float | int | None

PIPED_WIDTH = 140
"""Columns of the output where there is no terminal to ask."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and the format of its numbers; without one, numbers show three significant digits or more."""

    name: str
    spec: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of raw values; ``None`` shows as a dash. ``part`` tells apart a benchmark's sections of RESULTS.md."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of a benchmark measured, and under which conditions."""

    name: str
    tables: tuple[Table, ...]
    conditions: Mapping[str, Cell] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    """What could not be measured here, and why."""

    @property
    def parts(self) -> dict[str, list[Table]]:
        """The tables by section, in order."""
        grouped: dict[str, list[Table]] = {}
        for table in self.tables:
            grouped.setdefault("-".join(filter(None, ("bench", self.name, table.part))), []).append(table)
        return grouped


def rate(name: str) -> Column:
    """A column of shares between 0 and 1."""
    return Column(name, ".3f")


def count(name: str) -> Column:
    """A column of whole numbers."""
    return Column(name, ",d")


def machine() -> dict[str, Cell]:
    """What timings depend on."""
    return {"cores": cores(), "python": platform.python_version(), "system": platform.system()}


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shown(value: Cell, spec: str = "") -> str:
    """A cell as text."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if spec:
        return format(value, spec)
    return format(value, ",.0f") if abs(value) >= 100 or isinstance(value, int) else format(value, ".3g")


def as_json(report: Report) -> dict[str, Any]:
    """A report as one JSON object, its values unrounded."""
    return {
        "bench": report.name,
        "conditions": dict(report.conditions),
        "skipped": list(report.skipped),
        "tables": [
            {
                "title": table.title,
                "part": table.part,
                "note": table.note,
                "rows": [_named(table.columns, row) for row in table.rows],
            }
            for table in report.tables
        ],
    }


def _named(columns: Sequence[Column], row: Sequence[Cell]) -> dict[str, Cell]:
    return {column.name: cell for column, cell in zip(columns, row, strict=True)}


def as_markdown(report: Report, tables: Sequence[Table]) -> str:
    """Some of a report's tables as Markdown, with the conditions they were measured under."""
    lines = [f"## Benchmark: {' '.join(filter(None, (report.name, tables[0].part)))}", ""]
    lines += [", ".join(f"{name} {shown(value)}" for name, value in report.conditions.items() if value is not None), ""]
    for table in tables:
        lines += [f"### {table.title}", "", *_markdown_rows(table), ""]
        lines += [table.note, ""] if table.note else []
    lines += [f"Skipped: {reason}" for reason in report.skipped]
    return "\n".join(lines).rstrip()


def _markdown_rows(table: Table) -> list[str]:
    head = [column.name for column in table.columns]
    rows = [
        [shown(cell, column.spec).replace("|", "\\|") for column, cell in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def show(report: Report) -> None:
    """Print a report to the terminal, and what was skipped to standard error."""
    from rich.console import Console
    from rich.table import Table as RichTable

    console = Console() if sys.stdout.isatty() else Console(width=PIPED_WIDTH)
    for table in report.tables:
        title = " ".join(filter(None, (table.part, table.title)))
        drawn = RichTable(title=title, caption=table.note or None, title_justify="left", caption_justify="left")
        for i, column in enumerate(table.columns):
            drawn.add_column(column.name, justify="left" if i == 0 else "right", no_wrap=bool(column.spec))
        for row in table.rows:
            drawn.add_row(*(shown(cell, column.spec) for column, cell in zip(table.columns, row, strict=True)))
        console.print(drawn)
    console.print(", ".join(f"{name} {shown(value)}" for name, value in report.conditions.items()), style="dim")
    errors = Console(stderr=True)
    for reason in report.skipped:
        errors.print(f"skipped: {reason}", style="yellow")
