"""Scans made on the spot: text painted as a picture at 200 dots per inch, turned and grey as scans are."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

DOTS = 200
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


def font() -> str | None:
    """A font with Chinese characters, where the machine has one."""
    return next((path for path in FONTS if Path(path).is_file()), None)


def scan(lines: Sequence[str], size: tuple[int, int] = (1654, 2339), degrees: float = 0.0, points: float = 11) -> Any:
    """A page with these lines as a picture; ``degrees`` turn it counterclockwise."""
    from PIL import Image, ImageDraw, ImageFont

    path = font()
    assert path
    page = Image.new("L", size, 250)
    face = ImageFont.truetype(path, round(points * DOTS / 72), index=0)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        draw.text((120, 120 + number * round(1.7 * points * DOTS / 72)), line, font=face, fill=30)
    turned = page.rotate(degrees, expand=degrees % 90 == 0, fillcolor=250, resample=Image.Resampling.BICUBIC)
    grain = np.random.default_rng(7).normal(0, 6, (turned.height, turned.width))
    return Image.fromarray(np.clip(np.asarray(turned) + grain, 0, 255).astype(np.uint8)).convert("RGB")


def picture(image: Any, kind: str = "PNG") -> bytes:
    """A picture as the bytes of a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, dpi=(DOTS, DOTS))
    return buffer.getvalue()


def scanned_pdf(images: Sequence[Any]) -> bytes:
    """Pictures as the pages of a PDF without a text layer."""
    buffer = io.BytesIO()
    images[0].save(buffer, "PDF", resolution=DOTS, save_all=True, append_images=list(images[1:]))
    return buffer.getvalue()
