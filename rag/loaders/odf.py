"""Reads OpenDocument texts (ODT): headings, numbered lists, tables, notes, text boxes, formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.loaders.archive import Archive, locked
from rag.loaders.builder import Builder, Extract
from rag.loaders.lines import clean_line, ends_sentence, width
from rag.loaders.metadata import Metadata
from rag.loaders.odf_styles import DRAW, OFFICE, STYLE, TABLE, TEXT, Styles
from rag.loaders.properties import metadata_of
from rag.loaders.tables import header_rows

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

KIND = "OpenDocument text"
_HREF = "{http://www.w3.org/1999/xlink}href"
_SKIPPED = frozenset(
    {f"{TEXT}{name}" for name in "tracked-changes table-of-content page-number page-count note-citation".split()}
    | {f"{OFFICE}annotation", f"{OFFICE}annotation-end", f"{OFFICE}forms"}
)
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PAGE_COUNT = re.compile(r"[\s/|–—-]*(?:(?:page|of|第|共|页|頁|seite|von)[\s/|–—-]*)*", re.IGNORECASE)
_SIGNS = {f"{TEXT}line-break": "\n", f"{TEXT}tab": " ", f"{TEXT}s": " "}
_SIGNS |= {f"{TEXT}note": "", f"{DRAW}text-box": "", f"{TEXT}hidden-text": "", f"{TEXT}hidden-paragraph": ""}
_WIDEST = 1000
_SHORT_LINE = 80


def parse(data: bytes, name: str) -> Extract:
    """The structure of an .odt file, and its properties.

    Raises:
        DocumentError: the file is no OpenDocument text, is damaged or locked, or unpacks to too much.
    """
    archive = Archive(data, name, KIND)
    refuse_encrypted(archive, name)
    if "content.xml" not in archive.names:
        raise archive.damaged()
    content, styles = archive.xml("content.xml"), archive.optional_xml("styles.xml")
    reader = _Reader(archive, Styles.of(styles, content))
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise archive.damaged()
    heads, feet = (reader.margin(styles, kind) for kind in ("header", "footer"))
    for line in heads:
        reader.doc.paragraph(line)
    reader.blocks(body)
    for label, text in reader.ends:
        reader.doc.note(text, label)
    for line in feet:
        reader.doc.paragraph(line)
    return reader.doc.extract(properties(archive, reader.title))


def refuse_encrypted(archive: Archive, name: str) -> None:
    """Refuse a file whose parts are locked by a password.

    Raises:
        DocumentError: they are.
    """
    manifest = archive.optional_xml("META-INF/manifest.xml")
    if manifest is not None and any(str(one.tag).endswith("encryption-data") for one in manifest.iter()):
        raise locked(name)


def properties(archive: Archive, title: str) -> Metadata:
    """What a file says of itself; ``title`` is that of its text."""
    meta = archive.optional_xml("meta.xml")
    said: dict[str, str] = {}
    for one in () if meta is None else meta.iter():
        said.setdefault(str(one.tag).rpartition("}")[2], one.text or "")
    author = said.get("initial-creator") or said.get("creator")
    return metadata_of(said.get("title"), author, said.get("creation-date"), title)


@dataclass
class _Reader:
    archive: Archive
    styles: Styles
    doc: Builder = field(default_factory=Builder)
    title: str = ""
    ends: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Element] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    """Of each list, by its style, the number of each level."""

    def blocks(self, parent: Element) -> None:
        """Append what stands below an element, in order."""
        children = [child for child in parent if isinstance(child.tag, str)]
        for place, child in enumerate(children):
            over_table = place + 1 < len(children) and children[place + 1].tag == f"{TABLE}table"
            if child.tag in {f"{TEXT}p", f"{TEXT}h"}:
                self.paragraph(child, over_table=over_table)
            elif child.tag == f"{TEXT}list":
                self.items(child, str(child.get(f"{TEXT}style-name", "")), 1)
            elif child.tag == f"{TABLE}table":
                self.table(child)
            elif child.tag not in _SKIPPED and child.get(f"{TEXT}display") not in {"none", "condition"}:
                self.blocks(child)

    def paragraph(self, node: Element, *, over_table: bool = False) -> None:
        style = str(node.get(f"{TEXT}style-name", ""))
        text = "" if self.styles.hides("paragraph", style) else self.text(node)
        names = {one.lower() for one in self.styles.names("paragraph", style)} | {style.lower()}
        level = str(node.get(f"{TEXT}outline-level", "1"))
        if node.tag == f"{TEXT}h" or "title" in names:
            number = int(level) if level.isdecimal() else 1
            label = self.label("", number) if node.tag == f"{TEXT}h" else ""
            self.doc.heading(text, number, label)
            self.title = self.title or clean_line(text)
        else:
            lines = [line for line in map(clean_line, text.split("\n")) if line]
            for line in lines:
                caption = "caption" in names or (over_table and width(line) <= _SHORT_LINE and not ends_sentence(line))
                self.doc.add("caption" if caption else "paragraph", line)
        self.hanging()

    def hanging(self) -> None:
        """Append what hangs on the paragraphs before: readings, text boxes, notes."""
        readings, boxes, notes = self.readings, self.boxes, self.notes
        self.readings, self.boxes, self.notes = [], [], []
        self.doc.note("；".join(readings))
        for box in boxes:
            self.blocks(box)
        for note in notes:
            mark = _whole(note.find(f"{TEXT}note-citation"))
            body = note.find(f"{TEXT}note-body")
            text = "" if body is None else " ".join(self.lines(body))
            label = mark.translate(_SUPERSCRIPTS)
            if note.get(f"{TEXT}note-class") == "endnote":
                self.ends.append((label, text))
            else:
                self.doc.note(text, label)

    def items(self, node: Element, style: str, level: int) -> None:
        style = str(node.get(f"{TEXT}style-name", "")) or style
        goes_on = node.get(f"{TEXT}continue-numbering") == "true" or node.get(f"{TEXT}continue-list") is not None
        if level == 1 and not goes_on:
            self.counts.pop(style, None)
        for item in node:
            if item.tag not in {f"{TEXT}list-item", f"{TEXT}list-header"}:
                continue
            start = str(item.get(f"{TEXT}start-value", ""))
            if start.isdecimal():
                self.counts.setdefault(style, {})[level] = int(start) - 1
            first = item.tag == f"{TEXT}list-item"
            for child in item:
                if child.tag == f"{TEXT}list":
                    self.items(child, style, level + 1)
                elif child.tag == f"{TEXT}h":
                    self.paragraph(child)
                elif child.tag == f"{TEXT}p":
                    self.item(child, self.label(style, level) if first else "", level)
                    first = False
                else:
                    self.blocks(item)
                    break

    def item(self, node: Element, label: str, level: int) -> None:
        if not self.styles.hides("paragraph", str(node.get(f"{TEXT}style-name", ""))):
            self.doc.item(self.text(node), level - 1, label)
        self.hanging()

    def label(self, style: str, level: int) -> str:
        counts = self.counts.setdefault(style, {})
        counts[level] = counts.get(level, self.styles.start(style, level) - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return self.styles.label(style, counts, level)

    def table(self, table: Element) -> None:
        rows = list(grid(table, self.cell))
        if max(map(len, rows), default=0) <= 1:
            for cell in table.iter(f"{TABLE}table-cell"):
                self.blocks(cell)
            return
        known = sum(1 for head in table.iter(f"{TABLE}table-header-rows") for _ in head.iter(f"{TABLE}table-row"))
        self.doc.table(rows, header_rows=known if 0 < known < len(rows) else header_rows(rows))
        self.hanging()

    def cell(self, cell: Element) -> str:
        return " ".join(self.lines(cell))

    def lines(self, parent: Element) -> Iterator[str]:
        for node in parent.iter(f"{TEXT}p", f"{TEXT}h"):
            if not self.styles.hides("paragraph", str(node.get(f"{TEXT}style-name", ""))):
                yield clean_line(self.text(node))

    def text(self, node: Element) -> str:
        """The text of a paragraph; what hangs on it is kept for after it."""
        said = node.text or ""
        for child in node:
            said += self.inline(child) + (child.tail or "")
        return said

    def inline(self, node: Element) -> str:
        tag = node.tag
        if not isinstance(tag, str) or tag in _SKIPPED or tag in {f"{TEXT}p", f"{TEXT}h"}:
            return ""
        hidden = tag == f"{TEXT}span" and self.styles.hides("text", str(node.get(f"{TEXT}style-name", "")))
        said = "" if hidden else _SIGNS.get(tag)
        if tag == f"{TEXT}note":
            self.notes.append(node)
        elif tag == f"{DRAW}text-box":
            self.boxes.append(node)
        elif tag == f"{DRAW}object":
            said = self.formula(str(node.get(_HREF, "")))
        elif tag == f"{TEXT}ruby":
            said, reading = (_whole(node.find(f"{TEXT}ruby-{part}")) for part in ("base", "text"))
            self.readings.append(f"{said}（{reading}）")
        return self.text(node) if said is None else said

    def formula(self, href: str) -> str:
        """The formula of an embedded object as it was typed, if it is one."""
        math = self.archive.optional_xml(f"{href.removeprefix('./')}/content.xml")
        notes = [] if math is None else list(math.iter("{http://www.w3.org/1998/Math/MathML}annotation"))
        return " ".join(note.text or "" for note in notes)

    def margin(self, styles: Element | None, kind: str) -> list[str]:
        """The lines of all headers or footers, each once."""
        found: list[str] = []
        for part in () if styles is None else styles.iter(f"{STYLE}{kind}", f"{STYLE}{kind}-first"):
            found += [line for line in self.lines(part) if not _PAGE_COUNT.fullmatch(line) and line not in found]
        return found


def _whole(node: Element | None) -> str:
    return "" if node is None else "".join(node.itertext())


def grid(table: Element, read: Callable[[Element], str]) -> Iterator[list[str | None]]:
    """The rows of a table: a cell over several rows is repeated, over several columns followed by None."""
    below: dict[int, tuple[int, str | None]] = {}
    for row in own_rows(table):
        cells: list[str | None] = []
        for cell in row:
            if cell.tag == f"{TABLE}covered-table-cell":
                for _ in range(_times(cell)):
                    left, value = below.pop(len(cells), (0, None))
                    if left > 1:
                        below[len(cells)] = (left - 1, value)
                    cells.append(value)
            elif cell.tag == f"{TABLE}table-cell":
                text = read(cell)
                down, across = (_count(cell, f"number-{kind}-spanned") for kind in ("rows", "columns"))
                fills_up = not text and cell.getnext() is None  # to the sheet's last column, thousands of them
                for _ in range(1 if fills_up else _times(cell)):
                    for column in range(len(cells), len(cells) + across):
                        if down > 1:
                            below[column] = (down - 1, text if column == len(cells) else None)
                    cells.append(text)
        yield cells


def own_rows(table: Element) -> Sequence[Element]:
    """The rows of a table, without those of tables in its cells."""
    return [row for row in table.iter(f"{TABLE}table-row") if next(row.iterancestors(f"{TABLE}table")) is table]


def _times(cell: Element) -> int:
    return _count(cell, "number-columns-repeated")


def _count(cell: Element, name: str) -> int:
    said = str(cell.get(f"{TABLE}{name}", "1"))
    return min(int(said), _WIDEST) if said.isdecimal() and int(said) > 0 else 1
