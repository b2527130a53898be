"""``python -m eval.bench.scaleplot SCALE.json PLOT.svg``: the growth of both stores, as curves."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

CURVES = (("p50 ms, 1 client", "p50 of a vector search, ms"), ("load s", "load, s"), ("index s", "index, s"))
"""Columns of the table, a panel each, with its heading."""

COLOURS = ("#2a6f97", "#c1666b")
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 280, 260, 44, 44, 34


def main(arguments: Sequence[str]) -> int:
    """Draw what ``--json`` wrote."""
    source, target = map(Path, arguments)
    rows = json.loads(source.read_text("utf-8"))["tables"][0]["rows"]
    target.write_text(plot(rows), "utf-8")
    return 0


def plot(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of the table as one SVG; both axes of every panel are logarithmic."""
    panels = "".join(
        f'<g transform="translate({i * WIDTH} 0)">{_panel(rows, column, heading)}</g>'
        for i, (column, heading) in enumerate(CURVES)
    )
    names = "".join(
        f'<text x="{LEFT + 230 * i}" y="{HEIGHT + 20}" fill="{colour}">● {store}</text>'
        for i, (store, colour) in enumerate(zip(_stores(rows), COLOURS, strict=False))
    )
    size = f'viewBox="0 0 {WIDTH * len(CURVES)} {HEIGHT + 32}" font-family="sans-serif" font-size="12"'
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}{panels}{names}</svg>\n'


def _panel(rows: Sequence[Mapping[str, Any]], column: str, heading: str) -> str:
    across, up = _Axis([row["chunks"] for row in rows]), _Axis([row[column] for row in rows])

    def place(row: Mapping[str, Any]) -> str:
        x = LEFT + across.share(row["chunks"]) * (WIDTH - LEFT - 16)
        return f"{x:.1f},{HEIGHT - BOTTOM - up.share(row[column]) * (HEIGHT - BOTTOM - TOP):.1f}"

    drawn = [f'<text x="{LEFT}" y="18" font-weight="bold">{heading}</text>']
    for power in across.powers:
        x = LEFT + across.share(10**power) * (WIDTH - LEFT - 16)
        drawn.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,g}</text>')
    for power in up.powers:
        y = HEIGHT - BOTTOM - up.share(10**power) * (HEIGHT - BOTTOM - TOP)
        drawn.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - 16}" stroke="#ddd"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>')
    for store, colour in zip(_stores(rows), COLOURS, strict=False):
        points = [place(row) for row in rows if row["store"] == store]
        drawn.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for point in points:
            left, _, top = point.partition(",")
            drawn.append(f'<circle cx="{left}" cy="{top}" r="3.5" fill="{colour}"/>')
    return "".join(drawn)


class _Axis:
    """A logarithmic axis over whole powers of ten that hold some values."""

    def __init__(self, values: Sequence[float]) -> None:
        logs = [log10(max(value, 1e-3)) for value in values]
        low, high = floor(min(logs)), ceil(max(logs))
        self.powers = range(low, max(high, low + 1) + 1)

    def share(self, value: float) -> float:
        return (log10(max(value, 1e-3)) - self.powers[0]) / (self.powers[-1] - self.powers[0])


def _stores(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(row["store"] for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
