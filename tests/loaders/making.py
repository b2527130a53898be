"""Small files of every format, made on the spot."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from eval.bench.placed import placed_pdf
from rag.loaders import SourceFile, load
from rag.types import Document

PAGES = Path(__file__).parent / "pages"


def read(folder: Path, name: str, content: str | bytes) -> Document:
    """Write a file and load it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    document = load(SourceFile(path, name))
    assert document.content_hash == hashlib.sha256(path.read_bytes()).hexdigest()
    return document


def lines_of(document: Document) -> list[str]:
    return document.text.split("\n")


def pdf_of(
    pages: Sequence[Sequence[str]],
    properties: dict[str, str] | None = None,
    password: str | None = None,
    sizes: dict[int, int] | None = None,
) -> bytes:
    """A PDF with one string a line; its font maps codes to characters by a ToUnicode table, as Chinese PDFs do.

    ``sizes`` are those of the lines that are not set in 10 points.
    """
    placed = [[(50, 800 - 14 * i, (sizes or {}).get(i, 10), line) for i, line in enumerate(lines)] for lines in pages]
    return placed_pdf(placed, properties, password)
