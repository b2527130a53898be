"""Answers who was at a meeting, or was not, from the line of its minutes that begins with "Present:" or 出席."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

from rag.answers.claims import best_documents, claim
from rag.answers.labelled import SURE
from rag.answers.lines import Lines
from rag.question.analysis import Question
from rag.text import fold, sentences, terms
from rag.types import Draft, Passage, Span
from rag.values import values_in

_ASKS = re.compile(r"\b(?:who|how many)\b|谁|哪(?:些|几[个位名])|[几多][个位名少]")
_ROLES = (
    (
        re.compile(
            r"\babsent\b|\b(?:did not|didn't) (?:attend|come)|\bapologi|\bmissing from\b"
            r"|缺席|请假|没(?:有)?(?:来|到|出席|参加)"
        ),
        re.compile(r"\W*(?:absent|apolog(?:y|ies)(?: for absence)?|缺席|请假)[^:：|]{0,8}\s*[:：|]", re.IGNORECASE),
    ),
    (
        re.compile(
            r"\battend(?:ed|s)?\b|\b(?:was|were) (?:present|at)\b|\btook part\b|出席|到会|与会|参会|参加了?.*会"
        ),
        re.compile(
            r"\W*(?:(?:members )?present|attendees|in attendance|attended by|出席|与会|到会|参会|参加人)"
            r"[^:：|]{0,8}\s*[:：|]",
            re.IGNORECASE,
        ),
    ),
)
"""What asks for those who were away, or there; and what the line begins with that names them."""


def attended(question: Question, passages: Sequence[Passage], lines: Callable[[str], Lines | None]) -> Draft | None:
    """The sentence that names those at the one meeting a question means; None where it is not beyond doubt which.

    The names of its document have more of the question's words than any other's, and all of its dates.
    """
    asked = fold(question.text)
    label = next((says for asks, says in _ROLES if asks.search(asked)), None)
    if not label or not _ASKS.search(asked):
        return None
    found: list[tuple[int, Lines, Span]] = []
    for path in best_documents(passages):
        own = lines(path)
        name = f"{own.document.title}\n{PurePosixPath(path).stem}\n{own.document.date or ''}" if own else ""
        known = len(frozenset(terms(name)) & frozenset(question.terms))
        if own and known and not question.unsaid(name, values_in(name)) and (span := next(_named(own, label), None)):
            found.append((known, own, span))
    most = max((known for known, _, _ in found), default=0)
    best = [(own, span) for known, own, span in found if known == most]
    return Draft((claim(best[0][0].document, best[0][1]),), SURE) if len(best) == 1 else None


def _named(lines: Lines, label: re.Pattern[str]) -> Iterator[Span]:
    """The sentences of a document that begin with a label."""
    for line in (one for one in lines.lines if one.kind != "heading"):
        text = line.span.of(lines.document.text)
        named = (one for one in sentences(text) if label.match(one.of(text)))
        yield from (Span(line.start + one.start, line.start + one.end) for one in named)
