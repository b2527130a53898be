"""``python -m ui.shots``: pictures of the page's main states, over the evaluation's documents, into ``docs/img/``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import Rag, Settings
from ui.serving import Address, launch

ROOT = Path(__file__).parent.parent

FOLDER = ROOT / "docs" / "img"

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
"""For root, and for a closed network."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

COLOURS = 112

PATIENCE_MS = 180_000
"""A busy machine takes its time over the models."""

DESK, PHONE = (1440, 860), (390, 844)

STOCK = "香港数据中心总存量是多少平方呎？"


@dataclass(frozen=True, slots=True)
class Shot:
    """One state: who looks at it, and what they did to get there."""

    name: str
    act: Callable[[Any], None]
    language: str = "zh-CN"
    theme: str = "light"
    size: tuple[int, int] = DESK


def browser_file() -> str | None:
    """The Chromium on this machine, if there is one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def ask(page: Any, question: str) -> None:
    """Ask, and wait until it is answered."""
    before = page.locator("article").count()
    page.fill("#yj-question", question)
    page.keyboard.press("Enter")
    page.locator("article").nth(before).locator(".yj-tools").wait_for()


def show_source(page: Any) -> None:
    """Open the last answer's first source."""
    page.locator("article").last.locator(".yj-chip").first.click()
    page.locator(".yj-panel mark").first.wait_for()


def _answer(page: Any) -> None:
    ask(page, STOCK)
    show_source(page)


def _follow_up(page: Any) -> None:
    ask(page, "Beyond Limits是什么公司？")
    ask(page, "它是哪一年创办的？")


def _scope(page: Any) -> None:
    page.locator(".yj-documents input[type=search]").fill("ferry")
    page.locator(".yj-chosen input").check()
    ask(page, "What did an adult ticket from Kuala Perlis to Langkawi cost?")


def _search(page: Any) -> None:
    page.click("[data-act=mode]")
    page.fill("#yj-question", "water tank")
    page.keyboard.press("Enter")
    page.locator(".yj-found li").first.wait_for()
    page.locator(".yj-found .yj-place").first.click()
    page.locator(".yj-panel mark").first.wait_for()
    page.wait_for_function("document.querySelector('.yj-paper img')?.naturalWidth > 0")


def _upload(page: Any) -> None:
    files = [("港口笔记.md", "# 港口笔记\n\n2024年港口吞吐量为1430万标准箱。\n"), ("扫描件.pdf", "not a PDF")]
    files.append(("photo.png", "not text"))
    page.set_input_files(
        ".yj-add input",
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files],
    )
    page.locator(".yj-uploads [data-is=failed]").nth(1).wait_for()
    page.locator(".yj-uploads").get_by_role("button", name="港口笔记.md").click()
    page.locator(".yj-text").wait_for()


SHOTS = (
    Shot("welcome-zh", lambda page: page.locator(".yj-examples button").nth(3).wait_for()),
    Shot("answer-zh", _answer),
    Shot("across-en", lambda page: ask(page, "When did HKAI LAB start operating?"), language="en-US"),
    Shot("refusal-en", lambda page: ask(page, "When does the last ferry to Macao leave?"), language="en-US"),
    Shot("follow-up-dark", _follow_up, theme="dark"),
    Shot("table-zh", lambda page: ask(page, "禾川冷链华东分公司2024年度报告中有几个冷库？")),
    Shot("compare-dark", lambda page: ask(page, "沐风除湿机MF-20和MF-35Pro的水箱容量有什么不同？"), theme="dark"),
    Shot("scope-en", _scope, language="en-US"),
    Shot("search-en", _search, language="en-US"),
    Shot("upload-error-zh", _upload),
    Shot("phone-answer-zh", lambda page: ask(page, STOCK), size=PHONE),
    Shot("phone-evidence-dark", _answer, language="en-US", theme="dark", size=PHONE),
)


def main() -> int:
    """Take every picture, or those named on the command line."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        rag = Rag(Settings(index=Path(folder)))
        rag.index([ROOT / "seeds", ROOT / "eval" / "corpus"])
        served = launch(rag, Address(port=0), block=False)
        browser = playwright.chromium.launch(executable_path=browser_file(), args=list(FLAGS))
        for shot in [shot for shot in SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:]]:
            _take(browser, served.local_url, shot)
        browser.close()
        served.close()
    return 0


def _take(browser: Any, url: str, shot: Shot) -> None:
    size = {"width": shot.size[0], "height": shot.size[1]}
    context = browser.new_context(
        viewport=size,
        locale=shot.language,
        color_scheme=shot.theme,
        reduced_motion="reduce",
        has_touch=shot.size == PHONE,
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    page.locator(".yj-examples button").first.wait_for()
    shot.act(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(700)
    file = FOLDER / f"{shot.name}.png"
    page.screenshot(path=file)
    context.close()
    _shrink(file)
    print(f"{file}: {file.stat().st_size >> 10} kB")


def _shrink(file: Path) -> None:
    """A page of text needs few colours: the most frequent ones, so that its flat parts keep theirs."""
    from PIL import Image

    with Image.open(file) as image:
        page = image.convert("RGB")
    counted: Any = page.getcolors(page.width * page.height)  # (pixels, colour), of a colour picture a triple
    frequent = sorted(counted, reverse=True)[:COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in frequent for part in colour])
    page.quantize(palette=palette, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
