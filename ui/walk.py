"""``python -m ui.walk``: five tasks of a first visitor in a browser; prints the clicks, keys and seconds of each."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import Rag, Settings
from ui.serving import Address, launch
from ui.shots import DESK, FLAGS, PATIENCE_MS, ROOT, browser_file

CORPUS = ROOT / "eval" / "corpus"


@dataclass
class Hand:
    """What a visitor does on a page, counted."""

    page: Any
    clicks: int = 0
    typed: int = 0

    def click(self, one: Any) -> None:
        """Click what stands on the page."""
        one.click()
        self.clicks += 1

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text)
        self.typed += len(text)

    def press(self, key: str) -> None:
        """Press one key."""
        self.page.keyboard.press(key)
        self.typed += 1

    def ask(self, question: str) -> Any:
        """Ask what the focus is ready for; returns the exchange once it is answered."""
        before = self.page.locator("article").count()
        self.type(question)
        self.press("Enter")
        article = self.page.locator("article").nth(before)
        article.locator(".yj-tools").wait_for()
        return article


def add_twenty(hand: Hand) -> None:
    """Add twenty documents."""
    files = sorted((CORPUS / "a").iterdir())[:11] + sorted(CORPUS.joinpath("c").glob("*.pdf"))[:9]
    with hand.page.expect_file_chooser() as chosen:
        hand.click(hand.page.locator(".yj-drop"))
    chosen.value.set_files(files)
    hand.page.locator(".yj-progress [data-t=finished]").wait_for()
    assert hand.page.locator(".yj-uploads [data-is=indexed]").count() == len(files)


def ask_of_three(hand: Hand) -> None:
    """Ask of three of them, picked by name."""
    hand.page.locator("#yj-question").focus()
    for name in ("CQ-10", "CQ-20", "CQ-30S"):
        hand.type(f"@{name}")
        hand.page.locator(".yj-mention [role=option]").first.wait_for()
        hand.press("Enter")
    assert "3" in hand.page.locator(".yj-scope").inner_text()
    article = hand.ask("CQ-20的加热功率是多少？")
    assert article.locator(".yj-chip").count() > 0


def check_on_page(hand: Hand) -> None:
    """Check the quote on its page of the PDF."""
    hand.click(hand.page.locator("article").last.locator(".yj-chip").first)
    hand.page.locator(".yj-box").first.wait_for()


def last_years_version(hand: Hand) -> None:
    """Find last year's version of a document."""
    hand.click(hand.page.locator(".yj-unscope"))
    hand.click(hand.page.locator(".yj-documents input[type=search]"))
    hand.type("Selat")
    hand.click(hand.page.locator(".yj-row .yj-title", has_text="Report 2023"))
    hand.page.locator(".yj-panel", has_text="Report 2023").wait_for()


def send_with_sources(hand: Hand) -> None:
    """Copy the answer with its sources, to send it to a colleague."""
    hand.click(hand.page.locator("article").last.locator("[data-act=copy]"))
    copied = hand.page.evaluate("navigator.clipboard.readText()")
    assert "CQ-20" in copied, copied


TASKS: tuple[Callable[[Hand], None], ...] = (
    add_twenty,
    ask_of_three,
    check_on_page,
    last_years_version,
    send_with_sources,
)


def main() -> int:
    """Do the five tasks over an empty index, one after another."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        served = launch(Rag(Settings(index=Path(folder))), Address(port=0), block=False)
        browser = playwright.chromium.launch(executable_path=browser_file(), args=list(FLAGS))
        context = browser.new_context(
            viewport={"width": DESK[0], "height": DESK[1]},
            locale="en-US",
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(served.local_url)
        page.locator(".yj-state[data-is=ready]").wait_for()
        print(f"{'task':60} clicks  keys  seconds")
        for task in TASKS:
            hand, began = Hand(page), time.perf_counter()
            task(hand)
            said = (task.__doc__ or "").strip()
            print(f"{said:60} {hand.clicks:6} {hand.typed:5} {time.perf_counter() - began:8.1f}", flush=True)
        browser.close()
        served.close(verbose=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
