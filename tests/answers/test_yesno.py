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


@pytest.mark.parametrize(
    ("question", "sentence", "opens"),
    [
        ("May dogs swim in the weir?", "Dogs may not swim in the weir.", "No."),
        ("Can I bring a hen to the plot?", "The plot takes rabbits; no hens, says the lease.", "The plot"),
        ("May I keep a hen on the plot?", "Six rabbits a plot; no hen may live there.", "No."),
        ("Can I pay by card at the shed?", "No cash is taken at the shed.", "No cash"),
        ("May dogs swim in the weir?", "Dogs may not swim in the weir unless it is closed.", "Dogs"),
        ("可以用漂白剂清洗水箱吗？", "切勿用含氯的漂白剂清洗，氯会破坏滤膜。", "不可以。"),
        ("换了滤芯还需要按复位键吗？", "换滤芯后无须按复位键，机器自动识别。", "不需要。"),
        ("能不能组成联合体投标？", "本项目不接受联合体投标。", "不可以。"),
        ("可以不戴手套吗？", "操作时不得不戴手套。", "操作时"),
    ],
)
def test_a_clause_that_forbids_what_is_asked_decides_it(question: str, sentence: str, opens: str) -> None:
    assert asked(question, {"a.txt": sentence}, sentence).text.startswith(opens)


@pytest.mark.parametrize(
    ("question", "sentence", "opens"),
    [
        ("Is the mill open on Wednesdays?", "The mill is open from Monday to Friday.", "Yes."),
        ("Is the mill open on Sunday?", "The mill is open from Monday to Friday.", "No."),
        ("Is the mill open at the weekend?", "The mill is open daily.", "Yes."),
        ("Is the mill open on Monday?", "The mill is closed on Mondays.", "No."),
        ("Is the mill open on Monday?", "The mill is closed on Sundays.", "The mill"),
        ("Is the mill open on Sunday?", "The mill is open from Monday to Friday, on Sunday if asked.", "The mill"),
        ("May a friend visit a boarder on Saturday?", "The boarder signs in by seven on Sunday.", "The boarder"),
        ("Does the choir sing on Saturday?", "The mill is open on Fridays.", "The mill"),
        ("钟楼周日开放吗？", "钟楼星期二至星期日开放。", "是的。"),
        ("钟楼星期一开放吗？", "钟楼周二至周日开放。", "不是。"),
        ("钟楼星期一开放吗？", "钟楼周一休息。", "不是。"),
        ("钟楼周三开放吗？", "钟楼三周一次大修，平时开放。", "钟楼"),
    ],
)
def test_the_days_of_the_week_decide_what_is_asked_of_one(question: str, sentence: str, opens: str) -> None:
    assert asked(question, {"a.txt": sentence}, sentence).text.startswith(opens)


def test_a_sentence_that_rules_nothing_goes_on_to_the_one_that_does() -> None:
    text = "The tenants asked for a lower rent. The board found no reason. Tea was served."
    answer = asked("Did the board lower the rent?", {"a.txt": text}, "The tenants asked for a lower rent.")
    assert answer.text == "The tenants asked for a lower rent. The board found no reason.[1]"


def test_what_holds_now_is_decided_by_the_newest_version() -> None:
    rules = {"rules_2022.txt": "Phones may be used at lunch.", "rules_2025.txt": "Phones may not be used at lunch."}
    assert asked("May phones be used at lunch now?", rules, *rules.values()).text == f"No. {rules['rules_2025.txt']}[1]"
