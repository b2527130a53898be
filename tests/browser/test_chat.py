"""Asking, checking, following up, stopping, keeping: as a person does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from tests.browser.conftest import Site, violations
from ui.shots import ask, show_source

Visit = Callable[..., Any]

STOCK = "香港数据中心总存量是多少平方呎？"

FERRY = "How much does a ferry ticket to Macao cost?"


def test_a_chinese_answer_stands_beside_its_document_at_the_marked_words(visit: Visit) -> None:
    page = visit(language="zh-CN")
    ask(page, STOCK)
    assert "838万平方呎" in page.locator(".yj-answer").inner_text()
    panel = page.get_by_role("complementary", name="出处")
    panel.locator("mark").wait_for()  # of the newest answer, by itself
    assert page.evaluate("document.activeElement.id") == "yj-question"
    show_source(page)
    assert "838万平方呎" in panel.locator("mark").inner_text()
    assert "2021-12-07" in panel.locator(".yj-facts").inner_text()
    assert "中文" in panel.locator(".yj-facts").inner_text()
    box, mark = panel.locator(".yj-body").bounding_box(), panel.locator("mark").bounding_box()
    assert box["y"] <= mark["y"] <= box["y"] + box["height"]


@pytest.mark.long
def test_a_question_to_go_on_with_stands_below_the_newest_answer_and_is_answered(visit: Visit) -> None:
    page = visit()
    ask(page, "Which checkpoint was the forum held near?")
    page.locator(".yj-following button").first.click()
    page.locator("article").nth(1).locator(".yj-chip").first.wait_for()
    assert page.locator("article").first.locator(".yj-following").count() == 0


@pytest.mark.long
def test_hovering_a_chip_shows_what_stands_around_its_quote(visit: Visit) -> None:
    page = visit()
    ask(page, "Which checkpoint was the forum held near?")
    page.get_by_role("button", name="Close").click()
    page.locator(".yj-chip").hover()
    page.locator(".yj-card mark").wait_for()
    page.locator(".yj-asked").hover()
    page.locator(".yj-card").wait_for(state="hidden")


def test_an_answer_across_languages_stands_above_its_original(visit: Visit) -> None:
    page = visit()
    ask(page, "When did HKAI LAB start operating?")
    assert "2018年9月" in page.locator(".yj-original mark").inner_text()
    assert "September 2018" in page.locator(".yj-answer").inner_text()


@pytest.mark.long
def test_two_citations_of_one_document_are_two_places_and_lead_to_each_other(visit: Visit) -> None:
    page = visit()
    ask(page, "Which two places had the forum?")
    panel = page.get_by_role("complementary", name="Evidence")
    page.locator(".yj-chip").first.click()
    panel.get_by_text("1/2", exact=True).wait_for()
    first = panel.locator("mark").inner_text()
    panel.get_by_role("button", name="Next citation").click()
    panel.get_by_text("2/2", exact=True).wait_for()
    second = panel.locator("mark").inner_text()
    assert first != second
    assert page.locator(".yj-chip").nth(1).get_attribute("aria-expanded") == "true"
    page.go_back()
    panel.get_by_text("1/2", exact=True).wait_for()


def test_a_refusal_shows_the_nearest_passages_and_asks_only_one_document(visit: Visit) -> None:
    page = visit()
    ask(page, FERRY)
    assert "No answer that is sure." in page.locator(".yj-refusal").inner_text()
    assert page.locator(".yj-answer, .yj-chip, .yj-confidence").count() == 0
    page.locator(".yj-panel mark").first.wait_for()
    page.get_by_role("button", name="Ask only this document").first.click()
    page.locator("article .yj-tools").nth(1).wait_for()
    assert "1 of 3 documents" in page.locator(".yj-composer").inner_text()
    titles = {one.inner_text() for one in page.locator("article").nth(1).locator(".yj-named b").all()}
    assert len(titles) == 1
    page.get_by_role("button", name="All documents again").click()
    assert "All 3 documents" in page.locator(".yj-composer").inner_text()


@pytest.mark.long
def test_a_search_shows_passages_in_the_place_of_the_conversation_until_that_goes_on(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, FERRY)
    page.get_by_role("button", name="Search instead").click()
    found = page.locator(".yj-found")
    found.locator("li").nth(3).wait_for()
    assert page.locator(".yj-transcript").is_hidden()
    page.fill("#yj-question", "smart city")
    page.keyboard.press("Enter")
    found.get_by_role("heading", name="smart city").wait_for()
    assert violations(page) == []
    found.get_by_role("button", name="Copy the passage").first.click()
    assert "smart" in page.evaluate("navigator.clipboard.readText()")
    found.get_by_role("button", name="Back to the conversation").click()
    assert page.locator(".yj-transcript").is_visible()
    assert page.locator("article").count() == 1
    page.click("[data-act=mode]")
    page.keyboard.press("Enter")
    found.get_by_role("button", name="Ask this document").first.click()
    assert "1 of 3 documents" in page.locator(".yj-scope").inner_text()
    assert page.locator(".yj-transcript").is_visible()
    assert page.input_value("#yj-question") == "smart city"


@pytest.mark.long
def test_a_greeting_gets_what_can_be_asked(visit: Visit) -> None:
    page = visit()
    ask(page, "hello")
    page.locator("article .yj-examples button").first.click()
    page.locator("article .yj-answer").wait_for()


@pytest.mark.long
def test_how_careful_answers_are_is_a_setting(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Settings").click()
    dialog = page.get_by_role("dialog", name="Settings")
    assert violations(page) == []
    dialog.get_by_label("Bold: answer where possible").check()
    dialog.get_by_label("Large").check()
    dialog.get_by_role("button", name="Done").click()
    ask(page, "Which checkpoint was the forum held near?")
    kept = page.evaluate("Object.entries(localStorage).find(([key]) => key.startsWith('yinju.conversation'))[1]")
    assert json.loads(kept)["exchanges"][0]["answer"]["receipt"]["settings"]["risk"] == 0.5
    assert page.locator(".yj-answer").evaluate("one => getComputedStyle(one).fontSize") == "19.5px"
    page.reload()
    page.get_by_role("button", name="Settings").click()
    assert dialog.get_by_label("Bold: answer where possible").is_checked()


def test_a_follow_up_says_how_it_was_understood_and_a_reload_finds_it_all(visit: Visit) -> None:
    page = visit(language="zh-CN")
    ask(page, "Beyond Limits是什么公司？")
    ask(page, "它是哪一年创办的？")
    assert "Beyond Limits" in page.locator(".yj-understood").inner_text()
    page.reload()
    page.locator("article .yj-tools").nth(1).wait_for()
    assert "Beyond Limits" in page.locator(".yj-understood").inner_text()
    show_source(page)


@pytest.mark.long
def test_two_tabs_on_one_conversation_keep_what_both_asked(visit: Visit) -> None:
    first = visit()
    ask(first, "When did HKAI LAB start operating?")
    second = first.context.new_page()
    second.goto(first.url)
    second.locator("article .yj-tools").wait_for()
    ask(second, "Where is the head office of Beyond Limits?")
    first.locator("article .yj-tools").nth(1).wait_for()
    ask(first, "How much does a ferry ticket to Macao cost?")
    second.locator("article .yj-tools").nth(2).wait_for()
    second.reload()
    second.locator("article .yj-tools").nth(2).wait_for()


def test_stopping_gives_the_question_back_at_once(visit: Visit, held: Event) -> None:
    page = visit()
    page.fill("#yj-question", "When did HKAI LAB start operating slowly?")
    page.keyboard.press("Enter")
    page.locator("[data-stage=reading] .yj-passages").wait_for()
    page.click("[data-act=stop]")
    page.locator(".yj-unanswered").wait_for()
    assert page.locator(".yj-answer").count() == 0
    held.set()
    page.fill("#yj-question", "Which checkpoint was the forum held near?")
    page.keyboard.press("Enter")
    page.locator(".yj-answer").wait_for()
    page.wait_for_timeout(1000)  # the stopped one would have come by now
    assert page.locator(".yj-answer").count() == 1


@pytest.mark.long
def test_answering_an_earlier_question_again_makes_a_version_and_keeps_what_followed(visit: Visit) -> None:
    page = visit()
    ask(page, STOCK)
    ask(page, FERRY)
    first, second = page.locator("article").nth(0), page.locator("article").nth(1)
    first.get_by_role("button", name="Answer again").click()
    first.get_by_text("2/2").wait_for()
    assert FERRY in second.inner_text()
    first.get_by_role("button", name="Previous version").click()
    first.get_by_text("1/2").wait_for()
    assert FERRY in second.inner_text()
    page.reload()
    first.get_by_text("1/2").wait_for()
    second.locator(".yj-tools").wait_for()


@pytest.mark.long
def test_editing_an_earlier_question_makes_a_version_and_what_followed_the_other_comes_back(visit: Visit) -> None:
    page = visit()
    ask(page, STOCK)
    ask(page, FERRY)
    first = page.locator("article").first
    first.hover()
    first.get_by_role("button", name="Edit and ask again").click()
    page.locator(".yj-editing textarea").fill("Which checkpoint was the forum held near?")
    page.keyboard.press("Enter")
    first.get_by_text("2/2").wait_for()
    assert page.locator("article").count() == 1
    assert "Luohu" in first.inner_text()
    ask(page, "When did HKAI LAB start operating?")
    page.reload()
    first.get_by_role("button", name="Previous version").click()
    page.locator("article", has_text=FERRY).locator(".yj-tools").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Next version"
    page.get_by_role("tab", name="Conversations").click()
    with page.expect_download() as download:
        page.locator(".yj-conversations li").hover()
        page.get_by_role("button", name="Export as Markdown").click()
    text = download.value.path().read_text("utf-8")
    for said in ("‹ 1/2 › 香港", "‹ 2/2 › Which checkpoint", "Luohu", "When did HKAI LAB", "How much does a ferry"):
        assert said in text
    first.get_by_role("button", name="Next version").click()
    page.locator("article", has_text="HKAI LAB").locator(".yj-tools").wait_for()
    assert page.locator("article").count() == 2


@pytest.mark.long
def test_a_question_that_fails_when_asked_again_loses_nothing(visit: Visit) -> None:
    page = visit()
    ask(page, STOCK)
    ask(page, FERRY)
    page.locator("article").first.hover()
    page.get_by_role("button", name="Edit and ask again").first.click()
    page.locator(".yj-editing textarea").fill("What about breakage?")
    page.keyboard.press("Enter")
    page.locator(".yj-toast", has_text="Try again").wait_for()
    page.locator("article .yj-tools").nth(1).wait_for()
    assert [page.locator("article h2").nth(at).inner_text() for at in (0, 1)] == [STOCK, FERRY]
    page.reload()
    page.locator("article .yj-tools").nth(1).wait_for()


@pytest.mark.long
def test_conversations_are_named_exported_and_deleted(visit: Visit) -> None:
    page = visit()
    ask(page, "Which checkpoint was the forum held near?")
    page.get_by_role("tab", name="Conversations").click()
    page.locator(".yj-conversations li").hover()
    page.get_by_role("button", name="Rename").click()
    dialog = page.get_by_role("dialog")
    assert violations(page) == []
    dialog.get_by_role("textbox").fill("Another")
    dialog.get_by_role("button", name="Cancel").click()
    assert page.get_by_role("button", name="Another").count() == 0
    page.get_by_role("button", name="Rename").click()
    dialog.get_by_role("textbox").fill("Forum")
    dialog.get_by_role("button", name="Rename").click()
    page.get_by_role("button", name="Forum", exact=True).wait_for()
    page.locator(".yj-conversations li").hover()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as Markdown").click()
    text = download.value.path().read_text("utf-8")
    assert text.startswith("# Forum\n")
    assert "cross\\-border\\-data\\-forum.txt" in text
    page.get_by_role("button", name="New conversation").click()
    assert page.locator("article").count() == 0
    page.get_by_role("searchbox", name="Search conversations").fill("luohu")
    assert page.locator(".yj-conversations li").count() == 1
    with page.expect_download() as whole:
        page.get_by_role("button", name="Export all").click()
    kept = whole.value.path().read_bytes()
    page.locator(".yj-conversations li").hover()
    page.get_by_role("button", name="Delete").click()
    assert violations(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    assert page.locator(".yj-conversations li").count() == 1
    page.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    page.locator(".yj-conversations li").wait_for(state="detached")
    page.set_input_files(".yj-kept input", [{"name": "yinju.json", "mimeType": "application/json", "buffer": kept}])
    page.get_by_text("Conversations imported: 1").wait_for()
    assert page.locator(".yj-conversations li").count() == 1
    page.reload()
    page.locator(".yj-welcome").wait_for()


@pytest.mark.long
def test_a_thumb_and_its_note_land_in_the_index_folder(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, "How many people attended the forum in Shenzhen?")
    page.click("[data-verdict=up]")
    page.fill(".yj-note input", "just <right>")
    page.keyboard.press("Enter")
    page.get_by_text("Noted, thank you.").first.wait_for()
    line = json.loads((site.index / "feedback.jsonl").read_text("utf-8").splitlines()[-1])
    assert (line["verdict"], line["note"]) == ("up", "just <right>")
    assert line["citations"][0]["document"] == "cross-border-data-forum.txt"


@pytest.mark.long
def test_who_waits_is_told_their_place(visit: Visit, held: Event) -> None:
    pages = [visit()]
    pages += [pages[0].context.new_page() for _ in range(3)]
    for page in pages[1:]:
        page.goto(pages[0].url)
        page.locator(".yj-state[data-is=ready]").wait_for()
    for number, page in enumerate(pages):
        page.fill("#yj-question", f"When did HKAI LAB start operating slowly? {number}")
        page.keyboard.press("Enter")
        page.wait_for_timeout(150)
    pages[3].get_by_text("you are number 2 in line").wait_for()
    held.set()
    pages[3].locator("article .yj-tools").wait_for()


def test_two_visitors_never_see_each_other(visit: Visit) -> None:
    one, other = visit(), visit()
    ask(one, "Which checkpoint was the forum held near?")
    ask(other, STOCK)
    assert one.locator("article").count() == other.locator("article").count() == 1
    assert "Luohu" not in " ".join(other.locator(".yj-transcript, .yj-days").all_inner_texts())
    assert other.locator(".yj-conversations li").count() == 1


def test_an_error_is_a_toast_with_the_next_step_and_no_traceback(visit: Visit) -> None:
    page = visit()
    page.fill("#yj-question", "？！")
    page.keyboard.press("Enter")
    page.locator(".yj-toast", has_text="ask in Chinese or English words").wait_for()
    page.fill("#yj-question", "What about breakage?")
    page.keyboard.press("Enter")
    page.locator(".yj-toast", has_text="Try again").wait_for()
    assert "secret" not in page.content()


@pytest.mark.long
@pytest.mark.usefixtures("held")
def test_a_server_that_dies_gives_the_question_back(visit: Visit) -> None:
    page = visit()
    page.fill("#yj-question", "When did HKAI LAB start operating slowly?")
    page.keyboard.press("Enter")
    page.locator("[data-stage=reading]").wait_for()
    page.route("**/component_server/", lambda route: route.abort())
    page.locator(".yj-unanswered", has_text="The server is gone").wait_for()
    page.locator(".yj-state[data-is=failed]").wait_for()
    page.unroute("**/component_server/")
    page.locator(".yj-state[data-is=ready]").wait_for()


@pytest.mark.long
@pytest.mark.usefixtures("held")
def test_stopping_an_edited_question_brings_the_old_answer_back(visit: Visit) -> None:
    page = visit()
    ask(page, "Which checkpoint was the forum held near?")
    page.locator("[data-act=edit]").click()
    page.locator(".yj-editing textarea").fill("When did HKAI LAB start operating slowly?")
    page.keyboard.press("Enter")
    page.locator("[data-stage=reading]").wait_for()
    page.click("[data-act=stop]")
    page.locator(".yj-answer", has_text="Luohu").wait_for()
    assert page.input_value("#yj-question") == "When did HKAI LAB start operating slowly?"


@pytest.mark.long
def test_a_full_browser_still_asks(visit: Visit) -> None:
    page = visit()
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }")
    page.reload()
    page.locator(".yj-state[data-is=ready]").wait_for()
    ask(page, "Which checkpoint was the forum held near?")
    page.locator(".yj-toast", has_text="storage is full").wait_for()


@pytest.mark.long
def test_a_draft_survives_a_reload_and_an_asked_question_does_not(visit: Visit) -> None:
    page = visit()
    page.fill("#yj-question", "When did HKAI")
    page.reload()
    page.locator(".yj-state[data-is=ready]").wait_for()
    assert page.input_value("#yj-question") == "When did HKAI"
    ask(page, "When did HKAI LAB start operating?")
    page.reload()
    page.locator("article .yj-tools").wait_for()
    assert page.input_value("#yj-question") == ""


@pytest.mark.long
def test_choosing_a_word_of_an_input_method_asks_nothing(visit: Visit) -> None:
    page = visit(language="zh-CN")
    page.fill("#yj-question", "香港shuju")
    for how in ({"isComposing": True}, {"keyCode": 229}):  # Safari has ended composing by then, and says 229
        event = {"key": "Enter", "bubbles": True, "cancelable": True, **how}
        page.evaluate("event => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', event))", event)
    assert page.locator("article").count() == 0
    assert page.input_value("#yj-question") == "香港shuju"


@pytest.mark.long
def test_the_page_notices_by_itself_that_the_server_is_gone_and_only_it_speaks(visit: Visit) -> None:
    page = visit()
    page.route("**/gradio_api/**", lambda route: route.abort())
    page.locator(".yj-state[data-is=failed]", has_text="The server is gone").wait_for(timeout=15_000)
    assert page.locator(".toast-wrap:visible, .toast-body:visible").count() == 0
    page.unroute("**/gradio_api/**")
    page.locator(".yj-state[data-is=ready]").wait_for()
