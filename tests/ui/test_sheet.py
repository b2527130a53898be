"""Pictures of pages: painted from the file that was read, with the words in their boxes, or refused with the reason."""

from __future__ import annotations

import hashlib
import io
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag import Document, DocumentError, original, page_image
from rag.loaders import SourceFile, load
from ui.sheet import layout

Image = pytest.importorskip("PIL.Image", reason="pictures of pages need pip install 'yinju[ui]'")

MADE = Path(__file__).parents[1] / "loaders" / "makers"


@pytest.fixture
def guide(tmp_path: Path) -> Document:
    file = shutil.copy(MADE / "chromium.pdf", tmp_path)
    return load(SourceFile(Path(file), "chromium.pdf"))


def test_a_page_is_painted_with_its_shape(guide: Document) -> None:
    page = Image.open(io.BytesIO(page_image(guide, 1)))
    (known,) = guide.outline.pages
    assert page.format == "WEBP"
    assert page.width / page.height == pytest.approx(known.width / known.height, rel=0.01)


def test_the_boxes_of_words_lie_on_ink(guide: Document) -> None:
    at = guide.text.find("Leaves a deposit of 45 euros")
    found = layout(guide, at, at + 10)
    assert found
    assert (found["number"], found["of"], len(found["boxes"])) == (1, 1, 1)
    page = Image.open(io.BytesIO(page_image(guide, 1))).convert("L")
    left, top, width, height = found["boxes"][0]
    inside = page.crop(tuple(round(side) for side in _dots(page, left, top, width, height)))
    above = page.crop(tuple(round(side) for side in _dots(page, left, 0, width, 1)))
    assert min(inside.tobytes()) < 100
    assert min(above.tobytes()) > 200


def _dots(page: Any, left: float, top: float, width: float, height: float) -> tuple[float, ...]:
    across, down = page.width / 100, page.height / 100
    return left * across, top * down, (left + width) * across, (top + height) * down


def test_a_file_that_changed_or_is_gone_has_no_pictures(guide: Document) -> None:
    file = Path(guide.file)
    file.write_bytes(file.read_bytes() + b"%")
    with pytest.raises(DocumentError, match="has changed") as caught:
        page_image(guide, 1)
    assert caught.value.code == "original_changed"
    file.unlink()
    with pytest.raises(DocumentError, match="no longer") as caught:
        page_image(guide, 1)
    assert caught.value.code == "original_gone"


def test_the_original_is_the_file_that_was_read_or_nothing(guide: Document) -> None:
    file = Path(guide.file)
    assert original(guide) == (MADE / "chromium.pdf").read_bytes()
    file.write_bytes(file.read_bytes() + b"%")
    with pytest.raises(DocumentError, match="has changed"):
        original(guide)


def test_what_has_no_page_is_refused(guide: Document, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="has no page 9"):
        page_image(guide, 9)
    plain = tmp_path / "a.txt"
    plain.write_text("The jetty is closed in winter.\n")
    document = load(SourceFile(plain, "a.txt"))
    assert layout(document, 0, 3) is None
    with pytest.raises(DocumentError, match="no pages"):
        page_image(document, 1)


def test_a_damaged_file_is_painted_apart_and_named(tmp_path: Path, guide: Document) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing more")
    document = replace(guide, file=str(broken), content_hash=hashlib.sha256(broken.read_bytes()).hexdigest())
    with pytest.raises(DocumentError, match="could not be painted"):
        page_image(document, 1)
