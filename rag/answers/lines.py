"""Splits a document into lines with their kind: heading, lead-in, list item, table row or paragraph."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rag.outline import Block, Cell
from rag.text import HAN
from rag.types import Document, Span

LineKind = Literal["heading", "lead", "item", "header", "row", "text"]

_MARK = re.compile(
    r"\s*(?:[-*•·▪●○◦–—]\s+|[(（]?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)）、](?!\d)\s*"
    r"|[(（][一二三四五六七八九十甲乙丙丁戊0-9]{1,3}[)）]|[①-⑳]"
    rf"|第[一二三四五六七八九十\d]+步[：:、,，]?|(?i:step\s+\d+[.:]?)\s)(?=[\w{HAN}“\"'《(（])"
)
_DIGITS = re.compile(r"\s*[(（]?(\d{1,2})[.)）、]")
_NUMBERED_HEADING = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百\d]+[章节節部篇编]"
    r"|\d{1,2}(?:\.\d{1,2})*\.?\s|(?i:chapter|section|part|appendix)\s)"
)
_LEADS = re.compile(r"[:：]\s*$")
_ENDS = re.compile(r"[.。!！?？;；…][\"'”’」』）)]*\s*$")
_TITLE_WIDTH = 60
"""Columns up to which a line that ends no sentence may be a heading."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document: a block of its outline."""

    kind: LineKind
    start: int
    end: int
    level: int = 0
    label: str = ""
    cells: tuple[Cell, ...] = ()
    """Of a row whose cells are known."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


@dataclass(frozen=True)
class Lines:
    """The lines of one document in order, with their lists, tables and sections."""

    document: Document
    lines: Sequence[Line]

    @classmethod
    def of(cls, document: Document) -> Lines:
        """Lines with kinds from the outline; those of plain paragraphs are guessed from their form."""
        blocks = [one for one in document.outline.blocks if one.kind not in ("table", "end") and one.start < one.end]
        if not blocks:
            found = re.finditer(r"[^\r\n]*\S", document.text)
            blocks = [Block("paragraph", match.start(), match.end()) for match in found]
        known = any(one.kind == "heading" for one in blocks)
        texts = [document.text[one.start : one.end] for one in blocks]
        kinds = [_looks(one, text, known) for one, text in zip(blocks, texts, strict=True)]
        _listed(kinds, texts, [one.kind == "heading" for one in blocks])
        _numbered_in_turn(kinds, texts, [one.kind == "heading" for one in blocks])
        _headings_of_sections(kinds, texts)
        for index, kind in enumerate(kinds):
            after = kinds[index + 1] if index + 1 < len(kinds) else None
            if kind == "text" and _LEADS.search(texts[index]) and after in ("item", "row", "header", "text"):
                kinds[index] = "lead"
            elif kind == "heading" and blocks[index].kind != "heading" and after in (None, "heading", "row"):
                kinds[index] = "heading" if _NUMBERED_HEADING.match(texts[index]) or after == "row" else "text"
        _items_below_leads(kinds, texts)
        _headers(kinds, texts)
        return cls(
            document,
            [
                Line(kind, one.start, one.end, one.level, one.label, one.cells)
                for kind, one in zip(kinds, blocks, strict=True)
            ],
        )

    def text(self, index: int) -> str:
        """The words of a line."""
        return self.lines[index].span.of(self.document.text)

    def at(self, position: int) -> int:
        """The index of the line that a character stands in."""
        return max(bisect_right(self._starts, position) - 1, 0)

    def list_at(self, index: int, outer: bool = False) -> range:
        """The items of the list that a line is in, or stands before; empty where it does neither.

        Of a list within a list its own items alone, with ``outer`` those of the list around it too.
        """
        if self.lines[index].kind != "item":
            index += 1
        if index >= len(self.lines) or self.lines[index].kind != "item":
            return range(0)
        level, whole = self.lines[index].level, self._run(index, ("item",))
        above = [row for row in whole if self.lines[row].level < level and not outer]
        first = max((row + 1 for row in above if row < index), default=whole.start)
        return range(first, min((row for row in above if row > index), default=whole.stop))

    def table_at(self, index: int) -> range:
        """The rows of the table that a line is in, or leads in, its header first; empty where it does neither."""
        if self.lines[index].kind in ("lead", "heading"):
            index += 1
        if index >= len(self.lines) or self.lines[index].kind not in ("row", "header"):
            return range(0)
        return self._run(index, ("row", "header"))

    def lead_of(self, items: range) -> int | None:
        """The lead-in or sentence right before a list or table; what ends as neither is its title."""
        before = items.start - 1
        leads = before >= 0 and self.lines[before].kind in ("lead", "text", "item")
        return before if leads and (_ENDS.search(self.text(before)) or _LEADS.search(self.text(before))) else None

    def section_at(self, index: int) -> range:
        """The lines under the heading that a line stands under, or is; without the heading."""
        start = index
        while start >= 0 and self.lines[start].kind != "heading":
            start -= 1
        end = index + 1
        while end < len(self.lines) and self.lines[end].kind != "heading":
            end += 1
        return range(start + 1, end)

    def _run(self, index: int, kinds: tuple[LineKind, ...]) -> range:
        start = end = index
        while start > 0 and self.lines[start - 1].kind in kinds:
            start -= 1
        while end + 1 < len(self.lines) and self.lines[end + 1].kind in kinds:
            end += 1
        return range(start, end + 1)

    @cached_property
    def _starts(self) -> list[int]:
        return [line.start for line in self.lines]


def cells_of(lines: Lines, row: int) -> Sequence[Span]:
    """The cells of a row, in order."""
    line = lines.lines[row]
    if line.cells:
        return [Span(cell.start, cell.end) for cell in line.cells]
    spans, start = [], line.start
    for part in lines.text(row).split(" | "):
        spans.append(Span(start, start + len(part)))
        start += len(part) + 3
    return spans


def outermost(lines: Lines, items: Sequence[int]) -> list[int]:
    """Of the items of a list, those that are in no other item."""
    level = min((lines.lines[row].level for row in items), default=0)
    return [row for row in items if lines.lines[row].level == level]


def _looks(block: Block, text: str, known: bool) -> LineKind:
    if block.kind in ("heading", "item", "header", "row"):
        return block.kind
    if block.kind != "paragraph":
        return "text"
    if text.count(" | ") and len(text) < 400:
        return "row"
    if _titled(text) and not known and (_NUMBERED_HEADING.match(text) or not re.search("[:：,，;；]", text)):
        return "heading"
    return "item" if _MARK.match(text) else "text"


def _titled(text: str) -> bool:
    """Whether a line is as short as a title, and neither ends a sentence nor leads one in."""
    width = len(text) + len(re.findall(f"[{HAN}]", text))
    return width <= _TITLE_WIDTH and not _ENDS.search(text) and not _LEADS.search(text)


def _listed(kinds: list[LineKind], texts: Sequence[str], fixed: Sequence[bool]) -> None:
    """Three short lines in a row or more, below a sentence, are no headings but items."""
    start = 0
    while start < len(kinds):
        end = start
        while (
            end < len(kinds) and kinds[end] == "heading" and not fixed[end] and not _NUMBERED_HEADING.match(texts[end])
        ):
            end += 1
        if end - start > 2 and start and kinds[start - 1] in ("text", "lead"):
            kinds[start:end] = ["item"] * (end - start)
        start = max(end, start + 1)


def _numbered_in_turn(kinds: list[LineKind], texts: Sequence[str], fixed: Sequence[bool]) -> None:
    """Short numbered lines look like headings; those that follow each other, 1. 2. 3., are items."""
    numbers = [int(match[1]) if (match := _DIGITS.match(text)) else None for text in texts]
    for index in range(1, len(kinds)):
        here, before = numbers[index], numbers[index - 1]
        if here is not None and before is not None and here == before + 1:
            for one in (index - 1, index):
                if kinds[one] in ("heading", "text") and not fixed[one]:
                    kinds[one] = "item"


def _headings_of_sections(kinds: list[LineKind], texts: Sequence[str]) -> None:
    """Short numbered lines that each stand alone above a text are no items but the headings of sections."""
    for index, kind in enumerate(kinds[:-1]):
        alone = (
            kind == "item" and kinds[index + 1] == "text" and (index == 0 or kinds[index - 1] in ("text", "heading"))
        )
        if alone and _DIGITS.match(texts[index]) and _titled(texts[index]):
            kinds[index] = "heading"


def _headers(kinds: list[LineKind], texts: Sequence[str]) -> None:
    """The first of some rows names the columns, where it has no number."""
    for index, kind in enumerate(kinds[:-1]):
        first = kind == "row" and (index == 0 or kinds[index - 1] not in ("row", "header"))
        if first and kinds[index + 1] == "row" and not re.search(r"\d", texts[index]):
            kinds[index] = "header"


def _items_below_leads(kinds: list[LineKind], texts: Sequence[str]) -> None:
    """Unmarked lines below a lead-in are items, as long as they are short and alike; titles among them too."""
    for index, kind in enumerate(kinds):
        if kind != "lead":
            continue
        below = index + 1
        while below < len(kinds) and kinds[below] in ("text", "heading") and _item_like(texts, index + 1, below):
            below += 1
        if below - index > 2 or (below - index == 2 and below < len(kinds) and kinds[below] == "item"):
            kinds[index + 1 : below] = ["item"] * (below - index - 1)


def _item_like(texts: Sequence[str], first: int, index: int) -> bool:
    """Whether a line ends as the first of its list does, and is no longer than a sentence or two."""
    text = texts[index]
    if len(text) > 240 or _NUMBERED_HEADING.match(text):
        return False
    semicolon = re.compile("[;；]$")
    before = texts[index - 1] if index > first else ""
    if semicolon.search(texts[first]) and index > first:
        return bool(semicolon.search(before))
    return bool(_ENDS.search(text)) == bool(_ENDS.search(texts[first]))


def columns(text: str) -> int:
    """How much room a text takes: a letter is 1, a Chinese character or mark 2."""
    return len(text) + sum(ord(character) > 0x2E7F for character in text)
