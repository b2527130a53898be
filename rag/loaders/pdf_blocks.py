"""Groups the parts of all pages into headings, paragraphs, list items, notes and tables, with pages and boxes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.loaders.builder import Builder
from rag.loaders.lines import clean_line, width
from rag.loaders.pdf_hyphens import Spelling, glued
from rag.loaders.pdf_layout import Column, Part, Table
from rag.loaders.pdf_lines import Piece, rows
from rag.loaders.pdf_page import turned_box
from rag.loaders.pdf_paragraphs import ITEM, OpenParagraph, crosses, follows, wraps
from rag.outline import Box
from rag.text import HAN, has_words

_LARGER = 1.12
_NOTE_SIZE = 0.88
_LONGEST_HEADING = 120
_LEVELS = 6
_SAME_EDGE = 3.0
"""Points by which the columns of a table may differ where it goes on."""
_NOTE = re.compile(r"(?P<label>\d{1,3}|[*†‡§¶①-⑳]|\[\d{1,3}\])\s?\S")
_CAPTION = re.compile(r"(?:Table|Figure|Fig\.|Chart|附?[表图圖])\s?[\dA-Z一二三四五六七八九十][\d.\-–]*", re.IGNORECASE)
_FIGURE_CELL = re.compile(r"\W*\d[\W\d]*\w{0,4}")
_SPACED_HAN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
_ADJACENT_HAN = re.compile(f"(?<=[{HAN}])(?=[{HAN}])")


@dataclass(frozen=True, slots=True)
class Laid:
    """A part of a page; ``angle`` is what its text was turned by."""

    page: int
    part: Part
    angle: float = 0
    inset: bool = False
    """Whether it was read by OCR off a picture on a page with text."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was appended to a document."""

    headings: list[tuple[str, float, int]]
    """Each with its size and page."""
    insets: dict[int, int]
    """Where the text of the pictures of a page begins, by the page's number."""


def append(doc: Builder, laid: Sequence[Laid]) -> Written:
    """Append everything to a document."""
    return _Writer(doc, laid).write()


class _Writer:
    def __init__(self, doc: Builder, laid: Sequence[Laid]) -> None:
        self._doc = doc
        self._laid = laid
        lines = [line for one in laid if isinstance(one.part, Column) and not one.inset for line in one.part.lines]
        self._body = _usual(lines)
        large = {_rounded(line.size) for line in lines if line.size >= _LARGER * self._body and has_words(line.text)}
        self._levels = {size: min(i, _LEVELS) for i, size in enumerate(sorted(large, reverse=True), 1)}
        bold = sum(len(line.text) for line in lines if line.bold)
        self._bold_tells = bold < 0.4 * sum(len(line.text) for line in lines)
        self._spelling = Spelling.of(line.text for line in lines)
        self._open: OpenParagraph | None = None
        self._tables: list[Laid] = []
        """A table that may go on over the page."""
        self._lefts: list[float] = []
        self._headings: list[tuple[str, float, int]] = []
        self._insets: dict[int, int] = {}

    def write(self) -> Written:
        """Append every part."""
        before: Laid | None = None
        for one in self._laid:
            if before and one.inset != before.inset:
                self._close()
            if one.inset:
                self._insets.setdefault(one.page, self._doc.position)
            before = one
            if isinstance(one.part, Table):
                self._close()
                if self._tables and not _continues(self._tables[-1], one):
                    self._table()
                self._tables.append(one)
                continue
            self._table()
            notes = len(one.part.lines) if one.inset else self._notes_from(one.part)
            for place, line in enumerate(one.part.lines):
                if place >= notes:
                    self._close()
                    self._note(line, one)
                elif not self._goes_on(line, one):
                    self._close()
                    self._open = OpenParagraph([(line, one.page, one.angle)], one.part, one.inset)
        self._table()
        self._close()
        return Written(self._headings, self._insets)

    def _goes_on(self, line: Piece, one: Laid) -> bool:
        """Whether a line continues the open paragraph, which then has it."""
        now = self._open
        if not now:
            return False
        last, page, angle = now.lines[-1]
        assert isinstance(one.part, Column)
        alike = abs(last.size - line.size) <= 0.1 * last.size and last.bold == line.bold and angle == one.angle
        if not alike or _CAPTION.match(last.text) or (ITEM.match(line.text) and not wraps(now, line)):
            return False
        same = now.column is one.part
        if not (follows(now, line, one.part, self._is_large(line)) if same else crosses(now, line, one.page - page)):
            return False
        now.lines.append((line, one.page, one.angle))
        now.column = one.part
        return True

    def _is_large(self, line: Piece) -> bool:
        return line.size >= _LARGER * self._body

    def _close(self) -> None:
        """Append the open paragraph as what it is."""
        now, self._open = self._open, None
        if not now:
            return
        text, boxes = _joined(now.lines, self._spelling)
        if not text:
            return
        first = now.lines[0][0]
        level = 0 if now.inset else self._level(text, now)
        marker = ITEM.match(text)
        label = marker["label"] if marker else ""
        if level:
            self._lefts = []
            self._headings.append((text, first.size, now.lines[0][1]))
            self._doc.heading(text, level, label, boxes)
        elif marker:
            self._doc.item(text, self._depth(first.left), label, boxes)
        else:
            self._lefts = []
            self._doc.add("caption" if _is_caption(text) else "paragraph", text, boxes=boxes)

    def _level(self, text: str, now: OpenParagraph) -> int:
        """Of a heading; 0 for what is none."""
        first = now.lines[0][0]
        if width(text) > _LONGEST_HEADING or not has_words(text) or _is_caption(text):
            return 0
        if level := self._levels.get(_rounded(first.size), 0):
            return level if re.search(r"[^\W\d_]", text) else 0
        plain = first.bold and self._bold_tells and len(now.lines) <= 2
        return len(self._levels) + 1 if plain and not text.endswith(tuple("。.，,；;、")) else 0

    def _depth(self, left: float) -> int:
        self._lefts = [known for known in self._lefts if known < left - 3] + [left]
        return len(self._lefts) - 1

    def _notes_from(self, column: Column) -> int:
        """From which line on a column is footnotes."""
        start = len(column.lines)
        while start and column.lines[start - 1].size <= _NOTE_SIZE * self._body:
            start -= 1
        marked = (i for i in range(start, len(column.lines)) if _NOTE.match(column.lines[i].text))
        return next(marked, len(column.lines)) if start or len(self._laid) > 1 else len(column.lines)

    def _note(self, line: Piece, one: Laid) -> None:
        mark = _NOTE.match(line.text)
        label = mark["label"] if mark else ""
        text, boxes = _joined([(line, one.page, one.angle)], self._spelling)
        said = text[len(label) :].lstrip() if text.startswith(label) else text
        cut = len(text) - len(said)
        if said:
            own = [replace(box, start=max(box.start - cut, 0), end=box.end - cut) for box in boxes]
            self._doc.note(said, label, own)

    def _table(self) -> None:
        """Append the open table, without the headers that it repeats on further pages."""
        parts, self._tables = self._tables, []
        grid: list[list[str | None]] = []
        boxes: list[list[list[Box]]] = []
        for one in parts:
            assert isinstance(one.part, Table)
            for number, row in enumerate(one.part.rows):
                cells = [None if cell is None else _cell(cell, one, self._spelling) for cell in row]
                texts = [None if cell is None else cell[0] for cell in cells]
                if number or not grid or texts != grid[0]:
                    grid.append(texts)
                    boxes.append([[] if cell is None else cell[1] for cell in cells])
        if parts and isinstance(parts[0].part, Table):
            self._lefts = []
            self._doc.table(grid, header_rows=_header_rows(grid, parts[0].part), boxes=boxes)


def _continues(before: Laid, one: Laid) -> bool:
    """Whether a drawn table goes on with the one before it, at the top of the next column or page."""
    last, part = before.part, one.part
    if not (isinstance(last, Table) and isinstance(part, Table) and last.xs and len(last.xs) == len(part.xs)):
        return False
    alike = all(abs(a - last.xs[0] - b + part.xs[0]) <= _SAME_EDGE for a, b in zip(last.xs, part.xs, strict=True))
    headed = len(part.rows) > 1 and _is_bold(part.rows[0]) and not _is_bold(part.rows[1])
    repeated = [_words(cell) for cell in part.rows[0]] == [_words(cell) for cell in last.rows[0]]
    return alike and (repeated or not headed) and (one.page - before.page == 1 or part.top < last.top)


def _words(cell: Sequence[Piece] | None) -> list[str]:
    return [piece.text for piece in cell or ()]


def _joined(lines: Sequence[tuple[Piece, int, float]], spelling: Spelling) -> tuple[str, list[Box]]:
    """Lines as one clean text, and the box of each."""
    text = ""
    boxes: list[Box] = []
    for piece, page, angle in lines:
        own = _close_up(clean_line(piece.text))
        if not own:
            continue
        if text:
            text, between = glued(text, own, spelling)
            if boxes and boxes[-1].end > len(text):
                boxes[-1] = _box(boxes[-1].start, len(text), lines[len(boxes) - 1])
            text += between
        boxes.append(_box(len(text), len(text) + len(own), (piece, page, angle)))
        text += own
    return text, boxes if clean_line(text) == text else []


def _box(start: int, end: int, line: tuple[Piece, int, float]) -> Box:
    piece, page, angle = line
    sides = turned_box((piece.left, piece.top, piece.right, piece.bottom), -angle)
    return Box(start, end, page, *(round(side, 1) for side in sides))


def _cell(cell: Sequence[Piece], one: Laid, spelling: Spelling) -> tuple[str, list[Box]]:
    lines = [(piece, one.page, one.angle) for row in rows(cell) for piece in row]
    return _joined(lines, spelling)


def _header_rows(grid: Sequence[Sequence[str | None]], table: Table) -> int:
    """How many of the first rows of a table name its columns."""
    if len(grid) < 2:
        return 0
    first, below = [cell or "" for cell in grid[0]], grid[1:]
    figures = [bool(_FIGURE_CELL.fullmatch(cell)) for cell in first[1:] if cell]
    bold = _is_bold(table.rows[0]) and not (len(table.rows) > 1 and _is_bold(table.rows[1]))
    counted = any(
        row[i] and _FIGURE_CELL.fullmatch(row[i] or "") for row in below for i in range(1, min(len(row), len(first)))
    )
    if sum(figures) > 0.5 * len(figures) and not bold:
        return 0
    if len(first) < 3 and not (bold or counted):
        return 0
    grouped = None in grid[0] and len(grid) > 2 and not any(_FIGURE_CELL.fullmatch(cell or "") for cell in grid[1])
    return 2 if grouped else 1


def _is_bold(row: Iterable[Sequence[Piece] | None]) -> bool:
    found = [piece.bold for cell in row if cell for piece in cell]
    return bool(found) and all(found)


def _is_caption(text: str) -> bool:
    return bool(_CAPTION.match(text)) and width(text) <= _LONGEST_HEADING and not text.endswith(("。", "."))


def _usual(lines: Iterable[Piece]) -> float:
    """The size of most letters."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[_rounded(line.size)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _rounded(size: float) -> float:
    return round(2 * size) / 2


def _close_up(line: str) -> str:
    """The line without the spaces that some PDFs show between all Chinese characters."""
    spaced, tight = len(_SPACED_HAN.findall(line)), len(_ADJACENT_HAN.findall(line))
    return _SPACED_HAN.sub("", line) if spaced > 2 and spaced > tight else line
