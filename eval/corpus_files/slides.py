"""A source to a presentation: a slide a part, with titles, lists, text, merged tables, charts and speaker's notes."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from eval.corpus_files.packed import repacked
from eval.corpus_files.source import ABOVE, LEFT, Block, Part, Source, covered, number

_TITLE_AND_LIST, _TITLE_ONLY = 1, 5
"""Layouts of the library's template."""


def pptx(source: Source) -> bytes:
    """The file's bytes."""
    import pptx as powerpoint

    show = powerpoint.Presentation()
    about = show.core_properties
    about.title, about.author = source.fields["title"], source.fields.get("author", "")
    about.created = datetime.combine(date.fromisoformat(source.fields["date"]), datetime.min.time())
    for part in source.parts:
        _add_slide(show, part)
    buffer = io.BytesIO()
    show.save(buffer)
    return repacked(buffer.getvalue(), source.fields["date"])


def _add_slide(show: Any, part: Part) -> None:
    from pptx.util import Inches

    listed = [block for block in part.blocks if block.kind in {"item", "step"}]
    slide = show.slides.add_slide(show.slide_layouts[_TITLE_AND_LIST if listed else _TITLE_ONLY])
    slide.shapes.title.text = part.name
    if listed:
        _fill(slide.placeholders[1].text_frame, listed)
    top = 3.6 if listed else 1.6
    for block in part.blocks:
        place = Inches(0.6), Inches(top), Inches(8.8), Inches(0.5)
        if block.kind == "paragraph":
            slide.shapes.add_textbox(*place).text_frame.text = block.text
        elif block.kind == "table":
            _add_table(slide, block, place)
        elif block.kind == "chart":
            _add_chart(slide, block, place)
        elif block.kind == "spoken":
            frame = slide.notes_slide.notes_text_frame
            frame.text = f"{frame.text}\n{block.text}".strip()
        top += 0.6 if block.kind == "paragraph" else 0


def _fill(frame: Any, items: list[Block]) -> None:
    for place, item in enumerate(items):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.text, paragraph.level = item.text, item.level


def _add_table(slide: Any, block: Block, place: tuple[Any, ...]) -> None:
    table = slide.shapes.add_table(len(block.rows), len(block.rows[0]), *place).table
    for row, cells in enumerate(block.rows):
        for column, text in enumerate(cells):
            if text in {LEFT, ABOVE}:
                continue
            low, right = covered(block.rows, row, column)
            if (low, right) != (row, column):
                table.cell(row, column).merge(table.cell(low, right))
            table.cell(row, column).text = text


def _add_chart(slide: Any, block: Block, place: tuple[Any, ...]) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    (_, *names), *rows = block.rows
    data = CategoryChartData()
    data.categories = [row[0] for row in rows]
    for column, name in enumerate(names, 1):
        data.add_series(name, [number(row[column]) for row in rows])
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place[:3], place[2] // 2, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = block.text
