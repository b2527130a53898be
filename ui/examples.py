"""Example questions for the documents: made from their tables and titles, and kept if they are answered."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice, takewhile, zip_longest

from rag import Document, DocumentInfo, RagError, Reach

SAMPLES = {
    "hong-kong-data-hub.txt": ("香港数据中心总存量是多少平方呎？", "When did HKAI LAB start operating?"),
    "smart-city-race.txt": ("阿里巴巴是哪一年开始在澳门布局智慧城市的？",),
    "cross-border-data-forum.txt": ("How many people attended the forum in Shenzhen?",),
}
"""Questions for the sample documents."""

MOST = 4
"""Questions that are offered."""

LOOKED_AT = 16
"""Documents that are looked into for them."""

FOLLOWING = 2
"""Questions that are offered to go on with."""

TRIED = 4
"""Questions that are asked to find them."""

_SHORT = 24
"""Characters of a name in a table that a question can have."""


_FIGURE = re.compile(r"[<>≤≥~≈±$€£¥￥−-]{0,2}\s?\d[\d,.]*\s?\D{0,8}")
"""The cell of a table that is asked for: a figure and what it counts."""

_MEASURE = re.compile(
    r"(?:.*\b)?(?:price|cost|fee|fare|rent|salary|wage|pay|allowance|premium|budget|revenue|income|profit|turnover|sales"
    r"|amount|total|sum|weight|mass|length|width|height|depth|area|size|capacity|volume|power|speed|temperature|pressure"
    r"|limit|maximum|minimum|mileage|distance|score|rate|share|percentage|population|quantity|output|yield|consumption"
    r"|attendance|enrolment|members|staff|passengers|visitors)"
    "|.*(?:[价價费費额額量率数數积積重长長宽寬高深温溫速距薪租税稅补補]|收入|利[润潤]|成本|[预預]算|合[计計]|[总總][计計]|[上下]限|里程)",
    re.IGNORECASE,
)
"""The name of a column, or a row, that is measured or counted: a figure of it is what a person asks for."""

_UNIT = re.compile(r"\s*[(（\[【,，].*$")
"""What a column counts in, which a question does not say."""

_YEAR = re.compile(r"(?:19|20)\d\d")

_PLURAL = re.compile(r"(?<![sui])s$")


class Examples:
    """The questions offered for what is in reach; made anew, in a thread of their own, once its documents change."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._shelf = ""
        self._questions: list[str] = []

    def of(self, documents: Sequence[DocumentInfo], shelf: str) -> list[str]:
        """Questions for these documents, as many as there are by now; ``shelf`` tells whether they changed."""
        if shelf != self._shelf:
            self._shelf = shelf
            paths = {info.path for info in documents}
            samples = [one for path, some in SAMPLES.items() if path in paths for one in some][:MOST]
            others = [info for info in documents if info.path not in SAMPLES]
            self._questions = [] if others else samples
            if others:
                threading.Thread(target=self._make, args=(_chosen(others), shelf), name="examples", daemon=True).start()
        return self._questions

    def _make(self, documents: Sequence[DocumentInfo], shelf: str) -> None:
        """Questions for figures in tables, where they are answered, else what the newest documents are about.

        Each is offered as soon as it is made; two editions of a document give the same one.
        """
        asked = (question for make in (self._of_cell, asked_of_all) for info in documents if (question := make(info)))
        for question in asked:
            if shelf != self._shelf or len(self._questions) == MOST:
                return
            if question not in self._questions:
                self._questions = [*self._questions, question]

    def _of_cell(self, info: DocumentInfo) -> str | None:
        with suppress(RagError):
            document = self._reach.document(info.path)
            question = asked_of_cell(document) if document else None
            return question if question and self._reach.answers(question) else None
        return None


def _chosen(documents: Sequence[DocumentInfo]) -> list[DocumentInfo]:
    """The newest documents of each language in turn, ``LOOKED_AT`` in all."""
    newest = sorted(documents, key=lambda info: (info.date or "", info.indexed_at), reverse=True)
    own = [[info for info in newest if info.language == language] for language in ("zh", "en")]
    return [info for pair in zip_longest(*own) for info in pair if info][:LOOKED_AT]


def following(
    reach: Reach, document: Document, position: int, asked: str, idle: Callable[[], bool] = lambda: True
) -> list[str]:
    """Questions to go on with after one that a document answered at a position: those of its figures nearest to there,
    or else what it is about, as far as they are answered. They are tried while the server is ``idle``.
    """
    rows = sorted(_asked_of_rows(document), key=lambda row: abs(row[0] - position))
    others = [question for _, question in rows] or [asked_of_all(document)]
    made = (question for question in others[:TRIED] if question != asked)
    tried = takewhile(lambda _: idle(), made)
    return list(islice(filter(reach.answers, tried), FOLLOWING))


def asked_of_cell(document: Document) -> str | None:
    """A question that a cell of a table answers; None where no table has a row and a column of short names."""
    return next((question for _, question in _asked_of_rows(document)), None)


def _asked_of_rows(document: Document) -> Iterator[tuple[int, str]]:
    """Where a row of a table begins, and the question that its last cell answers."""
    columns: tuple[str, ...] = ()
    for block in document.outline.blocks:
        if block.kind == "table":
            columns = block.columns if block.keys else ()
        if block.kind != "row" or not columns or len(block.cells) < 2:
            continue
        row, cell = block.cells[0], block.cells[-1]
        name, value = (document.text[one.start : one.end] for one in (row, cell))
        column = _UNIT.sub("", columns[cell.column]) if cell.column < len(columns) else ""
        if _is_asked(name, column) and _FIGURE.fullmatch(value):
            yield block.start, _asked(name, column, document.language)


def asked_of_all(document: Document | DocumentInfo) -> str:
    """What a document is about."""
    return f"《{document.title}》讲了什么？" if document.language == "zh" else f"What is “{document.title}” about?"


def _asked(name: str, column: str, language: str) -> str:
    dated = bool(_YEAR.search(column))  # 2024年营业收入, "the revenue in 2024"
    if language == "zh":
        return f"{column}{name}是多少？" if dated else f"{name}的{column}是多少？"
    what, where = (name, f"in {column}") if dated else (column, f"for {name}")
    verb = "are" if _PLURAL.search(what) else "is"
    return f"What {verb} the {_in_sentence(what)} {where}?"


def _in_sentence(name: str) -> str:
    """A heading as it stands within a sentence: its first word small, unless it is an abbreviation."""
    return name if name[1:2].isupper() else name[0].lower() + name[1:]


def _is_asked(name: str, column: str) -> bool:
    """Whether a row and a column are called by short names, and one of them by what is measured."""
    measure = name if _YEAR.search(column) else column
    short = all(1 < len(one) <= _SHORT for one in (name, column))
    return short and any(map(str.isalpha, name)) and bool(_MEASURE.fullmatch(measure))
