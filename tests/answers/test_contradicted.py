"""What tells of another measure, deed, office, year or end than is asked about is no answer."""

from __future__ import annotations

import pytest

from tests.answers.asking import asked

TOWER = "The Ostby tower was built by Hanne Roth in 1911. It is 40 metres high."
FAIR = "The second Skerry Boat Fair was held on 8 May 2024. It was the first time that it rained."
FIRM = "砚溪纸厂的会计胡蓉住在河东。厂里去年雇了六十人。"


@pytest.mark.parametrize(
    ("question", "text", "pointed"),
    [
        ("How wide is the Ostby tower?", TOWER, "40 metres"),
        ("Who designed the Ostby tower?", TOWER, "Hanne Roth"),
        ("When was the Ostby tower repaired?", TOWER, "1911"),
        ("砚溪纸厂的厂长是谁？", FIRM, "胡蓉"),
        ("How many guests came to the closing ceremony?", "The opening ceremony had 300 guests.", "300"),
        ("博士论文送几位专家评阅？", "硕士论文送三位专家评阅。", "三位"),
        ("2020年砚溪纸厂雇了多少人？", "2023年砚溪纸厂雇了六十人。", "六十人"),
        ("When will the third Skerry Boat Fair be held?", FAIR, "8 May 2024"),
        ("第三届浮石船展有多少人参加？", "第二届浮石船展于五月举行。共有四百人参加。", "四百人"),
        (
            "What does code E4 mean on the ZP-10?",
            "ZP-20 Pump Manual\nCode E4: the filter is blocked.",
            "the filter is blocked",
        ),
    ],
)
def test_a_neighbour_of_what_is_asked_is_refused(question: str, text: str, pointed: str) -> None:
    assert asked(question, {"a.txt": text}, pointed).refused


@pytest.mark.parametrize(
    ("question", "text", "pointed"),
    [
        ("How high is the Ostby tower?", TOWER, "40 metres"),
        ("Who built the Ostby tower?", TOWER, "Hanne Roth"),
        ("How wide is the lock?", "The lock measures 9 metres.", "9 metres"),
        ("Which paper weight does the press take?", "The press takes paper of 220 g per square metre.", "220 g"),
        ("When was the second Skerry Boat Fair held?", FAIR, "8 May 2024"),
        (
            "What does code E4 mean on the ZP-20?",
            "ZP-20 Pump Manual\nCode E4: the filter is blocked.",
            "the filter is blocked",
        ),
        ("砚溪纸厂的会计是谁？", FIRM, "胡蓉"),
        ("Who designed the mill?", "Olaf Brix was the architect of the mill, built in 1870.", "Olaf Brix"),
        ("How many guests came to the closing ceremony?", "After the opening and the closing ceremony 300 ate.", "300"),
        ("2023年砚溪纸厂雇了多少人？", "2023年砚溪纸厂雇了六十人。", "六十人"),
        ("When does the inn close?", "The inn is open from April. In autumn it closes on 3 November.", "3 November"),
    ],
)
def test_what_is_asked_itself_is_told(question: str, text: str, pointed: str) -> None:
    assert pointed in asked(question, {"a.txt": text}, pointed).text
