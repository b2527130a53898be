"""Lays the cells of an HTML table, with their row and column spans, out in a grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.loaders.builder import Cells
from rag.loaders.lines import ends_sentence

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_LAYOUT_CELL = 400
_MOST_SPAN = 200
"""Rows or columns that one cell is believed to go over."""


@dataclass(slots=True)
class Grid:
    """A table while it is read."""

    rows: list[list[str | None]] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    """How many cells of each row are headers."""
    linked: int = 0
    _lines: list[str] | None = None
    _column: int = 0
    _span: tuple[int, int] = (1, 1)
    _from_above: dict[tuple[int, int], str | None] = field(default_factory=dict)

    @property
    def in_cell(self) -> bool:
        """Whether a cell is open."""
        return self._lines is not None

    def row(self) -> None:
        """A row begins."""
        self.rows.append([])
        self.headers.append(0)
        self._column = 0

    def cell(self, rows: int, columns: int, *, header: bool) -> None:
        """A cell begins that goes over so many rows and columns."""
        if not self.rows:
            self.row()
        self._fill()
        self._span = rows, columns
        self._lines = []
        self.headers[-1] += header

    def add(self, text: str, linked: int) -> None:
        """A line of the open cell; one outside of every cell is a row of its own."""
        self.linked += linked
        if self._lines is not None:
            self._lines.append(text)
        elif self.rows and not self.rows[-1]:
            self.rows[-1].append(text)
        else:
            self.rows.append([text])
            self.headers.append(0)

    def close(self) -> None:
        """The open cell ends."""
        if self._lines is None:
            return
        text = ""
        for line in self._lines:
            text += (" " if ends_sentence(text) or text.endswith((":", "：", ",")) else "; ") + line if text else line
        rows, columns = self._span
        row = len(self.rows) - 1
        for below in range(rows):
            for across in range(columns):
                cell = text if across == 0 else None
                if below:
                    self._from_above[row + below, self._column + across] = cell
                else:
                    self.rows[-1].append(cell)
        self._column += columns
        self._lines = None

    def finished(self) -> Cells:
        """The grid, filled, without empty rows; its header rows are the first ones of headers only."""
        rows: list[tuple[str | None, ...]] = []
        headers: list[bool] = []
        for number, row in enumerate(self.rows):
            self._fill_row(number)
            if any(row):
                rows.append(tuple(row))
                others = sum(cell is not None for cell in row) - self.headers[number]
                headers.append(self.headers[number] > 0 and others <= 1)
        count = next((number for number, header in enumerate(headers) if not header), len(headers))
        if count == len(rows):
            count = min(1, max(len(rows) - 1, 0))
        return Cells(tuple(rows), count or _unmarked_header(rows))

    def text(self) -> str:
        """All of it, for those who look at lines."""
        return "\n".join(" | ".join(cell for cell in row if cell) for row in self.rows)

    def _fill(self) -> None:
        """Put the cells of rows above in the open row until there is room for a new one."""
        row = len(self.rows) - 1
        while (row, self._column) in self._from_above:
            self.rows[-1].append(self._from_above.pop((row, self._column)))
            self._column += 1

    def _fill_row(self, number: int) -> None:
        row = self.rows[number]
        while (number, len(row)) in self._from_above:
            row.append(self._from_above.pop((number, len(row))))


def _unmarked_header(rows: list[tuple[str | None, ...]]) -> int:
    """1 where the first row names columns though nothing says so: short words, and figures below them."""
    if len(rows) < 3 or len(rows[0]) < 2 or not all(rows[0]):
        return 0
    first = [cell or "" for cell in rows[0]]
    if any(any(character.isdigit() for character in cell) or len(cell) > 40 for cell in first):
        return 0
    below = [cell for row in rows[1:] for cell in row[1:] if cell]
    figures = sum(any(character.isdigit() for character in cell) for cell in below)
    return int(bool(below) and figures >= 0.5 * len(below))


def is_layout(table: LexborNode) -> bool:
    """Whether a table only arranges the page: it holds another one, or a whole text in a cell."""
    if table.attributes.get("role") == "presentation" or table.css_first("table table, td h1") is not None:
        return True
    return table.css_first("th") is None and any(len(cell.text()) > _LAYOUT_CELL for cell in table.css("td"))


def span_of(cell: LexborNode) -> tuple[int, int]:
    """How many rows and columns a cell goes over."""
    rows, columns = (cell.attributes.get(key) or "1" for key in ("rowspan", "colspan"))
    return _count(rows), _count(columns)


def _count(said: str) -> int:
    return min(int(said), _MOST_SPAN) if said.isascii() and said.isdigit() and len(said) < 6 and int(said) else 1
