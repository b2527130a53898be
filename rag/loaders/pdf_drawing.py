"""Finds the ruled lines in the drawings of a PDF page, and what lies behind text."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rag.loaders.pdf_page import _Placing

_MOST_OBJECTS = 50_000
"""Objects of a page that are looked at."""
_MOST_POINTS = 4_000
"""Points of its paths that are."""
_DEEPEST = 8
"""How many forms one may stand in another."""
_THIN = 3.0
_SHORTEST = 8.0
_SMALLEST_DOT, _LARGEST_DOT = 1.5, 8.0
_MOST_DOTS = 200
"""A chart may have any number."""

Matrix = tuple[float, float, float, float, float, float]


class Rule(NamedTuple):
    """A horizontal or vertical line: ``at`` this y or x, from ``start`` to ``end`` along the other axis."""

    horizontal: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a page has but text."""

    rules: tuple[Rule, ...]
    grounds: list[tuple[float, float, float, float]]
    """Pictures and coloured areas, on which white text can be read."""
    pictures: tuple[tuple[float, float, float, float], ...]
    """The boxes of all pictures."""
    paths: int
    dots: tuple[tuple[float, float, float, float], ...]
    """The boxes of small shapes that are as wide as high."""


def drawn(page: Any, c: Any, place: _Placing) -> Drawing:
    """The drawings of a page, up to a bound."""
    rules: list[Rule] = []
    grounds: list[tuple[float, float, float, float]] = []
    pictures: list[tuple[float, float, float, float]] = []
    dots: list[tuple[float, float, float, float]] = []
    paths, points = 0, 0
    for shape, matrix, depth in _objects(page, c):
        kind = c.FPDFPageObj_GetType(shape)
        if kind not in (c.FPDF_PAGEOBJ_PATH, c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_SHADING):
            continue
        left, top, right, bottom = box = _bounds(shape, c, matrix if depth else None, place)
        if kind != c.FPDF_PAGEOBJ_PATH:
            grounds.append(box)
            pictures += [box] if kind == c.FPDF_PAGEOBJ_IMAGE else []
            continue
        paths += 1
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        c.FPDFPath_GetDrawMode(shape, fill, stroke)
        coloured = bool(fill.value) and _is_coloured(shape, c)
        if coloured:
            grounds.append(box)
        if not (coloured or stroke.value):
            continue
        if len(dots) < _MOST_DOTS and _is_dot(*box):
            dots.append(box)
        if min(right - left, bottom - top) <= _THIN:
            rules += _rule(left, top, right, bottom)
        elif points < _MOST_POINTS:
            edges = list(_edges(shape, c, matrix, place))
            points += len(edges)
            rules += [rule for edge in edges for rule in _rule(*edge)]
    return Drawing(tuple(dict.fromkeys(rules)), grounds, tuple(pictures), paths, tuple(dots))


def _objects(page: Any, c: Any) -> Iterator[tuple[Any, Matrix, int]]:
    """The objects of a page and of the forms in it, each with the matrix of its form and how deep it stands."""
    seen = 0
    identity: Matrix = (1, 0, 0, 1, 0, 0)
    waiting: list[tuple[Any, Any, Any, Matrix, int]] = [
        (c.FPDFPage_CountObjects, c.FPDFPage_GetObject, page, identity, 0)
    ]
    while waiting:
        count, get, holder, matrix, depth = waiting.pop()
        for i in range(count(holder)):
            seen += 1
            if seen > _MOST_OBJECTS:
                return
            shape = get(holder, i)
            if c.FPDFPageObj_GetType(shape) == c.FPDF_PAGEOBJ_FORM:
                if depth < _DEEPEST:
                    inner = _times(_matrix(shape, c), matrix)
                    waiting.append((c.FPDFFormObj_CountObjects, c.FPDFFormObj_GetObject, shape, inner, depth + 1))
                continue
            yield shape, matrix, depth


def _bounds(shape: Any, c: Any, matrix: Matrix | None, place: _Placing) -> tuple[float, float, float, float]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    c.FPDFPageObj_GetBounds(shape, left, bottom, right, top)
    corners = (left.value, bottom.value), (right.value, top.value)
    if matrix:
        corners = (_apply(matrix, *corners[0]), _apply(matrix, *corners[1]))
    return place.box(*corners[0], *corners[1])


def _is_coloured(shape: Any, c: Any) -> bool:
    """Whether it is filled with a colour that white text stands out from."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    c.FPDFPageObj_GetFillColor(shape, red, green, blue, alpha)
    return alpha.value > 0 and min(red.value, green.value, blue.value) < 245


def _edges(shape: Any, c: Any, matrix: Matrix, place: _Placing) -> Iterator[tuple[float, float, float, float]]:
    """The straight edges of a path, each as its box."""
    own = _times(_matrix(shape, c), matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = None
    for i in range(min(c.FPDFPath_CountSegments(shape), _MOST_POINTS)):
        segment = c.FPDFPath_GetPathSegment(shape, i)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        point = place.point(*_apply(own, x.value, y.value))
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == c.FPDF_SEGMENT_LINETO and last:
            yield _around(last, point)
        if c.FPDFPathSegment_GetClose(segment) and start:
            yield _around(point, start)
        last = point


def _around(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float, float, float]:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


def _rule(left: float, top: float, right: float, bottom: float) -> list[Rule]:
    """A thin box as a ruled line; nothing where it is a dot or an area."""
    if bottom - top <= _THIN and right - left >= _SHORTEST:
        return [Rule(True, round((top + bottom) / 2, 1), round(left, 1), round(right, 1))]
    if right - left <= _THIN and bottom - top >= _SHORTEST:
        return [Rule(False, round((left + right) / 2, 1), round(top, 1), round(bottom, 1))]
    return []


def _is_dot(left: float, top: float, right: float, bottom: float) -> bool:
    across, down = right - left, bottom - top
    short = min(across, down)
    return short >= _SMALLEST_DOT and max(across, down) <= min(_LARGEST_DOT, 1.3 * short)


def _matrix(shape: Any, c: Any) -> Matrix:
    m = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(shape, m):
        return (1, 0, 0, 1, 0, 0)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _times(m: Matrix, n: Matrix) -> Matrix:
    """First ``m``, then ``n``."""
    a, b, c, d, e, f = m
    return (
        a * n[0] + b * n[2],
        a * n[1] + b * n[3],
        c * n[0] + d * n[2],
        c * n[1] + d * n[3],
        e * n[0] + f * n[2] + n[4],
        e * n[1] + f * n[3] + n[5],
    )
