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
        ("早读现在几点开始，上一学年是几点？", "早读几点开始？"),
        ("校车的月费，上学年和这学年各是多少？", "校车的月费？"),
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


def test_each_version_says_it_in_its_sentence() -> None:
    answer = asked("What is the allowance, and what was it before?", RULES, "34 euros", "26 euros")
    assert [one.quote for one in answer.citations] == [
        "The allowance is 34 euros per day.",
        "The allowance is 26 euros per day.",
    ]


def test_the_newest_says_that_it_replaces_the_older() -> None:
    newest = "Travel rules\nThese rules replace those of 2022. They are short.\nThe allowance is 34 euros per day."
    answer = asked("How high is the allowance now?", {**RULES, "rules_2025.txt": newest}, "34 euros", "26 euros")
    assert [one.quote for one in answer.citations][:2] == [
        "The allowance is 34 euros per day.",
        "These rules replace those of 2022.",
    ]


def test_of_columns_headed_by_years_the_newest_comes_first() -> None:
    prices = "树名 | 2024年春 | 2025年春\n银杏 | 690 | 640\n香樟 | 260 | 245"
    answer = asked("银杏现在多少钱一株？", {"prices.txt": prices}, "690")
    assert answer.text.splitlines() == ["- 2025年春：640[1]", "- 2024年春：690[2]"]


def test_a_document_with_versions_comes_before_one_without() -> None:
    rules = {name.replace("rules", "camp_rules"): text for name, text in RULES.items()}
    texts = {**rules, "harbour.txt": "The harbour pays an allowance of 12 euros."}
    question = "What is the allowance in the camp rules now, and what was it before?"
    answer = asked(question, texts, "12 euros", "34 euros", "26 euros")
    assert [part.label for part in answer.parts] == ["camp_rules_2025", "camp_rules_2022"]


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
