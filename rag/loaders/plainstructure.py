"""Finds headings, list items and paragraphs in plain text, by the form of lines and of those around them.

A line that is wrongly taken for a heading cannot answer any more, so it must look like one in every way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.loaders.builder import Line
from rag.loaders.lines import ends_sentence, width

_LONGEST_HEADING = 48
"""Columns."""
_LONGEST_ITEM = 90
_FEWEST_ITEMS = 2
_BULLET = re.compile(r"[•·●■◆▪◦–—*+-]\s+(?=\S)")
_NUMBERED = re.compile(r"[（(]?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)）、](?!\d)\s*(?=\S)|[①-⑳]\s*")
_CLOSED = re.compile(r"[。！？.!?；;，,、：:…）)\]」』”\"]$")
_OPEN = re.compile(r"[:：]$")
_ENDED = re.compile(r"[。！？.!?；;:：]$")
_FIELD = re.compile(r"[^:：。.!?！？]{1,24}[:：]\s*\S")
"""What a line begins with that gives a value its name."""
_ORDINAL = (
    (re.compile(r"第[一二三四五六七八九十百\d]{1,4}[编編篇部]"), 2),
    (re.compile(r"第[一二三四五六七八九十百\d]{1,4}章|(?:chapter|part)\s+[\divx]{1,4}\b", re.IGNORECASE), 3),
    (re.compile(r"第[一二三四五六七八九十百\d]{1,4}[节節]|section\s+\d{1,3}\b", re.IGNORECASE), 4),
    (re.compile(r"[一二三四五六七八九十]{1,3}、"), 5),
    (re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]"), 6),
    (re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+(?=\D)"), 6),
)
_PLAIN_LEVEL = 6
_DIGIT = re.compile(r"\d")


def structured(lines: Sequence[str]) -> list[Line]:
    """The lines, ``""`` between paragraphs, as what they are."""
    filled = [i for i, line in enumerate(lines) if line]
    siblings = Counter(_form(lines[i]) for i in filled)
    title = _title_level([lines[i] for i in filled], siblings)
    above = _above_parts(lines)
    found: list[Line] = []
    in_list = False
    for place, i in enumerate(filled):
        line = lines[i]
        before = lines[filled[place - 1]] if place else ""
        after = lines[filled[place + 1]] if place + 1 < len(filled) else ""
        apart = not place or not lines[i - 1]
        opens = apart or ends_sentence(before) or (place == 1 and title > 0)
        level = _heading_level(line, after, opens, siblings) if place else title
        if level := level or _PLAIN_LEVEL * (i in above):
            in_list = False
            found.append(Line(line, "heading", level))
        elif item := item_of(line):
            in_list = False
            found.append(item)
        elif not apart and found[-1].kind == "item" and line[0].islower() and not _ENDED.search(before):
            found[-1] = replace(found[-1], text=f"{found[-1].text} {line}")
        else:
            in_list = (in_list and not apart) or (bool(_OPEN.search(before)) and _opens_list(lines, i))
            in_list = in_list and not ends_sentence(line) and width(line) <= _LONGEST_ITEM
            found.append(Line(line, "item" if in_list else "paragraph"))
    return found


def _above_parts(lines: Sequence[str]) -> frozenset[int]:
    """The lines that stand apart above parts of a file: in capitals, two at least; or alone above "Rent: 870"."""
    capitals, alone = [], []
    for i, line in enumerate(lines):
        below = next((one for one in lines[i + 1 :] if one), "")
        if not line or not below or (i and lines[i - 1]) or width(line) > _LONGEST_HEADING or _CLOSED.search(line):
            continue
        if line.isupper() and len(line) > 4 and not below.isupper():
            capitals.append(i)
        elif not lines[i + 1] and _FIELD.match(below) and not _FIELD.search(line) and item_of(line) is None:
            alone.append(i)
    return frozenset([*(capitals if len(capitals) > 1 else ()), *alone])


def item_of(line: str) -> Line | None:
    """The item of a list that a line with a bullet or a number is; None for any other line."""
    if bullet := _BULLET.match(line):
        return Line(line[bullet.end() :], "item")
    return Line(line, "item") if _NUMBERED.match(line) else None


def _title_level(lines: Sequence[str], siblings: Counter[str]) -> int:
    """The level of the first line as a heading: 1, unless others of its form follow; 0 where it is none."""
    first, second, third = [*lines, "", "", ""][:3]
    followed = bool(second) and (
        _heading_level(first, second, True, siblings) or _heading_level(second, third, True, siblings)
    )
    if not followed or width(first) > _LONGEST_HEADING or _CLOSED.search(first) or _NUMBERED.match(first):
        return 0
    return _PLAIN_LEVEL if siblings[_form(first)] > 1 else 1


def _heading_level(line: str, after: str, opens: bool, siblings: Counter[str]) -> int:
    """The level of a heading; 0 for any other line."""
    if not after or width(line) > _LONGEST_HEADING or _CLOSED.search(line) or _BULLET.match(line):
        return 0
    for pattern, level in _ORDINAL:
        if pattern.match(line):
            return level
    if not opens or not (ends_sentence(after) or _OPEN.search(after)) or width(after) <= width(line):
        return 0
    if line.isupper() and len(line) > 4:
        return _PLAIN_LEVEL
    if "：" in line or ": " in line or "|" in line or (_DIGIT.search(line) and siblings[_form(line)] < 2):
        return 0
    return _PLAIN_LEVEL


def _form(line: str) -> str:
    """A line with its numbers left open, "Tern 20" and "Tern 30" have one form; of one in capitals its first word."""
    return re.split(r"\W", line, maxsplit=1)[0] if line.isupper() else re.sub(r"\d+", "0", line)


def _opens_list(lines: Sequence[str], first: int) -> bool:
    """Whether there are entries enough from a line on to make a list."""
    count = 0
    for line in lines[first:]:
        if not line or ends_sentence(line) or width(line) > _LONGEST_ITEM:
            break
        count += 1
    return count >= _FEWEST_ITEMS
