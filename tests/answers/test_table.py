"""Cells that a question names by row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.answers.table import cell_beside, look_up, names_row
from rag.indexing.chunking import chunk
from rag.loaders.builder import Builder
from rag.loaders.metadata import Metadata
from rag.models.embedders import HashEmbedder
from rag.question.analysis import analyse
from rag.types import Document, Embedding, Evidence, Passage
from tests.builders import document

ROWS = [
    ["工号", "姓名", "部门", "入职年份", "电话"],
    ["GK40959", "朱山晨", "质检部", "2003", "4021"],
    ["GK40966", "朱云北", "仓储部", "2014", "4034"],
    ["GK40973", "卫东云", "仓储部", "2003", ""],
]
PRICES: list[list[str | None]] = [
    ["Model", "Service (EUR)", None, "Weight (kg)", "Keeper"],
    ["", "first", "second", "", ""],
    ["Tern 20", "380", "560", "21", "Nils Abery"],
    ["Tern 200", "420", "690", "34", "Mira Torvin"],
]


def made() -> Document:
    doc = Builder()
    doc.heading("员工名册", 1)
    doc.table(ROWS, header_rows=1)
    doc.heading("Boats", 1)
    doc.table(PRICES, header_rows=2)
    extract = doc.extract(Metadata())
    return replace(document("a.docx", extract.text, title="a"), outline=extract.outline)


FEES: list[list[str | None]] = [
    ["Parcel weight", "Within the county", "Abroad"],
    ["up to 2 kg", "3.10", "9.40"],
    ["over 2 to 10 kg", "5.20", "17.80"],
    ["over 10 kg", "8.90", "41.00"],
]
DIARY = [["日期", "船名", "停航时长"], ["6月15日", "白鹭号", "九小时"], ["7月2日", "苍鹰号", "两天"]]


def ranges() -> Document:
    doc = Builder()
    doc.heading("Parcel fees", 1)
    doc.table(FEES, header_rows=1)
    doc.heading("停航记录", 1)
    doc.table(DIARY, header_rows=1)
    extract = doc.extract(Metadata())
    return replace(document("fees.docx", extract.text, title="fees"), outline=extract.outline)


def form() -> Document:
    doc = Builder()
    doc.table(
        [
            ["Visitor", "Lena Hartwig", "", "Badge", "B-317"],
            ["Host", "", "Purchasing", "Room", "4.12"],
            ["Car", "", "", "Parking bay", "P9"],
        ]
    )
    extract = doc.extract(Metadata())
    return replace(document("form.docx", extract.text, title="Visitor form"), outline=extract.outline)


def answer(question: str, whole: Document | None = None) -> str | None:
    whole = whole or made()
    passages = [Passage(one, 1.0, 1.0, 1.0, 1.0) for one in chunk(whole, 440, 0)]
    draft = look_up(analyse(question), passages, {whole.path: whole}.get)
    if not draft:
        return None
    ((evidence,),) = (claim.evidence for claim in draft.claims)
    assert whole.text[evidence.start : evidence.end] == draft.claims[0].text
    return draft.claims[0].text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("工号GK40959的员工叫什么？", "朱山晨"),
        ("朱云北是哪一年入职的？", "2014"),
        ("卫东云在哪个部门？", "仓储部"),
        ("朱云北的电话是多少？", "4034"),
        ("What is the second service of the Tern 20?", "560"),
        ("How much does the Tern 200 weigh?", "34"),
        ("Who is the keeper of the Tern 200?", "Mira Torvin"),
    ],
)
def test_the_cell_where_the_named_row_and_column_meet_is_the_answer(question: str, said: str) -> None:
    assert answer(question) == said


@pytest.mark.parametrize(
    "question",
    [
        "工号GK99999的员工叫什么？",  # no such row
        "卫东云的电话是多少？",  # the cell is empty
        "仓储部的电话是多少？",  # two rows
        "朱云北的工资是多少？",  # no such column
        "朱云北2020年在哪个部门？",  # a year that the row does not have
        "What is the service of the Tern 20?",  # two columns
        "What is the weight of the Tern 30?",
        "Which has the highest weight, the Tern 20 or the Tern 200?",
        "Who repaired the rudder and mast of the Tern 20 in autumn?",
    ],
)
def test_in_any_doubt_the_structure_alone_answers_nothing(question: str) -> None:
    assert answer(question) is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the badge number of Lena Hartwig?", "B-317"),
        ("Which room is given for the host on the visitor form?", "4.12"),
        ("What is the badge?", None),  # of whom?
        ("Who is the host?", None),
    ],
)
def test_a_form_says_what_stands_right_of_a_label(question: str, said: str | None) -> None:
    assert answer(question, form()) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What does a parcel of 7 kg cost abroad?", "17.80"),
        ("What does a parcel of more than 10 kg cost within the county?", "8.90"),
        ("What does a parcel of 1.5 kg cost abroad?", "9.40"),
        ("6月15日停航时长是多少？", "九小时"),
        ("What does a parcel of 7 hours cost abroad?", None),  # no weight
        ("8月15日停航时长是多少？", None),  # no such day
    ],
)
def test_a_row_is_named_by_the_figure_that_falls_in_its_range_or_by_its_day(question: str, said: str | None) -> None:
    assert answer(question, ranges()) == said


class Meaning(HashEmbedder):
    """Knows that two words mean one thing."""

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        return super().embed_passages([text.replace("Keeper", "负责").replace("Weight", "重") for text in texts])


def test_a_column_in_the_other_language_is_told_by_what_its_name_means() -> None:
    whole = made()
    passages = [Passage(one, 1.0, 1.0, 1.0, 1.0) for one in chunk(whole, 440, 0)]
    draft = look_up(analyse("Tern 20由哪位负责？"), passages, {whole.path: whole}.get, Meaning(64))
    assert draft
    assert [one.text for one in draft.claims] == ["Nils Abery"]


def test_a_later_question_is_answered_from_the_row_that_answers_the_first() -> None:
    whole = made()
    at = whole.text.index("朱云北")
    beside = cell_beside(analyse("在哪个部门？"), Evidence(whole.path, at, at + 3), whole, HashEmbedder(64))
    assert beside
    assert beside.of(whole.text) == "仓储部"
    assert names_row(whole, Evidence(whole.path, at - 10, at + 20)) is True


def test_a_later_question_is_answered_by_the_one_cell_of_the_kind_that_it_asks_for() -> None:
    doc = Builder()
    doc.table([["Task", "Keeper", "Finished"], ["fence", "Ada Roe", "8 May"]], header_rows=1)
    extract = doc.extract(Metadata())
    whole = replace(document("a.docx", extract.text, title="a"), outline=extract.outline)
    at = whole.text.index("Ada Roe")
    stands = Evidence(whole.path, at, at + len("Ada Roe"))
    beside = cell_beside(analyse("When must it be ready?"), stands, whole, HashEmbedder(64))
    assert beside
    assert beside.of(whole.text) == "8 May"
    assert cell_beside(analyse("How much does it cost?"), stands, whole, HashEmbedder(64)) is None


def shops() -> Document:
    doc = Builder()
    for shop, cakes in (("城东店", ("410", "270", "680")), ("城西店", ("280", "350", "630"))):
        doc.heading(shop, 1)
        doc.table([["品类", "4月", "5月", "季度合计"], ["蛋糕", *cakes], ["可颂", "20", "30", "50"]], header_rows=1)
    extract = doc.extract(Metadata())
    return replace(document("shops.xlsx", extract.text, title="销售报表"), outline=extract.outline)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("城西店5月卖了多少蛋糕？", "350"),
        ("城东店5月卖了多少蛋糕？", "270"),
        ("城西店的蛋糕总共卖了多少？", "630"),
        ("城东店蛋糕一共卖了多少？", "680"),
    ],
)
def test_of_tables_with_like_rows_the_one_under_the_named_heading_is_meant(question: str, said: str) -> None:
    assert answer(question, shops()) == said


@pytest.mark.parametrize("question", ["5月卖了多少蛋糕？", "城东店4月和5月一共卖了多少蛋糕？"])
def test_no_cell_is_taken_where_no_sheet_or_only_some_columns_are_named(question: str) -> None:
    assert answer(question, shops()) is None
