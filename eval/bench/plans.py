"""How sure are the drafts of each plan, and how often are they right? Reads the report of the last evaluation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench.options import OptionError, Options
from eval.bench.report import Report
from eval.tables import Cell, Column, Table, machine
from rag.answers.plans import ODDS
from rag.question.kind import QuestionKind, kind_of

REPORT = Path("eval/report/all.json")
RIDGE = 2.0
"""Holds a plan with few questions to what its confidence says."""
FOLDS = 5


def run(options: Options) -> Report:
    """Fit what each plan's odds are to be multiplied by, on the tuned questions, and test it on folds of them.

    One intercept a plan is added to the log-odds of its drafts (Platt scaling with the slope at 1), with a ridge.

    Raises:
        OptionError: there is no report.
    """
    file = options.data / "all.json" if options.data else REPORT
    if not file.is_file():
        raise OptionError(f"There is no {file}.", "python -m eval")
    rows = [row for row in json.loads(file.read_text("utf-8"))["questions"] if row["split"] == "tuned"]
    kinds: list[QuestionKind] = [kind_of(row["asked"]) for row in rows]
    told = np.array([_log_odds(row["confidence"]) for row in rows])
    right = np.array([_right(row) for row in rows])
    fitted = fit(kinds, told, right)
    cells: list[tuple[Cell, ...]] = []
    for kind, more in sorted(fitted.items(), key=lambda one: -kinds.count(one[0])):
        own = [place for place, one in enumerate(kinds) if one == kind]
        said = float(np.mean(_shares(told[own])))
        now = ODDS.get(kind, 1.0)
        cells.append((kind, len(own), said, float(right[own].mean()), now, now * exp(more)))
    columns = (
        *(Column("plan"), Column("questions"), Column("told", ".2f"), Column("right", ".2f")),
        *(Column("odds now", ".2f"), Column("odds fitted", ".2f")),
    )
    before, after = tested(kinds, told, right)
    note = f"Brier score of the drafts {before:.4f}; {after:.4f} with odds fitted on the other four fifths."
    return Report("plans", (Table("plans: tuned questions", columns, tuple(cells), note),), machine())


def fit(kinds: Sequence[QuestionKind], told: Any, right: Any) -> dict[QuestionKind, float]:
    """What to add to the log-odds ``told`` of each kind's drafts, of which ``right`` are right; both of shape (n,)."""
    found: dict[QuestionKind, float] = {}
    for kind in dict.fromkeys(kinds):
        own = np.array([one == kind for one in kinds])
        more = 0.0
        for _ in range(30):
            shares = _shares(told[own] + more)
            slope = float((right[own] - shares).sum()) - RIDGE * more
            more += slope / (float((shares * (1 - shares)).sum()) + RIDGE)
        found[kind] = more
    return found


def tested(kinds: Sequence[QuestionKind], told: Any, right: Any) -> tuple[float, float]:
    """The Brier score of what is told (Brier, Monthly Weather Review 78, 1950), and of what folds make of it."""
    better = told.copy()
    for fold in range(FOLDS):
        out = np.arange(len(kinds)) % FOLDS == fold
        fitted = fit([one for one, held in zip(kinds, out, strict=True) if not held], told[~out], right[~out])
        better[out] += [fitted.get(one, 0.0) for one, held in zip(kinds, out, strict=True) if held]
    return tuple(float(((_shares(one) - right) ** 2).mean()) for one in (told, better))  # type: ignore[return-value]


def _right(row: Mapping[str, Any]) -> float:
    return 0.0 if row["kind"] == "unanswerable" else float(row["draft_credit"])


def _log_odds(share: float) -> float:
    kept = min(max(share, 0.005), 0.995)
    return log(kept / (1 - kept))


def _shares(log_odds: Any) -> Any:
    return 1 / (1 + np.exp(-log_odds))
