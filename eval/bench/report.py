"""What one run of a benchmark measured to the terminal, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval import tables
from eval.tables import Cell, Table


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
                "rows": [dict(tables.named(table.columns, row)) for row in table.rows],
            }
            for table in report.tables
        ],
    }


def as_markdown(report: Report, part: Sequence[Table]) -> str:
    """Some of a report's tables as Markdown, with the conditions they were measured under."""
    lines = [f"## Benchmark: {' '.join(filter(None, (report.name, part[0].part)))}", ""]
    lines += [
        ", ".join(f"{name} {tables.shown(value)}" for name, value in report.conditions.items() if value is not None),
        "",
    ]
    for table in part:
        lines += [f"### {table.title}", "", *tables.markdown(table), ""]
        lines += [table.note, ""] if table.note else []
    lines += [f"Skipped: {reason}" for reason in report.skipped]
    return "\n".join(lines).rstrip()


def show(report: Report) -> None:
    """Print a report to the terminal, and what was skipped to standard error."""
    for table in report.tables:
        tables.show(table)
    conditions = ", ".join(f"{name} {tables.shown(value)}" for name, value in report.conditions.items())
    tables.console().print(conditions, style="dim")
    for reason in report.skipped:
        tables.console(error=True).print(f"skipped: {reason}", style="yellow")
