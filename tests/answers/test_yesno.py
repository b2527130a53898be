"""Yes and no are said only where figures or words decide it."""

from __future__ import annotations

import pytest

from tests.answers.asking import asked


@pytest.mark.parametrize(
    ("question", "sentence", "opens"),
    [
        ("May a tent stand for more than 30 days?", "A tent may stand for up to 21 days.", "No."),
        ("May a tent stand for 14 days?", "A tent may stand for up to 21 days.", "Yes."),
        ("May a tent stand for more than 14 days?", "A tent may stand for up to 21 days.", "A tent"),
        ("Is the weir longer than 80 metres?", "The weir is 86 metres long.", "Yes."),
        ("Does a berth cost less than 20 euros?", "A berth costs 25 euros.", "No."),
        ("Does the mill open before 10:00?", "The mill opens at 9:30.", "Yes."),
        ("Does the mill open before 10:00?", "The mill opens at 9:30 except on Sundays.", "The mill"),
        ("Is the weir 3 km long?", "The weir is 2,400 metres long.", "No."),
        ("押金超过100元吗？", "押金为80元。", "不是。"),
        ("试用期有六个月吗？", "试用期为六个月。", "是的。"),
        ("押金超过100元吗？", "押金为80元，超过七天另收30元。", "押金为80元"),
    ],
)
def test_a_figure_decides_what_is_asked_of_it(question: str, sentence: str, opens: str) -> None:
    assert asked(question, {"a.txt": sentence}, sentence).text.startswith(opens)
