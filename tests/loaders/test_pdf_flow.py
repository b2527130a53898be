"""How lines of a PDF become paragraphs and rows, and how these go on in the next column or on the next page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.bench.placed import placed_pdf
from rag.types import Document
from tests.loaders.making import lines_of, read

Placed = list[tuple[float, float, float, str]]

PROSE = ["The mains are opened on the last", "Monday of March, and hoses may be", "held in the hand but not left."]


def _column(left: float, top: float, lines: Sequence[str], size: float = 10) -> Placed:
    return [(left, top - 14 * i, size, line) for i, line in enumerate(lines)]


def _kinds(document: Document) -> list[tuple[str, str, str]]:
    return [
        (one.kind, one.label, document.text[one.start : one.end])
        for one in document.outline.blocks
        if one.kind != "table"
    ]


def _drawn(left: float, top: float, rows: Sequence[Sequence[str]], wide: float = 60) -> tuple[Placed, str]:
    """A table with rules around its cells, 20 points high each."""
    right, low = left + wide * len(rows[0]), top - 20 * len(rows)
    rules = [f"{left} {top - 20 * y} m {right} {top - 20 * y} l S" for y in range(len(rows) + 1)]
    rules += [f"{left + wide * x} {top} m {left + wide * x} {low} l S" for x in range(len(rows[0]) + 1)]
    cells = [
        (left + wide * x + 4, top - 20 * y - 14, 10.0, cell) for y, row in enumerate(rows) for x, cell in enumerate(row)
    ]
    return cells, "0.5 w " + " ".join(rules)


def test_the_number_of_an_item_or_heading_is_said_once(tmp_path: Path) -> None:
    placed = [
        *_column(60, 700, ["1. Rinse the tank.", "2. Fill the tank."]),
        (60, 600, 10, "The tank holds four litres."),
    ]
    placed += [(60, 760, 16, "一、清洁")]
    assert _kinds(read(tmp_path, "a.pdf", placed_pdf([placed])))[:3] == [
        ("heading", "一、", "一、清洁"),
        ("item", "1.", "1. Rinse the tank."),
        ("item", "2.", "2. Fill the tank."),
    ]


def test_a_footnote_wider_than_its_column_does_not_part_the_paragraph(tmp_path: Path) -> None:
    placed = [*_column(60, 700, PROSE), *_column(320, 700, PROSE)]
    placed += [
        (
            60,
            100,
            7,
            "1 The lease of the year 2009 lets the committee raise all rents, by no more than a tenth at a time.",
        )
    ]
    assert lines_of(read(tmp_path, "a.pdf", placed_pdf([placed])))[:2] == [" ".join(PROSE)] * 2


def test_a_wrapped_line_that_begins_with_a_number_is_no_item(tmp_path: Path) -> None:
    lines = [
        "The longest of all the beans in the",
        "show is Ada Birk's, and came from plot",
        "9. Forty members showed something,",
        "and most of them won a prize.",
    ]
    document = read(tmp_path, "a.pdf", placed_pdf([_column(60, 700, lines)]))
    assert _kinds(document) == [("paragraph", "", " ".join(lines))]


@pytest.mark.parametrize("space", ["", " "])
def test_a_line_break_between_chinese_and_a_figure_is_a_space_where_lines_have_them(tmp_path: Path, space: str) -> None:
    lines = [
        f"面板共有六档水温，其中45{space}度用来冲泡奶粉，常用的",
        f"85{space}度热水可以用来冲泡各种绿茶和花草茶、",
        "98度",
    ]
    text = read(tmp_path, "a.pdf", placed_pdf([_column(60, 700, lines)])).text
    assert f"常用的{space}85{space}度" in text
    assert "花草茶、98度" in text


def test_a_heading_of_two_lines_is_one(tmp_path: Path) -> None:
    placed = [(60, 760, 18, "Corvane CV-30 Water"), (60, 735, 18, "Dispenser"), *_column(60, 700, PROSE)]
    document = read(tmp_path, "a.pdf", placed_pdf([placed], {"/Title": "Corvane CV-30 Water Dispenser"}))
    assert _kinds(document)[0] == ("heading", "", "Corvane CV-30 Water Dispenser")
    assert document.title == "Corvane CV-30 Water Dispenser"


def test_columns_with_drawn_tables_are_read_one_after_the_other(tmp_path: Path) -> None:
    cells, rules = _drawn(60, 640, [["Code", "Sense"], ["E1", "dry"], ["E2", "hot"]])
    placed = [*_column(60, 700, PROSE), *cells, *_column(320, 700, [line.replace("mains", "gates") for line in PROSE])]
    lines = lines_of(read(tmp_path, "a.pdf", placed_pdf([placed], drawing=rules)))
    assert [line[:9] for line in lines] == ["The mains", "Code | Se", "E1 | dry", "E2 | hot", "The gates"]


def test_a_drawn_table_goes_on_on_the_next_page_under_its_header(tmp_path: Path) -> None:
    header = ["Part", "Does", "Price"]
    first, rules = _drawn(60, 700, [header, ["Sieve", "sand", "64"]])
    second, _ = _drawn(60, 700, [header, ["Bottle", "bubbles", "39"]])
    document = read(tmp_path, "a.pdf", placed_pdf([[*_column(60, 760, ["The parts."]), *first], second], drawing=rules))
    (table,) = [one for one in document.outline.blocks if one.kind == "table"]
    assert table.columns == ("Part", "Does", "Price")
    assert document.text[table.start : table.end].split("\n")[1:] == ["Sieve | sand | 64", "Bottle | bubbles | 39"]


def test_wrapped_cells_without_rules_are_whole_and_a_heading_below_is_no_row(tmp_path: Path) -> None:
    rows = [["Date", "What", "Who to ask"], ["15 March", "Seed swap,", "Dora"], ["", "10 to 12", "Whit"]]
    rows += [["3 May", "Plant sale", "Nils"], ["", "", "Aber"]]
    places = [700, 680, 667, 647, 634]
    placed = [
        (60 + 70 * x, y, 9, cell) for y, row in zip(places, rows, strict=True) for x, cell in enumerate(row) if cell
    ]
    placed += [(60, 610, 12, "How to order from the shed")]
    document = read(tmp_path, "a.pdf", placed_pdf([placed]))
    assert [text for kind, _, text in _kinds(document) if kind != "header"] == [
        "15 March | Seed swap, 10 to 12 | Dora Whit",
        "3 May | Plant sale | Nils Aber",
        "How to order from the shed",
    ]


def test_a_small_running_head_of_two_pages_is_kept_once(tmp_path: Path) -> None:
    head = (60, 810, 7, "The Plotter, issue 61")
    pages = [[head, *_column(60, 700, PROSE)], [head, *_column(60, 700, [*PROSE, "The end."])]]
    assert read(tmp_path, "a.pdf", placed_pdf(pages)).text.count("issue 61") == 1
    counted = [[*_column(60, 700, PROSE), (60, 20, 12, f"Harbour Office · TT-7 · {page}")] for page in (1, 2)]
    assert read(tmp_path, "c.pdf", placed_pdf(counted)).text.count("TT-7") == 1
    same = [[(60, 810, 10, "Invoice"), (60, 700, 10, f"Sum {one}")] for one in "12"]
    assert read(tmp_path, "b.pdf", placed_pdf(same)).text.count("Invoice") == 2


def test_decimals_beside_each_other_are_cells_and_the_text_below_is_none(tmp_path: Path) -> None:
    rows = [("Port", "High (m)", "Low (m)"), ("Aldmoor", "5.4", "0.3"), ("Brack", "4.8", "0.5")]
    places = (230, 279, 335)
    placed = [(at, 640 - 18 * y, 10, cell) for y, row in enumerate(rows) for at, cell in zip(places, row, strict=True)]
    below = (78, 589, 10, "The harbour master closes the sluice early.")
    document = read(tmp_path, "a.pdf", placed_pdf([[*_column(78, 720, PROSE), *placed, below]]))
    assert [text for kind, _, text in _kinds(document) if kind == "row"] == ["Aldmoor | 5.4 | 0.3", "Brack | 4.8 | 0.5"]
    assert document.text.endswith("The harbour master closes the sluice early.")
