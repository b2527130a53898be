"""A report and ``thresholds.toml`` to what fell, and by how much."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
        side = "at most" if self.name in LOWER_IS_BETTER else "at least"
        if self.value is None:
            return f"{self.name} was not measured: {side} {self.threshold:g} is asked"
        return (
            f"{self.name} is {self.value:.3f}, {side} {self.threshold:g} is asked: "
            f"off by {abs(self.value - self.threshold):.3f} ({TITLES[self.name]})"
        )


class GateError(Exception):
    """The thresholds cannot be read, or name a metric that there is not."""


def falls(report: Report, thresholds: Mapping[str, float]) -> list[Fall]:
    """Every metric on the wrong side of its threshold, in the thresholds' order; none where the gate is open."""
    values = {name: report["metrics"].get(name, {}).get("value") for name in thresholds}
    return [Fall(name, values[name], asked) for name, asked in thresholds.items() if _fell(name, values[name], asked)]


def room(report: Report, thresholds: Mapping[str, float]) -> dict[str, float]:
    """The metrics that stand ``ROOM`` or more on the right side of their line, by name, with their value."""
    values = {name: report["metrics"].get(name, {}).get("value") for name in thresholds}
    return {
        name: value
        for name, value in values.items()
        if value is not None
        and round((thresholds[name] - value) if name in LOWER_IS_BETTER else value - thresholds[name], 6) >= ROOM
    }


def read(path: Path = THRESHOLDS) -> dict[str, float]:
    """The thresholds by metric.

    Raises:
        GateError: the file is missing, no TOML, or names an unknown metric or a value that is no number.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise GateError(f"{path} cannot be read: {error}") from error
    for name, asked in table.items():
        if name not in TITLES:
            raise GateError(f"{path}: unknown metric {name!r}; known are {', '.join(TITLES)}")
        if isinstance(asked, bool) or not isinstance(asked, int | float):
            raise GateError(f"{path}: {name} is {asked!r}, which is not a number")
    return dict(table)


def _fell(name: str, value: float | None, asked: float) -> bool:
    if value is None:
        return True
    return value > asked if name in LOWER_IS_BETTER else value < asked
