"""What the reader's readings become: spans or sentences, several things, documents that differ."""

from __future__ import annotations

import json
from dataclasses import replace
from math import log
from pathlib import Path

import pytest

from rag.answers.composer import Composer
from rag.generation.calibration import Calibration
from rag.generation.candidates import Unit
from rag.generation.pointer_network import Pointed
from rag.generation.reader import FILES, VERIFIED, ReaderGenerator, open_reader, shipped_reader
from rag.generation.scored import ScoredCandidate, Signals, items_for_lists, shared, steps_together
from rag.generation.sentence_features import Candidate, Features
from rag.models.embedders import HashEmbedder
from rag.question.analysis import analyse
from rag.types import Chunk, Document, Passage, Span

CALIBRATION = {"ranking": {"pointed": 1.0}, "confidence": {"share": 2.0, "bias": -1.0}, "span": 0.5}
OLD, NEW = "The museum drew 4,000 visitors last year.", "The museum drew 5,200 visitors last year."
HOW_MANY = "How many visitors did the museum draw?"
OTHERS = ("The station is old.", "The harbour was built in 1901.", "A library stands nearby.", "Dogs may swim.")


def reader() -> ReaderGenerator:
    return ReaderGenerator(
        HashEmbedder(), {"calibration.json": json.dumps(CALIBRATION).encode()}.__getitem__, "small", str
    )


def document(name: str, text: str, date: str | None) -> Document:
    return Document(name, text, "Museum", "en", "", date=date)


def passages_of(*texts: str) -> list[Passage]:
    return [Passage(Chunk(t, 0, len(t), t, "Museum", None, "en"), 1.0, 1.0, 1.0, 1.0) for t in texts]


def seen(text: str, span: str, name: str, share: float, end: float = 1.0) -> ScoredCandidate:
    """A passage of one sentence, of which the reader would quote ``span``."""
    passage = Passage(Chunk(name, 0, len(text), text, "Museum", None, "en"), 1.0, 1.0, 1.0, 1.0)
    features = Features(*[0.0] * len(Features.__dataclass_fields__))
    signals = Signals(pointed=log(share), answers=1.0, best=1.0, sharp=0.0, ended=end)
    start = text.index(span)
    pointed = Pointed(0, Span(start, start + len(span)), 0.0, log(end))
    unit = Unit(Span(0, len(text)), Span(0, len(text)), text)
    return ScoredCandidate(Candidate(passage, unit, features), signals, pointed, share)


def texts(question: str, *ranked: ScoredCandidate) -> list[str]:
    return [claim.text for claim in reader().draft(ranked, analyse(question)).claims]


def test_a_sure_span_is_quoted_alone_and_a_doubtful_one_in_its_sentence() -> None:
    assert texts(HOW_MANY, seen(OLD, "4,000", "a", 0.9)) == ["4,000"]
    assert texts(HOW_MANY, seen(OLD, "4,000", "a", 0.9, end=0.3)) == [OLD]
    draft = reader().draft([seen(OLD, "4,000", "a", 0.9, end=0.3)], analyse(HOW_MANY), sure=0.0)
    assert draft.claims[0].text == "4,000"


def test_nothing_to_read_is_a_refusal() -> None:
    assert reader().draft([], analyse(HOW_MANY)).claims == ()


def test_several_things_are_told_where_they_are_nearly_as_likely() -> None:
    first, second, third = (
        seen(f"The {name} museum is here.", f"{name} museum", name, share)
        for name, share in (("sea", 0.5), ("rail", 0.3), ("toy", 0.1))
    )
    assert texts("Which museum is in town?", first, second, third) == ["sea museum"]
    assert texts("List the museums in town.", first, second, third) == ["sea museum", "rail museum"]


@pytest.mark.parametrize(
    ("other", "span", "name", "share", "told"),
    [
        (NEW, "5,200", "b", 0.4, 2),
        (NEW, "5,200", "b", 0.1, 1),  # far less likely
        (NEW, "5,200", "a", 0.4, 1),  # one document
        (OLD.replace("4,000", "4 thousand"), "4 thousand", "b", 0.4, 1),  # the same value
        ("The museum drew visitors from Oslo.", "Oslo", "b", 0.4, 1),  # no value
    ],
)
def test_another_documents_other_value_is_told_too(other: str, span: str, name: str, share: float, told: int) -> None:
    ranked = [seen(OLD, "4,000", "a", 0.5), seen(other, span, name, share)]
    draft = reader().draft(ranked, analyse(HOW_MANY))
    assert (len(draft.claims), draft.differing) == (told, told == 2)


def test_documents_that_differ_are_shown_with_their_dates() -> None:
    documents = {"a": document("a", OLD, "2021-05-01"), "b": document("b", NEW, "2023-05-01")}
    ranked = [seen(OLD, "4,000", "a", 0.5), seen(NEW, "5,200", "b", 0.4)]
    draft = reader().draft(ranked, analyse(HOW_MANY))
    answer = Composer(documents.get).compose(analyse(HOW_MANY), draft, [one.candidate.passage for one in ranked], 0.0)
    assert answer.text == "4,000 (2021-05-01)[1]; 5,200 (2023-05-01)[2]"
    assert [citation.quote for citation in answer.citations] == ["4,000", "5,200"]


def test_the_same_claims_without_dates_are_not_dated() -> None:
    documents = {"a": document("a", OLD, None)}
    draft = reader().draft([seen(OLD, "4,000", "a", 0.5)], analyse(HOW_MANY))
    assert Composer(documents.get).compose(analyse(HOW_MANY), draft, [], 0.0).text == "4,000[1]"


def test_readers_of_other_weights_have_another_id(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(b"{}")
    before = open_reader(HashEmbedder(), tmp_path).id
    assert before == open_reader(HashEmbedder(), tmp_path).id
    (tmp_path / "decoder.onnx").write_bytes(b"other")
    assert open_reader(HashEmbedder(), tmp_path).id != before


def test_the_best_at_first_sight_are_looked_at_again_and_the_others_count_as_the_least_of_them() -> None:
    texts = (*OTHERS, OLD)
    ranked = shipped_reader(HashEmbedder()).rank(analyse(HOW_MANY), passages_of(*texts))
    odds = [one.signals.verified for one in ranked]
    assert ranked[0].candidate.text == OLD
    assert len(set(odds)) == VERIFIED
    assert odds.count(min(odds)) == len(texts) - VERIFIED + 1


def test_where_one_of_the_first_passages_answers_the_others_are_not_read() -> None:
    def read(question: str, *texts: str) -> set[str]:
        scored = shipped_reader(HashEmbedder()).score(analyse(question), passages_of(*texts))
        return {one.candidate.text for one in scored}

    built, others = "When was the harbour built?", ("The harbour was built in 1901.", OLD, OTHERS[0], OTHERS[2])
    assert read(built, *others) == set(others[:2])
    assert read(built, *others[::-1]) == set(others)
    assert read("List the museums in town.", *others) == set(others)


def test_a_risk_is_the_threshold_it_was_calibrated_to() -> None:
    calibration = Calibration({}, {}, risks=((0.1, 0.8), (0.2, 0.6)))
    assert [calibration.threshold(risk) for risk in (0.05, 0.1, 0.15, 0.2, 0.9, 1.0)] == [1.0, 0.8, 0.8, 0.6, 0.6, 0.0]
    assert Calibration({}, {}).threshold(0.25) == 0.75


def test_an_item_takes_the_place_of_its_list_where_one_value_is_asked_for() -> None:
    text = "1. Shows a pass.\n2. Leaves a deposit of 45 euros."
    first, second = Span(0, 16), Span(17, len(text))
    passage = Passage(Chunk("a", 0, len(text), text, "Hire", None, "en"), 1.0, 1.0, 1.0, 1.0)
    fitting = Features(*[0.0] * len(Features.__dataclass_fields__))
    fitting = replace(fitting, matches_answer_type=1.0)

    def unit(
        span: Span, share: float, pointed: float, verified: float, parts: tuple[Span, ...] = ()
    ) -> ScoredCandidate:
        signals = Signals(log(pointed), 1.0, 1.0, 0.0, 1.0, verified)
        own = Unit(span, span, text, "list" if parts else "sentence", parts)
        return ScoredCandidate(Candidate(passage, own, fitting), signals, None, share)

    whole = unit(Span(0, len(text)), 0.7, 0.98, -1.0, (first, second))
    item, other = unit(second, 0.25, 0.97, 0.5), unit(first, 0.05, 0.01, -2.0)
    assert [(one.candidate.span, round(one.share, 2)) for one in items_for_lists([whole, item, other])] == [
        *((second, 0.95), (first, 0.05))
    ]
    outer = unit(Span(0, len(text)), 0.5, 0.99, -1.0, (first, second))
    nested = items_for_lists([outer, replace(whole, share=0.2), item, other])
    assert [(one.candidate.span, round(one.share, 2)) for one in nested] == [(second, 0.95), (first, 0.05)]
    spread = unit(second, 0.25, 0.5, 0.5)
    assert items_for_lists([whole, spread, other])[0] == whole
    doubted = unit(second, 0.25, 0.97, -1.5)
    assert items_for_lists([whole, doubted, other])[0] == whole


def test_an_answer_has_the_share_of_all_sentences_that_say_it() -> None:
    other, old = seen(NEW, "5,200", "b", 0.1), seen(OLD, "4,000", "a", 0.5)
    assert shared([old, other]) == 0.5
    assert shared([old, other, seen(OLD, "4,000", "c", 0.4)]) == 0.9
    within = replace(old.candidate.unit, span=Span(4, 20))
    item = replace(old, candidate=replace(old.candidate, unit=within), share=0.2)
    assert shared([old, item, other]) == 0.7


def test_sentences_of_a_paragraph_give_one_reason() -> None:
    text = "Ferries stop in July. The quay is rotten. Buses run instead.\nTea is served."
    chunk = Chunk("a", 0, len(text), text, "Harbour", None, "en")
    features = Features(*[0.0] * len(Features.__dataclass_fields__))

    def sentence(words: str, share: float) -> ScoredCandidate:
        span = Span(text.index(words), text.index(words) + len(words))
        candidate = Candidate(Passage(chunk, 1.0, 1.0, 1.0, 1.0), Unit(span, span, words), features)
        return ScoredCandidate(candidate, Signals(log(share), 1.0, 1.0, 0.0, 1.0), None, share)

    ranked = [
        sentence(words, share)
        for words, share in (
            ("The quay is rotten.", 0.4),
            ("Ferries stop in July.", 0.3),
            ("Tea is served.", 0.2),
            ("Buses run instead.", 0.1),
        )
    ]
    assert texts("Why do ferries stop?", *ranked) == ["Ferries stop in July.", "The quay is rotten."]
    assert texts("When do ferries stop?", *ranked) == ["The quay is rotten."]
    assert (shared(ranked), round(shared(ranked, paragraph=True), 2)) == (0.4, 0.8)


def test_numbered_steps_together_answer_how_something_is_done() -> None:
    text = "Read this first.\n1. Lift the lid.\n2. Pull the lever."
    passage = Passage(Chunk("a", 0, len(text), text, "Manual", None, "en"), 1.0, 1.0, 1.0, 1.0)

    def line(number: int, share: float) -> ScoredCandidate:
        own = text.split("\n")[number]
        start = text.index(own)
        one = seen(own, own, "a", share)
        unit = Unit(Span(start, start + len(own)), Span(start, start + len(own)), own)
        return replace(one, candidate=replace(one.candidate, passage=passage, unit=unit))

    ranked = [line(0, 0.6), line(2, 0.22), line(1, 0.18)]
    steps = steps_together(ranked)
    assert steps[0].candidate.text == "2. Pull the lever."
    assert steps[0].share > 0.6
    assert steps_together([line(0, 0.6), line(2, 0.4)])[0].candidate.text == "Read this first."


def test_a_question_that_names_one_of_two_documents_is_answered_from_it_alone() -> None:
    def priced(text: str, span: str, title: str, share: float) -> ScoredCandidate:
        one = seen(text, span, title, share)
        chunk = replace(one.candidate.passage.chunk, title=title)
        return replace(one, candidate=replace(one.candidate, passage=replace(one.candidate.passage, chunk=chunk)))

    basic = priced("A visit costs at most 30 euros.", "30 euros", "Pet plan Basic", 0.5)
    premium = priced("A visit costs at most 90 euros.", "90 euros", "Pet plan Premium", 0.45)
    assert texts("How much does a visit cost at most?", basic, premium) == ["30 euros", "90 euros"]
    assert texts("How much does a visit cost at most in the Basic plan?", basic, premium) == ["30 euros"]
    assert texts("How much does a visit cost at most, Basic or Premium?", basic, premium) == ["30 euros", "90 euros"]
