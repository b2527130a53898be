"""The command, from question files to report, page and exit code; no weights needed."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest

import eval as package
from eval import __main__ as command
from eval import gate
from eval.results import RESULTS
from eval.shelves import shelves
from rag import Rag, load_settings

WEIGHT_FREE = ("--embedder", "hash", "--generator", "extractive")


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three questions of each file of the seeds."""
    kept = {f"{number:03}" for number in range(1, 4)}
    (seeds,) = shelves("seeds")
    few = replace(seeds, questions=tuple(one for one in seeds.questions if one.id[-3:] in kept))
    monkeypatch.setattr(command, "shelves", lambda *_: [few])


@pytest.mark.usefixtures("_few")
def test_the_command_measures_writes_and_compares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = RESULTS.read_bytes() if RESULTS.exists() else None
    arguments = (*WEIGHT_FREE, "--set", "seeds", "--only", "followup", "--out", str(tmp_path))
    assert command.main(arguments) == command.PASSED
    report = json.loads((tmp_path / "seeds.json").read_text("utf-8"))
    assert {row["kind"] for row in report["questions"]} == {"followup"}
    assert report["receipt"]["embedder"] == "hash-64"
    assert (tmp_path / "seeds.html").read_text("utf-8").startswith("<!doctype html>")
    assert "accuracy_followup" in capsys.readouterr().out
    assert command.main((*arguments, "--compare", str(tmp_path / "seeds.json"))) == command.PASSED
    assert "better: 0" in capsys.readouterr().out
    assert (RESULTS.read_bytes() if RESULTS.exists() else None) == results


def test_the_gate_is_not_passed_with_a_part_of_the_questions(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main((*WEIGHT_FREE, "--only", "list", "--gate")) == command.FAILED
    assert "leave out --only" in capsys.readouterr().err


@pytest.mark.usefixtures("_few")
def test_the_gate_fails_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gate, "read", lambda: {"accuracy": 1.0})
    assert command.main((*WEIGHT_FREE, "--gate", "--out", str(tmp_path))) == command.FELL
    assert "gate: accuracy is 0." in capsys.readouterr().out


def test_the_published_pages_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(("--set", "real")) == command.FAILED
    assert "--data DIR" in capsys.readouterr().err


def test_questions_that_do_not_fit_the_documents_are_not_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.txt").write_text("Nothing of it.", "utf-8")
    assert command.main((*WEIGHT_FREE, "--data", str(tmp_path), "--out", str(tmp_path))) == command.FAILED
    assert "there is no document" in capsys.readouterr().err


def test_eval_imports_only_what_rag_exports() -> None:
    import rag

    folder = Path(str(package.__file__)).parent
    for file in {*folder.glob("*.py")} - {folder / "fact_matching.py"}:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "rag":
                assert node.module == "rag", f"{file.name} imports from {node.module}"
                assert {alias.name for alias in node.names} <= set(rag.__all__), file.name


@pytest.mark.long
@pytest.mark.usefixtures("_few")
def test_both_stores_score_the_same(tmp_path: Path, database: str) -> None:
    reports = []
    for name, where in (("folder", ()), ("server", ("--store", database))):
        assert command.main((*WEIGHT_FREE, *where, "--out", str(tmp_path / name))) == command.PASSED
        report = json.loads((tmp_path / name / "all.json").read_text("utf-8"))
        for row in report["questions"]:
            del row["milliseconds"]
        metrics = {name: value for name, value in report["metrics"].items() if not name.startswith("latency")}
        reports.append((metrics, report["questions"]))
    assert reports[0][0] == reports[1][0]
    assert reports[0][1] == reports[1][1]
    assert len(reports[0][1]) > 20


def test_documents_of_a_store_that_is_in_use_are_not_mixed_in(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rag = Rag(load_settings({"store": database, "embedder": "hash", "index": tmp_path}))
    (tmp_path / "own.txt").write_text("香港数据中心总存量是零。", "utf-8")
    rag.index([tmp_path / "own.txt"])
    assert command.main((*WEIGHT_FREE, "--store", database, "--out", str(tmp_path))) == command.FAILED
    assert "holds 1 documents" in capsys.readouterr().err
    assert [info.path for info in rag.documents()] == ["own.txt"]
    rag.close()
