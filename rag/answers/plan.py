"""The input of a plan: the question, its passages, the generator and the documents of the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import exp
from typing import Protocol

from rag.answers.attendance import attended
from rag.answers.claims import likelier
from rag.answers.corrected import corrected
from rag.answers.labelled import labelled
from rag.answers.lines import Lines
from rag.answers.ranked import ranked
from rag.answers.table import look_up
from rag.generation.protocol import Generator
from rag.question.analysis import Question, analyse
from rag.types import Document, DocumentInfo, Draft, Embedder, Evidence, Passage

SURE = 0.5
"""The confidence of what is read off the structure of documents, where nothing was fitted."""
COUNTED, SUMMARISED = 0.85, 0.7
"""The same of counts and of summaries, as they are right on the tuned two thirds of the evaluation: 5 of 5 counts, and
.75 of the facts of 8 summaries; both by the rule of succession, (right + 1) / (all + 2)."""


GAIN = {"howto": 0.84}
"""How much more likely the whole section is right than the span in it, as a logarithm of odds. None for lists and yes
or no: there it let in as many wrong answers as right ones."""


class Shelf(Protocol):
    """The documents of an index, as they stand while one question is answered."""

    def documents(self) -> Sequence[DocumentInfo]:
        """Every document, without its text."""
        ...

    def document(self, path: str) -> Document | None:
        """One document with its text."""
        ...

    def search(self, question: Question, k: int | None = None) -> list[Passage]:
        """The best passages for a question, best first: ``k`` of them, or as many as are read."""
        ...


@dataclass(frozen=True)
class Inquiry:
    """A question with all that a plan may use to answer it."""

    question: Question
    passages: Sequence[Passage]
    generator: Generator
    embedder: Embedder
    shelf: Shelf
    threshold: float
    planner: Plan | None = None
    """What drafts the questions that this one is taken apart into; the generator alone where it is None."""
    cache: dict[str, Draft] = field(default_factory=dict)
    """What the generator was asked with these passages."""
    documents: dict[str, Lines | None] = field(default_factory=dict)
    """The documents looked at."""

    @property
    def chinese(self) -> bool:
        """Whether frames are in Chinese."""
        return self.question.answer_language == "zh"

    def fact(self) -> Draft:
        """The cell or line that the structure tells, else what the generator answers, as far as its sentence agrees.

        Found once.
        """
        asked, document = self.question, self.shelf.document
        if asked.text not in self.cache:
            drafted = look_up(asked, self.passages, document, self.embedder)
            drafted = drafted or labelled(asked, self.passages, self.lines)
            drafted = drafted or ranked(asked, self.passages, self.lines)
            drafted = drafted or attended(asked, self.passages, self.lines)
            drafted = drafted or self.generator.generate(asked, self.passages)
            self.cache[asked.text] = corrected(asked, drafted, self.lines, self.embedder)
        return self.cache[asked.text]

    def plan(self) -> Draft:
        """The draft for one part of this question, by the plan for that part."""
        return (self.planner and self.planner(self)) or self.fact()

    def anchor(self, kind: str = "") -> Evidence | None:
        """Where the generator's answer stands; None where it refuses, also what a kind of plan makes of it."""
        draft = self.whole(kind)
        if not draft.claims or draft.confidence < self.threshold or not draft.claims[0].evidence:
            return None
        return draft.claims[0].evidence[0]

    def whole(self, kind: str) -> Draft:
        """The generator's draft, as sure as one that gives all that stands around its answer: see GAIN."""
        return replace(likelier(self.fact(), exp(GAIN.get(kind, 0.0))), kind=kind)

    def about(self, text: str, passages: Sequence[Passage] | None = None) -> Inquiry:
        """Another question on the same shelf, with passages of its own unless some are given."""
        asked = analyse(text, self.question.answer_language)
        asked = asked.embedded_by(self.embedder)
        if passages is None:
            passages = self.shelf.search(asked)
        return replace(self, question=asked, passages=passages, cache={})

    def lines(self, path: str) -> Lines | None:
        """The lines of a document, each with what it is; None where there is no such document."""
        if path not in self.documents:
            document = self.shelf.document(path)
            self.documents[path] = Lines.of(document) if document else None
        return self.documents[path]

    def said(self, chinese: str, english: str) -> str:
        """Words of our own in the language of the answer."""
        return chinese if self.chinese else english


Plan = Callable[[Inquiry], Draft | None]
"""Returns a draft, or None if it finds no evidence."""


def together(parts: Sequence[Draft], kind: str) -> Draft | None:
    """One draft of several; None where no part has an answer."""
    sure = [part.confidence for part in parts if part.claims]
    return Draft((), sum(sure) / len(sure), kind=kind, parts=tuple(parts)) if sure else None
