"""Decides whether a line of a page goes on with the paragraph before it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.loaders.lines import ends_sentence, width
from rag.loaders.pdf_layout import Column
from rag.loaders.pdf_lines import Piece, leading
from rag.text import HAN

_FULL_LINE = 48
"""Columns of a line that is part of running text even where most lines are short."""
_FULL_CHINESE_LINE = 36
"""The same of one that ends, and whose next line begins, within a Chinese sentence."""
_CHINESE_LEADING = 1.7
"""From line to line at most, as a share of the size, where the other lines of the page may be English and closer."""
ITEM = re.compile(
    r"(?P<label>[•·●■◆▪◦○–—‣▸▶►➢➤✓✔☐☑□]|[（(](?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivx]{1,4})[)）]"
    r"|(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivx]{1,4})[)）、．]|\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=\s)|\d{1,2}\.(?=\s)"
    r"|[①-⑳]|第[一二三四五六七八九十百零\d]{1,4}[章节条編编部])\s*\S"
)
"""How an item of a list begins."""


@dataclass(slots=True)
class OpenParagraph:
    """A paragraph that may go on."""

    lines: list[tuple[Piece, int, float]]
    """Each with its page and angle."""
    column: Column
    inset: bool = False


def follows(now: OpenParagraph, line: Piece, column: Column, large: bool) -> bool:
    """Whether a line goes on with a paragraph of its own column."""
    last = now.lines[-1][0]
    step = line.base - last.base
    usual = leading(column.lines) or 1.3 * line.size
    if large and 0 < step <= 1.6 * line.size and _reaches(last, line, column.right):
        return True
    within_chinese, reaches = _is_within_chinese(last, line), _reaches(last, line, _margin(column, line))
    widest = _CHINESE_LEADING if within_chinese and reaches else 1.05
    if not 0 < step <= max(1.25 * usual, widest * line.size):
        return False
    if large:
        return step <= 1.6 * line.size
    is_item = bool(ITEM.match(now.lines[0][0].text))
    if line.left > last.left + 0.8 * line.size and not (is_item and len(now.lines) == 1):
        return False
    if line.left < last.left - 0.8 * line.size and (len(now.lines) > 1 or is_item):
        return False
    broken_off = not ends_sentence(last.text) and (line.text[0].islower() or last.text.endswith(tuple(",，、-")))
    loose = _is_ragged(column) and width(last.text) < (_FULL_CHINESE_LINE if within_chinese else _FULL_LINE)
    return broken_off or (reaches and not loose)


def wraps(now: OpenParagraph, line: Piece) -> bool:
    """Whether a line that begins like an item is rather the rest of a sentence: "… came from plot / 9. Forty-one"."""
    last = now.lines[-1][0]
    if ITEM.match(now.lines[0][0].text) or ends_sentence(last.text) or last.text.endswith((":", "：")):
        return False
    return abs(line.left - last.left) < 0.5 * line.size and _reaches(last, line, _margin(now.column, line))


def _is_within_chinese(last: Piece, line: Piece) -> bool:
    """Whether a Chinese sentence goes on from one line to the next."""
    return bool(re.search(f"[{HAN}]$", last.text) and re.match(f"[{HAN}]", line.text))


def _margin(column: Column, line: Piece) -> float:
    """Where the lines of a column end at most, smaller ones aside: footnotes may be wider than the text above them."""
    return max(one.right for one in column.lines if one.size >= 0.9 * line.size)


def _is_ragged(column: Column) -> bool:
    """Whether lines end where they like, as in lists and addresses, rather than at a margin."""
    near = column.right - 0.25 * (column.right - column.left)
    return len(column.lines) > 3 and sum(line.right >= near for line in column.lines) < 0.4 * len(column.lines)


def _reaches(last: Piece, line: Piece, right: float) -> bool:
    """Whether a line is so full that the next one's first word had no room in it."""
    word = re.match(r"[A-Za-z\d'’.,;:()%-]+", line.text)
    letters = len(word[0]) + 1 if word else 2
    per_letter = (line.right - line.left) / max(len(line.text), 1)
    return last.right + max(letters * per_letter, 0.5 * line.size) >= right - 0.5 * line.size


def crosses(now: OpenParagraph, line: Piece, pages: int) -> bool:
    """Whether a line at the top of the next column or page goes on with a paragraph."""
    last = now.lines[-1][0]
    if pages > 1 or ends_sentence(last.text) or not _reaches(last, line, now.column.right):
        return False
    chinese = re.match(f"[{HAN}]", line.text) and re.search(f"[{HAN}，、]$", last.text) and width(last.text) >= 24
    return bool(line.text[0].islower() or last.text.endswith(tuple(",，、-")) or chinese)
