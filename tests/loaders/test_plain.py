"""Text files: scraped pages, wrapped books, notes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.loaders import plain
from tests.loaders.making import lines_of, read

LEAD = "河湾港五月份迎来四百一十二艘货船,比去年同月多出三成,码头工人说这是十年来最忙的一个春天。"
SECOND = "港务局局长程慧表示,新泊位将在明年第一季度启用,届时每天可以多停靠六艘万吨级货船。"

SCRAPED = f"""欢迎光临河湾港务网!
免费服务热线:0731-00000000
HEWAN port CITY
河湾港务
当前位置:
NEWS CENTER
新闻中心
一座港口的“春天”:货船排队进河湾
——记十年来最忙的五月
来源: | 作者:pmx201a | 更新时间: 2021-06-03 | 浏览 1310 次 | 分享到:
{LEAD}

{SECOND}

{LEAD}

泊位够不够

截至五月底,全港共有泊位27个。
"""

ENGLISH = """2023 Harbour Banner.png

Bay Courier

News> Port> Content
Thursday, June 3, 2021, 09:30
Freighters queue for a berth
By Ann Lee
Thursday, June 3, 2021, 09:30 By Ann Lee

A record 412 freighters called at the port in May, a third more than in the same month last year.

The new berth opens in the first quarter, the harbour office said, and will take six ships a day.

ALSO READ: Ferry fares to rise

Share this story

BAY COURIER
PORT NEWS
OPEN
Please click the dots above to open this page in a browser !
"""


def test_the_frame_of_a_scraped_chinese_page_becomes_metadata(tmp_path: Path) -> None:
    document = read(tmp_path, "a.txt", SCRAPED)
    assert document.title == "一座港口的“春天”:货船排队进河湾"
    assert (document.date, document.author, document.source) == ("2021-06-03", None, "河湾港务网")
    assert lines_of(document) == [
        "——记十年来最忙的五月",
        LEAD,
        SECOND,
        "泊位够不够",
        "截至五月底,全港共有泊位27个。",
    ]


def test_the_frame_of_a_scraped_english_page_becomes_metadata(tmp_path: Path) -> None:
    document = read(tmp_path, "a.txt", ENGLISH)
    assert document.title == "Freighters queue for a berth"
    assert (document.date, document.author, document.source) == ("2021-06-03", "Ann Lee", "Bay Courier")
    assert [line[:12] for line in lines_of(document)] == ["A record 412", "The new bert"]


@pytest.mark.parametrize(
    "note",
    [
        [
            "值班安排",
            "电话：0731-22334455",
            "日期：2023-05-01",
            "白班由王芳负责，夜班由李强负责，交接时间是早晚七点整，请勿迟到。",
        ],
        ["周会", "09:00", "会议室", "10:30", "午饭"],
        ["停电", "2023-05-01 10:00", "复电", "2023-05-02 11:30", "再停电", "2023-05-03 09:15", LEAD],
        ["借出", "三脚架", "2023-05-01 10:00", "镜头"],
        [
            "港口清晨雾未开船灯一盏照着长长街",
            "潮声夜夜催人早卸罢粮船又去上新煤",
            "引水员住灯塔下一壶热茶等着北来风",
            "码头日记写到此余下的话明天再来说",
        ],
        ["2023-05-01 10:00", "2023-05-02 11:30", "2023-05-03 09:15", "停电", "复电"],
        ["客服热线：400-000-0000", "编辑：王芳", "广告", "传媒", "标签：内部"],
        ["Opening hours", "Mon 9:00", "Tue 10:00", "Next steps: hire two people", "Subscribe to the plan by 3 May"],
        ["扫描设备底部的二维码可以下载说明书。", "关注微信公众号后回复“报修”。"],
        ["---", "not front matter", "---", "The line after the second rule is text as well."],
    ],
)
def test_a_note_that_is_no_web_page_loses_nothing(tmp_path: Path, note: list[str]) -> None:
    assert lines_of(read(tmp_path, "note.txt", "\n".join(note))) == note


def test_lines_wrapped_at_a_margin_become_paragraphs(tmp_path: Path) -> None:
    wrapped = (
        "In May the port received a record number of ships, and the harbour\n"
        "office hired forty more pilots. The new berth will open in the first\n"
        "quarter of next year; until then ships wait two days on average, twice\n"
        "as long as last spring.\n"
        "\n"
        "The council will vote on the plan in July, and the mayor has said that\n"
        "she will sign it.\n"
    )
    assert lines_of(read(tmp_path, "a.txt", wrapped)) == [
        "In May the port received a record number of ships, and the harbour office hired forty more pilots. The new"
        " berth will open in the first quarter of next year; until then ships wait two days on average, twice as long"
        " as last spring.",
        "The council will vote on the plan in July, and the mayor has said that she will sign it.",
    ]


def test_chinese_lines_wrapped_at_a_margin_are_joined_without_a_space(tmp_path: Path) -> None:
    words = "河湾港五月份迎来四百一十二艘货船", "比去年同月多出三成码头工人说这是", "十年来最忙的一个春天新泊位将在明"
    wrapped = "\n".join(first + second for first in words for second in words)
    assert read(tmp_path, "a.txt", wrapped).text == "".join(wrapped.split())


def test_a_list_of_equal_lines_is_not_joined(tmp_path: Path) -> None:
    rows = [
        f"2023-05-{day:02},berth {day:02},freighter {day:04},cargo 12,300 tonnes,pilot P{day:03}" for day in range(1, 9)
    ]
    assert lines_of(read(tmp_path, "a.txt", "\n".join(rows))) == rows


def test_a_dated_note_keeps_its_first_line_as_its_title(tmp_path: Path) -> None:
    note = [
        "Port sees a record May",
        "Ann Lee",
        "June 3, 2021",
        "The port received 412 ships in May, a third more than last year.",
    ]
    document = read(tmp_path, "a.txt", "\n".join(note))
    assert (document.title, document.date) == ("Port sees a record May", "2021-06-03")
    assert lines_of(document) == note


def test_front_matter_names_the_document_whatever_comes_below(tmp_path: Path) -> None:
    matter = "---\ntitle: 港口：五月\nauthor: 王芳\ndate: 2021-06-03\nsource: 河湾日报\n---\n"
    document = read(tmp_path, "a.txt", matter + LEAD)
    assert (document.title, document.author, document.date, document.source) == (
        "港口：五月",
        "王芳",
        "2021-06-03",
        "河湾日报",
    )
    assert document.text == LEAD


def test_front_matter_that_is_not_quite_yaml_is_still_read(tmp_path: Path) -> None:
    document = read(
        tmp_path, "a.txt", f"\n---\ntitle: Ports: a year on\ndate: Thu, 03 Jun 2021 09:14:58 GMT\n---\n{LEAD}"
    )
    assert (document.title, document.date, document.text) == ("Ports: a year on", "2021-06-03", LEAD)


sentence = st.text(
    st.sampled_from("港口船只货物数据城市智慧发展平台项目计划报告年月日人员工程编辑分享来源作者"),
    min_size=22,
    max_size=60,
).map(lambda text: f"{text}。")


@given(st.lists(sentence, min_size=1, max_size=8, unique=True))
def test_no_ordinary_paragraph_is_lost(paragraphs: list[str]) -> None:
    assert list(plain.parse("\n\n".join(paragraphs).encode(), "a.txt").lines) == paragraphs
    framed = f"{SCRAPED.split(LEAD, maxsplit=1)[0]}" + "\n".join(paragraphs) + "\n分享到:\n"
    assert list(plain.parse(framed.encode(), "a.txt").lines)[1:] == paragraphs


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_cleaning_never_raises(text: str) -> None:
    extract = plain.parse(b"\xef\xbb\xbf" + ("words " + text).encode("utf-8", "replace"), "a.txt")
    assert all(line and line == line.strip() and "\n" not in line for line in extract.lines)


LETTERS = """LETTING AGREEMENT – MILL COTTAGE

Tenant: Orla Finch
Rent: 870 pounds a month

LETTING AGREEMENT – FERRY HOUSE

Tenant: Tam Lusk
Rent: 1,020 pounds a month
"""

ROOMS = """Rooms

Blue room

Price: 80 euros
Beds: 2

Attic

Price: 95 euros
Beds: 3
"""


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        (LETTERS, ["LETTING AGREEMENT – MILL COTTAGE", "LETTING AGREEMENT – FERRY HOUSE"]),
        (ROOMS, ["Blue room", "Attic"]),
        ("CLOSED ON MONDAYS\n\nOpen Tuesday to Sunday\n", []),
    ],
)
def test_lines_that_stand_apart_above_parts_are_headings(tmp_path: Path, text: str, headings: list[str]) -> None:
    document = read(tmp_path, "a.txt", text)
    assert [document.text[b.start : b.end] for b in document.outline.blocks if b.kind == "heading"] == headings


def test_an_item_goes_on_in_the_next_line(tmp_path: Path) -> None:
    text = "1. No fires.\n2. Hedges are cut by the tenant\n   in March and in May.\na) not too high\nb) not in May\n"
    items = [
        "1. No fires.",
        "2. Hedges are cut by the tenant in March and in May.",
        "a) not too high",
        "b) not in May",
    ]
    assert lines_of(read(tmp_path, "a.txt", text)) == items
