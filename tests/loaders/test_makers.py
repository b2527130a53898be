"""The same guide and the same workbook, as LibreOffice, Pandoc, AbiWord, Gnumeric, browsers and others write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.loaders import SourceFile, load
from rag.types import Document

FILES = Path(__file__).parent / "makers"
GUIDES = (
    *("libreoffice.docx", "libreoffice.odt", "libreoffice.rtf", "libreoffice.pdf"),
    *("pandoc.docx", "pandoc.odt", "pandoc.epub", "pandoc.html"),
    *("abiword.docx", "abiword.odt", "chromium.pdf", "wkhtmltopdf.pdf", "typst.pdf"),
)
NOTED = ("pandoc.docx", "pandoc.odt", "pandoc.epub", "pandoc.html", "typst.pdf")
BOOKS = (
    *("xlsxwriter.xlsx", "libreoffice.xlsx", "libreoffice.xls", "libreoffice.ods"),
    *("gnumeric.xlsx", "gnumeric.xls", "gnumeric.ods"),
)
TITLE = "Tarn Lake boat hire: house rules"
STEPS = [
    "Shows a pass with a photograph.",
    "Leaves a deposit of 45 euros at the hut.",
    "Signs the book of departures, page by page, with the hour.",
]
ITEMS = [
    *((0, step) for step in STEPS),
    *((0, "Dogs above 12 kilograms."), (0, "Glass bottles, namely:"), (1, "wine bottles,"), (1, "jam jars.")),
    (0, "Stoves of any kind."),
]
HOURS = [["Spring", "9:30", "17:15"], ["Summer", "8:00", "20:45"], ["Autumn", "10:00", "16:30"]]
FEES = [["双人小艇", "38", "42"], ["四人木船", "56", "62"], ["脚踏船", "47", "52"]]


def read(name: str) -> Document:
    return load(SourceFile(FILES / name, name))


def said(document: Document, kind: str) -> list[str]:
    return [document.text[one.start : one.end] for one in document.outline.blocks if one.kind == kind]


def rows(document: Document) -> list[list[str]]:
    found = [one for one in document.outline.blocks if one.kind == "row"]
    return [[document.text[cell.start : cell.end] for cell in one.cells] for one in found]


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_has_the_same_title_headings_and_paragraphs(name: str) -> None:
    document = read(name)
    headings = [(one.level, document.text[one.start : one.end]) for one in document.outline.blocks]
    below = [one for one, kind in zip(headings, document.outline.blocks, strict=True) if kind.kind == "heading"]
    assert document.title == TITLE
    assert [one for one in below if one[1] != TITLE] == [
        *((2, "Hiring a boat"), (3, "What stays on land"), (2, "收费标准"), (2, "Opening hours"))
    ]
    first, leads, fees, last = said(document, "paragraph")
    assert first.startswith("These rules were agreed")
    assert "the rules of 2019." in first
    assert leads == "To hire a boat a visitor does three things:"
    assert fees == "自二〇二五年四月一日起，各类船只按下表收费；节假日另加一成，由值班员在小屋当面收取并开具收据。"
    assert last == "In winter the jetty is closed, and the warden, Ilse Brandt, answers letters only."


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_has_the_same_lists(name: str) -> None:
    document = read(name)
    items = [one for one in document.outline.blocks if one.kind == "item"]
    highest = min(one.level for one in items if not one.label[:1].isdigit())
    found = [document.text[one.start : one.end].removeprefix(one.label).strip() for one in items]
    depths = [0 if one.label[:1].isdigit() else one.level - highest for one in items]
    assert list(zip(depths, found, strict=True)) == ITEMS
    assert [one.label[:1] for one in items[:3]] == ["1", "2", "3"]


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_has_the_same_tables_with_names_of_columns(name: str) -> None:
    document = read(name)
    assert rows(document) == FEES + HOURS
    fees, hours = (one.columns for one in document.outline.blocks if one.kind == "table")
    assert hours == ("Season", "First boat", "Last boat")
    assert fees[0] == "船型"
    assert "平日" in fees[1]
    assert "节假日" in fees[2]
    assert all("小时" in column for column in fees[1:])


@pytest.mark.parametrize("name", NOTED)
def test_a_footnote_is_one_and_its_mark_is_no_digit_of_a_year(name: str) -> None:
    document = read(name)
    (note,) = said(document, "note")
    assert note[1:] == " The old rules hang in the hut until 30 June 2025."
    assert "20191" not in document.text


@pytest.mark.parametrize("name", ["pandoc.pptx", "libreoffice.pptx"])
def test_slides_have_every_line_and_the_tables(name: str) -> None:
    document = read(name)
    assert document.title == TITLE
    steps = [one for one in said(document, "item") if one.endswith(tuple(STEPS))]
    assert steps == [f"{number}. {step}" for number, step in enumerate(STEPS, 1)]
    assert rows(document) == FEES + HOURS
    assert [one.columns[0] for one in document.outline.blocks if one.kind == "table"] == ["船型", "Season"]
    assert "The old rules hang in the hut until 30 June 2025." in document.text


def test_slides_without_layouts_have_titles_lists_with_numbers_and_every_table() -> None:
    document = read("pptxgenjs.pptx")
    blocks = [(one.kind, one.level, document.text[one.start : one.end]) for one in document.outline.blocks]
    assert blocks[:4] == [
        ("heading", 1, "House rules"),
        *(("item", 0, "Dogs above 12 kilograms."), ("item", 1, "wine bottles"), ("item", 0, "1. Shows a pass.")),
    ]
    assert rows(document) == [*HOURS[:2], ["2023", "1200"], ["2024", "1450"]]
    assert said(document, "note") == ["Say that the jetty closes in winter."]


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_shows_its_values_in_their_columns(name: str) -> None:
    document = read(name)
    fares = [one for one in document.outline.blocks if one.kind == "row" and one.label in {"4", "5", "6", "7"}]
    cells = [{cell.column: document.text[cell.start : cell.end] for cell in one.cells} for one in fares[:4]]
    assert [row[0] for row in cells] == ["North", "South", "Isle", "Total"]
    assert [row[3] for row in cells] == ["1,204.50 €", "980.00 €", "1,410.25 €", "3,594.75 €"]
    assert [row.get(4) for row in cells] == ["12.5%", "31.0%", "8.5%", None]
    assert [row[1] in {day, iso} for row, (day, iso) in zip(cells[:3], DAYS, strict=True)] == [True] * 3
    assert [row[2].lstrip("0") for row in cells[:3]] == ["6:45", "7:20", "9:05"]
    assert said(document, "heading") == ["Fares", "收费"]
    assert "每小时（元）" in document.text


DAYS = (("1 Apr 2025", "2025-04-01"), ("15 May 2025", "2025-05-15"), ("30 Jun 2025", "2025-06-30"))


def test_a_mail_of_outlook_is_read_with_the_mail_that_is_attached_to_it() -> None:
    document = read("outlook.msg")
    assert document.title == "outer subject"
    assert document.text.split("\n") == [
        *("outer subject", "To: outer@foo.bar", "Outer body"),
        *("mail.eml", "test", "To: test@foobar.com", "body"),
    ]
    page = document.outline.page_at(document.text.index("test@"))
    assert page
    assert page.name == "mail.eml"
