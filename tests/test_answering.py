"""Drafts become answers only as far as the documents carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.answers.composer import REFUSAL, Composer
from rag.outline import Outline, PageSpan
from rag.question.analysis import analyse
from rag.types import Answer, Chunk, Claim, Document, Draft, Evidence, Passage

CHINESE = Document(
    path="zh.txt",
    text="前言。截至2021年第一季度，全港数据中心共有838万平方呎。公司客户包括Foxconn和Wistron。",
    title="数据中心",
    language="zh",
    content_hash="0",
    date="2021-12-07",
)
ENGLISH = Document(
    path="en.txt",
    text="The forum opened in March. Hong Kong has a population of 7 million. Nobody left early.",
    title="Forum",
    language="en",
    content_hash="1",
)
DOCUMENTS = {document.path: document for document in (CHINESE, ENGLISH)}
COMPOSER = Composer(DOCUMENTS.get)


def evidence(document: Document, quote: str) -> Evidence:
    start = document.text.index(quote)
    return Evidence(document.path, start, start + len(quote))


def draft(text: str, *spans: Evidence, confidence: float = 0.9) -> Draft:
    return Draft((Claim(text, spans),), confidence)


def passage(document: Document) -> Passage:
    whole = Chunk(document.path, 0, len(document.text), document.text, document.title, document.date, document.language)
    return Passage(whole, 1.0, 1.0, 1.0, 1.0)


def compose(question: str, draft: Draft, passages: Sequence[Passage], threshold: float) -> Answer:
    return COMPOSER.compose(analyse(question), draft, passages, threshold)


def test_a_quote_is_answered_with_its_citation_and_the_sentence_around_it() -> None:
    answer = compose("有多少平方呎？", draft("838万平方呎", evidence(CHINESE, "838万平方呎")), [], 0.5)
    (citation,) = answer.citations
    assert answer.text == "838万平方呎[1]"
    assert CHINESE.text[citation.start : citation.end] == citation.quote == "838万平方呎"
    assert citation.sentence == "截至2021年第一季度，全港数据中心共有838万平方呎。"
    assert (citation.title, citation.date) == ("数据中心", "2021-12-07")


def test_a_citation_names_the_slide_it_is_on_and_whether_a_machine_read_it() -> None:
    pages = (PageSpan(1, 0, 24, unit="slide"), PageSpan(2, 25, len(ENGLISH.text), unit="slide", by_machine=True))
    deck = replace(ENGLISH, outline=Outline(pages=pages))
    made = Composer({deck.path: deck}.get).compose(
        analyse("What is the population?"), draft("7 million", evidence(deck, "7 million")), [], 0.5
    )
    (citation,) = made.citations
    assert (citation.page, citation.unit, citation.by_machine) == (2, "slide", True)
    (plain,) = compose("有多少平方呎？", draft("838万平方呎", evidence(CHINESE, "838万平方呎")), [], 0.5).citations
    assert plain.page is None


def test_the_words_that_are_cited_are_marked_where_they_stand_in_the_sentence() -> None:
    text = "The Hong Kong-Shenzhen forum was held in Shenzhen."
    held = Document("f.txt", text, "Forum", "en", "")
    at = text.rindex("Shenzhen")
    claim = Claim("Shenzhen", (Evidence("f.txt", at, at + 8),))
    answer = Composer({"f.txt": held}.get).compose(analyse("Where was it held?"), Draft((claim,), 0.9), [], 0.5)
    assert answer.citations[0].parted == ("The Hong Kong-Shenzhen forum was held in ", "Shenzhen", ".")


def test_the_answer_is_in_the_language_it_is_asked_for() -> None:
    said = draft("838万平方呎", evidence(CHINESE, "838万平方呎"))
    question = analyse("How much in 深圳?", "zh")
    assert COMPOSER.compose(question, said, [], 0.5).text == "838万平方呎[1]"
    assert COMPOSER.compose(question, said, [], 1.0).text == "文档中没有说明。"


def test_a_refusal_is_in_the_script_of_the_question() -> None:
    assert compose("論壇在哪裏舉行？", Draft((), 0.0), [], 0.5).text == "文檔中沒有說明。"
    assert compose("论坛在哪里举行？", Draft((), 0.0), [], 0.5).text == "文档中没有说明。"


def test_a_chinese_source_is_framed_and_its_values_read_for_an_english_question() -> None:
    answer = compose("How much floor space?", draft("838万平方呎", evidence(CHINESE, "838万平方呎")), [], 0.5)
    assert answer.language == "en"
    assert answer.text.startswith("The source says, in Chinese: “838万平方呎”")
    assert "8.38 million sq ft" in answer.text


def test_a_list_says_but_once_that_its_source_is_chinese() -> None:
    claims = tuple(Claim(name, (evidence(CHINESE, name),)) for name in ("Foxconn", "Wistron", "838万平方呎"))
    answer = compose("Which companies?", Draft(claims, 0.9, form="bullets"), [], 0.5)
    assert answer.text.splitlines() == [
        "- The source says, in Chinese: “Foxconn”[1]",
        "- “Wistron”[2]",
        "- “838万平方呎” (8.38 million sq ft)[3]",
    ]


def test_an_english_source_is_framed_and_its_values_read_for_a_chinese_question() -> None:
    quote = "Hong Kong has a population of 7 million."
    answer = compose("香港有多少人口？", draft(quote, evidence(ENGLISH, quote)), [], 0.5)
    assert quote in answer.text
    assert "文档原文" in answer.text
    assert "700万" in answer.text


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("全港数据中心共有383万平方呎。", "全港数据中心共有838万平方呎。"),
        ("公司客户包括Huawei。", "公司客户包括Foxconn和Wistron。"),
        ("Hong Kong has a population of 8 million.", "Hong Kong has a population of 7 million."),
        ("Hong Kong does not have a population of 7 million.", "Hong Kong has a population of 7 million."),
    ],
)
def test_a_statement_that_its_span_does_not_support_is_dropped_visibly(claim: str, quote: str) -> None:
    document = CHINESE if quote in CHINESE.text else ENGLISH
    answer = compose(claim, draft(claim, evidence(document, quote)), [passage(document)], 0.5)
    assert answer.refused
    (dropped,) = answer.dropped
    assert dropped.startswith(f"{claim} (")
    assert claim not in answer.text


def test_a_supported_statement_stays_when_its_neighbour_is_dropped() -> None:
    good = Claim("Nobody left early.", (evidence(ENGLISH, "Nobody left early."),))
    bad = Claim("Everybody paid 500 dollars.", (evidence(ENGLISH, "Nobody left early."),))
    answer = compose("Who left?", Draft((bad, good), 0.9), [], 0.5)
    assert answer.text == "Nobody left early.[1]"
    (dropped,) = answer.dropped
    assert dropped.startswith(f"{bad.text} (the amount 500 dollars is not in the evidence;")


@pytest.mark.parametrize(
    "span",
    [Evidence("en.txt", 5, 5), Evidence("en.txt", -3, 4), Evidence("en.txt", 0, 10_000), Evidence("gone.txt", 0, 3)],
)
def test_a_span_that_is_not_in_the_documents_is_never_cited(span: Evidence) -> None:
    answer = compose("Who left?", draft("The", span), [], 0.5)
    assert answer.refused
    assert not answer.citations


def test_a_claim_without_evidence_is_never_shown_as_an_answer() -> None:
    answer = compose("Who left?", draft("42"), [], 0.5)
    assert answer.refused
    assert "42" not in answer.text


@pytest.mark.parametrize(("question", "language"), [("谁走了？", "zh"), ("Who left?", "en")])
def test_a_refusal_is_in_the_question_s_language_and_keeps_the_nearest_passages(question: str, language: str) -> None:
    answer = compose(question, Draft((), 0.0), [passage(ENGLISH)], 0.5)
    assert answer.refused
    assert answer.text == REFUSAL[language]  # type: ignore[index]
    assert [p.chunk.document for p in answer.passages] == ["en.txt"]


def test_confidence_below_the_threshold_refuses() -> None:
    quote = "Nobody left early."
    unsure = draft(quote, evidence(ENGLISH, quote), confidence=0.49)
    assert compose("Who left?", unsure, [], 0.5).refused
    assert not compose("Who left?", unsure, [], 0.49).refused


def test_a_span_cited_twice_has_one_number_and_two_spans_of_one_document_have_two() -> None:
    first, second = evidence(ENGLISH, "Nobody left early."), evidence(ENGLISH, "The forum opened in March.")
    claims = (
        Claim("Nobody left early.", (first,)),
        Claim("The forum opened in March.", (second,)),
        Claim("Nobody left early.", (first,)),
    )
    answer = compose("What happened?", Draft(claims, 0.9), [], 0.5)
    assert answer.text == "Nobody left early.[1] The forum opened in March.[2] Nobody left early.[1]"
    assert [citation.marker for citation in answer.citations] == [1, 2]
