"""The icons of the page, as inline SVG in the colour of the surrounding text."""

from __future__ import annotations


def _drawn(*paths: str) -> str:
    lines = "".join(f'<path d="{path}"/>' for path in paths)
    return f'<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">{lines}</svg>'


COPY = _drawn("M7 7V4h9v9h-3", "M4 7h9v9H4z")
AGAIN = _drawn("M15.5 8A6 6 0 1 0 16 11.5", "M16 4v4h-4")
UP = _drawn("M7 9l3-6c1.5 0 2 1 1.8 2.2L11.4 8H16l-1.4 7.5H7z", "M4 9h3v6.5H4z")
DOWN = _drawn("M7 11l3 6c1.5 0 2-1 1.8-2.2L11.4 12H16l-1.4-7.5H7z", "M4 11h3V4.5H4z")
VIEW = _drawn("M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5z", "M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4")
DELETE = _drawn("M4 6h12", "M8 6V4h4v2", "M6 6l.7 10h6.6L14 6")
CLOSE = _drawn("M5 5l10 10", "M15 5L5 15")
