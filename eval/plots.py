"""Curves to inline SVG, coloured by the page's style so that they read in light and in dark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SIZE = 320
LEFT, BOTTOM, TOP, RIGHT = 52, 40, 24, 12


def reliability(bins: Sequence[Mapping[str, Any]]) -> str:
    """Confidence against accuracy, one bar a bin; on the diagonal, confidence means what it says."""
    bars = [
        f'<rect class="bar" x="{_x(one["low"]) + 1:.1f}" y="{_y(one["accuracy"]):.1f}" '
        f'width="{_x(one["high"]) - _x(one["low"]) - 2:.1f}" height="{_y(0) - _y(one["accuracy"]):.1f}">'
        f"<title>{one['count']} answers: sure {one['confidence']:.0%}, right {one['accuracy']:.0%}</title></rect>"
        f'<circle class="dot" cx="{_x(one["confidence"]):.1f}" cy="{_y(one["accuracy"]):.1f}" r="3"/>'
        f'<text class="count" x="{_x((one["low"] + one["high"]) / 2):.1f}" y="{_y(one["accuracy"]) - 6:.1f}" '
        f'text-anchor="middle">{one["count"]}</text>'
        for one in bins
    ]
    return _framed([_line([(0, 0), (1, 1)], "ideal"), *bars], "confidence", "share right")


def risk_coverage(points: Sequence[Mapping[str, Any]], operating: Mapping[str, float]) -> str:
    """Coverage against risk, with the point where the product stands today."""
    drawn = [
        _line([(point["coverage"], point["risk"]) for point in points], "curve"),
        f'<circle class="here" cx="{_x(operating["coverage"]):.1f}" cy="{_y(operating["risk"]):.1f}" r="5">'
        f"<title>today: {operating['coverage']:.0%} answered, {operating['risk']:.0%} of them wrong</title></circle>",
    ]
    return _framed(drawn, "coverage: share of questions answered", "risk: share of answers wrong")


def _framed(drawn: Iterable[str], across: str, up: str) -> str:
    ticks = "".join(
        f'<text x="{_x(i / 4):.1f}" y="{SIZE - BOTTOM + 16}" text-anchor="middle">{i / 4:g}</text>'
        f'<text x="{LEFT - 6}" y="{_y(i / 4) + 4:.1f}" text-anchor="end">{i / 4:g}</text>'
        f'<path class="grid" d="M{_x(0)} {_y(i / 4):.1f}H{_x(1)}M{_x(i / 4):.1f} {_y(0)}V{_y(1)}"/>'
        for i in range(5)
    )
    middle = (_y(0) + _y(1)) / 2
    return (
        f'<svg viewBox="0 0 {SIZE} {SIZE}" role="img" aria-label="{up} by {across}">{ticks}{"".join(drawn)}'
        f'<text x="{(_x(0) + _x(1)) / 2}" y="{SIZE - 6}" text-anchor="middle">{across}</text>'
        f'<text x="10" y="{middle}" text-anchor="middle" transform="rotate(-90 10 {middle})">{up}</text></svg>'
    )


def _line(points: Iterable[tuple[float, float]], name: str) -> str:
    path = " ".join(f"{_x(across):.1f},{_y(up):.1f}" for across, up in points)
    return f'<polyline class="{name}" points="{path}"/>'


def _x(share: float) -> float:
    return LEFT + share * (SIZE - LEFT - RIGHT)


def _y(share: float) -> float:
    return SIZE - BOTTOM - share * (SIZE - BOTTOM - TOP)
