"""A list whose heading or lead-in has the words of the question is found where the generator finds nothing."""

from __future__ import annotations

import pytest

from rag.question.sought import covers, sought
from tests.answers.asking import asked

MUSEUM = (
    "白石博物馆开放须知\n教育活动\n1. 船模工作坊：每周六下午。\n2. 绳结教室：每周日上午。\n3. 旧船厂导赏：每月一次。\n"
    "停车\n停车场在北门。"
)
WARD = (
    "Harrow ward\nThe ward has four ponds:\n- Mill Pond\n- Long Pond\n- Heron Pond\n- Old Pond\nFishing is not allowed."
)
STOCK = (
    "Corley Farm Supply stock list\nitem | group | in stock\nRabies vaccine | vaccine | 12\n"
    "Fowl pox vaccine | vaccine | 7\n"
    "Vaccine carrier | cold chain | 4\nHoof knife (left) | tool | 3\nHoof knife (right) | tool | 11"
)


@pytest.mark.parametrize(
    ("question", "text", "kept", "left"),
    [
        ("白石博物馆有哪些教育活动？", MUSEUM, ["船模", "绳结", "导赏"], "停车"),
        ("Which ponds are in Harrow ward?", WARD, ["Mill", "Long", "Heron", "Old"], "Fishing"),
    ],
)
def test_a_list_is_found_by_its_heading_or_lead_in(question: str, text: str, kept: list[str], left: str) -> None:
    answer = asked(question, {"a.txt": text})
    assert not answer.refused
    assert all(name in answer.text for name in kept)
    assert left not in answer.text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("白石博物馆有哪些义工岗位？", MUSEUM),
        ("白石博物馆夜间有哪些教育活动？", MUSEUM),
        ("黑石博物馆有哪些教育活动？", MUSEUM),
        ("Which schools are in Harrow ward?", WARD),
        ("Which ponds in Harrow ward were drained?", WARD),
        ("Which ponds are in Barrow ward?", WARD),
        ("How many ponds were sold in Harrow ward?", WARD),
    ],
)
def test_a_list_of_other_things_or_of_others_is_not_the_answer(question: str, text: str) -> None:
    assert asked(question, {"a.txt": text}).refused


@pytest.mark.parametrize(
    ("question", "text", "frame"),
    [
        ("白石博物馆有几种教育活动？", MUSEUM, "共 3 项："),
        ("How many ponds are in Harrow ward?", WARD, "4 items:"),
        ("How many different vaccines are on the Corley Farm Supply list?", STOCK, "2 rows:"),
    ],
)
def test_what_is_listed_is_counted(question: str, text: str, frame: str) -> None:
    answer = asked(question, {"a.txt": text})
    assert answer.kind == "count"
    assert answer.text.startswith(frame)


def test_rows_are_not_counted_where_a_quantity_is_asked_for() -> None:
    assert asked("How many hoof knives are in stock?", {"a.txt": STOCK}).refused


def test_rows_of_figures_are_not_counted() -> None:
    table = "station | July | August\nQuay | 38.4 | 45.2\nOld Town | 41.1 | 40.3\nCampus | 19.5 | 11.2"
    assert asked(
        "How many rides are in the Larkspur Bikes review?", {"a.txt": f"Larkspur Bikes review\nRides\n{table}"}
    ).refused
    named = table.replace("38.4", "Ada").replace("41.1", "Bo").replace("19.5", "Cy").replace("July", "keeper")
    answer = asked(
        "How many rides are in the Larkspur Bikes review?", {"a.txt": f"Larkspur Bikes review\nRides\n{named}"}
    )
    assert answer.text.startswith("3 rows:")


def test_a_line_without_a_number_does_not_say_how_many() -> None:
    text = "Mooring list, Skerry harbour\nThe harbour master keeps the list."
    assert asked("How many boats are on the mooring list?", {"a.txt": text}, "Skerry harbour").refused


def test_the_items_of_an_item_are_not_counted_with_it() -> None:
    text = "港口指南\n港口有以下码头：\n1. 北码头\n2. 东码头\n轮渡每天开出两班。"
    assert asked("港口有几个码头？", {"a.txt": text}).text.startswith("共 2 项：")


def test_what_is_sought_is_told_from_what_is_said_of_it() -> None:
    found = sought("Which villages belong to the Ardle council?")
    assert found is not None
    assert found.things == {"villag"}
    assert found.said == {"ardl", "council"}
    assert sought("Who pays?") is None


def test_a_pair_of_characters_that_joins_two_words_need_not_stand_there() -> None:
    assert covers(frozenset({"青禾", "学院"}), frozenset({"青禾", "禾学", "学院"}))
    assert not covers(frozenset({"青禾", "学院"}), frozenset({"青禾", "禾医", "医院"}))


TRAINS = "环线列车\n车次 | 时刻 | 备注\nH531 | 7:10 | 可带活禽\nH540 | 9:00 | 设餐车\nH532 | 17:20 | 可带活禽"


def test_all_rows_with_the_cell_that_answers_are_given() -> None:
    answer = asked("能带活鸡上车的是哪几趟车？", {"a.csv": TRAINS}, "可带活禽")
    assert ["H531" in answer.text, "H532" in answer.text, "H540" in answer.text] == [True, True, False]


KEEPERS = (
    "Tarn Laboratory: instruments\nNumber | Instrument | Room | Keeper\nTL-1 | Balance | 2.04 | Ada Lund\n"
    "TL-2 | Oven | 1.10 | Bo Kerr\nTL-3 | Pipettes | 2.04 | Ada Lund\nTL-4 | Fridge | 0.03 | Bo Kerr\n"
    "TL-5 | Scale | 1.12 | Bo Kerr"
)


@pytest.mark.parametrize(
    ("question", "frame"),
    [("How many instruments does Ada Lund keep?", "2 rows:"), ("Bo Kerr保管几台仪器？", "")],
)
def test_the_rows_with_a_cell_of_the_question_are_counted(question: str, frame: str) -> None:
    answer = asked(question, {"a.txt": KEEPERS})
    assert answer.refused == (not frame)
    assert answer.text.startswith(frame)


def test_the_rows_with_a_cell_of_the_question_are_listed() -> None:
    answer = asked("Which instruments does Ada Lund keep?", {"a.txt": KEEPERS})
    assert [one.quote[:4] for one in answer.citations] == ["TL-1", "TL-3"]


@pytest.mark.parametrize(
    "question",
    [
        "How many horses does Ada Lund keep?",
        "How many instruments did Ada Lund buy in Paris last winter?",
        "How many instruments does Di Ross keep?",
    ],
)
def test_rows_that_tell_of_something_else_are_not_counted(question: str) -> None:
    assert asked(question, {"a.txt": KEEPERS}).refused


def test_all_rows_below_the_heading_asked_for_are_given_where_the_answer_is_one_of_them() -> None:
    buses = (
        "晨光中学家长会\n手机\n手机不可带进校园。\n校车路线\n路线 | 起点\n一号线 | 碧湾\n二号线 | 观塘\n三号线 | 新港"
    )
    answer = asked("晨光中学有哪几条校车路线？", {"a.txt": buses}, "一号线")
    assert [one.quote.split(" | ")[0] for one in answer.citations] == ["一号线", "二号线", "三号线"]


PLOTTER = (
    "Reed Lane Plotter\nWater\nThe mains are turned off in October.\nHow to order from the shed\n"
    "1. Write in the book how much compost you want.\n2. Pay at the shed.\n3. Fetch it within three weeks.\n"
    "Plans for 2026\nJoin the fair\n- Mend the fence\n- Dig a pond\nSlugs\nBring beer."
)
INSURED = (
    "小舟保险条款\n不赔的情形\n1. 故意行为；\n2. 无证驾驶；\n"
    "理赔步骤\n1. 48小时内报案。\n2. 到公立医院就诊。\n退保\n随时可以退保。"
)


@pytest.mark.parametrize(
    ("question", "text", "pointed", "first"),
    [
        ("How do I order compost from the shed?", PLOTTER, "mains are turned off", "1. Write"),
        ("How do I order compost from the shed?", PLOTTER, "", "1. Write"),
        ("小舟保险出了事怎么理赔？", INSURED, "故意行为", "1. 48小时"),
    ],
)
def test_the_steps_below_a_heading_that_the_question_has_come_first(
    question: str, text: str, pointed: str, first: str
) -> None:
    answer = asked(question, {"a.txt": text}, *([pointed] if pointed else []))
    assert answer.citations[0].quote.startswith(first)


@pytest.mark.parametrize("question", ["How do I order a key at the gate?", "How do I sell to the shed?"])
def test_steps_below_another_heading_are_not_given(question: str) -> None:
    assert asked(question, {"a.txt": PLOTTER}).refused
