"""Dates, people, bodies, headlines and mastheads."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import docx
import pytest

from rag.loaders.facts import read_fact_line
from rag.loaders.masthead import read_dateline
from rag.loaders.metadata import Metadata, date_in_name, headline, iso_date, organisation, person
from tests.loaders.making import read


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2021-12-07", "2021-12-07"),
        ("2021/2/7 09:14", "2021-02-07"),
        ("2021.12.7", "2021-12-07"),
        ("2021年12月7日 17:14", "2021-12-07"),
        ("二〇二一年十二月二十七日", "2021-12-27"),
        ("Tue, 07 Dec 2021 09:14:58 GMT", "2021-12-07"),
        ("Wednesday, March 28, 2018, 11:18", "2018-03-28"),
        ("28th of March 2018", "2018-03-28"),
        ("Sept. 3, 2020", "2020-09-03"),
        ("2024-03-05T08:00:00+08:00", "2024-03-05"),
        (datetime.datetime(2020, 5, 1, 23, 59), "2020-05-01"),
        (datetime.date(2020, 5, 1), "2020-05-01"),
        ("2021-13-45", None),
        ("1.2.3", None),
        ("0731-22161276", None),
        ("去年年初", None),
        (None, None),
    ],
)
def test_dates_as_people_write_them(written: object, iso: str | None) -> None:
    assert iso_date(written) == iso


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("朱丽娜", "朱丽娜"),
        ("朱丽娜 李艳霞", "朱丽娜、李艳霞"),
        ("Shadow Li", "Shadow Li"),
        ("Ann Lee and Bo Chan", "Ann Lee, Bo Chan"),
        ("维克托·迈尔", "维克托·迈尔"),
        ("作者：周晓岚", "周晓岚"),
        ("pmoc303aa", None),
        ("admin", None),
        ("新浪财经", None),
        ("China Daily", None),
        ("小编", None),
        ("Microsoft Office User", None),
        ("https://example.org/ann", None),
        ("", None),
        (None, None),
    ],
)
def test_an_author_is_a_person(name: object, known: str | None) -> None:
    assert person(name) == known


def test_an_unmarked_chinese_name_begins_with_a_surname() -> None:
    assert person("朱丽娜", sure=False) == "朱丽娜"
    assert person("谈了看", sure=False) is None


def test_publications_are_known_by_their_endings() -> None:
    assert organisation("21世纪经济报道") == "21世纪经济报道"
    assert organisation("China Daily") == "China Daily"
    assert organisation("朱丽娜") is None
    assert organisation(None) is None


@pytest.mark.parametrize(
    ("window", "title"),
    [
        ("港口五月 | 河湾日报", "港口五月"),
        ("港口五月_要闻_河湾市人民政府", "港口五月"),
        ("Ships queue - Bay Courier Online", "Ships queue"),
        ("Before - and after", "Before - and after"),
        ("港口五月", "港口五月"),
    ],
)
def test_a_window_title_gives_up_the_sites_name(window: str, title: str) -> None:
    assert headline(window) == title


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("来源: | 作者:web07 | 发布日期: 2021-06-03 | 318 次浏览 | 分享到:", Metadata(date="2021-06-03")),
        ("来源：河湾日报  作者：周晓岚  2021年6月3日 09:30", Metadata(None, "2021-06-03", "周晓岚", "河湾日报")),
        ("來源：河灣日報　記者：何詠欣　2021年6月3日", Metadata(None, "2021-06-03", "何詠欣", "河灣日報")),
        ("2021年06月03日 17:14 河湾日报", Metadata(date="2021-06-03", source="河湾日报")),
        (
            "By Ann Lee in Shenzhen | China Daily | Updated: 2018-03-28 08:00",
            Metadata(None, "2018-03-28", "Ann Lee", "China Daily"),
        ),
        ("November 2, 2023 · 6 min read", Metadata(date="2023-11-02")),
        ("原标题：港口五月", Metadata(title="港口五月")),
        ("小字号", Metadata()),
        ("文/周晓岚", Metadata(author="周晓岚")),
        ("撰文 | 周晓岚", Metadata(author="周晓岚")),
        ("責任編輯：馮美玲", Metadata()),
        ("数据来源：统计局2021年报告", None),
        ("2021年6月3日，港口开放。", None),
        ("By design, the port is small.", None),
        ("文化广场", None),
        ("时间：2023-05-01 14:00", None),
        ("时间：周五下午三点", None),
        ("记者：请谈谈港口。", None),
        ("审核：财务部", None),
        ("打印：A4纸双面", None),
        ("阅读：《潮汐表》", None),
        ("港口五月", None),
        ("", None),
    ],
)
def test_a_line_of_facts_is_read_and_a_line_of_text_left_alone(line: str, known: Metadata | None) -> None:
    assert read_fact_line(line) == known


@pytest.mark.parametrize(
    ("opening", "author", "source"),
    [
        ("21世纪经济报道 记者周晓岚 香港报道 港口很忙。", "周晓岚", "21世纪经济报道"),
        ("河湾日报记者 周晓岚 孙立 发自广州 港口很忙。", "周晓岚、孙立", "河湾日报"),
        ("新华社广州6月3日电（记者 周晓岚）港口很忙。", "周晓岚", "新华社"),
        ("河湾日报讯（记者 周晓岚 通讯员 孙立）港口很忙。", "周晓岚", "河湾日报"),
        ("（河灣日報記者 何詠欣）港口很忙。", "何詠欣", "河灣日報"),
        ("马智涛日前对第一财经记者谈了看法。", None, None),
        ("这名记者说得对。", None, None),
    ],
)
def test_the_dateline_names_reporter_and_outlet(opening: str, author: str | None, source: str | None) -> None:
    assert read_dateline([opening]) == Metadata(author=author, source=source)


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("report-2024-05", "2024-05"),
        ("报告2024年5月", "2024-05"),
        ("minutes_2024-05-17_final", "2024-05-17"),
        ("20240517 minutes", "2024-05-17"),
        ("receipt_2026.03", "2026-03"),
        ("2024年5月17日通知", "2024-05-17"),
        ("sales-2024-05 to 2024-06", None),
        ("leave_2025", None),
        ("iso-2024-13", None),
        ("call 2024-0512-7781", None),
        ("part 12024055", None),
    ],
)
def test_a_file_name_gives_the_one_day_or_month_in_it(name: str, date: str | None) -> None:
    assert date_in_name(name) == date


def office(title: str, heading: str, created: datetime.datetime) -> bytes:
    file = docx.Document()
    file.add_heading(heading, 1)
    file.add_paragraph("The gate closes at ten.")
    file.core_properties.title, file.core_properties.created = title, created
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


TEMPLATE, SAVED = datetime.datetime(2013, 12, 23), datetime.datetime(2024, 6, 2)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", office("Document1", "Gate rules", TEMPLATE), ("Gate rules", None, "title: first heading")),
        (
            "rules-2024-05.docx",
            office("Rules of the gate", "Gate", SAVED),
            ("Rules of the gate", "2024-05", "title: file properties; date: file name"),
        ),
        (
            "a.docx",
            office("Rules of the gate", "Gate", SAVED),
            ("Rules of the gate", "2024-06-02", "title: file properties; date: file properties"),
        ),
        ("b-2024-05.md", b"# Gate\n\nIt closes.\n", ("Gate", "2024-05", "title: first heading; date: file name")),
        (
            "b-2024-05.md",
            b"---\ntitle: Gate\ndate: 2023-01-02\nauthor: Mira Torvin\n---\nIt closes at ten.\n",
            ("Gate", "2023-01-02", "title: front matter; date: front matter; author: front matter"),
        ),
        ("c.txt", b"Gate rules\nIt closes at ten every day.\n", ("Gate rules", None, "title: first line")),
        ("c.txt", b"It closes at ten every day.\n", ("c", None, "title: file name")),
        (
            "d.html",
            b"<title>Gate rules</title><meta name=date content=2024-05-17><article><p>It closes at ten.</article>",
            ("Gate rules", "2024-05-17", "title: page head; date: page head"),
        ),
    ],
)
def test_title_and_date_are_told_with_what_they_were_taken_from(
    tmp_path: Path, name: str, content: bytes, said: tuple[str, str | None, str]
) -> None:
    document = read(tmp_path, name, content)
    assert (document.title, document.date, document.evidence) == said
