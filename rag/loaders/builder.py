"""Builds a document's text and outline, with exact offsets, from the parts that a loader adds.

A loader makes one ``Builder``, tells it what stands in the file in the order of reading, and returns what it gives::

    doc = Builder()
    doc.heading("二、假期", level=1)
    doc.item("病假须附医院证明。", depth=1, label="2.1")
    doc.table([["城市", "餐补（元/天）"], ["北京", "120"]], header_rows=1)
    return doc.extract(Metadata(title="员工手册"))

Each call cleans its text (nothing invisible, no line breaks, runs of white space as one space; code keeps its lines),
appends it as a line of its own and returns its span, or None where nothing is left of it. ``label`` is what Word, HTML
or Markdown counts by itself: it stands in front of the text, since readers see it, once where the file has typed it
too, as a PDF has. ``page`` begins a page, slide, sheet
or chapter: what is appended from then on stands on it. ``boxes`` say where on the page parts of the text stand, their
offsets in the text that is given, which must be clean then (``clean_line(text) == text``). A caption, a quotation or
code is appended with ``add(kind, text)``, a table's caption before its table.

Merged cells of a table: one that goes over several rows is repeated in each of them, so that every row stands by itself
and can be quoted; one that goes over several columns is given once, followed by ``None`` for each further column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from rag.loaders.lines import clean_line, visible
from rag.loaders.metadata import Metadata
from rag.outline import Block, Box, Cell, Kind, Outline, PageSpan, Unit
from rag.types import Span

BETWEEN_CELLS = " | "
"""What stands between the cells of a row, in the text."""

_MOST_KEYS = 3
_ORDINAL = re.compile(r"\W*\d{1,6}\W*")
_FIGURE = re.compile(r"\W*\d[\W\d]*\w{0,4}")


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as ``Builder.table`` takes it."""

    rows: tuple[tuple[str | None, ...], ...]
    header_rows: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page that may or may not belong to the article."""

    text: str
    kind: Kind = "paragraph"
    level: int = 0
    label: str = ""
    table: Cells | None = None
    linked: int = 0
    """How many of its characters lead to other pages."""
    marked: bool = False
    """Whether it stands in the element that was asked for."""
    footer: bool = False

    @property
    def shown(self) -> str:
        """The line with its number."""
        return f"{self.label} {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True)
class Extract:
    """The result of a parser: clean text, its structure, and the file's metadata."""

    text: str
    metadata: Metadata = field(default_factory=Metadata)
    outline: Outline = field(default_factory=Outline)
    unread: tuple[int, ...] = ()
    """The numbers of pages with pictures that were not read, though they may show text."""

    @classmethod
    def of_lines(cls, lines: Iterable[str | Line], metadata: Metadata | None = None) -> Extract:
        """Clean lines; those of which nothing is known but their words as paragraphs."""
        doc = Builder()
        for line in lines:
            doc.line(line if isinstance(line, Line) else Line(line))
        return doc.extract(metadata or Metadata())

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the text."""
        return tuple(self.text.split("\n")) if self.text else ()


class Builder:
    """Text and outline as they grow; see the top of this file."""

    def __init__(self, before: Extract | None = None) -> None:
        """``before``: what is there already, and is added to."""
        self._lines: list[str] = [before.text] if before and before.text else []
        self._length = len(before.text) if before else 0
        self._blocks = list(before.outline.blocks) if before else []
        self._pages = list(before.outline.pages) if before else []
        self._boxes = list(before.outline.boxes) if before else []

    def heading(self, text: str, level: int, label: str = "", boxes: Sequence[Box] = ()) -> Span | None:
        """A heading or title; ``level`` 1 is the highest."""
        return self.add("heading", text, level=level, label=label, boxes=boxes)

    def paragraph(self, text: str, boxes: Sequence[Box] = ()) -> Span | None:
        """A paragraph of running text, or a line of which no more is known."""
        return self.add("paragraph", text, boxes=boxes)

    def item(self, text: str, depth: int = 0, label: str = "", boxes: Sequence[Box] = ()) -> Span | None:
        """A list item; ``depth`` is how many items it stands in, ``label`` its number ("2.1", "(a)"), if it has one."""
        return self.add("item", text, level=depth, label=label, boxes=boxes)

    def note(self, text: str, label: str = "", boxes: Sequence[Box] = ()) -> Span | None:
        """A foot- or endnote, a speaker's note, a comment; ``label`` is its mark."""
        return self.add("note", text, label=label, boxes=boxes)

    def add(self, kind: Kind, text: str, *, level: int = 0, label: str = "", boxes: Sequence[Box] = ()) -> Span | None:
        """A block of any kind but "table", "header" and "row"."""
        clean = _clean_code(text) if kind == "code" else clean_line(text)
        if not clean:
            return None
        label = clean_line(label)
        line = f"{label} {clean}" if label and kind != "code" and not _begins_with(clean, label) else clean
        span = self._append(line)
        self._blocks.append(Block(kind, span.start, span.end, level, label))
        if boxes:
            if clean != text:
                raise ValueError(f"boxes need clean text, not {text[:40]!r}")
            at = span.end - len(clean)
            self.boxes(replace(one, start=one.start + at, end=one.end + at) for one in boxes)
        return span

    def end(self, level: int) -> None:
        """The sections of a level and deeper end here, though no heading follows."""
        self._blocks.append(Block("end", self._length, self._length, level))

    def line(self, line: Line) -> None:
        """A line that was found before it was known whether it would be kept."""
        if line.table:
            self.table(line.table.rows, header_rows=line.table.header_rows)
        elif line.kind == "end":
            self.end(line.level)
        else:
            self.add(line.kind, line.text, level=line.level, label=line.label)

    def table(
        self,
        rows: Sequence[Sequence[str | None]],
        *,
        header_rows: int = 0,
        keys: int | None = None,
        labels: Sequence[str] = (),
        boxes: Sequence[Sequence[Sequence[Box]]] = (),
    ) -> Span | None:
        """A table as a grid; each row becomes a line, its cells apart by " | ".

        Args:
            rows: the cells of each row from column 0 on, header first; ``None`` continues the cell to its left.
            header_rows: how many of the first rows name the columns; 0 where nothing does.
            keys: how many of the first columns name a row; by default found out from what stands there.
            labels: of each row, what it is called in its sheet ("17").
            boxes: of each row, of each cell, its boxes; offsets in the cell's text, which must be clean.
        """
        clean = [[None if cell is None else clean_line(cell) for cell in row] for row in rows]
        if not any(cell for row in clean for cell in row):
            return None
        at = len(self._blocks)
        columns = _columns(clean[:header_rows], max(map(len, clean)))
        body = clean[header_rows:]
        self._blocks.append(Block("table", 0, 0, columns=columns, keys=_keys(body) if keys is None else keys))
        spans = []
        for number, row in enumerate(clean):
            label = labels[number] if number < len(labels) else ""
            kind: Kind = "header" if number < header_rows else "row"
            own = boxes[number] if number < len(boxes) else ()
            if span := self._row(kind, row, label, own):
                spans.append(span)
        whole = Span(spans[0].start, spans[-1].end)
        self._blocks[at] = replace(self._blocks[at], start=whole.start, end=whole.end)
        return whole

    def page(self, number: int, width: float = 0.0, height: float = 0.0, unit: Unit = "page", name: str = "") -> None:
        """Begin a page, slide, sheet or chapter."""
        self._close_page()
        self._pages.append(PageSpan(number, self.position, self.position, width, height, unit, name))

    def boxes(self, boxes: Iterable[Box]) -> None:
        """The boxes of parts of the text; offsets are into the whole text built so far."""
        self._boxes.extend(boxes)

    def include(self, part: Extract, under: int = 0) -> Span | None:
        """Append all that another file or chapter says, with its structure; its pages keep their numbers.

        ``under``: the level of the heading that it stands under; its own are that much lower.
        """
        if not part.text:
            return None
        at = self.position
        if part.outline.pages:
            self._close_page()
            self._pages += [replace(page, start=page.start + at, end=page.end + at) for page in part.outline.pages]
        for block in part.outline.blocks:
            cells = tuple(replace(cell, start=cell.start + at, end=cell.end + at) for cell in block.cells)
            level = block.level + under * (block.kind == "heading")
            self._blocks.append(replace(block, start=block.start + at, end=block.end + at, level=level, cells=cells))
        self.boxes(replace(box, start=box.start + at, end=box.end + at) for box in part.outline.boxes)
        self._lines += part.lines
        self._length = at + len(part.text)
        return Span(at, self._length)

    def extract(self, metadata: Metadata) -> Extract:
        """Everything that was appended."""
        self._close_page()
        outline = Outline(
            tuple(self._blocks), tuple(self._pages), tuple(sorted(self._boxes, key=lambda box: (box.start, box.end)))
        )
        return Extract("\n".join(self._lines), metadata, outline)

    @property
    def position(self) -> int:
        """Where the next line will start."""
        return self._length + bool(self._lines)

    def _append(self, line: str) -> Span:
        start = self.position
        self._lines.append(line)
        self._length = start + len(line)
        return Span(start, self._length)

    def _row(self, kind: Kind, row: Sequence[str | None], label: str, boxes: Sequence[Sequence[Box]]) -> Span | None:
        given = [(column, cell) for column, cell in enumerate(row) if cell is not None]
        filled = [place for place, (_, cell) in enumerate(given) if cell]
        if not filled:
            return None
        start = self.position
        line = ""
        cells = []
        for column, cell in given[filled[0] : filled[-1] + 1]:
            line += BETWEEN_CELLS.rstrip() if line else ""
            if cell:
                line += " " if line else ""
                at = start + len(line)
                cells.append(Cell(at, at + len(cell), column))
                if column < len(boxes):
                    self.boxes(replace(one, start=one.start + at, end=one.end + at) for one in boxes[column])
                line += cell
        span = self._append(line)
        self._blocks.append(Block(kind, span.start, span.end, label=label, cells=tuple(cells)))
        return span

    def _close_page(self) -> None:
        if self._pages:
            last = self._pages[-1]
            self._pages[-1] = replace(last, end=max(self._length, last.start))


def _begins_with(text: str, label: str) -> bool:
    """Whether a label is typed in front of a text already; "1." is not in front of "1.5 kg"."""
    return text.startswith(label) and not (label[-1].isdigit() or label[-1] == ".") * text[len(label) :][:1].isdigit()


def _clean_code(text: str) -> str:
    """Code with its lines and indentation, without empty lines around it."""
    lines = [visible(line.expandtabs(4)).rstrip() for line in text.splitlines()]
    return re.sub(r"\A(?:[ ]*\n)+", "", "\n".join(lines)).rstrip()


def _columns(header: Sequence[Sequence[str | None]], width: int) -> tuple[str, ...]:
    """What names each column: the cells over it from the top down, each once."""
    names: list[list[str]] = [[] for _ in range(width)]
    for row in header:
        over = ""
        for column in range(width):
            cell = row[column] if column < len(row) else ""
            over = over if cell is None else cell
            if over and over not in names[column]:
                names[column].append(over)
    return tuple(map(" ".join, names)) if header else ()


def _keys(rows: Sequence[Sequence[str | None]]) -> int:
    """How many of the first columns name a row: one, and those before it that only count rows or group them."""
    width = max(map(len, rows), default=0)
    for column in range(min(width - 1, _MOST_KEYS - 1)):
        cells = [row[column] or "" for row in rows if column < len(row)]
        following = [row[column + 1] or "" for row in rows if column + 1 < len(row)]
        counts = all(_ORDINAL.fullmatch(cell) for cell in cells if cell)
        groups = len(set(cells)) < len(cells)
        if not (counts or groups) or any(_FIGURE.fullmatch(cell[:40]) for cell in following):
            return column + 1
    return min(width, _MOST_KEYS)
