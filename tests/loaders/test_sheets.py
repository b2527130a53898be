"""Workbooks and separated values: headers, merged cells, values as shown, rows that know their number."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from rag.answers.composer import Composer
from rag.errors import DocumentError
from rag.loaders.number_formats import shown
from rag.question.analysis import analyse
from rag.types import Claim, Document, Draft, Evidence
from tests.loaders.making import lines_of, read


def bytes_of(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rows_of(document: Document) -> list[tuple[str, str]]:
    """Label and text of each row."""
    return [(one.label, document.text[one.start : one.end]) for one in document.outline.blocks if one.kind == "row"]


def columns_of(document: Document) -> list[tuple[str, ...]]:
    return [one.columns for one in document.outline.blocks if one.kind == "table"]


def travel() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    sheet.title = "差旅"
    for row in (
        ["2024年差旅标准"],
        ["城市", "标准（元）", None, "生效日期"],
        [None, "住宿", "补贴", None],
        ["北京", 1600, 0.125, datetime.date(2024, 3, 1)],
        ["上海", 1550.5, 0.3333, datetime.date(2024, 3, 2)],
        [],
        ["注：不含税。"],
    ):
        sheet.append(row)
    for cells in ("A1:D1", "B2:C2", "A2:A3", "D2:D3"):
        sheet.merge_cells(cells)
    for line in (4, 5):
        sheet.cell(line, 2).number_format = "#,##0.00"
        sheet.cell(line, 3).number_format = "0.0%"
    return book


def test_a_sheet_has_its_title_its_header_of_two_rows_and_values_as_shown(tmp_path: Path) -> None:
    document = read(tmp_path, "travel.xlsx", bytes_of(travel()))
    assert columns_of(document) == [("城市", "标准（元） 住宿", "标准（元） 补贴", "生效日期")]
    assert rows_of(document) == [
        ("4", "北京 | 1,600.00 | 12.5% | 2024-03-01"),
        ("5", "上海 | 1,550.50 | 33.3% | 2024-03-02"),
    ]
    kinds = {one.kind: document.text[one.start : one.end] for one in document.outline.blocks}
    assert (kinds["heading"], kinds["caption"], kinds["paragraph"]) == ("差旅", "2024年差旅标准", "注：不含税。")


def test_sheets_are_pages_and_hidden_ones_are_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("Fees", "Secret", "Tides"):
        sheet = book.create_sheet(name)
        sheet.append([f"{name} of the harbour"])
    book["Secret"].sheet_state = "hidden"
    document = read(tmp_path, "a.xlsx", bytes_of(book))
    assert "Secret" not in document.text
    assert [(page.unit, page.name) for page in document.outline.pages] == [
        ("sheet", "Sheet"),
        ("sheet", "Fees"),
        ("sheet", "Tides"),
    ]
    page = document.outline.page_at(document.text.index("Tides of"))
    assert page
    assert page.name == "Tides"


def test_two_tables_of_a_sheet_keep_their_own_headers_and_an_empty_row_ends_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    for row in (
        ["Item", "Price"],
        ["Oak", 12],
        [],
        ["Pine", 9],
        [],
        ["Code", "Meaning"],
        ["E41", "low"],
        ["E42", "high"],
    ):
        sheet.append(row)
    document = read(tmp_path, "a.xlsx", bytes_of(book))
    assert columns_of(document) == [("Item", "Price"), ("Code", "Meaning")]
    assert rows_of(document) == [("2", "Oak | 12"), ("4", "Pine | 9"), ("7", "E41 | low"), ("8", "E42 | high")]


def test_the_value_of_a_formula_is_read(tmp_path: Path) -> None:
    book = travel()
    sheet = book["差旅"]
    sheet["B5"] = "=2+2"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bytes_of(book))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            new.writestr(
                entry,
                old.read(entry)
                .replace(b"<f>2+2</f><v></v>", b"<f>2+2</f><v>4</v>")
                .replace(b"<f>2+2</f><v />", b"<f>2+2</f><v>4</v>"),
            )
    assert "上海 | 4.00" in read(tmp_path, "a.xlsx", out.getvalue()).text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.125, "0%", "13%"),
        (0.125, "0.0%", "12.5%"),
        (1234.5, "#,##0", "1,235"),
        (1234.5, '"¥"#,##0.00', "¥1,234.50"),
        (1234.5, "[$€-407]#,##0.00", "€1,234.50"),
        (-1234.5, "#,##0.0", "-1,234.5"),
        (-5.0, "0;(0)", "(5)"),
        (12.0, '0" kg"', "12 kg"),
        (12.5, "0.###", "12.5"),
        (0.1 + 0.2, "", "0.3"),
        (3.0, "General", "3"),
        (12345.0, "0.00E+00", "12345"),
        (True, "", "TRUE"),
        (None, "", ""),
        (datetime.datetime(2024, 3, 1), "mmm yyyy", "2024-03"),
        (datetime.datetime(2024, 3, 1), "d/m/yyyy", "2024-03-01"),
        (datetime.datetime(2024, 3, 1, 9, 30), "", "2024-03-01 09:30"),
        (datetime.timedelta(hours=25, minutes=5), "", "25:05"),
    ],
)
def test_a_value_is_written_as_its_format_shows_it(value: object, code: str, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "城市,餐补\n北京,120\n上海,110\n".encode()),
        ("a.csv", "城市;餐补\r\n北京;120\r\n上海;110\r\n".encode("gb18030")),
        ("a.csv", "sep=|\n城市|餐补\n北京|120\n上海|110\n".encode("utf-8-sig")),
        ("a.csv", "城市\t餐补\n北京\t120\n上海\t110\n".encode("utf-16")),
        ("a.tsv", "城市\t餐补\n北京\t120\n上海\t110\n".encode()),
    ],
)
def test_separators_and_encodings_are_found(tmp_path: Path, name: str, content: bytes) -> None:
    document = read(tmp_path, name, content)
    assert columns_of(document) == [("城市", "餐补")]
    assert rows_of(document) == [("2", "北京 | 120"), ("3", "上海 | 110")]
    assert document.title == "a"


def test_quoted_cells_keep_separators_and_line_breaks_and_an_open_quote_spoils_nothing(tmp_path: Path) -> None:
    document = read(tmp_path, "a.csv", 'code,meaning\nE41,"low, or\nvery low"\nE42,"say ""stop"""\n')
    assert lines_of(document) == ["code | meaning", "E41 | low, or very low", 'E42 | say "stop"']
    lines = "".join(f"E{number},text {number}\n" for number in range(400))
    document = read(tmp_path, "b.csv", f'code,meaning\nE900,"5 inch\n{lines}')
    assert len(rows_of(document)) == 401


def test_a_file_without_a_header_has_rows_only(tmp_path: Path) -> None:
    document = read(tmp_path, "a.csv", "2021,355\n2022,410\n2023,398\n")
    assert columns_of(document) == [()]
    assert len(rows_of(document)) == 3


def test_damaged_and_locked_workbooks_are_named(tmp_path: Path) -> None:
    whole = bytes_of(travel())
    for data in (whole[: len(whole) // 2], b"no workbook", b"PK\x03\x04" + bytes(50)):
        with pytest.raises(DocumentError, match="not a complete workbook"):
            read(tmp_path, "a.xlsx", data)
    with pytest.raises(DocumentError, match="not a complete workbook"):
        read(tmp_path, "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DocumentError, match="password"):
        read(tmp_path, "b.xlsx", locked)


def test_a_cell_at_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    sheet["A1"] = "Fees"
    sheet["XFD1048576"] = "far"
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, "a.xlsx", bytes_of(book))
    assert caught.value.reason


def test_a_citation_of_a_sheet_names_its_row(tmp_path: Path) -> None:
    document = read(tmp_path, "staff.csv", "code,name\nGK1,朱山晨\nGK2,朱云北\n".encode())
    start = document.text.index("朱云北")
    draft = Draft((Claim("朱云北", (Evidence(document.path, start, start + 3),)),), 0.9)
    answer = Composer({document.path: document}.get).compose(analyse("GK2叫什么？"), draft, (), 0.5)
    assert [citation.row for citation in answer.citations] == ["3"]
