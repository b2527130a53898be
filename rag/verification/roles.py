"""Compares who comes before whom: a claim that swaps two names, or two numbers, of its source is another claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rag.question.mentions import names_in
from rag.text import fold, language_of
from rag.values import Value, agrees, values_in, without
from rag.verification.claims import latin_names

_VOICE = re.compile(r"\b(?:by|from)\b|[被由受]")
"""Between two names it turns round who does what to whom."""

_AT = ("place",)
"""Kinds of name that may stand anywhere in a sentence."""

_WHEN = ("date", "relative")
"""So may these kinds of value."""

_Place = tuple[int, int]


def check_roles(claim: str, evidence: Sequence[str]) -> list[str]:
    """A reason for each two names, or two values, that stand the other way round than in all sources with both."""
    plain, sources = fold(claim), [fold(text) for text in evidence]
    counted = [value for value in values_in(claim) if value.kind not in _WHEN]
    reasons = []
    for one, other in pairwise(_named(plain, {name for text in (claim, *evidence) for name in _names(text)})):
        turned = bool(_VOICE.search(plain[one[1] : other[0]]))
        first, second = plain[one[0] : one[1]], plain[other[0] : other[1]]
        seen = [text for text in sources if _found(text, first) and _found(text, second)]
        if seen and not any(_agree(text, _found(text, first), _found(text, second), turned) for text in seen):
            reasons.append(f"{first} and {second} stand the other way round in the evidence")
    for pair in pairwise(counted):
        places = [[_starts(value, text) for value in pair] for text in evidence]
        orders = [min(firsts) < max(seconds) for firsts, seconds in places if firsts and seconds]
        if orders and not any(orders):
            written = [claim[value.start : value.end] for value in pair]
            reasons.append(f"{written[0]} and {written[1]} stand the other way round in the evidence")
    return reasons


def _names(text: str) -> set[str]:
    """The names in a text but for places, and what else of a sentence may stand anywhere in it."""
    known = names_in(text)
    places = {fold(name.text) for name in known if name.kind in _AT}
    spelled = latin_names(without(text, values_in(text)), language_of(text))
    return {fold(name) for name in (*(name.text for name in known), *spelled)} - places


def _named(text: str, names: Iterable[str]) -> list[_Place]:
    """Where names stand in a text, in order, the longest where they overlap."""
    found: list[_Place] = []
    for place in sorted((place for name in names for place in _found(text, name)), key=lambda one: one[0] - one[1]):
        if all(place[1] <= other[0] or other[1] <= place[0] for other in found):
            found.append(place)
    return sorted(found)


def _starts(value: Value, text: str) -> list[int]:
    return [found.start for found in values_in(text) if agrees(value, found)]


def _found(text: str, name: str) -> list[_Place]:
    return [match.span() for match in re.finditer(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text)]


def _agree(text: str, firsts: Sequence[_Place], seconds: Sequence[_Place], turned: bool) -> bool:
    """Whether somewhere in a source the one comes before the other, unless just one of both texts turns them round."""
    for first in firsts:
        for second in seconds:
            early, late = sorted((first, second))
            between = bool(_VOICE.search(text[early[1] : late[0]]))
            if (first < second) == (between == turned):
                return True
    return False
