"""A document as HTML, a stretch at a time: what its outline knows is there, and no text is lost."""

from __future__ import annotations

import html
import re

from rag import Document
from rag.loaders.builder import Builder
from rag.loaders.metadata import Metadata
from tests.ui.test_render import cited
from ui.document import LENGTH, Reading, outline_of
from ui.place import places_of


def made() -> Document:
    doc = Builder()
    doc.heading("Handbook", level=1)
    doc.page(1)
    doc.heading("Leave", level=2)
    doc.paragraph("Ask first. Twelve days a year. Take <none> in May.")
    doc.item("Fill in the form.", label="1.")
    doc.item("Sign it.", depth=1)
    doc.table([["City", "Meals"], ["Beijing", "120"], ["Xi'an", "90"]], header_rows=1)
    doc.page(2)
    doc.add("code", "a = 1\n  b = 2")
    doc.note("Since May.", label="1")
    doc.add("quote", "Rest is work.")
    extract = doc.extract(Metadata(title="Handbook"))
    return Document("a.md", extract.text, "Handbook", "en", "", outline=extract.outline)


def plain(page: str) -> str:
    """The words of a page, without what is not the document's."""
    page = re.sub(r'<p class="yj-leaf">.*?</p>|<td class="yj-row-number">.*?</td>', "", page)
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def words(text: str) -> list[str]:
    return text.replace("|", " ").split()


def test_headings_lists_tables_code_notes_and_pages_are_what_they_are() -> None:
    document = made()
    start = document.text.index("90")
    page = Reading(document).around(start, start + 2).html
    for shape in (
        '<h4 class="yj-h1 ',
        '<h5 class="yj-h2 ',
        '<li class="yj-labelled ',
        'data-depth="1">Sign it.</li>',
        '<th scope="col">Meals</th>',
        '<th scope="row">Beijing</th>',
        "<td><mark>90</mark></td>",
        'data-t="on_page" data-n="2"',
        "<code>a = 1\n  b = 2</code></pre>",
        '<p class="yj-footnote ',
        '<blockquote class="yj-quote ',
        "&lt;none&gt;",
    ):
        assert shape in page, shape
    assert words(plain(page)) == words(document.text)


def test_the_outline_names_the_headings_or_else_the_pages() -> None:
    document = made()
    assert outline_of(document) == [(1, 0, "Handbook"), (2, document.text.index("Leave"), "Leave")]
    assert outline_of(Document("a.txt", "One.", "T", "en", "")) == []


def test_stretches_that_follow_each_other_are_the_whole_text_in_a_table_too() -> None:
    doc = Builder()
    doc.table([["Name", "Number"], *([f"Row {at}", str(at)] for at in range(3000))], header_rows=1)
    doc.paragraph("The end.")
    extract = doc.extract(Metadata(title="T"))
    document = Document("a.csv", extract.text, "T", "en", "", outline=extract.outline)
    reading, at = Reading(document), document.text.index("Row 1500")
    middle = reading.around(at, at + 8)
    assert "<mark>Row 1500</mark>" in middle.html
    assert '<th scope="col">Number</th>' in middle.html  # again, as the header is far above
    assert len(middle.html) < 12 * LENGTH
    parts, first, last = [middle], middle, middle
    while first.start:
        parts.insert(0, first := reading.before(first.start))
    while last.end < len(document.text):
        parts.append(last := reading.after(last.end))
    rows = re.findall(r"Row \d+", plain("".join(part.html for part in parts)))
    assert rows == [f"Row {at}" for at in range(3000)]
    assert "The end." in last.html


def test_a_cell_that_groups_columns_goes_over_them() -> None:
    doc = Builder()
    rows: list[list[str | None]] = [["Boat", "Per hour", None], ["Boat", "Weekday", "Holiday"], ["Skiff", "38", "42"]]
    doc.table(rows, header_rows=2)
    extract = doc.extract(Metadata(title="T"))
    page = Reading(Document("a.csv", extract.text, "T", "en", "", outline=extract.outline)).around(0, 4).html
    assert '<th scope="colgroup" colspan="2">Per hour</th></tr>' in page
    assert '<th scope="col">Weekday</th><th scope="col">Holiday</th></tr>' in page


def test_a_place_knows_its_headings_its_neighbours_and_its_row() -> None:
    document = made()
    answer = cited("Twelve days a year.")
    at = document.text.index("Twelve")
    leave = answer.citations[0]
    leave = type(leave)(1, "a.md", "Handbook", None, None, at, at + 19, "Twelve days a year.", "Twelve days a year.")
    cell = document.text.index("90")
    meals = type(leave)(2, "a.md", "Handbook", None, None, cell, cell + 2, "90", "Xi'an | 90", 8)
    places = places_of(cited("x", citations=(leave, meals)), lambda path: document)
    assert (places[1].section, places[1].before) == (("Leave",), "Ask first.")
    assert places[1].after == "Take <none> in May."
    assert (places[2].columns, places[2].cells, places[2].cited) == (("City", "Meals"), ("Xi'an", "90"), 1)
    changed = Document("a.md", "Other text.", "Handbook", "en", "")
    assert places_of(cited("x", citations=(leave,)), lambda path: changed) == {}
