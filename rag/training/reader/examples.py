"""Question sets on disk to an endless stream of training examples."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.errors import TrainingError
from rag.text import language_of
from rag.training.reader.glossary import Dictionary
from rag.training.reader.negatives import Nearest, NearMiss
from rag.training.reader.switching import switch_passage, switch_question
from rag.types import Language

Spans = tuple[tuple[int, int], ...]

WEIGHTS = {"cmrc_train": 32, "drcd": 20, "squad2_part": 26, "policyqa": 9, "covidqa": 9, "cloze": 4}
"""How often each file is drawn from. English has few questions about encyclopaedic text, so they come round oftener."""

MADE = {"plain": 52, "two": 10, "near miss": 12, "mismatched": 14, "elsewhere": 12}
"""How often a question is asked as it is, together with another, with one thing swapped, with a passage found for it
that does not answer, or with another part of its own passage."""

UNANSWERABLE = 0.6
"""How often a question drawn that its file calls unanswerable is used: one file has half of them."""

HELD_OUT = {"cmrc_trial": 1.0, "cmrc_train": 0.02, "drcd": 0.04, "squad2_part": 0.08, "policyqa": 0.03, "covidqa": 0.05}
"""The share of passages that training never sees: for the learning curve, calibration and thresholds."""


@dataclass(frozen=True)
class Example:
    """A question read with a passage. No spans: the passage does not answer."""

    question: str
    passage: str
    spans: Spans
    kind: str = "plain"
    avoid: Spans = ()
    """What the window must not show: where the question is answered after all."""


@dataclass(frozen=True)
class Item:
    """A question as its file gives it."""

    question: str
    passage: int
    span: tuple[int, int] | None


@dataclass
class QuestionSet:
    """One file: passages and the questions on them."""

    name: str
    language: Language
    passages: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def load(folder: Path, held_out: bool) -> list[QuestionSet]:
    """Those files of ``folder`` that HELD_OUT names: the part training never sees, or the rest.

    Raises:
        TrainingError: there is none.
    """
    files = {name: folder / f"{name}.jsonl.gz" for name in HELD_OUT}
    if not any(path.exists() for path in files.values()):
        names = ", ".join(path.name for path in files.values())
        raise TrainingError(f"{folder} has no question sets.", f"put one of these there: {names}")
    sets = []
    for name, path in files.items():
        if path.exists() and (rows := read_rows(path, HELD_OUT[name], held_out)):
            sets.append(_question_set(name, rows))
    return sets


def read_rows(path: Path, share: float, held_out: bool) -> list[dict[str, Any]]:
    """The rows of one file in the held-out ``share`` of its passages, or outside it; which is which never changes."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if (_bucket(row["context"]) < share) is held_out]


def _bucket(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32


def _question_set(name: str, rows: list[dict[str, Any]]) -> QuestionSet:
    found = QuestionSet(name, language_of(rows[0]["context"]))
    for row in rows:
        for qa in row["qas"]:
            span = None
            if qa["answer"] is not None:
                lead = len(qa["answer"]) - len(qa["answer"].lstrip())
                answer = qa["answer"].strip().rstrip("。，；")
                span = (qa["start"] + lead, qa["start"] + lead + len(answer)) if answer else None
                if span is None:
                    continue
            found.items.append(Item(qa["question"].strip(), len(found.passages), span))
        found.passages.append(row["context"])
    return found


class Stream:
    """Groups of examples without end: the reads of one question that share a normalisation, the answering one first."""

    def __init__(self, sets: list[QuestionSet], dictionary: Dictionary | None, seed: int) -> None:
        """``dictionary`` turns questions and passages into the other language's words; None keeps to one language."""
        self.sets = {s.name: s for s in sets}
        self.dictionary = dictionary
        self.rng = random.Random(seed)
        self.nearest = {s.name: Nearest(s.passages) for s in sets}
        self.near_miss = {s.name: NearMiss([i.question for i in s.items], s.language) for s in sets}
        names = [name for name in WEIGHTS if name in self.sets or name == "cloze"]
        self.names, self.weights = names, [WEIGHTS[n] for n in names]
        self.by_passage: dict[str, dict[int, list[Item]]] = {}
        for s in sets:
            grouped: dict[int, list[Item]] = {}
            for item in s.items:
                grouped.setdefault(item.passage, []).append(item)
            self.by_passage[s.name] = grouped

    def __iter__(self) -> Iterator[list[Example]]:
        while True:
            group = self._draw()
            if group:
                yield [self._script(e) for e in self._switched(group)]

    def _draw(self) -> list[Example]:
        """A question as it is, made harder, or with a passage that does not answer it beside its own."""
        name = self.rng.choices(self.names, self.weights)[0]
        if name == "cloze":
            return self._cloze()
        questions = self.sets[name]
        item = self.rng.choice(questions.items)
        passage = questions.passages[item.passage]
        if item.span is None:
            return [Example(item.question, passage, (), "unanswerable")] if self.rng.random() < UNANSWERABLE else []
        return self._made(name, item, Example(item.question, passage, (item.span,)))

    def _made(self, name: str, item: Item, plain: Example) -> list[Example]:
        """What becomes of a question that its passage answers; as it is where the rest cannot be done."""
        made = self.rng.choices(list(MADE), list(MADE.values()))[0]
        if made == "two":
            return [self._two_questions(name, item, plain.passage) or plain]
        if made == "near miss":
            missed = self.near_miss[name].ask(plain.question, plain.passage, self.rng)
            return [Example(missed, plain.passage, (), made)] if missed else [plain]
        if made == "mismatched":
            answer = plain.passage[slice(*plain.spans[0])]
            other = self.nearest[name].draw(plain.question, item.passage, answer, self.rng)
            if other is not None:
                return [plain, Example(plain.question, self.sets[name].passages[other], (), made)]
        if made == "elsewhere":
            return [plain, replace(plain, spans=(), kind=made, avoid=plain.spans)]
        return [plain]

    def _two_questions(self, name: str, item: Item, passage: str) -> Example | None:
        """Two questions on one passage asked in one breath: the answer is two spans, in the passage's order."""
        others = [
            i
            for i in self.by_passage[name][item.passage]
            if i.span and item.span and (i.span[0] >= item.span[1] or i.span[1] <= item.span[0])
        ]
        near = [i for i in others if i.span and item.span and abs(i.span[0] - item.span[0]) < 250]
        if not near or item.span is None:
            return None
        other = self.rng.choice(near)
        assert other.span is not None
        first, second = item.question.rstrip("？?。"), other.question
        if self.sets[name].language == "zh":
            question = first + self.rng.choice(["，", "，以及", "？", "，还有"]) + second
        else:
            question = first + self.rng.choice([", and ", "? ", " and "]) + second[:1].lower() + second[1:]
        return Example(question, passage, tuple(sorted((item.span, other.span))), "two")

    def _cloze(self) -> list[Example]:
        from rag.training.reader.cloze import cloze

        name = self.rng.choice([n for n in ("squad2_part", "covidqa", "drcd", "cmrc_train") if n in self.sets])
        questions = self.sets[name]
        found = cloze(self.rng.choice(questions.passages), questions.language, self.rng)
        return [Example(*found, "cloze")] if found else []

    def _switched(self, group: list[Example]) -> list[Example]:
        """The question in the other language's words, the passages, both or neither."""
        if self.dictionary is None:
            return group
        chance, share = self.rng.random(), 1.0 if self.rng.random() < 0.75 else 0.5
        if chance < 0.34 or chance > 0.94:
            question = switch_question(group[0].question, self.rng, self.dictionary, share)
            group = [replace(e, question=question) for e in group]
        if chance > 0.7:
            group = [self._switched_passage(e, share) for e in group]
        return group

    def _switched_passage(self, example: Example, share: float) -> Example:
        """Only the words near the spans: a long passage is cut to what a window can hold first."""
        assert self.dictionary is not None
        around = (example.spans or example.avoid or ((self.rng.randrange(len(example.passage)),) * 2,))[0][0]
        start = max(0, around - self.rng.randrange(700))
        piece = example.passage[start : start + 1500]
        held = [(s - start, e - start) for s, e in example.spans or example.avoid]
        if any(not 0 <= s < e <= len(piece) for s, e in held):
            return example
        passage, moved = switch_passage(piece, held, self.rng, self.dictionary, share)
        if example.avoid:
            return replace(example, passage=passage, avoid=tuple(moved))
        return replace(example, passage=passage, spans=tuple(moved))

    def _script(self, example: Example) -> Example:
        """Traditional and Simplified characters trade places now and then, in the question, the passage or both."""
        chance = self.rng.random()
        if chance > 0.3:
            return example
        mode = "t2s" if chance < 0.2 else "s2t"
        passage = converted(example.passage, mode) if self.rng.random() < 0.7 else example.passage
        question = converted(example.question, mode) if self.rng.random() < 0.7 else example.question
        return replace(example, passage=passage, question=question)


def converted(text: str, mode: str) -> str:
    """``text`` in the other script, of the same length; as it is where that fails."""
    found: str = _converter(mode).convert(text)
    return found if len(found) == len(text) else text


@lru_cache(maxsize=2)
def _converter(mode: str) -> Any:
    from opencc import OpenCC

    return OpenCC(mode)
