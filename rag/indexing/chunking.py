"""Documents to Chunks that remember where they came from: ``document.text[c.start:c.end] == c.text``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.text import HAN
from rag.types import Chunk, Document

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

SEPARATORS = (
    r"\n+",
    r"(?:[。！？；!?;]|…+|(?<!\b[A-Z])\.(?=\s))[\"'”’」』》）)\]]*\s*",
    r"[，、,：:]\s*",
    r"\s+",
    "",
)
"""Where a text may be cut, best place first: line, sentence (Chinese or English), clause, word, character."""

_HAN_CHARACTER = re.compile(f"[{HAN}]")


def width(text: str) -> int:
    """The length chunks are measured in: 2 for a Han character, 1 for any other.

    220 Chinese characters and 440 Latin ones carry about as much, and mixed text falls between.
    """
    return len(text) + len(_HAN_CHARACTER.findall(text))


def chunk(document: Document, size: int, overlap: int) -> list[Chunk]:
    """Cut a document into chunks of at most ``size`` columns (see ``width``), in order, none empty.

    ``overlap`` columns at most are repeated from the chunk before. White space at the edges of a chunk belongs to none.
    """
    text = document.text
    chunks: list[Chunk] = []
    before = start = 0
    for piece in _splitter(size - overlap).split_text(text):
        left = _repeated_from(text, before, start, overlap) if overlap and start else start
        before, start = start, start + len(piece)
        left += len(text[left:start]) - len(text[left:start].lstrip())
        right = left + len(text[left:start].rstrip())
        if left < right:
            chunks.append(_chunk(document, left, right))
    return chunks


def _repeated_from(text: str, before: int, start: int, overlap: int) -> int:
    """Where the piece at ``start`` begins with its overlap: at the best cut within reach, past ``before``."""
    left = start
    while left > before + 1 and (overlap := overlap - width(text[left - 1])) >= 0:
        left -= 1
    cuts = (re.search(separator, text[left:start]) for separator in SEPARATORS)
    return left + next((cut.end() for cut in cuts if cut and cut.end() < start - left), 0)


def _chunk(document: Document, start: int, end: int) -> Chunk:
    return Chunk(
        document=document.path,
        start=start,
        end=end,
        text=document.text[start:end],
        title=document.title,
        date=document.date,
        language=document.language,
    )


@lru_cache(maxsize=8)
def _splitter(size: int) -> RecursiveCharacterTextSplitter:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=list(SEPARATORS),
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=size,
        chunk_overlap=0,
        length_function=width,
        strip_whitespace=False,
    )
