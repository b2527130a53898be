"""Pages as they were found on the web: under copyright and no part of the project, so this runs where they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rag.loaders import SourceFile, load
from rag.types import Document
from tests.loaders.making import lines_of

FOLDER = Path(__file__).parents[2].parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the original pages are not beside the project")


def original(prefix: str) -> tuple[Document, str]:
    (path,) = FOLDER.glob(f"{prefix}_*.txt")
    return load(SourceFile(path, path.name)), path.read_text(encoding="utf-8")


def test_the_html_page_names_its_headline_and_reporter() -> None:
    document, _ = original("000")
    assert document.title == "“香港科创新机遇”之四丨大数据开启重大时代转型 香港着力打造“数码港”"
    assert (document.date, document.author, document.source) == ("2021-12-07", "朱丽娜", "21世纪经济报道")


def test_the_html_page_keeps_every_paragraph_and_nothing_else() -> None:
    document, source = original("000")
    shown = [
        re.sub(r"<[^>]+>|（编辑 .{3}）|^[\s\u3000]+|\s+$", "", p)
        for p in re.findall(r"^<p>(.*)</p>$", source, re.MULTILINE)
    ]
    assert lines_of(document) == [re.sub(r"[\s\u00a0]+", " ", text).strip() for text in shown]
    assert len(shown) == 31


def test_the_scraped_chinese_page_keeps_every_paragraph_once() -> None:
    document, source = original("001")
    assert document.title == "城里的“战争”:科技巨头抢食大湾区智慧城市市场"
    assert (document.date, document.author) == ("2019-03-09", None)
    assert document.source
    assert "株洲国投" in document.source
    below = source.split("分享到:\n")[1]
    assert lines_of(document) == list(dict.fromkeys(line.strip() for line in below.split("\n") if line.strip()))


def test_the_english_page_keeps_every_paragraph_and_the_caption() -> None:
    document, source = original("002")
    assert document.title == "Experts call for deeper cross-border data ties"
    assert (document.date, document.author, document.source) == ("2018-03-28", "Shadow Li", "China Daily")
    article = source[source.index("Witman Hung") : source.index("ALSO READ")]
    assert lines_of(document) == [line.replace("\u00a0", " ").strip() for line in article.split("\n") if line.strip()]
