"""The picture of a PDF's page in the evidence pane, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Rag, Settings
from tests.browser.conftest import Site, violations

MADE = Path(__file__).parents[1] / "loaders" / "makers"


@pytest.fixture(scope="module")
def archive(use_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    from ui.serving import Address, launch

    folder = tmp_path_factory.mktemp("sheets")
    (folder / "guide.pdf").write_bytes((MADE / "typst.pdf").read_bytes())
    rag = Rag(Settings(index=folder / "index"))
    rag.index([folder / "guide.pdf"])
    served = launch(rag, Address(port=0), block=False)
    yield Site(served.local_url, folder)
    served.close(verbose=False)


@pytest.mark.parametrize("language", ["en-US", pytest.param("zh-CN", marks=pytest.mark.long)])
def test_a_quote_of_a_pdf_is_boxed_on_its_page(visit: Callable[..., Any], archive: Site, language: str) -> None:
    page = visit(archive.url, language)
    page.locator("#yj-question").fill("How high is the deposit for a boat?")
    page.keyboard.press("Enter")
    paper = page.locator(".yj-paper")
    page.wait_for_function("document.querySelector('.yj-paper img')?.naturalWidth > 600")
    boxes = paper.locator(".yj-box")
    assert boxes.count() == 1
    box, whole = boxes.bounding_box(), paper.bounding_box()
    assert whole["x"] < box["x"]
    assert box["x"] + box["width"] < whole["x"] + whole["width"]
    assert box["y"] > page.locator(".yj-scrolled").bounding_box()["y"]  # it is in view
    assert page.get_by_role("img", name={"en-US": "Page 1 of 1", "zh-CN": "第 1 页，共 1 页"}[language]).is_visible()
    assert violations(page) == []
    larger = page.get_by_role("button", name={"en-US": "Larger", "zh-CN": "放大"}[language])
    larger.click()
    assert paper.bounding_box()["width"] > 2 * whole["width"]
    shown = page.get_by_role("button", name={"en-US": "Picture of the page", "zh-CN": "页面图像"}[language])
    shown.click()
    assert paper.count() == 0
    assert "45 euros" in page.locator(".yj-text mark").inner_text()


@pytest.mark.long
def test_a_pdf_that_was_moved_is_shown_as_text_with_a_word_why(visit: Callable[..., Any], archive: Site) -> None:
    file = archive.index / "guide.pdf"
    kept = file.read_bytes()
    file.unlink()
    try:
        page = visit(archive.url)
        page.locator("#yj-question").fill("How high is the deposit for a boat?")
        page.keyboard.press("Enter")
        assert "no longer where it was read" in page.locator(".yj-sheet.yj-notice").inner_text()
        assert "45 euros" in page.locator(".yj-text mark").inner_text()
    finally:
        file.write_bytes(kept)
