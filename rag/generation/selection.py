"""Keeps the units of the passages that a question can mean: the article, code or row that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from rag.generation.candidates import Unit, units
from rag.identifiers import asked, identifiers, shared
from rag.model_text import STEP, is_named, model_text
from rag.question.analysis import Question
from rag.question.mentions import names_in
from rag.text import fold
from rag.types import Chunk

_CODE = re.compile(r"id[a-z]+\d{3,}[a-z0-9]*")
"""A code that cannot be said in other words: where no passage has it, none answers."""
_KINDS = re.compile(
    r"id(?:article|section|clause|rule|step|chapter|paragraph|appendix|table|figure|item|number|page)\d"
)

_LABEL = 12
"""Characters at the start of a text in which a number is its own."""

_LATIN = re.compile(r"[a-z0-9]")


@dataclass
class Selection:
    """What one question names by number, code or the words of a cell."""

    question: Question
    missing: int = 0
    """How many of its identifiers none of the passages has."""
    _folded: str = field(init=False)
    _named: list[str] = field(init=False)
    _names: tuple[str, ...] = field(init=False)
    _subjects: frozenset[str] = field(init=False)
    """What it names, by rule, in either script; a document of just this title is meant."""

    def __post_init__(self) -> None:
        """Read the question."""
        self._names = self.question.mentions
        self._subjects = frozenset(fold(one.text) for one in names_in(self.question.text))
        self._folded = fold(self.question.text)
        self._named = asked(self._folded)

    def of(self, chunks: Sequence[Chunk]) -> list[list[Unit]]:
        """The units of each chunk that can be meant; all of them where the question names none."""
        named = {one.document for one in chunks if is_named(one, self._folded) or fold(one.title) in self._subjects}
        meant = named or {chunk.document for chunk in chunks}
        meant_here = [chunk.document in meant and not self._is_sibling(chunk, chunks) for chunk in chunks]
        kept = [list(units(chunk)) if here else [] for chunk, here in zip(chunks, meant_here, strict=True)]
        if self._named:
            kept = self._with_identifiers(chunks, kept)
        return self._with_rows(chunks, kept)

    def _is_sibling(self, chunk: Chunk, chunks: Sequence[Chunk]) -> bool:
        """Whether a chunk has not all that the question says of another section of its document, by its heading."""
        others = [one for one in chunks if one.document == chunk.document]
        said = {mark for one in others for mark in self._marks(one)}
        if not said:
            return False
        own, most = (max(sum(mark in _all(one) for mark in said) for one in ones) for ones in ([chunk], others))
        return own < most

    def _marks(self, chunk: Chunk) -> Iterator[str]:
        """The headings of a chunk that the question gives, and its names that they have, folded."""
        for heading in fold(f"{chunk.context}\n{_headings(chunk)}").replace(STEP, "\n").split("\n"):
            if is_said(heading, self._folded):
                yield heading
            yield from (name for name in self._names if name in heading)

    def _with_identifiers(self, chunks: Sequence[Chunk], kept: list[list[Unit]]) -> list[list[Unit]]:
        over = [fold(f"{setting(chunk)}\n{_headings(chunk)}") for chunk in chunks]
        counts = [[self._has(above, fold(unit.text)) for unit in own] for above, own in zip(over, kept, strict=True)]
        most = max((count for own in counts for count in own), default=0)
        self.missing = len(self._named) - int(most)
        if not most:
            return (
                [[] for _ in kept]
                if any(_CODE.fullmatch(one) and not _KINDS.match(one) for one in self._named)
                else kept
            )
        return [
            [unit for unit, count in zip(own, row, strict=True) if count == most]
            for own, row in zip(kept, counts, strict=True)
        ]

    def _has(self, above: str, text: str) -> float:
        """How many of the question's identifiers a unit has; a little more where it is what they number."""
        has = shared(self._named, identifiers(f"{above}\n{text}"))
        own = [*identifiers(above), *identifiers(text[:_LABEL])[:1]]
        return has + 0.5 * (shared(self._named, own) > 0)

    def _with_rows(self, chunks: Sequence[Chunk], kept: list[list[Unit]]) -> list[list[Unit]]:
        """Of the rows those that have most of the question's words as cells."""
        scores = [
            [self._mentioned(chunk, unit) if unit.kind == "row" else 0 for unit in own]
            for chunk, own in zip(chunks, kept, strict=True)
        ]
        most = max((score for own in scores for score in own), default=0)
        if not most:
            return kept
        return [
            [unit for unit, score in zip(own, row, strict=True) if unit.kind != "row" or score == most]
            for own, row in zip(kept, scores, strict=True)
        ]

    def _mentioned(self, chunk: Chunk, row: Unit) -> int:
        """How many characters of a row's cells stand in the question."""
        return sum(len(span) for span in row.parts if is_said(fold(span.of(chunk.text)), self._folded))


def is_said(cell: str, question: str) -> bool:
    """Whether a question has the words of a cell, both folded."""
    if len(cell) < 2 or cell not in question:
        return False
    if not (_LATIN.match(cell[0]) or _LATIN.match(cell[-1])):
        return True
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(cell)}(?![a-z0-9])", question))


def setting(chunk: Chunk) -> str:
    """What is known of a chunk besides its text: file name, title, headings."""
    return f"{PurePosixPath(chunk.document).name}\n{chunk.title}\n{chunk.context}"


def _all(chunk: Chunk) -> str:
    return fold(f"{chunk.context}\n{chunk.text}")


def headed(chunk: Chunk) -> str:
    """The title and headings that a chunk stands under, those in it included."""
    above = [chunk.context or chunk.title, *_headings(chunk).split("\n")]
    return STEP.join(dict.fromkeys(one for one in above if one))


def _headings(chunk: Chunk) -> str:
    pieces = model_text(chunk).pieces
    return "\n".join(chunk.text[one.start : one.end] for one in pieces if one.role == "context")
