"""A Word document to lines: headings, paragraphs and table rows in their order, deleted and hidden text left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.builder import Extract
from rag.loaders.lines import clean_line
from rag.loaders.metadata import Metadata, credited, iso_date

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}sectPr", _FALLBACK})
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_UNPACKED_LIMIT = 512 * 1024 * 1024
_XML_LIMIT = 64 * 1024 * 1024
"""Bytes of XML, whose tree takes several times as much memory."""


def parse(data: bytes, name: str) -> Extract:
    """The text of a .docx file and its core properties.

    Raises:
        DocumentError: the file is no Word document, is damaged, or unpacks to too much.
    """
    document = _open(data, name)
    lines = tuple(line for line in _lines(document.element.body) if line)
    properties = document.core_properties
    by_library = properties.author == "python-docx"  # its template's author and date say nothing about the text
    author = credited(properties.author)
    styled = next((p.text for p in document.paragraphs[:20] if p.style and p.style.name in {"Title", "标题"}), None)
    metadata = Metadata(
        title=clean_line(properties.title or "") or clean_line(styled or "") or None,
        date=None if by_library else iso_date(properties.created),
        author=author.author,
        source=author.source,
    )
    return Extract.of_lines(lines, metadata)


def _open(data: bytes, name: str) -> WordDocument:
    import docx
    from docx.opc.exceptions import OpcError

    hint = "Open it in Word and save it again as .docx."
    damaged = DocumentError(name, "is not a complete Word document", hint, code="damaged_docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
        _refuse_bomb(name, "", sum(entry.file_size for entry in entries), _UNPACKED_LIMIT)
        xml = sum(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels")))
        _refuse_bomb(name, " of XML", xml, _XML_LIMIT)
        return docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, OpcError, SyntaxError, KeyError, ValueError, NotImplementedError, OSError) as error:
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            reason = "is an old .doc file or locked by a password"
            hint = "Save it as .docx without a password and index that."
            raise DocumentError(name, reason, hint, code="old_or_locked_word") from error
        raise damaged from error


def _refuse_bomb(name: str, what: str, size: int, limit: int) -> None:
    if size > limit:
        raise DocumentError(
            name,
            f"unpacks to {size >> 20} MB{what}, more than {limit >> 20} MB",
            "Split it, or save its text as .txt and index that.",
            code="unpacks_too_large",
            size=size >> 20,
            limit=limit >> 20,
        )


def _lines(parent: Element) -> Iterator[str]:
    """The lines below an element: a paragraph or a table row each; Word nests no deeper than a few tables."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield from (clean_line(line) for line in _text(child).split("\n"))
        elif child.tag == f"{_W}tr":
            own = (cell for cell in child.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is child)
            yield " | ".join(" ".join(filter(None, _lines(cell))) for cell in own).strip(" |")
        elif child.tag not in _LEFT_OUT:
            yield from _lines(child)


def _is_hidden(node: Element) -> bool:
    """Whether a run is marked as hidden, white without a ground, or too small to see (sizes are half points)."""
    style = node.find(f"{_W}rPr")
    if style is None:
        return False
    said = {str(child.tag).removeprefix(_W): child.get(f"{_W}val", "") for child in style}
    white = said.get("color", "").upper() == "FFFFFF" and not {"shd", "highlight"} & said.keys()
    return "vanish" in said or white or said.get("sz") in {"0", "1", "2"}


def _text(node: Element) -> str:
    if node.tag in _LEFT_OUT or _is_hidden(node):
        return ""
    if node.tag == f"{_W}t":
        return node.text or ""
    return _BREAKS.get(str(node.tag), "") + "".join(_text(child) for child in node)
