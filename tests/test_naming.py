"""Questions that name a document, by its file's name or its title."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Rag, Settings
from rag.question.dating import dated_in, of_the_year, without_year
from rag.question.naming import named_in

TITLES = {
    "receipt_2026-03.txt": "Lamp oil 12.40",
    "report_beta.txt": "项目进度",
    "market.txt": "溪口集市管理办法",
    "travel_2022.md": "Travel rules",
    "manual.pdf": "XJ-220 User manual",
}


@pytest.mark.parametrize(
    ("question", "path", "rest"),
    [
        ("What is the total in receipt_2026-03.txt?", "receipt_2026-03.txt", "What is the total?"),
        ("According to RECEIPT_2026-03.txt, what is the total?", "receipt_2026-03.txt", "What is the total?"),
        ("What does report_beta say about dates?", "report_beta.txt", "What does the document say about dates?"),
        ("What is on manual.pdf's last page?", "manual.pdf", "What is on the document's last page?"),
        ("According to the Travel rules, what is paid?", "travel_2022.md", "What is paid?"),
        ("report_beta.txt 里说什么时候发货？", "report_beta.txt", "什么时候发货？"),
        ("在report_beta中，谁跟进？", "report_beta.txt", "谁跟进？"),
        ("receipt_2026-03.txt的合计是多少？", "receipt_2026-03.txt", "合计是多少？"),
        ("根据《溪口集市管理办法》，摊位怎么分配？", "market.txt", "摊位怎么分配？"),
        ("《溪口集市管理办法》第三条是什么？", "market.txt", "第三条是什么？"),
    ],
)
def test_a_document_that_is_named_is_where_to_look_and_its_name_is_not_asked_for(
    question: str, path: str, rest: str
) -> None:
    naming = named_in(question, TITLES)
    assert naming
    assert (naming.documents, naming.rest) == (frozenset({path}), rest)


@pytest.mark.parametrize(
    "question",
    [
        "What is the noise level of the XJ-220?",  # what is asked about, not where
        "谁写了《溪口集市管理办法》？",
        "What is in my_receipt_2026-03.txt2?",
        "Are the travel rules old?",
    ],
)
def test_what_a_question_is_about_is_not_where_to_look(question: str) -> None:
    assert named_in(question, TITLES) is None


def test_a_question_of_little_else_is_left_as_it_is() -> None:
    naming = named_in("《溪口集市管理办法》里有什么？", TITLES)
    assert naming
    assert naming.rest == "《溪口集市管理办法》里有什么？"


def test_only_the_named_document_is_looked_through(tmp_path: Path) -> None:
    for name, sum_ in (("bill_a.txt", "12"), ("bill_b.txt", "15")):
        (tmp_path / name).write_text(f"Lamp oil and rope\nThe total is {sum_} euros.\n")
    with_hash = Settings(index=tmp_path / "index", embedder="hash", generator="extractive")
    rag = Rag(with_hash)
    rag.index([tmp_path / "bill_a.txt", tmp_path / "bill_b.txt"])
    found = rag.retrieve("What is the total in bill_b.txt?")
    assert {one.chunk.document for one in found.passages} == {"bill_b.txt"}
    assert (found.asked.text, found.question) == ("What is the total?", "What is the total in bill_b.txt?")
    assert rag.answer(found).question == "What is the total in bill_b.txt?"
    rag.close()


DATED = {
    "report 2023.md": ("Harbour report", "2024-02-01"),
    "report 2024.md": ("Harbour report", "2025-02-03"),
    "minutes_a.md": ("Minutes", "2024-03-05"),
    "minutes_b.md": ("Minutes", "2024-06-11"),
}


@pytest.mark.parametrize(
    ("question", "paths", "rest"),
    [
        ("How many ships came, according to the 2023 report?", ["report 2023.md"], "How many ships came?"),
        ("2024年的报告里，来了多少艘船？", ["report 2024.md"], "来了多少艘船？"),
        ("Who was absent in the minutes of March 2024?", ["minutes_a.md"], "Who was absent?"),
        ("Who was absent in the June 2024 minutes?", ["minutes_b.md"], "Who was absent?"),
        ("2024年6月的纪要里，谁缺席？", ["minutes_b.md"], "谁缺席？"),
    ],
)
def test_documents_that_are_named_by_their_time_are_where_to_look(question: str, paths: list[str], rest: str) -> None:
    naming = dated_in(question, DATED)
    assert naming
    assert (sorted(naming.documents), naming.rest) == (paths, rest)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the 2024 report?",
        "How many ships came in 2024?",
        "2024年来了多少艘船？",
        "What is in the 1999 report?",
    ],
)
def test_a_year_that_is_asked_about_is_not_where_to_look(question: str) -> None:
    assert dated_in(question, DATED) is None


YEARLY = {
    "a.md": ("Marram House boarding handbook 2024-25", None),
    "b.md": ("Marram House boarding handbook 2025-26", None),
    "c.md": ("青禾小学食堂招标文件（2024年）", None),
    "d.md": ("青禾小学食堂招标文件（2026年）", None),
    "Tern trust minutes 12 March 2025.md": ("Minutes", None),
    "Tern trust minutes 11 June 2025.md": ("Minutes", None),
    "e.md": ("Boarding of dogs 2024-25", None),
}


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("How much pocket money may boarders of Marram House draw in 2025-26?", ["b.md"]),
        ("青禾小学2024年招标，保证金什么时候退？", ["c.md"]),
        ("How much pocket money may boarders draw in 2025-26?", None),  # of which house?
        ("青禾小学2024年和2026年的招标有什么不同？", None),
        ("青禾小学2025年招标，保证金什么时候退？", None),
        ("What did the Tern trust decide on its boat in 2025?", None),
        ("What does Marram House charge for boarding?", None),
    ],
)
def test_of_yearly_documents_the_one_for_the_year_is_where_to_look(question: str, paths: list[str] | None) -> None:
    naming = of_the_year(question, YEARLY)
    assert (sorted(naming.documents) if naming else None) == paths


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What was the travel allowance in 2022?", "What was the travel allowance?"),
        ("In 2022, how many members were there?", "How many members were there?"),
        ("What did the 2022 rules say about meals?", "What did the rules say about meals?"),
        ("在2022年，餐补是多少？", "餐补是多少？"),
        ("2022年版手册规定年假几天？", "手册规定年假几天？"),
    ],
)
def test_a_text_of_a_document_of_the_year_is_asked_without_the_year(question: str, asked: str) -> None:
    assert without_year(question, "2022-02-01", "Meals are paid for.") == asked
    for date, text in (("2025-02-01", "Meals are paid for."), (None, ""), ("2022-02-01", "Prices 2023")):
        assert without_year(question, date, text) == question


@pytest.mark.parametrize(
    "question",
    [
        "How many people worked here in March 2022?",
        "2022年3月有几人？",
        "2022年第一季度销量多少？",
        "How did sales change from 2021 to 2022?",
        "2022?",
    ],
)
def test_more_or_less_than_a_year_stays_in_the_question(question: str) -> None:
    assert without_year(question, "2022-02-01", "") == question
