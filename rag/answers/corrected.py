"""Corrects drafts that quote a neighbour of the answer: the value of another year, or the other party."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answers.claims import claim
from rag.answers.lines import Lines
from rag.answers.table import cell_beside, names_row
from rag.question.analysis import Question
from rag.text import fold, sentence_around, terms
from rag.types import Document, Draft, Embedder, Span
from rag.values import Value, values_in

_NAME = r"(?P<name>[A-Z][\w'’-]+(?: (?:(?:of|de|van|von|the) )?[A-Z][\w'’-]+)*|(?:the|an?|his|her|their) [a-z]+)\b"
_HAN_NAME = "(?P<name>[\u3400-\u9fff·•]{2,6}?)"

_PARTIES: tuple[tuple[str, str, str], ...] = (
    ("sold|sells?", "bought|purchased|acquired|buys", f"from {_NAME}"),
    ("bought|purchased|acquired|buys?", "sold|sells", f"to {_NAME}"),
    ("lent|lends?", "borrowed|borrows", f"from {_NAME}"),
    ("borrowed|borrows?", "lent|lends", f"to {_NAME}"),
    ("gave|gives?|donated|awarded", "received|receives|got", f"from {_NAME}"),
    ("received|receives?|got", "gave|gives|donated|awarded", f"to {_NAME}"),
    ("taught|teaches|trained", "learned|learnt|studied|trained", f"(?:from|with|under) {_NAME}"),
    ("卖|出售|转让", "买|购", f"(?:从|向){_HAN_NAME}(?:手[中里上]|处|那里|那儿|买|购)"),
    ("买|购", "卖|售|转让", f"(?:卖|售|转让)给了?{_HAN_NAME}(?=[，。,；、]|$)"),
    ("教", "学", f"[跟随从向]着?{_HAN_NAME}学"),
)
"""A verb that is asked about with "who", the one that tells the same from the other side, and who is meant there."""


def corrected(
    question: Question, draft: Draft, document: Callable[[str], Document | None], embedder: Embedder
) -> Draft:
    """The draft with its only claim moved, where its sentence says that another span is meant, or more of it."""
    if len(draft.claims) != 1 or len(draft.claims[0].evidence) != 1:
        return draft
    evidence = draft.claims[0].evidence[0]
    found = document(evidence.document)
    if not found:
        return draft
    around = sentence_around(found.text, Span(evidence.start, evidence.end))
    own = Span(evidence.start - around.start, evidence.end - around.start)
    sentence = around.of(found.text)
    moved: Span | None = None
    if meant := in_series(question, sentence, own) or other_party(question.text, sentence, own):
        moved = Span(around.start + meant.start, around.start + meant.end)
    elif names_row(found, evidence) and (cell := cell_beside(question, evidence, found, embedder)):
        moved = cell
    elif echoes(question, draft.claims[0].text):
        moved = row_of(found, evidence.start)
    elif misses_value(question, draft.claims[0].text, sentence):
        moved = around
    return replace(draft, claims=(claim(found, moved),)) if moved else draft


def misses_value(question: Question, text: str, sentence: str) -> bool:
    """Whether a text lacks the kind of value that is asked for, a time or a sum, where its sentence has one."""
    if not question.answer_types or question.matches_answer_type(text, values_in(text)):
        return False
    return question.matches_answer_type(sentence, values_in(sentence))


def echoes(question: Question, text: str) -> bool:
    """Whether a text only repeats what the question says."""
    return bool(terms(text)) and frozenset(terms(text)) <= frozenset(question.terms)


def row_of(document: Document, position: int) -> Span | None:
    """The row of a table that a character stands in: a cell that repeats the question leads to the others."""
    lines = Lines.of(document)
    line = lines.lines[lines.at(position)]
    return line.span if line.kind == "row" else None


def other_party(question: str, sentence: str, own: Span) -> Span | None:
    """Who sold, where the sentence says who bought from whom and ``own`` is the buyer; None where it is right."""
    asked = fold(question)
    if not re.search(r"^(?:and |so )?who\b|谁", asked):
        return None
    for verb, converse, party in _PARTIES:
        words = (rf"\b(?:{one})\b" if verb[0].isascii() else one for one in (verb, converse))
        wanted, told = (re.compile(one) for one in words)
        if not wanted.search(asked) or wanted.search(fold(sentence)) or not (said := told.search(sentence)):
            continue
        match = re.compile(party).search(sentence, 0 if not verb[0].isascii() else said.end())
        if match and (match.end("name") <= own.start or own.end <= match.start("name")) and own.end <= match.start():
            return Span(*match.span("name"))
    return None


def in_series(question: Question, sentence: str, own: Span) -> Span | None:
    """The value that a sentence tells for the year or quarter asked for, where ``own`` is another one's.

    Only in a row of them, each with its value behind it: "310 in 2021" is not read so.
    """
    wanted = {key for value in question.values if (key := _place(value))}
    values = values_in(sentence)
    places = [one for one in values if _place(one)]
    held = [one for one in values if one not in places and own.start <= one.start and one.end <= own.end]
    if len(wanted) != 1 or len(held) != 1 or len({_place(one) for one in places}) < 2:
        return None
    alike = [one for one in values if one not in places and (one.kind, one.unit) == (held[0].kind, held[0].unit)]
    if alike[0].start < places[0].start:
        return None
    told = {_place(one): one for one in reversed(places)}.get(next(iter(wanted)))
    if not told or _place_of(held[0], places) == _place(told):
        return None
    mine = [one for one in alike if _place_of(one, places) == _place(told)]
    return Span(mine[0].start, mine[0].end) if len(mine) == 1 else None


def _place(value: Value) -> tuple[str, int] | None:
    """Where in a row a value stands: the year, or the quarter or rank by its number; None for other values."""
    if value.kind == "ordinal":
        return "nth", int(value.low)
    if value.kind == "date" and value.unit == "quarter" and value.low < 10000:
        return "nth", (int(value.low) // 100 - 1) // 3 + 1
    return ("year", int(value.low) // 10000) if value.kind == "date" and value.unit == "year" else None


def _place_of(value: Value, places: Sequence[Value]) -> tuple[str, int] | None:
    """The place that a value stands behind."""
    return next((_place(one) for one in reversed(places) if one.end <= value.start), None)
