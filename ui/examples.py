"""Example questions for the documents: made from their tables and titles, and kept if they are answered."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from itertools import zip_longest

from rag import Document, DocumentInfo, Rag, RagError

SAMPLES = {
    "hong-kong-data-hub.txt": ("香港数据中心总存量是多少平方呎？", "When did HKAI LAB start operating?"),
    "smart-city-race.txt": ("阿里巴巴是哪一年开始在澳门布局智慧城市的？",),
    "cross-border-data-forum.txt": ("How many people attended the forum in Shenzhen?",),
}
"""Questions for the sample documents."""

MOST = 4
"""Questions that are offered."""

_SHORT = 24
"""Characters of a name in a table that a question can have."""


_FIGURE = re.compile(r"\D{0,3}\d[\d,.:]*\D{0,8}")
"""The cell of a table that is asked for: a figure and what it counts."""


class Examples:
    """The questions offered for an index; made anew, in a thread of their own, once its documents change."""

    def __init__(self, rag: Rag) -> None:
        self._rag = rag
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
        """A question a document; each is offered as soon as it is made."""
        for info in documents:
            question = self._made_of(info)
            if shelf != self._shelf:
                return
            if question:
                self._questions = [*self._questions, question]

    def _made_of(self, info: DocumentInfo) -> str | None:
        """A question for a cell of a table, where that is answered, else what the document is about."""
        with suppress(RagError):
            document = self._rag.document(info.path)
            if document is None:
                return None
            of_cell = asked_of_cell(document)
            return of_cell if of_cell and not self._rag.ask(of_cell).refused else asked_of_all(document)
        return None


def _chosen(documents: Sequence[DocumentInfo]) -> list[DocumentInfo]:
    """The newest documents of each language in turn, ``MOST`` in all."""
    newest = sorted(documents, key=lambda info: (info.date or "", info.indexed_at), reverse=True)
    own = [[info for info in newest if info.language == language] for language in ("zh", "en")]
    return [info for pair in zip_longest(*own) for info in pair if info][:MOST]


def asked_of_cell(document: Document) -> str | None:
    """A question that a cell of a table answers; None where no table has a row and a column of short names."""
    columns: tuple[str, ...] = ()
    for block in document.outline.blocks:
        if block.kind == "table":
            columns = block.columns if block.keys else ()
        if block.kind != "row" or not columns or len(block.cells) < 2:
            continue
        row, cell = block.cells[0], block.cells[-1]
        name, value = (document.text[one.start : one.end] for one in (row, cell))
        column = columns[cell.column] if cell.column < len(columns) else ""
        if _is_short(name) and _is_short(column) and _FIGURE.fullmatch(value):
            return _asked(name, column, document.language)
    return None


def asked_of_all(document: Document) -> str:
    """What a document is about."""
    return f"《{document.title}》讲了什么？" if document.language == "zh" else f"What is “{document.title}” about?"


def _asked(name: str, column: str, language: str) -> str:
    if language == "en":
        return f"What is “{column}” for “{name}”?"
    return f"{column}{name}是多少？" if column[0].isdigit() else f"{name}的{column}是多少？"


def _is_short(name: str) -> bool:
    return 1 < len(name) <= _SHORT and any(letter.isalpha() for letter in name)
