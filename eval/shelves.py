"""Question sets to shelves: documents that are indexed together, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.questions import QUESTIONS, GoldQuestion, QuestionsError, load, problems, read

SEEDS = Path(__file__).parent.parent / "seeds"
HOSTILE = Path(__file__).with_name("hostile")
"""Documents with orders to whoever reads them out; only the evaluation indexes them."""
CORPUS = Path(__file__).with_name("corpus")
"""A folder a shelf, whose questions are in ``questions/corpus_NAME.jsonl``."""

ALL = "all"
"""The set that the gate judges: seeds and corpus."""
CHOICES = (ALL, "seeds", "corpus", "real", "feedback")

QUESTIONS_FILE = "questions.jsonl"
"""What a folder that is not of the project holds beside its documents."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Folders indexed together, and the questions asked of them."""

    name: str
    folders: tuple[Path, ...]
    questions: tuple[GoldQuestion, ...]

    def only(self, kind: str | None) -> Shelf:
        """With the questions of one kind; None keeps all."""
        return Shelf(self.name, self.folders, tuple(one for one in self.questions if kind in {None, one.kind}))

    def absent(self) -> list[str]:
        """The questions whose documents no folder has, one sentence each."""
        return [
            f"{question.id}: there is no document {document!r} in {', '.join(map(str, self.folders))}"
            for question in self.questions
            for document in question.golds
            if not any((folder / document).is_file() for folder in self.folders)
        ]


def shelves(name: str, data: Path = SEEDS) -> list[Shelf]:
    """The shelves of a question set; ``data`` is where the documents are of all sets but the corpus.

    Raises:
        QuestionsError: there is no such set, or its questions cannot be read.
    """
    if name == ALL:
        return shelves("seeds", data) + shelves("corpus")
    if name == "corpus":
        return [
            Shelf(f"corpus/{folder.name}", (folder,), tuple(read(QUESTIONS / f"corpus_{folder.name}.jsonl")))
            for folder in sorted(CORPUS.iterdir())
            if folder.is_dir()
        ]
    return [Shelf(name, (data, HOSTILE) if name == "seeds" else (data,), tuple(load(name)))]


def shelf_of(folder: Path) -> Shelf:
    """The shelf that a folder of documents with a ``questions.jsonl`` makes.

    Raises:
        QuestionsError: there is no such folder or file, or a line of it is no question.
    """
    if not folder.is_dir():
        raise QuestionsError(f"{folder} is no folder: give one that holds documents and {QUESTIONS_FILE}")
    return Shelf(folder.resolve().name, (folder,), tuple(read(folder / QUESTIONS_FILE)))


def check(chosen: Sequence[Shelf]) -> None:
    """See that every question can be asked and judged.

    Raises:
        QuestionsError: what is wrong, question by question.
    """
    wrong = problems([question for shelf in chosen for question in shelf.questions])
    wrong += [problem for shelf in chosen for problem in shelf.absent()]
    if wrong:
        raise QuestionsError("\n  ".join(("the questions do not fit the documents:", *wrong)))
