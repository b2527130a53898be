"""A neighbour in the same sentence is not taken for the answer: another year's value, the buyer for the seller."""

from __future__ import annotations

import pytest

from tests.answers.asking import asked

VISITORS = "In the first quarter the museum had 6,400 visitors, in the second 8,150 and in the third 9,720."
CATCH = "渔场2021年产量为310吨，2022年为355吨，2023年为402吨。"
MILL = "In 1997 Joost Perrin bought the mill from Berit Hald for 40,000 crowns."


@pytest.mark.parametrize(
    ("question", "text", "pointed", "right"),
    [
        ("How many visitors did the museum have in the second quarter?", VISITORS, "6,400", "8,150"),
        ("How many visitors did the museum have in the third quarter?", VISITORS, "8,150", "9,720"),
        ("How many visitors did the museum have in the first quarter?", VISITORS, "6,400", "6,400"),
        ("2022年渔场产量是多少？", CATCH, "310吨", "355吨"),
        ("2023年渔场产量是多少？", CATCH, "402吨", "402吨"),
        ("How many visitors came in 2022?", "There were 310 in 2021 and 355 in 2022.", "355", "355"),
        ("Who sold the mill?", MILL, "Joost Perrin", "Berit Hald"),
        ("Who bought the mill?", MILL, "Joost Perrin", "Joost Perrin"),
        ("Who bought the boat?", "Anna Ek sold the boat to Ole Vik in May.", "Anna Ek", "Ole Vik"),
        ("Who sold the boat?", "Anna Ek sold the boat to Ole Vik in May.", "Anna Ek", "Anna Ek"),
        ("谁卖了磨坊？", "周远山从林月娥手中买下磨坊。", "周远山", "林月娥"),
        ("谁买了磨坊？", "林月娥把磨坊卖给了周远山。", "林月娥", "周远山"),
        ("画展哪天结束？", "画展五月三日至六月九日举行。", "五月三日至六月九日", "六月九日"),
        ("When does the fair end?", "The fair runs from 3 May to 9 June.", "3 May to 9 June", "9 June"),
        ("When does the fair begin?", "The fair runs from 3 May to 9 June.", "3 May to 9 June", "3 May"),
        ("When is the fair?", "The fair runs from 3 May to 9 June.", "3 May to 9 June", "3 May to 9 June"),
        ("茶馆几点关门？", "茶馆上午八点开门，晚上十点关门。", "上午八点", "晚上十点关门"),
        ("船坞的大灯用多少瓦？", "船坞的小灯用40瓦；船坞的大灯用90瓦。", "40瓦", "船坞的大灯用90瓦"),
    ],
)
def test_the_answer_is_what_the_sentence_says_of_what_is_asked(
    question: str, text: str, pointed: str, right: str
) -> None:
    answer = asked(question, {"a.txt": text}, pointed)
    assert [citation.quote for citation in answer.citations] == [right]


PRICES = "Shea Tree price list\ntest | cedis | minutes\nBlood sugar, fasting | 15 | 10\nHaemoglobin | 30 | 5"


def test_a_cell_that_repeats_the_question_brings_its_row() -> None:
    answer = asked("What does the fasting blood sugar test cost?", {"a.csv": PRICES}, "Blood sugar, fasting")
    assert "15" in answer.text


def test_a_span_without_the_kind_of_value_that_is_asked_for_comes_with_its_sentence() -> None:
    answer = asked("礼拜堂的钟几点敲？", {"a.txt": "礼拜堂的钟早上六点敲十二下。"}, "十二下")
    assert answer.text.startswith("礼拜堂的钟早上六点敲十二下。")


def test_a_span_of_the_kind_that_is_asked_for_stays_alone() -> None:
    answer = asked("礼拜堂的钟几点敲？", {"a.txt": "礼拜堂的钟早上六点敲十二下。"}, "早上六点")
    assert [citation.quote for citation in answer.citations] == ["早上六点"]
