"""What holds now is told with what held before, and each version is asked what the question asks of it."""

from __future__ import annotations

import pytest

from rag.question.kind import kind_of
from rag.question.versions import asked_of_each
from tests.answers.asking import asked

RULES = {
    "rules_2022.txt": "Travel rules\nThe allowance is 26 euros per day.",
    "rules_2025.txt": "Travel rules\nThe allowance is 34 euros per day.",
}


@pytest.mark.parametrize(
    ("question", "of_each"),
    [
        ("出差现在要提前几天申请？和以前的规定比有什么变化？", "出差要提前几天申请？"),
        ("论文查重，现在的红线是多少？改之前呢？", "论文查重，红线是多少？"),
        ("答辩要提前几天公告？新旧规定分别怎么说？", "答辩要提前几天公告？"),
        ("围栏半径现在最大能设多少，3.8版时是多少？", "围栏半径最大能设多少？"),
        ("Up to what hour may people now swim, and what was it before?", "Up to what hour may people swim?"),
        ("How many months are kept now, compared with version 3.8?", "How many months are kept?"),
        ("What is the current allowance?", "What is the allowance?"),
        ("What was the allowance in 2022?", "What was the allowance in 2022?"),
        ("Who paid before the flood?", "Who paid before the flood?"),
        ("会议之前谁签字？", "会议之前谁签字？"),
    ],
)
def test_what_sets_versions_side_by_side_is_taken_off(question: str, of_each: str) -> None:
    assert asked_of_each(question) == of_each


@pytest.mark.parametrize("question", ["年假现在是多少天？", "How high is the allowance now?"])
def test_what_holds_now_is_a_question_of_versions(question: str) -> None:
    assert kind_of(question) == "version"


@pytest.mark.parametrize(
    "question", ["How high is the allowance now?", "What is the allowance, and what was it before?"]
)
def test_the_newest_version_comes_first_and_the_older_beside_it(question: str) -> None:
    answer = asked(question, RULES, "34 euros", "26 euros")
    assert [part.label for part in answer.parts] == ["rules_2025", "rules_2022"]
    assert ["34 euros" in part.text for part in answer.parts] == [True, False]


def test_what_holds_now_of_one_document_is_a_fact() -> None:
    answer = asked("How high is the allowance now?", {"rules.txt": RULES["rules_2025.txt"]}, "34 euros")
    assert "34 euros" in answer.text
    assert not answer.parts


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("What does the 2022 version of the rules say about the allowance?", "26 euros", "34 euros"),
        ("How high is the allowance in the new edition of 2025?", "34 euros", "26 euros"),
    ],
)
def test_a_version_that_is_named_by_its_year_answers_alone(question: str, told: str, not_told: str) -> None:
    answer = asked(question, RULES, told, not_told)
    assert told in answer.text
    assert not_told not in answer.text
