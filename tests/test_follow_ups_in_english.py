"""English follow-ups that name a phrase, ask why or for more, and questions in capitals."""

from __future__ import annotations

import pytest

from rag.cli.dialogues import Asked, asked_in_line
from rag.errors import QuestionError
from rag.question.analysis import analyse, in_plain_case
from rag.question.coreference import Turn, stand_alone
from rag.question.small_talk import is_small_talk


@pytest.mark.parametrize(
    ("previous", "answer", "question", "whole"),
    [
        ("What is the weight of wool yarn?", "", "What about silk yarn?", "What is the weight of silk yarn?"),
        ("How much is a hull wash for the Tern 3?", "", "What about a refit?", "How much is a refit for the Tern 3?"),
        ("How much is a refit for the Tern 3?", "", "And for the Tern 5?", "How much is a refit for the Tern 5?"),
        ("How long is the red ferry?", "", "and the blue one?", "How long is the blue ferry?"),
        ("What did the clinic charge for a filling in 2023?", "", "And in 2024?",
         "What did the clinic charge for a filling in 2024?"),
        ("Who keeps the key?", "Berit Hald", "Why?", "Why Berit Hald keeps the key?"),
        ("How long is the red ferry?", "", "more", "How long is the red ferry?"),
        ("钟楼几点关门？", "六点", "详细一点", "钟楼几点关门？"),
    ],
)  # fmt: skip
def test_a_follow_up_is_the_question_before_about_something_else(
    previous: str, answer: str, question: str, whole: str
) -> None:
    assert stand_alone(question, [Turn(previous, answer)]) == whole


def test_an_assent_between_two_questions_is_passed_over() -> None:
    history = [Turn("How long is the red ferry?", "80 m"), Turn("ok", "")]
    assert stand_alone("And the blue one?", history) == "How long is the blue ferry?"


@pytest.mark.parametrize("question", ["yes", "Are you sure?", "OK", "好的", "确定吗？", "明白了"])
def test_a_bare_assent_asks_nothing_of_documents(question: str) -> None:
    assert is_small_talk(question)
    assert stand_alone(question, [Turn("Who keeps the key?", "Berit Hald")]) == question


@pytest.mark.parametrize("question", ["Yes men in the council?", "好的船有几条？", "Is it sure to rain?"])
def test_words_of_assent_within_a_question_are_no_assent(question: str) -> None:
    assert not is_small_talk(question)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("WHO FEEDS THE GEESE ON SUNDAY?", "who feeds the geese on Sunday?"),
        ("Who Feeds The Geese?", "who feeds the geese?"),
        ("who feeds the geese on sunday?", "who feeds the geese on Sunday?"),
        ("Who is Berit Hald?", "Who is Berit Hald?"),
        ("HKAI LAB", "HKAI LAB"),
        ("HKAI LAB 什么时候成立？", "HKAI LAB 什么时候成立？"),
    ],
)
def test_capitals_tell_no_names_where_every_word_has_them(question: str, plain: str) -> None:
    assert in_plain_case(question) == plain


def test_which_year_names_no_year() -> None:
    assert analyse("书院是哪一年建的？").values == ()
    assert analyse("书院建了一年吗？").values != ()


def test_a_line_of_a_file_is_a_question_or_the_end_of_a_dialogue() -> None:
    assert asked_in_line("How long?") == Asked("How long?")
    line = '{"id": 7, "question": "And in 2024?", "dialogue": ["What did it cost in 2023?"]}'
    assert asked_in_line(line) == Asked("And in 2024?", ("What did it cost in 2023?",))


@pytest.mark.parametrize(
    "line", ['{"dialogue": []}', "{not json", '{"question": 3}', '{"question": "a", "dialogue": "b"}']
)
def test_a_broken_line_is_told_apart_with_an_example(line: str) -> None:
    with pytest.raises(QuestionError, match="no JSON object with a question"):
        asked_in_line(line)
