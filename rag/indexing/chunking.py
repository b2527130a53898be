"""Documents to Chunks that remember where they came from: ``document.text[c.start:c.end] == c.text``.

A chunk never runs past a heading, which belongs to what follows it; a table is cut between rows, code stays whole where
it fits. Running text that is too long is cut at the best place there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from rag.indexing.layout import Layout
from rag.text import HAN
from rag.types import Chunk, Document, Span

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

LONGEST_ROW = 4
"""How many times the size of a chunk a row of a table may have before it is cut like running text."""

_HAN_CHARACTER = re.compile(f"[{HAN}]")


def width(text: str) -> int:
    """The length chunks are measured in: 2 for a Han character, 1 for any other.

    220 Chinese characters and 440 Latin ones carry about as much, and mixed text falls between.
    """
    return len(text) + len(_HAN_CHARACTER.findall(text))


def chunk(document: Document, size: int, overlap: int) -> list[Chunk]:
    """Cut a document into chunks of at most ``size`` columns (see ``width``), in order, none empty.

    ``overlap`` columns at most are repeated from the chunk before, where running text is cut. White space at the edges
    of a chunk belongs to none.
    """
    layout = Layout(document)
    cut = (span for section in layout.sections() for span in _cut(layout, section, size, overlap))
    return [layout.chunk(span) for span in (_trimmed(document.text, span) for span in cut) if len(span)]


def _cut(layout: Layout, section: Sequence[int], size: int, overlap: int) -> Iterator[Span]:
    """The blocks of a section to spans; the heading goes with the first."""
    whole = layout.span(section)
    if _fits(layout, whole, size):
        yield whole
        return
    spans: list[tuple[str, Span]] = []
    for kind, group in groupby(section, layout.grain):
        spans += [(kind, span) for span in _parts(layout, kind, list(group), size, overlap)]
    yield from _joined(layout, spans, size)


def _parts(layout: Layout, kind: str, blocks: Sequence[int], size: int, overlap: int) -> Iterator[Span]:
    """Blocks of one kind to spans that fit."""
    if kind == "row":
        yield from _rows(layout, blocks, size)
    elif kind == "code":
        for span in (layout.span([index]) for index in blocks):
            yield from [span] if width(span.of(layout.text)) <= size else _texts(layout, span, size, 0)
    else:
        yield from _texts(layout, layout.span(blocks), size, overlap)


def _joined(layout: Layout, spans: Sequence[tuple[str, Span]], size: int) -> Iterator[Span]:
    """Spans, those of different kinds put together where they fit; a heading always goes with what follows it."""
    held: Span | None = None
    last = ""
    for kind, span in spans:
        if held is None:
            held, last = span, kind
            continue
        both = Span(held.start, span.end)
        if last == "heading" or (kind != last and _fits(layout, both, size)):
            held = both
        else:
            yield held
            held = span
        last = kind
    if held is not None:
        yield held


def _rows(layout: Layout, blocks: Sequence[int], size: int) -> Iterator[Span]:
    """Rows, each with its header and caption if they stand before it, as many to a span as fit."""
    first, last = blocks[0], blocks[0]
    taken = 0
    for index in blocks:
        own = layout.span([index])
        columns = width(layout.read(own))
        if taken and taken + columns > size and layout.is_row(last):
            yield layout.span([first, last])
            first, taken = index, 0
        if columns > LONGEST_ROW * size:
            if first != index:
                yield layout.span([first, last])
            yield from _texts(layout, own, size, 0)
            first, taken = index + 1, 0
        else:
            taken += columns
        last = index
    if first <= last:
        yield layout.span([first, last])


def _fits(layout: Layout, span: Span, size: int) -> bool:
    return len(span) <= 2 * size and width(layout.read(span)) <= size


def _trimmed(text: str, span: Span) -> Span:
    piece = span.of(text)
    left = span.start + len(piece) - len(piece.lstrip())
    return Span(left, max(left, span.start + len(piece.rstrip())))


def _texts(layout: Layout, span: Span, size: int, overlap: int) -> Iterator[Span]:
    """Running text or code to spans of at most ``size`` columns."""
    text = span.of(layout.text)
    before = start = 0
    for piece in _splitter(size - overlap).split_text(text):
        left = _repeated_from(text, before, start, overlap) if overlap and start else start
        before, start = start, start + len(piece)
        yield _trimmed(layout.text, Span(span.start + left, span.start + start))


def _repeated_from(text: str, before: int, start: int, overlap: int) -> int:
    """Where the piece at ``start`` begins with its overlap: at the best cut within reach, past ``before``."""
    left = start
    while left > before + 1 and (overlap := overlap - width(text[left - 1])) >= 0:
        left -= 1
    cuts = (re.search(separator, text[left:start]) for separator in SEPARATORS)
    return left + next((cut.end() for cut in cuts if cut and cut.end() < start - left), 0)


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
