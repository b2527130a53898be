"""Joins the lines of a table without rules to its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from rag.loaders.pdf_lines import Piece

WIDER = 1.25
"""How many times as far as lines of a cell rows are apart, where they can be told by it."""
_LEADING = 1.6
"""The widest step from a line of a cell to the next, as a share of the size."""

_MOST_LINES = 4
"""Lines of a cell, at most."""
_LISTED = re.compile(r"\d{1,2}(?:\.\d{1,2})+\s|[•·●■◆▪–—]\s")

Row = list[list[Piece]]
"""The pieces in each cell of a line of a table."""


def whole_rows(lines: Sequence[Row]) -> list[Row]:
    """The rows of a table, with lines that only go on in cells of the line above joined to it."""
    bases = [min(piece.base for cell in line for piece in cell) for line in lines]
    steps = [b - a for a, b in pairwise(bases)]
    going_on = _by_steps(lines, steps) or _by_first_cells(lines, steps)
    done: list[Row] = []
    for line, joined in zip(lines, going_on, strict=True):
        if joined and done:
            done[-1] = [above + below for above, below in zip(done[-1], line, strict=True)]
        else:
            done.append(line)
    return done


def _by_steps(lines: Sequence[Row], steps: Sequence[float]) -> list[bool]:
    """Which lines go on, where rows are farther apart than lines; [] where steps do not tell.

    A line that goes on leaves a cell empty that the row has, and begins no item, so that groups of rows are none.
    """
    if not steps or max(steps) < WIDER * min(steps) or min(steps) > _LEADING * _size(lines[0]):
        return []
    edge = (min(steps) + max(steps)) / 2
    going_on = [False, *(step < edge for step in steps)]
    first, count = lines[0], 0
    for line, joined in zip(lines, going_on, strict=True):
        first, count = (first, count + 1) if joined else (line, 1)
        shorter = any(above and not below for above, below in zip(first, line, strict=True))
        listed = any(_LISTED.match(piece.text) for cell in line for piece in cell)
        if joined and (not shorter or listed or count > _MOST_LINES):
            return []
    return going_on


def _by_first_cells(lines: Sequence[Row], steps: Sequence[float]) -> list[bool]:
    """Which lines go on: those close to the one above that name no row."""
    usual = median(steps) if steps else 0.0
    going_on, named = [], False
    for number, line in enumerate(lines):
        close = number > 0 and steps[number - 1] <= min(1.35 * _size(line), 0.85 * usual)
        going_on.append(close and not line[0] and named)
        named = bool(line[0]) or (going_on[-1] and named)
    return going_on


def _size(line: Row) -> float:
    return max(piece.size for cell in line for piece in cell)
