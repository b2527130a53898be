"""Rows of measured values to a terminal table and to Markdown, for the evaluation and the benchmarks alike."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag import cores

if TYPE_CHECKING:
    from rich.console import Console

Cell = str | float | int | None

PIPED_WIDTH = 150
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


def rate(name: str) -> Column:
    """A column of shares between 0 and 1."""
    return Column(name, ".3f")


def count(name: str) -> Column:
    """A column of whole numbers."""
    return Column(name, ",d")


def shown(value: Cell, spec: str = "") -> str:
    """A cell as text."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if spec:
        return format(value, spec)
    return format(value, ",.0f") if abs(value) >= 100 or isinstance(value, int) else format(value, ".3g")


def markdown(table: Table) -> list[str]:
    """The lines of a Markdown table, without its title and note."""
    head = [column.name for column in table.columns]
    rows = [[cell.replace("|", "\\|") for cell in row] for row in _rows(table)]
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def console(error: bool = False) -> Console:
    """Where tables and messages go."""
    from rich.console import Console

    width = None if (sys.stderr if error else sys.stdout).isatty() else PIPED_WIDTH
    return Console(highlight=False, markup=False, width=width, stderr=error)


def show(table: Table) -> None:
    """Print a table; the first column to the left, the others to the right."""
    from rich.table import Table as RichTable

    drawn = RichTable(
        title=" ".join(filter(None, (table.part, table.title))) or None,
        caption=table.note or None,
        title_justify="left",
        caption_justify="left",
    )
    for i, column in enumerate(table.columns):
        drawn.add_column(column.name, justify="left" if i == 0 else "right", no_wrap=bool(column.spec))
    for row in _rows(table):
        drawn.add_row(*row)
    console().print(drawn)


def _rows(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        yield [shown(cell, column.spec) for column, cell in zip(table.columns, row, strict=True)]


def named(columns: Sequence[Column], row: Sequence[Cell]) -> Mapping[str, Cell]:
    """A row as an object of its columns."""
    return {column.name: cell for column, cell in zip(columns, row, strict=True)}


def machine() -> dict[str, Cell]:
    """What timings depend on."""
    return {"cores": cores(), "python": platform.python_version(), "system": platform.system()}
