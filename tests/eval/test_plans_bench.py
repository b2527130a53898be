"""What the drafts of a plan are worth is fitted on the tuned questions of a report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.bench.options import OptionError, Options
from eval.bench.plans import fit, run
from rag.question.kind import QuestionKind


def row(asked: str, confidence: float, credit: float, kind: str = "fact", split: str = "tuned") -> dict[str, object]:
    return {"asked": asked, "confidence": confidence, "draft_credit": credit, "kind": kind, "split": split}


def test_a_plan_that_is_right_more_often_than_it_says_gets_better_odds() -> None:
    told, right = np.zeros(200), np.array([1.0] * 80 + [0.0] * 20 + [1.0] * 50 + [0.0] * 50)
    compared: list[QuestionKind] = ["compare"] * 100
    facts: list[QuestionKind] = ["fact"] * 100
    fitted = fit(compared + facts, told, right)
    assert 1.1 < fitted["compare"] < np.log(4)  # the ridge holds it back
    assert abs(fitted["fact"]) < 1e-6


def test_the_report_s_tuned_questions_are_counted_by_plan(tmp_path: Path) -> None:
    asked = "Is the jetty open?"
    rows = [row(asked, 0.3, 1.0), row(asked, 0.3, 1.0, "unanswerable"), row(asked, 0.3, 1.0, split="held-out")]
    (tmp_path / "all.json").write_text(json.dumps({"questions": rows * 5}))
    (table,) = run(Options(data=tmp_path)).tables
    ((kind, count, told, right, *_),) = table.rows
    assert (kind, count, right) == ("yesno", 10, 0.5)
    assert told == pytest.approx(0.3)
    with pytest.raises(OptionError):
        run(Options(data=tmp_path / "none"))
