"""A source to an e-book (EPUB): a chapter a part, with its table of contents."""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape

from eval.corpus_files.packed import packed
from eval.corpus_files.source import ABOVE, LEFT, MARK, Block, Part, Source, covered

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_PAGE = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'


def epub(source: Source) -> bytes:
    """The file's bytes."""
    files = [f"chapter{place}.xhtml" for place in range(1, len(source.parts) + 1)]
    pages = [(f"OEBPS/{name}", _chapter(part)) for name, part in zip(files, source.parts, strict=True)]
    links = "".join(
        f'<li><a href="{name}">{escape(part.name)}</a></li>' for name, part in zip(files, source.parts, strict=True)
    )
    contents = f'<nav epub:type="toc"><ol>{links}</ol></nav>'
    nav = f"{_XML}{_PAGE}<head><title>Contents</title></head><body>{contents}</body></html>"
    container = (
        f'{_XML}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    opened = [("mimetype", "application/epub+zip"), ("META-INF/container.xml", container)]
    return packed([*opened, ("OEBPS/book.opf", _package(source, files)), ("OEBPS/nav.xhtml", nav), *pages])


def _package(source: Source, files: list[str]) -> str:
    title, author, date = (escape(source.fields.get(name, "")) for name in ("title", "author", "date"))
    items = "".join(
        f'<item id="c{place}" href="{name}" media-type="application/xhtml+xml"/>' for place, name in enumerate(files)
    )
    order = "".join(f'<itemref idref="c{place}"/>' for place in range(len(files)))
    return (
        f'{_XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">{title}</dc:identifier>'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:date>{date}</dc:date>"
        f"<dc:language>{source.fields.get('language', 'en')}</dc:language></metadata><manifest>"
        f'<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}</manifest>'
        f"<spine>{order}</spine></package>"
    )


def _chapter(part: Part) -> str:
    body = f"<h1>{escape(part.name)}</h1>"
    for kind, run in groupby(part.blocks, key=lambda block: block.kind):
        tag = {"item": "ul", "step": "ol"}.get(kind)
        inside = "".join(_block(block, part) for block in run)
        body += f"<{tag}>{inside}</{tag}>" if tag else inside
    notes = "".join(
        f'<aside epub:type="footnote" id="n{mark}"><p>{mark} {escape(text)}</p></aside>'
        for mark, text in part.notes.items()
    )
    return f"{_XML}{_PAGE}<head><title>{escape(part.name)}</title></head><body>{body}{notes}</body></html>"


def _block(block: Block, part: Part) -> str:
    if block.kind == "table":
        rows = "".join(_row(block, row) for row in range(len(block.rows)))
        return f"<table>{rows}</table>"
    tag = {"heading": f"h{block.level}", "item": "li", "step": "li"}.get(block.kind, "p")
    said = MARK.sub(r'<sup><a epub:type="noteref" href="#n\1">\1</a></sup>', escape(block.text))
    return f"<{tag}>{said}</{tag}>"


def _row(block: Block, row: int) -> str:
    tag, said = ("th" if row < block.header else "td"), ""
    for column, text in enumerate(block.rows[row]):
        if text not in {LEFT, ABOVE}:
            low, right = covered(block.rows, row, column)
            spans = f' rowspan="{low - row + 1}"' * (low > row) + f' colspan="{right - column + 1}"' * (right > column)
            said += f"<{tag}{spans}>{escape(text)}</{tag}>"
    return f"<tr>{said}</tr>"
