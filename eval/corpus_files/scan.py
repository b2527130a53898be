"""Printed pages to what a scanner makes of them: black and white pictures, a little askew, over unseen words."""

from __future__ import annotations

from typing import Any

_DOTS = 130
"""To an inch."""
_ASKEW = 0.35
"""Degrees."""
_GRAIN, _DARK = 28, 150
"""The spread of the noise, and what is black, of 255 shades."""
_UNSEEN = 3
"""The text rendering mode of PDF that paints nothing."""


def photographed(printed: bytes) -> list[Any]:
    """A picture of each page of a PDF."""
    import numpy as np
    import pypdfium2
    from PIL import Image

    grain = np.random.default_rng(7)
    pictures = []
    for page in pypdfium2.PdfDocument(printed):
        straight = page.render(scale=_DOTS / 72).to_pil().convert("L")
        grey = straight.rotate(_ASKEW, Image.Resampling.BICUBIC, fillcolor=255)
        noisy = np.asarray(grey) + grain.normal(0, _GRAIN, (grey.height, grey.width))
        pictures.append(Image.fromarray(noisy > _DARK))
    return pictures


def unseen_canvas() -> Any:
    """The kind of canvas whose words are not painted."""
    from reportlab.pdfgen.canvas import Canvas

    class Unseen(Canvas):  # type: ignore[misc]
        def beginText(self, x: float = 0, y: float = 0, direction: Any = None) -> Any:  # noqa: N802
            text = super().beginText(x, y, direction)
            text.setTextRenderMode(_UNSEEN)
            return text

    return Unseen
