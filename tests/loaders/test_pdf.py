"""PDF files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfWriter

from rag.errors import DocumentError
from tests.loaders.making import lines_of, pdf_of, read

ENGLISH = [
    "Harbour report",
    "In May the port received a record number of ships, and the har-",
    "bour office hired forty more pilots. The new berth will open in",
    "the first quarter of next year.",
    "The council will vote on the plan in July, and the mayor has not",
    "yet said how.",
]
CHINESE = [
    "港口五月报告",
    "河湾港五月份迎来四百一十二艘货船，比去年同月多出三成，码头工人说这是",
    "十年来最忙的一个春天，新泊位将在明年第一季度启用。",
    "届时每天可以多停靠六艘。",
]


def test_broken_lines_and_words_are_made_whole(tmp_path: Path) -> None:
    assert lines_of(read(tmp_path, "a.pdf", pdf_of([ENGLISH]))) == [
        "Harbour report",
        "In May the port received a record number of ships, and the harbour office hired forty more pilots. The"
        " new berth will open in the first quarter of next year.",
        "The council will vote on the plan in July, and the mayor has not yet said how.",
    ]


def test_chinese_lines_are_joined_without_a_space(tmp_path: Path) -> None:
    document = read(tmp_path, "a.pdf", pdf_of([CHINESE]))
    assert document.language == "zh"
    assert document.title == "港口五月报告"
    assert lines_of(document) == [
        "港口五月报告",
        "河湾港五月份迎来四百一十二艘货船，比去年同月多出三成，码头工人说这是十年来最忙的一个春天，新泊位将在明年第一季度启用。",
        "届时每天可以多停靠六艘。",
    ]


def test_spaces_between_all_chinese_characters_are_closed_up(tmp_path: Path) -> None:
    assert (
        read(tmp_path, "a.pdf", pdf_of([["河 湾 港 五 月 份 迎 来 四 百 艘 货 船 。"]])).text
        == "河湾港五月份迎来四百艘货船。"
    )


def test_page_numbers_are_dropped_and_running_heads_kept_once(tmp_path: Path) -> None:
    months = ["April", "May", "June", "July"]
    pages = [
        [
            f"{i} Bay Port Annual Report",
            f"In {month} the port received more ships than ever.",
            f"{month} was dry.",
            f"Page {i} of 4",
        ]
        for i, month in enumerate(months, 1)
    ]
    text = read(tmp_path, "a.pdf", pdf_of(pages)).text
    assert text.count("Bay Port Annual Report") == 1
    assert text.startswith("1 Bay Port Annual Report")
    assert "Page" not in text
    assert all(f"{month} was dry." in text for month in months)


def test_a_sentence_goes_on_over_the_page(tmp_path: Path) -> None:
    pages = [["The council will vote on the plan in July, and the mayor has not", "1"], ["yet said how.", "2"]]
    assert (
        read(tmp_path, "a.pdf", pdf_of(pages)).text
        == "The council will vote on the plan in July, and the mayor has not yet said how."
    )


def test_document_properties_name_title_author_and_date(tmp_path: Path) -> None:
    properties = {"/Title": "May at the port", "/Author": "Ann Lee", "/CreationDate": "D:20210603093000+08'00'"}
    document = read(tmp_path, "a.pdf", pdf_of([ENGLISH], properties))
    assert (document.title, document.author, document.date) == ("May at the port", "Ann Lee", "2021-06-03")


def test_properties_that_a_program_filled_in_are_not_believed(tmp_path: Path) -> None:
    document = read(
        tmp_path, "a.pdf", pdf_of([ENGLISH], {"/Title": "Microsoft Word - report3.docx", "/Author": "user01"})
    )
    assert (document.title, document.author, document.date) == ("Harbour report", None, None)


@pytest.mark.parametrize("title", ["r.html", "about:blank", "Untitled", "https://example.org/r", "演示文稿.pptx"])
def test_the_first_heading_is_believed_over_a_title_that_a_program_made(tmp_path: Path, title: str) -> None:
    sized = pdf_of([[*ENGLISH]], {"/Title": title}, sizes={0: 18})
    assert read(tmp_path, "a.pdf", sized).title == "Harbour report"


def test_a_pdf_locked_for_printing_only_is_read(tmp_path: Path) -> None:
    assert "forty more pilots" in read(tmp_path, "a.pdf", pdf_of([ENGLISH], password="")).text


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_a_truncated_pdf_is_read_or_refused_in_words(tmp_path: Path, keep: float) -> None:
    data = pdf_of([ENGLISH] * 3)
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, "a.pdf", data[: int(len(data) * keep)])
    assert "cut off or damaged" in caught.value.reason or "no text layer" in caught.value.reason
    assert caught.value.hint


def test_a_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="locked by a password"):
        read(tmp_path, "a.pdf", pdf_of([ENGLISH], password="secret"))


def test_a_scanned_pdf_is_refused_with_advice_about_ocr(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(DocumentError, match="no text layer") as caught:
        read(tmp_path, "a.pdf", buffer.getvalue())
    assert "OCR" in caught.value.hint


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"not a pdf at all", bytes(500), "中文".encode() * 50])
def test_a_file_that_is_no_pdf_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"a\.pdf: is not a complete PDF"):
        read(tmp_path, "a.pdf", data)
