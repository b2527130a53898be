"""Compares what a number belongs to: a claim that gives the number of one thing to another is another claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text import ENGLISH_STOPWORDS, fold, language_of, terms
from rag.types import Language
from rag.values import Value, agrees, values_in

_CLAUSE_END = re.compile(r"[,;:，；：。！？!?()（）]|\.\s")
_LINKS = "的了是为為有在于於达達到至约約共计計超过過近逾仅僅只也都就则則已将將从從由"
"""Ideographs between a thing and its number that name nothing."""


def check_owners(claim: str, evidence: Sequence[str]) -> list[str]:
    """A reason for each number that stands behind a word which, in the evidence, another number stands behind.

    'Profit was 5 million' does not stand on 'revenue was 5 million, profit 2 million'. A word that the evidence has
    behind no number proves nothing: it may be another word for the same.
    """
    language = language_of(claim)
    known = [pair for text in evidence if language_of(text) == language for pair in _owned(text, language)]
    reasons = []
    for word, value in _owned(claim, language):
        owners = {other for other, found in known if agrees(value, found)}
        elsewhere = any(other == word and not agrees(value, found) for other, found in known)
        if owners and word not in owners and elsewhere:
            reasons.append(f"{claim[value.start : value.end]} belongs to something else in the evidence")
    return reasons


def _owned(text: str, language: Language) -> Iterator[tuple[str, Value]]:
    """Each value with the last content word before it, of its clause and after the value before."""
    beyond = 0
    for value in values_in(text):
        before = _CLAUSE_END.split(text[beyond : value.start])[-1]
        beyond = value.end
        if word := _last_word(before, language):
            yield word, value


def _last_word(text: str, language: Language) -> str:
    """The stem of the last word that names something, or the last two ideographs; "" where there is none."""
    if language == "zh":
        named = re.findall("[\u3400-\u9fff]+", fold(text).rstrip(_LINKS + " "))
        return named[-1][-2:] if named else ""
    words = [word for word in re.findall("[a-z]+", fold(text)) if word not in ENGLISH_STOPWORDS]
    return terms(words[-1])[0] if words else ""
