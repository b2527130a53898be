"""Corrects drafts that quote a neighbour of the answer: the value of another year, or the other party."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from rag.answers.claims import claim, mentions
from rag.answers.contradicted import contradicted
from rag.answers.lines import Lines
from rag.answers.series import in_series, places_in
from rag.answers.table import cell_beside, names_row
from rag.question.analysis import Question
from rag.text import fold, language_of, sentence_around, terms
from rag.types import Draft, Embedder, Evidence, Span
from rag.values import values_in

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


_BEGINS = re.compile(r"开始|从(?:什么|何|哪|几)|几时起|开幕|开门|\b(?:begin|start|open)s?\b|\bsince when\b")
_ENDS = re.compile(
    r"结束|截止|为止|到(?:什么时候|何时|哪[一天年]|几[号点])|闭幕|关门|\b(?:end|close|finish|expire)s?\b|\buntil when\b"
)
_RANGE = re.compile(r"\W*(?:from |自|从)?(.+?)\s*(?:至|到|–|—|~|～|-| to | until )\s*(.+?)\W*")
_CLAUSE_END = re.compile(r"[，；;]\s*|,\s+(?!\d)")


def corrected(question: Question, draft: Draft, lines: Callable[[str], Lines | None], embedder: Embedder) -> Draft:
    """The draft with its only claim moved, where its sentence says that another span is meant, or more of it.

    It is doubted where it tells of something else altogether.
    """
    if len(draft.claims) != 1 or len(draft.claims[0].evidence) != 1:
        return draft
    evidence = draft.claims[0].evidence[0]
    own_lines = lines(evidence.document)
    if not own_lines:
        return draft
    found = own_lines.document
    own = Span(evidence.start, evidence.end)
    moved = _moved(question, own, own_lines, embedder)
    if moved:
        draft = replace(draft, claims=(claim(found, moved),))
    return contradicted(question, draft, own_lines, moved or own)


def _moved(question: Question, own: Span, lines: Lines, embedder: Embedder) -> Span | None:
    """What is meant rather than ``own``; None where that is right."""
    document = lines.document
    sentence = sentence_around(document.text, own)
    run = _run(document.text, sentence)
    inside = Span(own.start - run.start, own.end - run.start)
    if meant := next((one for check in _CHECKS if (one := check(question, run.of(document.text), inside))), None):
        return Span(run.start + meant.start, run.start + meant.end)
    evidence = Evidence(document.path, own.start, own.end)
    if names_row(document, evidence) and (cell := cell_beside(question, evidence, document, embedder)):
        return cell
    text = own.of(document.text)
    if echoes(question, text):
        return row_of(lines, own.start)
    return sentence if misses_value(question, text, sentence.of(document.text)) else None


def _run(text: str, sentence: Span) -> Span:
    """A sentence with those that semicolons join it to."""
    start, end = sentence.start, sentence.end
    while start and text[:start].rstrip(" ").endswith(("；", ";")):
        before = sentence_around(text, Span(start - 1, start))
        if before.start >= start:
            break
        start = before.start
    while text[start:end].rstrip(" ").endswith(("；", ";")) and end < len(text):
        after = sentence_around(text, Span(end, end + 1))
        if after.end <= end or "\n" in text[end : after.end]:
            break
        end = after.end
    return Span(start, end)


def misses_value(question: Question, text: str, sentence: str) -> bool:
    """Whether a text lacks the kind of value that is asked for, a time or a sum, where its sentence has one."""
    if not question.answer_types or question.matches_answer_type(text, values_in(text)):
        return False
    return question.matches_answer_type(sentence, values_in(sentence))


def echoes(question: Question, text: str) -> bool:
    """Whether a text only repeats what the question says."""
    return bool(terms(text)) and frozenset(terms(text)) <= frozenset(question.terms)


def row_of(lines: Lines, position: int) -> Span | None:
    """The row of a table that a character stands in: a cell that repeats the question leads to the others."""
    line = lines.lines[lines.at(position)]
    return line.span if line.kind == "row" else None


def other_party(question: Question, sentence: str, own: Span) -> Span | None:
    """Who sold, where the sentence says who bought from whom and ``own`` is the buyer; None where it is right."""
    asked = fold(question.text)
    if not re.search(r"^(?:and |so )?who\b|谁", asked):
        return None
    for verb, converse, party in _PARTIES:
        words = (rf"\b(?:{one})\b" if verb[0].isascii() else one for one in (verb, converse))
        wanted, told = (re.compile(one) for one in words)
        if not wanted.search(asked) or wanted.search(fold(sentence)) or not (said := told.search(sentence)):
            continue
        match = re.compile(party).search(sentence, 0 if not verb[0].isascii() else said.end())
        whole = own.start == 0 and len(sentence.rstrip()) <= own.end
        if match and (own.end <= match.start() or whole):
            return Span(*match.span("name"))
    return None


def one_end(question: Question, sentence: str, own: Span) -> Span | None:
    """The first or last day or hour of the range that ``own`` is, where its beginning or end alone is asked for."""
    asked = fold(question.text)
    begins, ends = bool(_BEGINS.search(asked)), bool(_ENDS.search(asked))
    joint = _RANGE.fullmatch(own.of(sentence)) if begins != ends else None
    sides = [Span(own.start + start, own.start + end) for start, end in map(joint.span, (1, 2))] if joint else []
    if len(sides) < 2 or not all(_is_time(side.of(sentence)) for side in sides):
        return None
    return sides[int(ends)]


def other_clause(question: Question, sentence: str, own: Span) -> Span | None:
    """The clause that tells of the end asked for, opening or closing; else one that has more of the question's words.

    The latter only where ``own`` is a value in another clause, and that tells a value of the same kind. None where
    clauses tell one thing of several years, or in the other language.
    """
    if question.several or len(places_in(sentence)) > 1 or language_of(sentence) != question.language:
        return None
    clauses, asked = _clauses(sentence), fold(question.text)
    begins, ends = bool(_BEGINS.search(asked)), bool(_ENDS.search(asked))
    if begins != ends:
        wanted, other = (_ENDS, _BEGINS) if ends else (_BEGINS, _ENDS)
        timed = [one for one in clauses if any(v.kind in ("date", "time") for v in values_in(one.of(sentence)))]
        told = [one for one in timed if wanted.search(fold(one.of(sentence)))]
        opposite = [one for one in timed if other.search(fold(one.of(sentence)))]
        if len(told) == 1 and opposite and told != opposite:
            return None if told[0].start <= own.start and own.end <= told[0].end else told[0]
    mine = [one for one in clauses if one.start <= own.start and own.end <= one.end]
    held = _kinds(own.of(sentence))
    alike = [one for one in clauses if one not in mine and held & _kinds(one.of(sentence))]
    if len(mine) != 1 or len(held) != 1 or not alike:
        return None
    best = max(alike, key=lambda one: mentions(question, one.of(sentence)))
    return best if mentions(question, best.of(sentence)) > mentions(question, mine[0].of(sentence)) else None


def _kinds(text: str) -> frozenset[tuple[str, str | None]]:
    """The kinds of the values in a text, with their units."""
    return frozenset((one.kind, one.unit) for one in values_in(text))


def _clauses(sentence: str) -> list[Span]:
    """The clauses of a sentence, without the marks between them."""
    ends = [*(match.start() for match in _CLAUSE_END.finditer(sentence)), len(sentence.rstrip("。.!！ \n"))]
    starts = [0, *(match.end() for match in _CLAUSE_END.finditer(sentence))]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _is_time(text: str) -> bool:
    """Whether a text is hardly more than a day or an hour."""
    values = [one for one in values_in(text) if one.kind in ("date", "time")]
    return len(values) == 1 and len(text) - (values[0].end - values[0].start) < 4


_CHECKS: tuple[Callable[[Question, str, Span], Span | None], ...] = (in_series, other_party, one_end, other_clause)
