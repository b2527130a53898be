"""The picture of a PDF's page in the evidence pane, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Rag, Settings
from rag.models.embedders import HashEmbedder
from tests.browser.conftest import Site, violations
from ui.shots import ask

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
    with page.expect_download() as saved:
        page.locator(".yj-facts button").click()
    assert saved.value.suggested_filename == "guide.pdf"
    assert saved.value.path().read_bytes() == (MADE / "typst.pdf").read_bytes()
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


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page over a PDF of a thousand pages, and a text of a million characters."""
    from reportlab.pdfgen.canvas import Canvas

    from ui.serving import Address, launch

    folder = tmp_path_factory.mktemp("atlas")
    canvas = Canvas(str(folder / "atlas.pdf"), pagesize=(420, 595))
    for number in range(1, 1001):
        canvas.drawString(50, 530, f"Lamp {number} burns {number * 3} hours on a tank of oil.")
        if number == 900:
            canvas.drawString(50, 500, "The quokka beacon was painted turquoise in 1931.")
        canvas.showPage()
    canvas.save()
    lines = [f"Entry {number} of the log speaks of wind and of weather." for number in range(20_000)]
    lines[18_000] = "The wombat lighthouse was sold to a baker in 1954."
    (folder / "log.txt").write_text("\n".join(lines), "utf-8")
    settings = Settings(index=folder / "index", generator="extractive", risk=1.0)
    rag = Rag(settings, embedder=HashEmbedder())
    rag.index([folder / "atlas.pdf", folder / "log.txt"])
    served = launch(rag, Address(port=0), block=False)
    yield Site(served.local_url, folder)
    served.close(verbose=False)


def text_positions(page: Any) -> list[int]:
    return list(page.evaluate("[...document.querySelectorAll('.yj-text [data-at]')].map(one => +one.dataset.at)"))


def scroll(page: Any, to: str) -> None:
    """Scroll the evidence to an end of what is there, and wait until more of the document is."""
    before = len(text_positions(page))
    page.locator(".yj-scrolled").evaluate(f"one => one.scrollTop = {to}")
    page.wait_for_function(f"document.querySelectorAll('.yj-text [data-at]').length > {before}")


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 1440])
def test_a_pdf_of_a_thousand_pages_opens_at_page_900_and_is_read_on_by_scrolling(
    visit: Callable[..., Any], atlas: Site, width: int
) -> None:
    page = visit(atlas.url)
    page.set_viewport_size({"width": width, "height": 844})
    ask(page, "When was the quokka beacon painted turquoise?")
    page.locator(".yj-answer .yj-chip").first.click()
    page.get_by_role("img", name="Page 900 of 1000").wait_for()
    page.wait_for_function("document.querySelector('.yj-paper img')?.naturalWidth > 600")
    pane, box = page.locator(".yj-scrolled").bounding_box(), page.locator(".yj-box").bounding_box()
    assert pane["y"] < box["y"] < pane["y"] + pane["height"]
    assert "turquoise" in page.locator(".yj-text mark").inner_text()
    assert len(text_positions(page)) < 400
    page.get_by_role("button", name="Next page").click()
    page.get_by_role("img", name="Page 901 of 1000").wait_for()
    for end, leaf in (("one.scrollHeight", "page 1000"), ("0", "page 500")):
        while not page.locator(".yj-leaf", has_text=leaf).count():
            scroll(page, end)
    assert text_positions(page) == sorted(text_positions(page))
    page.get_by_role("button", name="Outline").click()
    page.locator(".yj-outline button", has_text="12").first.click()
    page.get_by_role("img", name="Page 12 of 1000").wait_for()


@pytest.mark.long
def test_a_text_of_a_million_characters_opens_at_a_citation_and_is_read_on_by_scrolling(
    visit: Callable[..., Any], atlas: Site
) -> None:
    page = visit(atlas.url)
    ask(page, "When was the wombat lighthouse sold to a baker?")
    page.locator(".yj-panel mark", has_text="wombat").wait_for()
    first = text_positions(page)
    assert len(first) < 1000
    for end in ("0", "one.scrollHeight", "0"):
        scroll(page, end)
    read = text_positions(page)
    assert read[0] < first[0]
    assert read[-1] > first[-1]
    assert read == sorted(set(read))
