"""What got better or worse between two reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.asking import EvalRun, Result
from eval.comparing import CompareError, compare, keep, kinds_table, read
from eval.report import Report, build
from tests.eval.gold import answered, question, refused

STOCK, LAUNCH = "数据中心总存量为838万平方呎。", "平台在2020年9月推出。"


def _report(*results: Result, name: str = "seeds") -> Report:
    return build(name, EvalRun(results, {"generator": "g", "embedder": "e", "settings": {}}, 1.0))


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


def test_a_part_of_the_questions_is_compared_with_a_run_of_all() -> None:
    old = _report(answered(question(id="a"), LAUNCH), answered(question(id="b"), STOCK), name="all")
    found = compare(old, _report(answered(question(id="a"), STOCK)))
    assert [change.id for change in found.better] == ["a"]
    assert (found.metrics, found.removed) == ({}, ())


def test_what_moved_is_counted_by_kind_and_by_share() -> None:
    both = question(id="l", kind="list", facts=(("838万平方呎",), ("2020年9月",)))
    old = _report(refused(both), answered(question(id="f"), STOCK), refused(question(id="g")))
    new = _report(answered(both, STOCK), refused(question(id="f")), refused(question(id="g")))
    found = compare(old, new)
    assert [(one.kind, one.questions, one.better, one.worse, one.before, one.after) for one in found.kinds] == [
        ("fact", 2, 0, 1, 0.5, 0.0),
        ("list", 1, 1, 0, 0.0, 0.5),
    ]
    assert kinds_table(found).rows[1][-1] == "+0.500"
    assert compare(new, _report(answered(both, STOCK + LAUNCH))).better[0].after == "right"


def test_a_kept_run_is_read_back_and_differs_from_itself_in_nothing(tmp_path: Path) -> None:
    report = _report(answered(question(), STOCK), refused(question(id="two")), name="all")
    keep(report, tmp_path / "kept.json")
    kept = read(tmp_path / "kept.json")
    found = compare(kept, report)
    assert (found.better, found.worse, found.metrics, found.added, found.removed) == ((), (), {}, (), ())
    assert len((tmp_path / "kept.json").read_text("utf-8").splitlines()) == 4


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
