"""The page itself: languages, themes, sizes, keyboard, screen readers, and what must not become markup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site
from ui.shots import ask, show_source

Visit = Callable[..., Any]

AXE = Path(__file__).with_name("axe") / "axe.min.js"

HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>${window.hacked=1}{{hacked}}"


def violations(page: Any) -> list[str]:
    """What axe finds that is serious or worse."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def wide(page: Any) -> int:
    """How many pixels stick out to the right."""
    return int(
        page.evaluate("""() => Math.max(...[...document.querySelectorAll('.shell *')]
        .filter(one => one.checkVisibility() && !one.closest('.table, .unseen, .tip, .skip'))
        .map(one => one.getBoundingClientRect().right)) - innerWidth""")
    )


def test_the_language_follows_the_browser_can_be_switched_and_is_remembered(visit: Visit) -> None:
    page = visit(language="zh-TW")
    page.get_by_text("想从文件里查什么？").wait_for()
    ask(page, "How much does a ferry ticket to Macao cost?")
    page.click("[data-act=language]")
    page.get_by_text("Nearest passages").wait_for()
    assert page.get_attribute("#question", "placeholder") == "Ask in Chinese or English…"
    page.reload()
    page.get_by_role("button", name="New conversation").first.wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_dark_follows_the_system_and_can_be_switched(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.querySelector('.shell')).backgroundColor")
    page.click("[data-act=theme]")
    light = page.evaluate("getComputedStyle(document.querySelector('.shell')).backgroundColor")
    assert dark == "rgb(22, 24, 27)"
    assert light == "rgb(248, 246, 241)"


def test_at_390_pixels_nothing_sticks_out(visit: Visit) -> None:
    page = visit(language="zh-CN")
    page.set_viewport_size({"width": 390, "height": 844})
    assert wide(page) <= 0
    ask(page, "When did HKAI LAB start operating?")
    page.locator(".compare summary").click()
    assert wide(page) <= 0
    show_source(page)
    assert wide(page) <= 0
    page.click(".panel [data-act=close]")
    page.click("[data-act=menu]")
    page.locator(".conversations [data-act=new]").wait_for()
    page.click("[data-page=documents]")
    page.locator("tbody tr").first.wait_for()
    assert wide(page) <= 0


def test_the_keyboard_alone_asks_opens_a_source_and_comes_back(visit: Visit) -> None:
    page = visit()
    assert page.evaluate("document.activeElement.id") == "question"
    page.keyboard.type("Which checkpoint was the forum held near?")
    page.keyboard.press("Enter")
    page.locator("article .tools").wait_for()
    page.locator(".chip").focus()
    page.keyboard.press("Enter")
    page.locator(".panel mark").wait_for()
    assert page.evaluate("document.activeElement.closest('.panel') !== null")
    page.keyboard.press("Escape")
    page.locator(".panel").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "chip"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, theme: str) -> None:
    page = visit(color_scheme=theme)
    assert violations(page) == []
    ask(page, "When did HKAI LAB start operating?")
    page.locator(".compare summary").click()
    ask(page, "How much does a ferry ticket to Macao cost?")
    page.locator(".chip").first.click()
    page.locator(".panel mark").wait_for()
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
    page.set_input_files(".drop input", [{"name": name, "mimeType": "text/plain", "buffer": text.encode()}])
    page.locator(".uploads [data-is=indexed]").wait_for()
    page.locator("tbody tr", has_text="onerror").locator("[data-act=view]").click()
    page.locator(".panel .text").wait_for()
    page.click("nav [data-page=chat]")
    ask(page, f"When did the Zephyr bridge open? {HOSTILE}")
    ask(page, "When did the Zephyr bridge open?")
    page.locator("article").last.locator(".place").first.click()
    page.locator(".panel mark").first.wait_for()
    page.reload()
    page.locator("article .tools").nth(1).wait_for()
    assert page.evaluate("window.hacked") is None
    assert page.locator(".shell :is(img, script, a[href^='javascript'])").count() == 0
    assert "<script>" in page.locator(".transcript").inner_text()
