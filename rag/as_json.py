"""Answers, passages and documents as JSON objects: one form for the command line, REST and MCP."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.types import Answer, Document, DocumentInfo, Passage


def answer_json(answer: Answer) -> dict[str, Any]:
    """An Answer as the object ``ask --json`` prints."""
    fields = asdict(answer)
    fields["passages"] = [passage_json(passage) for passage in answer.passages]
    fields["answer"] = fields.pop("text")
    first = ("question", "language", "answer", "refused", "reason", "confidence", "citations", "passages")
    return {name: fields[name] for name in (*first, *(name for name in fields if name not in first))}


def passage_json(passage: Passage) -> dict[str, Any]:
    """A Passage as the object that ``ask --json`` and ``search --json`` print."""
    chunk = passage.chunk
    where = {"document": chunk.document, "start": chunk.start, "end": chunk.end}
    return {**where, "text": chunk.text, "score": round(float(passage.score), 4)}


def found_json(passage: Passage) -> dict[str, Any]:
    """A Passage as the object that ``search --json`` prints: with what each search gave it."""
    scores = {name: round(float(getattr(passage, name)), 4) for name in ("dense", "coverage", "lexical")}
    return passage_json(passage) | scores


def info_json(info: DocumentInfo) -> dict[str, Any]:
    """A row of the document list, without where its file is on the server."""
    names = ("path", "title", "date", "author", "source", "language", "chunks", "indexed_at", "tags", "evidence")
    return {name: getattr(info, name) for name in names}


def document_json(document: Document, start: int = 0, end: int | None = None) -> dict[str, Any]:
    """A document with its text from ``start`` to ``end``, and the outline of that part; offsets are into the whole."""
    until = len(document.text) if end is None else min(end, len(document.text))
    start = min(start, until)

    def within(parts: Any) -> list[dict[str, Any]]:
        return [asdict(part) for part in parts if (part.start < until and part.end > start) or part.start == start]

    names = ("path", "title", "date", "author", "source", "language")
    return {name: getattr(document, name) for name in names} | {
        "characters": len(document.text),
        "start": start,
        "end": until,
        "text": document.text[start:until],
        "outline": {"blocks": within(document.outline.blocks), "pages": within(document.outline.pages)},
    }
