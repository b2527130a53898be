"""The page itself: languages, themes, sizes, keyboard, screen readers, and what must not become markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Site, violations
from ui.shots import ask, show_source

Visit = Callable[..., Any]

HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>${window.hacked=1}{{hacked}}"


def wide(page: Any) -> int:
    """How many pixels stick out to the right."""
    return int(
        page.evaluate("""() => Math.max(...[...document.querySelectorAll('.yj-shell *')]
        .filter(one => one.checkVisibility() && !one.closest('.yj-grid, .yj-mini, .yj-unseen, .yj-skip, .yj-card'))
        .map(one => one.getBoundingClientRect().right)) - innerWidth""")
    )


def test_the_language_follows_the_browser_can_be_switched_and_is_remembered(visit: Visit) -> None:
    page = visit(language="zh-TW")
    page.get_by_text("想从文档里查什么？").wait_for()
    ask(page, "How much does a ferry ticket to Macao cost?")
    page.click("[data-act=language]")
    page.get_by_text("The nearest passages are").wait_for()
    assert page.get_attribute("#yj-question", "placeholder") == "Ask in Chinese or English…"
    page.reload()
    page.get_by_role("button", name="New conversation").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.long
def test_dark_follows_the_system_and_can_be_chosen(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    colour = "getComputedStyle(document.querySelector('.yj-shell')).backgroundColor"
    assert page.evaluate(colour) == "rgb(22, 24, 27)"
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("dialog").get_by_label("Light").check()
    assert page.evaluate(colour) == "rgb(248, 246, 241)"


@pytest.mark.long
def test_at_390_pixels_nothing_sticks_out_and_evidence_is_a_sheet(visit: Visit) -> None:
    page = visit(language="zh-CN")
    page.set_viewport_size({"width": 390, "height": 844})
    assert wide(page) <= 0
    ask(page, "When did HKAI LAB start operating?")
    assert wide(page) <= 0
    show_source(page)
    assert wide(page) <= 0
    sheet = page.get_by_role("dialog", name="出处")
    assert page.locator(".yj-page").evaluate("one => one.inert")
    assert violations(page) == []
    sheet.get_by_role("button", name="关闭").click()
    sheet.wait_for(state="hidden")
    page.get_by_role("button", name="文档与对话").click()
    page.locator(".yj-row").first.wait_for()
    assert violations(page) == []
    assert wide(page) <= 0
    assert page.locator(".yj-row").first.evaluate("one => one.offsetHeight") == 44


@pytest.mark.parametrize(("width", "theme"), [(1024, "light"), pytest.param(1440, "dark", marks=pytest.mark.long)])
def test_opening_evidence_moves_nothing_that_is_read_and_covers_no_composer(
    visit: Visit, width: int, theme: str
) -> None:
    page = visit(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "Which checkpoint was the forum held near?")
    page.get_by_role("button", name="Close", exact=True).click()
    before = [page.locator(one).bounding_box() for one in (".yj-answer", ".yj-composer")]
    show_source(page)
    assert [page.locator(one).bounding_box() for one in (".yj-answer", ".yj-composer")] == before
    panel = page.locator(".yj-panel").bounding_box()
    assert panel["x"] >= before[1]["x"] + before[1]["width"]
    page.get_by_role("separator", name="Width of the evidence pane").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".yj-panel").bounding_box()["width"] > panel["width"]


@pytest.mark.long
def test_the_address_brings_back_a_place_in_a_document(visit: Visit) -> None:
    page = visit()
    ask(page, "Which checkpoint was the forum held near?")
    show_source(page)
    mark = page.locator(".yj-panel mark").inner_text()
    address = page.url
    assert "doc=cross-border-data-forum.txt" in address
    other = visit(address.replace("#c=", "#none="))
    other.locator(".yj-panel mark", has_text=mark).wait_for()
    page.get_by_role("button", name="Close", exact=True).click()
    page.go_back()
    page.locator(".yj-panel mark", has_text=mark).wait_for()
    page.reload()
    page.locator(".yj-panel mark", has_text=mark).wait_for()
    page.locator("article .yj-tools").wait_for()


def test_the_keyboard_alone_asks_opens_a_source_and_comes_back(visit: Visit) -> None:
    page = visit()
    assert page.evaluate("document.activeElement.id") == "yj-question"
    page.keyboard.type("Which checkpoint was the forum held near?")
    page.keyboard.press("Enter")
    page.locator("article .yj-tools").wait_for()
    page.locator(".yj-chip").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.closest('.yj-panel') !== null")
    page.locator(".yj-panel mark").wait_for()
    page.get_by_role("button", name="Find in the document").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.get_by_role("searchbox", name="Find in the document").wait_for(state="hidden")
    page.keyboard.press("Escape")
    page.locator(".yj-panel .yj-idle").wait_for()
    assert page.evaluate("document.activeElement.className") == "yj-chip"


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_serious(visit: Visit, theme: str) -> None:
    page = visit(color_scheme=theme)
    assert violations(page) == []
    ask(page, "When did HKAI LAB start operating?")
    ask(page, "How much does a ferry ticket to Macao cost?")
    page.locator(".yj-chip").first.click()
    page.locator(".yj-panel mark", has_text="2018").wait_for()
    assert violations(page) == []
    page.get_by_role("tab", name="Conversations").click()
    assert violations(page) == []


def test_nothing_asked_or_told_becomes_markup(visit: Visit, workshop: Site) -> None:
    page = visit(workshop.url)
    text = f"---\ntitle: '{HOSTILE}'\nauthor: '{HOSTILE}'\nsource: javascript:window.hacked=1\n---\n\n"
    text += f"The Zephyr bridge opened in 1931 {HOSTILE} [x](javascript:window.hacked=1).\n"
    name = "<img src=x onerror=window.hacked=1>.md"
    page.set_input_files(".yj-add input", [{"name": name, "mimeType": "text/plain", "buffer": text.encode()}])
    page.locator(".yj-uploads [data-is=indexed]").wait_for()
    page.locator(".yj-row", has_text="onerror").get_by_role("button").click()
    page.locator(".yj-panel .yj-text").wait_for()
    ask(page, f"When did the Zephyr bridge open? {HOSTILE}")
    ask(page, "When did the Zephyr bridge open?")
    page.locator("article").last.locator(".yj-chip, .yj-place").first.click()
    page.locator(".yj-panel mark").first.wait_for()
    page.reload()
    page.locator("article .yj-tools").nth(1).wait_for()
    assert page.evaluate("window.hacked") is None
    assert page.locator(".yj-shell :is(img, script, a[href^='javascript'])").count() == 0
    assert "<script>" in page.locator(".yj-transcript").inner_text()


@pytest.mark.long
def test_a_conversation_is_printed_whole_with_ink_on_white(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    ask(page, "Which checkpoint was the forum held near?")
    page.emulate_media(media="print")
    colours = "one => [getComputedStyle(one).color, getComputedStyle(document.body).backgroundColor]"
    assert page.locator(".yj-answer").evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.locator(".yj-answer").is_visible()
    for hidden in (".yj-composer", ".yj-bar", ".yj-side", ".yj-panel", ".yj-tools"):
        assert page.locator(hidden).first.is_hidden()
