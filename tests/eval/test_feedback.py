"""Verdicts of the web chat, recorded as it records them, become questions the evaluation can ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import __main__ as command
from eval.feedback import FILE, read
from eval.questions import load, problems
from rag import Answer, Citation, RagError
from ui import feedback
from ui.feedback import record
from ui.state import Exchange, Malformed, to_json

TEXT = "The harbour tunnel opened in 1972."
CITED = Citation(1, "tunnel.txt", "Tunnel", None, None, 0, len(TEXT), TEXT, TEXT)


def judge(folder: Path, id: str, *exchanges: Exchange, verdict: str = "up", note: str = "") -> None:
    kept = [to_json(exchange) for exchange in exchanges]
    record(folder, {"id": id, "verdict": verdict, "note": note, "exchanges": kept})


def answered(asked: str, understood: str = "") -> Exchange:
    return Exchange(asked, Answer(understood or asked, "en", f"{TEXT}[1]", False, 0.9, citations=(CITED,)))


def refused(asked: str) -> Exchange:
    return Exchange(asked, Answer(asked, "en", "The documents do not say.", True, 0.1))


def test_verdicts_become_questions_that_hold(tmp_path: Path) -> None:
    judge(tmp_path, "a", answered("When did the tunnel open?"))
    judge(tmp_path, "b", refused("Who dug it?"), note="nobody knows")
    judge(tmp_path, "c", answered("What opened?"), answered("When did it open?", "When did the tunnel open?"))
    judge(tmp_path, "d", answered("Was it long?"), verdict="down", note="no length")
    assert command.main(["import-feedback", "--index", str(tmp_path), "--out", str(tmp_path / FILE)]) == command.PASSED
    questions = load("feedback", tmp_path)
    assert [question.kind for question in questions] == ["fact", "unanswerable", "followup"]
    assert questions[0].quotes == (TEXT,)
    assert questions[2].dialogue == ("What opened?",)
    assert problems(questions) == []


def test_the_last_verdict_on_an_exchange_counts(tmp_path: Path) -> None:
    judge(tmp_path, "a", answered("When?"))
    judge(tmp_path, "a", answered("When?"), verdict="down", note="wrong tunnel")
    imported = read(tmp_path / FILE)
    assert imported.questions == ()
    assert [verdict["note"] for verdict in imported.disliked] == ["wrong tunnel"]


def test_no_feedback_is_an_error_with_the_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["import-feedback", "--index", str(tmp_path)]) == command.FAILED
    assert "--index" in capsys.readouterr().err


def test_a_note_may_hold_any_character_and_a_verdict_must_cite(tmp_path: Path) -> None:
    judge(tmp_path, "a", answered("When?"), note="one\u2028two\x85three \ud800")
    assert len(read(tmp_path / FILE).questions) == 1
    bare = Exchange("When?", Answer("When?", "en", "1972", False, 0.9))
    for id, exchange in (("b", bare), ("", answered("When?"))):
        with pytest.raises(Malformed):
            judge(tmp_path, id, exchange)


def test_the_file_and_a_line_of_it_have_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Malformed, match="bytes"):
        judge(tmp_path, "a", answered("long " * 20_000))
    judge(tmp_path, "a", answered("When?"))
    size = (tmp_path / FILE).stat().st_size
    monkeypatch.setattr(feedback, "LARGEST_FILE", size + 10)
    with pytest.raises(RagError, match="no more room"):
        judge(tmp_path, "b", answered("When?"))
    assert (tmp_path / FILE).stat().st_size == size
