"""The structure of a document: headings, list items, tables, pages and boxes, as spans of its text.

Offsets are into ``Document.text``, half open: ``text[start:end]``. Blocks stand in the order of the text, a line break
between them; only a block of kind "table" holds others, its header and rows, which follow it in the list.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal, get_args

Kind = Literal["heading", "end", "paragraph", "item", "table", "header", "row", "code", "caption", "note", "quote"]
"""What a block is. "end" is without text: the sections of its level and deeper end there, other than at a heading, as
where a panel of a page closes. "header" is a row of a table that names its columns, "item" a list item, "note" a foot-
or endnote, a speaker's note or a comment."""

Unit = Literal["page", "slide", "sheet", "chapter", "file"]
"""What a document is divided into for those who cite it; a "file" is one of an archive, or an attachment."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row that is not empty."""

    start: int
    end: int
    column: int
    """From 0. A cell over several columns has the first of them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, table, row, note or the like."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 is the highest. Of a list item: how many items it stands in."""
    label: str = ""
    """The number or mark of a heading, item or note, the number of a row in its sheet, the language of code."""
    cells: tuple[Cell, ...] = ()
    """Of a header or row."""
    columns: tuple[str, ...] = ()
    """Of a table: what names each column, with the name of its group in front."""
    keys: int = 0
    """Of a table: how many of the first columns name a row."""


@dataclass(frozen=True, slots=True)
class PageSpan:
    """A page, slide, sheet or chapter, and the text on it."""

    number: int
    """From 1."""
    start: int
    end: int
    width: float = 0.0
    """In points, as boxes are; 0 where there is no paper."""
    height: float = 0.0
    unit: Unit = "page"
    name: str = ""
    """What the document calls it: "iv", the name of a sheet, the title of a chapter."""
    by_machine: bool = False
    """Whether its text was recognised in a picture (OCR)."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a line of text, or part of one, is on its page, in points from the upper left corner."""

    start: int
    end: int
    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Outline:
    """The structure of one document; empty where nothing is known of it."""

    blocks: tuple[Block, ...] = ()
    pages: tuple[PageSpan, ...] = ()
    boxes: tuple[Box, ...] = ()

    def page_at(self, position: int) -> PageSpan | None:
        """The page that a character stands on."""
        index = bisect_right(self._page_starts, position) - 1
        return self.pages[index] if index >= 0 else None

    def boxes_of(self, start: int, end: int) -> list[Box]:
        """The boxes of a span, in order; the first and the last may reach beyond the span."""
        index = max(bisect_right(self._box_starts, start) - 1, 0)
        found = []
        for box in self.boxes[index:]:
            if box.start >= end:
                break
            if box.end > start:
                found.append(box)
        return found

    @cached_property
    def _page_starts(self) -> list[int]:
        return [page.start for page in self.pages]

    @cached_property
    def _box_starts(self) -> list[int]:
        return [box.start for box in self.boxes]


_LONGEST_LABEL = 24
"""Characters of a cell of a form that says what the next one is."""


def is_form(text: str, rows: Sequence[Block]) -> bool:
    """Whether the cells of rows alternate between labels and values; blank cells do not count."""
    paired = [row for row in rows if len(row.cells) % 2 == 0]
    said = [text[cell.start : cell.end] for row in paired for cell in row.cells[::2]]
    named = all(len(one) <= _LONGEST_LABEL and not re.search(r"\d", one) for one in said)
    wide = any(len(row.cells) > 2 for row in paired)
    return wide and 2 * len(paired) >= len(rows) and named and len(set(said)) == len(said)


Role = Literal["prose", "item", "code", "lead", "row", "cell", "context"]
"""What a piece of a chunk is: running text; a list item; code; a line that leads in the list, table or code below it;
the first filled cell of a table's row; a further cell of it; what only says what the others are about, such as a
heading, and is never an answer."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a chunk's text, ``chunk.text[start:end]``, and what a model reads before it."""

    start: int
    end: int
    role: Role = "prose"
    before: str = ""
    """Words that stand elsewhere in the document: the header of a cell, the item that a list item stands in."""


def to_json(outline: Outline) -> str:
    """An outline as compact JSON: each part a list of its fields, without those at its end that are as by default.

    An empty outline is an empty text.
    """
    if not (outline.blocks or outline.pages or outline.boxes):
        return ""
    parts = [[_packed(one) for one in many] for many in (outline.blocks, outline.pages, outline.boxes)]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Outline:
    """What ``to_json`` wrote, back.

    Raises:
        ValueError, TypeError: it is none.
    """
    if not text:
        return Outline()
    blocks, pages, boxes = json.loads(text)
    return Outline(
        tuple(_block(one) for one in blocks), tuple(PageSpan(*one) for one in pages), tuple(Box(*one) for one in boxes)
    )


_CELLS, _COLUMNS = (next(i for i, one in enumerate(fields(Block)) if one.name == name) for name in ("cells", "columns"))


def _packed(one: Block | PageSpan | Box) -> list[Any]:
    values: list[Any] = []
    kept = 0
    for field in fields(one):
        value = getattr(one, field.name)
        values.append(
            [part for cell in value for part in (cell.start, cell.end, cell.column)] if field.name == "cells" else value
        )
        if value != field.default:
            kept = len(values)
    return values[:kept]


def _block(packed: list[Any]) -> Block:
    if packed[0] not in get_args(Kind):
        raise ValueError(f"{packed[0]!r} is no kind of block")
    if len(packed) > _CELLS:
        numbers = packed[_CELLS]
        packed[_CELLS] = tuple(map(Cell, numbers[::3], numbers[1::3], numbers[2::3]))
    if len(packed) > _COLUMNS:
        packed[_COLUMNS] = tuple(packed[_COLUMNS])
    return Block(*packed)
