"""Removes page numbers and repeated heads and feet of pages; the first of each head or foot is kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from rag.loaders.pdf_lines import Piece, join, rows

_EDGE_ROWS = 3
_EDGE_SHARE = 0.12
"""Heads and feet stand in the outer rows, and in this share of the page's height."""
_SEVERAL = 3
"""Pages on which a line must stand to be a head or foot; of two pages on both, in smaller letters than the text or
with a number that counts up."""
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}
_NUMBER = re.compile(
    r"[-–—·•|\s]*(?:page|p\.|第)?\s*(?P<number>\d{1,4}|[ivxl]{1,7})\s*(?:页|頁)?"
    r"(?:\s*(?:/|\bof\b|[，,]?\s*共)\s*\d{1,4}\s*[页頁]?)?[-–—·•|\s]*",
    re.IGNORECASE,
)
_AT_END = re.compile(r"^(?:page\s*|第\s*)?\d{1,4}\s+|\s*[-–—|·]?\s*(?:page\s*|第\s*)?\d{1,4}(?:\s*页)?$", re.IGNORECASE)
_LAST = re.compile(r"(\d{1,4})(?:\s*页)?$")


def without_edges(pages: Sequence[Sequence[Piece]], heights: Sequence[float]) -> tuple[list[list[Piece]], list[str]]:
    """The pieces of each page without page numbers, and heads and feet after their first; and what each page is called.

    A number is a page number where it counts up with the pages, so that a lone total or year at a page's edge stays.
    """
    edges = [_edges(page, height) for page, height in zip(pages, heights, strict=True)]
    numbers = [[(row, side, value) for row, side, _ in edge if (value := _value(row)) is not None] for edge in edges]
    offsets = Counter(
        (side, offset) for index, own in enumerate(numbers) for side, offset in {(s, v - index) for _, s, v in own}
    )
    filled = sum(bool(page) for page in pages)
    counted = {
        key for key, count in offsets.items() if count >= _SEVERAL or (count == filled == 2 and key[1] in (0, 1))
    }
    heads = Counter(key for edge in edges for key in {_key(row, side) for row, side, outer in edge if outer})
    counting = _counting(edges)
    seen: set[tuple[str, str]] = set()
    kept, names = [], []
    for index, page in enumerate(pages):
        gone: list[Piece] = []
        name = ""
        for row, side, value in numbers[index]:
            if (side, value - index) in counted:
                gone += row
                match = _NUMBER.fullmatch(_said(row))
                name = match["number"] if match else ""
        for row, side, outer in edges[index]:
            key = _key(row, side)
            often = heads[key] >= _SEVERAL or (heads[key] == filled == 2 and (key in counting or _is_small(row, page)))
            if outer and often and key[1]:
                gone += row if key in seen else _plain_numbers(row, index, counted, side)
                seen.add(key)
        kept.append([piece for piece in page if not any(piece is one for one in gone)])
        names.append(name)
    return kept, names


def _counting(edges: Sequence[Sequence[tuple[list[Piece], str, bool]]]) -> set[tuple[str, str]]:
    """The heads and feet whose last number counts up with the pages."""
    offsets: dict[tuple[str, str], set[int]] = {}
    for index, edge in enumerate(edges):
        for row, side, _ in edge:
            if last := _LAST.search(_said(row)):
                offsets.setdefault(_key(row, side), set()).add(int(last[1]) - index)
    return {key for key, own in offsets.items() if len(own) == 1}


def _edges(page: Sequence[Piece], height: float) -> list[tuple[list[Piece], str, bool]]:
    """The outer rows of a page, which side each is at, and whether it stands where heads and feet do."""
    lines = rows(page)
    count = len(lines)
    found = []
    for place, row in enumerate(lines):
        at_top, at_foot = place < _EDGE_ROWS, place >= count - _EDGE_ROWS
        if not (at_top or at_foot) or _is_in_table(lines, place):
            continue
        y = row[0].middle[1]
        outer = y <= _EDGE_SHARE * height or y >= (1 - _EDGE_SHARE) * height
        found.append((row, "top" if at_top and (not at_foot or y < height / 2) else "foot", outer))
    return found


def _is_in_table(lines: Sequence[Sequence[Piece]], place: int) -> bool:
    """Whether a row and the one beside it have several cells each."""
    beside = [lines[other] for other in (place - 1, place + 1) if 0 <= other < len(lines)]
    return len(lines[place]) > 2 and any(len(row) >= len(lines[place]) for row in beside)


def _is_small(row: Sequence[Piece], page: Sequence[Piece]) -> bool:
    usual = median(piece.size for piece in page for _ in piece.text)
    return max(piece.size for piece in row) < 0.95 * usual


def _said(row: Iterable[Piece]) -> str:
    return " ".join(join(list(row)).text.split())


def _value(row: Sequence[Piece]) -> int | None:
    match = _NUMBER.fullmatch(_said(row))
    if not match:
        return None
    number = match["number"].lower()
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _key(row: Sequence[Piece], side: str) -> tuple[str, str]:
    return side, _AT_END.sub("", _said(row))


def _plain_numbers(row: Sequence[Piece], index: int, counted: set[tuple[str, int]], side: str) -> list[Piece]:
    """The page number beside a head that is kept."""
    return [
        piece
        for piece in row
        if len(row) > 1 and (value := _value([piece])) is not None and (side, value - index) in counted
    ]
