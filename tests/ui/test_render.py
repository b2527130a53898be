"""Answers as HTML: the quote marked, chips where the markers are, everything from outside escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from rag import Answer, Citation, Document, Passage, RetrievalResult
from rag.question.analysis import analyse
from rag.types import Chunk
from ui.render import answer_html, reading_html, waiting_html
from ui.source import AROUND, source_html
from ui.state import Exchange

HOSTILE = "<script>alert(1)</script><img src=x onerror=\"alert(2)\">[x](javascript:alert(3))' onclick='x"


def cited(text: str, title: str = "Title", **fields: object) -> Answer:
    citation = Citation(1, "a.txt", title, "2020-01-02", None, 4, 4 + len(text), text, f"Say {text}.", 4)
    answer = Answer("Who?", "en", f"{text}[1]", refused=False, confidence=0.9, citations=(citation,))
    return replace(answer, **fields)  # type: ignore[arg-type]


def refused(text: str, title: str = "Title", **fields: object) -> Answer:
    chunk = Chunk("a.txt", 0, len(text), text, title, None, "en")
    answer = Answer("Who?", "en", "The documents do not say.", True, 0.1, passages=(Passage(chunk, 1, 1, 1, 1),))
    return replace(answer, **fields)  # type: ignore[arg-type]


def shown(answer: Answer, asked: str = "Who?") -> str:
    return answer_html(Exchange(asked, answer))


def markup(page: str) -> set[str]:
    """The names of all elements and attributes a browser would see."""
    seen: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.update({tag, *(name for name, _ in attrs)})

    Reader().feed(page)
    return seen


def test_the_quote_is_marked_in_its_sentence_beside_title_and_date() -> None:
    page = shown(cited("Ada"))
    assert "Say <mark>Ada</mark>." in page
    assert "<b>Title</b><time>2020-01-02</time>" in page


def test_a_marker_is_a_chip_that_knows_its_place() -> None:
    chips = re.findall(r'<button [^>]*class="yj-chip"[^>]*>1</button>', shown(cited("Ada")))
    assert len(chips) == 1
    assert 'data-document="a.txt" data-start="4" data-end="7" data-quote="Ada"' in chips[0]


def test_a_bracketed_number_of_the_document_is_no_chip() -> None:
    page = shown(cited("Ada [1] wrote it [2]"))
    assert page.count('class="yj-chip"') == 1
    assert "<q>Ada [1] wrote it [2]</q>" in page


def test_a_quote_that_is_a_number_leaves_its_marker_a_chip() -> None:
    page = shown(cited("1"))
    assert page.count('class="yj-chip"') == 1
    assert "<q>1</q>" in page


@pytest.mark.parametrize(("confidence", "word"), [(0.9, "high"), (0.75, "high"), (0.6, "fair"), (0.3, "low")])
def test_confidence_is_one_of_three_words_with_its_number(confidence: float, word: str) -> None:
    page = shown(cited("Ada", confidence=confidence))
    assert f'data-t="confidence_{word}"' in page
    assert f'data-t="calibrated" data-n="{confidence * 100:.0f}"' in page


def test_an_answer_in_the_other_language_is_compared_with_its_original() -> None:
    quote = "全港数据中心的总存量为838万平方呎"
    citation = Citation(1, "a.txt", "标题", None, None, 0, len(quote), quote, f"{quote}。")
    answer = Answer("How large?", "en", f"The source says, in Chinese: “{quote}”[1]", False, 0.9, citations=(citation,))
    page = shown(answer)
    assert "8.38 million" in page
    assert f'<dd lang="zh"><mark>{quote}</mark>。</dd>' in page
    assert 'class="yj-compare"' not in shown(cited("Ada"))


def test_a_rewritten_question_is_shown_and_an_unchanged_one_is_not() -> None:
    assert "<b>Who?</b>" in shown(cited("Ada"), "And who?")
    assert 'class="yj-understood"' not in shown(cited("Ada"), " Who? ")


def test_a_refusal_shows_why_and_the_nearest_passages_and_no_confidence() -> None:
    page = shown(refused("Near", reason="No passage has a <name>."))
    assert "No passage has a &lt;name&gt;." in page
    assert 'data-t="nearest"' in page
    assert "Near" in page
    assert "confidence" not in page


def test_nothing_from_a_document_or_a_question_becomes_markup() -> None:
    hostile = Document(HOSTILE, f"Say {HOSTILE}", HOSTILE, "en", "", HOSTILE, HOSTILE, "javascript:alert(1)")
    found = RetrievalResult(analyse(HOSTILE), refused(HOSTILE, HOSTILE).passages, {}, {}, {})
    pages = [
        shown(cited(HOSTILE, HOSTILE, question=HOSTILE, dropped=(HOSTILE,))),
        shown(refused(HOSTILE, HOSTILE, reason=HOSTILE), HOSTILE),
        reading_html("typed", found),
        source_html(hostile, 4, 4 + len(HOSTILE), HOSTILE),
        source_html(hostile, 4, 5, HOSTILE),
        source_html(None, 4, 5, HOSTILE),
    ]
    for page in pages:
        assert "&lt;script&gt;" in page
        assert markup(page) & {"script", "img", "onerror", "onclick", "href"} == set()


def test_each_stage_says_where_the_question_is() -> None:
    assert 'data-t="waiting" data-n="3"' in waiting_html(3)
    assert "Near" in reading_html("Who?", RetrievalResult(analyse("Who?"), refused("Near").passages, {}, {}, {}))


def test_the_source_panel_marks_the_quote_in_its_paragraph() -> None:
    text = "One.\nTwo three.\nFour."
    document = Document("a.txt", text, "Title", "en", "", "2020-01-02", "Ada", "https://example.org/a?b=1&c=2")
    page = source_html(document, 9, 14, "three")
    assert '<p class="yj-here">Two <mark>three</mark>.</p>' in page
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page
    assert source_html(document, 5, 21, text[5:21]).count("<mark>") == 2


def test_a_quote_that_is_no_longer_there_is_shown_as_it_was() -> None:
    document = Document("a.txt", "Another text.", "Title", "en", "")
    assert 'data-t="changed"' in source_html(document, 0, 5, "Three")
    assert 'data-t="gone"' in source_html(None, 0, 5, "Three")


def test_a_quote_that_moved_is_marked_where_it_stands_now() -> None:
    document = Document("a.txt", "A new line.\nOne three.", "Title", "en", "")
    page = source_html(document, 0, 5, "three")
    assert 'data-t="moved"' in page
    assert "One <mark>three</mark>." in page


def test_of_a_long_document_only_the_surroundings_come() -> None:
    text = "\n".join(f"Line {number}." for number in range(9000))
    start = text.index("Line 4500.")
    page = source_html(Document("a.txt", text, "Title", "en", ""), start, start + 10, "Line 4500.")
    assert "<mark>Line 4500.</mark>" in page
    assert page.count('data-t="left_out"') == 2
    assert len(page) < AROUND * 5
