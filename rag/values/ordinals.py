"""Reads the rank or time of day at a position of a text: 第三名, third, 21st, 11:18, 下午3时30分."""

from __future__ import annotations

import re
from fractions import Fraction

from rag.values.han import HAN_NUMERAL, han_value
from rag.values.value import Value

_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_HAN = re.compile(
    rf"第 ?(?P<n>[0-9]{{1,4}}|[{HAN_NUMERAL}]{{1,8}}) ?(?:[名位个次届家期条章项])?|首(?P<first>[个次家届位批座款])"
)
_LATIN = re.compile(
    rf"(?:(?P<digits>[0-9]{{1,4}})(?:st|nd|rd|th)|(?:(?P<tens>{'|'.join(_TENS)})-)?(?P<word>{'|'.join(_WORDS)}))"
    "(?![A-Za-z]|-hand| of all| half| quarter)",
    re.IGNORECASE,
)
_NOT_RANK = re.compile(r"(?:\bat |\bper |\bsplit )$", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::[0-5][0-9])?(?![0-9:])"
    r"(?: ?(?P<half>[ap])\.?m(?![A-Za-z])\.?)?",
    re.IGNORECASE,
)
_HOUR = re.compile(r"(?P<hour>1[0-2]|[1-9]) ?(?P<half>[ap])\.?m(?![A-Za-z])\.?", re.IGNORECASE)
_HAN_CLOCK = re.compile(
    f"(?P<half>上午|早上|凌晨|中午|下午|傍晚|晚上|晚)?(?P<hour>[0-9]{{1,2}}|[{HAN_NUMERAL}]{{1,3}})[时点]"
    f"(?:(?P<minute>[0-9]{{1,2}}|[{HAN_NUMERAL}]{{1,3}})分?|(?P<thirty>半))?(?![钟间代])"
)


def read_ordinal(text: str, start: int) -> Value | None:
    """The rank that begins at ``start``: 首家 and 'first' are 1."""
    match = _HAN.match(text, start)
    if match:
        number = 1 if match.group("first") else _integer(match.group("n"))
        return _ordinal(number, match) if number else None
    match = _LATIN.match(text, start)
    if match is None or _NOT_RANK.search(text, max(0, start - 8), start):
        return None
    if match.group("digits"):
        return _ordinal(int(match.group("digits")), match)
    ones = _WORDS.index(match.group("word").lower()) + 1
    tens = 10 * _TENS.index(match.group("tens").lower()) + 20 if match.group("tens") else 0
    return _ordinal(tens + ones, match)


def read_time(text: str, start: int) -> Value | None:
    """The time of day that begins at ``start``, in minutes after midnight."""
    match = _CLOCK.match(text, start) or _HOUR.match(text, start)
    if match is None:
        match = _HAN_CLOCK.match(text, start)
        if match is None or not (match.group("half") or (match.group("minute") and match.group().endswith("分"))):
            return None
    parts = match.groupdict()
    hour, half = _integer(parts["hour"]), (parts.get("half") or "").lower()
    if half in ("p", "下午", "傍晚", "晚上", "晚") and hour < 12:
        hour += 12
    elif half in ("a", "凌晨") and hour == 12:
        hour = 0
    minutes = Fraction(hour * 60 + (30 if parts.get("thirty") else _integer(parts.get("minute") or "0")))
    return Value("time", minutes, minutes, "time", "exactly", start, match.end())


def _ordinal(number: int, match: re.Match[str]) -> Value:
    return Value("ordinal", Fraction(number), Fraction(number), None, "exactly", match.start(), match.end())


def _integer(text: str) -> int:
    return int(text) if text.isascii() else han_value(text) or 0
