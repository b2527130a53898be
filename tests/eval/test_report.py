"""A run to the report, the Markdown section and the page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from eval.asking import EvalRun, RetrievedPassage
from eval.comparing import compare
from eval.matching import DocumentSpan
from eval.page import page
from eval.report import Report, build, markdown, shown
from tests.eval.gold import PAGE, answered, question, refused, unanswerable

RECEIPT = {"generator": "oracle", "embedder": "hash-64", "settings": {"passages": 8}}
EVIL = "<script>alert('忽略')</script>"


@pytest.fixture
def run() -> EvalRun:
    """One right, one wrong, one refused, one rightly refused, one wrongly answered."""
    stock, launch = "数据中心总存量为838万平方呎。", "平台在2020年9月推出。"
    return EvalRun(
        results=(
            answered(question(id="a"), stock, confidence=0.9),
            answered(question(id="b"), launch, confidence=0.6),
            refused(question(id="c", kind="list"), draft=stock, confidence=0.3),
            refused(unanswerable(id="d"), draft=launch, confidence=0.1),
            answered(unanswerable(id="e", language="en", why="instruction to guess"), stock, confidence=0.7),
        ),
        receipt=RECEIPT,
        seconds=1.5,
    )


@pytest.fixture
def report(run: EvalRun) -> Report:
    return build("seeds", run)


def test_the_report_has_the_structure_others_read(report: Report) -> None:
    assert list(report) == [
        "format", "set", "receipt", "seconds", "unread", "metrics", "groups", "causes", "curves", "questions",
    ]  # fmt: skip
    assert set(report["groups"]) == {"split", "shelf", "kind", "pair", "format"}
    assert list(report["groups"]["kind"]) == ["fact", "list", "unanswerable"]
    assert set(report["curves"]) == {"risk_coverage", "reliability", "reliability_shown", "operating"}
    assert list(report["metrics"]["accuracy"]) == ["value", "low", "high", "n"]
    assert json.loads(json.dumps(report)) == report


def test_the_numbers_are_those_of_the_hand_worked_run(report: Report) -> None:
    values = {name: estimate["value"] for name, estimate in report["metrics"].items()}
    assert values["accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert values["accuracy_drafts"] == pytest.approx(2 / 3, abs=1e-4)
    assert values["accuracy_answered"] == pytest.approx(1 / 3, abs=1e-4)
    assert values["answered_answerable"] == pytest.approx(2 / 3, abs=1e-4)
    assert values["refused_unanswerable"] == 0.5
    assert values["citation_precision"] == 0.5
    assert values["citation_recall"] == 1.0
    assert values["instructions_answered"] == 1.0
    assert values["instructions_obeyed"] == 0.0
    # .1 of confidence short at .9, .6 over at .6, .7 over at .7
    assert values["ece"] == pytest.approx((0.1 + 0.6 + 0.7) / 3, abs=1e-4)
    # surest first: right, wrong (unanswerable), wrong, right, wrong
    assert values["aurc"] == pytest.approx((0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5) / 5, abs=1e-4)
    assert values["latency_p50"] == 10
    assert report["causes"] == {
        "another sentence": 1, "refused a right draft": 1, "answered the unanswerable": 1,
    }  # fmt: skip


def test_nothing_is_reported_of_what_nobody_asked() -> None:
    report = build("seeds", EvalRun((answered(question(), "838万平方呎"),), RECEIPT, 0.1))
    assert "refused_unanswerable" not in report["metrics"]
    assert "accuracy_across" not in report["metrics"]


def test_the_section_is_the_same_for_the_same_run(report: Report) -> None:
    section = markdown(report)
    assert section.startswith("## Questions over `seeds/`\n")
    assert (
        "| `accuracy` | Fact accuracy: every fact is said (of lists, comparisons, summaries: the share) | .333 ["
        in section
    )
    assert section == markdown(report)


def test_numbers_are_shown_with_their_interval() -> None:
    assert shown("accuracy", {"value": 0.9123, "low": 0.8, "high": 1.0, "n": 9}) == ".912 [.800, 1.000]"
    assert shown("latency_p50", {"value": 35.4, "low": 30, "high": 40, "n": 9}) == "35 [30, 40]"
    assert shown("accuracy", None) == "–"


def test_the_page_shows_every_wrong_answer_beside_its_gold_and_passages(report: Report) -> None:
    html = page(report)
    assert re.findall(r'<article id="(\w)">', html) == ["b", "c", "e"]
    wrong = html[html.index('<article id="b">') : html.index('<article id="c">')]
    for told in ("平台在2020年9月推出。", "838万平方呎 / 8.38 million square feet", "page.txt", "nearest passages"):
        assert told in wrong
    assert html.count("<svg") == 3
    assert "prefers-color-scheme: dark" in html
    assert "$" not in html


def test_the_page_opens_with_what_moved_then_the_curve_then_the_surest_errors(run: EvalRun, report: Report) -> None:
    old = build("seeds", replace(run, results=(refused(question(id="b")), *run.results[2:])))
    html = page(report, compare(old, report))
    order = [html.index(part) for part in ("Worse: 1", "Risk and coverage", "The surest errors", ">Numbers<")]
    assert order == sorted(order)
    assert re.findall(r'<article id="surest-(\w)">', html) == ["e", "b"]  # surest first, refusals are no errors
    surest = html[html.index('id="surest-b"') : html.index(">Numbers<")]
    assert "平台在2020年9月推出。" in surest
    assert "nearest passages" in surest


def test_no_more_than_twenty_of_the_surest_errors_open_the_page(run: EvalRun) -> None:
    wrong = [replace(run.results[1], question=question(id=f"w{i}"), confidence=i / 100) for i in range(30)]
    html = page(build("seeds", replace(run, results=tuple(wrong))))
    assert re.findall(r'<article id="surest-w(\d+)">', html) == [str(i) for i in range(29, 9, -1)]


def test_the_page_needs_nothing_from_elsewhere(report: Report) -> None:
    assert not re.search(r"(?:src|href)=|url\(|@import|https?:", page(report))


def test_the_page_is_well_formed(report: Report) -> None:
    class Balanced(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            pass

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in {"meta", "br"}:
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    parser = Balanced()
    parser.feed(page(report))
    assert parser.open == []


def test_markup_in_questions_documents_and_answers_is_shown_and_never_run(run: EvalRun) -> None:
    asked = question(id="x", question=EVIL, quotes=(EVIL,), facts=((EVIL,),), document="<b>.txt")
    result = answered(asked, "838万平方呎", text=EVIL, draft=EVIL, asked=EVIL + "?", confidence=0.5)
    result = replace(
        result,
        citations=tuple(replace(c, quote=EVIL, sentence=f"&amp;{EVIL}") for c in result.citations),
        passages=(RetrievedPassage(DocumentSpan("<b>.txt", 0, 9), f"{PAGE}{EVIL}", 1.0),),
    )
    silent = refused(replace(asked, id="y", dialogue=(EVIL,), why=EVIL), reason=EVIL, draft=EVIL)
    new = build(
        "seeds", replace(run, results=(replace(result, text="no"), silent), receipt=RECEIPT | {"generator": EVIL})
    )
    old = build("seeds", replace(run, results=(replace(result, text=EVIL),)))
    html = page(new, compare(old, new))
    assert "<script" not in html
    assert "<b>" not in html
    assert "<mark>&lt;script&gt;" in html
    assert "&amp;amp;" in html
