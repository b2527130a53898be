"""Example questions for the documents: made from their tables and titles, and kept if they are answered."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
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
        made: dict[str, list[str]] = {"zh": [], "en": []}
        for info in documents[:LOOKED_AT]:
            with suppress(RagError):
                document = self._rag.document(info.path)
                question = document and next((one for one in asked_of(document) if self._is_answered(one)), None)
                if question:
                    made[info.language].append(question)
            if shelf != self._shelf:
                return
            if min(len(made["zh"]), len(made["en"])) >= MOST // 2:
                break
        pairs = [one for pair in zip(made["zh"], made["en"], strict=False) for one in pair]
        rest = [one for one in (*made["zh"], *made["en"]) if one not in pairs]
        self._questions = [*pairs, *rest][:MOST]

    def _is_answered(self, question: str) -> bool:
        return not self._rag.ask(question).refused


def asked_of(document: Document) -> Iterator[str]:
    """Questions that a document should answer: for a cell of a table, then for what it is about."""
    zh = document.language == "zh"
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
            yield f"{name}的{column}是多少？" if zh else f"What is the {column} of {name}?"
            columns = ()  # one a table
    yield f"《{document.title}》讲了什么？" if zh else f"What is “{document.title}” about?"


def _is_short(name: str) -> bool:
    return 1 < len(name) <= _SHORT and any(letter.isalpha() for letter in name)
