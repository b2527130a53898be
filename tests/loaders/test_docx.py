"""Word documents."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.errors import DocumentError
from tests.loaders.making import lines_of, read


def bytes_of(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_headings_paragraphs_and_tables_come_in_their_order(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("港口手册", 0)
    word.add_paragraph("　　第一段，说明泊位。")
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip([c for row in table.rows for c in row.cells], ["泊位", "长度", "一号", "320米"], strict=True):
        cell.text = text
    word.add_heading("Tides", 1)
    word.add_paragraph("The tide turns\tat six,\nand again at noon.")
    document = read(tmp_path, "a.docx", bytes_of(word))
    assert document.title == "港口手册"
    assert (document.date, document.author) == (None, None)
    assert lines_of(document) == [
        "港口手册",
        "第一段，说明泊位。",
        "泊位 | 长度",
        "一号 | 320米",
        "Tides",
        "The tide turns at six,",
        "and again at noon.",
    ]


def test_core_properties_name_title_author_and_date(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("The tide turns at six.")
    word.core_properties.title = "Tide tables"
    word.core_properties.author = "王芳"
    word.core_properties.created = datetime.datetime(2021, 6, 3, 9, 30)
    document = read(tmp_path, "a.docx", bytes_of(word))
    assert (document.title, document.author, document.date) == ("Tide tables", "王芳", "2021-06-03")


def test_what_word_does_not_show_is_left_out_and_what_it_inserted_is_read(tmp_path: Path) -> None:
    word = docx.Document()
    shown = word.add_paragraph("The fee is ")
    hidden = shown.add_run("secretly ")
    hidden.font.hidden = True
    for kind, tag, text in [("del", "delText", "80"), ("ins", "t", "84")]:
        shown._p.append(
            parse_xml(f"<w:{kind} {nsdecls('w')} w:id='1' w:author='a'><w:r><w:{tag}>{text}</w:{tag}></w:r></w:{kind}>")
        )
    shown.add_run(" dollars.")
    assert read(tmp_path, "a.docx", bytes_of(word)).text == "The fee is 84 dollars."


def test_a_table_within_a_table_is_read_once(tmp_path: Path) -> None:
    word = docx.Document()
    outer = word.add_table(rows=1, cols=2)
    outer.cell(0, 0).text = "outside"
    inner = outer.cell(0, 1).add_table(rows=1, cols=1)
    inner.cell(0, 0).text = "inside"
    assert read(tmp_path, "a.docx", bytes_of(word)).text == "outside | inside"


@pytest.mark.parametrize("keep", [0.2, 0.7])
def test_a_truncated_document_is_refused(tmp_path: Path, keep: float) -> None:
    word = docx.Document()
    word.add_paragraph("The tide turns at six.")
    data = bytes_of(word)
    with pytest.raises(DocumentError, match="not a complete Word document"):
        read(tmp_path, "a.docx", data[: int(len(data) * keep)])


def test_a_zip_that_is_no_word_document_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    for data in (buffer.getvalue(), b"plain words"):
        with pytest.raises(DocumentError, match="not a complete Word document"):
            read(tmp_path, "a.docx", data)


def test_a_document_with_broken_xml_is_refused(tmp_path: Path) -> None:
    word = docx.Document()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bytes_of(word))) as whole, zipfile.ZipFile(buffer, "w") as broken:
        for entry in whole.namelist():
            content = whole.read(entry)
            broken.writestr(entry, content[:200] if entry == "word/document.xml" else content)
    with pytest.raises(DocumentError, match="not a complete Word document"):
        read(tmp_path, "a.docx", buffer.getvalue())


def test_an_old_or_locked_word_file_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="an old Office file, or locked") as caught:
        read(tmp_path, "a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "without a password" in caught.value.hint


def test_a_file_locked_by_a_password_is_told_from_an_old_one(tmp_path: Path) -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DocumentError, match="is locked by a password") as caught:
        read(tmp_path, "a.docx", locked)
    assert caught.value.code == "locked_office"


def test_an_empty_document_has_no_readable_text(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no readable text"):
        read(tmp_path, "a.docx", bytes_of(docx.Document()))
