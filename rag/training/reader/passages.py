"""Passages of question sets as documents with the structure that their lines show, and as the reader is given them.

A written passage may begin with its path of headings ("Handbook › 4 Leave › 4.4 Special leave"), and has the cells of a
table's row apart by " | ". In an index such a passage is read below its heading and its rows as sentences (see
``rag.model_text``), so that is what the reader learns from.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.indexing.layout import Layout
from rag.loaders.builder import BETWEEN_CELLS, Builder, Cells, Line
from rag.loaders.lines import clean_line
from rag.loaders.metadata import Metadata
from rag.loaders.plainstructure import structured
from rag.loaders.tables import header_rows
from rag.model_text import STEP, ModelText, model_text
from rag.text import language_of
from rag.types import Document, Span

Spans = tuple[tuple[int, int], ...]

_PART = re.compile(r"[^|\s](?:[^|\n]*[^|\s])?")
"""A line, or a cell of one."""


@dataclass(frozen=True)
class WrittenPassage:
    """A passage as a document, and where each of its lines and cells stands in both."""

    document: Document
    stated: tuple[int, ...]
    """Where they begin in the passage as its file gives it."""
    begins: tuple[int, ...]
    """Where they begin in the document's text."""
    top: int
    """Where the last heading of the path stands, from which on it is read."""

    def in_document(self, spans: Spans) -> Spans:
        """Spans of the passage as spans of the document's text."""
        return tuple((self._moved(start), self._moved(end - 1) + 1) for start, end in spans)

    def _moved(self, position: int) -> int:
        place = max(bisect_right(self.stated, position) - 1, 0)
        return max(self.begins[place] + position - self.stated[place], self.begins[place])

    def read(self) -> ModelText:
        """The whole of it as a reader is given a chunk."""
        return model_text(Layout(self.document).chunk(Span(self.top, len(self.document.text))))

    def read_at(self, spans: Spans) -> Spans | None:
        """Spans of the passage as spans of ``read().text``; None where one is not read, as a header is not."""
        said, text = self.read(), self.document.text
        found = []
        for start, end in self.in_document(spans):
            first, last = (said.read_at(Span(at - self.top, at - self.top + 1)) for at in (start, end - 1))
            if start < self.top or said.text[first.start] != text[start] or said.text[last.start] != text[end - 1]:
                return None
            if said.in_chunk(Span(first.start, last.end)) != Span(start - self.top, end - self.top):
                return None
            found.append((first.start, last.end))
        return tuple(found)


def as_document(name: str, context: str) -> WrittenPassage:
    """A passage as a document called ``name``, with its headings, tables and lists where it shows any."""
    plain = Document(name, context, "", language_of(context), "")
    return written_passage(name, context) or WrittenPassage(plain, (0,), (0,), 0)


def written_passage(name: str, context: str) -> WrittenPassage | None:
    """A passage with headings, tables or lists as a document called ``name``; None for running text."""
    lines = context.split("\n")
    path = lines[0].split(STEP) if STEP in lines[0] else []
    blocks = list(_blocks(lines[bool(path) :]))
    if not path and all(block.kind == "paragraph" and not block.table for block in blocks):
        return None
    doc = Builder()
    for level, step in enumerate(path, 1):
        doc.heading(step, level)
    for block in blocks:
        doc.line(block)
    extract = doc.extract(Metadata())
    parts = list(_PART.finditer(extract.text))
    stated = _found_in_order(context, [part.group() for part in parts])
    if stated is None:
        return None
    title = path[0] if path else name
    document = Document(name, extract.text, title, language_of(context), "", outline=extract.outline)
    top = sum(len(line) + 1 for line in extract.lines[: len(path) - 1]) if path else 0
    return WrittenPassage(document, stated, tuple(part.start() for part in parts), top)


def _blocks(lines: Sequence[str]) -> Iterator[Line]:
    """The lines as what they are; rows that follow each other as one table."""
    for is_table, group in groupby(lines, key=lambda line: line.count(BETWEEN_CELLS.strip()) > 0):
        held = list(group)
        if is_table and len(held) > 1:
            rows = tuple(tuple(clean_line(cell) for cell in line.split(BETWEEN_CELLS.strip())) for line in held)
            yield Line("", table=Cells(rows, header_rows(rows, likely=True)))
        else:
            yield from structured([clean_line(line) for line in held])


def _found_in_order(context: str, parts: Sequence[str]) -> tuple[int, ...] | None:
    """Where each of some parts stands in a passage, one after the other; None if one does not."""
    at, found = 0, []
    for part in parts:
        at = context.find(part, at)
        if at < 0:
            return None
        found.append(at)
        at += len(part)
    return tuple(found)
