"""Two reports of the same question set to what got better, what got worse, and by how much."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.report import FORMAT, Report


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose outcome is not what it was."""

    id: str
    question: str
    before: str
    after: str
    answer_before: str
    answer_after: str

    @property
    def better(self) -> bool:
        """Whether it moved up: wrong, then refused, then right."""
        return _STANDING[self.after] > _STANDING[self.before]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between an old report and a new one."""

    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    metrics: Mapping[str, tuple[float, float]]
    """Metric name to (old, new), for metrics that both have and that differ."""
    added: tuple[str, ...]
    """Questions that only the new report has, by id."""
    removed: tuple[str, ...]


class CompareError(Exception):
    """The old report cannot be read, or is of another question set."""


_STANDING = {"wrong": 0, "refused": 1, "right": 2}
"""A wrong answer is worse than a refusal."""


def compare(old: Report, new: Report) -> Comparison:
    """Match the questions of two reports by id.

    Raises:
        CompareError: the reports are of different question sets.
    """
    if old["set"] != new["set"]:
        raise CompareError(f"the old report is of the set {old['set']!r}, this one of {new['set']!r}")
    before = {row["id"]: row for row in old["questions"]}
    after = {row["id"]: row for row in new["questions"]}
    changes = [
        Change(
            id=name,
            question=row["question"],
            before=before[name]["outcome"],
            after=row["outcome"],
            answer_before=before[name]["answer"],
            answer_after=row["answer"],
        )
        for name, row in after.items()
        if name in before and before[name]["outcome"] != row["outcome"]
    ]
    return Comparison(
        better=tuple(change for change in changes if change.better),
        worse=tuple(change for change in changes if not change.better),
        metrics={
            name: (old["metrics"][name]["value"], estimate["value"])
            for name, estimate in new["metrics"].items()
            if name in old["metrics"] and old["metrics"][name]["value"] != estimate["value"]
        },
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
    )


def read(path: Path) -> Report:
    """A report written before.

    Raises:
        CompareError: the file is missing, no JSON, or of another format.
    """
    try:
        report = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CompareError(f"{path} cannot be read as a report: {error}") from error
    if not isinstance(report, dict) or report.get("format") != FORMAT:
        raise CompareError(f"{path} is not a report of format {FORMAT}: write it anew with python -m eval")
    return report
