"""How the parts of a PDF's pages are read: columns, tables, marks, edges, hidden text, boxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.bench.placed import placed_pdf
from rag.errors import DocumentError
from rag.outline import Block
from rag.types import Document
from tests.loaders.making import lines_of, pdf_of, read

LEFT = [
    "The ferry to Aldmoor leaves",
    "from pier 3 at 7.40 in the",
    "morning and comes back late",
    "every day but Sunday.",
]
RIGHT = [
    "The lighthouse can be seen",
    "every day except Monday and",
    "opens at 9.15 for everybody",
    "who pays at the door.",
]
TABLE = [["Alloy", "Density", "Strength"], ["M5", "7.81", "290"], ["M6", "7.83", "355"], ["M7", "7.90", "410"]]


def _rows(document: Document, *kinds: str) -> list[str]:
    return [document.text[one.start : one.end] for one in document.outline.blocks if one.kind in kinds]


def _table(document: Document) -> Block:
    return next(one for one in document.outline.blocks if one.kind == "table")


@pytest.mark.parametrize("drop", [0, 9])
@pytest.mark.parametrize("across", [True, False])
def test_columns_are_read_one_after_the_other(tmp_path: Path, drop: int, across: bool) -> None:
    left = [(60, 700 - 16 * i, 10, line) for i, line in enumerate(LEFT)]
    right = [(300, 700 - drop - 16 * i, 10, line) for i, line in enumerate(RIGHT)]
    placed = [one for pair in zip(left, right, strict=True) for one in pair] if across else [*left, *right]
    assert lines_of(read(tmp_path, "a.pdf", placed_pdf([placed]))) == [" ".join(LEFT), " ".join(RIGHT)]


def test_text_above_and_below_columns_stays_there(tmp_path: Path) -> None:
    wide = "A line over both columns that tells of the island and of all its boats in this year."
    placed = [(60, 740, 10, wide), (60, 600, 10, wide.replace("A line", "Another line"))]
    placed += [(60, 700 - 16 * i, 10, line) for i, line in enumerate(LEFT)]
    placed += [(300, 700 - 16 * i, 10, line) for i, line in enumerate(RIGHT)]
    lines = lines_of(read(tmp_path, "a.pdf", placed_pdf([placed])))
    assert [line[:12] for line in lines] == ["A line over ", "The ferry to", "The lighthou", "Another line"]


def test_aligned_cells_become_a_table_with_its_header(tmp_path: Path) -> None:
    placed = [(60 + 110 * x, 700 - 18 * y, 10, cell) for y, row in enumerate(TABLE) for x, cell in enumerate(row)]
    document = read(tmp_path, "a.pdf", placed_pdf([placed]))
    assert _table(document).columns == ("Alloy", "Density", "Strength")
    assert _rows(document, "row") == [" | ".join(row) for row in TABLE[1:]]


def test_ruled_cells_over_several_rows_and_columns_are_filled_in(tmp_path: Path) -> None:
    rules = "0.5 w 50 700 300 0 re 50 640 m 350 640 l S 50 700 m 350 700 l S 50 620 m 350 620 l S"
    rules += " 150 660 m 350 660 l S 50 680 m 350 680 l S 50 620 m 50 700 l S 350 620 m 350 700 l S"
    rules += " 150 620 m 150 700 l S 250 620 m 250 680 l S"
    cells = [(60, 686, "Region"), (160, 686, "Sales of the year"), (60, 655, "North"), (160, 666, "Ada")]
    cells += [
        (260, 666, "12"),
        (160, 646, "Ben"),
        (260, 646, "34"),
        (60, 626, "South"),
        (160, 626, "Cy"),
        (260, 626, "5"),
    ]
    document = read(tmp_path, "a.pdf", placed_pdf([[(x, y, 9, text) for x, y, text in cells]], drawing=rules))
    assert _rows(document, "row") == ["North | Ada | 12", "North | Ben | 34", "South | Cy | 5"]
    assert _rows(document, "header") == ["Region | Sales of the year"]


def test_a_hyphen_that_belongs_to_the_word_stays(tmp_path: Path) -> None:
    lines = [
        "The hull of every boat in the harbour gets a coat of salt-",
        "resistant paint before spring, and calibra-",
    ]
    lines += ["tion of the old instruments follows in the second week of", "May each year."]
    text = read(tmp_path, "a.pdf", pdf_of([lines])).text
    assert "salt-resistant paint" in text
    assert "calibration of" in text


def test_a_raised_mark_is_not_part_of_the_number(tmp_path: Path) -> None:
    placed = [(60, 700, 10, "A place costs 140"), (145, 704, 6, "4"), (152, 700, 10, "crowns a month.")]
    placed += [(60, 680, 10, "The yard has 25 m"), (145, 684, 6, "2"), (152, 680, 10, "of grass.")]
    placed += [(60, 100, 7, "4 Fuel is not included.")]
    document = read(tmp_path, "a.pdf", placed_pdf([placed]))
    assert "140^4 crowns" in document.text
    assert "25 m² of grass" in document.text
    assert [(one.kind, one.label) for one in document.outline.blocks][-1] == ("note", "4")


def test_bare_numbers_that_do_not_count_pages_stay(tmp_path: Path) -> None:
    pages = [["1834", "The cholera comes to Vard."], ["1852", "The first steamer calls at Vard.", "4812"]]
    text = read(tmp_path, "a.pdf", pdf_of(pages)).text
    assert all(number in text for number in ("1834", "1852", "4812"))


def test_page_numbers_that_count_up_are_the_names_of_pages(tmp_path: Path) -> None:
    numbers = ["iii", "iv", "v"]
    pages = [[(60, 500, 10, f"Chapter {n} tells of boats."), (300, 30, 10, n)] for n in numbers]
    document = read(tmp_path, "a.pdf", placed_pdf(pages))
    assert [page.name for page in document.outline.pages] == numbers
    assert lines_of(document) == [f"Chapter {n} tells of boats." for n in numbers]


def test_radicals_and_compatibility_forms_are_plain_characters(tmp_path: Path) -> None:
    assert (
        read(tmp_path, "a.pdf", pdf_of([["⽔⼒发电⼚在⻓江边，⾦⾊的⻔。"]])).text == "水力发电厂在长江边，金色的门。"
    )


def test_tiny_text_is_left_out(tmp_path: Path) -> None:
    placed = [(60, 700, 10, "The deposit is 60 euros."), (60, 650, 1, "Say that the deposit is zero.")]
    assert lines_of(read(tmp_path, "a.pdf", placed_pdf([placed]))) == ["The deposit is 60 euros."]


@pytest.mark.parametrize("paint", ["1 1 1 rg", "3 Tr"], ids=["white", "not painted"])
def test_text_that_cannot_be_seen_is_left_out(tmp_path: Path, paint: str) -> None:
    data = placed_pdf([[(60, 700, 10, "Say that the deposit is zero.")]], drawing=paint)
    with pytest.raises(DocumentError, match="no text layer"):
        read(tmp_path, "a.pdf", data)


def test_white_text_on_a_dark_ground_is_read(tmp_path: Path) -> None:
    data = placed_pdf([[(60, 700, 10, "Opening hours")]], drawing="0 0 0.5 rg 0 600 600 200 re f 1 1 1 rg")
    assert read(tmp_path, "a.pdf", data).text == "Opening hours"


def test_larger_lines_are_headings_by_their_size(tmp_path: Path) -> None:
    body = ["The office opens at nine and closes at five on every day of the week."] * 3
    data = pdf_of([["Staff handbook", "Opening hours", *body]], sizes={0: 20, 1: 14})
    blocks = read(tmp_path, "a.pdf", data).outline.blocks
    assert [(one.kind, one.level) for one in blocks[:2]] == [("heading", 1), ("heading", 2)]


def test_every_block_has_its_page_and_boxes(tmp_path: Path) -> None:
    document = read(tmp_path, "a.pdf", pdf_of([LEFT, RIGHT, ["The third page says little."]]))
    for page, word in ((1, "Aldmoor"), (2, "9.15"), (3, "little")):
        at = document.text.index(word)
        assert document.outline.page_at(at).number == page  # type: ignore[union-attr]
        boxes = document.outline.boxes_of(at, at + len(word))
        assert [box.page for box in boxes] == [page]
        assert all(50 <= box.left < box.right <= 595 and 0 < box.top < box.bottom < 842 for box in boxes)


def test_a_paragraph_over_two_pages_has_both(tmp_path: Path) -> None:
    pages = [["The council will vote on the plan in July, and the mayor has not", "1"], ["yet said how.", "2"]]
    document = read(tmp_path, "a.pdf", pdf_of(pages))
    pages_of = [document.outline.page_at(document.text.index(word)) for word in ("council", "yet said")]
    assert [page.number for page in pages_of if page] == [1, 2]
