"""The protocol of generators: a question and passages to a draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.question.analysis import Question
from rag.types import Draft, Passage


class Generator(Protocol):
    """Question and passages to an answer draft."""

    @property
    def id(self) -> str:
        """Name and a hash of the weights; stands in the receipt."""
        ...

    def warm_up(self) -> None:
        """Load the model now rather than with the first question; may be called from a thread of its own."""
        ...

    def threshold(self, risk: float) -> float:
        """The confidence from which on no more than the share ``risk`` of the answers given are wrong."""
        ...

    def generate(self, question: Question, passages: Sequence[Passage]) -> Draft:
        """What the passages, best first, answer; a Draft without claims is a refusal."""
        ...
