"""Plans for how many, the most and the least, and totals: exact operations over cited items, rows and cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from rag.answers.claims import claim
from rag.answers.headed import NAME_WIDTH, headed, kinds_of, rows_named
from rag.answers.lines import Lines, cells_of, outermost
from rag.answers.plan import COUNTED, Inquiry
from rag.answers.series import series
from rag.text import fold, sentence_around, terms
from rag.types import Coverage, Draft, Span
from rag.values import Value, values_in

MOST = 15
"""Rows or items that are shown."""

_LEAST = re.compile(
    r"最(?:少|低|小|便宜|短|早|慢|轻|近|旧)|\b(?:least|fewest|lowest|cheapest|smallest|shortest|slowest"
    r"|earliest|oldest|lightest)\b"
)

_NAMES = re.compile(r"^[^:：]{1,40}[:：]\s*(?P<all>[^:：;；.。!?]+)[.。;；]?$")
_SEPARATED = re.compile(r"\s*(?:[、,，]\s*(?:and\b|以及)?|\band\b(?!.*[,，]))\s*")
"""What stands between things that are named one by one; the last "and" of a row too."""
_JOINED = re.compile(r"\band\b|[和与及]")
"""What may make two things of one."""
_FIGURE = re.compile(r"[\d.,\s–-]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row with its one value."""

    row: int
    span: Span
    value: Value


def count(inquiry: Inquiry) -> Draft | None:
    """The number the documents give, or the number of items or rows of the list or table with the answer.

    A line without any number does not answer, whatever the generator thinks of it.
    """
    anchor = inquiry.anchor()
    draft = inquiry.fact()
    told = any(value.kind in ("number", "percent") for one in draft.claims for value in values_in(one.text))
    if anchor and told:
        return replace(draft, kind="count")
    named = kinds_of(inquiry) or headed(inquiry) or rows_named(inquiry)
    if named and not _measured(named.lines, named.rows):
        return _counted(inquiry, named.lines, named.rows, Draft((), COUNTED))
    lines = inquiry.lines(anchor.document) if anchor else None
    if not anchor or not lines:
        return None
    index = lines.at(anchor.start)
    if enumerated := _enumerated(inquiry, draft):
        return enumerated
    rows = outermost(lines, lines.list_at(index)) or _rows_named(inquiry, lines, index)
    if counted := _counted(inquiry, lines, rows, draft):
        return counted
    return None if values_in(lines.text(index)) else Draft((), 0.0, kind="count")


def _measured(lines: Lines, rows: Sequence[int]) -> bool:
    """Whether rows tell figures of the things in several columns, rather than being the things."""
    text = lines.document.text
    cells = [[cell.of(text) for cell in cells_of(lines, row)[1:]] for row in rows if lines.lines[row].kind == "row"]
    return bool(cells) and all(len(own) > 1 and all(map(_FIGURE.fullmatch, own)) for own in cells)


def _enumerated(inquiry: Inquiry, draft: Draft) -> Draft | None:
    """How many things a sentence names one by one behind a colon: "Present: A, B and C."; None where it does not."""
    match = _NAMES.search(draft.claims[0].text) if len(draft.claims) == 1 else None
    named = [one for one in _SEPARATED.split(match["all"]) if one.strip()] if match else []
    if len(named) < 3 or any(len(one) > NAME_WIDTH or _JOINED.search(one) for one in named):
        return None
    frame = inquiry.said(f"共 {len(named)} 项：", f"{len(named)} items:")
    return replace(draft, frame=frame, differing=False, kind="count")


def _counted(inquiry: Inquiry, lines: Lines, rows: Sequence[int], draft: Draft) -> Draft | None:
    """How many lines there are, with the lines themselves; None of fewer than two."""
    if len(rows) < 2:
        return None
    claims = tuple(claim(lines.document, lines.lines[row].span) for row in rows[:MOST])
    items = lines.lines[rows[0]].kind == "item"
    what = inquiry.said("项" if items else "行", "items" if items else "rows")
    frame = inquiry.said(f"共 {len(rows)} {what}：", f"{len(rows)} {what}:")
    coverage = Coverage(len(claims), len(rows))
    return replace(draft, claims=claims, form="bullets", frame=frame, differing=False, coverage=coverage, kind="count")


def extreme(inquiry: Inquiry) -> Draft | None:
    """The row with the most or the least in the column that is asked for, among the rows that the question names."""
    column = _column(inquiry)
    least = bool(_LEAST.search(fold(inquiry.question.text)))
    if not column:
        return _of_series(inquiry, least)
    lines, cells = column
    choose: Callable[..., Cell] = min if least else max
    best = choose(cells, key=lambda cell: cell.value.low)
    ties = [cell for cell in cells if cell.value.low == best.value.low]
    claims = tuple(claim(lines.document, lines.lines[cell.row].span) for cell in ties)
    which = inquiry.said("最低" if least else "最高", "lowest" if least else "highest")
    frame = inquiry.said(f"{len(cells)} 行中{which}：", f"The {which} of {len(cells)} rows:")
    return replace(inquiry.fact(), claims=claims, frame=frame, differing=False, kind="extreme")


def _of_series(inquiry: Inquiry, least: bool) -> Draft | None:
    """The year or rank with the most or the least in a sentence that tells one thing of several."""
    anchor = inquiry.anchor()
    lines = inquiry.lines(anchor.document) if anchor else None
    if not anchor or not lines:
        return None
    around = sentence_around(lines.document.text, Span(anchor.start, anchor.end))
    told = series(around.of(lines.document.text))
    if len(told) < 2:
        return None
    choose: Callable[..., Value] = min if least else max
    best = choose((value for _, value in told), key=lambda value: value.low)
    ties = [(place, value) for place, value in told if value.low == best.low]
    chosen = [Span(around.start + place.start, around.start + value.end) for place, value in ties]
    which = inquiry.said("最低" if least else "最高", "lowest" if least else "highest")
    frame = inquiry.said(f"{len(told)} 项中{which}：", f"The {which} of {len(told)}:")
    claims = tuple(claim(lines.document, span) for span in chosen)
    return replace(inquiry.fact(), claims=claims, frame=frame, differing=False, kind="extreme")


def total(inquiry: Inquiry) -> Draft | None:
    """The sum that the documents say; else that of the cells of a column, each cited."""
    draft = inquiry.fact()
    column = _column(inquiry) if draft.claims else None
    if not column or len(column[1]) < 2 or re.search("合计|总计|共计|(?i:total)", draft.claims[0].text):
        return replace(draft, kind="total") if draft.claims else None
    lines, cells = column
    added = sum((cell.value.low for cell in cells), Fraction(0))
    told = f"{int(added):,}" if added.denominator == 1 else f"{float(added):,.2f}"
    claims = tuple(claim(lines.document, lines.lines[cell.row].span) for cell in cells[:MOST])
    frame = inquiry.said(f"{len(cells)} 行相加为 {told}：", f"{len(cells)} rows add up to {told}:")
    coverage = Coverage(len(claims), len(cells))
    return replace(draft, claims=claims, form="bullets", frame=frame, differing=False, coverage=coverage, kind="total")


def _column(inquiry: Inquiry) -> tuple[Lines, list[Cell]] | None:
    """The cells of the column that a question names, in the table where the answer is, all of one kind and unit."""
    anchor = inquiry.anchor()
    lines = inquiry.lines(anchor.document) if anchor else None
    if not anchor or not lines:
        return None
    index = lines.at(anchor.start)
    table = lines.table_at(index)
    if len(table) < 3:
        return None
    header, *rest = table
    asked = frozenset(inquiry.question.terms)
    overlap = [len(asked.intersection(terms(cell.of(lines.document.text)))) for cell in cells_of(lines, header)]
    if not overlap or max(overlap) == 0 or overlap.count(max(overlap)) > 1:
        return None
    column = overlap.index(max(overlap))
    rows = _rows_named(inquiry, lines, index) or rest
    found = []
    for row in rows:
        cells = cells_of(lines, row)
        values = values_in(cells[column].of(lines.document.text)) if column < len(cells) else []
        if len(values) == 1:
            found.append(Cell(row, cells[column], values[0]))
    alike = {(cell.value.kind, cell.value.unit) for cell in found}
    complete = len(found) == len([row for row in rows if row != header])
    return (lines, found) if len(alike) == 1 and complete and len(found) > 1 else None


def _rows_named(inquiry: Inquiry, lines: Lines, index: int) -> list[int]:
    """The rows, of the table at a line, with a cell that the question names."""
    asked = fold(inquiry.question.text)
    found = []
    for row in lines.table_at(index):
        cells = [fold(cell.of(lines.document.text)).strip() for cell in cells_of(lines, row)]
        if lines.lines[row].kind == "row" and any(len(cell) > 1 and cell in asked for cell in cells):
            found.append(row)
    return found
