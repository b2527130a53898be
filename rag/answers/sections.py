"""The headings that something stands under: of its section, of those around it, of its sheet."""

from __future__ import annotations

from rag.text import fold
from rag.types import Document


def sections_of(document: Document, position: int) -> list[str]:
    """The headings above a place in a document that are still open there, outermost first, folded."""
    path: dict[int, str] = {}
    for block in document.outline.blocks:
        if block.start > position:
            break
        if block.kind in {"heading", "end"}:
            path = {level: text for level, text in path.items() if level < block.level}
            path[block.level] = fold(document.text[block.start : block.end]).strip()
    return [text for text in path.values() if text]
