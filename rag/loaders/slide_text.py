"""What the paragraphs of a slide are: list items with their numbers, or a title that no layout names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.loaders.counting import shown

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SCHEME = re.compile(r"(arabic|alphaLc|alphaUc|romanLc|romanUc|circleNum|ea1)\w*?(ParenBoth|ParenR|Period|Plain|)")
_FORMS = {"alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman", "romanUc": "upperRoman"}
_FORMS |= {"circleNum": "decimalEnclosedCircle", "ea1": "chineseCounting"}
_AROUND = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}."}
_USUAL_SIZE = 1800
"""Hundredths of a point, where a text says nothing else."""
_LARGER = 1.25


@dataclass
class Numbering:
    """Counts the items of the lists in one text frame."""

    counts: dict[int, int] = field(default_factory=dict)
    """By level, from 0."""

    def label(self, paragraph: Any) -> str | None:
        """The number of the next paragraph, "" where it has a bullet, None where it has neither of its own."""
        properties = paragraph._p.find(f"{_A}pPr")
        level = paragraph.level
        self.counts = {one: count for one, count in self.counts.items() if one <= level}
        counted = None if properties is None else properties.find(f"{_A}buAutoNum")
        if counted is None:
            self.counts.pop(level, None)
            return None if properties is None or properties.find(f"{_A}buChar") is None else ""
        start = str(counted.get("startAt", "1"))
        first = int(start) if start.isdecimal() else 1
        self.counts[level] = self.counts.get(level, first - 1) + 1
        scheme = _SCHEME.match(str(counted.get("type", "")))
        form, around = (scheme[1], scheme[2]) if scheme else ("arabic", "Period")
        return _AROUND.get(around, "{}").format(shown(self.counts[level], _FORMS.get(form, "decimal")))


def apparent_title(shapes: Sequence[Any], height: int) -> Any | None:
    """The text that stands above the others in larger letters, on a slide without a placeholder for a title."""
    texts = [shape for shape in shapes if shape.has_text_frame and shape.text_frame.text.strip()]
    if len(texts) < 2 and not any(not shape.has_text_frame for shape in shapes):
        return None
    ranked = sorted(texts, key=_size, reverse=True)
    rest = max(map(_size, ranked[1:]), default=_USUAL_SIZE)
    first = ranked[0] if ranked else None
    stands_out = first is not None and _size(first) >= _LARGER * rest and (first.top or 0) < height / 3
    return first if stands_out and first is not None and len(first.text_frame.paragraphs) == 1 else None


def _size(shape: Any) -> int:
    said = [str(one.get("sz", "")) for one in shape._element.iter(f"{_A}rPr")]
    return max((int(one) for one in said if one.isdecimal()), default=_USUAL_SIZE)
