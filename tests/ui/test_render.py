"""Answers as HTML: the quote marked, chips where the markers are, everything from outside escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from rag import Answer, Citation, Document, Part, Passage, RetrievalResult, Searched
from rag.question.analysis import analyse
from rag.types import Chunk
from ui.place import Place
from ui.render import answer_html, found_html, reading_html
from ui.source import found, source
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


def whole(document: Document | None, start: int, end: int, quote: str) -> str:
    pane = source(document, start, end, quote)
    return f"{pane['about']}{pane.get('html', '')}"


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


def test_the_words_that_answer_are_bold_in_their_sentence_above_title_and_date() -> None:
    page = shown(cited("Ada"))
    assert "<q>Say <strong>Ada</strong>.</q>" in page
    assert ">Title</span><time>2020-01-02</time>" in page


def test_a_whole_sentence_is_quoted_without_bold_and_a_long_one_only_by_the_words_that_answer() -> None:
    answer = cited("Say Ada.", citations=(replace(cited("Say Ada.").citations[0], sentence="Say Ada.", lead=0),))
    assert "<q>Say Ada.</q>" in shown(answer)
    long = replace(cited("Ada").citations[0], sentence=f"Ada{' and on' * 60}.", lead=0)
    assert "<q><strong>Ada</strong></q>" in shown(cited("Ada", citations=(long,)))


def test_a_marker_is_a_chip_that_knows_its_place_and_stays_with_the_word_before_it() -> None:
    chips = re.findall(r'&NoBreak;<a [^>]*class="yj-chip"[^>]*>1</a>', shown(cited("Ada")))
    assert len(chips) == 1
    assert 'data-document="a.txt" data-start="4" data-end="7" data-quote="Ada"' in chips[0]
    assert 'href="#doc=a.txt&amp;at=4-7"' in chips[0]


def test_what_is_copied_has_each_source_with_its_sentence_document_and_page() -> None:
    (copied,) = re.findall(r'data-act="copy"[^>]*data-text="([^"]*)"', shown(cited("Ada")))
    assert unescape(copied) == "Ada[1]\n\n[1] Say Ada.\n    Title · a.txt"
    on_page = replace(cited("Ada").citations[0], page=3)
    assert "Title · page 3 · a.txt" in unescape(shown(cited("Ada", citations=(on_page,))))


def test_a_bracketed_number_of_the_document_is_no_chip() -> None:
    page = shown(cited("Ada [1] wrote it [2]"))
    assert page.count('class="yj-chip"') == 1
    assert "<strong>Ada [1] wrote it [2]</strong>" in page


def test_a_quote_that_is_a_number_leaves_its_marker_a_chip() -> None:
    page = shown(cited("1"))
    assert page.count('class="yj-chip"') == 1
    assert "<strong>1</strong>" in page


@pytest.mark.parametrize(("confidence", "word"), [(0.9, ""), (0.75, ""), (0.6, "fair"), (0.3, "low")])
def test_only_an_unsure_answer_says_how_sure_it_is(confidence: float, word: str) -> None:
    page = shown(cited("Ada", confidence=confidence))
    assert bool(word) == ("yj-confidence" in page)
    assert f'data-t="confidence_{word}" data-n="{confidence * 100:.0f}"' in page or not word


def test_an_answer_in_the_other_language_has_the_sentence_of_the_original_below() -> None:
    quote = "838万平方呎"
    citation = Citation(1, "a.txt", "标题", None, None, 4, 4 + len(quote), quote, f"总存量为{quote}。", 4)
    text = f"The source says, in Chinese: “{quote}” (8.38 million sq ft)[1]"
    page = shown(Answer("How large?", "en", text, False, 0.9, citations=(citation,)))
    assert "(8.38 million sq ft)" in page
    assert f"<span>总存量为<mark>{quote}</mark>。</span>" in page
    assert 'class="yj-original' not in shown(cited("Ada"))


def numbered(*quotes: str, document: str = "a.txt", start: int = 0) -> tuple[Citation, ...]:
    return tuple(
        Citation(at, document, "Title", None, None, start + at, start + at + len(quote), quote, quote)
        for at, quote in enumerate(quotes, 1)
    )


def test_bullets_are_a_list_and_numbers_of_the_document_take_the_place_of_dots() -> None:
    text = "Two of them:\n- First one.[1]\n- 2. Second one.[2]"
    page = shown(
        Answer("Which?", "en", text, False, 0.9, citations=numbered("First one.", "2. Second one."), kind="list")
    )
    assert "<p>Two of them:</p><ul><li" in page
    assert '<li class="yj-labelled"><q>2. Second one.</q>' in page
    assert 'yj-number">1, 2</b>' in page


def test_two_sides_stand_beside_each_other_and_other_parts_below() -> None:
    parts = (Part("One", "Ada[1]", (1,), False), Part("Other", "The documents do not say.", (), True))
    answer = Answer("Which?", "en", "", False, 0.9, citations=numbered("Ada"), kind="compare", parts=parts)
    page = shown(answer)
    assert (
        page.index("yj-beside") < page.index("<h3>One</h3>") < page.index("yj-refused") < page.index("<h3>Other</h3>")
    )
    assert 'class="yj-parts"' in shown(replace(answer, kind="compound"))


def test_rows_of_a_table_are_a_table_with_a_chip_each_and_a_pair_is_a_line() -> None:
    citations = numbered("Shed | 12", "Barn | 30")
    columns = ("Place", "Area", "Note")
    rows = [Place(("Sizes",), columns=columns, cells=cells) for cells in (("Shed", "12", ""), ("Barn", "30", ""))]
    text = "2 rows:\n- Shed | 12[1]\n- Barn | 30[2]"
    answer = Answer("How many?", "en", text, False, 0.9, citations=citations, kind="count")
    page = answer_html(Exchange("How many?", answer, places=dict(enumerate(rows, 1))))
    assert '<p class="yj-section">Sizes</p><p>2 rows:</p>' in page
    assert '<th scope="col">Area</th><td></td>' in page  # a column without a word is left out
    assert page.count('class="yj-chip"') == 2
    pair = Place(columns=("What", "How much"), cells=("Tank", "3 l"), cited=1)
    answer = Answer("How much?", "en", "3 l[1]", False, 0.9, citations=numbered("3 l"))
    page = answer_html(Exchange("How much?", answer, places={1: pair}))
    assert "<p>Tank <strong>3 l</strong>&NoBreak;<a" in page
    page = answer_html(Exchange("Is it 3 l?", replace(answer, text="Yes. 3 l[1]"), places={1: pair}))
    assert "<p>Yes.</p><p>Tank <strong>3 l</strong>" in page


def test_of_equal_quotes_each_stands_in_the_sentence_of_its_own_number() -> None:
    pairs = zip(numbered("12", "12"), ("One", "Other"), strict=True)
    said = [replace(one, sentence=f"{name} is 12.", lead=len(name) + 4, document=name) for one, name in pairs]
    page = shown(Answer("Which?", "en", "12[1]; 12[2]", False, 0.9, citations=tuple(said)))
    assert page.index("One is <strong>12</strong>.") < page.index("Other is <strong>12</strong>.")


def test_a_rewritten_question_is_shown_and_an_unchanged_one_is_not() -> None:
    assert "<b>Who?</b>" in shown(cited("Ada"), "And who?")
    assert 'class="yj-understood"' not in shown(cited("Ada"), " Who? ")


def test_a_refusal_is_one_line_over_cards_that_begin_at_the_best_sentence() -> None:
    text = "Nothing of it. Ada wrote the first program. More."
    page = shown(refused(text, reason="No passage has a <name>.", question="Which programs did Ada write?"))
    assert "No passage has a &lt;name&gt;." in page
    assert 'data-t="refused_nearest"' in page
    assert "…<b>Ada</b> wrote the first <b>program</b>. More." in page
    assert f'data-start="{text.index("Ada")}"' in page
    assert 'data-act="only" data-document="a.txt"' in page
    assert "yj-confidence" not in page


def test_of_many_passages_three_are_shown_until_all_are_asked_for() -> None:
    passages = refused("Near").passages * 5
    page = shown(refused("Near", passages=passages))
    assert page.count("<li hidden>") == 2
    assert 'data-t="show_all" data-n="5"' in page


def test_a_greeting_is_answered_with_what_can_be_asked() -> None:
    page = shown(refused("", passages=(), reason="This asks nothing that documents could say."))
    assert 'data-t="greeted"' in page
    assert 'class="yj-examples"' in page


def test_nothing_from_a_document_or_a_question_becomes_markup() -> None:
    hostile = Document(HOSTILE, f"Say {HOSTILE}", HOSTILE, "en", "", HOSTILE, HOSTILE, "javascript:alert(1)")
    found = RetrievalResult(analyse(HOSTILE), refused(HOSTILE, HOSTILE).passages, {}, {}, {})
    pages = [
        shown(cited(HOSTILE, HOSTILE, question=HOSTILE, dropped=(HOSTILE,))),
        shown(refused(HOSTILE, HOSTILE, reason=HOSTILE), HOSTILE),
        reading_html("typed", found),
        whole(hostile, 4, 4 + len(HOSTILE), HOSTILE),
        whole(hostile, 4, 5, HOSTILE),
        whole(None, 4, 5, HOSTILE),
        found_html(refused(HOSTILE, HOSTILE).passages, HOSTILE),
    ]
    for page in pages:
        assert "&lt;script&gt;" in page
        assert markup(page) & {"script", "img", "onerror", "onclick"} == set()
        assert all(link.startswith("#doc=") for link in re.findall(r'href="([^"]*)"', page))


def test_each_stage_says_where_the_question_is() -> None:
    found = RetrievalResult(analyse("Who?"), refused("Near").passages, {}, {}, {})
    waiting, reading = reading_html("Who?", found, 3), reading_html("Who?", found)
    assert 'data-t="waiting" data-n="3"' in waiting
    assert 'data-t="reading"' in reading
    assert "Near" in waiting
    assert "Near" in reading


def test_the_pane_marks_the_quote_in_its_paragraph() -> None:
    text = "One.\nTwo three.\nFour."
    document = Document("a.txt", text, "Title", "en", "", "2020-01-02", "Ada", "https://example.org/a?b=1&c=2")
    page = whole(document, 9, 14, "three")
    assert re.search(r'<p class="[^"]*yj-here" data-at="5">Two <mark>three</mark>.</p>', page)
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page
    assert whole(document, 5, 21, text[5:21]).count("<mark>") == 2


def test_a_quote_that_is_no_longer_there_is_shown_as_it_was() -> None:
    document = Document("a.txt", "Another text.", "Title", "en", "")
    assert 'data-t="changed"' in whole(document, 0, 5, "Three")
    assert 'data-t="gone"' in whole(None, 0, 5, "Three")


def test_a_quote_that_moved_is_marked_where_it_stands_now() -> None:
    document = Document("a.txt", "A new line.\nOne three.", "Title", "en", "")
    page = whole(document, 0, 5, "three")
    assert 'data-t="moved"' in page
    assert "One <mark>three</mark>." in page


def test_words_are_found_whatever_their_case_and_spacing() -> None:
    document = Document("a.txt", "A new line.\nOne NEW  line.", "Title", "en", "")
    assert found(document, "new line") == [(2, 10), (16, 25)]
    assert found(document, " ") == found(None, "new") == []


@pytest.mark.parametrize(
    ("searched", "told"),
    [
        (Searched(3, 19), "searched"),
        (Searched(3, 19, 2), "searched_undated"),
        (Searched(1, 19, named=(HOSTILE,)), "searched_named"),
        (Searched(4, 19, named=(HOSTILE, "b", "c", "d")), "searched_named_more"),
    ],
)
def test_where_an_answer_was_looked_for_stands_below_it(searched: Searched, told: str) -> None:
    for answer in (cited("Ada", searched=searched), refused("Near", searched=searched)):
        page = shown(answer)
        assert f'<p class="yj-searched"><span data-t="{told}"' in page
        assert "<script" not in page
    assert "yj-searched" not in shown(cited("Ada"))
