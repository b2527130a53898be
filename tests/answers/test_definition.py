"""Who or what a name is: the sentence that says it, however it says it, and none that only has the name."""

from __future__ import annotations

import pytest

from rag.answers.definition import tells
from rag.text import fold


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("灯塔科技是一家做海图的公司。", "灯塔科技"),
        ("作为首批给港口做海图的公司，灯塔科技去年扩建了厂房。", "灯塔科技"),
        ("记者林岚报道。", "林岚"),
        ("Tarn Charts is a maker of sea charts.", "Tarn Charts"),
        ("As one of the oldest makers of sea charts, Tarn Charts has its own press.", "Tarn Charts"),
        ("Ilse Brandt, the warden, keeps the key.", "Ilse Brandt"),
    ],
)
def test_a_sentence_that_says_what_a_name_is_tells_it(sentence: str, name: str) -> None:
    assert tells(fold(sentence), fold(name)) > 0


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("展会上灯塔科技租了三个展位。", "灯塔科技"),
        ("The stand of Tarn Charts was crowded.", "Tarn Charts"),
        ("别处的话。", "灯塔科技"),
    ],
)
def test_a_sentence_that_only_has_the_name_does_not(sentence: str, name: str) -> None:
    assert tells(fold(sentence), fold(name)) == 0
