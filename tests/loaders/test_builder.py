"""Blocks as a loader appends them, to text and outline."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.loaders.apart import parse_apart
from rag.loaders.builder import Builder, Extract
from rag.loaders.metadata import Metadata
from rag.outline import Box, Outline, from_json, to_json

CELL = st.one_of(st.none(), st.text("ab |\n\u3000城１", max_size=4))


def handbook() -> Extract:
    doc = Builder()
    doc.page(1, 595, 842)
    doc.heading("二、假期", level=1)
    doc.item("病假须附\n医院证明。", depth=1, label="2.1")
    doc.page(2, 595, 842)
    doc.add("caption", "表1 差旅标准")
    doc.table(
        [["城市", "标准", None], ["", "住宿", "餐补"], ["北京", "600", "120"], ["上海", "", "110"]],
        header_rows=2,
    )
    doc.add("code", "if x:\n    y()\n")
    return doc.extract(Metadata(title="员工手册"))


def said(extract: Extract) -> list[tuple[str, str]]:
    return [(block.kind, extract.text[block.start : block.end]) for block in extract.outline.blocks]


def test_every_block_spans_its_own_words() -> None:
    assert said(handbook()) == [
        ("heading", "二、假期"),
        ("item", "2.1 病假须附医院证明。"),
        ("caption", "表1 差旅标准"),
        ("table", "城市 | 标准\n住宿 | 餐补\n北京 | 600 | 120\n上海 | | 110"),
        ("header", "城市 | 标准"),
        ("header", "住宿 | 餐补"),
        ("row", "北京 | 600 | 120"),
        ("row", "上海 | | 110"),
        ("code", "if x:\n    y()"),
    ]


def test_a_label_that_is_typed_already_is_not_put_before_the_text_again() -> None:
    doc = Builder()
    doc.item("2.1 Gloves", label="2.1")
    doc.item("1.5 kg of salt", label="1.")
    assert [text for _, text in said(doc.extract(Metadata()))] == ["2.1 Gloves", "1. 1.5 kg of salt"]


def test_a_cell_knows_its_column_and_a_column_the_name_of_its_group() -> None:
    extract = handbook()
    table, last = extract.outline.blocks[3], extract.outline.blocks[7]
    assert table.columns == ("城市", "标准 住宿", "标准 餐补")
    assert table.keys == 1
    assert [(extract.text[cell.start : cell.end], cell.column) for cell in last.cells] == [("上海", 0), ("110", 2)]


@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        ([["北京", "600"], ["上海", "550"]], 1),
        ([["华东", "绍兴店", "12"], ["华东", "宁波店", "9"], ["华南", "珠海店", "7"]], 2),
        ([["1", "pump", "12"], ["2", "valve", "9"]], 2),
        ([["2022", "355"], ["2023", "410"]], 1),
    ],
)
def test_the_columns_that_name_a_row_are_found(rows: list[list[str]], keys: int) -> None:
    doc = Builder()
    doc.table(rows)
    assert doc.extract(Metadata()).outline.blocks[0].keys == keys


def test_what_stands_on_a_page_is_found_by_its_offset() -> None:
    extract = handbook()
    for words, number in (("病假", 1), ("差旅", 2), ("y()", 2)):
        page = extract.outline.page_at(extract.text.index(words))
        assert page
        assert page.number == number


def test_boxes_move_with_their_words() -> None:
    doc = Builder()
    doc.paragraph("Before.")
    doc.item("Ferries leave at noon.", label="3.", boxes=[Box(0, 7, 1, 10, 10, 50, 20), Box(8, 22, 1, 50, 10, 90, 20)])
    doc.table([["Reed", "12"]], boxes=[[[Box(0, 4, 1, 10, 30, 40, 40)], [Box(0, 2, 1, 50, 30, 60, 40)]]])
    extract = doc.extract(Metadata())
    assert [extract.text[box.start : box.end] for box in extract.outline.boxes] == [
        "Ferries",
        "leave at noon.",
        "Reed",
        "12",
    ]
    noon = extract.text.index("noon")
    assert [box.left for box in extract.outline.boxes_of(noon, noon + 4)] == [50]


def test_boxes_of_text_that_needs_cleaning_are_refused() -> None:
    with pytest.raises(ValueError, match="clean"):
        Builder().paragraph("two  spaces", boxes=[Box(0, 3, 1, 0, 0, 1, 1)])


def test_an_outline_comes_back_from_json() -> None:
    for outline in (handbook().outline, Outline()):
        assert from_json(to_json(outline)) == outline
    assert len(json.loads(to_json(handbook().outline))[0][0]) == 4, "defaults are left out"
    with pytest.raises(ValueError, match="no kind"):
        from_json('[[["song",0,1]],[],[]]')


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals and has bounds that Windows lacks")
def test_an_outline_crosses_to_another_process(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "telling.py").write_text(
        "from rag.loaders.builder import Builder\nfrom rag.loaders.metadata import Metadata\n"
        "def parse(data, name):\n    doc = Builder()\n    doc.heading('Fees', 1)\n    return doc.extract(Metadata())\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert said(parse_apart("telling", b"", "a.txt")) == [("heading", "Fees")]


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=4), st.integers(0, 2))
def test_any_table_has_exact_cells(rows: list[list[str | None]], header_rows: int) -> None:
    doc = Builder()
    doc.paragraph("above")
    doc.table(rows, header_rows=header_rows)
    extract = doc.extract(Metadata())
    filled = [text for row in rows for cell in row if (text := " ".join((cell or "").split()))]
    cells = [cell for block in extract.outline.blocks for cell in block.cells]
    assert len(cells) == len(filled)
    for block in extract.outline.blocks:
        line = extract.text[block.start : block.end]
        assert line == line.strip()
        assert extract.text[block.end : block.end + 1] in {"", "\n"}
        assert all(block.start <= cell.start < cell.end <= block.end for cell in block.cells)
