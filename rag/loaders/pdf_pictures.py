"""Reads the pictures of a PDF by OCR: pages without a text layer, and pictures beside text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rag.loaders.ocr import DOTS, LARGEST, Recognition, read_picture
from rag.loaders.pdf_lines import Piece
from rag.loaders.pdf_page import PageContent, turn, turned_box
from rag.progress import Step, tell

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

Box4 = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_MOST_PAGES = 2_000
_SMALLEST = 60, 16
"""Points of the width and height of a picture that may show text worth reading."""
_WRITTEN = 20
"""Glyphs within a picture from which on it is a ground for text, or has a text layer of its own."""
_REPEATED = 3
"""On how many pages the same place holds a picture that is a logo: it is read once."""
_SURE = 0.8
"""The score that a line beside text needs: photographs show many marks that are none."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """What OCR read, by index of page."""

    pages: Mapping[int, Recognition] = field(default_factory=dict)
    """In place of the text layer."""
    insets: Mapping[int, Sequence[Recognition]] = field(default_factory=dict)
    """In the pictures of pages that have one."""
    seen: frozenset[int] = frozenset()
    """The pages that were looked at, whether or not they have words."""


def to_read(pages: Sequence[PageContent]) -> dict[int, tuple[Box4, ...]]:
    """The pages that may show text as a picture, by index: the boxes of these pictures, none for the whole page."""
    places = Counter(_rounded(box) for page in pages if not page.is_scan for box in page.pictures)
    met: Counter[Box4] = Counter()
    wanted: dict[int, tuple[Box4, ...]] = {}
    for index, page in enumerate(pages):
        if page.is_scan:
            wanted[index] = ()
            continue
        met.update(map(_rounded, page.pictures))
        own = [b for b in page.pictures if places[_rounded(b)] < _REPEATED or met[_rounded(b)] == 1]
        if boxes := tuple(box for box in _merged(page, own) if not _is_written(page, box)):
            wanted[index] = boxes
    return wanted


def read_pictures(pdf: PdfDocument, pages: Sequence[PageContent]) -> Pictures:
    """Read all that ``to_read`` names, up to a bound."""
    whole: dict[int, Recognition] = {}
    insets: dict[int, Sequence[Recognition]] = {}
    wanted = dict(list(to_read(pages).items())[:_MOST_PAGES])
    for count, (index, boxes) in enumerate(wanted.items()):
        tell(Step(count, len(wanted), "pictures"))
        scale = min(DOTS / 72, LARGEST / max(pages[index].width, pages[index].height))
        picture = _painted(pdf, index, scale)
        if boxes:
            found = [_inset(picture, scale, box, pages[index]) for box in boxes]
            insets[index] = [reading for reading in found if reading.lines]
        elif (reading := read_picture(picture, scale)).lines:
            whole[index] = reading
    return Pictures(whole, insets, frozenset(wanted))


def _painted(pdf: PdfDocument, index: int, scale: float) -> Any:
    page = pdf[index]
    try:
        return page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()[:, :, :3]
    finally:
        page.close()


def _inset(picture: Any, scale: float, box: Box4, page: PageContent) -> Recognition:
    """The lines in a part of a page, in the coordinates of the page, without what its text layer says too."""
    left, top, right, bottom = (round(side * scale) for side in box)
    reading = read_picture(picture[top:bottom, left:right], scale, turns=(0,), least=_SURE)
    x, y = turn(box[0], box[1], reading.angle)
    lines = (_moved(line, x, y) for line in reading.lines)
    return replace(reading, lines=tuple(line for line in lines if not _is_glyph(page, line, reading.angle)))


def _moved(line: Piece, x: float, y: float) -> Piece:
    return replace(
        line, left=line.left + x, top=line.top + y, right=line.right + x, bottom=line.bottom + y, base=line.base + y
    )


def _is_glyph(page: PageContent, line: Piece, angle: float) -> bool:
    """Whether the text layer has characters where a line was read."""
    left, top, right, bottom = turned_box((line.left, line.top, line.right, line.bottom), -angle)
    return any(left <= x <= right and top <= y <= bottom for x, y in page.over)


def _is_written(page: PageContent, box: Box4) -> bool:
    left, top, right, bottom = box
    return sum(left <= x <= right and top <= y <= bottom for x, y in page.over) >= _WRITTEN


def _merged(page: PageContent, boxes: Sequence[Box4]) -> Iterator[Box4]:
    """Boxes within the page that are large enough; strips and tiles that touch are one picture."""
    left: list[Box4] = []
    for x0, y0, x1, y1 in boxes:
        box = max(x0, 0.0), max(y0, 0.0), min(x1, page.width), min(y1, page.height)
        while touching := [one for one in left if _touch(one, box)]:
            left = [one for one in left if one not in touching]
            sides = list(zip(box, *touching, strict=True))
            box = min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])
        if box[0] < box[2] and box[1] < box[3]:
            left.append(box)
    width, height = _SMALLEST
    return (box for box in left if box[2] - box[0] >= width and box[3] - box[1] >= height)


def _touch(one: Box4, other: Box4) -> bool:
    return one[0] <= other[2] + 1 and other[0] <= one[2] + 1 and one[1] <= other[3] + 1 and other[1] <= one[3] + 1


def _rounded(box: Box4) -> Box4:
    return round(box[0]), round(box[1]), round(box[2]), round(box[3])
