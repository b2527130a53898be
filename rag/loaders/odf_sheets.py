"""The sheets of an OpenDocument workbook, which holds its cells as they are shown."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rag.loaders.archive import Archive
from rag.loaders.builder import Builder, Extract
from rag.loaders.odf import grid, own_rows, properties, refuse_encrypted
from rag.loaders.odf_styles import OFFICE, TABLE, TEXT, Styles
from rag.loaders.sheet import append_sheet, begin_sheet

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_COPIES = 1000
"""Rows that are made of one that a file says is repeated."""
_MOST_EMPTY = 100_000


def read(archive: Archive, name: str) -> Extract:
    """The sheets that are not hidden, each a page, and the file's properties.

    Raises:
        DocumentError: the file is damaged or locked.
    """
    refuse_encrypted(archive, name)
    content = archive.xml("content.xml")
    styles = Styles.of(content)
    doc = Builder()
    tables = content.findall(f"{OFFICE}body/{OFFICE}spreadsheet/{TABLE}table")
    for number, table in enumerate(tables, 1):
        if styles.property("table", table.get(f"{TABLE}style-name", ""), f"{TABLE}display") != "false":
            begin_sheet(doc, number, table.get(f"{TABLE}name", ""))
            append_sheet(doc, _rows(table))
    return doc.extract(properties(archive, PurePosixPath(name).stem))


def _rows(table: Element) -> list[list[str | None]]:
    rows: list[list[str | None]] = []
    empty = 0
    for row, cells in zip(own_rows(table), grid(table, _shown), strict=True):
        said = row.get(f"{TABLE}number-rows-repeated", "1")
        times = int(said) if said.isdecimal() else 1
        if any(cells):
            rows += [[] for _ in range(min(empty, _MOST_EMPTY))]
            rows += [list(cells) for _ in range(min(times, _MOST_COPIES))]
            empty = 0
        else:
            empty += times
    return rows


def _shown(cell: Element) -> str:
    return " ".join("".join(line.itertext()) for line in cell.findall(f"{TEXT}p"))
