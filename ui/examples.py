"""Example questions for the documents: made from their tables and titles, and kept if they are answered."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from contextlib import suppress

from rag import Document, DocumentInfo, Rag, RagError

SAMPLES = {
    "hong-kong-data-hub.txt": ("香港数据中心总存量是多少平方呎？", "When did HKAI LAB start operating?"),
    "smart-city-race.txt": ("阿里巴巴是哪一年开始在澳门布局智慧城市的？",),
    "cross-border-data-forum.txt": ("How many people attended the forum in Shenzhen?",),
}
"""Questions for the sample documents."""

MOST = 4
"""Questions that are offered."""

LOOKED_AT = 12
"""Documents that questions are made from; the newest ones."""

_SHORT = 24
"""Characters of a name in a table that a question can have."""


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
                newest = sorted(others, key=lambda info: info.date or info.indexed_at, reverse=True)
                threading.Thread(target=self._make, args=(newest, shelf), name="examples", daemon=True).start()
        return self._questions

    def _make(self, documents: Sequence[DocumentInfo], shelf: str) -> None:
        """Questions of the newest documents, as many in each language; each is offered as soon as it is made."""
        both = len({info.language for info in documents}) > 1
        room = dict.fromkeys(("zh", "en"), MOST // 2 if both else MOST)
        for info in documents[:LOOKED_AT]:
            if shelf != self._shelf or not any(room.values()):
                return
            question = self._made_of(info) if room[info.language] else None
            if question and shelf == self._shelf:
                room[info.language] -= 1
                self._questions = [*self._questions, question][:MOST]

    def _made_of(self, info: DocumentInfo) -> str | None:
        """A question for a cell of a table, where that is answered, else what the document is about."""
        with suppress(RagError):
            document = self._rag.document(info.path)
            if document is None:
                return None
            of_cell = asked_of_cell(document)
            return of_cell if of_cell and not self._rag.ask(of_cell).refused else asked_of_all(document)
        return None


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
        if _is_short(name) and _is_short(column) and re.search(r"\d", value):
            return _asked(name, column, value) if document.language == "zh" else f"What is the {column} of {name}?"
    return None


def asked_of_all(document: Document) -> str:
    """What a document is about."""
    return f"《{document.title}》讲了什么？" if document.language == "zh" else f"What is “{document.title}” about?"


def _asked(name: str, column: str, value: str) -> str:
    asks = "多少" if re.fullmatch(r"[\d,.]+\D{0,4}", value) else "什么"
    return f"{column}{name}是{asks}？" if column[0].isdigit() else f"{name}的{column}是{asks}？"


def _is_short(name: str) -> bool:
    return 1 < len(name) <= _SHORT and any(letter.isalpha() for letter in name)
