"""Gold words to where they stand: quotes in a document, facts in an answer, the passages that cover them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.fact_matching import matches_fact

_MARKER = re.compile(r"\s*\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Place:
    """A half-open range of characters of one document."""

    document: str
    start: int
    end: int


def find(quote: str, text: str) -> list[tuple[int, int]]:
    """Every ``(start, end)`` where a quote stands in a text; any white space matches any other."""
    words = [re.escape(word) for word in quote.split()]
    return [match.span() for match in re.finditer(r"\s+".join(words), text)] if words else []


def says(text: str, fact: Sequence[str]) -> bool:
    """Whether a text says a fact in any of its forms: the same value, the name in either script, or the words."""
    return matches_fact(text, fact)


def unmarked(text: str) -> str:
    """An answer's text without its citation markers ``[n]``."""
    return _MARKER.sub("", text).strip()


def own_words(text: str, quotes: Sequence[str]) -> str:
    """What an answer says besides the words it quotes: the frame around them, or an answer in words of its own."""
    rest = unmarked(text)
    for quote in sorted(quotes, key=len, reverse=True):
        rest = rest.replace(quote, " ")
    return " ".join(rest.split())


def rank_of(quote: str, document: str, text: str, passages: Sequence[Place]) -> int | None:
    """How many passages, best first, it takes to see a whole occurrence of ``quote``, counted from 1; None if never.

    A quote cut by a chunk border is seen when both of its chunks are. ``text`` is the document's.
    """
    unseen = [{i for i in range(*span) if not text[i].isspace()} for span in find(quote, text)]
    for rank, passage in enumerate(passages, 1):
        if passage.document != document:
            continue
        for left in unseen:
            left.difference_update(range(passage.start, passage.end))
        if not all(unseen):
            return rank
    return None
