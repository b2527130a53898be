"""Reads workbooks of Excel 97 to 2003 (XLS), with values as they are shown."""

from __future__ import annotations

import datetime
import io
import re
import struct
from pathlib import PurePosixPath
from typing import Any

from rag.loaders.archive import damaged, locked
from rag.loaders.builder import Builder, Extract
from rag.loaders.number_formats import shown
from rag.loaders.properties import metadata_of
from rag.loaders.sheet import append_sheet, begin_sheet, spread

KIND = "workbook"
_WIDEST = 256
_HAS_DAY = re.compile(r"[yd]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def parse(data: bytes, name: str) -> Extract:
    """The sheets of an .xls file that are not hidden.

    Raises:
        DocumentError: the file is no workbook, is damaged or locked.
    """
    import xlrd
    from xlrd.compdoc import CompDocError

    broken = (xlrd.XLRDError, CompDocError, struct.error, ValueError, IndexError, KeyError, AssertionError, TypeError)
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except broken as error:
        raise (locked(name) if "encrypted" in str(error).lower() else damaged(name, KIND)) from error
    doc = Builder()
    for number, sheet in enumerate(book.sheets(), 1):
        if sheet.visibility == 0:
            begin_sheet(doc, number, sheet.name)
            append_sheet(doc, _rows(book, sheet))
    return doc.extract(metadata_of("", book.user_name, "", PurePosixPath(name).stem))


def _rows(book: Any, sheet: Any) -> list[list[str | None]]:
    """The rows of a sheet as shown, merged cells repeated down."""
    rows: list[list[str | None]] = [[_shown(book, cell) for cell in sheet.row(row)] for row in range(sheet.nrows)]
    for top, bottom, left, right in sheet.merged_cells:
        for one in rows[top:bottom]:  # rows end with their last value
            one.extend([""] * (min(right, _WIDEST) - len(one)))
        spread(rows, (top, left), (bottom - 1, right - 1))
    return rows


def _shown(book: Any, cell: Any) -> str:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value))
    style = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    code = "" if style is None or style.format_str.lower() in {"general", "@"} else str(style.format_str)
    return shown(_moment(book, cell.value, code) if cell.ctype == xlrd.XL_CELL_DATE else cell.value, code)


def _moment(book: Any, value: float, code: str) -> datetime.datetime | datetime.time | datetime.timedelta | float:
    """The day, the time of day, or the length of time that a number stands for by its format."""
    import xlrd

    if not _HAS_DAY.search(_QUOTED.sub("", code)):
        span = datetime.timedelta(seconds=round(value * 86_400))
        return span if value >= 1 else (datetime.datetime.min + span).time()
    try:
        moment: datetime.datetime = xlrd.xldate.xldate_as_datetime(value, book.datemode)
        return moment.replace(microsecond=0)
    except (xlrd.XLDateError, OverflowError):
        return value
