"""A plan for "is it so?": yes or no where the sentence decides it, with that sentence; else the sentence alone."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answers.claims import claim, mentions
from rag.answers.lines import Lines
from rag.answers.lists import told_around
from rag.answers.plan import Inquiry
from rag.answers.sections import sections_of
from rag.answers.versions import family_of, named_in
from rag.answers.weekdays import weekdays_in, without_weekdays
from rag.question.analysis import Question
from rag.question.versions import is_of_now
from rag.text import fold, language_of, question_terms, sentences, terms
from rag.types import Draft, Span
from rag.values import apart, covers, same, values_in, within

DECIDES = 0.75
"""The share of the question's words that a sentence must have to decide it."""

KNOWN = 0.5
"""The same of its words beside the figure, where figures decide."""

KNOWN_PAIRS = 0.25
"""The same of pairs of Chinese characters, most of which only join two words."""

_NEGATED = re.compile(
    r"不(?!仅|但|过|同|少于|超过|断|足|久|满|低于)|没有?|未(?!来)|无(?!线|论|障碍|人机|尘)|勿|禁止|严禁|谢绝|拒绝"
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
_PERMITS = re.compile(
    r"可以|可否|能|准许?|允许|许可|要|须|必须|需要|得"
    r"|\b(?:can|could|may(?! \d)|must|should|shall|allowed|permitted|have to|has to|need)\b"
)
_FORBIDS = re.compile(
    r"[不未勿](?:得|可|能|准|许|予|允许|接受|支持|必|须|用|需要?|要)|切勿|请勿|严禁|禁止|谢绝|无[须需]"
    r"|\b(?:may|can|must|shall|should|need|do|does|is|are) not\b|\bcannot\b|n['’]t\b"
    r"|\b(?:no|never|nobody|forbidden|prohibited)\b"
)
_CLOSED = re.compile(r"\b(?:clos(?:ed?|es|ing)|shut)\b|休息|休馆|闭馆|关门|停业|打烊|歇业|休业")
_OPENS = re.compile(r"\bopen(?:s|ed)?\b|开放|开门|营业|开馆")
_RULES = re.compile(f"{_PERMITS.pattern}|{_NEGATED.pattern}")
"""What permits, demands or denies something."""
_WHETHER = re.compile("是不是|能不能|可不可以|会不会|要不要|有没有|需不需要|行不行|对不对")
_CLAUSE_END = re.compile(r"[，；;：:（）()]|, |—")
_HOLD = {True: "Yes.", False: "No."}
_VERBS = (
    (re.compile("可不?可?以|可否|能|准|允许"), ("可以", "不可以")),
    (re.compile("需要?|要不?要?|必?须"), ("需要", "不需要")),
    (re.compile("有没有"), ("有", "没有")),
)
"""How a question asks, and how it is answered with yes and no."""


def yesno(inquiry: Inquiry) -> Draft | None:
    """The sentence that tells it, behind "yes" or "no" where it decides it; of several versions the newest of now.

    One that neither permits nor denies anything goes on to the next in its paragraph that does.
    """
    inquiry = _of_now(inquiry)
    anchor = inquiry.anchor()
    lines = inquiry.lines(anchor.document) if anchor else None
    if not anchor or not lines:
        return None
    draft = inquiry.fact()
    line = lines.lines[lines.at(anchor.start)]
    if line.kind in ("row", "header", "heading"):
        return None
    span = told_around(lines, lines.at(anchor.start), Span(anchor.start, anchor.end))[0]
    sentence = span.of(lines.document.text)
    above = "\n".join([lines.document.title, *sections_of(lines.document, span.start)])
    checks = (
        by_weekday(inquiry.question, sentence, above),
        decided(inquiry, sentence),
        by_figures(inquiry.question, sentence),
        forbidden(inquiry.question, sentence, above),
    )
    verdict = next((one for one in checks if one is not None), None)
    if verdict is None and not _RULES.search(fold(sentence)):
        span = _up_to_ruling(lines, line.span, span)
    frame = "" if verdict is None else inquiry.said(_in_chinese(inquiry.question, verdict), _HOLD[verdict])
    return replace(draft, claims=(claim(lines.document, span),), differing=False, frame=frame, kind="yesno")


def _up_to_ruling(lines: Lines, line: Span, span: Span) -> Span:
    """A sentence with the next two of its line, or the next alone, as far as they deny something; else as it is."""
    text = line.of(lines.document.text)
    after = [one for one in sentences(text) if one.start + line.start >= span.end][:2]
    ends = [one.end + line.start for one in after if _NEGATED.search(fold(one.of(text)))]
    return Span(span.start, max(ends, default=span.end))


def _in_chinese(question: Question, verdict: bool) -> str:
    """Chinese says yes by the verb that is asked about: 可以, 需要, 有."""
    yes, no = next((words for asks, words in _VERBS if asks.search(fold(question.text))), ("是的", "不是"))
    return f"{yes if verdict else no}。"


def _of_now(inquiry: Inquiry) -> Inquiry:
    """The inquiry with the passages of the newest version alone, where the question is of now and names none."""
    told = inquiry.fact().claims if is_of_now(inquiry.question.text) else ()
    family = family_of(told[0].evidence[0].document, inquiry.passages) if told else []
    if len(family) < 2 or named_in(inquiry.question.text, family):
        return inquiry
    newest = [one for one in inquiry.passages if one.chunk.document == family[0]]
    return replace(inquiry, passages=newest, cache={})


def decided(inquiry: Inquiry, sentence: str) -> bool | None:
    """Whether a sentence says yes to the question, or no; None where it leaves that open.

    It decides only if it has the question's words and values, in its language, and neither of the two has a
    condition or more than one negation.
    """
    question = inquiry.question
    asked, told = _asked(question), fold(sentence)
    if language_of(sentence) != question.language or _CONDITION.search(told) or _open(asked):
        return None
    said = values_in(sentence)
    if any(not any(same(value, other) or covers(other, value) for other in said) for value in question.values):
        return None
    if mentions(question, sentence) < DECIDES * len(question.terms):
        return None
    denied = len(_NEGATED.findall(told))
    return None if denied > 1 else not denied


def forbidden(question: Question, sentence: str, above: str) -> bool | None:
    """False where a question asks what may or must be, and the clause about it says that it may not, or need not.

    The sentence has enough of the question's words, with the names of what it stands under; no other clause has as
    many. None where it is not so: what is not forbidden is not yet allowed.
    """
    if not _PERMITS.search(fold(question.text)) or not _tells_of_it(question, sentence, above):
        return None
    clauses = [fold(one) for one in _CLAUSE_END.split(sentence)]
    told = [mentions(question, one) for one in clauses]
    about = [one for one, count in zip(clauses, told, strict=True) if count == max(told)]
    return False if max(told) and len(about) == 1 and _FORBIDS.search(about[0]) else None


def by_weekday(question: Question, sentence: str, above: str) -> bool | None:
    """Whether the days of the week that a sentence gives have the one that a question asks about; None where open.

    A sentence that tells of closing decides only of the days that it gives, and only if it tells of nothing else.
    """
    asked, told = weekdays_in(question.text), weekdays_in(sentence)
    if not asked or not told or _CLOSED.search(fold(question.text)) or not _tells_of_it(question, sentence, above):
        return None
    if _CLOSED.search(fold(sentence)) or _NEGATED.search(fold(sentence)):
        return False if asked <= told and not _OPENS.search(fold(sentence)) else None
    return True if asked <= told else None if asked & told else False


def _tells_of_it(question: Question, sentence: str, above: str) -> bool:
    """Whether a sentence has enough of what a question says beside weekdays and the names that stand above it.

    Neither has a condition, nor does the question deny anything, and both are in one language.
    """
    told = fold(sentence)
    if language_of(sentence) != question.language or _CONDITION.search(told) or _open(_asked(question)):
        return False
    asked = without_weekdays(question.text)
    if _OPENS.search(told) or _CLOSED.search(told):
        asked = _OPENS.sub(" ", asked)
    words = frozenset(question_terms(asked)) - frozenset(terms(above))
    least = KNOWN if question.language == "en" else KNOWN_PAIRS
    return len(words & frozenset(terms(sentence))) >= least * len(words)


def _asked(question: Question) -> str:
    """The folded question, without the negation of "is it or is it not"."""
    return _WHETHER.sub("", fold(question.text))


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
