"""Gold words to where they stand: quotes in a document, facts in an answer, the passages that cover them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from eval.fact_matching import matches_fact

COVERED = 0.5
"""The share of a gold quote, or of the cited sentence where that is shorter, that the two must have in common."""

_MARKER = re.compile(r"\s*\[\d{1,3}\]")
_TAG = re.compile(r"<[^>]*>")
_BULLET = re.compile(r"^\s*(?:[-*+•·]|\d{1,2}[.)、])\s*", re.MULTILINE)
_CELL_BORDER = re.compile(r"<[^>]*>|\||\t|,(?! )|\n")
_HEADING_BETWEEN = r".{0,30}?"
"""What a loader may put between two cells of a row: the heading of the second one's column."""


@dataclass(frozen=True, slots=True)
class DocumentSpan:
    """A half-open range of characters of one document."""

    document: str
    start: int
    end: int

    def common(self, other: DocumentSpan) -> int:
        """How many characters two places share."""
        if self.document != other.document:
            return 0
        return max(0, min(self.end, other.end) - max(self.start, other.start))


def find(quote: str, text: str) -> list[tuple[int, int]]:
    """Every ``(start, end)`` where a quote stands in a text; any white space matches any other."""
    words = [re.escape(word) for word in quote.split()]
    return [match.span() for match in re.finditer(r"\s+".join(words), text)] if words else []


def locate(quote: str, text: str) -> list[tuple[int, int]]:
    """Where a quote of a source file stands in the text that a loader made of it.

    A loader drops tags, bullets and the lines of a table, and may repeat a heading before each cell of a row; so a
    quote that does not stand there word for word is looked for by its letters and digits, then cell by cell.
    """
    if found := find(quote, text):
        return found
    letters = _Letters.of(text)
    for pattern in _patterns(quote):
        spans = [match.span() for match in re.finditer(pattern, letters.text)]
        if spans:
            return [(letters.places[start], letters.places[end - 1] + 1) for start, end in spans]
    return []


def _patterns(quote: str) -> Iterator[str]:
    """Regular expressions over letters and digits, the strictest first."""
    whole = unescape(_TAG.sub(" ", quote))
    bare = unescape(_TAG.sub(" ", _BULLET.sub("", quote)))
    cells = [_Letters.of(unescape(cell)).text for cell in _CELL_BORDER.split(quote)]
    for words in (_Letters.of(whole).text, _Letters.of(bare).text):
        if words:
            yield re.escape(words)
    if sum(map(bool, cells)) > 1:
        yield _HEADING_BETWEEN.join(re.escape(cell) for cell in cells if cell)


@dataclass(frozen=True, slots=True)
class _Letters:
    """A text without all that a loader may change, and where each character that is left stands in it."""

    text: str
    places: Sequence[int]

    @classmethod
    def of(cls, text: str) -> _Letters:
        """Letters and digits, with the points of decimals."""
        kept = [i for i, one in enumerate(text) if one.isalnum() or (one == "." and _between_digits(text, i))]
        return cls("".join(text[i] for i in kept), kept)


def _between_digits(text: str, place: int) -> bool:
    return 0 < place < len(text) - 1 and text[place - 1].isdigit() and text[place + 1].isdigit()


def says(text: str, fact: Sequence[str]) -> bool:
    """Whether a text says a fact in any of its forms: the same value, the name in either script, or the words.

    Citation markers are no words of it: ``[4]`` does not say four.
    """
    return matches_fact(unmarked(text), fact)


def unmarked(text: str) -> str:
    """An answer's text without its citation markers ``[n]``."""
    return _MARKER.sub("", text).strip()


def own_words(text: str, quotes: Sequence[str]) -> str:
    """What an answer says besides the words it quotes: the frame around them, or an answer in words of its own."""
    rest = unmarked(text)
    for quote in sorted(quotes, key=len, reverse=True):
        rest = rest.replace(quote, " ")
    return " ".join(rest.split())


def overlaps(cited: DocumentSpan, occurrences: Sequence[DocumentSpan]) -> bool:
    """Whether a cited sentence shares with any occurrence of a gold quote ``COVERED`` of the shorter of the two."""
    length = cited.end - cited.start
    return any(cited.common(one) >= COVERED * min(length, one.end - one.start) > 0 for one in occurrences)


def rank_of(occurrences: Sequence[DocumentSpan], text: str, passages: Sequence[DocumentSpan]) -> int | None:
    """How many passages, best first, it takes to see a whole occurrence, counted from 1; None if never.

    One cut by a chunk border is seen when both of its chunks are. ``text`` is that of the occurrences' document.
    """
    unseen = [{i for i in range(one.start, one.end) if not text[i].isspace()} for one in occurrences]
    for rank, passage in enumerate(passages, 1):
        for one, left in zip(occurrences, unseen, strict=True):
            if passage.document == one.document:
                left.difference_update(range(passage.start, passage.end))
        if not all(unseen):
            return rank
    return None
