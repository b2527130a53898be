"""Reads sentences that tell one thing of several years, quarters or ranks, each with its value behind it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.question.analysis import Question
from rag.types import Span
from rag.values import Value, values_in

Place = tuple[str, int]
"""Where in a row a value stands: a year, or a quarter or rank by its number."""


def places_in(sentence: str) -> frozenset[Place]:
    """The years, quarters and ranks that a sentence names."""
    return frozenset(place for value in values_in(sentence) if (place := place_of(value)))


def series(sentence: str) -> list[tuple[Value, Value]]:
    """The years or ranks of a sentence in order, each with the one value behind it; nothing where they are no row.

    "310 in 2021" is not read so.
    """
    values = values_in(sentence)
    places = [one for one in values if place_of(one)]
    others = [one for one in values if not place_of(one)]
    alike = [one for one in others if (one.kind, one.unit) == (others[0].kind, others[0].unit)]
    if len({place_of(one) for one in places}) < 2 or not alike or alike[0].start < places[0].start:
        return []
    told = []
    for place in {place_of(one): one for one in reversed(places)}.values():
        behind = [one for one in alike if _before(one, places) == place_of(place)]
        if len(behind) == 1:
            told.append((place, behind[0]))
    return sorted(told, key=lambda one: one[0].start)


def in_series(question: Question, sentence: str, own: Span) -> Span | None:
    """The value that a sentence tells for the year or quarter asked for, where ``own`` is another one's, or all."""
    wanted = {place for value in question.values if (place := place_of(value))}
    told = [value for place, value in series(sentence) if place_of(place) in wanted]
    if len(wanted) != 1 or len(told) != 1:
        return None
    values = values_in(sentence)
    held = [one for one in values if not place_of(one) and own.start <= one.start and one.end <= own.end]
    alike = [one for one in held if (one.kind, one.unit) == (told[0].kind, told[0].unit)]
    return Span(told[0].start, told[0].end) if alike and alike != told else None


def place_of(value: Value) -> Place | None:
    """The year of a value, or its quarter or rank; None for other values."""
    if value.kind == "ordinal":
        return "nth", int(value.low)
    if value.kind == "date" and value.unit == "quarter" and value.low < 10000:
        return "nth", (int(value.low) // 100 - 1) // 3 + 1
    return ("year", int(value.low) // 10000) if value.kind == "date" and value.unit == "year" else None


def _before(value: Value, places: Sequence[Value]) -> Place | None:
    """The place that a value stands behind."""
    return next((place_of(one) for one in reversed(places) if one.end <= value.start), None)
