"""Decides what to quote of a row or a list: the cell asked for, or the items."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rag.generation.candidates import Unit
from rag.generation.selection import is_said
from rag.question.analysis import Question
from rag.text import fold, terms
from rag.types import Chunk, Embedder, Span

ITEMS = 40
"""The most items of a list that are quoted."""

READER = 1.5
"""What the share of a cell in the reader's starts counts beside the likeness of its name, each in [0, 1]."""


_UNIT = re.compile(r"units?(?: of measure(?:ment)?)?|(?:计量|計量)?[单單]位")
"""What a column is called that tells what the others count in: no answer, unless it is asked for."""

_PLURAL = re.compile(r"\b(?:which|what)\s+(?:[a-z]+\s+){0,2}?[a-z]{2,}[^s\s]s\b")


def items(unit: Unit, question: Question) -> tuple[Span, ...]:
    """The items that answer together: of a list, or of one below a sentence where several things are asked for."""
    if unit.kind == "list" or (unit.kind == "sentence" and (question.several or _PLURAL.search(question.text.lower()))):
        return unit.parts[:ITEMS]
    return ()


def cell(
    chunk: Chunk, row: Unit, question: Question, embedder: Embedder, shares: Sequence[float] | None = None
) -> Span | None:
    """The cell of a row that a question asks for; None where that cannot be told.

    It is the one whose name is most like the question, of those that the question does not give. ``shares``: what the
    reader thinks of each cell.
    """
    folded, wanted = fold(question.text), set(terms(question.text))
    told = [i for i, span in enumerate(row.parts) if not is_said(fold(span.of(chunk.text)), folded)]
    open_ones = [i for i in told if _UNIT.search(folded) or not _UNIT.fullmatch(fold(row.names[i]))]
    if not open_ones:
        return None
    if len(open_ones) == 1:
        return row.parts[open_ones[0]]
    asked = question.embedding or embedder.embed_question(question.text)
    names = [row.names[i] or row.parts[i].of(chunk.text) for i in open_ones]
    scores = []
    for place, name, embedded in zip(open_ones, names, embedder.embed_passages(names), strict=True):
        own = set(terms(name))
        worded = len(own & wanted) / len(own) if own else 0.0
        said = float(is_said(fold(name), folded))
        share = shares[place] if shares else 0.0
        scores.append(worded + said + max(embedded.coverage(asked), 0.0) + READER * share)
    best = int(np.argmax(scores))
    return row.parts[open_ones[best]]
