"""Asking, checking, following up, stopping, keeping: as a person does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.browser.conftest import Site
from ui.shots import ask, show_source

Visit = Callable[..., Any]

STOCK = "香港数据中心总存量是多少平方呎？"


def test_a_chinese_answer_opens_its_document_at_the_marked_sentence(visit: Visit) -> None:
    page = visit(language="zh-CN")
    ask(page, STOCK)
    assert "838万平方呎" in page.locator(".answer").inner_text()
    show_source(page)
    panel = page.locator(".panel")
    assert "838万平方呎" in panel.locator("mark").inner_text()
    assert "2021-12-07" in panel.locator(".facts").inner_text()
    assert "中文" in panel.locator(".facts").inner_text()
    box, mark = panel.locator(".body").bounding_box(), panel.locator("mark").bounding_box()
    assert box["y"] <= mark["y"] <= box["y"] + box["height"]


def test_hovering_shows_the_sentence_and_how_sure_the_answer_is(visit: Visit) -> None:
    page = visit()
    ask(page, "Which checkpoint was the forum held near?")
    page.locator(".chip").hover()
    page.locator(".card mark").wait_for()
    page.locator(".confidence").hover()
    page.locator(".card").wait_for(state="hidden")
    assert page.locator(".confidence > span").first.inner_text() in {f"{w} confidence" for w in ("High", "Fair", "Low")}
    assert "%" in page.locator(".tip").inner_text()


def test_an_answer_across_languages_stands_beside_its_original(visit: Visit) -> None:
    page = visit()
    ask(page, "When did HKAI LAB start operating?")
    page.locator(".compare summary").click()
    assert "2018年9月" in page.locator(".compare mark").inner_text()
    assert "September 2018" in page.locator(".compare .gloss").inner_text()


def test_two_citations_of_one_document_are_two_places(visit: Visit) -> None:
    page = visit()
    ask(page, "What do two places of the forum say?")
    marked = []
    for number in range(2):
        page.locator(".chip").nth(number).click()
        page.locator(f".chip:nth-of-type({number + 1})[aria-expanded=true]").wait_for()
        marked.append(page.locator(".panel mark").inner_text())
    assert marked[0] != marked[1]
    assert page.locator(".answer").inner_text().count(marked[0]) == 1


def test_a_refusal_is_calm_and_offers_the_nearest_passages(visit: Visit) -> None:
    page = visit()
    ask(page, "How much does a ferry ticket to Macao cost?")
    assert "The documents do not say." in page.locator(".refusal").inner_text()
    assert page.locator(".answer, .chip, .confidence").count() == 0
    page.locator(".passages .place").first.click()
    page.locator(".panel mark").first.wait_for()


def test_a_follow_up_says_how_it_was_understood_and_a_reload_finds_it_all(visit: Visit) -> None:
    page = visit(language="zh-CN")
    ask(page, "Beyond Limits是什么公司？")
    ask(page, "它是哪一年创办的？")
    assert "Beyond Limits" in page.locator(".understood").inner_text()
    page.reload()
    page.locator("article .tools").nth(1).wait_for()
    assert "Beyond Limits" in page.locator(".understood").inner_text()
    show_source(page)


def test_two_tabs_on_one_conversation_keep_what_both_asked(visit: Visit) -> None:
    first = visit()
    ask(first, "When did HKAI LAB start operating?")
    second = first.context.new_page()
    second.goto(first.url)
    second.locator("article .tools").wait_for()
    ask(second, "Where is the head office of Beyond Limits?")
    first.locator("article .tools").nth(1).wait_for()
    ask(first, "How much does a ferry ticket to Macao cost?")
    second.locator("article .tools").nth(2).wait_for()
    second.reload()
    second.locator("article .tools").nth(2).wait_for()


def test_stopping_gives_the_question_back_at_once(visit: Visit) -> None:
    page = visit()
    page.fill("#question", "When did HKAI LAB start operating slowly?")
    page.keyboard.press("Enter")
    page.locator("[data-stage=reading] .passages").wait_for()
    page.click("[data-act=stop]")
    page.locator(".unanswered").wait_for()
    assert page.locator(".answer").count() == 0
    page.fill("#question", "Which checkpoint was the forum held near?")
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    page.wait_for_timeout(3000)
    assert page.locator(".answer").count() == 1


def test_answering_again_replaces_and_editing_forgets_what_followed(visit: Visit) -> None:
    page = visit()
    ask(page, STOCK)
    ask(page, "How much does a ferry ticket to Macao cost?")
    page.locator("article").nth(1).locator("[data-act=regenerate]").click()
    page.locator("article").nth(1).locator(".tools").wait_for()
    assert page.locator("article").count() == 2
    page.locator("article").first.locator("[data-act=edit]").click()
    page.locator(".editing textarea").fill("Which checkpoint was the forum held near?")
    page.keyboard.press("Enter")
    page.locator("article .tools").wait_for()
    assert page.locator("article").count() == 1
    assert "Luohu" in page.locator(".answer").inner_text()


def test_conversations_are_named_exported_and_deleted(visit: Visit) -> None:
    page = visit()
    ask(page, "Which checkpoint was the forum held near?")
    page.locator(".conversations li").hover()
    page.click("[data-act=rename]")
    page.fill(".dialog input", "Forum")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Forum", exact=True).wait_for()
    with page.expect_download() as download:
        page.click("[data-act=export]")
    text = download.value.path().read_text("utf-8")
    assert text.startswith("# Forum\n")
    assert "cross\\-border\\-data\\-forum.txt" in text
    page.click("[data-act=new]")
    assert page.locator("article").count() == 0
    page.locator(".conversations li").hover()
    page.click("[data-act=forget]")
    page.click(".dialog .main")
    page.locator(".conversations li").wait_for(state="detached")
    page.reload()
    page.locator(".welcome").wait_for()


def test_a_thumb_and_its_note_land_in_the_index_folder(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, "How many people attended the forum in Shenzhen?")
    page.click("[data-verdict=up]")
    page.fill(".note input", "just <right>")
    page.keyboard.press("Enter")
    page.get_by_text("Noted, thank you.").first.wait_for()
    line = json.loads((site.index / "feedback.jsonl").read_text("utf-8").splitlines()[-1])
    assert (line["verdict"], line["note"]) == ("up", "just <right>")
    assert line["citations"][0]["document"] == "cross-border-data-forum.txt"


def test_who_waits_is_told_their_place(visit: Visit) -> None:
    pages = [visit()]
    pages += [pages[0].context.new_page() for _ in range(3)]
    for page in pages[1:]:
        page.goto(pages[0].url)
        page.locator(".state[data-is=ready]").wait_for()
    for number, page in enumerate(pages):
        page.fill("#question", f"When did HKAI LAB start operating slowly? {number}")
        page.keyboard.press("Enter")
        page.wait_for_timeout(150)
    pages[3].get_by_text("you are number 2 in line").wait_for()
    pages[3].locator("article .tools").wait_for()


def test_two_visitors_never_see_each_other(visit: Visit) -> None:
    one, other = visit(), visit()
    ask(one, "Which checkpoint was the forum held near?")
    ask(other, STOCK)
    assert one.locator("article").count() == other.locator("article").count() == 1
    assert "Luohu" not in other.locator(".shell").inner_text()
    assert other.locator(".conversations li").count() == 1


def test_an_error_is_a_toast_with_the_next_step_and_no_traceback(visit: Visit) -> None:
    page = visit()
    page.fill("#question", "？！")
    page.keyboard.press("Enter")
    page.locator(".toast", has_text="ask in Chinese or English words").wait_for()
    page.fill("#question", "What about breakage?")
    page.keyboard.press("Enter")
    page.locator(".toast", has_text="Try again").wait_for()
    assert "secret" not in page.content()


def test_a_server_that_dies_gives_the_question_back(visit: Visit) -> None:
    page = visit()
    page.fill("#question", "When did HKAI LAB start operating slowly?")
    page.keyboard.press("Enter")
    page.locator("[data-stage=reading]").wait_for()
    page.route("**/component_server/", lambda route: route.abort())
    page.locator(".unanswered", has_text="The server is gone").wait_for()
    page.locator(".state[data-is=failed]").wait_for()
    page.unroute("**/component_server/")
    page.locator(".state[data-is=ready]").wait_for()


def test_stopping_an_edited_question_brings_the_old_answer_back(visit: Visit) -> None:
    page = visit()
    ask(page, "Which checkpoint was the forum held near?")
    page.locator("[data-act=edit]").click()
    page.locator(".editing textarea").fill("When did HKAI LAB start operating slowly?")
    page.keyboard.press("Enter")
    page.locator("[data-stage=reading]").wait_for()
    page.click("[data-act=stop]")
    page.locator(".answer", has_text="Luohu").wait_for()
    assert page.input_value("#question") == "When did HKAI LAB start operating slowly?"


def test_a_full_browser_still_asks(visit: Visit) -> None:
    page = visit()
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }")
    page.reload()
    page.locator(".state[data-is=ready]").wait_for()
    ask(page, "Which checkpoint was the forum held near?")
    page.locator(".toast", has_text="storage is full").wait_for()
