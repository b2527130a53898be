"""Who was at a meeting is told by the minutes of that meeting alone."""

from __future__ import annotations

import pytest

from tests.answers.asking import asked

MINUTES = {
    "Reed Trust - Minutes 4 March 2025.txt": "Present: Ada Lund (chair), Bo Kerr, Cy Moss.\nApologies: Di Ross.",
    "Reed Trust - Minutes 3 June 2025.txt": "Present: Ada Lund (chair), Ed Voss.\nNobody was away.",
}
RECORD = {"溪口合作社会议纪要（2025年5月）.txt": "溪口合作社会议纪要\n出席委员：林阿芳、何伟、苏梅\n缺席：陈立（病假）"}
TITLES = {path: path.removesuffix(".txt") for path in (*MINUTES, *RECORD)}


@pytest.mark.parametrize(
    ("question", "texts", "told"),
    [
        (
            "Who was at the Reed Trust meeting in March 2025?",
            MINUTES,
            "Present: Ada Lund (chair), Bo Kerr, Cy Moss.[1]",
        ),
        ("Who attended the Reed Trust meeting of June 2025?", MINUTES, "Present: Ada Lund (chair), Ed Voss.[1]"),
        ("Who was absent from the Reed Trust meeting in March 2025?", MINUTES, "Apologies: Di Ross.[1]"),
        (
            "How many trustees attended the Reed Trust meeting in March 2025?",
            MINUTES,
            "3 items: Present: Ada Lund (chair), Bo Kerr, Cy Moss.[1]",
        ),
        ("溪口合作社2025年5月的会议谁出席了？", RECORD, "出席委员：林阿芳、何伟、苏梅[1]"),
        ("溪口合作社2025年5月的会议谁缺席？", RECORD, "缺席：陈立（病假）[1]"),
    ],
)
def test_those_at_a_meeting_are_named(question: str, texts: dict[str, str], told: str) -> None:
    assert asked(question, texts, titles=TITLES).text == told


@pytest.mark.parametrize(
    "question",
    [
        "Who was at the Reed Trust meeting in July 2025?",
        "Who was absent from the Reed Trust meeting in June 2025?",
        "Who was at the Reed Trust meeting?",
    ],
)
def test_another_meeting_is_not_taken_for_it(question: str) -> None:
    assert asked(question, MINUTES, titles=TITLES).refused


def test_minutes_are_no_versions_of_each_other() -> None:
    answer = asked("What is said of the reeds?", MINUTES, "Bo Kerr", "Ed Voss", titles=TITLES)
    assert not answer.parts
