"""Example questions: made from the documents that are there, and answered by them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from rag import Document, Rag, Reach, Settings, Uploads, default_documents
from rag.loaders.builder import Builder
from rag.loaders.metadata import Metadata
from rag.models.embedders import HashEmbedder
from ui.examples import MOST, SAMPLES, Examples, asked_of_all, asked_of_cell, following


def table(rows: list[list[str | None]], language: str = "zh") -> Document:
    doc = Builder()
    doc.table(rows, header_rows=1)
    text = doc.extract(Metadata(title="T"))
    return Document("a.md", text.text, "T", "zh" if language == "zh" else "en", "", outline=text.outline)


def test_a_cell_is_asked_for_by_the_names_of_its_row_and_column() -> None:
    assert asked_of_cell(table([["城市", "餐补"], ["北京", "120元"]])) == "北京的餐补是多少？"
    assert asked_of_cell(table([["项目", "2024年"], ["鲜果产量", "1,486"]])) == "2024年鲜果产量是多少？"
    assert asked_of_cell(table([["型号", "停产日期"], ["青鸟", "2026年6月30日（推迟）"]])) is None
    english = table([["City", "Meal allowance"], ["Leeds", "12 pounds"]], "en")
    assert asked_of_cell(english) == "What is the meal allowance for Leeds?"
    assert asked_of_cell(table([["", "Q1 2024"], ["Sales", "£1,486"]], "en")) == "What are the sales in Q1 2024?"
    metals = table([["Metal", "WHO limit (µg/l)"], ["Lead", "<10"]], "en")
    assert asked_of_cell(metals) == "What is the WHO limit for Lead?"
    assert asked_of_cell(Document("a.txt", "No table.", "T", "en", "")) is None
    assert asked_of_all(english) == "What is “T” about?"


@pytest.mark.parametrize(
    ("column", "value"),
    [("Method", "4500"), ("Opening time", "19"), ("Up to 10,000", "18"), ("方法", "4500"), ("12岁以下", "30元")],
)
def test_a_cell_below_what_nobody_asks_a_figure_of_is_no_example(column: str, value: str) -> None:
    assert asked_of_cell(table([["Test", column], ["pH", value]])) is None


def test_the_samples_have_their_own_and_other_documents_get_theirs(tmp_path: Path) -> None:
    rag = Rag(Settings(index=tmp_path / "index"), embedder=HashEmbedder())
    rag.index(default_documents())
    examples = Examples(Reach(rag, Uploads(rag)))
    assert examples.of(rag.documents(), "1") == [one for some in SAMPLES.values() for one in some][:MOST]
    (tmp_path / "tunnel.md").write_text("# The tunnel\n\nIt opened in 1972.\n", "utf-8")
    rag.index([tmp_path / "tunnel.md"])
    examples.of(rag.documents(), "2")
    for thread in [one for one in threading.enumerate() if one.name == "examples"]:
        thread.join()
    assert examples.of(rag.documents(), "2") == ["What is “The tunnel” about?"]


def test_what_follows_asks_for_the_nearest_other_figures_and_is_answered(tmp_path: Path) -> None:
    rag = Rag(Settings(index=tmp_path / "index", generator="extractive"), embedder=HashEmbedder())
    cities = ("Leeds", "York", "Hull", "Bath", "Ely")
    rows = "".join(f"| {city} | {10 + at} pounds |\n" for at, city in enumerate(cities))
    (tmp_path / "allowances.md").write_text(f"# Allowances\n\n| City | Meal allowance |\n|---|---|\n{rows}", "utf-8")
    (tmp_path / "plain.md").write_text("# The tunnel\n\nIt opened in 1972.\n", "utf-8")
    rag.index([tmp_path / "allowances.md", tmp_path / "plain.md"])
    reach = Reach(rag, Uploads(rag))
    document = rag.document("allowances.md")
    assert document
    asked = "What is the meal allowance for Bath?"
    found = following(reach, document, document.text.index("Bath"), asked)
    assert sorted(found) == ["What is the meal allowance for Ely?", "What is the meal allowance for Hull?"]
    assert following(reach, document, 0, asked, idle=lambda: False) == [], "other visitors go first"
    plain = rag.document("plain.md")
    assert plain
    about = asked_of_all(plain)
    assert following(reach, plain, 0, about) == []
