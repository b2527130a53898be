"""Lays the rows of a Rich Text table out in a grid; its cells only give their right edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.loaders.builder import Builder
from rag.loaders.tables import header_rows

_CLOSE = 30
"""Twentieths of a point that edges of one column may lie apart."""


@dataclass(slots=True)
class _Definition:
    right: int = 0
    """Its right edge, in twentieths of a point."""
    goes_on: bool = False
    """It continues the cell above it."""
    joined: bool = False
    """It continues the cell to its left."""


@dataclass(slots=True)
class Row:
    """A row as it is read."""

    cells: list[str] = field(default_factory=list)
    definitions: list[_Definition] = field(default_factory=list)
    current: _Definition = field(default_factory=_Definition)
    is_header: bool = False

    def next(self) -> Row:
        """The row after it, whose cells are as wide unless it says otherwise."""
        return Row(definitions=self.definitions, is_header=False)


def cell_property(row: Row, word: str, number: int) -> bool:
    """Take in a control word that defines a row or cell; whether it is one."""
    if word == "trowd":
        row.definitions, row.current, row.is_header = [], _Definition(), False
    elif word == "cellx":
        row.current.right = number
        row.definitions.append(row.current)
        row.current = _Definition()
    elif word == "clvmrg":
        row.current.goes_on = True
    elif word == "clmrg":
        row.current.joined = True
    elif word == "trhdr":
        row.is_header = True
    else:
        return False
    return True


def append_table(doc: Builder, rows: Sequence[Row]) -> None:
    """Append the table: cells over several rows are repeated, those over several columns followed by None."""
    edges: list[int] = []
    for right in sorted({one.right for row in rows for one in row.definitions}):
        if not edges or right - edges[-1] > _CLOSE:
            edges.append(right)
    grid: list[list[str | None]] = []
    for row in rows:
        above = grid[-1] if grid else []
        cells: list[str | None] = []
        for place, text in enumerate(row.cells):
            said = row.definitions[place] if place < len(row.definitions) else _Definition()
            value: str | None = text
            if said.joined:
                value = None
            elif said.goes_on and len(cells) < len(above):
                value = above[len(cells)]
            cells.append(value)
            column = sum(edge <= said.right + _CLOSE for edge in edges)
            cells += [None] * (column - len(cells))
        grid.append(cells)
    if max(map(len, grid), default=0) <= 1:
        for cell in (cell for cells in grid for cell in cells if cell):
            doc.paragraph(cell)
        return
    known = next((number for number, row in enumerate(rows) if not row.is_header), 0)
    doc.table(grid, header_rows=known or header_rows(grid))
