"""Adds a file within a file, as in archives and mails, as a part of the outer file's text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from rag.errors import DocumentError
from rag.loaders.builder import Builder, Extract
from rag.loaders.metadata import Metadata
from rag.outline import Outline, PageSpan

_DEEPEST = 3
_SEPARATOR = " › "


def append_part(doc: Builder, name: str, data: bytes, number: int, inside: str) -> bool:
    """Append what a file says that lies in another one, or the reason why it cannot be read; whether it could.

    ``inside``: the name of the outer file. The part is a page of its own, or its own pages are, under its name.
    """
    from rag.loaders import FORMATS  # which has the formats that call this

    parser = FORMATS.get(PurePosixPath(name).suffix.lower())
    whole = f"{inside}{_SEPARATOR}{name}"
    try:
        if parser is None:
            raise DocumentError(whole, "has a type that cannot be indexed")
        if whole.count(_SEPARATOR) > _DEEPEST:
            raise DocumentError(whole, "lies too deep in other files")
        part = parser(data, whole)
    except DocumentError as error:
        doc.page(number, unit="file", name=name)
        doc.note(f"{name}: {error.reason}")
        return False
    doc.page(number, unit="file", name=name)
    doc.heading(name, 1)
    doc.include(_named(part, name), under=1)
    return bool(part.text)


def _named(part: Extract, name: str) -> Extract:
    """The part, its pages called by its name and theirs."""
    pages = [replace(page, name=f"{name}{_SEPARATOR}{_page_name(page)}") for page in part.outline.pages]
    return Extract(part.text, Metadata(), Outline(part.outline.blocks, tuple(pages), part.outline.boxes))


def _page_name(page: PageSpan) -> str:
    return page.name or f"{page.unit} {page.number}"
