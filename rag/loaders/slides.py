"""Reads presentations (PPTX): slides in order with titles, lists, tables, charts and notes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.loaders.archive import Archive, damaged, parse_xml
from rag.loaders.builder import Builder, Extract
from rag.loaders.formula import M, linear
from rag.loaders.lines import clean_line
from rag.loaders.properties import metadata_of
from rag.loaders.slide_text import Numbering, apparent_title
from rag.loaders.tables import header_rows
from rag.loaders.word_text import FALLBACK, raised

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

KIND = "presentation"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TINY = 200
"""Hundredths of a point: nobody can read smaller letters."""
_DEEPEST = 30


def parse(data: bytes, name: str) -> Extract:
    """The slides of a .pptx file, each a page, and its core properties.

    Raises:
        DocumentError: the file is no presentation, is damaged or locked, or unpacks to too much.
    """
    import pptx
    from pptx.exc import PythonPptxError

    Archive(data, name, KIND)
    doc = Builder()
    try:
        show = pptx.Presentation(io.BytesIO(data))
        size = show.slide_width, show.slide_height
        titles = [_append_slide(doc, slide, number, *size) for number, slide in enumerate(show.slides, 1)]
        properties = show.core_properties
        title = next(filter(None, titles), "")
        metadata = metadata_of(properties.title, properties.author, properties.created, title)
    except (PythonPptxError, SyntaxError, KeyError, ValueError, AttributeError, TypeError, OSError) as error:
        raise damaged(name, KIND) from error
    return doc.extract(metadata)


def _append_slide(doc: Builder, slide: Any, number: int, width: int, height: int) -> str:
    shapes = list(_shapes(slide.shapes))
    title = slide.shapes.title or apparent_title([one for one in shapes if _is_on(one, width)], height)
    heading = clean_line(" ".join(_lines(title._element))) if title is not None else ""
    doc.page(number, unit="slide", name=heading)
    doc.heading(heading, 1)
    for shape in shapes:
        if _is_on(shape, width) and (title is None or shape._element is not title._element):
            _append_shape(doc, shape)
    for relation in slide.part.rels.values():
        if relation.reltype.endswith("/diagramData") and not relation.is_external:
            for line in _lines(parse_xml(relation.target_part.blob)):
                doc.item(line)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        for line in _lines(notes._element):
            doc.note(line)
    return heading


def _shapes(shapes: Any, depth: int = 0) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < _DEEPEST:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _is_on(shape: Any, width: int) -> bool:
    """Whether a shape is on its slide; what lies beside it only the author sees."""
    left, across = shape.left, shape.width
    return left is None or across is None or (left < width and left + across > 0)


def _append_shape(doc: Builder, shape: Any) -> None:
    kind = str(shape.placeholder_format.type) if shape.is_placeholder else ""
    if "SLIDE_NUMBER" in kind:
        return
    if getattr(shape, "has_table", False):
        rows = [list(_row(row, above)) for row, above in _with_above(shape.table)]
        doc.table(rows, header_rows=header_rows(rows, likely=shape.table.first_row))
    elif getattr(shape, "has_chart", False):
        _append_chart(doc, shape.chart)
    elif shape.has_text_frame:
        listed = any(one in kind for one in ("BODY", "OBJECT"))
        numbering = Numbering()
        for paragraph in shape.text_frame.paragraphs:
            text = clean_line(_text(paragraph._p))
            label = numbering.label(paragraph) if text else None
            if listed or label is not None:
                doc.item(text, paragraph.level, label or "")
            else:
                doc.paragraph(text)


def _with_above(table: Any) -> Iterator[tuple[list[Any], list[str | None]]]:
    above: list[str | None] = []
    for row in table.rows:
        cells = list(row.cells)
        yield cells, above
        above = list(_row(cells, above))


def _row(cells: list[Any], above: list[str | None]) -> Iterator[str | None]:
    """The cells of a row: merged ones repeated down, None where one goes on to the right."""
    for column, cell in enumerate(cells):
        element = cell._tc
        if element.get("hMerge") in {"1", "true"}:
            yield None
        elif element.get("vMerge") in {"1", "true"} and column < len(above):
            yield above[column]
        else:
            yield " ".join(_lines(element))


def _append_chart(doc: Builder, chart: Any) -> None:
    """A chart as its title and the table behind it."""
    if chart.has_title and chart.chart_title.has_text_frame:
        doc.add("caption", chart.chart_title.text_frame.text)
    for plot in chart.plots:
        series = list(plot.series)
        names = ["", *(str(one.name or "") for one in series)]
        rows = [
            [str(category), *(_figure(one.values[place]) if place < len(one.values) else "" for one in series)]
            for place, category in enumerate(plot.categories)
        ]
        doc.table([names, *rows], header_rows=1)


def _figure(value: float | None) -> str:
    return "" if value is None else format(value, ".11g")


def _lines(element: Element) -> list[str]:
    return [line for paragraph in element.iter(f"{_A}p") if (line := clean_line(_text(paragraph)))]


def _text(node: Element) -> str:
    """The text of a paragraph, equations as a line."""
    said = ""
    for child in node:
        tag = child.tag
        if tag == f"{_A}r":
            said += _run(child, said)
        elif tag == f"{_A}br":
            said += "\n"
        elif tag == f"{M}oMath":
            said += linear(child)
        elif tag not in {f"{_A}fld", FALLBACK} and isinstance(tag, str):
            said += _text(child)
        elif tag == f"{_A}fld" and child.get("type") != "slidenum":
            said += "".join(text.text or "" for text in child.iter(f"{_A}t"))
    return said


def _run(run: Element, before: str) -> str:
    style = run.find(f"{_A}rPr")
    text = "".join(one.text or "" for one in run.iterfind(f"{_A}t"))
    if style is None:
        return text
    size, baseline = str(style.get("sz", "")), str(style.get("baseline", "0"))
    if size.isdecimal() and int(size) <= _TINY:
        return ""
    return raised(before, text) if baseline not in {"0", ""} and not baseline.startswith("-") else text
