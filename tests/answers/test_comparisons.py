"""Each side of a comparison is read from what is said of it, never from what is said of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answers.claims import claim
from rag.answers.plan import Inquiry
from rag.answers.sidewise import weighed
from rag.question.analysis import Question, analyse
from rag.types import Draft, Passage, Span
from tests.answers.asking import EMBEDDER, THRESHOLD, MemoryShelf, Quoting, asked
from tests.builders import document


class Faint(Quoting):
    """Is never sure of what it quotes."""

    def generate(self, question: Question, passages: Sequence[Passage]) -> Draft:
        return replace(super().generate(question, passages), confidence=0.1)


PARKS = {
    "east.md": "East park\nThe gate closes at 21:00.",
    "west.md": "West park\nThe gate closes at 19:00.",
}


def test_each_side_is_read_from_its_own_document() -> None:
    answer = asked("When does the gate close at East park and West park respectively?", PARKS, "21:00", "19:00")
    assert [part.label for part in answer.parts] == ["East park", "West park"]
    assert ["21:00" in part.text for part in answer.parts] == [True, False]
    assert ["19:00" in part.text for part in answer.parts] == [False, True]


def test_what_is_said_of_one_side_is_not_said_of_the_other() -> None:
    texts = {"a.txt": "East park closes at 21:00."}
    answer = asked("When does East park and West park close respectively?", texts, "21:00")
    assert [part.refused for part in answer.parts] == [False, True]


def test_what_one_sentence_says_of_both_sides_is_said_of_both() -> None:
    texts = {"a.txt": "East park and West park close at 21:00."}
    answer = asked("When does East park and West park close respectively?", texts, "21:00")
    assert [part.refused for part in answer.parts] == [False, False]


HALLS = {
    "Larkhall rules.md": "Larkhall rules\nThe gate closes at 21:00.",
    "Fenhall rules.md": "Fenhall rules\nThe doors are shut at 19:00.",
}


def test_a_document_whose_name_tells_a_side_is_read_for_that_side_alone() -> None:
    answer = asked("When does the gate close at Larkhall and Fenhall respectively?", HALLS, "21:00", "19:00")
    assert ["21:00" in part.text for part in answer.parts] == [True, False]
    assert ["19:00" in part.text for part in answer.parts] == [False, True]


def sure_of(*confidences: float) -> list[float]:
    """How sure the versions of one rule are, each told by its own document, weighed together."""
    texts = {
        "rules-2020.md": "The fee for a late book is 2 crowns a day.",
        "rules-2024.md": "The fee for a late book is 3 crowns a day.",
    }
    shelf = MemoryShelf({path: document(path, text) for path, text in texts.items()})
    asked_for = analyse("What is the fee for a late book?").embedded_by(EMBEDDER)
    inquiry = Inquiry(asked_for, shelf.search(asked_for), Quoting(()), EMBEDDER, shelf, THRESHOLD)
    parts = [
        Draft((claim(shelf.known[path], Span(0, len(text))),), confidence)
        for (path, text), confidence in zip(texts.items(), confidences, strict=True)
    ]
    return [part.confidence for part in weighed(inquiry, parts)]


def test_a_side_that_is_told_surely_speaks_for_the_other() -> None:
    surely, other = sure_of(0.8, 0.2)
    assert surely == 0.8
    assert THRESHOLD < other < 0.8


def test_versions_told_in_the_same_words_with_other_figures_speak_for_each_other() -> None:
    assert all(one > THRESHOLD for one in sure_of(0.2, 0.2))
    assert not any(one > THRESHOLD for one in sure_of(0.01, 0.01))


def test_what_two_things_are_is_told_by_sentences_with_their_names() -> None:
    texts = {"a.txt": "Corvel weaves linen.", "b.txt": "Ostra spins wool."}
    phrases = ("Corvel weaves linen.", "Ostra spins wool.")
    answer = asked("What is the difference between Corvel and Ostra?", texts, generator=Faint(phrases))
    assert [part.refused for part in answer.parts] == [False, False]
    assert (
        asked("What is the difference between Corvel and Marl?", texts, generator=Faint(phrases[:1])).parts[1].refused
    )
