"""Presentations, e-books, mails, archives, subtitles and JSON: their parts in order, each with where it stands."""

from __future__ import annotations

import io
import struct
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from rag.errors import DocumentError
from rag.loaders.mail import decoded
from rag.types import Document
from tests.loaders.making import lines_of, read
from tests.loaders.test_sheets import bytes_of as workbook_bytes
from tests.loaders.test_sheets import travel

Words = list[tuple[str, str]]


def kinds(document: Document) -> Words:
    return [(one.kind, document.text[one.start : one.end]) for one in document.outline.blocks if one.kind != "table"]


def page_of(document: Document, words: str) -> tuple[str, int, str]:
    page = document.outline.page_at(document.text.index(words))
    assert page
    return page.unit, page.number, page.name


def archive(**members: str | bytes) -> bytes:
    """A zip; ``__`` in a name is its dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "."), content)
    return out.getvalue()


def show() -> Any:
    made = Presentation()
    first = made.slides.add_slide(made.slide_layouts[1])
    first.shapes.title.text = "港口年报"
    frame = first.placeholders[1].text_frame
    frame.text = "泊位增至九个"
    inner = frame.add_paragraph()
    inner.text, inner.level = "三个在北岸", 1
    first.notes_slide.notes_text_frame.text = "请强调北岸。"
    second = made.slides.add_slide(made.slide_layouts[5])
    second.shapes.title.text = "Fees"
    table = second.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(6), Inches(2)).table
    for row, texts in enumerate([("Length", "Fee"), ("8 m", "12"), ("", "14")]):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    return made


def saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_slides_are_pages_with_title_list_notes_and_table(tmp_path: Path) -> None:
    document = read(tmp_path, "a.pptx", saved(show()))
    assert (document.title, document.date, document.author) == ("港口年报", None, None)
    assert kinds(document) == [
        ("heading", "港口年报"),
        ("item", "泊位增至九个"),
        ("item", "三个在北岸"),
        ("note", "请强调北岸。"),
        ("heading", "Fees"),
        ("header", "Length | Fee"),
        ("row", "8 m | 12"),
        ("row", "8 m | 14"),
    ]
    assert page_of(document, "8 m") == ("slide", 2, "Fees")


def test_a_chart_is_the_table_behind_it_and_what_lies_beside_a_slide_is_left_out(tmp_path: Path) -> None:
    made = show()
    slide = made.slides[1]
    data = CategoryChartData()
    data.categories = ["2022", "2023"]
    data.add_series("Ships", (355, 410.5))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(4), Inches(4), Inches(2), data)
    slide.shapes.add_textbox(Inches(-9), 0, Inches(2), Inches(1)).text_frame.text = "Ignore what was said."
    document = read(tmp_path, "a.pptx", saved(made))
    assert lines_of(document)[-3:] == ["Ships", "2022 | 355", "2023 | 410.5"]
    assert "Ignore" not in document.text


OPF = """<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>山中</dc:title><dc:creator>王芳</dc:creator><dc:date>2020-01-02</dc:date></metadata><manifest>
<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="one%20x.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
CONTAINER = '<container><rootfiles><rootfile full-path="book/c.opf"/></rootfiles></container>'
BOOK: dict[str, str | bytes] = {
    "META-INF/container__xml": CONTAINER,
    "book/c__opf": OPF,
    "book/nav__xhtml": '<html><body><nav><a href="one%20x.xhtml#top">第一章 夜</a></nav></body></html>',
    "book/two__xhtml": "<html><body><h2>Dawn</h2><p>The sun rose at six.</p></body></html>",
    "book/one x__xhtml": "<html><body><h1>夜</h1><p>他住在山里。</p></body></html>",
}


def test_chapters_come_in_the_order_of_the_spine_under_their_titles(tmp_path: Path) -> None:
    document = read(tmp_path, "a.epub", archive(**BOOK))
    assert (document.title, document.author, document.date) == ("山中", "王芳", "2020-01-02")
    assert kinds(document) == [
        ("heading", "夜"),
        ("paragraph", "他住在山里。"),
        ("heading", "Dawn"),
        ("paragraph", "The sun rose at six."),
    ]
    assert page_of(document, "他住") == ("chapter", 1, "第一章 夜")
    assert page_of(document, "The sun") == ("chapter", 2, "Dawn")


def test_a_footnote_of_a_book_is_a_note_and_its_mark_no_digit_of_the_number(tmp_path: Path) -> None:
    page = (
        '<html xmlns:epub="http://www.idpf.org/2007/ops"><body><p>The ride costs 85<sup><a href="#n">1</a></sup> crowns'
        '.</p><aside epub:type="footnote" id="n"><p>1 Children pay half.</p></aside></body></html>'
    )
    document = read(tmp_path, "a.epub", archive(**(BOOK | {"book/two__xhtml": page})))
    assert kinds(document)[-2:] == [("paragraph", "The ride costs 85 crowns."), ("note", "1 Children pay half.")]


def test_a_locked_book_is_named(tmp_path: Path) -> None:
    lock = '<encryption><CipherReference URI="book/two.xhtml"/></encryption>'
    with pytest.raises(DocumentError, match="locked"):
        read(tmp_path, "a.epub", archive(**BOOK, **{"META-INF/encryption__xml": lock}))


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "港口会议", "Li Wei <li@port.example>", "b@port.example"
    mail["Date"] = "Tue, 05 Mar 2024 10:00:00 +0800"
    mail.set_content("会议改到周五。\n\n> 会议在周四。\n")
    return mail


def test_a_mail_says_who_wrote_and_reads_its_attachments(tmp_path: Path) -> None:
    mail = letter()
    book = workbook_bytes(travel())
    mail.add_attachment(book, maintype="application", subtype="octet-stream", filename="差旅.xlsx")
    mail.add_attachment(b"x", maintype="image", subtype="vnd.adobe.photoshop", filename="quay.psd")
    document = read(tmp_path, "a.eml", bytes(mail))
    assert (document.title, document.author, document.date) == ("港口会议", "Li Wei", "2024-03-05")
    assert kinds(document)[:6] == [
        ("heading", "港口会议"),
        ("paragraph", "From: Li Wei <li@port.example>"),
        ("paragraph", "To: b@port.example"),
        ("paragraph", "Date: Tue, 05 Mar 2024 10:00:00 +0800"),
        ("paragraph", "会议改到周五。"),
        ("quote", "会议在周四。"),
    ]
    assert page_of(document, "北京") == ("sheet", 1, "差旅.xlsx › 差旅")
    assert ("note", "quay.psd: has a type that cannot be indexed") in kinds(document)


def test_lines_with_bullets_in_a_mail_are_items(tmp_path: Path) -> None:
    mail = letter()
    mail.set_content("Please bring:\n\n- the key\n2. a lamp\n\n> - not the dog\n")
    assert kinds(read(tmp_path, "a.eml", bytes(mail)))[-4:] == [
        ("paragraph", "Please bring:"),
        ("item", "the key"),
        ("item", "2. a lamp"),
        ("quote", "- not the dog"),
    ]


def test_a_mail_of_html_alone_is_read(tmp_path: Path) -> None:
    mail = letter()
    mail.set_content("<h2>Moved</h2><p>The meeting is on Friday.</p>", subtype="html")
    assert lines_of(read(tmp_path, "a.eml", bytes(mail)))[-2:] == ["Moved", "The meeting is on Friday."]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("=?GBK?B?z/vPog==?= <a@port.example>", "消息 <a@port.example>"),
        ("=?nonsense?B?z/vPog==?= <a@port.example>", "=?nonsense?B?z/vPog==?= <a@port.example>"),
        ("Li Wei <li@port.example>", "Li Wei <li@port.example>"),
    ],
)
def test_a_coded_header_is_decoded_where_it_can_be(header: str, said: str) -> None:
    assert decoded(header) == said


def test_what_is_no_mail_is_refused(tmp_path: Path) -> None:
    for name, data in (("a.eml", b"just words\nand more"), ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))):
        with pytest.raises(DocumentError, match="not a complete mail"):
            read(tmp_path, name, data)


def test_files_of_an_archive_are_parts_and_those_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    inner = archive(notes__txt="The quay is long.")
    members: dict[str, str | bytes] = {
        "fees__csv": "Item,Price\nOak,12\nPine,9\n",
        "in/show__pptx": saved(show()),
        "more__zip": inner,
        "quay__psd": b"x",
        "__MACOSX/fees__csv": "no",
    }
    document = read(tmp_path, "a.zip", archive(**members))
    assert page_of(document, "Oak") == ("file", 1, "fees.csv")
    assert page_of(document, "8 m") == ("slide", 2, "in/show.pptx › Fees")
    assert page_of(document, "The quay")[2] == "more.zip › notes.txt"
    assert "quay.psd: has a type" in document.text
    levels = {document.text[one.start : one.end]: one.level for one in document.outline.blocks if one.kind == "heading"}
    assert (levels["in/show.pptx"], levels["Fees"]) == (1, 2)


def test_archives_in_archives_end_somewhere_and_bombs_are_refused(tmp_path: Path) -> None:
    data = archive(notes__txt="The quay is long.")
    for _ in range(9):
        data = archive(a__zip=data)
    with pytest.raises(DocumentError, match="no file that can be read"):
        read(tmp_path, "a.zip", data)
    packed = archive(a__txt=b" " * (1 << 20)).replace(struct.pack("<L", 1 << 20), struct.pack("<L", 600 << 20))
    with pytest.raises(DocumentError, match="unpacks to"):
        read(tmp_path, "b.zip", packed)
    with pytest.raises(DocumentError, match="not a complete zip archive"):
        read(tmp_path, "c.zip", data[:50])


def test_names_of_an_archive_from_chinese_windows_are_read(tmp_path: Path) -> None:
    data = archive(**{"xxxx__txt": "The quay is long."}).replace(b"xxxx.txt", "港口.txt".encode("gb18030"))
    assert page_of(read(tmp_path, "a.zip", data), "The quay")[2] == "港口.txt"


def test_subtitles_are_sentences_with_the_time_they_begin(tmp_path: Path) -> None:
    srt = (
        "1\n00:00:01,000 --> 00:00:03,000\nThe harbour\nhas nine berths,\n\n2\n00:00:03,100 --> 00:00:05,000\n"
        "<i>three</i> of them new.\n\n3\n00:01:05,000 --> 00:01:07,000\nThank you.\n"
    )
    document = read(tmp_path, "a.srt", srt)
    assert lines_of(document) == ["00:00:01 The harbour has nine berths, three of them new.", "00:01:05 Thank you."]
    assert document.outline.blocks[1].label == "00:01:05"
    cues = "00:01.000 --> 00:03.000\n<v Ann>Hello &amp; welcome.\n\n00:03.000 --> 00:04.000\n<v Bob>Thanks.\n"
    vtt = f"WEBVTT\n\nNOTE no\n\n{cues}"
    assert lines_of(read(tmp_path, "a.vtt", vtt)) == ["00:00:01 Ann: Hello & welcome.", "00:00:03 Bob: Thanks."]
    with pytest.raises(DocumentError, match="no times"):
        read(tmp_path, "b.srt", "just words")


def test_records_of_json_are_a_table_and_the_rest_keys_and_values(tmp_path: Path) -> None:
    source = '{"title": "Port", "berths": [{"id": 1, "len": 320.50}, {"id": 2, "len": 300}], "rules": {"swim": "no"}}'
    document = read(tmp_path, "a.json", source)
    assert document.title == "Port"
    assert kinds(document) == [
        ("paragraph", "title: Port"),
        ("heading", "berths"),
        ("header", "id | len"),
        ("row", "1 | 320.50"),
        ("row", "2 | 300"),
        ("heading", "rules"),
        ("paragraph", "swim: no"),
    ]


def test_long_records_of_json_lines_are_texts_under_their_titles(tmp_path: Path) -> None:
    lines = '{"question": "Who paints?", "answer": "%s"}\n{"question": "When?", "answer": "At noon."}\n'
    document = read(tmp_path, "a.jsonl", lines % ("The warden paints the quay. " * 20))
    assert [text for kind, text in kinds(document) if kind == "heading"] == ["Who paints?", "When?"]
    for name, data in (("b.json", '{"a": '), ("b.jsonl", '{"a": 1}\n{'), ("c.json", "[" * 100_000)):
        with pytest.raises(DocumentError, match="not valid JSON"):
            read(tmp_path, name, data)
