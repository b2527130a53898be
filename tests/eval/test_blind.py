"""A folder that is not of the project is measured as the project's own documents are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval import blind
from eval.__main__ import FAILED, PASSED

WEIGHT_FREE = ("--embedder", "hash", "--generator", "extractive")


def question(**fields: Any) -> dict[str, Any]:
    given = {"id": "q1", "question": "When does the Aldmoor ferry leave?", "language": "en", "kind": "fact"}
    return given | {"document": "ferry.md", "quotes": ["leaves at 7.40 from pier 3"], "facts": [["7.40"]]} | fields


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shelf = tmp_path / "shelf"
    (shelf / "tables").mkdir(parents=True)
    (shelf / "ferry.md").write_text("# Ferries\n\nThe Aldmoor ferry leaves at 7.40 from pier 3.\n", "utf-8")
    (shelf / "tables" / "fares.xyz").write_text("adult,4\n", "utf-8")
    fares = question(id="q2", kind="table", document="tables/fares.xyz", quotes=["adult,4"], facts=[["4"]])
    nothing = question(id="q3", kind="unanswerable", document=None, quotes=[], facts=[], question="Who owns the zoo?")
    rows = (question(), fares, nothing)
    (shelf / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return shelf


def test_a_folder_is_measured_and_nothing_is_written_into_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = sorted(folder.rglob("*"))
    arguments = [str(folder), *WEIGHT_FREE, "--out", str(tmp_path / "out")]
    assert blind.main(arguments) == PASSED
    assert sorted(folder.rglob("*")) == there
    said = capsys.readouterr().out
    assert "accuracy" in said
    assert "not read: fares.xyz" in said
    report = json.loads((tmp_path / "out" / "shelf.json").read_text("utf-8"))
    rows = {row["id"]: row for row in report["questions"]}
    assert rows["q1"]["ranks"] == [1]
    assert rows["q2"]["cause"] == "not loaded"
    assert set(report["groups"]["format"]) == {"md", "xyz"}
    assert blind.main([*arguments, "--compare", str(tmp_path / "out" / "shelf.json")]) == PASSED
    assert "better: 0" in capsys.readouterr().out


def test_questions_are_never_among_the_documents_that_answer(folder: Path, tmp_path: Path) -> None:
    assert blind.main([str(folder), *WEIGHT_FREE, "--out", str(tmp_path / "out")]) == PASSED
    report = json.loads((tmp_path / "out" / "shelf.json").read_text("utf-8"))
    shown = {one["document"] for row in report["questions"] for one in row["passages"]}
    assert shown == {"ferry.md"}


def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert blind.main([str(tmp_path)]) == FAILED
    assert "questions.jsonl cannot be read" in capsys.readouterr().err
    (tmp_path / "questions.jsonl").write_text(json.dumps(question(kind="riddle")), "utf-8")
    assert blind.main([str(tmp_path)]) == FAILED
    said = capsys.readouterr().err
    assert "the kind 'riddle'" in said
    assert "no document 'ferry.md'" in said
