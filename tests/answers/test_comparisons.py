"""Each side of a comparison is read from what is said of it, never from what is said of the other."""

from __future__ import annotations

from tests.answers.asking import asked

PARKS = {
    "east.md": "East park\nThe gate closes at 21:00.",
    "west.md": "West park\nThe gate closes at 19:00.",
}


def test_each_side_is_read_from_its_own_document() -> None:
    answer = asked("When does the gate close at East park and West park respectively?", PARKS, "21:00", "19:00")
    assert [part.label for part in answer.parts] == ["East park", "West park"]
    assert ["21:00" in part.text for part in answer.parts] == [True, False]
    assert ["19:00" in part.text for part in answer.parts] == [False, True]


def test_what_is_said_of_one_side_is_not_said_of_the_other() -> None:
    texts = {"a.txt": "East park closes at 21:00."}
    answer = asked("When does East park and West park close respectively?", texts, "21:00")
    assert [part.refused for part in answer.parts] == [False, True]


def test_what_one_sentence_says_of_both_sides_is_said_of_both() -> None:
    texts = {"a.txt": "East park and West park close at 21:00."}
    answer = asked("When does East park and West park close respectively?", texts, "21:00")
    assert [part.refused for part in answer.parts] == [False, False]
