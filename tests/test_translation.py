"""A question's words in the other language, and how much of the question a text says in these."""

from __future__ import annotations

import pytest

from rag.models.glossary import Glossary, glossary, longest_words
from rag.models.translation import Translation, translate
from rag.text import characters, fold
from rag.types import Language

LINES = [":he\t和河禾", ":禾\the", "北京\tbeij", "北京大学\tpeke univers", "beij\t北京;京", "京\tbeij"]


@pytest.fixture(scope="module")
def small() -> Glossary:
    return Glossary(b"\n".join(sorted(line.encode() for line in LINES)))


def share(question: str, language: Language, *texts: str) -> list[float]:
    return translate(question, language).shares(texts)


def test_a_word_is_looked_up_whole(small: Glossary) -> None:
    assert small.forms("beij") == ("北京", "京")
    assert small.forms("bei") == small.forms("beijing") == small.forms("") == ()
    assert small.knows("北京")
    assert not small.knows("北")
    assert (small.readings("禾"), small.read_as("he"), small.read_as("h")) == (("he",), "和河禾", "")


def test_an_empty_glossary_knows_nothing() -> None:
    assert Glossary(b"").forms("beij") == ()


def test_chinese_is_cut_into_the_longest_known_words(small: Glossary) -> None:
    assert list(longest_words("去北京大学北京", small.knows)) == ["去", "北京大学", "北京"]


@pytest.mark.parametrize(
    ("question", "language", "says", "does_not"),
    [
        ("How high is the annual rent of the warehouse?", "en", "仓库的年租金为八万元。", "食堂每天供应午餐。"),
        ("仓库的年租金是多少？", "zh", "The annual rent of the warehouse is 80,000.", "The canteen serves lunch."),
        ("倉庫的年租金是多少？", "zh", "The annual rent of the warehouse is 80,000.", "The canteen serves lunch."),
        ("How high is the annual rent of the warehouse?", "en", "倉庫的年租金為八萬元。", "食堂每天供應午餐。"),
    ],
)
def test_text_that_says_the_question_in_the_other_language_has_the_larger_share(
    question: str, language: Language, says: str, does_not: str
) -> None:
    told, other = share(question, language, says, does_not)
    assert 1 >= told > other >= 0


@pytest.mark.parametrize(
    ("name", "characters_of_it"),
    [("Hechuan", "禾川"), ("Gong Jintang", "龚锦堂"), ("Gong Jintang", "龔錦堂"), ("Zhuolang", "卓朗")],
)
def test_chinese_names_are_found_as_they_sound(name: str, characters_of_it: str) -> None:
    told, other = share(f"When did Professor {name} visit?", "en", f"{characters_of_it}来了。", "王小明来了。")
    assert told > other


def test_names_of_a_chinese_question_are_found_as_they_are_spelt() -> None:
    told, other = share("龚锦堂在哪里？", "zh", "Gong Jintang lives in Tainan.", "Wang Xiaoming lives there.")
    assert told > other == 0


def test_what_may_be_a_name_counts_only_where_a_text_says_it() -> None:
    spelt = translate("仓库在禾川吗？", "zh")
    without = Translation("en", tuple(word for word in spelt.words if not word.maybe))
    assert len(spelt.words) > len(without.words)
    assert spelt.shares(["a warehouse"]) == without.shares(["a warehouse"])


def test_a_word_that_every_text_says_counts_less_than_one_that_few_say() -> None:
    both, rent, gate = share("the rent of the gate", "en", "大门的租金", "租金", "大门", "大门里", "大门外")[:3]
    assert both > rent > gate > 0


@pytest.mark.parametrize("question", ["", "？？", "what is the?", "a" * 2000, "An" * 900, "Gong " * 300, "川" * 900])
def test_any_question_can_be_translated(question: str) -> None:
    for language in ("zh", "en"):
        translation = translate(question, language)
        assert all(0 <= one <= 1 for one in translation.shares(["仓库", "warehouse", ""]))
        assert all(term.strip() == term != "" for term in translation.terms)


def test_terms_are_those_of_the_word_index() -> None:
    assert "仓库" in translate("Where is the warehouse?", "en").terms
    assert "warehous" in translate("仓库在哪里？", "zh").terms


def test_the_glossary_that_ships_knows_words_either_way_and_how_characters_are_read() -> None:
    known = glossary()
    assert "北京" in known.forms("beij")
    assert "beij" in known.forms("北京")
    assert "chuan" in known.readings("川")


def test_characters_are_folded_as_texts_are() -> None:
    text = "倉庫的Ａ棟\u200b租金，Rent №５"
    assert characters(text) == fold(text)
