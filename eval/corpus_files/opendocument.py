"""A source to OpenDocument text (ODT), and the package that it shares with sheets (ODS)."""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape

from eval.corpus_files.packed import packed
from eval.corpus_files.source import ABOVE, LEFT, MARK, Block, Part, Source, covered

_URNS = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in {"office": "office", "text": "text", "table": "table", "style": "style", "meta": "meta"}.items()
)
_NAMES = f'{_URNS} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"'
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_STYLES = (
    '<office:automatic-styles><text:list-style style:name="Steps"><text:list-level-style-number text:level="1" '
    'style:num-format="1" style:num-suffix="."/></text:list-style><text:list-style style:name="Items">'
    '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style></office:automatic-styles>'
)


def odt(source: Source) -> bytes:
    """The file's bytes."""
    said = []
    for part in source.parts:
        for kind, run in groupby(part.blocks, key=lambda block: block.kind):
            blocks = list(run)
            said.append(_list(kind, blocks, part) if kind in {"item", "step"} else _all(blocks, part))
    return opened(source, "text", "".join(said))


def opened(source: Source, kind: str, body: str) -> bytes:
    """The package around the body of a "text" or "spreadsheet"."""
    title, author, date = (escape(source.fields.get(name, "")) for name in ("title", "author", "date"))
    mime = f"application/vnd.oasis.opendocument.{kind}"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{media}"/>'
        for name, media in (("/", mime), ("content.xml", "text/xml"), ("meta.xml", "text/xml"))
    )
    return packed(
        [
            ("mimetype", mime),
            (
                "META-INF/manifest.xml",
                f'{_XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
                f'manifest:version="1.3">{entries}</manifest:manifest>',
            ),
            (
                "meta.xml",
                f"{_XML}<office:document-meta {_NAMES}><office:meta><dc:title>{title}</dc:title>"
                f"<meta:initial-creator>{author}</meta:initial-creator><dc:creator>{author}</dc:creator>"
                f"<meta:creation-date>{date}T00:00:00</meta:creation-date></office:meta></office:document-meta>",
            ),
            (
                "content.xml",
                f"{_XML}<office:document-content {_NAMES}>{_STYLES}<office:body><office:{kind}>{body}"
                f"</office:{kind}></office:body></office:document-content>",
            ),
        ]
    )


def _all(blocks: list[Block], part: Part) -> str:
    return "".join(_block(block, part) for block in blocks)


def _block(block: Block, part: Part) -> str:
    if block.kind == "heading":
        return f'<text:h text:outline-level="{block.level}">{_said(block.text, part)}</text:h>'
    return _table(block) if block.kind == "table" else f"<text:p>{_said(block.text, part)}</text:p>"


def _list(kind: str, blocks: list[Block], part: Part) -> str:
    items = "".join(f"<text:list-item><text:p>{_said(one.text, part)}</text:p></text:list-item>" for one in blocks)
    return f'<text:list text:style-name="{"Steps" if kind == "step" else "Items"}">{items}</text:list>'


def _table(block: Block) -> str:
    lines = []
    for row, cells in enumerate(block.rows):
        line = ""
        for column, text in enumerate(cells):
            low, right = covered(block.rows, row, column)
            spans = f'table:number-rows-spanned="{low - row + 1}" table:number-columns-spanned="{right - column + 1}"'
            inside = f"<table:table-cell {spans}><text:p>{escape(text)}</text:p></table:table-cell>"
            line += "<table:covered-table-cell/>" if text in {LEFT, ABOVE} else inside
        lines.append(f"<table:table-row>{line}</table:table-row>")
    head = "".join(lines[: block.header])
    head = f"<table:table-header-rows>{head}</table:table-header-rows>" if head else ""
    columns = f'<table:table-column table:number-columns-repeated="{len(block.rows[0])}"/>'
    return f"<table:table>{columns}{head}{''.join(lines[block.header :])}</table:table>"


def _said(text: str, part: Part) -> str:
    """Words with their footnotes, which stand where they are called."""
    said = ""
    for place, piece in enumerate(MARK.split(text)):
        if place % 2:
            mark = f"<text:note-citation>{piece}</text:note-citation>"
            body = f"<text:note-body><text:p>{escape(part.notes[piece])}</text:p></text:note-body>"
            said += f'<text:note text:note-class="footnote">{mark}{body}</text:note>'
        else:
            said += escape(piece)
    return said
