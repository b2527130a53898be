"""Looks up the value of a line with a label ("票价：4元") below the item, heading or title that a question names.

As in a table, only what is beyond doubt is answered so: the question has the whole label, or asks for what only one
label tells ("how heavy" for "Weight: 21 kg"); it has the name of what the line stands under, or the code in that name
(XJ-310); and no other line is named as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.answers.claims import best_documents, claim
from rag.answers.columns import is_of_kind
from rag.answers.lines import Lines
from rag.answers.table import ONE
from rag.answers.wording import has, says_more
from rag.identifiers import asked as identified
from rag.question.analysis import Question
from rag.text import fold
from rag.types import Draft, Passage, Span

SURE = 0.9
"""The confidence of such an answer, as of a cell's."""

_LABELLED = re.compile(r"\s*(?:[-*•·]\s*)?(?P<label>[^:：\n]{2,30})[:：]\s*(?P<value>[^\n]{1,120})$")
_CODES = tuple(
    (
        re.compile(asks),
        re.compile(rf"(?:{says})\s*[:：]?\s*(?:(?=[\w./-]*\d|[A-Z]\b)[A-Z0-9][\w./-]*\w|[A-Z0-9]\b)", re.I),
    )
    for asks, says in (
        (
            r"\bdocument (?:number|no\b)|文件编?号|文号|文档编?号",
            r"\bdoc(?:ument|\.)? (?:number|no\.?)|文件编?号|文档编?号|文号",
        ),
        (r"\brevision\b|\bwhich rev\b|修订版次|版次", r"\brev(?:ision|\.)(?: no\.?)?|修订版次|版次"),
        (r"\bcontract (?:number|no\b)|合同编?号", r"\bcontract (?:number|no\.?)|合同编?号"),
        (r"\binvoice (?:number|no\b)|发票号码?", r"\binvoice (?:number|no\.?)|发票号码?"),
        (r"\border (?:number|no\b)|订单编?号", r"\border (?:number|no\.?)|订单编?号"),
    )
)
"""What asks for the number of a document, and what stands before it at the document's head or foot."""
_NOT_A_NAME = re.compile(r"[.。!！?？;；]$")


@dataclass(frozen=True, slots=True)
class _Labelled:
    lines: Lines
    index: int
    value: Span
    said: int
    """How many characters of the question its label and what it stands under are."""
    known: str
    """The line with all that stands above it."""


def labelled(question: Question, passages: Sequence[Passage], lines: Callable[[str], Lines | None]) -> Draft | None:
    """The value behind the one label that a question asks for; None where that is in any doubt."""
    asked = fold(question.text)
    if ONE.search(asked):
        return None
    read = [own for path in best_documents(passages) if (own := lines(path))]
    found = [one for own in read for one in (*_named(own, asked), *_coded(own, asked))]
    most = max((one.said for one in found), default=0)
    best = [one for one in found if one.said == most]
    if len(best) != 1 or says_more(asked, best[0].known):
        return None
    return Draft((claim(best[0].lines.document, best[0].value),), SURE)


def _named(lines: Lines, asked: str) -> Iterator[_Labelled]:
    """The lines whose label a folded question has, with the name of what they stand under."""
    document = lines.document
    titles = (document.title, PurePosixPath(document.path).stem)
    for index, line in enumerate(lines.lines):
        match = _LABELLED.match(lines.text(index)) if line.kind in ("item", "text", "lead") else None
        label = fold(match["label"]).strip() if match else ""
        if not match or not (has(asked, label) or is_of_kind(label, asked)):
            continue
        holders = [*_above(lines, index), *titles]
        if holder := next((one for one in holders if _is_named(fold(one).strip(" :："), asked)), None):
            span = Span(line.start + match.start("value"), line.start + match.end("value"))
            known = " ".join((lines.text(index), *holders))
            yield _Labelled(lines, index, span, len(match["label"]) + len(holder), known)


def _is_named(holder: str, asked: str) -> bool:
    """Whether a folded question has a whole name, or its codes."""
    codes = set(identified(holder))
    return (len(holder) > 1 and has(asked, holder)) or (bool(codes) and codes <= set(identified(asked)))


def _coded(lines: Lines, asked: str) -> Iterator[_Labelled]:
    """The numbers of a document that a folded question names by its title, of the kind that it asks for."""
    titles = [lines.document.title, PurePosixPath(lines.document.path).stem.replace("_", " ")]
    holder = next((one for one in titles if len(one) > 1 and has(asked, fold(one))), None)
    said = next((says for asks, says in _CODES if asks.search(asked)), None)
    for index, line in enumerate(lines.lines if holder and said else ()):
        assert holder
        assert said
        if match := said.search(lines.text(index)):
            span = Span(line.start + match.start(), line.start + match.end())
            yield _Labelled(lines, index, span, len(holder), f"{asked} {lines.text(index)}")


def _above(lines: Lines, index: int) -> Iterator[str]:
    """The items that a line stands in, from the inside, then the headings above it."""
    level = lines.lines[index].level if lines.lines[index].kind == "item" else 0
    depth: int | None = None
    for row in range(index - 1, -1, -1):
        line, text = lines.lines[row], lines.text(row)
        if line.kind == "item" and line.level < level and not _NOT_A_NAME.search(text):
            level = line.level
            yield text
        elif line.kind == "heading" and (depth is None or line.level < depth):
            depth = line.level
            yield text
