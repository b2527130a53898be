"""A report and ``thresholds.toml`` to what fell, and by how much.

A line is named by its metric, over all questions (``accuracy``) or over those of one kind (``accuracy.table``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.questions import KINDS
from eval.report import Report
from eval.scoring import LOWER_IS_BETTER, TITLES

ROOM = 0.03
"""A metric this far on the right side of its line can have the line raised."""

THRESHOLDS = Path(__file__).with_name("thresholds.toml")


@dataclass(frozen=True, slots=True)
class Fall:
    """A metric on the wrong side of its threshold; ``value`` is None where the report has no such metric."""

    name: str
    value: float | None
    threshold: float

    def __str__(self) -> str:
        side = "at most" if _lower_is_better(self.name) else "at least"
        if self.value is None:
            return f"{self.name} was not measured: {side} {self.threshold:g} is asked"
        return (
            f"{self.name} is {self.value:.3f}, {side} {self.threshold:g} is asked: "
            f"off by {abs(self.value - self.threshold):.3f} ({TITLES[_metric(self.name)]})"
        )


class GateError(Exception):
    """The thresholds cannot be read, or name a metric that there is not."""


def falls(report: Report, thresholds: Mapping[str, float]) -> list[Fall]:
    """Every metric on the wrong side of its threshold, in the thresholds' order; none where the gate is open."""
    values = {name: _value(report, name) for name in thresholds}
    return [Fall(name, values[name], asked) for name, asked in thresholds.items() if _fell(name, values[name], asked)]


def room(report: Report, thresholds: Mapping[str, float]) -> dict[str, float]:
    """The metrics that stand ``ROOM`` or more on the right side of their line, by name, with their value."""
    values = {name: _value(report, name) for name in thresholds}
    return {
        name: value
        for name, value in values.items()
        if value is not None
        and round((thresholds[name] - value) if _lower_is_better(name) else value - thresholds[name], 6) >= ROOM
    }


def read(path: Path = THRESHOLDS) -> dict[str, float]:
    """The thresholds by name: ``accuracy = .8`` over all, ``table = .7`` in ``[kind.accuracy]`` over one kind.

    Raises:
        GateError: the file is missing, no TOML, or names an unknown metric or kind, or a value that is no number.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise GateError(f"{path} cannot be read: {error}") from error
    by_kind = table.pop("kind", {})
    lines = dict(table)
    for metric, kinds in by_kind.items():
        lines |= {f"{metric}.{kind}": asked for kind, asked in kinds.items()}
    for name, asked in lines.items():
        _check(path, name, asked)
    return lines


def _check(path: Path, name: str, asked: Any) -> None:
    metric, _, kind = name.partition(".")
    if metric not in TITLES:
        raise GateError(f"{path}: unknown metric {metric!r}; known are {', '.join(TITLES)}")
    if kind and kind not in KINDS:
        raise GateError(f"{path}: unknown kind {kind!r}; known are {', '.join(KINDS)}")
    if isinstance(asked, bool) or not isinstance(asked, int | float):
        raise GateError(f"{path}: {name} is {asked!r}, which is not a number")


def _value(report: Report, name: str) -> float | None:
    metric, _, kind = name.partition(".")
    metrics = report["groups"]["kind"].get(kind, {}) if kind else report["metrics"]
    value: float | None = metrics.get(metric, {}).get("value")
    return value


def _metric(name: str) -> str:
    return name.partition(".")[0]


def _lower_is_better(name: str) -> bool:
    return _metric(name) in LOWER_IS_BETTER


def _fell(name: str, value: float | None, asked: float) -> bool:
    if value is None:
        return True
    return value > asked if _lower_is_better(name) else value < asked
