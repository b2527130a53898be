"""A source to a PDF: one column or two, tables with rules or without, a running head, page numbers and footnotes.

The fonts are those that every reader brings along, also of Chinese, so that no font is embedded.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from eval.corpus_files.scan import photographed, unseen_canvas
from eval.corpus_files.source import ABOVE, LEFT, MARK, Block, Source, SourceError, covered

_FONTS = {"zh": "STSong-Light", "zh-Hant": "MSung-Light"}
_WIDE, _HIGH, _EDGE, _BETWEEN, _FOOT = 595, 842, 54, 20, 96
"""A page in points: its size, its margins, the space between columns, and the height that footnotes have."""
_SIZES = {1: 17, 2: 12, 3: 10.5}
_BODY = 9.5
_PADDING = 5.4


def pdf(source: Source) -> bytes:
    """The file's bytes.

    Raises:
        SourceError: a part with footnotes does not fit on a page.
    """
    printed = _laid_out(source)
    return _laid_out(source, photographed(printed)) if source.fields.get("scan") == "yes" else printed


def _laid_out(source: Source, pictures: Sequence[Any] = ()) -> bytes:
    """A PDF; with a picture for each page, that is all one sees, and the words beneath can only be searched."""
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate

    def around(canvas: Any, _: Any) -> None:
        if pictures:
            canvas.drawInlineImage(pictures[canvas.getPageNumber() - 1], 0, 0, _WIDE, _HIGH)
        _around(canvas, source, font)

    font = _font(source)
    columns = int(source.fields.get("columns", "1"))
    wide = (_WIDE - 2 * _EDGE - (columns - 1) * _BETWEEN) / columns
    frames = [
        Frame(_EDGE + place * (wide + _BETWEEN), _FOOT, wide, _HIGH - _FOOT - 64, 0, 0, 0, 0)
        for place in range(columns)
    ]
    buffer = io.BytesIO()
    about = {"title": source.fields["title"], "author": source.fields.get("author", "")}
    paper = BaseDocTemplate(buffer, pagesize=(_WIDE, _HIGH), invariant=True, **about)
    paper.addPageTemplates(PageTemplate("page", frames, onPage=around))
    story: list[Any] = []
    for place, part in enumerate(source.parts):
        story += [PageBreak()] * bool(place)
        steps = 0
        for block in part.blocks:
            steps = steps + 1 if block.kind == "step" else 0
            story.append(_flowing(block, source, font, wide, steps))
    paper.build(story, canvasmaker=unseen_canvas() if pictures else Canvas)
    if any(part.notes for part in source.parts) and paper.page != len(source.parts):
        raise SourceError(f"{source.name}: {len(source.parts)} parts with footnotes take {paper.page} pages")
    return buffer.getvalue()


def _font(source: Source) -> str:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont

    name = _FONTS.get(source.fields.get("language", "en"))
    if name:
        registerFont(UnicodeCIDFont(name))
    return name or "Times-Roman"


def _around(canvas: Any, source: Source, font: str) -> None:
    """The date, the running head, the page's number and its footnotes."""
    from reportlab.platypus import Paragraph

    page = canvas.getPageNumber()
    canvas.setDateFormatter(lambda *_: f"D:{source.fields['date'].replace('-', '')}000000Z")
    canvas.setFont(font, 8)
    if head := source.fields.get("head"):
        canvas.drawString(_EDGE, _HIGH - 40, head)
    canvas.drawCentredString(_WIDE / 2, 28, str(page))
    notes = source.parts[page - 1].notes if page <= len(source.parts) else {}
    low = float(_FOOT - 8)
    if notes:
        canvas.line(_EDGE, low, _EDGE + 120, low)
    for mark, text in notes.items():
        note = Paragraph(f"<super>{mark}</super> {escape(text)}", _style(font, 7.5))
        low -= note.wrap(_WIDE - 2 * _EDGE, _FOOT)[1]
        note.drawOn(canvas, _EDGE, low)


def _flowing(block: Block, source: Source, font: str, wide: float, step: int) -> Any:
    from reportlab.platypus import Paragraph

    if block.kind == "table":
        return _table(block, font, wide, ruled=source.fields.get("tables", "ruled") == "ruled")
    said = MARK.sub(r"<super>\1</super>", escape(block.text))
    if block.kind == "heading":
        return Paragraph(said, _style(_bold(font), _SIZES[block.level], before=7))
    if block.kind in {"item", "step"}:
        return Paragraph(said, _style(font, _BODY, indent=14), bulletText=f"{step}." if step else "•")
    return Paragraph(said, _style(font, _BODY, after=4))


def _table(block: Block, font: str, wide: float, *, ruled: bool) -> Any:
    from reportlab.platypus import Paragraph, Table

    body, head = _style(font, _BODY - 0.5), _style(_bold(font), _BODY - 0.5)
    cells = [
        [
            "" if text in {LEFT, ABOVE} else Paragraph(escape(text), head if row < block.header else body)
            for text in line
        ]
        for row, line in enumerate(block.rows)
    ]
    look: list[tuple[Any, ...]] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    look += [(side, (0, 0), (-1, -1), _PADDING) for side in ("LEFTPADDING", "RIGHTPADDING")]
    look += [("GRID", (0, 0), (-1, -1), 0.5, "black")] * ruled
    for row, line in enumerate(block.rows):
        for column, text in enumerate(line):
            if text not in {LEFT, ABOVE}:
                low, right = covered(block.rows, row, column)
                look += [("SPAN", (column, row), (right, low))] * ((low, right) != (row, column))
    return Table(cells, _widths(block, wide), style=look, spaceBefore=4, spaceAfter=6, hAlign="LEFT")


def _widths(block: Block, wide: float) -> list[float]:
    """Columns as wide as their longest cell asks for, or in proportion, but no word is broken."""
    columns = list(zip(*block.rows, strict=True))
    asked = [min(max(_length(cell) for cell in column), 150) + 2 * _PADDING for column in columns]
    least = [
        max(_length(word) for cell in column for word in cell.split() or [""]) + 2 * _PADDING for column in columns
    ]
    least = [min(one, other, 90) for one, other in zip(asked, least, strict=True)]
    spare = wide - sum(least)
    wished = sum(asked) - sum(least)
    share = min(1.0, spare / wished) if wished else 0.0
    return [one + (other - one) * share for one, other in zip(least, asked, strict=True)]


def _length(text: str) -> float:
    return _BODY * sum(1.0 if ord(c) > 0x2E80 else 0.55 for c in text)


def _bold(font: str) -> str:
    return "Times-Bold" if font == "Times-Roman" else font


def _style(font: str, size: float, before: float = 0, after: float = 2, indent: float = 0) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        "style",
        fontName=font,
        fontSize=size,
        leading=size * 1.4,
        spaceBefore=before,
        spaceAfter=after,
        leftIndent=indent,
        bulletFontName=font,
        wordWrap=None if font.startswith("Times") else "CJK",
    )
