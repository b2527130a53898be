"""A source text to the blocks that every format renders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

SOURCES = Path(__file__).with_name("sources")
"""A folder a shelf, in it one file a document, called like it with ``.txt`` behind; see its README.md."""

LEFT, ABOVE = "<", "^"
"""What stands in a cell that belongs to the one on its left, or above it."""
SUM = "Σ"
"""What stands in a cell for the sum of the figures above it, down from the header or the last sum."""

MARK = re.compile(r"\[\^(\w+)\]")
"""Where a footnote is called."""

Kind = Literal["heading", "paragraph", "item", "step", "table", "chart", "spoken"]

_FIELD = re.compile(r"([a-z]+): (.*)")
_HEADING = re.compile(r"(#+) (.*)")
_ITEM = re.compile(r"( *)(-|\d+\.) (.*)")
_NOTE = re.compile(r"\[\^(\w+)\]: (.*)")
_RULE = re.compile(r"\|(?:-+\|)+")


class SourceError(Exception):
    """A source is not written as its README.md says."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, item of a list, numbered step, table, chart, or what a speaker says beside a slide."""

    kind: Kind
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    header: int = 0
    """How many rows name the columns."""


@dataclass(frozen=True, slots=True)
class Part:
    """A page, sheet, slide, chapter or attachment."""

    name: str
    blocks: tuple[Block, ...]
    notes: dict[str, str] = field(default_factory=dict)
    """Footnotes by their mark."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document to be rendered: ``fields`` tell the title, the author, the date and how it is laid out."""

    name: str
    fields: dict[str, str]
    parts: tuple[Part, ...]

    def only(self, part: Part, name: str) -> Source:
        """One of its parts as a document of its own."""
        return replace(self, name=name, fields=self.fields | {"title": Path(name).stem}, parts=(part,))


def read(path: Path) -> Source:
    """The document that a source describes.

    Raises:
        SourceError: it has no title, or a footnote is called that is not there, or the other way round.
    """
    head, _, body = path.read_text("utf-8").partition("\n\n")
    fields = {found[1]: found[2].strip() for line in head.splitlines() if (found := _FIELD.fullmatch(line))}
    if "title" not in fields:
        raise SourceError(f"{path.name} begins without 'title: …'")
    pieces = re.split(r"^=== (.*)$", body, flags=re.MULTILINE)
    named = [("", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
    parts = tuple(_part(name.strip(), text) for name, text in named if text.strip())
    for part in parts:
        called = {mark for line in _texts(part) for mark in MARK.findall(line)}
        if called != set(part.notes):
            raise SourceError(f"{path.name}: the footnotes {sorted(called ^ set(part.notes))} are called or told alone")
    return Source(path.name.removesuffix(".txt"), fields, parts)


def covered(rows: Sequence[Sequence[str]], row: int, column: int) -> tuple[int, int]:
    """The last row and column of a cell that the ones beside or below it belong to."""
    right = column
    while right + 1 < len(rows[row]) and rows[row][right + 1] == LEFT:
        right += 1
    low = row
    while low + 1 < len(rows) and rows[low + 1][column] == ABOVE:
        low += 1
    return low, right


def summed(rows: Sequence[Sequence[str]], row: int, column: int) -> tuple[int, float]:
    """Where the figures begin that a sum adds up, and what they come to."""
    first = row
    while first > 0 and number(rows[first - 1][column]) is not None:
        first -= 1
    return first, sum(number(rows[one][column]) or 0.0 for one in range(first, row))


def number(cell: str) -> float | None:
    """The figure that a cell holds; None where it holds words."""
    bare = cell.replace(",", "")
    if re.fullmatch(r"-?\d+(?:\.\d+)?", bare):
        return float(bare)
    return float(bare[:-1]) / 100 if re.fullmatch(r"-?\d+(?:\.\d+)?%", bare) else None


def _texts(part: Part) -> Iterator[str]:
    for block in part.blocks:
        yield block.text
        for row in block.rows:
            yield from row


def _part(name: str, text: str) -> Part:
    notes = {found[1]: found[2] for line in text.splitlines() if (found := _NOTE.fullmatch(line))}
    return Part(name, tuple(_blocks([line for line in text.splitlines() if not _NOTE.fullmatch(line)])), notes)


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    table: list[str] = []
    chart = ""
    for line in [*lines, ""]:
        if line.startswith("|"):
            table.append(line)
            continue
        if table:
            yield _table(table, chart)
            table, chart = [], ""
        if found := _HEADING.fullmatch(line):
            yield Block("heading", found[2], len(found[1]))
        elif found := _ITEM.fullmatch(line):
            yield Block("item" if found[2] == "-" else "step", found[3], len(found[1]) // 2)
        elif line.startswith("chart: "):
            chart = line.removeprefix("chart: ")
        elif line.startswith(">> "):
            yield Block("spoken", line.removeprefix(">> "))
        elif line.strip():
            yield Block("paragraph", line.strip())


def _table(lines: Sequence[str], chart: str) -> Block:
    header = next((place for place, line in enumerate(lines) if _RULE.fullmatch(line)), 0)
    rows = tuple(
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines if not _RULE.fullmatch(line)
    )
    if len({len(row) for row in rows}) != 1:
        raise SourceError(f"the rows of a table differ in width: {lines[0]}")
    return Block("chart" if chart else "table", chart, rows=rows, header=header)
