"""Every view and every dialog of the page, with what axe finds wrong in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Rag, Settings, default_documents
from rag.models.embedders import HashEmbedder
from tests.browser.conftest import LET_GO, Paced, Site, violations
from ui import passwords
from ui.shots import ask

CORPUS = Path(__file__).parents[2] / "eval" / "corpus" / "a"
SHELF = ("沐风除湿机MF-20使用说明书.html", "沐风除湿机MF-35Pro使用说明书.html", "禾川冷链华东分公司2024年度报告.md")
GUIDE = Path(__file__).parents[1] / "loaders" / "makers" / "typst.pdf"

Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def shelf(use_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page over documents with tables, sides to compare, and pages."""
    from ui.serving import Address, launch

    settings = Settings(index=tmp_path_factory.mktemp("shelf") / "index")
    rag = Rag(settings, generator=Paced(Rag(settings).generator))
    rag.index([*default_documents(), *(CORPUS / name for name in SHELF), GUIDE])
    served = launch(rag, Address(port=0), block=False)
    yield Site(served.local_url, settings.index)
    served.close(verbose=False)


def act(page: Any, name: str) -> None:
    page.locator(f"[data-act={name}]:visible").last.click()


def side(page: Any, tab: str) -> None:
    """Show a tab of the left pane, which is a drawer on a telephone."""
    if page.locator(".yj-side").is_hidden():
        act(page, "side")
    page.click(f"[data-tab={tab}]")


def away(page: Any) -> None:
    """Close what lies over the chat."""
    for over in (".yj-finding:not([hidden])", ".yj-page[inert]", ".yj-veil:not([hidden])"):
        if page.locator(over).count():
            page.keyboard.press("Escape")


def of_documents(page: Any) -> Iterator[str]:
    page.locator(".yj-examples button").first.wait_for()
    yield "welcome"
    side(page, "documents")
    page.locator(".yj-row").nth(2).wait_for()
    yield "documents"
    page.locator(".yj-row input").first.check()
    page.locator(".yj-row .yj-title").nth(1).focus()
    yield "chosen documents"
    files = [("bad.pdf", b"no"), ("note.md", b"One."), ("note.md", page.url.encode())]
    page.set_input_files(".yj-add input", [{"name": a, "mimeType": "text/plain", "buffer": b} for a, b in files])
    page.locator(".yj-uploads [data-is=indexed]").nth(1).wait_for()
    yield "uploads"
    page.locator(".yj-uploads button:not([data-act])").last.click()
    page.locator("dialog[open]").wait_for()
    yield "replacing"
    page.keyboard.press("Escape")
    page.locator(".yj-seek input").first.fill("nowhere")
    yield "no document found"
    page.locator(".yj-seek input").first.fill("")
    act(page, "delete-documents")
    page.locator(".yj-undo").wait_for()
    yield "deleted"
    page.locator(".yj-undo").click()
    page.locator(".yj-toast").wait_for(state="detached")
    page.locator(".yj-row input:checked").first.uncheck()
    away(page)
    page.locator("#yj-question").press_sequentially("@MF")
    page.locator(".yj-mention [role=option]").nth(1).wait_for()
    yield "mention"
    page.fill("#yj-question", "")


def of_answers(page: Any) -> Iterator[str]:
    for question, shown in (
        ("When did HKAI LAB start operating?", ".yj-original mark"),
        ("禾川冷链华东分公司2024年度报告中有几个冷库？", ".yj-mini"),
        ("沐风除湿机MF-20和MF-35Pro的水箱容量有什么不同？", ".yj-beside"),
        ("How high is the deposit for a boat?", ".yj-chip"),
        ("hello", ".yj-greeted"),
        ("How much does a ferry ticket to Macao cost?", ".yj-refusal"),
    ):
        ask(page, question)
        page.locator("article").last.locator(shown).first.wait_for()
        yield question
    act(page, "show-all")
    yield "all passages"
    act(page, "regenerate")
    page.locator(".yj-versions").wait_for()
    page.locator("[data-verdict=down]").last.click()
    page.locator(".yj-note input").wait_for()
    yield "versions and note"
    page.locator("article").last.hover()
    act(page, "edit")
    yield "editing"
    page.keyboard.press("Escape")
    LET_GO.clear()
    page.fill("#yj-question", "When did HKAI LAB start operating slowly?")
    page.keyboard.press("Enter")
    page.locator("[data-stage=reading] .yj-passages").wait_for()
    yield "reading"
    act(page, "stop")
    page.locator(".yj-unanswered").wait_for()
    LET_GO.set()
    yield "stopped"
    page.fill("#yj-question", "？！")
    page.keyboard.press("Enter")
    page.locator(".yj-toast").wait_for()
    yield "an error"
    page.locator(".yj-toast .yj-icon").click()
    act(page, "mode")
    page.fill("#yj-question", "水箱")
    page.keyboard.press("Enter")
    page.locator(".yj-found li").first.wait_for()
    yield "search"
    act(page, "mode")


def of_evidence(page: Any) -> Iterator[str]:
    first = page.locator("article").first.locator(".yj-chip").first
    first.scroll_into_view_if_needed()
    first.hover()
    page.locator(".yj-card mark").wait_for()
    yield "glimpse"
    first.click()
    page.locator(".yj-panel mark", has_text="2018").wait_for()
    act(page, "seek")
    page.locator(".yj-finding input").fill("2018")
    page.locator(".yj-finding [role=status]", has_text="1/").wait_for()
    yield "finding"
    away(page)
    page.locator("article", has_text="How high").locator(".yj-chip").first.click()
    page.wait_for_function("document.querySelector('.yj-paper img')?.naturalWidth > 0")
    act(page, "outline")
    yield "page and outline"
    act(page, "outline")
    act(page, "sheet-zoom")
    yield "page, larger"
    act(page, "sheet")
    yield "text of a page"
    act(page, "link")
    page.locator(".yj-toast").wait_for()
    yield "copied"
    page.locator(".yj-toast .yj-icon").click()
    away(page)


def of_conversations(page: Any) -> Iterator[str]:
    side(page, "conversations")
    yield "conversations"
    row = page.locator(".yj-conversations li").first
    for name in ("rename", "forget"):
        row.hover()
        act(page, name)
        page.locator("dialog[open]").wait_for()
        yield name
        page.keyboard.press("Escape")
    page.fill(".yj-conversations .yj-seek input", "nowhere")
    yield "no conversation found"
    away(page)
    act(page, "settings")
    page.locator("dialog[open]").wait_for()
    yield "settings"
    page.keyboard.press("Escape")


@pytest.mark.long
@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(("width", "language"), [(390, "zh-CN"), (1440, "en-US")])
def test_axe_finds_nothing_in_any_view_light_or_dark(visit: Visit, shelf: Site, width: int, language: str) -> None:
    page = visit(shelf.url, language, has_touch=width < 640, permissions=["clipboard-read", "clipboard-write"])
    page.set_viewport_size({"width": width, "height": 844})
    found = [
        (name, wrong)
        for views in (of_documents, of_answers, of_evidence, of_conversations)
        for name in views(page)
        for wrong in in_both_themes(page)
    ]
    assert found == []


@pytest.mark.long
def test_axe_finds_nothing_before_there_are_documents_or_a_visitor(visit: Visit, tmp_path: Path) -> None:
    from ui.serving import Address, launch

    (tmp_path / "users").write_text(f"ada:{passwords.hashed('correct horse')}\n", "utf-8")
    rag = Rag(Settings(index=tmp_path / "index", allow_network=True), embedder=HashEmbedder())
    addresses = (Address(port=0), Address(port=0, read_only=True, auth=tmp_path / "users"))
    served = [launch(rag, address, block=False) for address in addresses]
    found = []
    try:
        for width in (390, 1440):
            page = visit(served[0].local_url)
            page.set_viewport_size({"width": width, "height": 844})
            page.locator(".yj-drop").wait_for()
            found += [("empty", wrong) for wrong in in_both_themes(page)]
            page.goto(served[1].local_url)
            page.get_by_label("User name").fill("ada")
            page.get_by_label("Password").fill("wrong horse")
            page.keyboard.press("Enter")
            page.locator(".yj-wrong span").wait_for()
            found += [("signing in", wrong) for wrong in in_both_themes(page)]
            page.get_by_label("Password").fill("correct horse")
            page.keyboard.press("Enter")
            page.locator(".yj-state[data-is=ready]").wait_for()
            side(page, "documents")
            page.locator(".yj-fixed").wait_for()
            found += [("read only", wrong) for wrong in in_both_themes(page)]
            away(page)
            act(page, "settings")
            page.locator("dialog").get_by_text("ada · reader").wait_for()
            found += [("settings", wrong) for wrong in in_both_themes(page)]
    finally:
        for one in served:
            one.close(verbose=False)
    assert found == []


def in_both_themes(page: Any) -> list[str]:
    wrong = violations(page)
    page.emulate_media(color_scheme="dark")
    wrong += violations(page, "color-contrast")
    page.emulate_media(color_scheme="light")
    return wrong
