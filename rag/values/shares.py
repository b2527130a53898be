"""Reads the share at a position of a text: 百分之二十七点五, 八成, 一半, one third, five per thousand."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from rag.values.english import SMALL_NUMBER, small_value
from rag.values.han import DIGITS, han_value, read_han
from rag.values.numerals import Numeral, read_digits
from rag.values.value import Value

_OF = re.compile("(?P<of>[百千万]|[0-9]{1,3}|[两二三四五六七八九十]{1,3})分之(?P<all>百(?!分))?")
_TO = re.compile(" ?[-–—~至到、] ?(?:[百千]分之)?")
_TENTHS = re.compile(
    "(?P<low>[一二两三四五六七八九1-9])(?P<high>[-~、至到]?[二三四五六七八九2-9])?成(?P<more>半|[一二三四五六七八九](?![家个种名位项]))?"
    "(?![为立员果功本长都交分就年绩人型熟了效语像份])"
)
_HALF_HAN = re.compile("一半|半数|过半(?![年个])")
_SLASH = re.compile("(?P<part>[1-9])/(?P<of>[2-9]|10)(?![0-9/.])")
_HALF = re.compile(
    "half(?![A-Za-z-]| (?:an?|year|time|hour|day|million|billion|dozen)(?![A-Za-z]))(?<!first half)(?<!second half)"
    "(?<!latter half)(?<!last half)(?<!other half)(?<!better half)",
    re.IGNORECASE,
)
_NAMES = {
    name: of for of, name in enumerate("half third quarter fifth sixth seventh eighth ninth tenth".split(), start=2)
} | {"fourth": 4, "halve": 2}
_NAMED = re.compile(
    rf"(?P<part>an?(?=[ -][a-z]+ of(?![a-z]))|[1-9]|{SMALL_NUMBER})[ -](?P<of>{'|'.join(_NAMES)})s?"
    "(?![A-Za-z]| (?:century|time|year|of 20|of 19))",
    re.IGNORECASE,
)
_RATE = re.compile(
    rf"(?P<part>[0-9]{{1,3}}(?:\.[0-9]{{1,3}})?|{SMALL_NUMBER}) (?:per|in (?:a|every)|out of(?: every)?)"
    " (?P<of>thousand|hundred|1,?000|100)(?![0-9,A-Za-z])",
    re.IGNORECASE,
)


def read_share(text: str, start: int) -> Value | None:
    """The longest share that begins at ``start``, as a fraction of one; 27.5% is read with the quantities."""
    found = [value for reader in _READERS if (value := reader(text, start)) is not None]
    return max(found, key=lambda value: value.end, default=None)


def _share(unit: str, low: Fraction, high: Fraction, start: int, end: int) -> Value:
    return Value("percent", low, high, unit, "exactly", start, end)


def _parts_of(text: str, start: int) -> Value | None:
    """百分之五, 千分之五, 三分之一, 百分之二十至三十."""
    match = _OF.match(text, start)
    if match is None:
        return None
    whole = {"百": 100, "千": 1000, "万": 10_000}.get(match.group("of")) or _integer(match.group("of"))
    unit = {100: "%", 1000: "‰"}.get(whole, "fraction")
    if match.group("all"):
        return _share(unit, Fraction(1), Fraction(1), start, match.end())
    part = _number(text, match.end())
    if part is None or not whole:
        return None
    joint = _TO.match(text, part.end)
    high = _number(text, joint.end()) if joint and unit != "fraction" else None
    if high is None or high.high <= part.low:
        high = part
    return _share(unit, part.low / whole, high.high / whole, start, high.end)


def _tenths(text: str, start: int) -> Value | None:
    """八成, 七八成, 八成五."""
    match = _TENTHS.match(text, start)
    if match is None:
        return None
    low = Fraction(_integer(match.group("low")), 10)
    high = Fraction(_integer(match.group("high")[-1]), 10) if match.group("high") else low
    more = match.group("more")
    extra = Fraction(5 if more == "半" else DIGITS[more], 100) if more else Fraction(0)
    return _share("%", low + extra, high + extra, start, match.end()) if low <= high else None


def _halves(text: str, start: int) -> Value | None:
    match = _HALF_HAN.match(text, start) or _HALF.match(text, start)
    return _share("fraction", Fraction(1, 2), Fraction(1, 2), start, match.end()) if match else None


def _named(text: str, start: int) -> Value | None:
    """One third, two-thirds, a quarter of, 2/3, five per thousand."""
    for pattern, unit in ((_SLASH, "fraction"), (_NAMED, "fraction"), (_RATE, "%")):
        match = pattern.match(text, start)
        if match is None:
            continue
        whole = match.group("of").lower().replace(",", "")
        names = _NAMES | {"hundred": 100, "thousand": 1000}
        of = int(whole) if whole.isdigit() else names[whole]
        part = match.group("part").lower()
        amount = Fraction(part) if part[0].isdigit() else Fraction(small_value(part) or 1)
        if amount < of:
            return _share("‰" if of == 1000 else unit, amount / of, amount / of, start, match.end())
    return None


def _number(text: str, start: int) -> Numeral | None:
    first = text[start : start + 1]
    return read_digits(text, start) if first.isascii() and first.isdigit() else read_han(text, start) if first else None


def _integer(text: str) -> int:
    return int(text) if text.isascii() else han_value(text) or 0


_READERS: tuple[Callable[[str, int], Value | None], ...] = (_parts_of, _tenths, _halves, _named)
