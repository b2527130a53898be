"""Finds the list or table whose heading or lead-in has the words of the question, without the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.answers.claims import best_documents
from rag.answers.lines import Lines, cells_of, outermost
from rag.answers.plan import Inquiry
from rag.answers.sections import sections_of
from rag.answers.wording import has, says_more
from rag.question.sought import ZH_TAIL, Sought, covers, sought
from rag.text import HAN, fold, question_terms, terms

NAME_WIDTH = 40
"""Characters up to which a cell is the name of a thing."""
TITLE_WIDTH = 60
"""Characters up to which a document's first line may be its title."""

_HOW = re.compile(r"^\W*(?:[\d.]+ )?how\b|\bsteps?\b|步骤|流程|手续|办法|怎么|如何")
_WORDED = re.compile(f"[a-z{HAN}]")
_KINDS = re.compile(
    r"(?:几|多少)[种类款项趟班场门节次届期条座所家位名份]|\bhow many (?:different|kinds|types|sorts)\b"
    r"|\bhow many\b.*\b(?:list|table|catalogue|catalog|timetable|schedule)\b"
)


@dataclass(frozen=True, slots=True)
class Headed:
    """Lines that stand under a heading, or behind a lead-in."""

    lines: Lines
    lead: int | None
    """The line that leads them in."""
    rows: Sequence[int]


def headed(inquiry: Inquiry) -> Headed | None:
    """The list or table that a heading or lead-in with the things sought is of; None where none is.

    All else that the question says must be in that line, the headings above it or the document's title.
    """
    wanted = sought(inquiry.question.text)
    if not wanted or not wanted.things:
        return None
    for lines in _documents(inquiry):
        for lead, rows in _led_in(lines):
            own = _terms_of(lines, lead)
            above = [row for row in range(lead) if lines.lines[row].kind == "heading"][-1:]
            near = own.union(*(_terms_of(lines, row) for row in above))
            if wanted.things <= near and covers(near | _named(lines), wanted.said):
                return Headed(lines, lead, rows)
    return None


def titled(inquiry: Inquiry, sure: bool = True) -> Headed | None:
    """The list below a heading all of whose words the question has: "How to order", asked "how do I order compost?".

    One word is enough where the heading says that steps follow, or how something is done. ``sure`` where the list, its
    headings or its document have all else that the question says; else it is a guess.
    """
    asked = frozenset(question_terms(inquiry.question.text))
    found: list[tuple[int, Headed]] = []
    for lines in _documents(inquiry):
        for lead, rows in _led_in(lines):
            if lines.lines[rows[0]].kind != "item" or len(rows) < 2:
                continue
            head = lead if lines.lines[lead].kind == "heading" else lead - 1
            text = lines.text(head) if head >= 0 and lines.lines[head].kind == "heading" else ""
            said = frozenset(question_terms(ZH_TAIL.sub("", text))) if text else frozenset()
            enough = len(said) > 1 or (said and _HOW.search(fold(text)))
            near = _named(lines).union(*(_terms_of(lines, row) for row in (head, lead, *rows)))
            if enough and said <= asked and not said <= _named(lines) and (not sure or covers(near, asked)):
                found.append((len(said), Headed(lines, lead, rows)))
    return max(found, key=lambda one: one[0], default=(0, None))[1]


def kinds_of(inquiry: Inquiry) -> Headed | None:
    """The rows of a table whose cell in one column is, or names, the things that are counted by kind."""
    wanted = sought(inquiry.question.text)
    if not wanted or not wanted.things or not _KINDS.search(fold(inquiry.question.text)):
        return None
    for lines in _documents(inquiry):
        if covers(_named(lines), wanted.said) and (rows := _rows_of(lines, wanted)):
            return Headed(lines, None, rows)
    return None


def rows_named(inquiry: Inquiry) -> Headed | None:
    """The rows of a table with a cell that the question has, where its headings and columns say nearly all the rest."""
    wanted, asked = sought(inquiry.question.text), fold(inquiry.question.text)
    found: list[tuple[int, Headed]] = []
    for lines in _documents(inquiry) if wanted and wanted.things else ():
        for table in _tables(lines):
            first = lines.lines[table.start].start
            above = "\n".join([lines.text(table.start), *sections_of(lines.document, first), lines.document.title])
            for cell, rows in _cells_in(asked, lines, table).items():
                known = f"{above}\n{cell}"
                if wanted and wanted.things <= frozenset(terms(known)) and not says_more(asked, known):
                    found.append((len(cell), Headed(lines, None, rows)))
    return max(found, key=lambda one: one[0], default=(0, None))[1]


def _cells_in(asked: str, lines: Lines, table: range) -> dict[str, list[int]]:
    """The cells of words that a folded question has as a whole, each with its rows; only those of several rows."""
    found: dict[str, list[int]] = {}
    for row in table:
        for text in {fold(span.of(lines.document.text)).strip() for span in cells_of(lines, row)}:
            if len(text) > 1 and _WORDED.search(text) and has(asked, text):
                found.setdefault(text, []).append(row)
    return {text: rows for text, rows in found.items() if len(rows) > 1}


def _tables(lines: Lines) -> Iterator[range]:
    """The tables of a document, each with its header."""
    row = 0
    while row < len(lines.lines):
        table = lines.table_at(row) if lines.lines[row].kind in ("row", "header") else range(0)
        if len(table) > 2:
            yield table
        row = max(table.stop, row + 1)


def _rows_of(lines: Lines, wanted: Sought) -> list[int]:
    """The rows with the things in one column: where whole cells are they, else where cells have them in a name."""
    whole: dict[int, list[int]] = {}
    named: dict[int, list[int]] = {}
    for row, line in enumerate(lines.lines):
        for column, span in enumerate(cells_of(lines, row)) if line.kind == "row" else ():
            text = span.of(lines.document.text)
            has = frozenset(terms(text))
            if has == wanted.things:
                whole.setdefault(column, []).append(row)
            if wanted.things <= has and len(text) <= NAME_WIDTH:
                named.setdefault(column, []).append(row)
    most = max((whole or named).values(), key=len, default=[])
    return most if len(most) > 1 else []


def _documents(inquiry: Inquiry) -> Iterator[Lines]:
    for path in best_documents(inquiry.passages):
        if lines := inquiry.lines(path):
            yield lines


def _led_in(lines: Lines) -> Iterator[tuple[int, Sequence[int]]]:
    """Each line that stands right before a list or table, with its outermost items or its rows."""
    for index, line in enumerate(lines.lines[:-1]):
        if line.kind not in ("heading", "lead", "text"):
            continue
        after = lines.lines[index + 1].kind
        if after == "item":
            yield index, outermost(lines, lines.list_at(index))
        elif after in ("row", "header"):
            table = range(index + 1, lines.table_at(index + 1).stop)
            yield index, [row for row in table if lines.lines[row].kind == "row"]


def _named(lines: Lines) -> frozenset[str]:
    """The terms of a document's title, file name and first line, where that is as short as a title."""
    first = lines.text(0) if lines.lines and len(lines.text(0)) <= TITLE_WIDTH else ""
    return frozenset(terms(f"{lines.document.title}\n{PurePosixPath(lines.document.path).stem}\n{first}"))


def _terms_of(lines: Lines, row: int) -> frozenset[str]:
    return frozenset(terms(lines.text(row)))
