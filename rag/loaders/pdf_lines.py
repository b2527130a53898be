"""Joins the glyphs of a page to words and pieces of lines, with raised and lowered characters in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.loaders.pdf_drawing import Rule
from rag.loaders.pdf_page import Glyph
from rag.text import HAN

_WORD_GAP = 0.17
_HAN_GAP = 0.6
_MARK_GAP = 0.25
_PIECE_GAP = 1.05
_SPACED_PIECE_GAP = 1.6
_STRAY_GAP = 0.8
"""Gaps as shares of the size: between words, between Chinese words, and from where on pieces of a line are apart: in
justified text real spaces grow wide, and what does not follow in the file is rather the next column."""
_RAISED, _LOWERED = 0.18, 0.08
_SMALLER = 0.85
_CJK = re.compile(f"[{HAN}\u3000-\u303f\uff00-\uffef\U00020000-\U0003ffff]")
_UNIT = re.compile(r"(?:^|[\W\d_])(?:[kcmdµμn]?m|ft|in|mi|s)$")
_MARKER = re.compile(
    r"[•·●■◆▪◦○–—‣▸▶►➢➤✓✔☐☑□*-]|[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivx]{1,4})[)）.、．]|\d{1,2}(?:\.\d{1,2}){1,3}\.?"
    r"|[①-⑳]|第[一二三四五六七八九十百零\d]{1,4}[章节条款]"
)
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DECIMAL = re.compile(r"\d+(?:\.\d+)+")
"""Marks a section at the start of a line; in the middle of one it is a figure."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line without a wide gap; coordinates as those of its glyphs."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    size: float
    bold: bool
    order: int
    """The place of its first glyph in the file."""
    raised: bool = False
    """Whether it begins with a raised mark, as a note does."""

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def pieces(glyphs: Sequence[Glyph], rules: Iterable[Rule] = ()) -> list[Piece]:
    """The pieces of lines that glyphs form, in no order; vertical rules part them."""
    walls = [rule for rule in rules if not rule.horizontal]
    runs: list[list[tuple[int, Glyph]]] = []
    for numbered in enumerate(glyphs):
        if runs and _goes_on(runs[-1][-1][1], numbered[1], walls):
            runs[-1].append(numbered)
        else:
            runs.append([numbered])
    return [_piece(run) for run in _joined(runs, walls) if run]


def joined_row(row: Sequence[Piece]) -> list[Piece]:
    """The pieces of a row with list markers joined to what they mark, from left to right."""
    done: list[Piece] = []
    for piece in sorted(row, key=lambda one: one.left):
        near = bool(done) and piece.left - done[-1].right < 4 * piece.size
        if near and _MARKER.fullmatch(done[-1].text) and (len(done) == 1 or not _DECIMAL.fullmatch(done[-1].text)):
            done[-1] = join([done[-1], piece])
        else:
            done.append(piece)
    return done


def join(row: Sequence[Piece]) -> Piece:
    """Pieces of a row as one."""
    if len(row) == 1:
        return row[0]
    longest = max(row, key=lambda one: len(one.text))
    return Piece(
        " ".join(one.text for one in row),
        min(one.left for one in row),
        min(one.top for one in row),
        max(one.right for one in row),
        max(one.bottom for one in row),
        longest.base,
        longest.size,
        all(one.bold for one in row),
        min(one.order for one in row),
        row[0].raised,
    )


def rows(found: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces that stand beside each other, from the top down."""
    lines: list[list[Piece]] = []
    for piece in sorted(found, key=lambda one: (one.top + one.bottom, one.left)):
        if lines and _beside(lines[-1], piece):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line, key=lambda one: one.left) for line in lines]


def _beside(line: Sequence[Piece], piece: Piece) -> bool:
    first = line[0]
    overlap = min(first.bottom, piece.bottom) - max(first.top, piece.top)
    return overlap >= 0.5 * min(first.bottom - first.top, piece.bottom - piece.top)


def _goes_on(last: Glyph, glyph: Glyph, walls: Sequence[Rule], widest: float = 0.0) -> bool:
    size = max(last.size, glyph.size)
    drift = abs(glyph.base - last.base)
    if drift > (0.2 * size if glyph.size > _SMALLER * last.size and last.size > _SMALLER * glyph.size else 0.7 * size):
        return False
    gap = glyph.left - last.right
    forth = glyph.left >= last.left - 0.05 * size  # the letters of a ligature share its place
    if (
        not (gap >= -0.6 * size or forth)
        or gap > (widest or (_SPACED_PIECE_GAP if glyph.spaced else _PIECE_GAP)) * size
    ):
        return False
    return gap <= 0.05 * size or not _walled(last.right, glyph.left, glyph.base - 0.3 * size, walls)


def _walled(left: float, right: float, y: float, walls: Sequence[Rule]) -> bool:
    return any(left - 1 <= wall.at <= right + 1 and wall.start <= y <= wall.end for wall in walls)


def _joined(runs: list[list[tuple[int, Glyph]]], walls: Sequence[Rule]) -> list[list[tuple[int, Glyph]]]:
    """Runs that touch although the file writes them apart, such as words set one by one, as one."""
    runs = sorted(runs, key=lambda run: (round(run[0][1].base / 2), run[0][1].left))
    done: list[list[tuple[int, Glyph]]] = []
    recent: list[list[tuple[int, Glyph]]] = []
    for run in runs:
        first = run[0][1]
        recent = [one for one in recent if abs(one[-1][1].base - first.base) < 1.5 * max(first.size, 1)]
        near = [
            one
            for one in recent
            if one[-1][1].right <= first.left + 1 and _goes_on(one[-1][1], first, walls, _STRAY_GAP)
        ]
        if near:
            near[-1].extend(run)
        else:
            done.append(run)
            recent.append(run)
    marks = [run for run in done if len(run) <= 3 and _is_stray_mark(run)]
    for mark in marks:
        first = mark[0][1]
        host = [one for one in done if one is not mark and _hosts(one, first)]
        if host:
            place = next((i for i, (_, g) in enumerate(host[0]) if g.left >= first.left - 0.5), len(host[0]))
            host[0][place:place] = list(mark)
            mark.clear()
    return [run for run in done if run]


def _is_stray_mark(run: list[tuple[int, Glyph]]) -> bool:
    return all(glyph.text.isdigit() or glyph.text in "*†‡§¶①②③④⑤⑥⑦⑧⑨[]," for _, glyph in run)


def _hosts(run: list[tuple[int, Glyph]], mark: Glyph) -> bool:
    """Whether a run is the line that a small raised mark belongs to."""
    sizes = [glyph.size for _, glyph in run]
    rise = run[0][1].base - mark.base
    within = run[0][1].left - mark.size <= mark.left <= run[-1][1].right + 0.6 * mark.size
    return mark.size < _SMALLER * max(sizes) and _RAISED * max(sizes) <= rise <= 0.8 * max(sizes) and within


def _piece(run: list[tuple[int, Glyph]]) -> Piece:
    glyphs = [glyph for _, glyph in run]
    size = _most(glyph.size for glyph in glyphs)
    base = _most(glyph.base for glyph in glyphs if glyph.size > _SMALLER * size)
    text = ""
    last: Glyph | None = None
    was_raised = False
    for glyph in glyphs:
        small = glyph.size < _SMALLER * size
        raised = small and base - glyph.base >= _RAISED * size and glyph.text.isascii() and not glyph.text.isalpha()
        text += " " if last and _apart(last, glyph, raised) else ""
        if raised and not was_raised and glyph.text.isdigit() and text and not text.endswith(" "):
            text += "" if _UNIT.search(text) else "^"
        in_unit = raised and bool(_UNIT.search(text.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")))
        text += glyph.text.translate(_SUPERSCRIPT) if in_unit else glyph.text
        last, was_raised = glyph, raised
    first = glyphs[0]
    return Piece(
        text,
        min(glyph.left for glyph in glyphs),
        min(glyph.top for glyph in glyphs),
        max(glyph.right for glyph in glyphs),
        max(glyph.bottom for glyph in glyphs),
        base,
        size,
        sum(glyph.bold for glyph in glyphs) > 0.8 * len(glyphs),
        min(number for number, _ in run),
        first.size < _SMALLER * size and base - first.base >= _RAISED * size,
    )


def _apart(last: Glyph, glyph: Glyph, at_mark: bool) -> bool:
    """Whether a space stands between two glyphs of a line."""
    gap = (glyph.left - last.right) / max(last.size, glyph.size, 1)
    if _CJK.match(last.text) and _CJK.match(glyph.text):
        return gap > _HAN_GAP
    if _CJK.match(last.text) or _CJK.match(glyph.text):
        return gap > 0.5 or (glyph.spaced and gap > 0.15)
    if at_mark:
        return gap > _MARK_GAP
    return (glyph.spaced and gap > 0.02) or gap > _WORD_GAP


def _most(numbers: Iterable[float]) -> float:
    """The number that comes most often, to a tenth."""
    counts: dict[float, int] = {}
    for number in numbers:
        counts[round(number, 1)] = counts.get(round(number, 1), 0) + 1
    return max(counts, key=lambda one: (counts[one], one)) if counts else 0.0


def leading(lines: Sequence[Piece]) -> float:
    """The usual distance from one base line to the next; 0 for a single line."""
    return _most(b.base - a.base for a, b in pairwise(lines) if 0.5 * a.size < b.base - a.base < 3 * a.size)
