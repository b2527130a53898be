"""Where gold words stand."""

from __future__ import annotations

import pytest

from eval.matching import DocumentSpan, find, locate, overlaps, own_words, rank_of, says, unmarked

TEXT = "前面的话。HKAI\u00a0LAB  在2018年9月投入营运。"


def test_any_white_space_matches_any_other() -> None:
    (start, end) = find("HKAI LAB 在2018年", TEXT)[0]
    assert TEXT[start:end] == "HKAI\u00a0LAB  在2018年"


def test_a_quote_is_words_and_no_pattern() -> None:
    assert find("2.18", "2018") == []
    assert find("(a+b)", "x (a+b)") == [(2, 7)]
    assert find("", "x") == []


@pytest.mark.parametrize(
    ("quote", "stands_as"),
    [
        ("2. 执行 `cy-backup` 做全量备份；", "执行 cy-backup 做全量备份；"),
        ("<li>Run <code>tft-upgrade</code> &amp; wait.</li>", "Run tft-upgrade & wait."),
        ("| 丹东 | 18.6 | 无 |", "丹东 | 18.6 | 无"),
        ("| 丹东 | 18.6 | 无 |", "城市：丹东；单价：18.6；备注：无"),
        ("KV-1,Vaccine,500 doses,,84", "code KV-1 | name Vaccine | pack 500 doses | note | stock 84"),
        ('<tr><th rowspan="3">指尖血</th><td>空腹</td><td>5元</td></tr>', "指尖血\t空腹\t5元"),
    ],
)
def test_a_quote_of_a_file_is_found_in_what_a_loader_makes_of_it(quote: str, stands_as: str) -> None:
    text = f"前文1。\n{stands_as}\n后文2。"
    ((start, end),) = locate(quote, text)
    assert text[start:end] == stands_as.removeprefix("城市：").removeprefix("code ").rstrip("；.")


@pytest.mark.parametrize("quote", ["| 丹东 | 19.6 |", "<li>Run it.</li>", "|||", "- ", "| 丹东 | 186 |"])
def test_a_quote_that_does_not_stand_there_is_not_found(quote: str) -> None:
    assert locate(quote, "城市：丹东；单价：18.6；备注：无") == []


def test_a_marker_says_no_number() -> None:
    assert not says("见合同。[4]", ["4", "four"])
    assert says("共4座。[1]", ["4"])


def test_an_overlap_is_measured_by_the_shorter_of_the_two() -> None:
    quote = DocumentSpan("d", 10, 30)
    assert overlaps(DocumentSpan("d", 12, 16), [quote])
    assert overlaps(DocumentSpan("d", 0, 100), [quote])
    assert overlaps(DocumentSpan("d", 0, 20), [quote])
    assert not overlaps(DocumentSpan("d", 0, 19), [quote])
    assert not overlaps(DocumentSpan("e", 10, 30), [quote])
    assert not overlaps(DocumentSpan("d", 10, 10), [quote])


def rank(quote: str, text: str, passages: list[DocumentSpan]) -> int | None:
    return rank_of([DocumentSpan("page.txt", *span) for span in find(quote, text)], text, passages)


def test_rank_counts_passages_until_the_quote_is_seen() -> None:
    start = TEXT.index("2018")
    elsewhere = DocumentSpan("other.txt", 0, 99)
    assert rank("2018年9月", TEXT, [elsewhere, DocumentSpan("page.txt", start, start + 9)]) == 2
    assert rank("2018年9月", TEXT, [elsewhere]) is None


def test_a_quote_cut_by_a_chunk_border_is_seen_when_both_chunks_are() -> None:
    start = TEXT.index("2018")
    halves = [DocumentSpan("page.txt", start, start + 3), DocumentSpan("page.txt", start + 3, len(TEXT))]
    assert rank("2018年9月", TEXT, halves) == 2


def test_white_space_that_belongs_to_no_chunk_is_not_missed() -> None:
    middle = TEXT.index("\u00a0")
    halves = [DocumentSpan("page.txt", 0, middle), DocumentSpan("page.txt", middle + 1, len(TEXT))]
    assert rank("HKAI LAB", TEXT, halves) == 2


def test_any_occurrence_of_a_quote_will_do() -> None:
    assert rank("a", "a b a", [DocumentSpan("page.txt", 4, 5)]) == 1


def test_markers_are_no_words_of_the_answer() -> None:
    assert unmarked("第三。[1][2]") == "第三。"


def test_own_words_are_what_is_left_without_the_quotes() -> None:
    assert own_words("文档原文（英文）：“over 400 people”[1]", ["over 400 people"]) == "文档原文（英文）：“ ”"
    assert own_words("over 400 people[1]", ["over 400 people"]) == ""
    assert own_words("The answer is 42.", []) == "The answer is 42."
