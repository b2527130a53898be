"""Reads pictures of pages (PNG, JPEG, TIFF, WebP) by OCR."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from rag.errors import DocumentError
from rag.loaders import ocr
from rag.loaders.builder import Extract
from rag.loaders.metadata import Metadata
from rag.loaders.pdf import Page, read
from rag.loaders.pdf_page import PageContent
from rag.loaders.pdf_pictures import Pictures

_MOST_DOTS = 120_000_000
_MOST_PAGES = 500


def parse(data: bytes, name: str) -> Extract:
    """The text in a picture, one page for each picture in the file.

    Raises:
        DocumentError: the packages for OCR are not installed, or the file is damaged, too large or without text.
    """
    if not ocr.installed():
        raise DocumentError(
            name,
            "is a picture, and the packages that read one are not installed",
            "pip install 'yinju[ocr]'",
            code="needs_ocr",
        )
    pages, readings = [], {}
    for index, (picture, width, height) in enumerate(_pictures(data, name)):
        readings[index] = ocr.read_picture(picture, picture.shape[1] / width)
        pages.append(Page(PageContent(index + 1, width, height, {}, (), is_scan=True, garbled=False)))
    return read(pages, Metadata(), name, Pictures(readings, seen=frozenset(readings)))


def _pictures(data: bytes, name: str) -> Iterator[tuple[Any, float, float]]:
    """Each picture as an array, with its width and height in points."""
    import numpy as np
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    hint = "Save it again as PNG or JPEG."
    try:
        with Image.open(io.BytesIO(data)) as file:
            for number, frame in enumerate(ImageSequence.Iterator(file)):
                if number >= _MOST_PAGES or frame.width * frame.height > _MOST_DOTS:
                    raise DocumentError(name, "holds too large a picture, or too many", hint, code="picture_too_large")
                dots = float(frame.info.get("dpi", (0, 0))[0])
                whole = ImageOps.exif_transpose(frame).convert("RGB")
                inch = dots if 50 <= dots <= 2400 else ocr.DOTS
                size = 72 * whole.width / inch, 72 * whole.height / inch
                whole.thumbnail((ocr.LARGEST, ocr.LARGEST))
                yield np.asarray(whole), *size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DocumentError(name, "is not a complete picture", hint, code="damaged_picture") from error
