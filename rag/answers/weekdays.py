"""Finds the days of the week that a text names, ranges and "daily" among them."""

from __future__ import annotations

import re

from rag.text import fold

_HAN = "一二三四五六日天"
_EN = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_DAY = rf"(?:\b(?:{'|'.join(_EN)})days?\b|(?<![{_HAN}七八九十两\d])(?:星期|周|礼拜)[{_HAN}](?![次期个年天]))"
_DAYS = re.compile(
    rf"(?P<first>{_DAY})(?:\s*(?:to|until|through|-|–|—|~|至|到)\s*(?P<last>{_DAY}|[{_HAN}](?![\d{_HAN}])))?"
)
_GROUPS = (
    (re.compile(r"\bdaily\b|\bevery day\b|\bseven days a week\b|每天|每日|天天"), frozenset(range(7))),
    (re.compile(r"\bweekdays?\b|\bworking days?\b|工作日"), frozenset(range(5))),
    (re.compile(r"\bweekends?\b|周末|双休日"), frozenset((5, 6))),
)


def weekdays_in(text: str) -> frozenset[int]:
    """The days of the week in a text, Monday as 0; none where it names none."""
    folded = fold(text)
    found = {day for pattern, days in _GROUPS if pattern.search(folded) for day in days}
    for match in _DAYS.finditer(folded):
        first = _number(match["first"])
        last = _number(match["last"]) if match["last"] else first
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return frozenset(found)


def without_weekdays(text: str) -> str:
    """The folded text without the names of days."""
    return _DAYS.sub(" ", fold(text))


def _number(day: str) -> int:
    """Of one day's name: 0 for Monday."""
    if day[-1] in _HAN:
        return min(_HAN.index(day[-1]), 6)
    return next(number for number, name in enumerate(_EN) if day.startswith(name))
