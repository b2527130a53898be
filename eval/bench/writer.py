"""What stands and what is struck of what a real model writes, and how long does it take? Asks a server that runs."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from eval.bench.options import OptionError, Options
from eval.bench.parts import WAIT, Endpoint, in_prose, similarity
from eval.bench.progress import say
from eval.bench.report import Report
from eval.metrics import percentile
from eval.questions import GoldQuestion
from eval.shelves import Shelf, shelves
from eval.tables import Cell, Column, Table, count, machine
from rag import Answer, Rag

QUESTIONS = 20
"""Answers that are reworded."""

PATIENCE = 300.0
"""Seconds that the model may take here, so that what it writes late is judged, too."""

_SENTENCE = re.compile(r"(.+?)\s*(?:\[\d+\])+\s*", re.DOTALL)
"""A sentence of the prose, and its markers."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """An answer with its prose, and the seconds that this took."""

    answer: Answer
    seconds: float

    @property
    def standing(self) -> list[str]:
        """The sentences that stand, without their markers."""
        return _SENTENCE.findall(self.answer.written)


def run(options: Options) -> Report:
    """Reword English answers of a shelf with the writer that ``server`` names; ``questions`` says how many.

    Raises:
        OptionError: no writer is named.
    """
    if "#" not in options.server:
        raise OptionError("There is no writer to measure.", "--server http://127.0.0.1:8080/v1#MODEL")
    writer, shelf = replace(Endpoint.at(options.server), seconds=PATIENCE), shelves("corpus")[0]
    with tempfile.TemporaryDirectory() as folder:
        rag = Rag(replace(options.settings, index=Path(folder) / "index"))
        say(f"indexing {shelf.name}")
        rag.index(shelf.folders)
        seen = [
            _reworded(rag, answer, writer) for answer in islice(_answers(rag, shelf), options.questions or QUESTIONS)
        ]
    return Report("writer", (_figures(writer, seen), _sentences(seen)), machine())


def _answers(rag: Rag, shelf: Shelf) -> Iterator[Answer]:
    """The answers to the questions that are asked in English, tuned, by themselves, and answered in English."""
    for question in filter(_is_asked, shelf.questions):
        answer = rag.ask(question.question)
        if not answer.refused and answer.language == "en":
            yield answer


def _is_asked(question: GoldQuestion) -> bool:
    alone = question.answerable and not question.dialogue and not question.instruction
    return alone and question.language == "en" and question.split == "tuned"


def _reworded(rag: Rag, answer: Answer, writer: Endpoint) -> Reworded:
    say(answer.question)
    began = time.perf_counter()
    prose = in_prose(answer, writer, similarity(rag.embedder))
    return Reworded(prose, time.perf_counter() - began)


def _figures(writer: Endpoint, seen: Sequence[Reworded]) -> Table:
    stand, struck = sum(len(one.standing) for one in seen), sum(len(one.answer.dropped) for one in seen)
    seconds = [one.seconds for one in seen]
    columns = (
        *(Column("model"), count("answers"), count("sentences"), count("stand"), count("struck")),
        *(count("answers with prose"), count("failed"), count(f"over {WAIT:.0f} s")),
        *(Column("p50 s", ".1f"), Column("p95 s", ".1f")),
    )
    row: tuple[Cell, ...] = (
        *(writer.model, len(seen), stand + struck, stand, struck),
        sum(bool(one.answer.written) for one in seen),
        sum("problem" in one.answer.receipt["writer"] for one in seen),
        sum(one > WAIT for one in seconds),
        *(percentile(seconds, share) for share in (0.5, 0.95)),
    )
    note = f"The seconds come after those of the answer, which stands alone where they are more than {WAIT:.0f}."
    return Table("a writer", columns, (row,), note)


def _sentences(seen: Sequence[Reworded]) -> Table:
    rows = [
        (one.answer.question, said, verdict)
        for one in seen
        for verdict, some in (("stands", one.standing), ("struck", one.answer.dropped))
        for said in some
    ]
    columns = (Column("question"), Column("what was written"), Column("verdict"))
    return Table("what was written", columns, tuple(rows), "What is struck has the reasons in brackets.", "sentences")
