"""The seed documents retell pages under copyright: of those pages only names and titles stand in the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.text import HAN, simplify

PROJECT = Path(__file__).parents[1]
ORIGINALS = PROJECT.parent / "shared" / "seeds"
FOLDERS = ["docs", "eval", "rag", "seeds", "tests", "ui"]
TEXTS = {".csv", ".html", ".json", ".jsonl", ".md", ".py", ".tsv", ".txt"}
CHINESE, LATIN = 12, 40
"""As many characters in a row are a copy: of Han characters, whatever stands between them; of any others."""

NAMES = [
    # headlines and where they were printed
    "“香港科创新机遇”之四丨大数据开启重大时代转型 香港着力打造“数码港”",
    "城里的“战争”:科技巨头抢食大湾区智慧城市市场",
    "Experts call for deeper cross-border data ties",
    "株洲国投智慧城市产业发展投资有限公司",
    # plans, agreements, reports, projects
    "粤港澳大湾区发展规划纲要",
    "澳门特别行政区五年发展规划",
    "构建智慧城市战略合作框架协议",
    "“智慧仲裁”建设战略合作协议",
    "实体身份认证及可信数据交换",
    "全球大数据和分析开支指南",
    # posts, events, places, organisations
    "香港人工智能及数据实验室",
    "Qianhai International Liaison Service",
    "创新及科技行业主管（粤港澳大湾区）",
    "principal liaison officer for Hong Kong",
    "second Hong Kong-Shenzhen Big Data Forum",
    "the Guangdong-Hong Kong-Macao Greater Bay Area",
]

pytestmark = pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the original pages are not beside the project")


def runs(text: str) -> set[str]:
    """Every run of ``CHINESE`` Han characters and of ``LATIN`` others, spaces counted as one."""
    chinese = re.sub(rf"[^{HAN}\0]", "", text)
    others = re.split(rf"[{HAN}\0]", re.sub(r"\s+", " ", text))
    return set(_every(CHINESE, [*chinese.split("\0")])) | set(_every(LATIN, others))


def copied(text: str, originals: set[str]) -> list[str]:
    text = simplify(text)
    for name in NAMES:
        text = text.replace(simplify(name), "\0")
    return sorted(runs(text) & originals)


@pytest.fixture(scope="module")
def originals() -> set[str]:
    return {run for path in ORIGINALS.glob("*.txt") for run in runs(simplify(path.read_text(encoding="utf-8")))}


def test_a_copied_sentence_is_noticed(originals: set[str]) -> None:
    for path in ORIGINALS.glob("*.txt"):
        sentence = max(path.read_text(encoding="utf-8").split("\n"), key=len)[:120]
        assert copied(f"前文。{sentence}后文。", originals)


def test_nothing_of_the_original_pages_stands_in_the_project(originals: set[str]) -> None:
    assert {str(path): found for path in _texts() if (found := copied(_read(path), originals))} == {}


def _texts() -> Iterator[Path]:
    yield from PROJECT.glob("*.md")
    for folder in FOLDERS:
        yield from (path for path in (PROJECT / folder).rglob("*") if path.suffix in TEXTS)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _every(length: int, texts: list[str]) -> Iterator[str]:
    return (text[i : i + length] for text in texts for i in range(len(text) - length + 1))
