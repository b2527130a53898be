"""Finding, choosing, adding, reading and deleting documents in the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Rag, Settings
from rag.models.embedders import HashEmbedder
from tests.browser.conftest import Site, violations
from tests.loaders.making import pdf_of
from ui.shots import ask

Visit = Callable[..., Any]


def file(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def rows(page: Any, text: str = "") -> Any:
    return page.locator(".yj-row", has_text=text)


@pytest.mark.long
def test_a_long_pdf_shows_which_page_is_read(visit: Visit, workshop: Site) -> None:
    page = visit(workshop.url)
    leaves = [[f"Leaf {leaf}, line {line}: the crane lifted crate {leaf * line}." for line in range(12)]
              for leaf in range(1, 701)]  # fmt: skip
    page.set_input_files(
        ".yj-add input", [{"name": "long.pdf", "mimeType": "application/pdf", "buffer": pdf_of(leaves)}]
    )
    page.locator(".yj-uploads [data-is=indexing_pages]", has_text="of 700").wait_for()
    page.locator(".yj-progress", has_text="1 indexed, 0 failed").wait_for(timeout=180_000)
    rows(page, "long").get_by_role("checkbox").check()
    page.locator(".yj-chosen").get_by_role("button", name="Delete").click()


def test_a_bad_file_is_red_the_others_go_on_and_a_deleted_one_is_gone(visit: Visit, workshop: Site) -> None:
    page = visit(workshop.url)
    rows(page).nth(2).wait_for()
    good = file("港口.md", "# 港口\n\n维多利亚缆车于1987年建成，全长912米。\n")
    page.set_input_files(".yj-add input", [file("broken.pdf", "no pdf"), file("photo.png", "no text"), good])
    page.locator(".yj-progress", has_text="1 indexed, 2 failed").wait_for()
    red = page.locator(".yj-uploads [data-is=failed]")
    assert "PDF" in red.first.inner_text()
    assert "picture" in red.nth(1).inner_text()
    row = rows(page, "港口.md")
    assert (workshop.index / "uploads" / "港口.md").is_file()
    row.get_by_role("button").click()
    page.locator(".yj-panel .yj-text", has_text="1987年建成").wait_for()
    ask(page, "维多利亚缆车全长多少米？")
    assert "912米" in page.locator("article").last.inner_text()

    row.get_by_role("checkbox").check()
    page.locator(".yj-chosen").get_by_role("button", name="Delete").click()
    row.wait_for(state="detached")
    assert violations(page) == []
    assert (workshop.index / "uploads" / "港口.md").exists()
    page.keyboard.press("Enter")  # the focus is on "Undo"
    row.wait_for()
    assert row.get_by_role("checkbox").is_checked()
    page.locator(".yj-chosen").get_by_role("button", name="Delete").click()
    page.locator(".yj-toast", has_text="deleted, for everyone").get_by_role("button", name="Close").click()
    page.locator(".yj-toast").wait_for(state="detached")
    page.locator(".yj-state", has_text="3 documents").wait_for()
    assert not (workshop.index / "uploads" / "港口.md").exists()
    assert "All " in page.locator(".yj-scope").inner_text()
    page.locator("article .yj-chip").first.click()
    page.locator(".yj-panel", has_text="has been deleted").wait_for()
    ask(page, "维多利亚缆车全长多少米？")
    assert "912米" not in page.locator("article").last.locator(".yj-reply").inner_text()


def test_documents_are_searched_sorted_and_chosen_as_what_is_asked(visit: Visit) -> None:
    page = visit()
    rows(page).nth(2).wait_for()
    dates = [one.inner_text()[:10] for one in page.locator(".yj-row small").all()]
    assert dates == sorted(dates, reverse=True)
    page.get_by_role("searchbox", name="Search documents").fill("FORUM")
    assert rows(page).count() == 1
    rows(page).get_by_role("checkbox").check()
    assert "1 of 3 documents" in page.locator(".yj-composer").inner_text()
    ask(page, "When did HKAI LAB start operating?")
    assert "hong-kong-data-hub" not in page.locator("article").inner_html()
    page.get_by_role("searchbox", name="Search documents").fill("nowhere")
    page.get_by_text("Nothing matches.").wait_for()
    page.reload()
    rows(page).nth(2).wait_for()
    assert page.get_by_role("checkbox", checked=True).count() == 1


def test_an_at_sign_in_the_composer_picks_a_document_by_keyboard_and_leaves_input_methods_alone(visit: Visit) -> None:
    page = visit(language="zh-CN")
    rows(page).nth(2).wait_for()
    page.keyboard.type("write to ada@forum")
    offered = page.get_by_role("listbox", name="文档").get_by_role("option")
    assert offered.count() == 0
    page.fill("#yj-question", "")
    page.keyboard.type("在哪里举行？＠")
    offered.nth(2).wait_for()
    assert violations(page) == []
    key = "one => one.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))"
    page.locator("#yj-question").evaluate(key)
    assert offered.count() == 3
    page.keyboard.press("Escape")
    offered.first.wait_for(state="hidden")
    page.keyboard.type("forum")
    offered.first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#yj-question") == "在哪里举行？"
    assert "3 份文档中的 1 份" in page.locator(".yj-scope").inner_text()
    assert page.locator("article").count() == 0


def test_what_is_deleted_is_gone_before_the_next_question_and_when_the_page_is_left(
    visit: Visit, workshop: Site
) -> None:
    page = visit(workshop.url)
    files = [file(f"pier-{n}.md", f"# Pier {n}\n\nThe Quokka pier number {n} is {n}50 metres long.\n") for n in (1, 2)]
    page.set_input_files(".yj-add input", files)
    for number in (1, 2):
        row = rows(page, f"pier-{number}.md")
        row.get_by_role("checkbox").check()
        page.locator(".yj-chosen").get_by_role("button", name="Delete").click()
        row.wait_for(state="detached")
        if number == 1:
            ask(page, "How long is the Quokka pier number 1?")
            assert "150" not in page.locator("article").last.locator(".yj-reply").inner_text()
        else:
            page.reload()
            rows(page).nth(2).wait_for()
            row.wait_for(state="detached")


def test_a_second_batch_waits_for_the_first_and_what_is_stopped_or_lost_can_be_tried_again(
    visit: Visit, workshop: Site
) -> None:
    page = visit(workshop.url)
    rows(page).nth(2).wait_for()
    held: list[Any] = []

    def hold(route: Any) -> None:  # Playwright takes no built-in method
        held.append(route)

    def sending(number: int) -> Any:
        """The request that sends the file of that number, once it is on its way."""
        while len(held) < number:
            page.wait_for_timeout(20)
        return held[number - 1]

    page.route("**/gradio_api/upload*", hold)
    names = [f"gate-{number}.md" for number in range(4)]
    files = [file(name, f"# {name}\n\nThe gate {name} has two towers.\n") for name in names]
    page.set_input_files(".yj-add input", files[:2])
    first = page.locator(".yj-uploads li").first
    first.get_by_text("Uploading 0 kB of").wait_for()
    sending(1)
    page.set_input_files(".yj-add input", files[2:])
    page.locator(".yj-uploads li").nth(3).wait_for()
    first.get_by_role("button", name="Cancel").click()
    first.get_by_role("button", name="Try again").wait_for()
    sending(2).abort()
    sending(3).continue_()
    sending(4).continue_()
    page.unroute("**/gradio_api/upload*")
    page.locator(".yj-progress", has_text="2 indexed, 2 failed").wait_for()
    for _ in range(2):
        page.get_by_role("button", name="Try again").first.click()
    page.locator(".yj-uploads [data-is=indexed]").nth(3).wait_for()
    page.get_by_role("button", name="Try again").wait_for(state="detached")
    rows(page, "gate-").nth(3).wait_for()
    for name in names:
        rows(page, name).get_by_role("checkbox").check()
    page.locator(".yj-chosen").get_by_role("button", name="Delete").click()
    page.get_by_text("4 documents deleted, for everyone.").wait_for()
    page.locator(".yj-toast").get_by_role("button", name="Close").click()
    page.locator(".yj-state", has_text="3 documents").wait_for()


def test_a_web_address_can_be_added_only_where_the_network_is_allowed(
    visit: Visit, workshop: Site, tmp_path: Path
) -> None:
    from ui.serving import Address, launch

    assert visit(workshop.url).get_by_role("textbox", name="Web address").is_hidden()
    rag = Rag(Settings(index=tmp_path / "index", allow_network=True), embedder=HashEmbedder())
    served = launch(rag, Address(port=0), block=False)
    try:
        page = visit(served.local_url)
        page.get_by_role("textbox", name="Web address").fill("http://127.0.0.1:9/inside")
        page.keyboard.press("Enter")
        page.locator(".yj-uploads [data-is=failed]", has_text="Is an address of your own network").wait_for()
        assert violations(page) == []
    finally:
        served.close(verbose=False)


@pytest.mark.long
def test_a_file_is_dropped_anywhere(visit: Visit, workshop: Site) -> None:
    page = visit(workshop.url)
    drop = """name => {
        const data = new DataTransfer();
        data.items.add(new File(['The funicular opened in 1911.'], name));
        for (const kind of ['dragenter', 'dragover', 'drop'])
            document.querySelector('.yj-page').dispatchEvent(
                new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
    }"""
    page.evaluate(drop, "funicular.txt")
    page.locator(".yj-uploads [data-is=indexed]").wait_for()
    rows(page, "funicular").wait_for()


@pytest.mark.long
def test_a_second_visitors_file_of_the_same_name_is_kept_too_and_replaces_only_by_choice(
    visit: Visit, workshop: Site
) -> None:
    pages = [visit(workshop.url), visit(workshop.url)]
    for page, length in zip(pages, (912, 480), strict=True):
        page.set_input_files(".yj-add input", [file("rope.md", f"# Rope\n\nThe ropeway is {length} metres long.\n")])
        page.locator(".yj-uploads [data-is=indexed]").wait_for()
    page.get_by_text("A different file has this name; this one is kept as “rope (2).md”").wait_for()
    rows(page, "rope").nth(1).wait_for()
    page.get_by_role("button", name="Replace the other one").click()
    dialog = page.get_by_role("dialog")
    assert violations(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    assert rows(page, "rope").count() == 2
    page.get_by_role("button", name="Replace the other one").click()
    dialog.get_by_role("button", name="Replace the other one").click()
    page.get_by_text("Indexed in place of the other one").wait_for()
    rows(page, "rope").nth(1).wait_for(state="detached")
    assert "480 metres" in (workshop.index / "uploads" / "rope.md").read_text("utf-8")

    (workshop.index / "uploads" / "loose.md").write_text("Never indexed.", "utf-8")
    pages[0].set_input_files(".yj-add input", [file("loose.md", "# Loose\n\nThe rope is loose.\n")])
    pages[0].get_by_text("this one is kept as “loose (2).md”").wait_for()
    assert pages[0].get_by_role("button", name="Replace the other one").count() == 0


@pytest.mark.long
def test_an_empty_index_offers_a_place_to_drop_files_and_the_samples(visit: Visit, tmp_path: Path) -> None:
    from ui.serving import Address, launch

    served = launch(Rag(Settings(index=tmp_path / "index")), Address(port=0), block=False)
    try:
        page = visit(served.local_url)
        page.get_by_text("Drop files here, or choose them").wait_for()
        assert violations(page) == []
        page.get_by_role("button", name="Try it with the sample documents").click()
        rows(page).nth(2).wait_for()
        page.locator(".yj-start").wait_for(state="hidden")
    finally:
        served.close(verbose=False)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page over four hundred documents, one of them in a folder and one of them long."""
    from ui.serving import Address, launch

    folder = tmp_path_factory.mktemp("ledger")
    many = folder / "many"
    (many / "annex").mkdir(parents=True)
    for number in range(400):
        (many / f"{number:05}.txt").write_text(f"Entry {number} of the ledger.\n", "utf-8")
    (many / "annex" / "extra.txt").write_text("The annex is closed.\n", "utf-8")
    long = "\n".join(f"Line {number} of the long book, which goes on." for number in range(25_000))
    (many / "long.txt").write_text(f"The long book\n\n{long}", "utf-8")
    rag = Rag(Settings(index=folder / "index"), embedder=HashEmbedder())
    rag.index([many])
    served = launch(rag, Address(port=0), block=False)
    yield Site(served.local_url, folder / "index")
    served.close(verbose=False)


@pytest.mark.long
def test_of_many_documents_few_rows_are_made_and_most_come_when_they_are_needed(visit: Visit, ledger: Site) -> None:
    page = visit(ledger.url)
    listed: list[int] = []

    def note(request: Any) -> None:
        sent = (request.post_data_json or {}).get("data", {}) if request.method == "POST" else {}
        if sent.get("call") == "documents":
            listed.append(sent["from"])

    page.on("request", note)
    page.reload()
    rows(page).first.wait_for()
    assert rows(page).count() < 60
    page.locator(".yj-scope", has_text="All 402 documents").wait_for()
    assert listed == [0]
    page.locator(".yj-list-scroll").evaluate("one => one.scrollTop = one.scrollHeight")
    page.locator(".yj-row[data-path='long.txt']").wait_for()
    assert listed == [0, 200]
    page.reload()
    rows(page).first.wait_for()
    page.get_by_role("searchbox", name="Search documents").fill("long")
    rows(page, "long.txt").wait_for()
    page.locator(".yj-chosen input").check()
    page.locator(".yj-scope", has_text="1 of 402 documents").wait_for()
    page.get_by_role("searchbox", name="Search documents").fill("")
    page.get_by_label("Collection").select_option("annex")
    rows(page, "extra.txt").wait_for()
    assert rows(page).count() == 1


@pytest.mark.long
def test_a_long_document_is_read_by_scrolling_and_by_finding_words(visit: Visit, ledger: Site) -> None:
    page = visit(f"{ledger.url}#doc=long.txt")
    page.locator(".yj-text", has_text="Line 3 of").wait_for()
    assert page.locator(".yj-text > p").count() < 1000
    page.get_by_role("button", name="Find in the document").click()
    page.locator(".yj-finding input").fill("line 20000 of")
    page.locator(".yj-text mark", has_text="Line 20000 of").wait_for()
    for far in ("0", "one.scrollHeight"):
        before = page.locator(".yj-text > p").count()
        page.locator(".yj-scrolled").evaluate(f"one => one.scrollTop = {far}")
        page.wait_for_function(f"document.querySelectorAll('.yj-text > p').length > {before}")
    numbers = page.evaluate("[...document.querySelectorAll('.yj-text > p')].map(one => +one.textContent.split(' ')[1])")
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
