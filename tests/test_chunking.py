"""Documents cut into chunks that remember where they came from."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.indexing.chunking import chunk, width
from rag.types import Chunk, Document
from tests.builders import document

CHARACTERS = st.one_of(
    st.sampled_from("深圳港口吞吐量为亿吨，。！？；、：“”…"),
    st.sampled_from("abcdeXYZ 0123456789.,;:!?'\"\n\r\t\u3000"),
    st.characters(exclude_categories=["Cs"]),
)
PATHOLOGICAL = st.one_of(
    st.builds(lambda character, count: character * count, CHARACTERS, st.integers(0, 600)),
    st.builds(lambda piece, count: piece * count, st.text(CHARACTERS, min_size=1, max_size=12), st.integers(1, 80)),
    st.text(st.sampled_from("\n\r \t\u3000\x0b\x0c\x85\u2028"), max_size=300),
    st.text(st.sampled_from("👩‍👧🇭🇰é\u0301\u200b𠮷"), max_size=300),
)
TEXTS = st.one_of(st.text(CHARACTERS, max_size=600), PATHOLOGICAL)
SIZES = st.integers(40, 200)


def chunks_of(text: str, size: int, overlap: int = 0) -> list[Chunk]:
    return chunk(document("d.txt", text), size, overlap)


def lost(text: str, chunks: list[Chunk]) -> str:
    """The characters of the text that stand in no chunk."""
    kept = {place for one in chunks for place in range(one.start, one.end)}
    return "".join(character for place, character in enumerate(text) if place not in kept)


@given(TEXTS, SIZES)
@example("\n" * 500, 40)
@example("龙" * 500, 40)
@example("a" * 500, 41)
def test_chunks_are_the_text_itself_in_order_within_the_width_and_lose_only_white_space(text: str, size: int) -> None:
    chunks = chunks_of(text, size)
    assert all(one.text and one.text == text[one.start : one.end] for one in chunks)
    assert all(a.end <= b.start for a, b in pairwise(chunks))
    assert all(width(one.text) <= size for one in chunks)
    assert lost(text, chunks).strip() == ""


@given(TEXTS, SIZES, st.floats(0.05, 0.5))
@example("a" * 1000, 100, 0.2)
@example("龙" * 1000, 100, 0.2)
@example("一行。\n" * 100, 60, 0.3)
@example("a b " * 100, 60, 0.5)
def test_overlapping_chunks_lose_nothing_and_repeat_no_more_than_asked(text: str, size: int, share: float) -> None:
    overlap = int(size * share)
    chunks = chunks_of(text, size, overlap)
    assert all(one.text and one.text == text[one.start : one.end] for one in chunks)
    assert all(a.start < b.start and a.end < b.end for a, b in pairwise(chunks))
    assert all(width(text[b.start : a.end]) <= overlap for a, b in pairwise(chunks))
    assert all(width(one.text) <= size for one in chunks)
    assert lost(text, chunks).strip() == ""


@given(TEXTS, SIZES)
def test_same_text_is_always_cut_the_same(text: str, size: int) -> None:
    assert chunks_of(text, size, 10) == chunks_of(text, size, 10)


def test_overlap_repeats_whole_sentences_where_they_fit() -> None:
    text = "".join(f"这是第{i}句话，说明第{i}件事情。" for i in range(20))
    chunks = chunks_of(text, 120, 40)
    assert len(chunks) > 3
    repeated = [text[b.start : a.end] for a, b in pairwise(chunks)]
    assert all(piece.startswith("这是第") and piece.endswith("。") for piece in repeated)


def test_line_is_the_best_place_to_cut_then_sentence_then_clause_then_word() -> None:
    assert [one.text for one in chunks_of("alpha beta gamma. Delta.\nEpsilon zeta eta theta iota.", 40)] == [
        "alpha beta gamma. Delta.",
        "Epsilon zeta eta theta iota.",
    ]
    assert [one.text for one in chunks_of("深圳港是大港，泊位很多。港口由市政府管理运营。", 40)] == [
        "深圳港是大港，泊位很多。",
        "港口由市政府管理运营。",
    ]
    assert [one.text for one in chunks_of("深圳港是华南地区重要港口之一，泊位一共有二十个整呢", 40)] == [
        "深圳港是华南地区重要港口之一，",
        "泊位一共有二十个整呢",
    ]
    assert all(one.text in "superfluous " * 9 and " " in one.text for one in chunks_of("superfluous " * 9, 40))


@pytest.mark.parametrize(
    "text", ["It cost 3.14 million. " * 6, "价格为3.14万元。" * 9, "by Dr. A.B. Wong and U.S. law, " * 5]
)
def test_number_is_never_cut_at_its_point(text: str) -> None:
    assert not any(one.text.endswith(("3.", "A.", "U.")) for one in chunks_of(text, 44))


def test_closing_quote_stays_with_its_sentence() -> None:
    chunks = chunks_of("他说：“港口今年会继续扩建下去的。”" * 4, 44)
    assert len(chunks) > 1
    assert all(one.text.endswith("”") and one.text.startswith("他") for one in chunks)


def test_short_document_is_one_chunk_without_its_edges() -> None:
    (only,) = chunks_of("\n  深圳港。\n\n Second line.  \n", 440)
    assert (only.start, only.text) == (3, "深圳港。\n\n Second line.")


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\u3000\t\r\n"])
def test_document_of_white_space_has_no_chunk(text: str) -> None:
    assert chunks_of(text, 440) == []


def test_chunk_carries_what_its_document_is_known_by() -> None:
    of = Document("port.txt", "深圳港有20个泊位。", "港口", "zh", "0" * 64, date="2024-01-05")
    known = Chunk("port.txt", 0, 10, "深圳港有20个泊位。", "港口", "2024-01-05", "zh", context="港口")
    assert chunk(of, 440, 0) == [known]


def test_han_character_is_two_columns_wide() -> None:
    assert width("深圳 port。") == 4 + 1 + 4 + 1
    assert width("") == 0
