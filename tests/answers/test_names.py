"""The names of a class are gathered from all documents."""

from __future__ import annotations

import pytest

from tests.answers.asking import asked

SHELF = {
    "a.txt": "Fennick Corp sells looms. Its director Mira Torvin told the Osterby Bank so. Fennick Corp is old.",
    "b.txt": "苏州纺机集团总经理顾云表示，订单来自新加坡。罗健教授补充说，苏州纺机集团今年扩产。",
}


@pytest.mark.parametrize("question", ["List all companies mentioned", "Which companies are mentioned?", "列出所有公司"])
def test_companies_are_listed_from_every_document(question: str) -> None:
    answer = asked(question, SHELF)
    assert {"Fennick Corp", "Osterby Bank", "苏州纺机集团"} <= {one.quote for one in answer.citations}
    assert {one.document for one in answer.citations} == {"a.txt", "b.txt"}


def test_people_are_listed_and_no_companies() -> None:
    quotes = {one.quote for one in asked("列出所有人物", SHELF).citations}
    assert "罗健" in quotes
    assert "苏州纺机集团" not in quotes


def test_a_list_of_something_narrower_is_not_answered_so() -> None:
    answer = asked("Which companies sell looms?", SHELF, "Fennick Corp")
    assert [one.quote for one in answer.citations] != ["Fennick Corp", "Osterby Bank", "苏州纺机集团"]
    assert "recognised" not in answer.text
