"""The evidence pane's picture of a page, and where on it the quote stands."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from rag import Document, page_image, paintable


def layout(document: Document, start: int, end: int, number: int = 0) -> dict[str, Any] | None:
    """A page, by default the one that ``text[start:end]`` begins on, and the boxes of the lines of that text on it.

    None where the pages cannot be painted. Sizes are in points; boxes are left, top, width and height in hundredths of
    the page.
    """
    pages = document.outline.pages
    page = next((one for one in pages if one.number == number), document.outline.page_at(start))
    if page is None or not (page.width and page.height and paintable(document)):
        return None
    found = document.outline.boxes_of(start, end) if end > start else []
    across, down = 100 / page.width, 100 / page.height
    boxes = [
        (box.left * across, box.top * down, (box.right - box.left) * across, (box.bottom - box.top) * down)
        for box in found
        if box.page == page.number
    ]
    return {
        "number": page.number,
        "of": len(pages),
        "wide": page.width,
        "high": page.height,
        "boxes": [[round(side, 2) for side in box] for box in boxes],
    }


def picture(document: Document, number: int) -> str:
    """A page as an address that holds the picture itself.

    Raises:
        DocumentError: the file that was read has no such page, is gone, or has changed.
    """
    return f"data:image/webp;base64,{b64encode(page_image(document, number)).decode()}"
