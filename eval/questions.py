"""JSON lines of ``eval/questions/`` to Questions, and what is wrong with them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

QUESTIONS = Path(__file__).with_name("questions")

SETS = {"seeds": "seeds_*.jsonl", "corpus": "corpus_*.jsonl", "real": "real_pages.jsonl", "feedback": "feedback.jsonl"}
"""Question set to its files."""

UNANSWERABLE = "unanswerable"
FOLLOWUP = "followup"
HOSTILE_KIND = "hostile"
KINDS = (
    *("fact", "across", "traditional", "table", "list", "howto", "why", "compare", "yesno", "count", "summary"),
    *("version", FOLLOWUP, HOSTILE_KIND, UNANSWERABLE),
)

IN_PARTS = frozenset(("list", "compare", "summary"))
"""Kinds whose answers are right by the share of the facts that they say; all others must say every fact."""

INSTRUCTION = ("instruction ", "posing ")
"""How ``why`` begins where the question carries an instruction."""

Split = Literal["tuned", "held-out"]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One question with what a right answer must say and cite; the fields are told in ``questions/README.md``."""

    id: str
    question: str
    language: str
    kind: str
    document: str | None
    quotes: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    dialogue: tuple[str, ...] = ()
    bait: tuple[str, ...] = ()
    why: str = ""
    documents: tuple[str, ...] = ()
    """Where quotes stand in several documents, all of them."""

    @property
    def golds(self) -> tuple[str, ...]:
        """The documents that answer it; none where nothing does."""
        return self.documents or ((self.document,) if self.document else ())

    @property
    def answerable(self) -> bool:
        """Whether a document answers it."""
        return self.kind != UNANSWERABLE

    @property
    def instruction(self) -> bool:
        """Whether it tries to give the product orders, itself or through its document."""
        return bool(self.bait) or self.why.startswith(INSTRUCTION)

    @property
    def split(self) -> Split:
        """``held-out`` for a third of the ids by their hash: the same third on every machine, and for ever."""
        return "held-out" if int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 3 == 0 else "tuned"


class QuestionsError(Exception):
    """A question file cannot be read, or a question is not as ``questions/README.md`` says."""


def load(name: str, folder: Path = QUESTIONS) -> list[GoldQuestion]:
    """The questions of the set called ``name``, in the order of its files.

    Raises:
        QuestionsError: no such set or file, a line that is no JSON object, or one with a missing or unknown field.
    """
    if name not in SETS:
        raise QuestionsError(f"no question set {name!r}: choose one of {', '.join(SETS)}")
    files = sorted(folder.glob(SETS[name]))
    if not files:
        raise QuestionsError(f"no file {SETS[name]} in {folder}")
    return [question for file in files for question in read(file)]


def problems(questions: Sequence[GoldQuestion]) -> list[str]:
    """What is wrong with a set, one sentence each; none where all is well."""
    counts = Counter(question.id for question in questions)
    found = [f"{name}: the id is used {count} times" for name, count in counts.items() if count > 1]
    return found + [f"{question.id}: {problem}" for question in questions for problem in _problems(question)]


def _problems(question: GoldQuestion) -> Iterator[str]:
    if question.kind not in KINDS:
        yield f"the kind {question.kind!r} is not one of {', '.join(KINDS)}"
    if question.language not in {"zh", "en"}:
        yield f"the language {question.language!r} is neither zh nor en"
    if not question.question.strip():
        yield "the question is empty"
    if (question.kind == FOLLOWUP) != bool(question.dialogue):
        yield "a dialogue belongs to follow-ups, and to nothing else"
    if question.documents and question.document not in question.documents:
        yield f"the document {question.document!r} is not one of its documents"
    if question.answerable and not (question.document and question.quotes and question.facts):
        yield "an answerable question needs a document, quotes and facts"
    if not question.answerable and (question.document or question.quotes or question.facts):
        yield "an unanswerable question has no document, no quotes and no facts"
    if question.kind == HOSTILE_KIND and not question.bait:
        yield "a hostile document has a bait: what its orders want to be said"
    if not all(fact and all(form.strip() for form in fact) for fact in question.facts):
        yield "a fact has no form, or an empty one"


def read(file: Path) -> list[GoldQuestion]:
    """The questions of one file.

    Raises:
        QuestionsError: it cannot be read, or a line is no JSON object, or has a missing or unknown field.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise QuestionsError(f"{file} cannot be read: {error}") from error
    return [_read(file, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _read(file: Path, number: int, line: str) -> GoldQuestion:
    try:
        return _question(json.loads(line))
    except (ValueError, TypeError, KeyError) as error:
        raise QuestionsError(f"{file.name}, line {number}: {error}") from error


def _question(fields: dict[str, Any]) -> GoldQuestion:
    fields["quotes"] = tuple(fields["quotes"])
    fields["facts"] = tuple(tuple(fact) for fact in fields["facts"])
    for name in ("dialogue", "bait", "documents"):
        fields[name] = tuple(fields.get(name, ()))
    return GoldQuestion(**fields)
