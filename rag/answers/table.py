"""Looks up the cell of a table whose row and column a question names, by the structure alone.

Only what is beyond doubt is answered so: the question has the whole text of a cell that no other row has, or a figure
or date that one row's cells are for; it names one column better than all others, in its words or by their meaning; and
it says hardly anything else that the table does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.answers.claims import claim
from rag.answers.columns import asked_for
from rag.answers.sections import sections_of
from rag.answers.wording import has, says_more
from rag.outline import Block, Cell, is_form
from rag.question.analysis import Question
from rag.text import HAN, fold, terms
from rag.types import Document, Draft, Embedder, Evidence, Passage, Span
from rag.values import Value, same, values_in, within

LOOKED_THROUGH = 8
"""Passages whose tables are looked through, best first."""
SURE = 0.9
"""The confidence of such an answer; ``python -m eval.bench tables`` counts how many are right."""

LIKELY = 0.8
"""The same where the column is told by what its name means, or the row by a figure that falls into its range."""

_LONGEST_KEY = 60
"""Characters of a cell that names its row."""
_LONGEST_RANGE = 20
"""Characters of a cell that tells a range."""
_FIGURE = 4
"""Letters that a figure counts as where rows are compared by what the question has of them."""
ONE = re.compile(
    r"哪些|哪几|分别|最[高低多少大小长短早晚]|一共|总共|合计|平均|相差|比.{1,12}[高低多少]|几[个种项]"
    r"|\b(?:which (?:two|of)|most|least|highest|lowest|total|average|difference|all|list|both)\b"
    r"|\b(?:more|less) than (?!\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|an?|half)\b)"
)
"""What asks for more than one cell; "more than nine" tells a figure."""

_TOTAL = re.compile(r"一共|总共|共计|合计|总计|小计|總共|合計|總計|\btotal\b|\baltogether\b|\bin all\b")
"""What asks for a total, and what its column is called."""


@dataclass(frozen=True, slots=True)
class _Table:
    document: Document
    block: Block
    rows: tuple[Block, ...]

    def text(self, cell: Cell) -> str:
        return self.document.text[cell.start : cell.end]


@dataclass(frozen=True, slots=True)
class _Row:
    table: _Table
    block: Block
    named: tuple[str, ...]
    """The cells that the question has, folded."""
    figures: tuple[Value, ...]
    """The question's figures and dates that cells of the row are for."""
    columns: frozenset[int]
    """Where these cells stand."""

    @property
    def length(self) -> int:
        """How much of the question names the row; a figure counts as a short name."""
        return _length(self.named) + _FIGURE * len(self.figures)


def look_up(
    question: Question,
    passages: Sequence[Passage],
    document: Callable[[str], Document | None],
    embedder: Embedder | None = None,
) -> Draft | None:
    """The one cell that a question asks for; None where that is in any doubt."""
    folded = fold(question.text)
    if ONE.search(_TOTAL.sub(" ", folded)):
        return None
    tables = list(_tables(passages, document))
    found = [row for table in tables if table.block.columns and (row := _row(table, question))]
    if not found:
        return _of_forms([table for table in tables if not table.block.columns], question)
    most = max(row.length for row in found)
    told = [(row, *_cell(row, question, embedder)) for row in found if row.length == most]
    worded = [one for one in told if one[1] and not one[2]]
    rows = _of_named([row for row, *_ in worded or told], question)
    answers, sure = {}, SURE
    for row, cell, meant in (one for one in told if one[0] in rows):
        if cell is None or _says_more(row, question):
            return None
        sure = LIKELY if meant or row.figures else sure
        answers[fold(row.table.text(cell))] = claim(row.table.document, Span(cell.start, cell.end))
    return Draft(tuple(answers.values()), sure) if len(answers) == 1 else None


def _of_named(rows: Sequence[_Row], question: Question) -> list[_Row]:
    """Of rows with the same name those under the headings, on the sheet and in the document that the question names."""
    folded, words = fold(question.text), frozenset(question.terms)

    def named(row: _Row) -> tuple[int, int]:
        document = row.table.document
        above = [one for one in sections_of(document, row.table.block.start) if has(folded, one)]
        return sum(map(len, above)), len(words.intersection(terms(f"{document.title}\n{document.path}")))

    best = max(map(named, rows))
    return [row for row in rows if named(row) == best]


def _total(row: _Row, rest: str) -> Cell | None:
    """The cell of the column of totals, where a question asks for one, and for no other column besides."""
    names = {c: fold(one) for c, one in enumerate(row.table.block.columns) if c not in row.columns}
    totals = [c for c, one in names.items() if _TOTAL.search(one)]
    parts = {part for c, one in names.items() if c not in totals for part in one.split()}
    if len(totals) != 1 or any(has(rest, part) for part in parts):
        return None
    return next((cell for cell in row.block.cells if cell.column == totals[0]), None)


def names_row(document: Document, evidence: Evidence) -> bool:
    """Whether what stands somewhere is a whole row of a table, or what names the row, rather than what it tells."""
    placed = _placed(document, evidence)
    if not placed:
        return False
    table, row = placed
    whole = evidence.start <= row.start and row.end <= evidence.end
    return whole or any(c.column < table.block.keys and c.start <= evidence.start < c.end for c in row.cells)


def cell_beside(question: Question, evidence: Evidence, document: Document, embedder: Embedder) -> Span | None:
    """The cell that a question asks for in the row where something stands; None where that is not clear.

    It is told by its column's name, or else by being the only one with a value of the kind asked for.
    """
    placed = _placed(document, evidence)
    if not placed or ONE.search(fold(question.text)):
        return None
    table, own = placed
    held = {c.column for c in own.cells if c.start <= evidence.start and evidence.end <= c.end}
    row = _Row(table, own, (), (), frozenset({*held, *range(table.block.keys)}))
    cell = _cell(row, question, embedder)[0] or _of_type(row, question)
    return Span(cell.start, cell.end) if cell else None


def _of_type(row: _Row, question: Question) -> Cell | None:
    """The one cell, of those that name nothing, with a value of the kind that is asked for."""
    cells = [one for one in row.block.cells if one.column not in row.columns]
    texts = [row.table.text(one) for one in cells]
    fitting = [c for c, text in zip(cells, texts, strict=True) if question.matches_answer_type(text, values_in(text))]
    return fitting[0] if len(fitting) == 1 else None


def _placed(document: Document, evidence: Evidence) -> tuple[_Table, Block] | None:
    """The table with named columns, and the row of it, that something stands in."""
    blocks = document.outline.blocks
    for index, block in enumerate(blocks):
        if block.kind == "table" and block.columns and block.start <= evidence.start < block.end:
            table = _Table(document, block, tuple(_rows_of(blocks, index)))
            row = next((one for one in table.rows if one.start <= evidence.start < one.end), None)
            return (table, row) if row else None
    return None


def _of_forms(forms: Sequence[_Table], question: Question) -> Draft | None:
    """The one cell right of the label that a question has, in a row of which it has another cell too."""
    folded = fold(question.text)
    found = {}
    for form in forms:
        for row in form.rows if is_form(form.document.text, form.rows) else ():
            pairs = list(zip(row.cells[::2], row.cells[1::2], strict=False))
            named = [(label, cell) for label, cell in pairs if has(folded, fold(form.text(label)))]
            said = [cell for _, cell in pairs if has(folded, fold(form.text(cell)))]
            asked = [(label, cell) for label, cell in named if cell not in said and (said or label != row.cells[0])]
            if len(asked) == 1 and (said or len(named) > 1):
                cell = asked[0][1]
                found[cell.start] = claim(form.document, Span(cell.start, cell.end))
    return Draft(tuple(found.values()), SURE) if len(found) == 1 else None


def _tables(passages: Sequence[Passage], document: Callable[[str], Document | None]) -> Iterator[_Table]:
    """The tables that passages are cut from, each once."""
    seen = set()
    for chunk in (passage.chunk for passage in passages[:LOOKED_THROUGH]):
        whole = document(chunk.document)
        for index, block in enumerate(whole.outline.blocks if whole else ()):
            if block.kind != "table" or block.end <= chunk.start or chunk.end <= block.start:
                continue
            if whole and (chunk.document, index) not in seen:
                seen.add((chunk.document, index))
                yield _Table(whole, block, tuple(_rows_of(whole.outline.blocks, index)))


def _rows_of(blocks: Sequence[Block], table: int) -> Iterator[Block]:
    for block in blocks[table + 1 :]:
        if block.start >= blocks[table].end:
            return
        if block.kind == "row":
            yield block


def _row(table: _Table, question: Question) -> _Row | None:
    """The one row of which the question has most; None where it has none, or as much of another."""
    best: list[_Row] = []
    for block in table.rows:
        row = _read(table, block, question)
        if not row or (best and row.length < best[0].length):
            continue
        best = [*best, row] if best and row.length == best[0].length else [row]
    return best[0] if len(best) == 1 else None


def _read(table: _Table, block: Block, question: Question) -> _Row | None:
    """A row with what the question has of it; None where that is nothing that names a row."""
    folded = fold(question.text)
    named: dict[int, str] = {}
    figures: dict[int, Value] = {}
    for cell in block.cells:
        text = fold(table.text(cell)).strip()
        if not text or len(text) > _LONGEST_KEY or cell.column >= len(table.block.columns):
            continue
        if has(folded, text):
            named[cell.column] = text
        elif figure := _figure(text, question):
            figures[cell.column] = figure
    if not figures and not any(_names_a_row(text) for text in named.values()):
        return None
    return _Row(
        table,
        block,
        tuple(dict.fromkeys(named.values())),
        tuple(dict.fromkeys(figures.values())),
        frozenset({*named, *figures}),
    )


def _figure(cell: str, question: Question) -> Value | None:
    """The question's figure that a cell is for: one that its range has, its day, or the same with its unit."""
    values = values_in(cell) if question.values else []
    for known in values:
        bounded = known.is_range or known.comparator in ("more than", "at least", "less than", "up to")
        alone = len(values) == 1 and len(cell) <= _LONGEST_RANGE
        for one in question.values:
            if (bounded and alone and within(one, known)) or (known.unit and one.unit and same(one, known)):
                return one
    return None


def _names_a_row(text: str) -> bool:
    """Whether a cell is a name or a code rather than a plain figure, which questions have for other reasons."""
    return bool(re.search(r"[^\W\d_]", text)) and (len(text) > 1 or not text.isascii())


def _length(named: Sequence[str]) -> int:
    return sum(2 if re.match(f"[{HAN}]", character) else 1 for text in named for character in text)


def _cell(row: _Row, question: Question, embedder: Embedder | None) -> tuple[Cell | None, bool]:
    """The cell in the column that is asked for, and whether only the meaning of its name tells.

    None where that is not clear, or the row has none there.
    """
    rest = _rest(row, question)
    if _TOTAL.search(rest):
        return _total(row, rest), False
    names = {c: one for c, one in enumerate(row.table.block.columns) if c not in row.columns and one.strip()}
    best, meant = asked_for(names, rest, embedder)
    return next((cell for cell in row.block.cells if cell.column == best), None), meant


def _rest(row: _Row, question: Question) -> str:
    """What the question says besides what names the row, folded."""
    text = question.text
    for value in sorted(row.figures, key=lambda one: -one.start):
        text = f"{text[: value.start]} {text[value.end :]}"
    rest = fold(text)
    for name in sorted(row.named, key=len, reverse=True):
        rest = rest.replace(name, " ")
    return rest


def _says_more(row: _Row, question: Question) -> bool:
    """Whether the question has numbers or words of its own, which the table might not fulfil."""
    document, block = row.table.document, row.table.block
    above = [one for one in document.outline.blocks if one.kind in {"heading", "caption"} and one.start < block.start]
    headings = " ".join(document.text[one.start : one.end] for one in above)
    before = document.text[max(block.start - 200, 0) : block.start]
    known = " ".join((*row.named, *block.columns, headings, before, document.title, document.path))
    return says_more(_rest(row, question), f"{known} {document.text[row.block.start : row.block.end]}")
