"""Reads English number words: twenty-seven, one and a half million, half a dozen, tens of thousands."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from rag.values.numerals import LATIN_SCALE, SCALE_WORDS, Numeral

SMALL_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
_TEN_WORDS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_CROWDS = {"ten": 10, "dozen": 10, "hundred": 100} | SCALE_WORDS

_UNITS_WORDS = "|".join(sorted(SMALL_WORDS, key=len, reverse=True))
_ONES = "one|two|three|four|five|six|seven|eight|nine"
SMALL_NUMBER = rf"(?:(?:{'|'.join(_TEN_WORDS)})(?:[ -](?:{_ONES}))?|{_UNITS_WORDS})(?![A-Za-z])"
_GROUP = re.compile(
    rf"(?:(?P<many>half an?|half|an?|{SMALL_NUMBER})[ -](?P<by>hundred|dozen)(?:(?: and)?[ -](?P<rest>{SMALL_NUMBER}))?"
    rf"|(?P<small>{SMALL_NUMBER})"
    r"|(?P<article>half an?|half|an?)(?=[ -](?:thousand|million|billion|trillion)))(?![A-Za-z])",
    re.IGNORECASE,
)
_CROWD_WORDS = re.compile(
    r"(?:(?:tens|dozens|hundreds|thousands|millions|billions|trillions)"
    r"(?: of (?:thousands|millions|billions|trillions))?"
    r"|(?:several|a few) (?:hundred|thousand|million|billion|trillion|dozen))(?![A-Za-z])",
    re.IGNORECASE,
)
_JOINT = re.compile(r" and | ")
_HALF_MORE = re.compile(r" and (?:a|one)[ -]half(?![A-Za-z])", re.IGNORECASE)


def read_words(text: str, start: int) -> Numeral | None:
    """The number in English words at ``start``; 'tens of thousands' is several of 10,000."""
    crowd = _CROWD_WORDS.match(text, start)
    if crowd:
        words = re.findall("[a-z]+", crowd.group().lower())
        value = Fraction(math.prod(_CROWDS.get(word.rstrip("s"), 1) for word in words))
        return Numeral(value, value, crowd.end(), comparator="several", form="words")
    total, scale, end = Fraction(0), 1, start
    largest = 10**15
    for value, times, stop in _groups(text, start):
        if times >= largest:
            break
        total, largest, scale, end = total + value * times, times, times, stop
        if times == 1:
            break
    return Numeral(total, total, end, scale, form="words") if end > start else None


def _groups(text: str, start: int) -> Iterator[tuple[Fraction, int, int]]:
    """The parts of a number in words with their scales: two million | three hundred thousand | and five."""
    position = start
    for _ in range(5):
        group = _GROUP.match(text, position)
        if group is None:
            return
        value = _group_value(group)
        position = group.end()
        half = _HALF_MORE.match(text, position)
        if half:
            value, position = value + Fraction(1, 2), half.end()
        scale = LATIN_SCALE.match(text, position)
        position = scale.end() if scale else position
        yield value, SCALE_WORDS.get(scale.group(1).lower(), 1) if scale else 1, position
        joint = _JOINT.match(text, position)
        if scale is None or joint is None:
            return
        position = joint.end()


def _group_value(group: re.Match[str]) -> Fraction:
    if group.group("small"):
        return Fraction(small_value(group.group("small")))
    lead = (group.group("many") or group.group("article")).lower()
    times = Fraction(1, 2) if lead.startswith("half") else Fraction(small_value(lead) or 1)
    by = {"hundred": 100, "dozen": 12}.get((group.group("by") or "").lower(), 1)
    return times * by + small_value(group.group("rest") or "")


def small_value(words: str) -> int:
    """A number below 100 in words; 0 for other words."""
    parts = re.findall("[a-z]+", words.lower())
    return sum(SMALL_WORDS.get(part, 0) + _TEN_WORDS.get(part, 0) for part in parts)
