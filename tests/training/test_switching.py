"""Questions and passages said in the other language, with a dictionary of a few entries."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("jieba", reason="jieba cuts Chinese into words: pip install jieba")

from rag.errors import TrainingError
from rag.training.reader.glossary import Dictionary
from rag.training.reader.switching import switch_passage, switch_question

ENTRIES = """
# a comment
首都 首都 [shou3 du1] /capital (city)/CL:個|个[ge4]/
法國 法国 [Fa3 guo2] /France/French/
越南 越南 [Yue4 nan2] /Vietnam/Vietnamese/
河內 河内 [He2 nei4] /Hanoi, capital of Vietnam/
主教 主教 [zhu3 jiao4] /bishop/
大學 大学 [da4 xue2] /university/CL:所[suo3]/
創立 创立 [chuang4 li4] /to found/to establish/
建造 建造 [jian4 zao4] /to construct/to build/
學生 学生 [xue2 sheng5] /student/
城市 城市 [cheng2 shi4] /city/
人口 人口 [ren2 kou3] /population/
塔 塔 [ta3] /tower/
林 林 [Lin2] /surname Lin/
林 林 [lin2] /forest/woods/
德 德 [de2] /virtue/
南 南 [nan2] /south/
"""
DICTIONARY = Dictionary.parse(ENTRIES)


def switched(text: str, share: float = 1.0, seed: int = 0) -> str:
    return switch_question(text, random.Random(seed), DICTIONARY, share)


def readings_of(text: str) -> set[str]:
    """What twenty seeds make of a question."""
    return {switched(text, seed=seed) for seed in range(20)}


def test_one_seed_gives_one_question() -> None:
    assert switched("越南的首都是什么？", seed=3) == switched("越南的首都是什么？", seed=3)


def test_the_question_word_leads_in_english() -> None:
    assert all(text.startswith("What is") or text.startswith("What was") for text in readings_of("越南的首都是什么？"))
    assert any("capital of Vietnam" in text for text in readings_of("越南的首都是什么？"))


def test_the_question_word_ends_in_chinese() -> None:
    assert any(
        text in {"法国的首都是什么？", "法国的首都是何？"} for text in readings_of("What is the capital of France?")
    )


def test_who_stays_in_front() -> None:
    assert any(text.endswith("大学？") and text.startswith("谁") for text in readings_of("Who built the university?"))


def test_names_are_written_in_pinyin() -> None:
    assert "Lin Denan" in switched("林德南是谁？")


def test_names_without_an_entry_mostly_stay_latin() -> None:
    assert sum("Rozova" in switched("Who is Rozova?", seed=seed) for seed in range(20)) > 10


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("1963年6月15日", "June 15, 1963"),
        ("6月15日", "June 15"),
        ("838万", "8.38 million"),
        ("三百", "300"),
        ("第一", "first"),
        ("第十二", "12th"),
        ("十九世纪", "19th century"),
        ("1950年代", "1950s"),
    ],
)
def test_numbers_are_written_as_english_writes_them(chinese: str, english: str) -> None:
    assert switched(f"{chinese}，林德南在越南。").lower().startswith(english.lower())


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("June 15, 1963", "1963年6月15日"),
        ("15 June 1963", "1963年6月15日"),
        ("8.38 million", "838万"),
        ("2 billion", "20亿"),
        ("the 19th century", "19世纪"),
        ("90 percent", "90%"),
    ],
)
def test_numbers_are_written_as_chinese_writes_them(english: str, chinese: str) -> None:
    assert chinese in switched(f"Who was the bishop in {english}?")


def test_percent_is_a_figure() -> None:
    assert any("90%" in text for text in readings_of("百分之九十的学生在哪里？"))


def test_inflected_words_are_found_by_their_base() -> None:
    assert "学生" in switched("Where are the students?")
    assert "建造" in switched("When was the tower constructed?")


def test_traditional_characters_are_read() -> None:
    assert "France" in switched("誰在法國建造大學？") or "French" in switched("誰在法國建造大學？")


def test_nothing_is_switched_at_share_zero() -> None:
    passage = "林德南在越南。"
    assert switch_passage(passage, [(0, 3)], random.Random(0), DICTIONARY, 0.0)[0].startswith("林德南在越南")


def test_a_span_is_the_translation_of_exactly_that_span() -> None:
    text = "1963年，林德南在河内创立大学。"
    switched_text, spans = switch_passage(text, [(0, 5), (6, 9), (10, 12)], random.Random(1), DICTIONARY, 1.0)
    quotes = [switched_text[start:end] for start, end in spans]
    assert quotes[0] in {"1963", "In 1963"}
    assert quotes[1:] == ["Lin Denan", "Hanoi"]


def test_a_span_without_words_of_its_own_keeps_the_original() -> None:
    switched_text, [(start, end)] = switch_passage("越南的首都", [(2, 3)], random.Random(1), DICTIONARY, 1.0)
    assert switched_text[start:end] == "的"


def test_a_blank_span_is_refused() -> None:
    with pytest.raises(ValueError, match="blank"):
        switch_passage("越南 首都", [(2, 3)], random.Random(1), DICTIONARY, 1.0)


def test_spans_stay_in_order_and_never_become_blank() -> None:
    rng = random.Random(7)
    chinese = [
        "林德南",
        "在",
        "越南",
        "，",
        "1963年",
        "的",
        "首都",
        "（Hanoi）",
        "。",
        "「大學」",
        "838万",
        "三百个",
        "·",
        "\n",
        " ",
    ]
    english = [
        "the ",
        "capital ",
        "of ",
        "France",
        ", ",
        "(Hanoi) ",
        "June 15, 1963",
        '"built" ',
        "do ",
        "students. ",
        "\n",
    ]
    for _ in range(300):
        words = rng.choices(rng.choice((chinese, english)), k=rng.randint(5, 40))
        text = "".join(words)
        cuts = sorted(rng.sample(range(len(text) + 1), min(6, len(text))))
        spans = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if text[a:b].strip()]
        switched_text, carried = switch_passage(text, spans, rng, DICTIONARY, rng.choice((0.3, 0.7, 1.0)))
        assert len(carried) == len(spans)
        edges = [edge for span in carried for edge in span]
        assert edges == sorted(edges)
        for start, end in carried:
            quote = switched_text[start:end]
            assert quote
            assert quote == quote.strip()


def test_overlapping_spans_are_carried_too() -> None:
    text, (whole, part) = switch_passage("越南首都河内", [(0, 6), (4, 6)], random.Random(0), DICTIONARY, 1.0)
    assert text[slice(*part)] == "Hanoi"
    assert whole == (0, len(text))


def test_a_missing_dictionary_is_named(tmp_path: object) -> None:
    from pathlib import Path

    with pytest.raises(TrainingError, match="There is no dictionary"):
        Dictionary.open(Path(str(tmp_path)) / "none.txt")
