"""Reads PDFs: pages, columns, headings, lists, tables and notes, each with its place on the page."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.builder import Builder, Extract
from rag.loaders.lines import clean_line
from rag.loaders.metadata import Metadata, credited, iso_date
from rag.loaders.ocr import HINT, installed
from rag.loaders.pdf_blocks import Laid, append
from rag.loaders.pdf_bullets import bulleted
from rag.loaders.pdf_edges import without_edges
from rag.loaders.pdf_layout import parts
from rag.loaders.pdf_lines import Piece, pieces
from rag.loaders.pdf_page import PageContent, see
from rag.loaders.pdf_pictures import Pictures, read_pictures, to_read
from rag.loaders.pdf_tables import Grid, grids
from rag.loaders.properties import PROPERTIES
from rag.outline import Outline, PageSpan
from rag.progress import Step, tell
from rag.text import fold

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_PRODUCED_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\b.*|(?:untitled|document|presentation|book|slide|doc|title)\s*\d*"
    r"|powerpoint 演示文稿|无标题.*|未命名.*|文档\s*\d*|about:blank|(?:https?|file):.*"
    r"|.*\.(?:docx?|pptx?|xlsx?|indd|tex|dvi|pdf|wps|html?|md|txt|rtf|odt|jpe?g|png|tiff?|qxd|cdr|ai|eps|ps))",
    re.IGNORECASE,
)
_PASSWORD = 4
"""The error of PDFium that a file needs a password."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page, in pieces of lines."""

    seen: PageContent
    pieces: tuple[tuple[int, list[Piece]], ...] = ()
    """By the angle they are written at; the most common angle is first."""
    tables: Sequence[Grid] = ()

    @property
    def level(self) -> Sequence[Piece]:
        """The pieces at the most common angle."""
        return self.pieces[0][1] if self.pieces else ()


def parse(data: bytes, name: str) -> Extract:
    """The text and structure of a PDF, and its document properties.

    Raises:
        DocumentError: the file is broken, locked by a password, or has no text layer.
    """
    pdf = _open(data, name)
    try:
        pages = [_page(pdf, index) for index in range(len(pdf))]
        pictures = read_pictures(pdf, [page.seen for page in pages]) if installed() else Pictures()
        properties = _properties(pdf)
    finally:
        pdf.close()
    return read(pages, properties, name, pictures)


def read(pages: Sequence[Page], properties: Metadata, name: str, pictures: Pictures) -> Extract:
    """Pages to one document, with what OCR read on them.

    Raises:
        DocumentError: there is no text on them.
    """
    readings = pictures.pages
    level = [readings[i].lines if i in readings else page.level for i, page in enumerate(pages)]
    kept, names = without_edges(level, [page.seen.height for page in pages])
    laid: list[Laid] = []
    for index, page in enumerate(pages):
        if index in readings:
            laid += [Laid(page.seen.number, part, readings[index].angle) for part in parts(kept[index])]
        else:
            laid += _laid(page, kept[index])
        for reading in pictures.insets.get(index, ()):
            laid += [Laid(page.seen.number, part, reading.angle, inset=True) for part in parts(reading.lines)]
    if not laid:
        raise DocumentError(
            name,
            "has no text layer; its pages are images" if not readings else "shows no text that could be read",
            HINT,
            code="no_text_layer",
        )
    doc = Builder()
    written = append(doc, laid)
    extract = doc.extract(properties)
    seen = [page.seen for page in pages]
    spans = tuple(_page_spans(seen, names, extract.outline, readings, written.insets))
    outline = replace(extract.outline, pages=spans)
    metadata = _by_evidence(properties, written.headings, extract.text, outline)
    unread = tuple(seen[index].number for index in to_read(seen) if index not in pictures.seen)
    return replace(extract, outline=outline, metadata=metadata, unread=unread)


def _open(data: bytes, name: str) -> PdfDocument:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
        if len(pdf) == 0:
            raise pypdfium2.PdfiumError("no pages")
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", 0) == _PASSWORD:
            hint = "Save a copy without the password and index that."
            raise DocumentError(name, "is locked by a password", hint, code="locked_pdf") from error
        hint = "Download or export it again."
        raise DocumentError(
            name, "is not a complete PDF; it is cut off or damaged", hint, code="damaged_pdf"
        ) from error
    return pdf


def _page(pdf: PdfDocument, index: int) -> Page:
    """One page; its glyphs, which take more memory than all else, go at once."""
    seen = see(pdf, index)
    tell(Step(index + 1, len(pdf), "pages"))
    found = tuple(
        (angle, pieces(glyphs if angle else bulleted(glyphs, seen.dots), seen.rules if place == angle == 0 else ()))
        for place, (angle, glyphs) in enumerate(seen.glyphs.items())
    )
    return Page(replace(seen, glyphs={}, rules=()), found, grids(seen.rules))


def _laid(page: Page, own: Sequence[Piece]) -> Iterator[Laid]:
    """The parts of a page; what is written at another angle than most of it comes last."""
    for place, (angle, found) in enumerate(page.pieces):
        for part in parts(own if place == 0 else found, page.tables if angle == 0 else ()):
            yield Laid(page.seen.number, part, angle)


def _page_spans(
    pages: Sequence[PageContent],
    names: Sequence[str],
    outline: Outline,
    readings: Container[int],
    insets: Mapping[int, int],
) -> Iterator[PageSpan]:
    """Where the text of each page lies, and then that of its pictures; what goes on over the page is parted."""
    starts: dict[int, int] = {}
    for box in outline.boxes:
        starts.setdefault(box.page, box.start)
    end = max((block.end for block in outline.blocks), default=0)
    spans = []
    for page, name in zip(reversed(pages), reversed(names), strict=True):
        size = round(page.width, 1), round(page.height, 1)
        if (start := insets.get(page.number, end)) < end:
            spans.append(PageSpan(page.number, start, end, *size, name=name, by_machine=True))
            end = start
        start = min(starts.get(page.number, end), end)
        spans.append(PageSpan(page.number, start, end, *size, name=name, by_machine=page.number - 1 in readings))
        end = start
    if spans:
        spans[-1] = replace(spans[-1], start=0)
    yield from reversed(spans)


def _properties(pdf: PdfDocument) -> Metadata:
    said = pdf.get_metadata_dict()
    stamp = re.match(r"D:(\d{4})(\d\d)(\d\d)", said.get("CreationDate", ""))
    credit = credited(clean_line(said.get("Author", "")))
    return Metadata(
        title=clean_line(said.get("Title", "")) or None,
        date=iso_date("-".join(stamp.groups())) if stamp else None,
        author=credit.author,
        source=credit.source,
    ).taken_from(PROPERTIES)


def _by_evidence(
    properties: Metadata, headings: Sequence[tuple[str, float, int]], text: str, outline: Outline
) -> Metadata:
    """The stated title where the first pages say it too, else the largest heading of the first page."""
    stated = properties.title
    if stated and _PRODUCED_TITLE.fullmatch(stated):
        stated = None
    reach = outline.pages[min(1, len(outline.pages) - 1)].end if outline.pages else len(text)
    if stated and _bare(stated) in _bare(text[:reach]):
        return replace(properties, title=stated)
    first = [(words, size) for words, size, page in headings if page == outline.pages[0].number]
    largest = max((size for _, size in first), default=0.0)
    title = next((words for words, size in first if size == largest), None)
    found = Metadata(title=title or stated, title_from="first heading" if title else PROPERTIES if stated else "")
    return replace(properties, title=found.title, title_from=found.title_from)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))
