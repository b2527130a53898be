"""Cleans lines: drops invisible characters, collapses white space, joins hard-wrapped lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

_CJK = r"\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff“”‘’…—"
_WIDE = re.compile(
    r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003ffff]"
)
_SPACE_RUN = re.compile(r"\s+")
_SOFT_WRAP = re.compile(r"\u00ad[ \t]*\r?\n\s*")
_CJK_WRAP = re.compile(rf"(?<=[{_CJK}])[ \t\u3000\u00a0]*[\r\n]\s*(?=[{_CJK}])")
_SENTENCE_CLOSE = re.compile(r"[。！？!?；;.…][\"'”’」』》）)\]]*$")
_CJK_START = re.compile(f"[{_CJK}]")
_NARROWEST, _WIDEST = 50, 110
_ITEM_START = re.compile(
    r"(?:[•·●■◆▪–—*-]\s|[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-z])[)）、]|\d{1,2}(?:\.\d{1,2})*\.?\s|"
    r"第[一二三四五六七八九十百零\d]{1,4}[章节条編编部])"
)


def visible(text: str) -> str:
    """The text without control, format (zero-width, bidi, tag) and private-use characters; white space stays."""
    if text.isascii() and text.isprintable():
        return text
    unseen = {c for c in set(text) if c not in "\t\n\r" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"}}
    unseen = {c for c in unseen if not c.isspace()}
    return text.translate({ord(c): None for c in unseen}) if unseen else text


def clean_line(text: str) -> str:
    """One line: nothing invisible, white-space runs as one space, no indentation; a lone full-width space stays.

    A line break between two Chinese characters vanishes, any other becomes a space.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")  # nothing to do for most cells of a large table
    text = _CJK_WRAP.sub("", _SOFT_WRAP.sub("", text))
    return _SPACE_RUN.sub(_one_space, visible(text)).strip()


def clean_lines(text: str) -> list[str]:
    """Every line of a text cleaned, the empty ones kept as ``""``: they separate paragraphs."""
    return [clean_line(line) for line in text.splitlines()]


def width(text: str) -> int:
    """Columns the text takes in a fixed-width font: a Chinese character is two."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def ends_sentence(line: str) -> bool:
    """Whether the line closes with a sentence mark, quotes and brackets aside."""
    return bool(_SENTENCE_CLOSE.search(line))


def is_prose(line: str) -> bool:
    """Whether the line reads as part of a running text rather than as a label, a heading or a menu entry."""
    columns = width(line)
    return columns >= 120 or (columns >= 40 and ends_sentence(line))


def unwrap(lines: Sequence[str]) -> list[str]:
    """Hard-wrapped lines to paragraphs; ``""`` always separates.

    A line is continued by the next one when it reaches the right margin, or breaks off inside a sentence.
    """
    margin = _margin(lines)
    paragraphs: list[list[str]] = []
    previous = ""
    for line in lines:
        if line and previous and _continues(previous, line, margin):
            if _is_hyphenated(previous, line):
                paragraphs[-1][-1] = paragraphs[-1][-1][:-1]
            paragraphs[-1] += [_glue(previous, line), line]
        elif line:
            paragraphs.append([line])
        previous = line
    return ["".join(pieces) for pieces in paragraphs]


def is_hard_wrapped(lines: Sequence[str]) -> bool:
    """Whether a text file breaks its lines at a margin, as old mail and books do, rather than at paragraphs.

    A list, a table or a poem does not: its lines end where they like, or the next one begins anew.
    """
    margin = _margin(lines)
    runs = [(a, b) for a, b in pairwise(lines) if a and b]
    if len(runs) < 3 or not _NARROWEST <= margin <= _WIDEST:
        return False
    broken = sum(not ends_sentence(a) and _runs_on(a, b, margin) for a, b in runs)
    return broken >= 0.5 * len(runs)


def _runs_on(line: str, following: str, margin: int) -> bool:
    if following[0].islower():
        return width(line) >= 0.75 * margin
    return width(line) >= margin - 4 and bool(_CJK_START.match(following))


def _is_hyphenated(left: str, right: str) -> bool:
    return left.endswith("-") and left[-2:-1].islower() and right[0].islower()


def _glue(left: str, right: str) -> str:
    """What goes between two halves of a broken line: nothing within Chinese text or after a hyphen, else a space."""
    chinese = _CJK_START.match(left[-1]) and _CJK_START.match(right)
    return "" if chinese or (left.endswith("-") and right[0].isalnum()) else " "


def _one_space(run: re.Match[str]) -> str:
    return "\u3000" if run.group() == "\u3000" else " "


def _margin(lines: Sequence[str]) -> int:
    widths = sorted(width(line) for line in lines if line)
    return widths[round(0.9 * (len(widths) - 1))] if widths else 0


def _continues(line: str, following: str, margin: int) -> bool:
    if _ITEM_START.match(following):
        return False
    if margin >= 30 and width(line) >= (0.92 if ends_sentence(line) else 0.8) * margin:
        return True
    return line.endswith(("-", ",", "，", "、")) or (following[0].islower() and not ends_sentence(line))
