"""A source to workbooks, XLSX and ODS: a sheet a part, with merged cells, figures as figures, and sums as formulas."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from eval.corpus_files.opendocument import opened
from eval.corpus_files.packed import repacked
from eval.corpus_files.source import ABOVE, LEFT, SUM, Block, Part, Source, covered, number, summed

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def xlsx(source: Source) -> bytes:
    """The file's bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    created = datetime.combine(date.fromisoformat(source.fields["date"]), datetime.min.time())
    book.set_properties(
        {"title": source.fields["title"], "author": source.fields.get("author", ""), "created": created}
    )
    for part in source.parts:
        sheet = book.add_worksheet(part.name or None)
        line = 0
        for block in part.blocks:
            line = _write(book, sheet, block, line)
    book.close()
    return repacked(buffer.getvalue(), source.fields["date"])


def _write(book: Any, sheet: Any, block: Block, top: int) -> int:
    """Write a block from the row ``top`` on; returns the row after it."""
    if block.kind != "table":
        sheet.write_string(top, 0, block.text)
        return top + 1
    for row, cells in enumerate(block.rows):
        for column, text in enumerate(cells):
            if text in {LEFT, ABOVE}:
                continue
            low, right = covered(block.rows, row, column)
            if (low, right) != (row, column):
                sheet.merge_range(top + row, column, top + low, right, "")
            _write_cell(book, sheet, block, (top, row, column))
    return top + len(block.rows) + 1


def _write_cell(book: Any, sheet: Any, block: Block, where: tuple[int, int, int]) -> None:
    """Write the cell that has the given row and column in a table, whose first row is ``where[0]`` in the sheet."""
    top, row, column = where
    text, place = block.rows[row][column], (top + row, column)
    if text == SUM:
        first, total = summed(block.rows, row, column)
        letter = chr(ord("A") + column)
        formula = f"=SUM({letter}{top + first + 1}:{letter}{top + row})"
        sheet.write_formula(*place, formula, _shape(book, block.rows[first][column]), total)
    elif _DATE.fullmatch(text):
        when = datetime.combine(date.fromisoformat(text), datetime.min.time())
        sheet.write_datetime(*place, when, book.add_format({"num_format": "yyyy-mm-dd"}))
    elif (value := number(text)) is not None:
        sheet.write_number(*place, value, _shape(book, text))
    else:
        sheet.write_string(*place, text)


def _shape(book: Any, figure: str) -> Any:
    """The format that shows a figure as it is written in the source."""
    decimals = len(figure.rstrip("%").partition(".")[2])
    whole = "#,##0" if "," in figure else "0"
    return book.add_format({"num_format": whole + ("." + "0" * decimals if decimals else "") + "%" * ("%" in figure)})


def ods(source: Source) -> bytes:
    """The file's bytes."""
    tables = "".join(_table(part) for part in source.parts)
    return opened(source, "spreadsheet", tables)


def _table(part: Part) -> str:
    width = max((len(block.rows[0]) for block in part.blocks if block.rows), default=1)
    rows = []
    for block in part.blocks:
        if block.kind == "table":
            rows += ["".join(_cell(block, row, column) for column in range(width)) for row in range(len(block.rows))]
            rows.append("<table:table-cell/>")
        else:
            rows.append(f'<table:table-cell office:value-type="string">{_said(block.text)}</table:table-cell>')
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    columns = f'<table:table-column table:number-columns-repeated="{width}"/>'
    return f"<table:table table:name={quoteattr(part.name)}>{columns}{body}</table:table>"


def _cell(block: Block, row: int, column: int) -> str:
    if column >= len(block.rows[row]):
        return "<table:table-cell/>"
    text = block.rows[row][column]
    if text in {LEFT, ABOVE}:
        return "<table:covered-table-cell/>"
    low, right = covered(block.rows, row, column)
    spans = ""
    if (low, right) != (row, column):
        spans = f' table:number-rows-spanned="{low - row + 1}" table:number-columns-spanned="{right - column + 1}"'
    if (value := number(text)) is not None:
        kind = "percentage" if text.endswith("%") else "float"
        spans += f' office:value-type="{kind}" office:value="{value}"'
    elif text:
        spans += ' office:value-type="string"'
    return f"<table:table-cell{spans}>{_said(text)}</table:table-cell>"


def _said(text: str) -> str:
    return f"<text:p>{escape(text)}</text:p>" if text else ""
