"""Finds the grids of tables in ruled lines, with cells over several rows or columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.loaders.pdf_drawing import Rule
from rag.loaders.pdf_lines import Piece

_NEAR = 3.5
"""Points within which rules meet, or are one."""
_SIDE = 9.0
_MOST_RULES = 3_000


@dataclass(frozen=True, slots=True)
class Grid:
    """A table that is drawn with rules."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    rules: tuple[Rule, ...]

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.ys[0]

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.ys[-1]

    def holds(self, piece: Piece) -> bool:
        """Whether a piece of text lies in it."""
        x, y = piece.middle
        return self.xs[0] - 1 <= x <= self.xs[-1] + 1 and self.ys[0] - 1 <= y <= self.ys[-1] + 1

    def filled(self, own: Iterable[Piece]) -> tuple[tuple[tuple[Piece, ...] | None, ...], ...]:
        """The rows of the table: a cell over several rows stands in each, one over several columns is given once."""
        texts: dict[tuple[int, int], list[Piece]] = {}
        first = self._first_cells()
        for piece in own:
            x, y = piece.middle
            place = _slot(self.ys, y), _slot(self.xs, x)
            texts.setdefault(first[place], []).append(piece)
        table: list[tuple[tuple[Piece, ...] | None, ...]] = []
        for row in range(len(self.ys) - 1):
            cells: list[tuple[Piece, ...] | None] = []
            for column in range(len(self.xs) - 1):
                origin = first[row, column]
                cells.append(None if origin[1] < column else tuple(texts.get(origin, ())))
            if any(cells):
                table.append(tuple(cells))
        return tuple(table)

    def _first_cells(self) -> dict[tuple[int, int], tuple[int, int]]:
        """For each slot of the grid, the upper left slot of the cell it belongs to."""
        first: dict[tuple[int, int], tuple[int, int]] = {}
        for row in range(len(self.ys) - 1):
            for column in range(len(self.xs) - 1):
                middle = (self.ys[row] + self.ys[row + 1]) / 2, (self.xs[column] + self.xs[column + 1]) / 2
                origin = row, column
                if column and not self._parted(False, self.xs[column], middle[0]):
                    origin = first[row, column - 1]
                elif row and not self._parted(True, self.ys[row], middle[1]):
                    origin = first[row - 1, column]
                first[row, column] = origin
        return first

    def _parted(self, horizontal: bool, at: float, across: float) -> bool:
        return any(
            rule.horizontal == horizontal and abs(rule.at - at) <= _NEAR and rule.start - 1 <= across <= rule.end + 1
            for rule in self.rules
        )


def grids(rules: Sequence[Rule]) -> list[Grid]:
    """The tables that rules draw: at least two rows and two columns of cells, or one row of three columns."""
    if not 5 <= len(rules) <= _MOST_RULES:
        return []
    return [grid for group in _met(rules) if (grid := _grid(group))]


def _grid(group: list[Rule]) -> Grid | None:
    """The grid that rules which meet form, closed at its sides where these are not drawn; None where it is no table."""
    xs = _places([rule.at for rule in group if not rule.horizontal])
    ys = _places([rule.at for rule in group if rule.horizontal])
    across = [rule for rule in group if rule.horizontal]
    if across and xs:
        sides = min(rule.start for rule in across), max(rule.end for rule in across)
        outer = [Rule(False, x, ys[0], ys[-1]) for x in sides if min(abs(x - known) for known in xs) > _SIDE]
        xs = _places([*xs, *(rule.at for rule in outer)])
        group = [*group, *outer]
    return Grid(tuple(xs), tuple(ys), tuple(group)) if len(xs) > 2 and len(xs) + len(ys) > 5 and len(ys) > 1 else None


def _met(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that meet, directly or by way of others, together."""
    groups: list[list[Rule]] = []
    for rule in rules:
        met = [group for group in groups if any(_meet(rule, other) for other in group)]
        merged = [rule, *(one for group in met for one in group)]
        groups = [group for group in groups if all(group is not other for other in met)]
        groups.append(merged)
    return groups


def _meet(one: Rule, other: Rule) -> bool:
    if one.horizontal == other.horizontal:
        return abs(one.at - other.at) <= _NEAR and one.start <= other.end + _NEAR and other.start <= one.end + _NEAR
    return other.start - _NEAR <= one.at <= other.end + _NEAR and one.start - _NEAR <= other.at <= one.end + _NEAR


def _places(numbers: Sequence[float]) -> list[float]:
    """Numbers in order, those that are near each other as one."""
    places: list[float] = []
    for number in sorted(numbers):
        if not places or number - places[-1] > _NEAR:
            places.append(number)
    return places


def _slot(edges: Sequence[float], at: float) -> int:
    return min(max(sum(edge < at for edge in edges) - 1, 0), len(edges) - 2)
