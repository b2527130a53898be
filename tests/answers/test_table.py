"""Cells that a question names by row and column."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answers.table import look_up
from rag.indexing.chunking import chunk
from rag.loaders.builder import Builder
from rag.loaders.metadata import Metadata
from rag.question.analysis import analyse
from rag.types import Document, Passage
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
