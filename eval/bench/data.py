"""Public question sets, gzipped JSON lines, to passages and questions."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from eval import questions
from rag import Document, RagError, language_of

Language = Literal["zh", "en"]


class DataMissing(RagError):
    """A file that a benchmark reads is not in the data folder."""


@dataclass(frozen=True, slots=True)
class Qa:
    """A question on a passage; ``answer`` and ``start`` are None where the passage does not answer it."""

    question: str
    answer: str | None
    start: int | None


@dataclass(frozen=True, slots=True)
class QaPassage:
    """A passage with the questions asked about it."""

    context: str
    qas: tuple[Qa, ...]


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """A question to a pool of documents, with the paths of those that hold its answer."""

    text: str
    gold: frozenset[str]
    answer: str | None = None
    start: int | None = None
    """Where ``answer`` begins in its document."""

    def judged_by(self) -> questions.GoldQuestion:
        """What the evaluation's judge compares an answer with."""
        known = () if self.answer is None else (self.answer,)
        return questions.GoldQuestion(
            id="",
            question=self.text,
            language=language_of(self.text),
            kind="fact" if known else questions.UNANSWERABLE,
            document=min(self.gold) if known else None,
            documents=tuple(sorted(self.gold)) if known else (),
            quotes=known,
            facts=(known,) if known else (),
        )


@dataclass(frozen=True, slots=True)
class Pool:
    """Documents to search and questions to ask them."""

    documents: tuple[Document, ...]
    questions: tuple[BenchQuestion, ...]


def read_lines(folder: Path | None, name: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The objects of ``folder/name.jsonl.gz``, the first ``limit`` of them.

    Raises:
        DataMissing: there is no such folder or file.
    """
    if folder is None:
        raise DataMissing("This benchmark reads public data sets.", "--data DIR")
    path = folder / f"{name}.jsonl.gz"
    if not path.is_file():
        raise DataMissing(f"{path}: no such file.", "--data DIR, the folder that holds it")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from islice(map(json.loads, lines), limit)


def read_passages(folder: Path | None, name: str, limit: int | None = None) -> list[QaPassage]:
    """The first ``limit`` passages of a question set."""
    return [
        QaPassage(row["context"], tuple(Qa(qa["question"], qa["answer"], qa["start"]) for qa in row["qas"]))
        for row in read_lines(folder, name, limit)
    ]


def as_document(path: str, text: str, language: Language, title: str = "") -> Document:
    """A public passage as a Document of its own."""
    return Document(path, text, title, language, hashlib.sha256(text.encode()).hexdigest())


def as_pool(passages: Sequence[QaPassage], name: str, language: Language) -> Pool:
    """One set's passages, and its questions as they were asked of them."""
    documents = tuple(as_document(path_of(name, i), one.context, language) for i, one in enumerate(passages))
    questions = tuple(
        BenchQuestion(qa.question, frozenset({path_of(name, i)}), qa.answer, qa.start)
        for i, one in enumerate(passages)
        for qa in one.qas
    )
    return Pool(documents, questions)


def across(asked: Sequence[QaPassage], searched: Sequence[QaPassage], name: str, language: Language) -> Pool:
    """The documents of ``searched`` with the questions of ``asked``, its translation passage by passage."""
    documents = as_pool(searched, name, language).documents
    questions = tuple(
        BenchQuestion(qa.question, frozenset({path_of(name, i)}), twin.answer, twin.start)
        for i, (one, other) in enumerate(zip(asked, searched, strict=True))
        for qa, twin in zip(one.qas, other.qas, strict=True)
    )
    return Pool(documents, questions)


def path_of(name: str, number: int) -> str:
    """What passage ``number`` of a set is called as a document."""
    return f"{name}/{number:05d}.txt"
