"""Two reports of the same question set to what got better, what got worse, and by how much."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.questions import KINDS
from eval.report import FORMAT, Report
from eval.shelves import ALL
from eval.tables import Column, Table

KEPT = Path(__file__).with_name("kept.json")
"""The run that later ones are compared with; ``python -m eval --keep`` writes it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One question that does not count for what it did."""

    id: str
    kind: str
    question: str
    before: str
    after: str
    answer_before: str
    answer_after: str
    better: bool


@dataclass(frozen=True, slots=True)
class KindChange:
    """What became of one kind of question: how many moved, and what all of them count for on average."""

    kind: str
    questions: int
    better: int
    worse: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between an old report and a new one."""

    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    kinds: tuple[KindChange, ...]
    """Over the questions that both reports have."""
    metrics: Mapping[str, tuple[float, float]]
    """Metric name to (old, new), for metrics that both have and that differ; none where the sets are not the same."""
    added: tuple[str, ...]
    """Questions that only the new report has, by id."""
    removed: tuple[str, ...]


class CompareError(Exception):
    """The old report cannot be read, or is of another question set."""


_STANDING = {"wrong": 0, "refused": 1, "partly": 2, "right": 3}
"""A wrong answer is worse than a refusal."""


def compare(old: Report, new: Report) -> Comparison:
    """Match the questions of two reports by id.

    Raises:
        CompareError: the reports are of different question sets, and the old one is not of all.
    """
    same = old["set"] == new["set"]
    if not same and old["set"] != ALL:
        raise CompareError(f"the old report is of the set {old['set']!r}, this one of {new['set']!r}")
    before = {row["id"]: row for row in old["questions"]}
    after = {row["id"]: row for row in new["questions"]}
    pairs = [(before[name], row) for name, row in after.items() if name in before]
    changes = [_change(*pair) for pair in pairs if _standing(pair[0]) != _standing(pair[1])]
    return Comparison(
        better=tuple(change for change in changes if change.better),
        worse=tuple(change for change in changes if not change.better),
        kinds=tuple(_of_kind(kind, pairs) for kind in KINDS if any(new["kind"] == kind for _, new in pairs)),
        metrics={
            name: (old["metrics"][name]["value"], estimate["value"])
            for name, estimate in new["metrics"].items()
            if same and name in old["metrics"] and old["metrics"][name]["value"] != estimate["value"]
        },
        added=tuple(name for name in after if name not in before) if same else (),
        removed=tuple(name for name in before if name not in after) if same else (),
    )


def kinds_table(comparison: Comparison) -> Table:
    """How many questions of each kind got better and worse, and what the kind counts for."""
    columns = (Column("kind"), *map(Column, ("questions", "better", "worse")))
    rows = [
        (one.kind, one.questions, one.better, one.worse, one.before, one.after, f"{one.after - one.before:+.3f}")
        for one in comparison.kinds
    ]
    return Table("", (*columns, Column("old", ".3f"), Column("new", ".3f"), Column("change")), tuple(rows))


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


def keep(report: Report, path: Path = KEPT) -> None:
    """Write what a later comparison needs of a report, a question a line."""
    head = {name: report[name] for name in ("format", "set", "receipt")}
    values = {
        name: {"value": estimate["value"]} for name, estimate in report["metrics"].items() if "latency" not in name
    }
    rows = [{name: row[name] for name in _KEPT_FIELDS} for row in report["questions"]]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    text = json.dumps({**head, "metrics": values}, ensure_ascii=False)
    path.write_text(f'{text[:-1]}, "questions": [\n{lines}\n]}}\n', "utf-8")


_KEPT_FIELDS = ("id", "kind", "outcome", "credit", "answer")


def _standing(row: Report) -> tuple[int, float]:
    return _STANDING[row["outcome"]], row["credit"]


def _change(old: Report, new: Report) -> Change:
    return Change(
        id=new["id"],
        kind=new["kind"],
        question=new["question"],
        before=old["outcome"],
        after=new["outcome"],
        answer_before=old["answer"],
        answer_after=new["answer"],
        better=_standing(new) > _standing(old),
    )


def _of_kind(kind: str, pairs: Sequence[tuple[Report, Report]]) -> KindChange:
    held = [(_standing(old), _standing(new)) for old, new in pairs if new["kind"] == kind]
    return KindChange(
        kind=kind,
        questions=len(held),
        better=sum(new > old for old, new in held),
        worse=sum(new < old for old, new in held),
        before=sum(old[1] for old, _ in held) / len(held),
        after=sum(new[1] for _, new in held) / len(held),
    )
