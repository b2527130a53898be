"""The web chat in a browser: how soon it is there, how much it weighs, and how a list of 10,000 scrolls."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.bench.options import OptionError, Options
from eval.bench.progress import say
from eval.bench.report import Report
from eval.metrics import percentile
from eval.tables import Cell, Column, Table, count
from rag import Rag, Settings, default_documents
from rag.models.embedders import HashEmbedder

WIDTHS = (390, 1024, 1440)
MANY = 10_000
FRAME_MS = 1000 / 60
SLOWEST = 1.5
"""Frames after which one counts as missed."""

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
HELD = "performance.now()"
WEIGHT = """[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
    .filter(one => one.name.includes('PART')).reduce((sum, one) => sum + one.encodedBodySize, 0) / 1000"""
SHIFTED = """new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(one => (sum += one.value)))
        .observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done(sum), 300);
})"""
SCROLL = """new Promise(done => {
    const pane = document.querySelector('.yj-list-scroll');
    const frames = [];
    let last = performance.now();
    const step = now => {
        frames.push(now - last);
        last = now;
        pane.scrollTop += 400;
        if (frames.length < 240) requestAnimationFrame(step);
        else done(frames.slice(1));
    };
    requestAnimationFrame(step);
})"""
SEARCH = """new Promise(done => {
    const input = document.querySelector('.yj-documents input[type=search]');
    const began = performance.now();
    input.value = '9';
    input.dispatchEvent(new Event('input'));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""

ARRIVING = (
    count("width, px"),
    count("documents"),
    Column("first paint, ms", ",.0f"),
    Column("list of documents there, ms", ",.0f"),
    Column("layout shift", ".4f"),
    Column("weight, kB", ".0f"),
    Column("of it our own, kB", ".0f"),
)
SCROLLING = (
    count("documents"),
    Column("frame p50, ms", ".1f"),
    Column("frame p95, ms", ".1f"),
    Column("frames missed", ".3f"),
    Column("found while typing, ms", ".0f"),
)


def run(options: Options) -> Report:
    """Visit the page over the sample documents and over ``MANY``; ``limit`` makes it so many."""
    from playwright.sync_api import sync_playwright

    from ui.shots import FLAGS, browser_file

    if browser_file() is None:
        raise OptionError("There is no Chromium on this machine.", "apt-get install chromium")
    many = options.limit or MANY
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_file(), args=list(FLAGS))
        with _served(Path(folder) / "few", default_documents()) as url:
            rows = [_arriving(browser, url, width, len(default_documents())) for width in (WIDTHS[0], *WIDTHS)][1:]
        say(f"{many:,} documents")
        with _served(Path(folder) / "many", [_written(Path(folder) / "ledger", many)]) as url:
            rows += [_arriving(browser, url, width, many) for width in WIDTHS]
            scrolled = _scrolling(browser, url, many)
        browser.close()
    arriving = Table("until the page is there", ARRIVING, tuple(rows), "Uncompressed; the first visit is left out.")
    note = f"240 frames of 400 pixels each; missed is a frame longer than {SLOWEST:g} of the 60 in a second."
    return Report("browser", (arriving, Table("scrolling", SCROLLING, (scrolled,), note)), options.conditions())


def _written(folder: Path, many: int) -> Path:
    folder.mkdir()
    for number in range(many):
        head = f"---\ntitle: Entry {number} · 第{number}条\ndate: {2000 + number % 25}-0{1 + number % 9}-11\n---\n"
        (folder / f"{number:05}.md").write_text(f"{head}Crate {number * 7} came in with entry {number}.\n", "utf-8")
    return folder


@contextmanager
def _served(index: Path, paths: list[Path]) -> Iterator[str]:
    from ui.serving import Address, launch

    rag = Rag(Settings(index=index), embedder=HashEmbedder())
    rag.index(paths)
    page = launch(rag, Address(port=0), block=False)
    page.warming.wait()
    yield page.local_url
    page.close(verbose=False)


@contextmanager
def _visit(browser: Any, url: str, width: int) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": width, "height": 844}, has_touch=width < 640)
    page = context.new_page()
    page.goto(url)
    page.locator(".yj-scope", has_text="All ").wait_for()
    yield page
    context.close()


def _arriving(browser: Any, url: str, width: int, documents: int) -> tuple[Cell, ...]:
    with _visit(browser, url, width) as page:
        held = page.evaluate(HELD)
        weights = (page.evaluate(WEIGHT.replace("PART", part)) for part in ("", "/yinju/"))
        return (width, documents, page.evaluate(PAINTED), held, page.evaluate(SHIFTED), *weights)


def _scrolling(browser: Any, url: str, documents: int) -> tuple[Cell, ...]:
    with _visit(browser, url, WIDTHS[-1]) as page:
        frames = page.evaluate(SCROLL)
        missed = sum(one > FRAME_MS * SLOWEST for one in frames) / len(frames)
        return (documents, percentile(frames, 0.5), percentile(frames, 0.95), missed, page.evaluate(SEARCH))
