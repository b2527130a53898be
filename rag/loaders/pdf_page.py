"""Reads one page of a PDF: its visible glyphs and ruled lines, in points from the upper left corner."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.loaders.pdf_drawing import Rule, drawn

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_TINY = 1.2
"""Points; smaller text is not meant to be read."""
_INVISIBLE = 3
"""The text rendering mode that paints nothing, as used for the text layer under a scanned picture."""
_COVERED = 0.6
"""The share of a page that its pictures cover where it may be a scan."""
_FEW = 40
"""Characters that a scanned page may have as a stamp or a page number beside its picture."""
_GARBLED = 0.3
_MOST_PICTURES = 200
"""Pictures of a page on which glyphs are looked for."""
_RADICALS = str.maketrans(
    "⺁⺈⺊⺌⺍⺕⺗⺙⺝⺞⺟⺠⺣⺤⺥⺨⺩⺪⺫⺭⺮⺯⺲⺶⺸⺼⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻳",
    "厂刀卜小小彐心攵月歹母民灬爪爫犭王疋网礻竹糹网羊艹肉虎衤西西见角讠贝车辶辶辶钅长镸长门阝雨青韦页风飞食飠飠饣马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟",
)
"""Ideographs for the forms of the block "CJK Radicals Supplement" that fonts map their ideographs to by mistake."""

_SIGNS = {"\x02": "-", "\u00ad": "-"}
_SIGNS |= {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf06c": "●", "\uf06e": "■"}
"""Hyphens at the end of lines, and the bullets of symbol fonts."""


class Glyph(NamedTuple):
    """A character as it is painted; coordinates are those of ``PageContent``."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    size: float
    bold: bool
    spaced: bool
    """Whether the file has a space before it."""


class TextStyle(NamedTuple):
    """What the characters of one text object have in common."""

    size: float
    bold: bool
    angle: int
    """Degrees, clockwise as one sees it."""
    hidden: bool
    white: bool
    unpainted: bool


@dataclass(frozen=True, slots=True)
class PageContent:
    """What stands on a page. Glyphs that are written in another direction are turned to the horizontal."""

    number: int
    width: float
    height: float
    glyphs: dict[int, list[Glyph]]
    """By the angle they are written at, in the order of the file; the most common angle is first."""
    rules: tuple[Rule, ...]
    is_scan: bool
    """Whether the page shows what its text layer does not say, or says as gibberish: it wants OCR."""
    garbled: bool
    pictures: tuple[tuple[float, float, float, float], ...] = ()
    """The boxes of its pictures."""
    over: tuple[tuple[float, float], ...] = ()
    """The centres of the level glyphs that stand on its pictures."""
    dots: tuple[tuple[float, float, float, float], ...] = ()
    """The boxes of drawings that may be bullets."""


class _Shown(NamedTuple):
    """Where text can be seen."""

    width: float
    height: float
    grounds: list[tuple[float, float, float, float]]
    pictured: bool
    """Whether there are pictures, of which unpainted text may be the text layer."""

    def shows(self, point: tuple[float, float], white: bool) -> bool:
        """Whether a character at a point is on the page, and not white on white."""
        x, y = point
        if not (0 <= x <= self.width and 0 <= y <= self.height):
            return False
        return not white or any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in self.grounds)


def see(pdf: PdfDocument, index: int) -> PageContent:
    """Read one page; what is white on white, invisible, tiny or beyond the page's edge is left out."""
    import pypdfium2.raw as c

    page = pdf[index]
    try:
        width, height = page.get_size()
        place = _Placing(page, c)
        drawing = drawn(page, c, place)
        textpage = page.get_textpage()
        try:
            glyphs, errors = _glyphs(textpage, c, place, _Shown(width, height, drawing.grounds, bool(drawing.pictures)))
        finally:
            textpage.close()
    finally:
        page.close()
    count = sum(map(len, glyphs.values()))
    garbled = count > 0 and errors > _GARBLED * count
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in drawing.pictures)
    covered = area >= _COVERED * width * height
    empty = count == 0 and bool(drawing.pictures or drawing.paths)
    is_scan = garbled or empty or (covered and count < _FEW)
    over = tuple(_over(glyphs.get(0, ()), drawing.pictures[:_MOST_PICTURES]))
    return PageContent(
        index + 1, width, height, glyphs, drawing.rules, is_scan, garbled, drawing.pictures, over, drawing.dots
    )


def _over(glyphs: Sequence[Glyph], boxes: Sequence[tuple[float, float, float, float]]) -> Iterator[tuple[float, float]]:
    for glyph in glyphs if boxes else ():
        x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        if any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes):
            yield x, y


class _Placing:
    """Points of the file to points from the upper left corner of the page as it is shown."""

    def __init__(self, page: Any, c: Any) -> None:
        left, bottom, right, top = page.get_bbox()
        turned = page.get_rotation() // 90 % 4
        # x = a x + b y + e, y = c x + d y + f
        self._matrix = (
            (1, 0, -left, 0, -1, top),
            (0, 1, -bottom, 1, 0, -left),
            (-1, 0, right, 0, 1, -bottom),
            (0, -1, top, -1, 0, right),
        )[turned]
        self.turned = 90 * turned

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point as it is shown."""
        a, b, e, c, d, f = self._matrix
        return a * x + b * y + e, c * x + d * y + f

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box as it is shown: left, top, right, bottom."""
        (x0, y0), (x1, y1) = self.point(left, bottom), self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def turn(x: float, y: float, degrees: float) -> tuple[float, float]:
    """A point turned about the corner of the page, so that what is written at this angle lies level."""
    if not degrees:
        return x, y
    angle = math.radians(-degrees)
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def turned_box(box: tuple[float, float, float, float], degrees: float) -> tuple[float, float, float, float]:
    """The box around a box that is turned like ``turn``."""
    if not degrees:
        return box
    points = [turn(x, y, degrees) for x in box[::2] for y in box[1::2]]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def fold_form(character: str) -> str:
    """Radicals, compatibility ideographs and ligatures as the plain characters they stand for."""
    code = ord(character)
    if 0x2F00 <= code < 0x2FE0 or 0xF900 <= code < 0xFB07 or 0x2F800 <= code < 0x2FA20:
        return unicodedata.normalize("NFKC", character) if not 0xE000 <= code < 0xF900 else character
    if 0x2E80 <= code < 0x2F00:
        return character.translate(_RADICALS)
    return _SIGNS.get(character, character)


def _glyphs(textpage: Any, c: Any, place: _Placing, shown: _Shown) -> tuple[dict[int, list[Glyph]], int]:
    found: dict[int, list[Glyph]] = {}
    looks: dict[int, TextStyle] = {}
    box, x, y = c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    spaced, errors = False, 0
    high = 0
    for i in range(c.FPDFText_CountChars(textpage)):
        code = c.FPDFText_GetUnicode(textpage, i)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
            high = 0
        if code in (0x20, 0xA0, 0x09, 0x0A, 0x0D, 0x3000):
            spaced = spaced or c.FPDFText_IsGenerated(textpage, i) != 1
            continue
        key = ctypes.cast(c.FPDFText_GetTextObject(textpage, i), ctypes.c_void_p).value or 0
        look = looks.get(key)
        if look is None:
            look = looks[key] = _look(textpage, i, c, place)
        if look.hidden or (look.unpainted and not shown.pictured):
            continue
        c.FPDFText_GetLooseCharBox(textpage, i, box)
        own = place.box(box.left, box.bottom, box.right, box.top)
        middle = (own[0] + own[2]) / 2, (own[1] + own[3]) / 2
        if not shown.shows(middle, look.white):
            continue
        if code in (0, 0xFFFD) or 0xE000 <= code < 0xF900 or c.FPDFText_HasUnicodeMapError(textpage, i) == 1:
            errors += 1
        if code in (0, 0xFFFE, 0xFFFF):
            continue
        c.FPDFText_GetCharOrigin(textpage, i, x, y)
        base = turn(*place.point(x.value, y.value), look.angle)[1]
        found.setdefault(look.angle, []).append(
            Glyph(fold_form(chr(code)), *turned_box(own, look.angle), base, look.size, look.bold, spaced)
        )
        spaced = False
    order = Counter({angle: len(glyphs) for angle, glyphs in found.items()})
    return {angle: found[angle] for angle, _ in order.most_common()}, errors


def _look(textpage: Any, i: int, c: Any, place: _Placing) -> TextStyle:
    matrix = c.FS_MATRIX()
    c.FPDFText_GetMatrix(textpage, i, matrix)
    size = c.FPDFText_GetFontSize(textpage, i) * math.hypot(matrix.c, matrix.d)
    angle = round(place.turned - math.degrees(math.atan2(matrix.b, matrix.a))) % 360
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    c.FPDFText_GetFillColor(textpage, i, red, green, blue, alpha)
    white = min(red.value, green.value, blue.value) >= 250
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    c.FPDFText_GetFontInfo(textpage, i, name, 128, flags)
    bold = (
        c.FPDFText_GetFontWeight(textpage, i) >= 600 or b"bold" in name.value.lower() or b"black" in name.value.lower()
    )
    mode = c.FPDFTextObj_GetTextRenderMode(c.FPDFText_GetTextObject(textpage, i))
    see_through = alpha.value == 0 and mode != _INVISIBLE
    return TextStyle(size, bold, angle, size < _TINY or see_through, white and mode in {0, 4}, mode == _INVISIBLE)
