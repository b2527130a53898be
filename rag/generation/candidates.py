"""Splits a chunk into the units that may answer: sentences, rows of tables, lists with their lead-ins.

Headings, captions, header rows and lead-ins are read with them but are no answers themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.model_text import STEP, ModelText, model_text
from rag.outline import Piece
from rag.text import language_of, sentences
from rag.types import Chunk, Span

SHORT = 8
"""Columns up to which a sentence only opens the next: "Yes.", "1.", 可以。"""

LONGEST = 300
"""Columns up to which clauses between semicolons are one sentence."""

_SEMICOLON = re.compile(r"[;；][\"'”’」』》）)\]]*$")


@dataclass(frozen=True, slots=True)
class Unit:
    """What may answer, as it stands in the chunk and as it is read."""

    span: Span
    """In the chunk's text."""
    read: Span
    """In what is read of the chunk, with what is read before it."""
    text: str
    """What a model is given of it alone: its words, and those that say of what they are."""
    kind: Literal["sentence", "row", "list"] = "sentence"
    parts: tuple[Span, ...] = ()
    """Of a row its cells, of a list its items, of a sentence the items of the list below it."""
    names: tuple[str, ...] = ()
    """Of a row: what names each of its cells, as it is read."""
    keys: int = 0
    """Of a row: how many of its first cells name it."""


@lru_cache(maxsize=256)
def units(chunk: Chunk) -> tuple[Unit, ...]:
    """What in a chunk may answer, in order."""
    return tuple(_units(chunk, model_text(chunk)))


def _units(chunk: Chunk, said: ModelText) -> Iterator[Unit]:
    pieces = said.pieces
    index = 0
    while index < len(pieces):
        piece, last = pieces[index], index
        if piece.role == "row":
            while last + 1 < len(pieces) and pieces[last + 1].role == "cell":
                last += 1
            yield _row(said, index, last)
        elif piece.role == "lead":
            *told, lead = _sentences(chunk, said, index)
            yield from told  # only its last sentence leads in
            if unit := _list(said, index, lead.read.start):
                yield unit
        elif piece.role == "code":
            read = said.unit(index, index)
            yield Unit(Span(piece.start, piece.end), read, read.of(said.text))
        elif piece.role != "context":
            yield from _sentences(chunk, said, index)
        index = last + 1


def _row(said: ModelText, first: int, last: int) -> Unit:
    pieces = said.pieces[first : last + 1]
    read = said.unit(first, last)
    names = tuple(piece.before.lstrip(" ,;—:").removesuffix(": ") for piece in pieces)
    keys = next((place for place, piece in enumerate(pieces) if piece.before.startswith((" — ", ": "))), 1)
    span = Span(pieces[0].start, pieces[-1].end)
    return Unit(span, read, read.of(said.text), "row", tuple(Span(p.start, p.end) for p in pieces), names, keys)


def _list(said: ModelText, lead: int, start: int) -> Unit | None:
    """What a lead-in announces, as far as it stands in the chunk; ``start`` is where its sentence is read."""
    items = _below(said.pieces, lead)
    if not items:
        return None
    last = max(index for item in items for index in item)
    read = Span(start, said.unit(lead, last).end)
    parts = tuple(Span(said.pieces[item[0]].start, said.pieces[item[-1]].end) for item in items)
    return Unit(Span(parts[0].start, parts[-1].end), read, read.of(said.text), "list", parts)


def _below(pieces: Sequence[Piece], lead: int) -> list[list[int]]:
    """The items, rows or code below a lead-in, each as the indices of its pieces; nested items belong to theirs."""
    first = lead + 1
    if first >= len(pieces) or pieces[first].role == "context":
        return []
    if pieces[first].role in {"code", "prose"}:
        return [[first]]
    opens, goes_on = (("row",), ("cell",)) if pieces[first].role == "row" else (("item", "lead"), ())
    depth = _depth(pieces[first])
    found: list[list[int]] = []
    for index in range(first, len(pieces)):
        piece = pieces[index]
        if piece.role in opens and _depth(piece) == depth:
            found.append([index])
        elif piece.role in goes_on or (piece.role in opens and _depth(piece) > depth):
            found[-1].append(index)
        else:
            break
    return found


def _depth(piece: Piece) -> int:
    """How many items a list item stands in."""
    return 0 if piece.role in {"row", "cell"} else piece.before.count(STEP)


def _sentences(chunk: Chunk, said: ModelText, index: int) -> Iterator[Unit]:
    """The sentences of a piece, each with the items it stands in; the last with those that follow it."""
    piece = said.pieces[index]
    text = chunk.text[piece.start : piece.end]
    own = [Span(one.start + piece.start, one.end + piece.start) for one in whole_sentences(text)]
    for place, span in enumerate(own):
        read = said.read_at(span)
        items = _below(said.pieces, index) if place == len(own) - 1 and piece.role == "prose" else []
        follow = index + 1 < len(said.pieces) and said.pieces[index + 1].role == "item"
        parts = tuple(Span(said.pieces[item[0]].start, said.pieces[item[-1]].end) for item in items) if follow else ()
        yield Unit(span, read, piece.before + span.of(chunk.text), parts=parts)


def whole_sentences(text: str) -> list[Span]:
    """The sentences of a text, none of a word or two; one runs on past semicolons, and none ends in one."""
    merged: list[Span] = []
    for span in sentences(text):
        before = merged[-1] if merged else None
        if before and _joins(text, before, span):
            merged[-1] = Span(before.start, span.end)
        else:
            merged.append(span)
    return [Span(one.start, one.end - len(text[one.start : one.end]) + len(_bare(one.of(text)))) for one in merged]


def columns(text: str) -> int:
    """How long a text is: an English letter is 1, a Chinese character 2."""
    return len(text) * (2 if language_of(text) == "zh" else 1)


def _joins(text: str, before: Span, span: Span) -> bool:
    whole, opening = text[before.start : span.end], before.of(text)
    runs_on = _SEMICOLON.search(opening) or columns(opening) <= SHORT
    return bool(runs_on) and "\n" not in whole and columns(whole) <= LONGEST


def _bare(text: str) -> str:
    return text.rstrip(";；") or text
