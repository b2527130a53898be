"""Reads Word documents: numbered headings and lists, tables, notes, text boxes; hidden text is left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from rag.loaders.archive import Archive, damaged, parse_xml
from rag.loaders.builder import Builder, Extract
from rag.loaders.lines import clean_line, ends_sentence, width
from rag.loaders.metadata import Metadata
from rag.loaders.properties import metadata_of
from rag.loaders.tables import header_rows, with_groups
from rag.loaders.word_numbers import Numbers, W, value
from rag.loaders.word_styles import Styles
from rag.loaders.word_text import LEFT_OUT, Paragraph, read_paragraph, reading_line

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element as Element

KIND = "Word document"
_PAGE_COUNT = re.compile(r"[\s\d/|–—-]*(?:(?:page|of|第|共|页|頁|seite|von)[\s\d/|–—-]*)*", re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LONG_CELL = 400
_SHORT_LINE = 80
"""Columns of a heading or caption that is none by its style."""


@dataclass(slots=True)
class _Line:
    """A paragraph, or a line of one."""

    text: str
    kind: str = "paragraph"
    level: int = 0
    label: str = ""
    bold: bool = False


@dataclass(slots=True)
class _Table:
    rows: list[list[str | None]]
    header_rows: int


_Piece = _Line | _Table


def parse(data: bytes, name: str) -> Extract:
    """The structure of a .docx file and its core properties.

    Raises:
        DocumentError: the file is no Word document, is damaged or locked, or unpacks to too much.
    """
    document = _open(data, name)
    reader = _Reader(document)
    heads, feet = reader.margins()
    body = list(reader.pieces(document.element.body))
    doc = Builder()
    for piece, following in pairwise([*heads, *_with_headings(body), *reader.endnotes(), *feet, None]):
        _append(doc, piece, following)
    return doc.extract(_metadata(document, body))


def _open(data: bytes, name: str) -> WordDocument:
    import docx
    from docx.opc.exceptions import OpcError

    Archive(data, name, KIND)
    try:
        return docx.Document(io.BytesIO(data))
    except (OpcError, SyntaxError, KeyError, ValueError, NotImplementedError, OSError) as error:
        raise damaged(name, KIND) from error


def _metadata(document: WordDocument, body: Sequence[_Piece]) -> Metadata:
    lines = [piece for piece in body if isinstance(piece, _Line) and piece.text]
    headings = [line for line in lines[:20] if line.kind in {"title", "heading"}]
    best = min(headings, key=lambda line: (line.kind != "title", line.level), default=None)
    first = lines[0].text if lines and width(lines[0].text) <= _SHORT_LINE and not ends_sentence(lines[0].text) else ""
    properties = document.core_properties
    return metadata_of(properties.title, properties.author, properties.created, best.text if best else first)


@dataclass
class _Reader:
    """Reads the parts of a document, counting its lists and notes on the way."""

    document: WordDocument
    styles: Styles = field(init=False)
    numbers: Numbers = field(init=False)
    notes: dict[str, dict[str, Element]] = field(init=False)
    counts: dict[str, int] = field(default_factory=lambda: {"footnote": 0, "endnote": 0})
    ends: list[_Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        ground = self.document.element.find(f"{W}background")
        self.styles = Styles(self._part("styles"), "" if ground is None else str(ground.get(f"{W}color", "")))
        self.numbers = Numbers(self._part("numbering"), self.styles.lists())
        parts = {kind: self._part(f"{kind}s") for kind in self.counts}
        self.notes = {
            kind: {} if part is None else {str(note.get(f"{W}id", "")): note for note in part.iter(f"{W}{kind}")}
            for kind, part in parts.items()
        }

    def pieces(self, parent: Element) -> Iterator[_Piece]:
        """What stands below an element, in order; Word nests no deeper than a few tables."""
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag not in LEFT_OUT:
                yield from self.pieces(child)

    def margins(self) -> tuple[list[_Piece], list[_Piece]]:
        """The lines of all headers and footers, each once, page numbers left out."""
        found: list[list[_Piece]] = []
        seen: set[str] = set()
        for kind in ("header", "footer"):
            own: list[_Piece] = []
            for part in self._parts(kind):
                for piece in self.pieces(part):
                    if isinstance(piece, _Table):
                        text = " | ".join(filter(None, chain.from_iterable(piece.rows)))
                        piece = _Line(text)  # noqa: PLW2901
                    if piece.text not in seen and not _PAGE_COUNT.fullmatch(piece.text):
                        seen.add(piece.text)
                        own.append(_Line(piece.text))
            found.append(own)
        return found[0], found[1]

    def endnotes(self) -> list[_Line]:
        """The endnotes whose marks were met."""
        return self.ends

    def _paragraph(self, paragraph: Element) -> Iterator[_Line]:
        properties = paragraph.find(f"{W}pPr")
        style = "" if properties is None else value(properties, "pStyle")
        if self.styles.is_contents(style):
            return
        found = read_paragraph(paragraph, self.styles, style)
        if found.text.strip():
            yield from self._lines(paragraph, style, found)
        if readings := reading_line(found.readings):
            yield _Line(readings, "note")
        for box in found.boxes:
            for piece in self.pieces(box):
                yield from _lines_of(piece)
        for kind, name in found.notes:
            yield from self._note(kind, name)

    def _lines(self, paragraph: Element, style: str, found: Paragraph) -> Iterator[_Line]:
        place = self.numbers.place(*self.styles.numbering(paragraph, style))
        label = self.numbers.label(place) if place else ""
        level = self.styles.level(paragraph, style)
        if level or self.styles.is_title(style):
            yield _Line(clean_line(found.text), "heading" if level else "title", level or 1, label)
            return
        kind = "item" if place else "caption" if self.styles.is_caption(style) else "paragraph"
        for line in filter(None, map(clean_line, found.text.split("\n"))):
            yield _Line(line, kind, place.level if place and kind == "item" else 0, label, found.bold)
            kind, label = "paragraph", ""

    def _note(self, kind: str, name: str) -> Iterator[_Line]:
        note = self.notes[kind].get(name)
        if note is None:
            return
        self.counts[kind] += 1
        label = str(self.counts[kind]).translate(_SUPERSCRIPTS)
        text = " ".join(line.text for piece in self.pieces(note) for line in _lines_of(piece))
        if kind == "footnote":
            yield _Line(text, "note", label=label)
        else:
            self.ends.append(_Line(text, "note", label=label))

    def _table(self, table: Element) -> Iterator[_Piece]:
        rows = [row for row in _own(table, f"{W}tr", f"{W}tbl") if row.find(f"{W}trPr/{W}del") is None]
        notes: list[_Line] = []
        cells = [[(cell, self._cell(cell)) for cell in _own(row, f"{W}tc", f"{W}tr")] for row in rows]
        if _is_layout([[pieces for _, pieces in row] for row in cells]):
            yield from (piece for row in cells for _, pieces in row for piece in pieces)
            return
        grid: list[list[str | None]] = []
        for row, own in zip(rows, cells, strict=True):
            grid.append(_grid_row(row, own, grid[-1] if grid else [], notes))
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        known = next((number for number, is_head in enumerate(heads) if not is_head), 0)
        yield _Table(grid, with_groups(grid, known or _bold_rows(cells)) or header_rows(grid))
        yield from notes

    def _cell(self, cell: Element) -> list[_Piece]:
        return list(self.pieces(cell))

    def _part(self, kind: str) -> Element | None:
        return next(self._parts(kind), None)

    def _parts(self, kind: str) -> Iterator[Element]:
        """The parts of a kind, in the order of the document's references to them, else of the file."""
        relations = [one for one in self.document.part.rels.values() if one.reltype.endswith(f"/{kind}")]
        for relation in relations:
            if not relation.is_external:
                yield parse_xml(relation.target_part.blob)


def _own(parent: Element, tag: str, holder: str) -> list[Element]:
    """The elements of a kind that belong to a table or row, not to a table within."""
    return [one for one in parent.iter(tag) if next(one.iterancestors(holder)) is parent]


def _lines_of(piece: _Piece) -> Iterator[_Line]:
    if isinstance(piece, _Line):
        yield piece
    else:
        yield from (_Line(" | ".join(filter(None, row))) for row in piece.rows)


def _is_layout(rows: Sequence[Sequence[Sequence[_Piece]]]) -> bool:
    """Whether a table only places text: it has one column, or a row of whole texts."""
    if all(len(row) <= 1 for row in rows):
        return True
    longest = max(sum(len(line.text) for piece in cell for line in _lines_of(piece)) for row in rows for cell in row)
    return len(rows) == 1 and longest > _LONG_CELL


def _grid_row(
    row: Element, cells: Sequence[tuple[Element, list[_Piece]]], above: Sequence[str | None], notes: list[_Line]
) -> list[str | None]:
    """A row's cells by column: one that goes over several rows is repeated, over several columns followed by None."""
    before = value(row.find(f"{W}trPr"), "gridBefore") if row.find(f"{W}trPr") is not None else ""
    grid: list[str | None] = [""] * (min(int(before), 63) if before.isdecimal() else 0)
    for cell, pieces in cells:
        lines = [line for piece in pieces for line in _lines_of(piece)]
        notes += [line for line in lines if line.kind == "note"]
        text: str | None = " ".join(
            f"{line.label} {line.text}".strip() for line in lines if line.kind != "note" and line.text
        )
        properties = cell.find(f"{W}tcPr")
        span = value(properties, "gridSpan") if properties is not None else ""
        merge = None if properties is None else properties.find(f"{W}vMerge")
        if merge is not None and merge.get(f"{W}val", "continue") == "continue" and len(grid) < len(above):
            text = above[len(grid)]
        grid += [text, *[None] * (min(int(span), 63) - 1 if span.isdecimal() else 0)]
    return grid


def _bold_rows(cells: Sequence[Sequence[tuple[Element, list[_Piece]]]]) -> int:
    """How many rows at the top are bold throughout, if those below are not."""
    bold = []
    for row in cells:
        lines = [line for _, pieces in row for piece in pieces for line in _lines_of(piece) if line.text]
        bold.append(bool(lines) and all(line.bold or line.kind == "heading" for line in lines))
    count = next((number for number, is_bold in enumerate(bold) if not is_bold), len(bold))
    return count if count <= 3 and count < len(bold) and not any(bold[count:]) else 0


def _with_headings(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The pieces with headings where a short bold paragraph stands over one that is not."""
    known = max((piece.level for piece in pieces if isinstance(piece, _Line) and piece.kind == "heading"), default=0)
    for piece, following in pairwise(pieces):
        if not isinstance(piece, _Line) or not piece.bold or piece.kind not in {"paragraph", "item"}:
            continue
        short = width(piece.text) <= _SHORT_LINE and not ends_sentence(piece.text)
        over_text = isinstance(following, _Table) or not following.bold or following.kind == "heading"
        if short and over_text and not piece.text.endswith((":", "：", ",", "，")):
            piece.kind, piece.level = "heading", min(known + 1, 9)
    return list(pieces)


def _append(doc: Builder, piece: _Piece | None, following: _Piece | None) -> None:
    if isinstance(piece, _Table):
        doc.table(piece.rows, header_rows=piece.header_rows)
    elif piece is not None:
        short = width(piece.text) <= _SHORT_LINE and not piece.text.endswith(("。", ".", "；", ";"))
        if piece.kind in {"heading", "title"}:
            doc.heading(piece.text, piece.level, piece.label)
        elif piece.kind == "item":
            doc.item(piece.text, piece.level, piece.label)
        elif piece.kind == "note":
            doc.note(piece.text, piece.label)
        elif piece.kind == "caption" or (isinstance(following, _Table) and short):
            doc.add("caption", piece.text)
        else:
            doc.paragraph(piece.text)
