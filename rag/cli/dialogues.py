"""A line of a file of questions to a question and the ones before it, and these to an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import QuestionError

if TYPE_CHECKING:
    from rag.pipeline import Rag
    from rag.scope import Scope
    from rag.types import Answer

EXAMPLE = '{"question": "And in 2024?", "dialogue": ["What did it cost in 2023?"]}'


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the questions asked before it, oldest first."""

    question: str
    dialogue: tuple[str, ...] = ()


def asked_in_line(line: str) -> Asked:
    """The question of a line: the line itself, or where it is a JSON object its "question" after its "dialogue".

    Raises:
        QuestionError: it begins as a JSON object and is none, or one without a question.
    """
    if not line.lstrip().startswith("{"):
        return Asked(line)
    try:
        given = json.loads(line)
        question, dialogue = given["question"], given.get("dialogue", [])
        if isinstance(question, str) and isinstance(dialogue, list) and all(isinstance(one, str) for one in dialogue):
            return Asked(question, tuple(dialogue))
    except (ValueError, KeyError):
        pass
    raise QuestionError(f"{line[:60]!r} is no JSON object with a question.", f"write a line such as {EXAMPLE}")


def answered(rag: Rag, asked: Asked, scope: Scope) -> Answer:
    """The answer to the last question of a dialogue, each of which is asked in turn of the documents in a scope."""
    from rag.question.coreference import Turn

    history: list[Turn] = []
    for question in asked.dialogue:
        history.append(Turn.of(rag.ask(question, history, scope)))
    return rag.ask(asked.question, history, scope)
