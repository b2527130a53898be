"""Each kind of question gets the answer it asks for, made of quotes alone, or is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answers.lines import Lines
from rag.answers.shelf import other_names
from rag.outline import Block, Kind, Outline
from rag.types import Answer
from tests.answers.asking import Both, Unsure, asked
from tests.builders import document

LIST = "海港指南\n港口有以下码头：\n1. 北码头\n2. 东码头\n3. 渔人码头\n轮渡每天开出两班。"
STEPS = (
    "Boat guide\n1. Before leaving\n1. Open the valve.\n2. Start the pump and wait.\n3. Cast off.\n"
    "2. Afterwards\nRinse the deck with fresh water."
)
FLEET = "船队名册\n船名 | 船长 | 座位\n海燕 | 林阿芳 | 40\n白鹭 | 何伟 | 62\n翠鸟 | 林阿芳 | 25\n以上为2025年资料。"


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


def test_all_items_of_a_list_are_given_where_the_answer_is_one_of_them() -> None:
    answer = asked("港口有哪些码头？", {"a.txt": LIST}, "东码头")
    assert answer.kind == "list"
    assert all(name in answer.text for name in ("北码头", "东码头", "渔人码头"))
    assert "轮渡" not in answer.text
    assert answer.coverage is not None
    assert (answer.coverage.given, answer.coverage.of) == (3, 3)


def test_all_items_are_given_where_the_answer_only_leads_them_in() -> None:
    answer = asked("港口有哪些码头？", {"a.txt": LIST}, "港口有以下码头：")
    assert "渔人码头" in answer.text


def test_a_list_stands_one_item_a_line_each_with_its_marker() -> None:
    answer = asked("港口有哪些码头？", {"a.txt": LIST}, "东码头")
    lines = answer.text.splitlines()
    assert all(line.startswith("- ") and line.endswith("]") for line in lines)


def test_a_row_of_a_table_brings_the_others_that_share_what_is_asked() -> None:
    answer = asked("林阿芳带哪几条船？", {"a.txt": FLEET}, "海燕")
    assert ["海燕" in answer.text, "翠鸟" in answer.text, "白鹭" in answer.text] == [True, True, False]


def test_steps_are_given_whole_and_in_order() -> None:
    answer = asked("How do I start the boat?", {"a.txt": STEPS}, "Start the pump")
    assert answer.kind == "howto"
    assert [line[2:].split("[")[0] for line in answer.text.splitlines()] == [
        "1. Open the valve.",
        "2. Start the pump and wait.",
        "3. Cast off.",
    ]


def test_what_is_refused_as_a_fact_is_refused_as_a_list() -> None:
    answer = asked("港口有哪些灯塔？", {"a.txt": LIST})
    assert answer.refused
    assert answer.kind == "list"


def test_a_reason_comes_with_the_sentence_that_says_because() -> None:
    text = "渡船七月停航。原因是码头的木桩被冲走。票款可以退回。乘客可以改乘巴士。巴士每小时一班，从北码头开出。"
    answer = asked("渡船为什么停航？", {"a.txt": text * 1 + "堤上的路灯也坏了。" * 20}, "渡船七月停航")
    assert answer.text.startswith("渡船七月停航。原因是码头的木桩被冲走。")
    assert "巴士" not in answer.text


def test_a_reason_goes_from_the_first_to_the_last_sentence_that_gives_it() -> None:
    text = "堤坝很旧。渡船七月停航。木桩被冲走了。票款可以退回。乘客可以改乘巴士。" + "堤上的路灯也坏了。" * 20
    answer = asked("渡船为什么停航？", {"a.txt": text}, generator=Both(("渡船七月停航。", "票款可以退回。")))
    assert quotes(answer) == ["渡船七月停航。木桩被冲走了。票款可以退回。"]


def test_each_question_of_several_is_answered_or_refused_by_itself() -> None:
    text = "The dam was built in 1931.\nThe keeper lives nearby."
    answer = asked("When was the dam built and how high is it?", {"a.txt": text}, "in 1931")
    assert answer.kind == "compound"
    assert [part.refused for part in answer.parts] == [False, False]
    refused = asked("When was the dam built, and who pays for it?", {"a.txt": text})
    assert refused.refused


def test_both_sides_of_a_comparison_are_given_and_the_untold_one_is_said_to_be() -> None:
    texts = {"reed.txt": "The Reed plan costs 12 euros.", "sedge.txt": "The Sedge plan is new."}
    answer = asked("What is the difference between the Reed plan and the Sedge plan?", texts, "12 euros")
    assert [part.label for part in answer.parts] == ["the Reed plan", "the Sedge plan"]
    assert "12 euros" in answer.parts[0].text
    assert set(answer.parts[0].citations) <= {citation.marker for citation in answer.citations}


def test_yes_or_no_is_said_only_where_the_sentence_decides_it() -> None:
    told = asked("钟楼星期一开放吗？", {"a.txt": "钟楼星期一开放。"}, "钟楼星期一开放")
    assert told.text.startswith("是的。")
    denied = asked("钟楼星期一开放吗？", {"a.txt": "钟楼星期一不开放。"}, "钟楼星期一不开放")
    assert denied.text.startswith("不是。")
    conditional = asked("钟楼星期一开放吗？", {"a.txt": "如果不下雨，钟楼星期一开放。"}, "钟楼星期一开放")
    assert conditional.text.startswith("如果不下雨")


@pytest.mark.parametrize("value", ["31", "54"])
def test_another_number_decides_nothing(value: str) -> None:
    answer = asked("Is the dam 54 metres high?", {"a.txt": f"The dam is {value} metres high."}, f"{value} metres")
    assert answer.text.startswith("Yes.") == (value == "54")


def test_items_are_counted_where_no_number_is_said() -> None:
    answer = asked("港口有几个码头？", {"a.txt": LIST}, "东码头")
    assert answer.text.startswith("共 3 项：")
    assert answer.kind == "count"


def test_a_number_that_is_said_is_not_counted_again() -> None:
    answer = asked("港口有几个码头？", {"a.txt": "港口有4个码头。"}, "4个码头")
    assert answer.text == "4个码头[1]"


def test_the_row_with_the_most_is_chosen_by_the_column_that_is_asked_for() -> None:
    answer = asked("哪条船的座位最多？", {"a.txt": FLEET}, "白鹭")
    assert quotes(answer) == ["白鹭 | 何伟 | 62"]
    assert quotes(asked("哪条船的座位最少？", {"a.txt": FLEET}, "白鹭")) == ["翠鸟 | 林阿芳 | 25"]


def test_a_total_is_the_sum_of_cited_cells() -> None:
    answer = asked("三条船的座位合计多少？", {"a.txt": FLEET}, "白鹭")
    assert "127" in answer.text.splitlines()[0]
    assert len(answer.citations) == 3


def test_the_newest_version_comes_first_with_the_older_beside_it() -> None:
    texts = {"差旅规定（2023年版）.txt": "住宿每天300元。", "差旅规定（2025年修订版）.txt": "住宿每天380元。"}
    answer = asked("现行的住宿标准是多少？", texts, "每天300元", "每天380元")
    assert answer.kind == "version"
    assert answer.text.index("380元") < answer.text.index("300元")


def test_the_old_version_is_never_told_alone() -> None:
    texts = {"差旅规定（2023年版）.txt": "住宿每天300元。", "差旅规定（2025年修订版）.txt": "住宿每天380元。"}
    answer = asked("住宿每天多少钱？", texts, "每天300元", "每天380元")
    assert answer.text.index("380元") < answer.text.index("300元")


def test_a_question_that_names_a_version_is_answered_from_it() -> None:
    texts = {"差旅规定（2023年版）.txt": "住宿每天300元。", "差旅规定（2025年修订版）.txt": "住宿每天380元。"}
    assert asked("2023年版住宿每天多少钱？", texts, "每天300元").text == "每天300元[1]"


LAW = "集市办法\n第一条 集市设在溪口。\n第三条 摊位按先到先得分配。\n第十三条 活禽须在东棚出售。"


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("《集市办法》第三条是什么？", "第三条 摊位按先到先得分配。"),
        ("第十三条规定了什么？", "第十三条 活禽须在东棚出售。"),
        ("What does Article 13 say?", "第十三条 活禽须在东棚出售。"),
    ],
)
def test_a_numbered_clause_is_that_one_and_not_its_neighbour(question: str, quote: str) -> None:
    assert quotes(asked(question, {"a.txt": LAW}, "集市设在溪口")) == [quote]


def test_a_clause_that_is_not_there_is_refused() -> None:
    assert asked("第二十三条是什么？", {"a.txt": LAW}, "集市设在溪口").refused


def test_documents_that_mention_a_name_are_counted_and_listed() -> None:
    texts = {
        "a.txt": "Hemp is sown in May.",
        "b.txt": "We sell hemp rope.",
        "c.txt": "Flax only.\nHempstead is a town.",
    }
    answer = asked("How many documents mention hemp?", texts)
    assert answer.text.startswith("2 documents mention “hemp”:")
    assert quotes(answer) == ["Hemp is sown in May.", "We sell hemp rope."]


def test_a_name_that_no_document_has_is_refused() -> None:
    assert asked("How many documents mention barley?", {"a.txt": "Hemp is sown in May."}).refused


def test_the_documents_of_the_shelf_are_listed_by_title() -> None:
    answer = asked("你有哪些文件？", {"a.txt": "灯塔手册\n灯塔高三十米。", "b.txt": "渡船时刻\n早上七点开船。"})
    assert answer.text.startswith("共有 2 份文档：")
    assert quotes(answer) == ["灯塔手册", "渡船时刻"]


def test_the_newest_document_is_the_one_of_the_latest_date() -> None:
    texts = {"a.txt": "灯塔手册", "b.txt": "渡船时刻"}
    answer = asked("最新的文件是哪一份？", texts, dates={"a.txt": "2025-01-02", "b.txt": "2024-01-02"})
    assert quotes(answer) == ["灯塔手册"]


def test_the_documents_that_have_a_name_in_either_language_are_counted() -> None:
    texts = {
        "a.txt": "Reedmouth Foundry (苇口铸造厂) casts bells.",
        "b.txt": "苇口铸造厂今年铸了九口钟。",
        "c.txt": "The ferry to Hong Kong leaves at noon.",
        "d.txt": "渡船每天到香港。",
    }
    assert asked("How many documents mention Reedmouth Foundry?", texts).text.startswith("2 documents")
    assert asked("哪些文件提到了苇口铸造厂？", texts).text.startswith("共有 2 份文档")
    assert asked("How many documents mention Hong Kong?", texts).text.startswith("2 documents")
    assert asked("How many documents mention Sedge Mill?", texts).refused


@pytest.mark.parametrize(
    ("text", "name", "other"),
    [
        ("The Reed Trust（芦苇信托） pays.", "Reed Trust", {"芦苇信托"}),
        ("昨日，芦苇信托（Reed Trust）宣布成立。", "Reed Trust", {"芦苇信托"}),
        ("蘆葦信託（Reed Trust）宣布成立。", "芦苇信托", {"Reed Trust"}),
        ("The Reed Trust (founded 1890) pays.", "Reed Trust", set()),
        ("The Reed Trust (RT) pays.", "Reed Trust", set()),
    ],
)
def test_brackets_tell_a_name_in_the_other_language(text: str, name: str, other: set[str]) -> None:
    assert other_names(text, name) == other


def test_a_document_whose_text_lacks_its_title_is_listed_by_it() -> None:
    texts = {"a.pdf": "Price list\nOars 31 euros", "b.txt": "渡船时刻"}
    titles = {"a.pdf": "Spring catalogue", "b.txt": "渡船时刻"}
    answer = asked("Which is the newest document?", texts, dates={"a.pdf": "2025-01-02"}, titles=titles)
    assert answer.text == "- Spring catalogue (a.pdf): Price list (2025-01-02)[1]"
    assert quotes(answer) == ["Price list"]
    listed = asked("你们有什么文件？", texts, titles=titles).text.splitlines()
    assert listed[0] == "共有 2 份文档："
    assert listed[1].startswith("- Spring catalogue（a.pdf）：")
    assert listed[2] == "- 渡船时刻[2]"


SEVERAL = (
    "The harbour council met on Tuesday and approved the new pier for the ferry.\n"
    "The new pier for the ferry will cost two million euros over three years.\n"
    "Members also voted to repair the lighthouse before the winter storms arrive.\n"
    "The lighthouse lamp has been dark since the storms of last winter broke it.\n"
    "A report on the fishing quota was put off until the next meeting in May.\n"
    "Fishing crews had asked the council for a larger quota this coming season."
)


def test_a_summary_is_sentences_of_the_document_in_its_order_none_twice() -> None:
    answer = asked("Summarise the harbour council document.", {"a.txt": SEVERAL})
    starts = [citation.start for citation in answer.citations]
    assert answer.kind == "summary"
    assert 3 <= len(starts) <= 6
    assert starts == sorted(set(starts))


def test_a_summary_of_the_shelf_has_a_line_for_each_document() -> None:
    texts = {"a.txt": SEVERAL, "b.txt": "The museum opens a second wing for ship models this spring."}
    answer = asked("What is the main topic of these documents?", texts)
    assert {citation.document for citation in answer.citations} == set(texts)
    assert answer.text.startswith("2 documents:")


def test_who_somebody_is_is_told_by_the_sentence_that_says_it_of_that_name() -> None:
    text = "何伟在码头工作。\n林阿芳是灯塔的看守人。\n何伟说，林阿芳常来。"
    assert quotes(asked("林阿芳是谁？", {"a.txt": text}, "何伟")) == ["林阿芳是灯塔的看守人。"]


def test_a_bare_yes_brings_no_fact() -> None:
    from rag.question.analysis import analyse

    assert all(analyse(text).small_talk for text in ("Yes", "好的", "Are you sure?", "ok"))
    assert not analyse("Yes men in the council?").small_talk


def test_a_heading_is_no_answer_but_what_stands_under_it_is() -> None:
    text = "Guest guide\nCheck-in time\nRooms are ready from 15:00.\nCancellation\nFree until 7 days before arrival."
    assert quotes(asked("check-in time", {"a.txt": text}, "Check-in time")) == ["Rooms are ready from 15:00."]


def test_short_lines_below_a_sentence_are_its_items() -> None:
    text = "Ardle council\nThe council serves four villages.\nPenrow\nTassock\nLidden\nMarl\nIt meets on Tuesdays."
    answer = asked("Which villages belong to the council?", {"a.txt": text}, "The council serves four villages.")
    assert [name in answer.text for name in ("Penrow", "Tassock", "Lidden", "Marl", "Tuesdays")] == [True] * 4 + [False]


def test_a_heading_with_the_figure_that_is_asked_for_is_an_answer() -> None:
    text = "Chronicle of Vard\n\n1834\nThe cholera comes to Vard.\n1852\nThe first steamer calls at Vard."
    assert quotes(asked("In which year did the cholera come to Vard?", {"a.txt": text}, "1834")) == ["1834"]
    receipt = "Lamp oil 12.40\nHemp rope 31.00\nTotal 48.60 euros\nPaid in cash, thank you"
    said = quotes(asked("What is the total?", {"a.txt": receipt}, "Total 48.60 euros"))
    assert said == ["Total 48.60 euros"]


def outlined(*lines: tuple[Kind, int, str]) -> Lines:
    """A document of these lines: the kind of each, how deep it is in a list, and its text."""
    blocks: list[Block] = []
    for kind, level, line in lines:
        start = blocks[-1].end + 1 if blocks else 0
        blocks.append(Block(kind, start, start + len(line), level=level))
    text = "\n".join(line for *_, line in lines)
    return Lines.of(replace(document("a.txt", text), outline=Outline(tuple(blocks))))


def test_a_list_in_a_list_is_given_without_the_other_items() -> None:
    lines = outlined(
        ("item", 0, "By bus from Sedge, two hours."),
        ("item", 0, "By boat from Reed:"),
        ("item", 1, "slow boat, 12 euros;"),
        ("item", 1, "fast boat, 31 euros."),
        ("item", 0, "By car: leave it at the mill."),
    )
    inner = lines.list_at(2)
    assert (inner, lines.list_at(3)) == (range(2, 4), range(2, 4))
    assert lines.lead_of(inner) == 1
    assert lines.list_at(0) == lines.list_at(2, outer=True) == range(5)


def test_the_title_of_a_list_is_not_given_as_its_lead_in() -> None:
    lines = outlined(
        ("heading", 1, "Notes"),
        ("paragraph", 0, "Known faults"),
        ("item", 0, "The pump leaks."),
        ("paragraph", 0, "Call us where:"),
        ("item", 0, "the lamp flickers."),
    )
    assert lines.lead_of(lines.list_at(2)) is None
    assert lines.lead_of(lines.list_at(4)) == 3


def test_short_numbered_lines_above_texts_are_headings() -> None:
    lines = outlined(
        ("item", 0, "1. Rent"),
        ("paragraph", 0, "The rent covers water, but not gas."),
        ("item", 0, "2. Use"),
        ("paragraph", 0, "Dogs are not allowed in the house."),
        ("item", 0, "3. The keys are handed back on the last day."),
        ("paragraph", 0, "The law of the land applies."),
    )
    assert [line.kind for line in lines.lines] == ["heading", "text", "heading", "text", "item", "text"]


def test_rows_that_have_less_of_the_question_than_the_answer_are_left_out() -> None:
    text = "Group | Test | Price\nBlood | Malaria | 25\nBlood | Blood sugar, fasting | 15\nBlood | Haemoglobin | 30"
    assert quotes(asked("Which prices are there for fasting blood sugar tests?", {"a.txt": text}, "15")) == ["15"]


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("Present: Ada Reed (chair), Ben Sedge, Cara Tern and Dov Lund.", "4 items:"),
        ("Present: Ada Reed, Ben and Una Sedge, Cara Tern.", None),
        ("Ada Reed, Ben Sedge and Cara Tern came.", None),
    ],
)
def test_things_named_one_by_one_behind_a_colon_are_counted(told: str, number: str | None) -> None:
    answer = asked("How many councillors were present?", {"a.txt": f"Minutes\n{told}"}, told)
    assert (answer.text.startswith(number) and told in answer.text) if number else "items:" not in answer.text


def test_what_a_thing_in_a_document_was_about_is_a_fact() -> None:
    text = f"{SEVERAL}\nThe first project of the council was about the mapping of reefs in the bay."
    said = "about the mapping of reefs"
    assert quotes(asked("What was the first project of the council about?", {"minutes.txt": text}, said)) == [said]


def test_a_summary_has_the_sentence_that_the_generator_is_sure_of() -> None:
    sure = "Fishing crews had asked the council for a larger quota this coming season."
    answer = asked("Summarise the harbour council document.", {"a.txt": SEVERAL}, "larger quota")
    assert sure in quotes(answer)
    assert 3 <= len(answer.citations) <= 6


def test_sides_with_the_same_answers_keep_those_that_are_told_of_them() -> None:
    texts = {"Reed shop.txt": "The oil costs 12 euros.", "苇泽商店.txt": "油价是15元。"}
    told = Both(("12 euros", "15元"))
    answer = asked("Compare the oil price of the Reed shop and the Weize shop.", texts, generator=told)
    assert ["12 euros" in part.text for part in answer.parts] == [True, False]
    assert ["15元" in part.text for part in answer.parts] == [False, True]


def test_a_version_too_unsure_to_show_falls_back_to_the_surer_fact() -> None:
    texts = {"rules_2022.txt": "The ferry costs 26 euros.", "rules_2025.txt": "The ferry costs 34 euros."}
    unsure = Unsure(("34 euros", "26 euros"))
    answer = asked("What does the ferry cost now?", texts, generator=unsure)
    assert not answer.refused
    assert "34 euros" in answer.text
    assert asked("What does the ferry cost now?", texts, generator=Unsure(())).refused


CATCHES = "渔场2021年产量为310吨，2022年为455吨，2023年为402吨。"


def test_the_most_of_a_row_of_years_in_a_sentence_is_chosen() -> None:
    answer = asked("渔场哪一年产量最高？", {"a.txt": CATCHES}, "310吨")
    assert answer.text == "3 项中最高：2022年为455吨[1]"
