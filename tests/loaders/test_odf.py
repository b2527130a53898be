"""OpenDocument texts: the same things as in Word's, in the shapes that LibreOffice writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import DocumentError
from tests.loaders.making import lines_of, read
from tests.loaders.test_carriers import archive, kinds

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in [
        *(("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style")),
        *(("fo", "xsl-fo-compatible"), ("meta", "meta")),
    ]
)
SPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML"><annotation>F = 12m + 50</annotation></math>'


def odt(body: str, styles: str = "", **members: str) -> bytes:
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return archive(**{"mimetype": "application/vnd.oasis.opendocument.text", "content__xml": content, **members})


LIST = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-prefix="第"'
    ' style:num-suffix="条" style:num-format="一, 二, 三, ..."/><text:list-level-style-number text:level="2"'
    ' style:num-format="1" style:num-suffix=")"/></text:list-style>'
)


def item(*inner: str) -> str:
    return f"<text:list-item>{''.join(inner)}</text:list-item>"


def test_headings_and_counted_lists_have_their_levels_and_numbers(tmp_path: Path) -> None:
    inner = f"<text:list>{item('<text:p>长度。</text:p>')}{item('<text:p>宽度。</text:p>')}</text:list>"
    first = f'<text:list text:style-name="L1">{item("<text:p>泊位。</text:p>", inner)}</text:list>'
    more = (
        f'<text:list text:style-name="L1" text:continue-numbering="true">{item("<text:p>费用。</text:p>")}</text:list>'
    )
    body = f'<text:h text:outline-level="2">守则</text:h>{first}<text:p>另起：</text:p>{more}'
    document = read(tmp_path, "a.odt", odt(body, LIST))
    assert lines_of(document) == ["守则", "第一条 泊位。", "1) 长度。", "2) 宽度。", "另起：", "第二条 费用。"]
    assert [(one.kind, one.level) for one in document.outline.blocks][:3] == [("heading", 2), ("item", 0), ("item", 1)]


def test_merged_cells_of_a_table_are_repeated_and_named(tmp_path: Path) -> None:
    def cell(text: str, spans: str = "") -> str:
        return f"<table:table-cell {spans}><text:p>{text}</text:p></table:table-cell>"

    covered = "<table:covered-table-cell/>"
    rows = [
        cell("城市", 'table:number-rows-spanned="2"')
        + cell("标准（元）", 'table:number-columns-spanned="2"')
        + covered,
        covered + cell("住宿") + cell("餐补"),
        cell("北京", 'table:number-rows-spanned="2"') + cell("600") + cell("120"),
        covered + cell("550") + '<table:table-cell table:number-columns-repeated="900"/>',
    ]
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    document = read(tmp_path, "a.odt", odt(f"<text:p>Travel</text:p><table:table>{table}</table:table>"))
    assert document.outline.blocks[1].columns == ("城市", "标准（元） 住宿", "标准（元） 餐补")
    assert kinds(document)[0] == ("caption", "Travel")
    assert lines_of(document)[-2:] == ["北京 | 600 | 120", "北京 | 550"]


def test_notes_boxes_formulas_and_readings_stand_where_they_belong(tmp_path: Path) -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>On Sundays at six.</text:p></text:note-body></text:note>"
    )
    box = "<draw:frame><draw:text-box><text:p>Call 7741</text:p></draw:text-box></draw:frame>"
    formula = '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
    ruby = "<text:ruby><text:ruby-base>青岭</text:ruby-base><text:ruby-text>qīng lǐng</text:ruby-text></text:ruby>"
    body = f"<text:p>It closes at ten{note} on<text:s/>{ruby}.{box}</text:p><text:p>The fee is {formula}.</text:p>"
    assert kinds(read(tmp_path, "a.odt", odt(body, **{"Object 1/content__xml": MATH}))) == [
        ("paragraph", "It closes at ten on 青岭."),
        ("note", "青岭（qīng lǐng）"),
        ("paragraph", "Call 7741"),
        ("note", "¹ On Sundays at six."),
        ("paragraph", "The fee is F = 12m + 50."),
    ]


def test_deleted_and_hidden_text_is_not_read(tmp_path: Path) -> None:
    styles = "".join(
        f'<style:style style:name="{name}" style:family="text"><style:text-properties {said}/></style:style>'
        for name, said in [("T1", 'text:display="none"'), ("T2", 'fo:color="#ffffff"'), ("T3", 'fo:font-size="1pt"')]
    )
    spans = "".join(f'<text:span text:style-name="{name}">secret</text:span>' for name in ("T1", "T2", "T3"))
    region = "<text:changed-region><text:p>deleted</text:p></text:changed-region>"
    deleted = f"<text:tracked-changes>{region}</text:tracked-changes>"
    assert read(tmp_path, "a.odt", odt(f"{deleted}<text:p>It closes{spans} at ten.</text:p>", styles)).text == (
        "It closes at ten."
    )


def test_locked_and_damaged_texts_are_named(tmp_path: Path) -> None:
    lock = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    with pytest.raises(DocumentError, match="password"):
        read(tmp_path, "a.odt", odt("<text:p>x</text:p>", **{"META-INF/manifest__xml": lock}))
    for data in (b"no text", odt("<text:p>x</text:p>")[:60], archive(a__txt="x"), archive(content__xml="<a")):
        with pytest.raises(DocumentError, match="not a complete OpenDocument text"):
            read(tmp_path, "a.odt", data)


def test_sheets_show_their_cells_as_the_program_does(tmp_path: Path) -> None:
    def row(*cells: str, times: int = 1) -> str:
        inner = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        return f'<table:table-row table:number-rows-repeated="{times}">{inner}</table:table-row>'

    empty = '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'
    rows = row("Item", "Share") + row("Oak", "12.5%") + empty.format(7) + row("Pine", "3%") + empty.format(1_000_000)
    secret = f'<table:table table:name="Secret" table:style-name="ta2">{row("secret", "x")}</table:table>'
    hidden = '<style:table-properties table:display="false"/>'
    style = f'<style:style style:name="ta2" style:family="table">{hidden}</style:style>'
    body = f'<table:table table:name="Wood">{rows}</table:table>{secret}'
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{style}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    document = read(tmp_path, "a.ods", archive(content__xml=content))
    assert lines_of(document) == ["Wood", "Item | Share", "Oak | 12.5%", "Pine | 3%"]
    assert [one.label for one in document.outline.blocks if one.kind == "row"] == ["2", "10"]
    assert [page.name for page in document.outline.pages] == ["Wood"]
