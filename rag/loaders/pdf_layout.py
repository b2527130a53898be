"""Finds the parts of a page, columns of text and tables, and puts them in the order of reading."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.loaders.lines import width
from rag.loaders.pdf_lines import Piece, join, joined_row, rows
from rag.loaders.pdf_rows import WIDER, whole_rows
from rag.loaders.pdf_tables import Grid

_GUTTER = 0.6
"""The narrowest gutter between columns, as a share of the size of the text."""
_FAR = 3.0
"""How many times its height a line may lie below the rest of a table."""
_OUTSIDE = 2.0
"""How far left of a table, as a share of the size, a line begins that is none of its rows."""
_STAGGER = 0.5
"""How far below a line the next column's may stand where the two are not level, as a share of the size."""
_FULL = 0.72
_PROSE = 18
"""Lines of columns of text fill their columns by this share, and have so many letters."""
_FIGURE = re.compile(r"[^\w]*(?:[A-Z]{0,3}[¥$€£])?[^\w]*\d[\d.,:/%‰±^–—\s-]*[^\W\d]{0,4}[)%°]*")

Gap = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Column:
    """Lines of running text, from the top down."""

    lines: tuple[Piece, ...]
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a cell is the pieces in it, ``None`` where the cell to its left goes on."""

    rows: tuple[tuple[tuple[Piece, ...] | None, ...], ...]
    xs: tuple[float, ...] = ()
    """The edges of its columns, and its own upper edge, where it is drawn with rules."""
    top: float = 0.0


Part = Column | Table


def parts(found: Sequence[Piece], grids: Sequence[Grid] = ()) -> list[Part]:
    """What stands on a page, in the order of reading."""
    if not grids:
        return list(_bands(rows(found)))
    if columns := _split(found, grids):
        return [part for own, drawn in columns for part in parts(own, drawn)]
    free = [piece for piece in found if not any(grid.holds(piece) for grid in grids)]
    ordered: list[Part] = []
    beside = [grid for grid in grids if any(_side_by_side(grid, piece) for piece in free)]
    for grid in sorted(grids, key=lambda one: one.top):
        above = [piece for piece in free if piece.middle[1] < (grid.bottom if grid in beside else grid.top)]
        free = [piece for piece in free if piece not in above]
        ordered += _bands(rows(above))
        own = [piece for piece in found if grid.holds(piece)]
        if own:
            ordered.append(Table(grid.filled(own), grid.xs, grid.top))
    return ordered + list(_bands(rows(free)))


def _split(found: Sequence[Piece], grids: Sequence[Grid]) -> list[tuple[list[Piece], list[Grid]]]:
    """A page whose columns hold drawn tables: what is above them, each column, what is below; [] where none does."""
    free = [piece for piece in found if not any(grid.holds(piece) for grid in grids)]
    for grid in grids:
        for wall in _walls(grid, free):
            across = [(one.top, one.bottom) for one in free if one.left < wall < one.right]
            across += [(one.top, one.bottom) for one in grids if one.xs[0] < wall < one.xs[-1]]
            top = max((low for _, low in across if low <= grid.top), default=-math.inf)
            bottom = min((high for high, _ in across if high >= grid.bottom), default=math.inf)
            shares: list[tuple[list[Piece], list[Grid]]] = [([], []), ([], []), ([], []), ([], [])]
            for piece in found:
                shares[_share(piece.middle, wall, top, bottom)][0].append(piece)
            for one in grids:
                middle = (one.xs[0] + one.xs[-1]) / 2, (one.top + one.bottom) / 2
                shares[_share(middle, wall, top, bottom)][1].append(one)
            if all(_is_read_alone(*share) for share in shares[1:3]):
                return [share for share in shares if share[0]]
    return []


def _walls(grid: Grid, free: Sequence[Piece]) -> Iterator[float]:
    """Where a gutter may lie to the left of a drawn table, and to the right of it."""
    left = max((piece.right for piece in free if piece.right <= grid.xs[0]), default=-math.inf)
    right = min((piece.left for piece in free if piece.left >= grid.xs[-1]), default=math.inf)
    if math.isfinite(left):
        yield (left + grid.xs[0]) / 2
    if math.isfinite(right):
        yield (grid.xs[-1] + right) / 2


def _is_read_alone(own: Sequence[Piece], drawn: Sequence[Grid]) -> bool:
    """Whether what stands on one side of a gutter is a column rather than words beside a table."""
    lines = rows(own)
    long = median(width(join(line).text) for line in lines) >= _PROSE if lines else False
    return len(lines) > 2 and (bool(drawn) or long)


def _share(place: tuple[float, float], wall: float, top: float, bottom: float) -> int:
    """0 above the columns, 1 in the left one, 2 in the right one, 3 below them."""
    x, y = place
    if y < top:
        return 0
    return 3 if y > bottom else 1 + (x > wall)


def _side_by_side(grid: Grid, piece: Piece) -> bool:
    return grid.top < piece.middle[1] < grid.bottom


def _bands(lines: Sequence[list[Piece]]) -> Iterator[Part]:
    """Rows as runs of rows that share their gutters, each as its parts."""
    band: list[list[Piece]] = []
    gutters: list[Gap] = []
    for plain in lines:
        row = joined_row(plain)
        kept = _kept(gutters, row) if _inner(gutters) else []
        if _inner(kept) and not _is_far(band[-1], row) and not _is_across(row, gutters, band):
            band.append(row)
            gutters = kept
            continue
        own = _gaps(row)
        between = _gaps([*band[-1], *row]) if band and not _inner(gutters) and not _inner(own) else []
        if _inner(between) and _staggered(band[-1], row):
            yield from _parts_of(band[:-1], [])
            band, gutters = [band[-1], row], between
            continue
        if band and (_inner(gutters) or _inner(own)):
            early = _early(band, own) if not _inner(gutters) else []
            yield from _parts_of(band[: len(band) - len(early)], _inner(gutters))
            band = early
            for before in reversed(early):
                own = _kept(own, before)
        band.append(row)
        gutters = own
    if band:
        yield from _parts_of(band, _inner(gutters))


def _early(band: Sequence[list[Piece]], gaps: Sequence[Gap]) -> list[list[Piece]]:
    """The last rows of running text that are rather the top of a column right of the first gutter that follows."""
    early: list[list[Piece]] = []
    while len(early) < len(band) and _inner(gaps):
        row = band[len(band) - len(early) - 1]
        if row[0].left < _inner(gaps)[0][1] - 1 or not _inner(gaps := _kept(gaps, row)):
            break
        early.insert(0, row)
    return early


def _staggered(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    near = _STAGGER * other[0].size
    return max(a.bottom for a in one) + near > min(b.top for b in other)


def _is_far(before: Sequence[Piece], row: Sequence[Piece]) -> bool:
    gap = min(one.top for one in row) - max(one.bottom for one in before)
    return gap > _FAR * max(one.bottom - one.top for one in row)


def _is_across(row: Sequence[Piece], gutters: Sequence[Gap], band: Sequence[Sequence[Piece]]) -> bool:
    """Whether a row is one line over a gutter that the rows above have, such as a heading below a table.

    So is one that begins far left of them all: the text goes on below a table in the middle of the page.
    """
    if len(row) > 1:
        return False
    (line,) = row
    over = any(line.left < left and right < line.right for left, right in _inner(gutters))
    return over or line.left < min(one[0].left for one in band) - _OUTSIDE * line.size


def _gaps(row: Sequence[Piece]) -> list[Gap]:
    """The empty stretches before, between and after the pieces of a row."""
    return _kept([(-math.inf, math.inf)], row)


def _inner(gaps: Sequence[Gap]) -> list[Gap]:
    """Those between pieces."""
    return [gap for gap in gaps if math.isfinite(gap[0]) and math.isfinite(gap[1])]


def _kept(gutters: Sequence[Gap], row: Sequence[Piece]) -> list[Gap]:
    """What a further row leaves of the gutters."""
    size = row[0].size
    kept = []
    for left, right in gutters:
        start = left
        for piece in sorted(row, key=lambda one: one.left):
            if piece.right <= start or piece.left >= right:
                continue
            if piece.left - start >= _GUTTER * size:
                kept.append((start, piece.left))
            start = max(start, piece.right)
        if right - start >= _GUTTER * size:
            kept.append((start, right))
    return kept


def _parts_of(band: list[list[Piece]], gutters: list[Gap]) -> Iterator[Part]:
    if not band:
        return
    if not gutters:
        yield _column(band)
        return
    table, tail = _without_tail(band, gutters)
    table = table if len(table) > 1 else band
    cells = _cells(table, gutters)
    full = sum(sum(bool(cell) for cell in row) > 1 for row in cells)
    if full < 2 and not (_alternates(cells) and _is_text(cells, gutters)):
        yield _column(band)
    elif _is_text(cells, gutters):
        yield from _columns(_cells(band, gutters))
        return
    else:
        yield Table(tuple(tuple(tuple(cell) for cell in row) for row in whole_rows(cells)))
    if tail and full >= 2:
        yield _column(tail)


def _alternates(cells: Sequence[Sequence[Sequence[Piece]]]) -> bool:
    """Whether rows stand in turn left and right of a gutter: columns whose lines are not level."""
    filled = [next(i for i, cell in enumerate(row) if cell) for row in cells if any(row)]
    return len(set(filled)) > 1 and len(filled) > 3


def _without_tail(band: list[list[Piece]], gutters: Sequence[Gap]) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """A band without the rows of one piece at its end: those of a paragraph below a table may be short.

    A line that goes on in a cell of the last row stays: it is as near as such lines are, and right of the first column.
    """
    end = len(band)
    while end > 1 and len(band[end - 1]) == 1:
        end -= 1
    steps = [b[0].base - a[0].base for a, b in pairwise(band[:end])]
    wraps = bool(steps) and max(steps) >= WIDER * min(steps)
    second = min(right for _, right in gutters)
    while wraps and end < len(band) and band[end][0].left >= second:
        if band[end][0].base - band[end - 1][0].base > 1.1 * min(steps):
            break
        end += 1
    return band[:end], band[end:]


def _column(band: Sequence[Sequence[Piece]]) -> Column:
    lines = tuple(join(row) for row in band)
    return Column(lines, min(one.left for one in lines), max(one.right for one in lines))


def _columns(cells: Sequence[Sequence[Sequence[Piece]]]) -> Iterator[Column]:
    for column in range(len(cells[0])):
        own = [piece for row in cells for piece in row[column]]
        if own:
            yield _column([joined_row(row) for row in rows(own)])


def _cells(band: Sequence[Sequence[Piece]], gutters: Sequence[Gap]) -> list[list[list[Piece]]]:
    walls = [(left + right) / 2 for left, right in sorted(gutters)]
    cells = []
    for row in band:
        own: list[list[Piece]] = [[] for _ in range(len(walls) + 1)]
        for piece in row:
            own[sum(wall < piece.middle[0] for wall in walls)].append(piece)
        cells.append(own)
    return cells


def _is_text(cells: Sequence[Sequence[Sequence[Piece]]], gutters: Sequence[Gap]) -> bool:
    """Whether a band is columns of running text rather than a table."""
    columns = [[join(row[i]) for row in cells if row[i]] for i in range(len(gutters) + 1)]
    if len(columns) > 4 or min(map(len, columns)) < 2:
        return False
    for column in columns[1:]:
        figures = sum(bool(_FIGURE.fullmatch(piece.text)) for piece in column)
        if figures >= 0.5 * len(column):
            return False
    orders = [[piece.order for piece in column] for column in columns]
    one_after_another = all(max(a) < min(b) for a, b in pairwise(orders))
    long = [median(width(piece.text) for piece in column) >= _PROSE for column in columns]
    if one_after_another and len(cells) > 2:
        return sum(long) * 2 >= len(long)
    fills = [
        median((piece.right - min(one.left for one in column)) / _extent(column) for piece in column)
        for column in columns
    ]
    return all(long) and min(fills) >= _FULL and len(cells) > 2


def _extent(column: Sequence[Piece]) -> float:
    return max(max(one.right for one in column) - min(one.left for one in column), 1.0)
