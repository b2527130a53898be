"""Looks up the cell of a table whose row and column a question names, by the structure alone.

Only what is beyond doubt is answered so: the question has the whole text of a cell that no other row has, names one
column better than all others, and says hardly anything else that the table does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.answers.claims import claim
from rag.identifiers import asked as identified
from rag.outline import Block, Cell, is_form
from rag.question.analysis import Question
from rag.text import HAN, fold, question_terms, terms
from rag.types import Document, Draft, Passage, Span

LOOKED_THROUGH = 8
"""Passages whose tables are looked through, best first."""
SURE = 0.9
"""The confidence of such an answer; ``python -m eval.bench tables`` counts how many are right."""

_NAMED = 0.5
"""The share of a column's name that a question has at least."""
_CLEARER = 0.15
"""How much more it has of it than of any other column's."""
_LONGEST_KEY = 60
"""Characters of a cell that names its row."""
_UNSAID = 2
"""Words of the question that neither table, headings nor title have, beside those that only ask."""
_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]")
_KINDS = (
    (r"谁|叫什么|什么名字|\bwho\b|\bwhat is the name\b", r"姓名|名字|人$|员$|\bname\b|person|\bowner\b|in charge"),
    (r"多少钱|什么价|价钱|\bhow much\b|\bprice\b|\bcost\b", r"价|费|金额|\bprice\b|\bfee\b|\bcost\b|\brate\b|amount"),
    (r"几点|什么时候|何时|哪一?[年天日]|哪个?月|\bwhen\b", r"时间|日期|年份|年度|\btime\b|\bdate\b|\byear\b|\bday\b"),
    (
        r"在哪|哪里|哪儿|什么地方|\bwhere\b",
        r"地[点址方]|产地|位置|所在|\bplace\b|location|address|\bcity\b|origin|\broom\b",
    ),
    (r"多重|\bhow heavy\b|\bweighs?\b", r"重量?|weight"),
    (r"多长|\bhow long\b", r"长度?|时长|期限|length|duration"),
    (r"多高|\bhow (?:high|tall)\b", r"高度?|身高|height"),
    (r"电话|怎么联系|\bphone\b|\bcall\b", r"电话|手机|联系方式|phone|telephone|\bext"),
)
"""What asks for a column by its kind, and what such columns are called."""
_ONE = re.compile(
    r"哪些|哪几|分别|最[高低多少大小长短早晚]|一共|总共|合计|平均|相差|比.{1,12}[高低多少]|几[个种项]"
    r"|\b(?:which (?:two|of)|most|least|highest|lowest|total|average|difference|all|list|both|more than|less than)\b"
)
"""What asks for more than one cell."""

Similarity = Callable[[str, str], float]


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
    columns: frozenset[int]
    """Where these stand."""


def look_up(
    question: Question, passages: Sequence[Passage], document: Callable[[str], Document | None]
) -> Draft | None:
    """The one cell that a question asks for; None where that is in any doubt."""
    folded = fold(question.text)
    if _ONE.search(folded):
        return None
    tables = list(_tables(passages, document))
    found = [row for table in tables if table.block.columns and (row := _row(table, folded))]
    if not found:
        return _of_forms([table for table in tables if not table.block.columns], question)
    most = max(_length(row.named) for row in found)
    answers = {}
    for row in (one for one in found if _length(one.named) == most):
        cell = _cell(row, folded)
        if cell is None or _says_more(row, cell, question):
            return None
        answers[fold(row.table.text(cell))] = claim(row.table.document, Span(cell.start, cell.end))
    return Draft(tuple(answers.values()), SURE) if len(answers) == 1 else None


def _of_forms(forms: Sequence[_Table], question: Question) -> Draft | None:
    """The one cell right of the label that a question has, in a row of which it has another cell too."""
    folded = fold(question.text)
    found = {}
    for form in forms:
        for row in form.rows if is_form(form.document.text, form.rows) else ():
            pairs = list(zip(row.cells[::2], row.cells[1::2], strict=False))
            named = [(label, cell) for label, cell in pairs if _has(folded, fold(form.text(label)))]
            said = [cell for _, cell in pairs if _has(folded, fold(form.text(cell)))]
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


def _row(table: _Table, question: str) -> _Row | None:
    """The one row of which the question has most; None where it has none, or as much of another."""
    best: list[_Row] = []
    for block in table.rows:
        named = {}
        for cell in block.cells:
            text = fold(table.text(cell)).strip()
            if text and len(text) <= _LONGEST_KEY and cell.column < len(table.block.columns) and _has(question, text):
                named[cell.column] = text
        if not named or not any(_names_a_row(text) for text in named.values()):
            continue
        row = _Row(table, block, tuple(dict.fromkeys(named.values())), frozenset(named))
        if not best or _length(row.named) > _length(best[0].named):
            best = [row]
        elif _length(row.named) == _length(best[0].named):
            best.append(row)
    return best[0] if len(best) == 1 else None


def _names_a_row(text: str) -> bool:
    """Whether a cell is a name or a code rather than a plain figure, which questions have for other reasons."""
    return bool(re.search(r"[^\W\d_]", text)) and (len(text) > 1 or not text.isascii())


def _has(question: str, text: str) -> bool:
    """Whether a question has a text, as whole words where it is in Latin letters."""
    before = r"(?<![a-z0-9.-])" if text[0].isascii() else ""
    after = r"(?![a-z0-9-]|\.\d)" if text[-1].isascii() else ""
    return re.search(before + re.escape(text) + after, question) is not None


def _length(named: Sequence[str]) -> int:
    return sum(2 if re.match(f"[{HAN}]", character) else 1 for text in named for character in text)


def _cell(row: _Row, question: str) -> Cell | None:
    """The cell in the column that is asked for; None where that is not clear, or the row has none there."""
    rest = question
    for text in sorted(row.named, key=len, reverse=True):
        rest = rest.replace(text, " ")
    columns = row.table.block.columns
    shares = {c: _share(name, rest) for c, name in enumerate(columns) if c not in row.columns and name.strip()}
    if not shares:
        return None
    best = max(shares, key=lambda column: shares[column])
    second = max((share for column, share in shares.items() if column != best), default=0.0)
    if shares[best] < _NAMED or shares[best] - second < _CLEARER:
        return None
    return next((cell for cell in row.block.cells if cell.column == best), None)


def _share(name: str, question: str) -> float:
    """How much of a column's name the question has: of the parts of a grouped one, the mean; or 0.6 for its kind."""
    folded = fold(name)
    parts = [part for part in re.split(r"[\s/]+", _BRACKETS.sub(" ", folded)) if part] or [folded]
    share = sum(_part_share(part, question) for part in parts) / len(parts)
    of_kind = any(re.search(asks, question) and re.search(called, folded) for asks, called in _KINDS)
    return max(share, 0.6 if of_kind else 0.0)


def _part_share(part: str, question: str) -> float:
    if part.isascii():
        return float(bool(set(terms(part)) & set(terms(question))))
    longest = max(
        (n for n in range(1, len(part) + 1) for i in range(len(part) - n + 1) if part[i : i + n] in question), default=0
    )
    return longest / len(part) if longest > 1 or len(part) == 1 else 0.0


def _says_more(row: _Row, cell: Cell, question: Question) -> bool:
    """Whether the question has numbers or words of its own, which the table might not fulfil."""
    document, block = row.table.document, row.table.block
    above = [one for one in document.outline.blocks if one.kind in {"heading", "caption"} and one.start < block.start]
    headings = " ".join(document.text[one.start : one.end] for one in above)
    before = document.text[max(block.start - 200, 0) : block.start]
    known = " ".join((*row.named, *block.columns, headings, before, document.title, document.path))
    known += " " + document.text[row.block.start : row.block.end]
    folded = fold(known)
    if any(
        one not in identified(folded) and one[2:] not in re.sub(r"\W", "", folded)
        for one in identified(fold(question.text))
    ):
        return True
    if any(number not in folded for number in re.findall(r"\d+(?:\.\d+)?", fold(question.text))):
        return True
    has = set(terms(known))
    characters = set(folded)
    unsaid = [
        term
        for term in question_terms(question.text)
        if not term.startswith("id") and term not in has and not (re.match(f"[{HAN}]", term) and set(term) & characters)
    ]
    return len(unsaid) > _UNSAID
