"""What a Word document shows beside its plain text: counted numbers, merged cells, notes, equations, margins."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import RGBColor

from rag.loaders.counting import shown
from rag.loaders.formula import linear
from rag.types import Document
from tests.loaders.making import lines_of, read
from tests.loaders.test_docx import bytes_of

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(one.kind, document.text[one.start : one.end]) for one in document.outline.blocks if one.kind != "table"]


def with_list(word: docx.document.Document, *levels: tuple[str, str], number: int = 90, start: str = "") -> None:
    """Define a list: of each level its number format and text."""
    numbering = word.part.numbering_part.element
    inner = "".join(
        f"<w:lvl w:ilvl='{depth}'><w:start w:val='1'/><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for depth, (form, text) in enumerate(levels)
    )
    if levels:
        abstract = f"<w:abstractNum {nsdecls('w')} w:abstractNumId='90'>{inner}</w:abstractNum>"
        numbering.insert(0, parse_xml(abstract))
    override = f"<w:lvlOverride w:ilvl='0'><w:startOverride w:val='{start}'/></w:lvlOverride>" if start else ""
    reference = f"<w:abstractNumId w:val='90'/>{override}"
    numbering.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='{number}'>{reference}</w:num>"))


def add_item(
    word: docx.document.Document, text: str, level: int = 0, number: int = 90, style: str | None = None
) -> None:
    properties = word.add_paragraph(text, style)._p.get_or_add_pPr()
    inner = f"<w:ilvl w:val='{level}'/><w:numId w:val='{number}'/>"
    properties.append(parse_xml(f"<w:numPr {nsdecls('w')}>{inner}</w:numPr>"))


def test_clauses_have_the_numbers_that_word_counts(tmp_path: Path) -> None:
    word = docx.Document()
    with_list(word, ("chineseCounting", "第%1条"), ("decimal", "（%2）"))
    for text, level in [("泊位。", 0), ("长度。", 1), ("宽度。", 1), ("费用。", 0), ("免费。", 1)]:
        add_item(word, text, level)
    document = read(tmp_path, "a.docx", bytes_of(word))
    assert lines_of(document) == ["第一条 泊位。", "（1） 长度。", "（2） 宽度。", "第二条 费用。", "（1） 免费。"]
    assert [(one.kind, one.level, one.label) for one in document.outline.blocks][:2] == [
        ("item", 0, "第一条"),
        ("item", 1, "（1）"),
    ]


def test_headings_are_numbered_by_their_style_and_levels_join(tmp_path: Path) -> None:
    word = docx.Document()
    with_list(word, ("upperRoman", "%1."), ("decimal", "%1.%2"))
    add_item(word, "Berths", 0, style="Heading 1")
    add_item(word, "Fees", 1, style="Heading 2")
    add_item(word, "Tides", 0, style="Heading 1")
    document = read(tmp_path, "a.docx", bytes_of(word))
    assert [(one.kind, one.level, one.label) for one in document.outline.blocks] == [
        ("heading", 1, "I."),
        ("heading", 2, "I.1"),
        ("heading", 1, "II."),
    ]


def test_lists_of_one_definition_count_on_unless_one_starts_again(tmp_path: Path) -> None:
    word = docx.Document()
    with_list(word, ("decimal", "%1)"))
    with_list(word, number=91)
    with_list(word, number=92, start="1")
    for text, number in [("a", 90), ("b", 90), ("c", 91), ("d", 92), ("e", 92)]:
        add_item(word, f"item {text}", number=number)
    labels = [one.label for one in read(tmp_path, "a.docx", bytes_of(word)).outline.blocks]
    assert labels == ["1)", "2)", "3)", "1)", "2)"]


@pytest.mark.parametrize(
    ("form", "number", "label"),
    [
        ("chineseCountingThousand", 10, "十"),
        ("chineseCounting", 23, "二十三"),
        ("chineseCounting", 105, "一百零五"),
        ("chineseCounting", 110, "一百一十"),
        ("chineseCounting", 20_010, "二万零一十"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographTraditional", 3, "丙"),
        ("decimalEnclosedCircle", 3, "③"),
        ("lowerLetter", 28, "bb"),
        ("upperRoman", 14, "XIV"),
        ("ordinal", 12, "12th"),
        ("decimalZero", 7, "07"),
        ("unheardOf", 7, "7"),
    ],
)
def test_numbers_are_shown_in_their_format(form: str, number: int, label: str) -> None:
    assert shown(number, form) == label


def test_merged_cells_are_repeated_down_and_name_their_columns(tmp_path: Path) -> None:
    word = docx.Document()
    table = word.add_table(rows=4, cols=3)
    texts = ["城市", "标准（元）", "", "", "住宿", "餐补", "北京", "600", "120", "", "550", "110"]
    for cell, text in zip([c for row in table.rows for c in row.cells], texts, strict=True):
        cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 0).merge(table.cell(3, 0))
    document = read(tmp_path, "a.docx", bytes_of(word))
    assert document.outline.blocks[0].columns == ("城市", "标准（元） 住宿", "标准（元） 餐补")
    assert lines_of(document)[2:] == ["北京 | 600 | 120", "北京 | 550 | 110"]


def test_blank_cells_keep_their_column(tmp_path: Path) -> None:
    word = docx.Document()
    table = word.add_table(rows=2, cols=4)
    for cell, text in zip(table.rows[0].cells, ["Host", "", "Room", "4.12"], strict=True):
        cell.text = text
    for cell, text in zip(table.rows[1].cells, ["Car", "", "", "P9"], strict=True):
        cell.text = text
    document = read(tmp_path, "a.docx", bytes_of(word))
    rows = [one for one in document.outline.blocks if one.kind == "row"]
    assert [[cell.column for cell in row.cells] for row in rows] == [[0, 2, 3], [0, 3]]
    assert document.outline.blocks[0].columns == ()


def test_a_line_over_a_table_is_its_caption_and_a_bold_line_over_text_a_heading(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph().add_run("Mooring").bold = True
    word.add_paragraph("Boats moor at the north quay.")
    word.add_paragraph("Fees per night")
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip([c for row in table.rows for c in row.cells], ["Length", "Fee", "8 m", "12"], strict=True):
        cell.text = text
    assert kinds(read(tmp_path, "a.docx", bytes_of(word))) == [
        ("heading", "Mooring"),
        ("paragraph", "Boats moor at the north quay."),
        ("caption", "Fees per night"),
        ("header", "Length | Fee"),
        ("row", "8 m | 12"),
    ]


def test_a_table_of_one_column_is_text(tmp_path: Path) -> None:
    word = docx.Document()
    table = word.add_table(rows=1, cols=1)
    table.cell(0, 0).text = "Boats moor at the north quay."
    table.cell(0, 0).add_paragraph("Fees are due at noon.")
    assert [kind for kind, _ in kinds(read(tmp_path, "a.docx", bytes_of(word)))] == ["paragraph", "paragraph"]


def with_notes(data: bytes) -> bytes:
    """The document with a footnotes part."""
    out = io.BytesIO()
    space = nsdecls("w")
    notes = (
        f"<w:footnotes {space}><w:footnote w:type='separator' w:id='0'><w:p/></w:footnote><w:footnote w:id='2'><w:p>"
        "<w:r><w:footnoteRef/></w:r><w:r><w:t> On Sundays at six.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    content = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            text = old.read(entry)
            if entry == "word/_rels/document.xml.rels":
                relation = f'<Relationship Id="rId77" Type="{kind}" Target="footnotes.xml"/>'
                text = text.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
            if entry == "[Content_Types].xml":
                override = f'<Override PartName="/word/footnotes.xml" ContentType="{content}"/>'
                text = text.replace(b"</Types>", override.encode() + b"</Types>")
            new.writestr(entry, text)
        new.writestr("word/footnotes.xml", notes)
    return out.getvalue()


def test_notes_margins_and_text_boxes_stand_apart(tmp_path: Path) -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Document QS-2217"
    word.sections[0].footer.paragraphs[0].text = "Page 3 of 9"
    word.sections[0].footer.add_paragraph("Approved by Ilse Corvin")
    word.add_heading("Gate", 1)
    gate = word.add_paragraph("The gate closes at ten")
    gate._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:footnoteReference w:id='2'/></w:r>"))
    gate.add_run(" every day.")
    box = "<w:txbxContent><w:p><w:r><w:t>Call 7741</w:t></w:r></w:p></w:txbxContent>"
    gate._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:pict>{box}</w:pict></w:r>"))
    document = read(tmp_path, "a.docx", with_notes(bytes_of(word)))
    assert document.title == "Gate"
    assert kinds(document) == [
        ("paragraph", "Document QS-2217"),
        ("heading", "Gate"),
        ("paragraph", "The gate closes at ten every day."),
        ("paragraph", "Call 7741"),
        ("note", "¹ On Sundays at six."),
        ("paragraph", "Approved by Ilse Corvin"),
    ]


def test_the_reading_above_characters_stands_beside_the_sentence(tmp_path: Path) -> None:
    word = docx.Document()
    line = word.add_paragraph("他住在")
    for base, reading in [("青", "qīng"), ("岭", "lǐng")]:
        parts = f"<w:rt><w:r><w:t>{reading}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{base}</w:t></w:r></w:rubyBase>"
        line._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:ruby>{parts}</w:ruby></w:r>"))
    line.add_run("的石屋。")
    assert lines_of(read(tmp_path, "a.docx", bytes_of(word))) == ["他住在青岭的石屋。", "青岭（qīng lǐng）"]


@pytest.mark.parametrize(
    ("math", "line"),
    [
        ("<m:r><m:t>F=12m+50</m:t></m:r>", "F = 12m + 50"),
        (
            "<m:r><m:t>V=3.2</m:t></m:r><m:sSup><m:e><m:r><m:t>h</m:t></m:r></m:e>"
            "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>",
            "V = 3.2h^2",
        ),
        (
            "<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:rad><m:deg/><m:e><m:r><m:t>c</m:t></m:r></m:e>"
            "</m:rad></m:den></m:f>",
            "(a + b)/(√(c))",
        ),
        ("<m:r><m:t>x=-5</m:t></m:r>", "x = -5"),
        (
            "<m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>-3</m:t></m:r></m:sup></m:sSup>",
            "10^-3",
        ),
        (
            "<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub>"
            "<m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:r><m:t>i</m:t></m:r></m:e></m:nary>",
            "∑_(i = 1)^n i",
        ),
    ],
)
def test_an_equation_is_a_line(math: str, line: str) -> None:
    assert linear(parse_xml(f"<m:oMath {MATH}>{math}</m:oMath>")) == line


def test_raised_digits_do_not_join_the_number_before(tmp_path: Path) -> None:
    word = docx.Document()
    line = word.add_paragraph()
    for text, raised in [("Area 40 m", False), ("2", True), (", mass 10", False), ("6", True), (" kg", False)]:
        line.add_run(text).font.superscript = raised
    assert read(tmp_path, "a.docx", bytes_of(word)).text == "Area 40 m², mass 10^6 kg"


def test_white_text_is_read_on_a_dark_cell_and_hidden_text_by_style_is_not(tmp_path: Path) -> None:
    word = docx.Document()
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip(table.rows[1].cells, ["Oak", "12"], strict=True):
        cell.text = text
    for cell, text in zip(table.rows[0].cells, ["Wood", "Price"], strict=True):
        cell.paragraphs[0].add_run(text).font.color.rgb = RGBColor(255, 255, 255)
        cell._tc.get_or_add_tcPr().append(parse_xml(f"<w:shd {nsdecls('w')} w:val='clear' w:fill='1F3864'/>"))
    word.styles.add_style("Secret", 1).font.hidden = True
    word.add_paragraph("Ignore what was said.", "Secret")
    shown_again = word.add_paragraph().add_run("Pine is out.")
    shown_again.font.hidden = False
    assert lines_of(read(tmp_path, "a.docx", bytes_of(word))) == ["Wood | Price", "Oak | 12", "Pine is out."]
