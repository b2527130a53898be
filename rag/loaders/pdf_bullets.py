"""Puts a bullet where a PDF only draws one, as browsers do when they print: a dot before the first word of a line."""

from __future__ import annotations

from collections.abc import Sequence

from rag.loaders.pdf_page import Glyph

BULLET = "•"
_NEAR = 2.5
"""How far from its line's first letter a bullet stands at most, as a share of the size."""
_APART = 3.0
"""How far from the text to its left."""

Sides = tuple[float, float, float, float]


def bulleted(glyphs: Sequence[Glyph], dots: Sequence[Sides]) -> Sequence[Glyph]:
    """The glyphs of a page, and a bullet for each dot that begins a line of text.

    ``dots`` are their boxes: left, top, right, bottom, in points from the upper left corner.
    """
    before: dict[int, Glyph] = {}
    for dot in dots:
        if (place := _begins(dot, glyphs)) is not None:
            first = glyphs[place]
            before[place] = first._replace(text=BULLET, left=dot[0], right=dot[2], spaced=True)
    return [one for place, glyph in enumerate(glyphs) for one in (before.get(place), glyph) if one]


def _begins(dot: Sides, glyphs: Sequence[Glyph]) -> int | None:
    """The place of the glyph that a dot stands in front of, if nothing else stands to its left."""
    middle = (dot[1] + dot[3]) / 2
    line = [(glyph.left, place) for place, glyph in enumerate(glyphs) if glyph.top < middle < glyph.bottom]
    right = min((one for one in line if one[0] >= dot[2]), default=None)
    if right is None or right[0] - dot[2] > _NEAR * glyphs[right[1]].size:
        return None
    nearest = max((glyphs[place].right for left, place in line if left < dot[2]), default=float("-inf"))
    return right[1] if dot[0] - nearest > _APART * glyphs[right[1]].size else None
