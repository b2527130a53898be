"""Reads workbooks (XLSX, XLSM, XLSB, ODS): tables with numbered rows, values as they are shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from rag.errors import DocumentError
from rag.loaders import odf_sheets, xls
from rag.loaders.archive import UNPACKED_LIMIT, XML_LIMIT, Archive, damaged, locked, resolve
from rag.loaders.builder import Builder, Extract
from rag.loaders.lines import clean_line
from rag.loaders.metadata import Metadata
from rag.loaders.number_formats import Place, cell_formats, shown
from rag.loaders.properties import metadata_of
from rag.loaders.sheet import append_sheet, begin_sheet, spread

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

KIND = "workbook"
_ROOT = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"
_WIDEST = 2000
"""Columns that are read."""
_MOST_CELLS = 20_000_000


def parse(data: bytes, name: str) -> Extract:
    """The sheets of a workbook that are not hidden, and its properties.

    Raises:
        DocumentError: the file is no workbook, is damaged or locked, or unpacks to too much.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    if PurePosixPath(name).suffix.lower() == ".xls" and not data.startswith(b"PK"):
        return xls.parse(data, name)
    archive = Archive(data, name, KIND, xml_limit=UNPACKED_LIMIT)
    if "content.xml" in archive.names and archive.size("content.xml") <= XML_LIMIT:
        return odf_sheets.read(archive, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        members = _members(archive)
        doc = Builder()
        known = [sheet for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        for number, sheet in enumerate(known, 1):
            if "Sheet" not in str(sheet.typ):  # a chart
                continue
            begin_sheet(doc, number, sheet.name)
            member = members.get(sheet.name)
            formats = cell_formats(archive, member) if member else {}
            rows, first = _rows(book.get_sheet_by_name(sheet.name), formats, name)
            append_sheet(doc, rows, first)
    except PasswordError as error:
        raise locked(name) from error
    except (CalamineError, SyntaxError, KeyError, ValueError, OSError) as error:
        raise damaged(name, KIND) from error
    return doc.extract(_metadata(archive, name))


def _rows(sheet: CalamineSheet, formats: dict[Place, str], name: str) -> tuple[list[list[str | None]], int]:
    """The rows of a sheet as shown, merged cells repeated down, and the number of the first."""
    if sheet.start is None or sheet.end is None:
        return [], 1
    top, left = sheet.start
    if (sheet.end[0] - top + 1) * (sheet.end[1] - left + 1) > _MOST_CELLS:
        hint = "Delete what lies far from its tables, or save it as .csv and index that."
        raise DocumentError(name, "spreads over too many cells", hint, code="too_many_cells", limit=_MOST_CELLS)
    values: Sequence[Sequence[Any]] = sheet.to_python(skip_empty_area=True)
    rows: list[list[str | None]] = [
        [shown(value, formats.get((top + y, left + x), "")) for x, value in enumerate(row[:_WIDEST])]
        for y, row in enumerate(values)
    ]
    for (y0, x0), (y1, x1) in sheet.merged_cell_ranges or ():
        spread(rows, (y0 - top, x0 - left), (y1 - top, x1 - left))
    return rows, top + 1


def _members(archive: Archive) -> dict[str, str]:
    """Where in an XLSX file each sheet lies, by its name."""
    if "xl/workbook.xml" not in archive.names:
        return {}
    relations = archive.optional_xml("xl/_rels/workbook.xml.rels")
    targets = {} if relations is None else {one.get("Id"): str(one.get("Target", "")) for one in relations}
    sheets = archive.xml("xl/workbook.xml").iter(_SHEET)
    found = {str(one.get("name")): resolve("xl/workbook.xml", targets.get(one.get(_REFERENCE), "")) for one in sheets}
    return {sheet: member for sheet, member in found.items() if member in archive.names}


def _metadata(archive: Archive, name: str) -> Metadata:
    core = archive.optional_xml("docProps/core.xml")
    said: dict[str, str] = {}
    for one in core if core is not None else ():
        said[str(one.tag).rpartition("}")[2]] = clean_line(one.text or "")
    return metadata_of(said.get("title"), said.get("creator"), said.get("created"), PurePosixPath(name).stem)
