"""Where gold words stand."""

from __future__ import annotations

from eval.matching import Place, find, own_words, rank_of, unmarked

TEXT = "前面的话。HKAI\u00a0LAB  在2018年9月投入营运。"


def test_any_white_space_matches_any_other() -> None:
    (start, end) = find("HKAI LAB 在2018年", TEXT)[0]
    assert TEXT[start:end] == "HKAI\u00a0LAB  在2018年"


def test_a_quote_is_words_and_no_pattern() -> None:
    assert find("2.18", "2018") == []
    assert find("(a+b)", "x (a+b)") == [(2, 7)]
    assert find("", "x") == []


def test_rank_counts_passages_until_the_quote_is_seen() -> None:
    start = TEXT.index("2018")
    elsewhere = Place("other.txt", 0, 99)
    assert rank_of("2018年9月", "page.txt", TEXT, [elsewhere, Place("page.txt", start, start + 9)]) == 2
    assert rank_of("2018年9月", "page.txt", TEXT, [elsewhere]) is None


def test_a_quote_cut_by_a_chunk_border_is_seen_when_both_chunks_are() -> None:
    start = TEXT.index("2018")
    halves = [Place("page.txt", start, start + 3), Place("page.txt", start + 3, len(TEXT))]
    assert rank_of("2018年9月", "page.txt", TEXT, halves) == 2


def test_white_space_that_belongs_to_no_chunk_is_not_missed() -> None:
    middle = TEXT.index("\u00a0")
    halves = [Place("page.txt", 0, middle), Place("page.txt", middle + 1, len(TEXT))]
    assert rank_of("HKAI LAB", "page.txt", TEXT, halves) == 2


def test_any_occurrence_of_a_quote_will_do() -> None:
    assert rank_of("a", "page.txt", "a b a", [Place("page.txt", 4, 5)]) == 1


def test_markers_are_no_words_of_the_answer() -> None:
    assert unmarked("第三。[1][2]") == "第三。"


def test_own_words_are_what_is_left_without_the_quotes() -> None:
    assert own_words("文件原文（英文）：“over 400 people”[1]", ["over 400 people"]) == "文件原文（英文）：“ ”"
    assert own_words("over 400 people[1]", ["over 400 people"]) == ""
    assert own_words("The answer is 42.", []) == "The answer is 42."
