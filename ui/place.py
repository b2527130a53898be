"""Where a citation stands in its document: the headings above it, the sentences around it, the row of its table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rag import Answer, Citation, Document, sentences

AROUND = 200
"""Characters shown before and after a quote's sentence."""

DEEPEST = 3
"""Headings shown above a quote; of more, the innermost."""

MOST_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where one citation stands."""

    section: tuple[str, ...] = ()
    """The headings above it, outermost first."""
    before: str = ""
    after: str = ""
    columns: tuple[str, ...] = ()
    """What names the columns of its table; empty where it stands in none."""
    cells: tuple[str, ...] = ()
    """The row it stands in, a text a column."""
    cited: int = -1
    """The column of ``cells`` that is the quote; -1 where the row is."""


def places_of(answer: Answer, document: Callable[[str], Document | None]) -> dict[int, Place]:
    """The place of each citation by its marker, as far as its document still is as it was."""
    found = {}
    for citation in answer.citations:
        cited = document(citation.document)
        if cited is not None and cited.text[citation.start : citation.end] == citation.quote:
            found[citation.marker] = place_of(cited, citation)
    return found


def place_of(document: Document, citation: Citation) -> Place:
    """The place of a citation in its document."""
    start = citation.start - citation.lead
    end = start + len(citation.sentence)
    columns, cells, cited = _row(document, citation)
    return Place(
        section=_section(document, citation.start),
        before=_before(document.text, start),
        after=_after(document.text, end),
        columns=columns,
        cells=cells,
        cited=cited,
    )


def place_from(value: Mapping[str, Any]) -> Place:
    """A place as the browser kept it."""
    texts = {key: tuple(str(one) for one in value[key]) for key in ("section", "columns", "cells")}
    return Place(before=str(value["before"]), after=str(value["after"]), cited=int(value["cited"]), **texts)


def _section(document: Document, position: int) -> tuple[str, ...]:
    open_ones: list[tuple[int, str]] = []
    for block in document.outline.blocks:
        if block.end > position:
            break
        if block.kind in ("heading", "end"):
            open_ones = [one for one in open_ones if one[0] < block.level]
        if block.kind == "heading":
            open_ones.append((block.level, document.text[block.start : block.end]))
    return tuple(text for _, text in open_ones if text != document.title)[-DEEPEST:]


def _before(text: str, end: int) -> str:
    """The sentences before a position, of its paragraph, that fit in ``AROUND``; the end of one that does not."""
    begin = max(text.rfind("\n", 0, end) + 1, end - AROUND)
    spans = sentences(text[begin:end])
    cut = begin > 0 and text[begin - 1] != "\n"
    if cut and len(spans) > 1:  # the first began earlier
        spans = spans[1:]
    if not spans:
        return ""
    return "…" * (cut and len(spans) == 1) + text[begin + spans[0].start : end].rstrip()


def _after(text: str, start: int) -> str:
    """The sentences after a position, of its paragraph, that fit in ``AROUND``; the begin of one that does not."""
    stop = text.find("\n", start)
    stop = len(text) if stop < 0 else stop
    end = min(stop, start + AROUND)
    spans = sentences(text[start:end])
    if end < stop and len(spans) > 1:
        spans = spans[:-1]
    if not spans:
        return ""
    return text[start : start + spans[-1].end].lstrip() + "…" * (end < stop and len(spans) == 1)


def _row(document: Document, citation: Citation) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    blocks = document.outline.blocks
    index = bisect_right(blocks, citation.start, key=lambda block: block.start) - 1
    if index < 0 or blocks[index].kind != "row" or not blocks[index].cells:
        return (), (), -1
    row = blocks[index]
    table = next((one for one in reversed(blocks[:index]) if one.kind == "table"), None)
    if table is None or not table.columns or len(table.columns) > MOST_COLUMNS or citation.end > row.end:
        return (), (), -1
    cells = [""] * len(table.columns)
    cited = -1
    for cell in row.cells:
        if cell.column < len(cells):
            cells[cell.column] = document.text[cell.start : cell.end]
            if cell.start <= citation.start and citation.end <= cell.end:
                cited = cell.column
    return table.columns, tuple(cells), cited
