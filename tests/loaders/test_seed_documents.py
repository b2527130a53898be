"""The seed documents load as clean articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.loaders import SourceFile, load
from rag.types import Document
from tests.loaders.making import lines_of

SEEDS = Path(__file__).parents[2] / "seeds"


def seed(name: str) -> Document:
    return load(SourceFile(SEEDS / name, name))


def test_the_html_seed_is_an_article_with_its_reporter() -> None:
    document = seed("hong-kong-data-hub.txt")
    assert document.title == "“香港数据观察”之四丨大数据推着时代转弯 香港立志做好“数码港”"
    assert (document.date, document.author, document.source) == ("2021-12-07", "朱丽娜", "21世纪经济报道")
    assert lines_of(document)[-1].endswith("职衔为创新及科技行业主管（粤港澳大湾区）。")
    assert "核⼼AI技术" in document.text


def test_the_scraped_chinese_seed_has_no_bogus_author() -> None:
    document = seed("smart-city-race.txt")
    assert document.title == "一座城的“角力”:大湾区智慧城市成了科技巨头的战场"
    assert (document.date, document.author) == ("2019-03-09", None)
    assert lines_of(document)[0].startswith("《粤港澳大湾区发展规划纲要》2月18日")
    assert document.text.count(lines_of(document)[0]) == 1


def test_the_english_seed_has_its_byline_and_no_footer() -> None:
    document = seed("cross-border-data-forum.txt")
    assert document.title == "Shenzhen and Hong Kong urged to pool more of their data"
    assert (document.date, document.author, document.source) == ("2018-03-28", "Shadow Li", "China Daily")
    assert lines_of(document)[0].startswith("Pictured at")
    assert lines_of(document)[-1].startswith("Size matters too.")


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("hong-kong-data-hub.txt", ["责任编辑", "（编辑", "客户端", "<p>", "&#123;", "原标题", "\u00a0"]),
        ("smart-city-race.txt", ["热线", "欢迎光临", "NEWSROOM", "阅读量", "打印", "\n\n"]),
        (
            "cross-border-data-forum.txt",
            ["READ ALSO", "Share on", ".gif", "Front Page>", "own browser", "\u00a0", "\n\n"],
        ),
    ],
)
def test_nothing_of_a_page_frame_is_left_in_a_seed(name: str, frame: list[str]) -> None:
    page, text = (SEEDS / name).read_text(encoding="utf-8"), seed(name).text
    assert [mark for mark in frame if mark not in page] == []
    assert [mark for mark in frame if mark in text] == []
