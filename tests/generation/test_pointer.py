"""What the reader's scores become: masses of ranges, spans made whole, sentences ranked."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from rag.generation.pointer_network import Pointed, Reading, trimmed
from rag.generation.snapping import snapped
from rag.types import Span

TEXT = "Oslo is cold. Lisbon is warm."
OFFSETS = [(0, 4), (5, 7), (8, 12), (12, 13), (14, 20), (21, 23), (24, 28), (28, 29)]


def reading(*starts: float) -> Reading:
    scores = np.array(starts, dtype=np.float32)
    return Reading(0, OFFSETS, scores, -1.0, 3, np.zeros((len(starts) + 4, 2), np.float32))


def test_the_mass_of_a_range_is_that_of_its_tokens() -> None:
    one = reading(0, 1, 2, 3, 4, 5, 6, 7)
    assert one.mass_within(Span(14, 29)) == pytest.approx(log(sum(exp(x) for x in (4, 5, 6, 7))))
    assert one.mass_within(Span(0, 29)) == pytest.approx(one.mass)


def test_a_range_that_cuts_a_token_has_it_whole_and_an_empty_one_has_none() -> None:
    one = reading(0, 0, 0, 0, 0, 0, 0, 0)
    assert one.mass_within(Span(15, 16)) == pytest.approx(0)
    assert one.mass_within(Span(13, 14)) == -np.inf


def test_spaces_before_a_word_are_not_of_it() -> None:
    assert trimmed(TEXT, [(0, 4), (4, 7), (13, 20)]) == [(0, 4), (5, 7), (14, 20)]


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("论坛于2月18日开幕。", "月18日", "2月18日"),
        ("自2018年9月开始营运。", "2018年", "2018年9月"),
        ("说话的是 Lin Denan 先生。", "Denan", "Lin Denan"),
        ("存量达838万平方呎。", "838", "838万平方呎"),
        ("It opened in Lisbon, in May.", "Lisbon,", "Lisbon"),
        ("全部员工都来了", "员工", "员工"),
        ("The first was in July 2016.", "July 2016.", "July 2016"),
        ("He works for Orchid Ltd.", "Orchid Ltd.", "Orchid Ltd."),
        ("An 11-city cluster.", "11-", "11-city"),
        ("PowerArena的联合创始人罗健麟早年当过工程师。", "罗健麟", "罗健麟"),
        ("Beyond Limits把香港的办公室安在科学园。", "科学园", "科学园"),
        ("Its head is Lars Holm. He left.", "Lars Holm", "Lars Holm"),
        ("It was Dr. Wong Kim of H.K. who said so.", "Wong", "Dr. Wong Kim of H.K"),
    ],
)
def test_spans_take_whole_values_and_names(text: str, cut: str, whole: str) -> None:
    start = text.index(cut)
    assert snapped(text, Span(start, start + len(cut))).of(text) == whole


def test_spans_overlap_by_characters() -> None:
    first, second, third = (Pointed(0, Span(*at), 0, 0) for at in ((0, 4), (3, 6), (4, 6)))
    assert first.overlaps(second)
    assert not first.overlaps(third)
