"""A plan for "is it so?": yes or no where the sentence decides it, with that sentence; else the sentence alone."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answers.claims import claim, mentions
from rag.answers.lists import told_around
from rag.answers.plan import Inquiry
from rag.question.analysis import Question
from rag.text import fold, language_of, question_terms, terms
from rag.types import Draft, Span
from rag.values import apart, covers, same, values_in, within

DECIDES = 0.75
"""The share of the question's words that a sentence must have to decide it."""

KNOWN = 0.5
"""The same of its words beside the figure, where figures decide."""

_NEGATED = re.compile(
    r"不(?!仅|但|过|同|少于|超过|断|足|久|满|低于)|没有?|未(?!来)|无(?!线|论|障碍|人机|尘)|禁止|严禁|谢绝|拒绝"
    r"|\b(?:not|no|never|nobody|none|neither|nor|cannot|without|forbidden|prohibited|refused?|rejected)\b|n['’]t\b"
)
_CONDITION = re.compile(
    r"如果|除非|若(?!干)|只有|只要|的话|除外|除了|但|不过|否则|一般|原则上|以外"
    r"|\b(?:if|unless|except|only|but|provided|however|otherwise|usually|until|before|after)\b"
)
_COMPARED = re.compile(
    r"\b(?:more|less|fewer|\w{2,}er) than\s*$|\b(?:before|after|under|over|above|below)\s*$"
    r"|(?:早于|晚于|多于|少于|高于|低于|大于|小于|比)$"
)
_LESS = re.compile(
    r"less|fewer|shorter|lower|smaller|cheaper|earlier|younger|lighter|slower|before|under|below|早|少|低|小"
)
_LIMITS = re.compile(
    r"超过|不到|不足|至少|至多|最多|最少|不少于|不多于|以[上下内]|多于|少于|是不是|有没有|会不会"
    r"|\b(?:up to|at (?:most|least)|no (?:more|less|later|longer) than|more than|less than)\b"
)
_HOLD: dict[bool, tuple[str, str]] = {True: ("是的。", "Yes."), False: ("不是。", "No.")}


def yesno(inquiry: Inquiry) -> Draft | None:
    """The sentence that tells it, behind "yes" or "no" where it has the question's words and no condition."""
    anchor = inquiry.anchor()
    lines = inquiry.lines(anchor.document) if anchor else None
    if not anchor or not lines:
        return None
    draft = inquiry.fact()
    index = lines.at(anchor.start)
    if lines.lines[index].kind in ("row", "header", "heading"):
        return None
    span = told_around(lines, index, Span(anchor.start, anchor.end))[0]
    sentence = span.of(lines.document.text)
    verdict = decided(inquiry, sentence)
    verdict = by_figures(inquiry.question, sentence) if verdict is None else verdict
    frame = "" if verdict is None else inquiry.said(*_HOLD[verdict])
    return replace(draft, claims=(claim(lines.document, span),), differing=False, frame=frame, kind="yesno")


def decided(inquiry: Inquiry, sentence: str) -> bool | None:
    """Whether a sentence says yes to the question, or no; None where it leaves that open.

    It decides only if it has the question's words and values, in its language, and neither of the two has a
    condition or more than one negation.
    """
    question = inquiry.question
    asked, told = fold(question.text), fold(sentence)
    if language_of(sentence) != question.language or _CONDITION.search(told) or _CONDITION.search(asked):
        return None
    said = values_in(sentence)
    if any(not any(same(value, other) or covers(other, value) for other in said) for value in question.values):
        return None
    if mentions(question, sentence) < DECIDES * len(question.terms):
        return None
    asked = re.sub("是不是|能不能|可不可以|会不会|要不要|有没有|需不需要|行不行|对不对", "", asked)
    denied, doubted = len(_NEGATED.findall(told)), len(_NEGATED.findall(asked))
    return None if denied > 1 or doubted else not denied


def by_figures(question: Question, sentence: str) -> bool | None:
    """Whether the one figure of a sentence says yes to the one that a question asks about, or no; None where open.

    "Is it longer than 80 metres?" is decided by "it is 86 metres long", "more than 30 days?" by "up to 21 days".
    """
    if language_of(sentence) != question.language or len(question.values) != 1:
        return None
    value = question.values[0]
    before, after = fold(question.text[: value.start]), fold(question.text[value.end :])
    compared = _COMPARED.search(before)
    if compared:
        value = replace(value, comparator="less than" if _LESS.search(compared.group()) else "more than")
    rest = _LIMITS.sub(" ", f"{_COMPARED.sub(' ', before)} {after}")
    words = frozenset(question_terms(rest))
    known = len(words & frozenset(terms(sentence)))
    if not words or known < KNOWN * len(words) or any(_open(one) for one in (rest, _LIMITS.sub(" ", fold(sentence)))):
        return None
    told = [one for one in values_in(sentence) if within(one, value) or apart(one, value) or within(value, one)]
    if len(told) != 1:
        return None
    if within(told[0], value) or (within(value, told[0]) and value.comparator == "exactly"):
        return True
    return False if apart(told[0], value) else None


def _open(text: str) -> bool:
    """Whether a folded text has a negation or a condition."""
    return bool(_NEGATED.search(text) or _CONDITION.search(text))
