"""Adding, viewing and deleting documents in the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.browser.conftest import Site, violations
from ui.shots import ask


def file(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def test_a_bad_file_is_red_the_others_go_on_and_a_deleted_one_is_gone(
    visit: Callable[..., Any], workshop: Site
) -> None:
    page = visit(workshop.url)
    page.click("[data-page=documents]")
    page.locator("tbody tr").nth(2).wait_for()
    good = file("港口.md", "# 港口\n\n维多利亚缆车于1987年建成，全长912米。\n")
    page.set_input_files(".yj-drop input", [file("broken.pdf", "no pdf"), file("photo.png", "no text"), good])
    page.locator(".yj-progress", has_text="1 indexed, 2 failed").wait_for()
    red = page.locator(".yj-uploads [data-is=failed]")
    assert "PDF" in red.first.inner_text()
    assert "picture" in red.nth(1).inner_text()
    row = page.locator("tbody tr", has_text="港口.md")
    assert (workshop.index / "uploads" / "港口.md").is_file()
    row.locator("[data-act=view]").click()
    page.locator(".yj-panel .yj-text", has_text="1987年建成").wait_for()

    page.click("nav [data-page=chat]")
    ask(page, "维多利亚缆车全长多少米？")
    assert "912米" in page.locator("article").last.inner_text()

    page.click("nav [data-page=documents]")
    dialog = page.get_by_role("dialog")
    row.get_by_role("button", name="Delete").click()
    assert violations(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    assert row.count() == 1
    row.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    row.wait_for(state="detached")
    assert not (workshop.index / "uploads" / "港口.md").exists()
    page.click("nav [data-page=chat]")
    page.locator("article .yj-chip").first.click()
    page.locator(".yj-panel", has_text="has been deleted").wait_for()
    ask(page, "维多利亚缆车全长多少米？")
    assert "912米" not in page.locator("article").last.inner_text()


@pytest.mark.long
def test_times_are_told_by_the_readers_own_clock(visit: Callable[..., Any]) -> None:
    shown = []
    for zone in ("Asia/Hong_Kong", "UTC"):
        page = visit(timezone_id=zone)
        page.click("[data-page=documents]")
        page.locator("tbody time").first.wait_for()
        shown.append(page.locator("tbody time").first.inner_text())
    local, utc = (datetime.strptime(one, "%Y-%m-%d %H:%M") for one in shown)
    assert local - utc == timedelta(hours=8)


def test_a_second_visitors_file_of_the_same_name_is_kept_too_and_replaces_only_by_choice(
    visit: Callable[..., Any], workshop: Site
) -> None:
    pages = [visit(workshop.url), visit(workshop.url)]
    for page, length in zip(pages, (912, 480), strict=True):
        page.click("[data-page=documents]")
        page.set_input_files(".yj-drop input", [file("rope.md", f"# Rope\n\nThe ropeway is {length} metres long.\n")])
        page.locator(".yj-uploads [data-is=indexed]").wait_for()
    page.get_by_text("A different file has this name; this one is kept as “rope (2).md”").wait_for()
    rows = page.locator("tbody tr", has_text="rope")
    assert rows.count() == 2
    page.get_by_role("button", name="Replace the other one").click()
    dialog = page.get_by_role("dialog")
    assert violations(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    assert rows.count() == 2
    page.get_by_role("button", name="Replace the other one").click()
    dialog.get_by_role("button", name="Replace the other one").click()
    page.get_by_text("Indexed in place of the other one").wait_for()
    rows.nth(1).wait_for(state="detached")
    assert "480 metres" in (workshop.index / "uploads" / "rope.md").read_text("utf-8")

    (workshop.index / "uploads" / "loose.md").write_text("Never indexed.", "utf-8")
    pages[0].set_input_files(".yj-drop input", [file("loose.md", "# Loose\n\nThe rope is loose.\n")])
    pages[0].get_by_text("this one is kept as “loose (2).md”").wait_for()
    assert pages[0].get_by_role("button", name="Replace the other one").count() == 0
