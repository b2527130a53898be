"""Analyses a question: the type of answer it asks for, what it mentions, and its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rag.errors import QuestionError
from rag.question.kind import QuestionKind, kind_of
from rag.question.small_talk import is_small_talk
from rag.text import ENGLISH_STOPWORDS, HAN, asked_in, fold, has_words, question_terms, script_of
from rag.types import Embedder, Embedding, Language, Script
from rag.values import Kind, Value, covers, same, values_in
from rag.values.places import places_in

MAX_QUESTION = 2000
"""Characters."""

_KINDS: dict[str, frozenset[Kind]] = {
    "money": frozenset({"money"}),
    "share": frozenset({"percent"}),
    "time": frozenset({"date", "time", "duration", "relative"}),
    "rank": frozenset({"ordinal"}),
    "count": frozenset({"number", "percent", "money", "duration"}),
}
"""What is asked for, the narrowest first, to the kinds of value that answer it."""

_ASKS = {
    name: re.compile(pattern)
    for name, pattern in {
        "money": r"多少(?:钱|资金|津贴|投资|港币|人民币|\w{0,2}元)"
        r"|how much (?:money|funding|seed|capital)|what price|\bcost\b",
        "share": r"百分之|百分比|比例|多少%|几成|percent|what share|what rate",
        "time": r"第几季|何[时年]|什么时[候间]|几时|几点(?!建议|意见)|哪一?个?[年天日月]|几[年月号](?!级)"
        r"|多久|日期|年份|\bwhen\b|how (?:long|old)\b"
        r"|\b(?:what|which) (?:year|date|day|month|time|decade|century)\b|how many (?:year|day|month|week|hour)s",
        "rank": r"第几(?!季|年|天)|排行?名?多少|\bwhat (?:rank|place|position)\b",
        "count": r"多少|几(?!乎)|多[大长高远宽重深快]|\bpopulation\b"
        r"|\bhow (?:many|much|large|big|long|far|tall|high|often|fast)\b",
        "where": r"哪里|哪儿|[在到]哪(?![些个家一位年天])|何处|何地|什么地方"
        r"|哪(?:一?[个座]?|些)(?:国|城市|地方|地区|省|市|州|县)"
        r"|\bwhere\b|(?:which|what) (?:country|city|place|state|region)",
        "several": r"哪些|哪几|哪[两二三四五六]|分别|列出|有什么|\blist\b"
        r"|\b(?:what|which) (?:two|three|four|five|are)\b",
    }.items()
}
"""The words that ask for something, in folded text."""

_LATIN_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]*(?:[ -][A-Z][A-Za-z]+)*")
_ASKING = ENGLISH_STOPWORDS | set(
    "list name names according describe explain give show find state identify compare summarise summarize whose may"
    " shall might must wherever whenever yes sum outline recap briefly please".split()
)
_WHICH_ONE = re.compile("哪一(?=[年天日月个])")
"""Asks for a year, names none: 哪一年 is not the value 一年."""
_CALENDAR = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|april|june|july|august|september|october|november"
    r"|december)\b"
)
_GENERAL = re.compile(r"c[a-z]o|gdp|ai|ipo|it|hr|us|faq|[uh]kd?|usd|rmb|q[1-4]")
"""Titles and the like in Latin letters, which a Chinese passage says otherwise."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed once and passed to retrieval, the generator and the composer."""

    text: str
    language: Language
    """The language it is asked in."""
    answer_language: Language
    """The language to answer in; another one where a follow-up was completed from the turn before."""
    script: Script
    """Of its Chinese characters."""
    terms: tuple[str, ...]
    """Its content words."""
    answer_types: frozenset[Kind]
    """The kinds of value that would answer it; empty where it does not ask for a value."""
    where: bool
    """Whether it asks for a place."""
    several: bool
    """Whether it asks for more than one thing."""
    values: tuple[Value, ...]
    places: frozenset[str]
    """By their Chinese names, whatever the language."""
    mentions: tuple[str, ...]
    """Names in Latin letters, folded: the only ones that can be told without a dictionary."""
    kind: QuestionKind
    """What a good answer to it is made of."""
    small_talk: bool
    """Whether it asks nothing that documents could say: a greeting, thanks, "who are you?"."""
    embedding: Embedding | None = field(default=None, repr=False, compare=False)
    """Set once, by ``embedded_by``."""

    def embedded_by(self, embedder: Embedder) -> Question:
        """The question with its embedding."""
        return replace(self, embedding=embedder.embed_question(self.text))

    def matches_answer_type(self, text: str, values: list[Value]) -> bool:
        """Whether a text, whose values are given, has a value or place of the kind asked for.

        One that the question itself names does not count.
        """
        if self.answer_types:
            return any(value.kind in self.answer_types and not _among(value, self.values) for value in values)
        return self.where and bool(places_in(text).keys() - self.places)

    def clashes(self, text: str, values: list[Value]) -> int:
        """How many of the question's values a text replaces by another (2022 for 2025), and whether it is elsewhere."""
        missing = (value for value in self.values if not _among(value, values))
        replaced = sum(any((value.kind, value.unit) == (o.kind, o.unit) for o in values) for value in missing)
        there = places_in(text).keys() if self.places else set()
        return replaced + bool(there and not self.where and not there & self.places)

    def unsaid(self, text: str, values: list[Value]) -> int:
        """How many of the question's numbers, dates and places a text does not have."""
        unplaced = len(self.places - places_in(text).keys()) if self.places else 0
        return sum(not _among(value, values) for value in self.values) + unplaced

    def unnamed(self, text: str) -> int:
        """How many of the question's names in Latin letters a text does not have."""
        folded = fold(text)
        return sum(name not in folded for name in self.mentions)


def checked(question: str) -> str:
    """The question as it is read, without the space around it.

    Raises:
        QuestionError: it is empty, too long or without a word.
    """
    question = question.encode("utf-8", "replace").decode().strip()
    if not question:
        raise QuestionError("The question is empty.", 'python -m rag ask "your question"', code="question_empty")
    if not has_words(question):
        hint = "ask in Chinese or English words"
        raise QuestionError(f"The question {question[:40]!r} has no words.", hint, code="question_without_words")
    if len(question) > MAX_QUESTION:
        said = f"The question has {len(question):,} characters; at most {MAX_QUESTION:,} are read."
        hint = "ask a shorter question, and index the long text with: python -m rag index FILE"
        raise QuestionError(said, hint, code="question_too_long", characters=len(question), limit=MAX_QUESTION)
    return question


def in_plain_case(question: str) -> str:
    """A question in capitals, or With Every Word Capitalised, in lower case: its capitals tell no name from a word.

    Days and months have their capital, as a document writes them; any other question stays as it is.
    """
    words = re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", question)
    shouted = question.isupper()
    titled = all(word[0].isupper() for word in words) and any(word.lower() in ENGLISH_STOPWORDS for word in words[1:])
    if re.search(f"[{HAN}]", question) or not (question.islower() or (len(words) > 2 and (shouted or titled))):
        return question
    return _CALENDAR.sub(lambda day: day.group().capitalize(), question.lower())


def analyse(text: str, answer_language: Language | None = None) -> Question:
    """What a question asks for and mentions, read from its words alone.

    It is answered in its own language where no other is given.
    """
    folded, language = fold(text), asked_in(text)
    return Question(
        text=text,
        language=language,
        answer_language=answer_language or language,
        script=script_of(text),
        terms=tuple(question_terms(text)),
        answer_types=next((kinds for name, kinds in _KINDS.items() if _ASKS[name].search(folded)), frozenset()),
        where=bool(_ASKS["where"].search(folded)),
        several=bool(_ASKS["several"].search(folded)),
        values=tuple(values_in(_WHICH_ONE.sub("哪", text))),
        places=frozenset(places_in(text)),
        mentions=tuple(_names(text)),
        kind=kind_of(text),
        small_talk=is_small_talk(text),
    )


def _names(question: str) -> Iterator[str]:
    """Names in Latin letters, folded, without the word that opens the sentence."""
    for match in _LATIN_NAME.finditer(question):
        words = fold(match.group()).split(" ")
        while words and words[0] in _ASKING:
            del words[0]
        name = " ".join(words)
        if len(name) > 1 and not _GENERAL.fullmatch(name):
            yield name


def _among(value: Value, others: list[Value] | tuple[Value, ...]) -> bool:
    return any(same(value, other) or covers(value, other) or covers(other, value) for other in others)
