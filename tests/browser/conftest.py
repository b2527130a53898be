"""A real Chromium, a real server, a real index of the seeds; skipped, with the reason, where one is missing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag import Passage, Rag, Settings, default_documents
from rag.generation.protocol import Generator
from rag.question.analysis import Question, analyse
from rag.types import Claim, Draft, Evidence

pytest.importorskip("gradio", reason="the web chat needs pip install 'yinju[ui]'")
playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need pip install 'yinju[dev]'")

AXE = Path(__file__).with_name("axe") / "axe.min.js"

LET_GO = threading.Event()
"""While it is not set, a question with the word "slowly" is being read; see the fixture ``held``."""


@dataclass(frozen=True)
class Paced:
    """A generator that can be caught at work."""

    inner: Generator
    id: str = "paced"

    def threshold(self, risk: float) -> float:
        return self.inner.threshold(risk)

    def warm_up(self) -> None:
        self.inner.warm_up()

    def generate(self, asked: Question, passages: Sequence[Passage]) -> Draft:
        question = asked.text
        if "slowly" in question:
            LET_GO.wait(60)
        if "breakage" in question:
            raise RuntimeError("secret of the server")
        if "two places" in question:
            chunk = passages[0].chunk
            spans = [(chunk.start, chunk.start + 12), (chunk.end - 12, chunk.end)]
            claims = [
                Claim(chunk.text[a - chunk.start : b - chunk.start], (Evidence(chunk.document, a, b),))
                for a, b in spans
            ]
            return Draft(tuple(claims), 0.9)
        return self.inner.generate(analyse(question.replace(" slowly", "")), passages)


@dataclass(frozen=True)
class Site:
    """Where a page is served, and the index folder behind it."""

    url: str
    index: Path


@pytest.fixture(scope="session")
def seeds_index(use_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / "index"
    rag = Rag(Settings(index=folder))
    rag.index(default_documents())
    rag.close()
    return folder


@pytest.fixture(scope="session")
def serve(seeds_index: Path) -> Iterator[Callable[[Path], Site]]:
    from ui.serving import Address, launch

    served = []

    def start(folder: Path) -> Site:
        shutil.copytree(seeds_index, folder)
        settings = Settings(index=folder)
        rag = Rag(settings, generator=Paced(Rag(settings).generator))
        served.append(launch(rag, Address(port=0), block=False))
        return Site(served[-1].local_url, folder)

    yield start
    for one in served:
        one.close(verbose=False)


@pytest.fixture(scope="session")
def site(serve: Callable[[Path], Site], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The page most tests share; its documents stay as they are."""
    return serve(tmp_path_factory.mktemp("shared") / "index")


@pytest.fixture(scope="session")
def workshop(serve: Callable[[Path], Site], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The page whose documents are added to and deleted from."""
    return serve(tmp_path_factory.mktemp("workshop") / "index")


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """Questions with the word "slowly" are read until it is set, or the test ends."""
    LET_GO.clear()
    yield LET_GO
    LET_GO.set()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from ui.shots import FLAGS, browser_file

    file = browser_file()
    if file is None:
        pytest.skip("there is no Chromium on this machine. Try: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=file, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """Open the page as a new visitor; nothing may go wrong in the console of any of them."""
    contexts = []
    wrong: list[str] = []

    def open_page(url: str = site.url, language: str = "en-US", **options: Any) -> Any:
        context = chromium.new_context(
            locale=language, reduced_motion="reduce", viewport={"width": 1300, "height": 820}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"dialog {dialog.message}"))
        page.goto(url)
        page.locator(".yj-state[data-is=ready]").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def violations(page: Any, *rules: str) -> list[str]:
    """What axe finds, by the rules that are named or by all."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    options = {"resultTypes": ["violations"], "rules": {"heading-order": {"enabled": False}}}  # a document's is its own
    options |= {"runOnly": list(rules)} if rules else {}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}" for one in found]
