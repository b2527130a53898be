"""The extractive generator: which sentence it quotes, and how sure it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.generation.candidates import whole_sentences
from rag.generation.extractive import ExtractiveGenerator, calibration, metric
from rag.generation.selection import Selection
from rag.generation.sentence_features import Features, distinct, read
from rag.models.embedders import HashEmbedder, open_embedder
from rag.question.analysis import analyse
from rag.text import language_of
from rag.training.calibration.extractive import READERS
from rag.types import Chunk, Draft, Embedder, Passage
from rag.values import values_in


def passage(text: str, document: str = "a.txt", title: str = "", start: int = 0) -> Passage:
    chunk = Chunk(document, start, start + len(text), text, title, None, language_of(text))
    return Passage(chunk, score=1.0, dense=0.5, coverage=0.5, lexical=0.5)


def answer(question: str, *texts: str, embedder: Embedder | None = None) -> Draft:
    generator = ExtractiveGenerator(embedder or HashEmbedder())
    return generator.generate(analyse(question), [passage(text, f"{number}.txt") for number, text in enumerate(texts)])


@pytest.fixture(scope="module")
def real(use_weights: Path) -> Embedder:
    return open_embedder("default")


def test_no_passage_makes_no_claim() -> None:
    assert answer("谁？") == Draft((), 0.0)


def test_claim_is_its_own_evidence_in_document_offsets() -> None:
    found = passage("The bridge is red. The tower is 90 metres high.", start=100)
    (claim,) = ExtractiveGenerator(HashEmbedder()).generate(analyse("How high is the tower?"), [found]).claims
    (evidence,) = claim.evidence
    assert claim.text == "The tower is 90 metres high."
    assert (evidence.document, evidence.start, evidence.end) == ("a.txt", 119, 147)


def test_confidence_is_a_probability_and_the_same_every_time() -> None:
    drafts = [answer("塔有多高？", "塔高九十米。桥是红色的。") for _ in range(2)]
    assert drafts[0] == drafts[1]
    assert 0 < drafts[0].confidence < 1


def test_question_in_a_passage_is_never_an_answer() -> None:
    (claim,) = answer("谁在使用这些数据中心？", "谁在使用这些数据中心？银行和保险公司在使用这些数据中心。").claims
    assert claim.text == "银行和保险公司在使用这些数据中心。"


def test_sentence_runs_on_past_a_semicolon_and_never_ends_in_one() -> None:
    text = "总量为八百万；其中八成归十家；"
    assert [span.of(text) for span in whole_sentences(text)] == ["总量为八百万；其中八成归十家"]


def test_sentence_that_would_be_too_long_ends_at_the_semicolon() -> None:
    text = "甲" * 100 + "；" + "乙" * 100 + "。"
    assert [span.of(text) for span in whole_sentences(text)] == ["甲" * 100, "乙" * 100 + "。"]


def test_a_sentence_of_a_word_or_two_opens_the_next() -> None:
    text = "Can I cancel? Yes. Write to us a week before. 可以。提前一周写信。"
    assert [span.of(text) for span in whole_sentences(text)][1:] == [
        "Yes. Write to us a week before.",
        "可以。提前一周写信。",
    ]


def test_sentence_does_not_run_on_past_a_line_break() -> None:
    assert len(whole_sentences("第一条；\n第二条。")) == 2


def test_another_year_lowers_confidence() -> None:
    text = "2022年的收入达到2600亿美元。"
    told, near_miss = (answer(f"{year}年的收入是多少？", text).confidence for year in (2022, 2025))
    assert near_miss < told


def test_latin_name_that_is_missing_lowers_confidence() -> None:
    text = "Acme was founded in 1999 by two engineers."
    told, near_miss = (answer(f"When was {name} founded?", text).confidence for name in ("Acme", "Zenith"))
    assert near_miss < told


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("平台是哪一年推出的？", "date"),
        ("多少钱？", "money"),
        ("How many experts came?", "number"),
        ("When did it open?", "date"),
        ("占百分之几？", "percent"),
    ],
)
def test_kind_of_value_asked_for_is_understood(question: str, kind: str) -> None:
    assert kind in analyse(question).answer_types


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Is Lin Denan the director?", ("lin denan",)),
        ("Describe the role of Yang Chengwei", ("yang chengwei",)),
        ("Whose idea was it?", ()),
        ("Acme的CEO是谁？", ("acme",)),
    ],
)
def test_names_are_without_the_words_that_ask(question: str, names: tuple[str, ...]) -> None:
    assert analyse(question).mentions == names


def test_passages_of_one_text_are_read_once() -> None:
    first, other, again = passage("The bridge is long."), passage("It opened."), passage("The bridge is long.")
    assert distinct([first, other, again]) == [first, other]


def test_value_that_the_question_names_itself_does_not_answer_it() -> None:
    asked = analyse("2018年来了多少人？")
    echo, told = "2018年的论坛。", "来了400多人。"
    assert not asked.matches_answer_type(echo, values_in(echo))
    assert asked.matches_answer_type(told, values_in(told))


def test_how_many_is_not_matches_answer_type_which_one() -> None:
    assert not analyse("How many square feet are there?").matches_answer_type("第三", values_in("第三"))
    assert analyse("香港排第几？").matches_answer_type("第三", values_in("第三"))


@pytest.mark.parametrize(
    ("question", "text", "astray"),
    [
        ("2025年收入是多少？", "2022年收入为三百万元。", True),  # another year in its place
        ("2025年收入是多少？", "2022年收入为三百万元。2025年会更多。", False),  # told of elsewhere
        ("2025年收入是多少？", "收入为三百万元。", False),  # no other year
        ("Who founded Orchid?", "The firm was founded by Ada.", True),  # a name that is nowhere
        ("Who founded Orchid?", "The firm was founded by Ada. It is called Orchid.", False),
    ],
)
def test_what_a_sentence_tells_of_something_else(question: str, text: str, astray: bool) -> None:
    candidates = read(analyse(question), [passage(text)], HashEmbedder(), None)
    assert bool(candidates[0].features.astray) == astray


def test_place_in_the_other_language_is_not_missing() -> None:
    asked = analyse("How large is the space in Hong Kong?")
    assert asked.unsaid("香港有838万平方呎。", []) == 0
    assert asked.unsaid("新加坡有838万平方呎。", []) == 1


def test_question_for_several_things_may_get_several_sentences() -> None:
    assert analyse("公司在哪些地方有办公室？").several
    assert not analyse("公司在哪里？").several


def test_every_fitted_number_belongs_to_a_feature() -> None:
    named = set(Features.__dataclass_fields__)
    fitted = calibration()
    assert set(fitted.ranking) <= named
    assert set(fitted.ranking) | set(fitted.confidence) == named - set(READERS) | {"share", "bias"}


def test_metric_was_fitted_for_the_default_embedder() -> None:
    assert calibration().embedder == open_embedder("default").id
    assert metric().left.shape == metric().right.shape == (len(metric().focus), 32)


def test_name_may_stand_in_the_sentence_before(real: Embedder) -> None:
    text = "Beyond Limits在香港科学园设了办公室。公司2014年创办，专做人工智能。办公室以白色为主调。"
    (claim,) = answer("Beyond Limits是哪一年创办的？", text, embedder=real).claims
    assert "2014年" in claim.text


@pytest.mark.parametrize(
    ("question", "told"),
    [("When was the museum opened?", "1987"), ("博物馆的票价是多少钱？", "50 dollars")],
)
def test_sentence_is_found_in_both_languages(real: Embedder, question: str, told: str) -> None:
    text = "The museum was opened in 1987. A ticket costs 50 dollars. The garden is closed on Mondays."
    (claim,) = answer(question, text, embedder=real).claims
    assert told in claim.text


def test_unrelated_passage_is_less_sure_than_the_answer(real: Embedder) -> None:
    question = "谁创办了这家公司？"
    told = answer(question, "这家公司由陈大文在2014年创办。", embedder=real)
    other = answer(question, "天气预报说明天多云，后天有雨。", embedder=real)
    assert told.confidence > other.confidence


def test_a_document_whose_title_is_the_name_that_is_asked_of_is_meant_however_short_that_is() -> None:
    texts = {"云台寺": "云台寺建于1602年。", "白鹿寺": "塔建于1488年。"}
    chunks = [Chunk(f"{title}.txt", 0, len(text), text, title, None, "zh") for title, text in texts.items()]
    kept = Selection(analyse("白鹿寺是哪一年建的？")).of(chunks)
    assert [len(own) for own in kept] == [0, 1]
    assert [len(own) for own in Selection(analyse("哪座寺的塔最高？")).of(chunks)] == [1, 1]


def test_a_sentence_in_the_other_language_is_read_in_translation() -> None:
    texts = ("The keeper of the lighthouse has a salary of 40 crowns.", "Ferries leave at noon.", "看守人住在灯塔里。")
    passages = [Passage(Chunk(t, 0, len(t), t, "Island", None, language_of(t)), 1.0, 1.0, 1.0, 1.0) for t in texts]
    asked = analyse("灯塔看守人的薪水是多少？").embedded_by(HashEmbedder())
    keeper, ferries, own = read(asked, passages, HashEmbedder(), None)
    assert keeper.features.translated > ferries.features.translated
    assert own.features.translated == own.features.translated_context == 0
