"""Reads the rows of a sheet: titles and remarks around its tables, headers, and numbered rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.loaders.builder import Builder
from rag.loaders.lines import clean_line, ends_sentence, width
from rag.loaders.tables import header_rows

_SHORT_LINE = 80
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|工作簿|table|tabelle|feuil|hoja)\s*\d*", re.IGNORECASE)


@dataclass(slots=True)
class _Region:
    """Rows without an empty one between them, and the number of each in its sheet."""

    rows: list[list[str | None]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


def begin_sheet(doc: Builder, number: int, name: str) -> None:
    """Begin a sheet, under its name if it was given one."""
    doc.page(number, unit="sheet", name=clean_line(name))
    if not _DEFAULT_NAME.fullmatch(name.strip()):
        doc.heading(name, 1)


def append_sheet(doc: Builder, rows: Sequence[Sequence[str | None]], first: int = 1) -> None:
    """Append what a sheet says; ``first`` is the number of its first row, None continues the cell to its left."""
    regions = list(_joined(list(_regions(rows, first))))
    for region in regions:
        above, table, below = _parts(region)
        names_a_table = len(table.rows) > 0
        for place, text in enumerate(above):
            last = place == len(above) - 1
            caption = names_a_table and last and width(text) <= _SHORT_LINE and not ends_sentence(text)
            doc.add("caption" if caption else "paragraph", text)
        if names_a_table:
            heads = header_rows(table.rows, likely=True)
            doc.table(table.rows, header_rows=heads, labels=[str(number) for number in table.numbers])
        for text in below:
            doc.paragraph(text)


def spread(rows: list[list[str | None]], start: tuple[int, int], end: tuple[int, int]) -> None:
    """Repeat a merged cell in each of its rows, and mark the columns that it goes on over."""
    (y0, x0), (y1, x1) = start, end
    if not (0 <= y0 < len(rows) and 0 <= x0 < len(rows[y0])) or not rows[y0][x0]:
        return
    value = rows[y0][x0]
    for row in rows[y0 : y1 + 1]:
        row[x0] = value
        for column in range(x0 + 1, min(x1 + 1, len(row))):
            row[column] = None


def _regions(rows: Sequence[Sequence[str | None]], first: int) -> Iterator[_Region]:
    region = _Region()
    for number, row in enumerate(rows, first):
        if any(row):
            region.rows.append(_without_empty_end(row))
            region.numbers.append(number)
        elif region.rows:
            yield region
            region = _Region()
    if region.rows:
        yield region


def _joined(regions: Sequence[_Region]) -> Iterator[_Region]:
    """The regions, those that go on with the table before an empty row as one with it."""
    current: _Region | None = None
    for region in regions:
        if current is not None and _goes_on(current, region):
            current.rows += region.rows
            current.numbers += region.numbers
            continue
        if current is not None:
            yield current
        current = region
    if current is not None:
        yield current


def _goes_on(above: _Region, below: _Region) -> bool:
    wide = max(map(len, above.rows)) == max(map(len, below.rows)) > 1
    full = sum(len(_filled(row)) > 1 for row in below.rows)
    return wide and full == len(below.rows) and header_rows(below.rows) == 0


def _parts(region: _Region) -> tuple[list[str], _Region, list[str]]:
    """The lines over a table, the table, and the lines under it; all are lines where there is no table."""
    several = [place for place, row in enumerate(region.rows) if len(_filled(row)) > 1]
    if not several:
        return [text for row in region.rows for text in _filled(row)], _Region(), []
    begin, end = several[0], several[-1] + 1
    tail = [text for row in region.rows[end:] for text in _filled(row)]
    if tail and not all(width(text) > _SHORT_LINE // 2 or ends_sentence(text) or "：" in text[:8] for text in tail):
        end, tail = len(region.rows), []  # a row with one value is a row all the same
    above = [text for row in region.rows[:begin] for text in _filled(row)]
    return above, _Region(region.rows[begin:end], region.numbers[begin:end]), tail


def _filled(row: Sequence[str | None]) -> list[str]:
    return [cell for cell in row if cell]


def _without_empty_end(row: Sequence[str | None]) -> list[str | None]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return [*row[:end], *_span(row, end)]


def _span(row: Sequence[str | None], end: int) -> list[str | None]:
    """What is left of the cell that goes over the row's last columns."""
    further = end
    while further < len(row) and row[further] is None:
        further += 1
    return [None] * (further - end)
