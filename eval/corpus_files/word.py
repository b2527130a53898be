"""A source to a Word file: styles, numbers that Word counts by itself, merged cells, footnotes, a running head."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

from eval.corpus_files.packed import repacked
from eval.corpus_files.source import ABOVE, LEFT, MARK, Block, Source, covered

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_ARTICLES, _STEPS = 90, 91
"""The lists that this module defines: of headings, and of steps."""


def docx(source: Source) -> bytes:
    """The file's bytes."""
    import docx as word

    file = word.Document()
    about = file.core_properties
    about.title, about.author = source.fields["title"], source.fields.get("author", "")
    about.created = datetime.combine(date.fromisoformat(source.fields["date"]), datetime.min.time())
    if head := source.fields.get("head"):
        file.sections[0].header.paragraphs[0].text = head
    notes = {mark: text for part in source.parts for mark, text in part.notes.items()}
    _define_lists(file, source.fields.get("articles", ""))
    list_number, before = _STEPS, ""
    for block in (block for part in source.parts for block in part.blocks):
        if block.kind == "step" and before != "step":
            list_number = _new_list(file, _STEPS)
        _append(file, block, list_number, list(notes), bool(source.fields.get("articles")))
        before = block.kind
    if notes:
        _add_notes(file, notes)
    buffer = io.BytesIO()
    file.save(buffer)
    return repacked(buffer.getvalue(), source.fields["date"])


def _append(file: Any, block: Block, list_number: int, marks: list[str], articles: bool) -> None:
    if block.kind == "table":
        _append_table(file, block)
        return
    styles = {"heading": f"Heading {block.level}", "item": "List Bullet", "step": "Normal"}
    paragraph = file.add_paragraph(style=styles.get(block.kind, "Normal"))
    if block.kind == "step":
        _number(paragraph, list_number)
    if articles and block.kind == "heading" and block.level == 2:
        _number(paragraph, _ARTICLES)
    for place, piece in enumerate(MARK.split(block.text)):
        if place % 2:
            paragraph.add_run()._r.append(_xml(f'<w:footnoteReference {_W} w:id="{marks.index(piece) + 1}"/>'))
        else:
            paragraph.add_run(piece)


def _append_table(file: Any, block: Block) -> None:
    table = file.add_table(len(block.rows), len(block.rows[0]), "Table Grid")
    for row, cells in enumerate(block.rows):
        for column, text in enumerate(cells):
            if text in {LEFT, ABOVE}:
                continue
            low, right = covered(block.rows, row, column)
            cell = table.cell(row, column)
            if (low, right) != (row, column):
                cell = cell.merge(table.cell(low, right))
            cell.text = text
    for line in table.rows[: block.header]:
        line._tr.get_or_add_trPr().append(_xml(f"<w:tblHeader {_W}/>"))


def _define_lists(file: Any, articles: str) -> None:
    """Add the definitions of the lists; ``articles`` is how headings count: "第%1条 chineseCounting"."""
    numbering = file.part.numbering_part.element
    text, _, counted = articles.partition(" ")
    for number, shown, form in ((_ARTICLES, text or "%1.", counted or "decimal"), (_STEPS, "%1.", "decimal")):
        level = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{shown}"/></w:lvl>'
        numbering.insert(0, _xml(f'<w:abstractNum {_W} w:abstractNumId="{number}">{level}</w:abstractNum>'))
    numbering.append(_xml(f'<w:num {_W} w:numId="{_ARTICLES}"><w:abstractNumId w:val="{_ARTICLES}"/></w:num>'))


def _new_list(file: Any, definition: int) -> int:
    """A list that begins again at 1; returns its number."""
    numbering = file.part.numbering_part.element
    number = len(numbering) + 100
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering.append(_xml(f'<w:num {_W} w:numId="{number}"><w:abstractNumId w:val="{definition}"/>{again}</w:num>'))
    return number


def _number(paragraph: Any, number: int) -> None:
    paragraph._p.get_or_add_pPr().append(
        _xml(f'<w:numPr {_W}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
    )


def _add_notes(file: Any, notes: dict[str, str]) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    told = "".join(
        f'<w:footnote w:id="{place}"><w:p><w:r><w:footnoteRef/></w:r>'
        f"<w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:footnote>"
        for place, text in enumerate(notes.values(), 1)
    )
    content = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {_W}>{told}</w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, content.encode(), file.part.package)
    file.part.relate_to(part, _RELATION)


def _xml(text: str) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(text)
