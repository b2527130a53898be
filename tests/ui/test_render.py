"""Answers as HTML: the quote marked, everything from outside escaped."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Answer, Citation, Passage, Rag, Settings
from rag.embedding import HashEmbedder
from rag.types import Chunk
from ui.render import answer_html

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">[x](javascript:alert(3))'


def cited(text: str, title: str = "Title") -> Answer:
    citation = Citation(1, "a.txt", title, "2020-01-02", None, 4, 4 + len(text), text, f"Say {text}.")
    return Answer("Who?", "en", f"{text}[1]", refused=False, confidence=0.9, citations=(citation,))


def test_the_quote_is_marked_in_its_sentence_beside_title_and_date() -> None:
    page = answer_html(cited("Ada"), "Who?")
    assert "Say <mark>Ada</mark>." in page
    assert "<strong>Title</strong> · 2020-01-02 · a.txt" in page


def test_a_rewritten_question_is_shown_and_an_unchanged_one_is_not() -> None:
    assert "Understood as: Who?" in answer_html(cited("Ada"), "And who?")
    assert "Understood as" not in answer_html(cited("Ada"), "Who?")


@pytest.mark.parametrize("refused", [True, False])
def test_nothing_from_a_document_or_a_question_becomes_markup(refused: bool) -> None:
    answer = cited(HOSTILE, title=HOSTILE)
    if refused:
        chunk = Chunk("a.txt", 0, 9, HOSTILE, HOSTILE, None, "en")
        answer = Answer(HOSTILE, "en", "No.", True, 0.0, passages=(Passage(chunk, 1, 1, 1, 1),), dropped=(HOSTILE,))
    page = answer_html(answer, "typed")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_a_refusal_shows_the_nearest_passages_and_no_confidence() -> None:
    chunk = Chunk("a.txt", 0, 4, "Near", "Title", None, "zh")
    page = answer_html(
        Answer("谁？", "zh", "文件中没有说明。", True, 0.1, passages=(Passage(chunk, 1, 1, 1, 1),)), "谁？"
    )
    assert "最接近的段落" in page
    assert "Near" in page
    assert "把握" not in page


def test_a_refusal_says_why() -> None:
    refused = Answer("Who?", "en", "The documents do not say.", True, 0.0, reason="No passage has a <name>.")
    assert "<small>No passage has a &lt;name&gt;.</small>" in answer_html(refused, "Who?")


@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\n \n", "\u2028\u2028"])
def test_no_empty_line_of_a_document_ends_the_block_of_html(end: str) -> None:
    page = answer_html(cited(f"One{end}# two"), "Who?")
    assert page.splitlines() == [page]
    assert "<br># two" in page


def test_formulas_of_a_document_stay_as_they_are_written(tmp_path: Path) -> None:
    pytest.importorskip("gradio", reason="the web chat needs pip install 'yinju[ui]'")
    from ui.app import build

    assert build(Rag(Settings(index=tmp_path), embedder=HashEmbedder())).chatbot.latex_delimiters == []
