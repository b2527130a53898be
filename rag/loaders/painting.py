"""The file of a document, and a page of it painted, for those who check a quote on it."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path, PurePosixPath
from typing import Any

from rag.errors import DocumentError
from rag.loaders.apart import paint_apart
from rag.types import Document

WIDTH = 1200
"""Dots of a painted page from left to right, unless it would be too high."""
_HIGHEST = 2400
_QUALITY = 82
_PICTURES = frozenset({".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})


def paintable(document: Document) -> bool:
    """Whether the file of a document has pages that can be painted."""
    return _suffix(document.file) in _PICTURES | {".pdf"}


def page_image(document: Document, number: int) -> bytes:
    """A page of a document, from 1, as the file shows it that it was read from, in WebP.

    Raises:
        DocumentError: the file is no PDF or picture, is gone, has changed, or has no such page.
    """
    if not paintable(document):
        raise DocumentError(PurePosixPath(document.path).name, "has no pages that can be painted", code="no_page_image")
    return paint_apart(original(document), PurePosixPath(document.file).name, number)


def original(document: Document) -> bytes:
    """The file that a document was read from.

    Raises:
        DocumentError: it is gone, or has changed.
    """
    name = PurePosixPath(document.path).name
    try:
        data = Path(document.file).read_bytes()
    except OSError as error:
        hint = "Put it back where it was, or index it again."
        raise DocumentError(name, "is no longer where it was read", hint, code="original_gone") from error
    if hashlib.sha256(data).hexdigest() != document.content_hash:
        raise DocumentError(name, "has changed since it was read", "Index it again.", code="original_changed")
    return data


def paint(data: bytes, name: str, number: int) -> bytes:
    """Page ``number``, from 1, of a PDF or picture file, as WebP.

    Raises:
        DocumentError: the file is damaged, has no such page, or what makes pictures is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise DocumentError(name, "cannot be painted here", "pip install 'yinju[ui]'", code="no_page_image") from error
    is_picture = _suffix(name) in _PICTURES
    try:
        page = _frame(data, number) if is_picture else _page(data, number)
    except (IndexError, EOFError) as error:
        raise DocumentError(name, f"has no page {number}", code="no_page_image") from error
    except (RuntimeError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        hint = "Open it in another program."
        raise DocumentError(name, "could not be painted", hint, code="no_page_image") from error
    page.thumbnail((WIDTH, _HIGHEST))
    out = io.BytesIO()
    page.convert("RGB").save(out, "WEBP", quality=_QUALITY)
    return out.getvalue()


def _suffix(file: str) -> str:
    return PurePosixPath(file).suffix.lower()


def _page(data: bytes, number: int) -> Any:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(data)
    try:
        if not 0 < number <= len(pdf):
            raise IndexError(number)
        page = pdf[number - 1]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1.0), _HIGHEST / max(height, 1.0))
        return page.render(scale=scale).to_pil()
    finally:
        pdf.close()


def _frame(data: bytes, number: int) -> Any:
    from PIL import Image, ImageOps

    file = Image.open(io.BytesIO(data))
    file.seek(number - 1)
    return ImageOps.exif_transpose(file)
