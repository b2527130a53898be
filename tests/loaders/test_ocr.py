"""Pictures and scanned PDFs."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter, Transformation

from eval.bench.scans import font, picture, scan, scanned_pdf
from rag.errors import DocumentError, NothingToRead
from rag.indexing.preparing import PICTURES, ChunkingConfig, prepare, without_pictures
from rag.loaders import SourceFile, content_hash, image, pdf
from rag.types import Document, DocumentInfo
from tests.loaders.making import lines_of, pdf_of, read

here = importlib.util.find_spec("rapidocr") is not None
reads = pytest.mark.skipif(not here or font() is None, reason="needs yinju[ocr] and a Chinese font")
LINES = ["港口值班守则", "交班前须把油位记入蓝色簿册。", "The gate closes at 22:00 every day."]
SMALL = (1200, 420)


@reads
def test_a_picture_is_read_in_both_languages_and_marked(tmp_path: Path) -> None:
    document = read(tmp_path, "a.png", picture(scan(LINES, SMALL)))
    assert "交班前须把油位记入蓝色簿册" in document.text
    assert "The gate closes at 22:00 every day" in document.text
    assert all(page.by_machine for page in document.outline.pages)
    boxes = document.outline.boxes_of(document.text.index("22:00"), document.text.index("22:00") + 5)
    assert [box.page for box in boxes] == [1]
    assert 40 < boxes[0].left < boxes[0].right < 432


@reads
@pytest.mark.parametrize("degrees", [90, 180, 270, 3])
def test_a_page_that_lies_on_its_side_is_read(tmp_path: Path, degrees: float) -> None:
    text = read(tmp_path, "a.png", picture(scan(LINES, SMALL, degrees))).text
    assert text.index("交班前须把油位记入蓝色簿册") < text.index("The gate closes at 22:00")


def with_picture(pages: int = 1) -> bytes:
    """A PDF with a line of text on every page, and a picture of lines below that of the last one."""
    text = pdf_of([[f"Office {page} opens at nine."] for page in "ABC"[:pages]])
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(text)))
    picture = PdfReader(io.BytesIO(scanned_pdf([scan(LINES, SMALL)]))).pages[0]
    writer.pages[-1].merge_transformed_page(picture, Transformation().translate(60, 400))
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@reads
def test_a_picture_beside_text_is_read_and_only_its_words_are_marked(tmp_path: Path) -> None:
    document = read(tmp_path, "a.pdf", with_picture(2))
    marked = {line: document.outline.page_at(document.text.index(line)) for line in ("Office B", "油位")}
    assert [page and page.by_machine for page in marked.values()] == [False, True]
    assert document.outline.page_at(document.text.index("油位")).number == 2  # type: ignore[union-attr]
    assert document.unread == ()
    (box,) = document.outline.boxes_of(document.text.index("油位"), document.text.index("油位") + 2)
    assert 60 < box.left < box.right < 500
    assert 842 - 400 - 152 < box.top < box.bottom < 842 - 400


def test_a_picture_beside_text_that_is_not_read_is_told_with_its_page_and_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.loaders.ocr.find_spec", lambda name: None)
    extract = pdf.parse(with_picture(3), "a.pdf")
    assert len(extract.lines) == 3
    assert extract.unread == (3,)
    told = without_pictures(Document("a.pdf", extract.text, "a", "en", "", unread=extract.unread))
    assert (told.path, told.reason) == ("a.pdf", "pictures on page 3 were not read; they may show text")
    assert told.hint == "pip install 'yinju[ocr]', then index it again"


@pytest.mark.parametrize("installed", [True, False])
def test_a_file_whose_pictures_wait_is_read_again_once_they_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    (tmp_path / "a.txt").write_text("The office opens at nine.")
    file, recipe = SourceFile(tmp_path / "a.txt", "a.txt"), ChunkingConfig("1", 400, 0)
    known = DocumentInfo("a.txt", "a", None, None, None, "en", content_hash(file), "", f"{recipe}{PICTURES}", 1, "")
    monkeypatch.setattr("rag.loaders.ocr.find_spec", lambda name: object() if installed else None)
    assert (prepare(file, known, recipe).document is None) == (not installed)


@reads
def test_only_the_scanned_page_of_a_pdf_is_read_by_machine(tmp_path: Path) -> None:
    writer = PdfWriter()
    for data in (pdf_of([["The office opens at nine."]]), scanned_pdf([scan(LINES, SMALL)])):
        writer.append(PdfReader(io.BytesIO(data)))
    buffer = io.BytesIO()
    writer.write(buffer)
    document = read(tmp_path, "a.pdf", buffer.getvalue())
    assert [page.by_machine for page in document.outline.pages] == [False, True]
    assert document.outline.page_at(document.text.index("油位")).number == 2  # type: ignore[union-attr]
    assert lines_of(document)[0] == "The office opens at nine."


@reads
def test_a_picture_without_words_says_so(tmp_path: Path) -> None:
    with pytest.raises((NothingToRead, DocumentError)):
        read(tmp_path, "a.png", picture(scan([], (300, 200))))


@reads
@pytest.mark.parametrize("kind", ["jpg", "webp", "tiff"])
def test_a_damaged_picture_is_named(tmp_path: Path, kind: str) -> None:
    with pytest.raises(DocumentError, match="not a complete picture"):
        read(tmp_path, f"a.{kind}", b"no picture at all")


def test_without_the_packages_the_command_that_installs_them_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.loaders.ocr.find_spec", lambda name: None)
    with pytest.raises(DocumentError) as caught:
        image.parse(b"", "a.png")
    assert caught.value.code == "needs_ocr"
    assert caught.value.hint == "pip install 'yinju[ocr]'"
