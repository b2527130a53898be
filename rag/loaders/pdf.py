"""A PDF's text layer to paragraphs: page numbers and running heads dropped, broken lines and words made whole."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.builder import Extract
from rag.loaders.lines import clean_lines, unwrap
from rag.loaders.metadata import Metadata, credited, iso_date
from rag.text import HAN

if TYPE_CHECKING:
    from pypdf import PdfReader

_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:page\s*|第\s*)?\d{1,4}(?:\s*页)?(?:\s*(?:/|of|共)\s*\d{1,4}\s*页?)?[-–—\s]*", re.IGNORECASE
)
_SPACED_HAN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
_ADJACENT_HAN = re.compile(f"(?<=[{HAN}])(?=[{HAN}])")
_PRODUCED_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint)\b.*|untitled.*|无标题.*|未命名.*|.*\.(?:docx?|pptx?|indd|tex|dvi|pdf|wps))",
    re.IGNORECASE,
)
_EDGE = 2


def parse(data: bytes, name: str) -> Extract:
    """The text of a PDF and its document properties.

    Raises:
        DocumentError: the file is broken, locked by a password, or has no text layer.
    """
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns about every oddity that it gets over
    try:
        reader = _open(data, name)
        pages = [clean_lines(page.extract_text()) for page in reader.pages]
        metadata = _properties(reader)
    except DependencyError as error:
        hint = "Install 'cryptography', or save a copy without encryption."
        raise DocumentError(name, "is encrypted", hint, code="encrypted_pdf") from error
    except DocumentError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError) as error:
        hint = "Download or export it again."
        raise DocumentError(
            name, "is not a complete PDF; it is cut off or damaged", hint, code="damaged_pdf"
        ) from error
    if not any(line for page in pages for line in page):
        raise DocumentError(
            name,
            "has no text layer; its pages are images",
            "Run it through OCR (for example ocrmypdf) and index the result.",
            code="no_text_layer",
        )
    lines = [_close_up(line) for page in _without_running_heads(pages) for line in page]
    paragraphs = unwrap(lines)
    return Extract.of_lines(paragraphs, metadata)


def _open(data: bytes, name: str) -> PdfReader:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        hint = "Save a copy without the password and index that."
        raise DocumentError(name, "is locked by a password", hint, code="locked_pdf")
    return reader


def _properties(reader: PdfReader) -> Metadata:
    properties = reader.metadata
    if properties is None:
        return Metadata()
    title = " ".join(str(properties.title or "").split())
    created = properties.get("/CreationDate")
    stamp = re.match(r"D:(\d{4})(\d\d)(\d\d)", str(created or ""))
    author = credited(properties.author)
    return Metadata(
        title=None if not title or _PRODUCED_TITLE.fullmatch(title) else title,
        date=iso_date("-".join(stamp.groups())) if stamp else None,
        author=author.author,
        source=author.source,
    )


def _without_running_heads(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The pages without page numbers, and without first and last lines that come back on most pages."""
    edges = Counter(
        key
        for page in pages
        for key in {_unnumbered(line) for line in (*_filled(page)[:_EDGE], *_filled(page)[-_EDGE:])}
    )
    often = {key for key, count in edges.items() if count >= 3 and count > 0.5 * len(pages)}
    kept = []
    for page in pages:
        lines = _filled(page)
        inner = range(_EDGE, len(lines) - _EDGE)
        kept.append(
            [
                line
                for i, line in enumerate(lines)
                if i in inner or not (_PAGE_NUMBER.fullmatch(line) or _unnumbered(line) in often)
            ]
        )
    return kept


def _filled(page: Sequence[str]) -> list[str]:
    return [line for line in page if line]


def _unnumbered(line: str) -> str:
    """The line without a page number at its start or end."""
    return re.sub(r"^\d+\s+|\s+\d+$", "", line)


def _close_up(line: str) -> str:
    """The line without the spaces that some PDFs show between all Chinese characters."""
    spaced, tight = len(_SPACED_HAN.findall(line)), len(_ADJACENT_HAN.findall(line))
    return _SPACED_HAN.sub("", line) if spaced > 2 and spaced > tight else line
