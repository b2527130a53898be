"""A chunk as models read it: its headings above it, the rows of its tables as sentences; and the way back to its text.

"北京 | 600 | 120" reads "城市: 北京 — 住宿标准: 600; 餐补: 120". What is read is made of pieces of the chunk's text in
their order, with words of elsewhere between them, so that every span of it is a span of the text: what is quoted is
always what stands there.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from rag.outline import Piece
from rag.text import fold, terms
from rag.types import Chunk, Span

SHORTEST_NAME = 4
"""Characters of a file's name or a title that is taken for a name where a question has it; a word alone is none."""

STEP = " › "
"""Between the headings of a path."""


@dataclass(frozen=True, slots=True)
class ModelText:
    """A chunk's text as a model reads it."""

    text: str
    pieces: tuple[Piece, ...]
    at: tuple[int, ...]
    """Where each piece begins in ``text``."""

    @property
    def above(self) -> int:
        """How many characters of it are the headings above the chunk."""
        return self.at[0] - len(self.pieces[0].before)

    def unit(self, first: int, last: int) -> Span:
        """The pieces from one to another, with what is read before the first, as a span of what is read."""
        start = self.at[first] - len(self.pieces[first].before)
        return Span(start, self.at[last] + self.pieces[last].end - self.pieces[last].start)

    def read_at(self, span: Span) -> Span:
        """A span of the chunk's text, which lies in one piece, as a span of what is read."""
        index = max(bisect_right([piece.start for piece in self.pieces], span.start) - 1, 0)
        shift = self.at[index] - self.pieces[index].start
        return Span(span.start + shift, span.end + shift)

    def in_chunk(self, span: Span) -> Span | None:
        """A span of what is read as a span of the chunk's text; None where nothing of it stands there."""
        start = end = None
        for at, piece in zip(self.at, self.pieces, strict=True):
            beyond = at + piece.end - piece.start
            if at < span.end and span.start < beyond:
                start = piece.start + max(span.start - at, 0) if start is None else start
                end = piece.end - max(beyond - span.end, 0)
        return None if start is None or end is None else Span(start, end)


@lru_cache(maxsize=256)
def model_text(chunk: Chunk) -> ModelText:
    """A chunk as the reader, the embedder and the word index read it."""
    return read(chunk.text, chunk.pieces, chunk.context)


def read(text: str, pieces: tuple[Piece, ...], above: str) -> ModelText:
    """The pieces of a text as they are read, below what stands above them."""
    pieces = pieces or (Piece(0, len(text)),)
    said = above
    at = []
    for piece in pieces:
        if said and piece.role != "cell":
            said += "\n"
        said += piece.before
        at.append(len(said))
        said += text[piece.start : piece.end]
    return ModelText(said, pieces, tuple(at))


def index_terms(chunk: Chunk) -> str:
    """The words of the index for a chunk, joined by spaces: its document's title, the file name, and the text read."""
    name = PurePosixPath(chunk.document).stem.replace("_", " ")
    named = [one for one in dict.fromkeys((name, chunk.title)) if not one.isdigit() and one not in chunk.context]
    return " ".join(terms("\n".join([*named, model_text(chunk).text])))


def is_named(chunk: Chunk, question: str) -> bool:
    """Whether a folded question contains the whole name of a chunk's file, or its document's title."""
    said = (name for name in _names(chunk.document, chunk.title) if name in question)
    return any(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", question) for name in said)


@lru_cache(maxsize=4096)
def _names(path: str, title: str) -> tuple[str, ...]:
    """The names of a document that are long enough to be meant when they are said, folded."""
    stem, title = fold(PurePosixPath(path).stem), fold(title)
    names = [
        name
        for name in {stem, stem.replace("_", " "), stem.replace("-", " ")}
        if len(name) >= SHORTEST_NAME and not name.isdigit() and not (name.isalpha() and name.isascii())
    ]
    if len(title) >= 2 * SHORTEST_NAME or (len(title) >= SHORTEST_NAME and not title.isascii()):
        names.append(title)
    return tuple(names)


def to_json(chunk: Chunk) -> str:
    """A chunk's context and pieces for the store, with a checksum; empty if the text is read as it is."""
    if not (chunk.context or chunk.pieces):
        return ""
    parts = [chunk.context, [[one.start, one.end, one.role, one.before] for one in chunk.pieces]]
    return json.dumps([*parts, _checksum(parts)], ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> tuple[str, tuple[Piece, ...]]:
    """The context and pieces that ``to_json`` wrote.

    Raises:
        ValueError: it did not.
    """
    if not text:
        return "", ()
    try:
        context, pieces, checksum = json.loads(text)
        if _checksum([context, pieces]) == checksum:
            return context, tuple(Piece(*one) for one in pieces)
    except TypeError:
        pass
    raise ValueError("how a chunk is read is not what was stored")


def _checksum(parts: list[Any]) -> str:
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()
