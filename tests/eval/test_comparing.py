"""What got better or worse between two reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.asking import Result, Run
from eval.comparing import CompareError, compare, read
from eval.report import Report, build
from tests.eval.gold import answered, question, refused

STOCK, LAUNCH = "数据中心总存量为838万平方呎。", "平台在2020年9月推出。"


def _report(*results: Result, name: str = "seeds") -> Report:
    return build(name, Run(results, {"generator": "g", "embedder": "e", "settings": {}}, 1.0))


def test_questions_are_matched_by_id_and_told_apart_by_direction() -> None:
    old = _report(
        answered(question(id="up"), LAUNCH),
        answered(question(id="down"), STOCK),
        answered(question(id="same"), STOCK),
        answered(question(id="cautious"), LAUNCH),
        answered(question(id="gone"), STOCK),
    )
    new = _report(
        answered(question(id="up"), STOCK),
        refused(question(id="down")),
        answered(question(id="same"), STOCK),
        refused(question(id="cautious")),
        answered(question(id="new"), STOCK),
    )
    found = compare(old, new)
    assert [change.id for change in found.better] == ["up", "cautious"]
    assert [change.id for change in found.worse] == ["down"]
    assert (found.added, found.removed) == (("new",), ("gone",))
    assert (found.worse[0].before, found.worse[0].after) == ("right", "refused")


def test_metrics_that_moved_are_told_with_both_values() -> None:
    old, new = _report(answered(question(), LAUNCH)), _report(answered(question(), STOCK))
    metrics = compare(old, new).metrics
    assert metrics["accuracy"] == (0.0, 1.0)
    assert "answered_answerable" not in metrics


def test_reports_of_two_sets_are_not_compared() -> None:
    with pytest.raises(CompareError, match="'real'"):
        compare(_report(answered(question(), STOCK), name="real"), _report(answered(question(), STOCK)))


def test_a_report_is_read_back_as_it_was(tmp_path: Path) -> None:
    report = _report(answered(question(), STOCK))
    (tmp_path / "old.json").write_text(json.dumps(report), "utf-8")
    assert read(tmp_path / "old.json") == report


@pytest.mark.parametrize("text", ["", "[]", '{"format": 0}', "\x00"])
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "old.json").write_text(text, "utf-8")
    with pytest.raises(CompareError, match=r"old\.json"):
        read(tmp_path / "old.json")
    with pytest.raises(CompareError, match="missing"):
        read(tmp_path / "missing.json")
