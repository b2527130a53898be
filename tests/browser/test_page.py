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
        .filter(one => one.checkVisibility() && !one.closest('.yj-table, .yj-unseen, .yj-tip, .yj-skip'))
        .map(one => one.getBoundingClientRect().right)) - innerWidth""")
    )


def test_the_language_follows_the_browser_can_be_switched_and_is_remembered(visit: Visit) -> None:
    page = visit(language="zh-TW")
    page.get_by_text("想从文档里查什么？").wait_for()
    ask(page, "How much does a ferry ticket to Macao cost?")
    page.click("[data-act=language]")
    page.get_by_text("Nearest passages").wait_for()
    assert page.get_attribute("#yj-question", "placeholder") == "Ask in Chinese or English…"
    page.reload()
    page.get_by_role("button", name="New conversation").first.wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_dark_follows_the_system_and_can_be_switched(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.querySelector('.yj-shell')).backgroundColor")
    page.click("[data-act=theme]")
    light = page.evaluate("getComputedStyle(document.querySelector('.yj-shell')).backgroundColor")
    assert dark == "rgb(22, 24, 27)"
    assert light == "rgb(248, 246, 241)"


def test_at_390_pixels_nothing_sticks_out(visit: Visit) -> None:
    page = visit(language="zh-CN")
    page.set_viewport_size({"width": 390, "height": 844})
    assert wide(page) <= 0
    ask(page, "When did HKAI LAB start operating?")
    page.locator(".yj-compare summary").click()
    assert wide(page) <= 0
    show_source(page)
    assert wide(page) <= 0
    page.click(".yj-panel [data-act=close]")
    page.click("[data-act=menu]")
    page.locator(".yj-conversations [data-act=new]").wait_for()
    page.click("[data-page=documents]")
    page.locator("tbody tr").first.wait_for()
    assert wide(page) <= 0


def test_the_keyboard_alone_asks_opens_a_source_and_comes_back(visit: Visit) -> None:
    page = visit()
    assert page.evaluate("document.activeElement.id") == "yj-question"
    page.keyboard.type("Which checkpoint was the forum held near?")
    page.keyboard.press("Enter")
    page.locator("article .yj-tools").wait_for()
    page.locator(".yj-chip").focus()
    page.keyboard.press("Enter")
    page.locator(".yj-panel mark").wait_for()
    assert page.evaluate("document.activeElement.closest('.yj-panel') !== null")
    page.keyboard.press("Escape")
    page.locator(".yj-panel").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "yj-chip"


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_serious(visit: Visit, theme: str) -> None:
    page = visit(color_scheme=theme)
    assert violations(page) == []
    ask(page, "When did HKAI LAB start operating?")
    page.locator(".yj-compare summary").click()
    ask(page, "How much does a ferry ticket to Macao cost?")
    page.locator(".yj-chip").first.click()
    page.locator(".yj-panel mark").wait_for()
    assert violations(page) == []
    page.click("[data-page=documents]")
    page.locator("tbody tr").first.wait_for()
    assert violations(page) == []


def test_nothing_asked_or_told_becomes_markup(visit: Visit, workshop: Site) -> None:
    page = visit(workshop.url)
    page.click("[data-page=documents]")
    text = f"---\ntitle: '{HOSTILE}'\nauthor: '{HOSTILE}'\nsource: javascript:window.hacked=1\n---\n\n"
    text += f"The Zephyr bridge opened in 1931 {HOSTILE} [x](javascript:window.hacked=1).\n"
    name = "<img src=x onerror=window.hacked=1>.md"
    page.set_input_files(".yj-drop input", [{"name": name, "mimeType": "text/plain", "buffer": text.encode()}])
    page.locator(".yj-uploads [data-is=indexed]").wait_for()
    page.locator("tbody tr", has_text="onerror").locator("[data-act=view]").click()
    page.locator(".yj-panel .yj-text").wait_for()
    page.click("nav [data-page=chat]")
    ask(page, f"When did the Zephyr bridge open? {HOSTILE}")
    ask(page, "When did the Zephyr bridge open?")
    page.locator("article").last.locator(".yj-place").first.click()
    page.locator(".yj-panel mark").first.wait_for()
    page.reload()
    page.locator("article .yj-tools").nth(1).wait_for()
    assert page.evaluate("window.hacked") is None
    assert page.locator(".yj-shell :is(img, script, a[href^='javascript'])").count() == 0
    assert "<script>" in page.locator(".yj-transcript").inner_text()


def test_a_conversation_is_printed_whole_with_ink_on_white(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    ask(page, "Which checkpoint was the forum held near?")
    page.emulate_media(media="print")
    colours = "one => [getComputedStyle(one).color, getComputedStyle(document.body).backgroundColor]"
    assert page.locator(".yj-answer").evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.locator(".yj-answer").is_visible()
    for hidden in (".yj-composer", ".yj-bar", ".yj-conversations", ".yj-tools"):
        assert page.locator(hidden).first.is_hidden()
