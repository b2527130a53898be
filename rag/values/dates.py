"""Reads the date at a position of a text: days, months, quarters, halves, years, decades, years from now."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from rag.values.han import han_value, positional_value
from rag.values.value import Kind, Value

MONTHS = "January February March April May June July August September October November December".split()
RELATIVE_YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2} | {
    "last year": -1,
    "this year": 0,
    "next year": 1,
}
_PARTS = {
    **dict.fromkeys(("初", "start", "beginning", "early"), "start"),
    **dict.fromkeys(("中", "middle", "mid"), "middle"),
    **dict.fromkeys(("底", "末", "end", "late"), "end"),
}
_PART_BOUNDS = {"start": (101, 331), "middle": (401, 930), "end": (1001, 1231)}
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "上": 1, "下": 2}

_CENTURIES = dict(
    zip(
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first".split(),
        range(15, 22),
        strict=True,
    )
)

_YEAR = "(?P<year>[12][0-9]{3}(?![0-9])|[一二][零〇一二三四五六七八九]{3}(?![零〇一二三四五六七八九十百千万]))"
_HAN_DAY = "[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_MONTH = "(?P<month>1[0-2]|0?[1-9](?![0-9])|十[一二]?|[一二三四五六七八九])"
_DAY = f"(?P<day>3[01]|[12][0-9]|0?[1-9](?![0-9])|{_HAN_DAY})"
_LAST_DAY = f"(?:[日号]? ?[-–—~至到] ?(?P<last_day>3[01]|[12][0-9]|0?[1-9]|{_HAN_DAY}))?"
_ZH_MONTH = f"{_MONTH} ?月份?(?: ?{_DAY}{_LAST_DAY} ?[日号])?"
_ZH_MONTHS = f" ?{_MONTH}月? ?[-–—~至到] ?(?P<last_month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?"
_ZH_REST = (
    f"(?: ?{_ZH_MONTH}|度?第?(?P<quarter>[一二三四1-4])季度?|[ ,]?Q(?P<q>[1-4])|(?P<half>[上下])半年"
    "|年?(?P<part>初(?![创次期步级始])|中(?![一-龥])|[底末]))?"
)
_EN_MONTH = (
    rf"(?P<month>{'|'.join(MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?![A-Za-z])\.?)(?![A-Za-z])"
)
_EN_DAY = r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9A-Za-z:%]|[.,][0-9])"
_EN_LAST_DAY = r"(?: ?[-–] ?(?P<last_day>3[01]|[12][0-9]|[1-9])(?![0-9]))?"
_WEEKDAY = r"(?:(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b[.,]{0,2}) )?"
_EN_YEAR = r"(?P<year>[12][0-9]{3})(?![0-9]|[.,][0-9])"
_THE_YEAR = rf"(?:{_EN_YEAR}|(?P<relative>last year|this year|next year))"
_OF_YEAR = rf",? (?:of )?(?:the year )?{_THE_YEAR}"

_HAN_FIRST = (
    rf"{_YEAR} ?年{_ZH_REST}(?! ?代)",
    rf"(?P<relative>(?<![目之以])前年|去年|今年|本年|明年|(?<![之以])后年){_ZH_REST}",
    _ZH_MONTH,
    rf"(?P<relative>去年|今年|明年)?{_ZH_MONTHS}",
    "(?P<half>[上下])半年",
    "第(?P<quarter>[一二三四1-4])季度?|(?P<q>[一二三四])季度",
    "(?P<decade>[一二][零〇一二三四五六七八九]{2}[零〇])年代",
    "(?P<last_century>上个?世纪|二十世纪) ?(?P<short_decade>[1-9]0|[一二三四五六七八九]十) ?年代",
    "(?P<short_decade>[二三四五六七八九]十)年代",
    "(?P<century>二?十[一二三四五六七八九]?)世纪",
)
_MINGUO = "(?P<minguo>1[0-4][0-9]) ?年"
"""A year of the Republic of China, as Taiwan counts them: 115 is 2026; one of three digits before a month is no age."""
_DIGIT_FIRST = (
    rf"{_MINGUO} ?{_ZH_MONTH}",
    rf"{_YEAR} ?年{_ZH_REST}(?! ?代)",
    rf"{_YEAR} ?Q(?P<q>[1-4])(?![0-9A-Za-z])",
    rf"{_YEAR} ?年? ?[-–—~至到] ?(?P<last_year>[12][0-9]{{3}})(?![0-9,]) ?(?:年(?!代))?",
    rf"{_YEAR} ?(?P<mark>[-/.]) ?{_MONTH} ?(?P=mark) ?{_DAY}(?![0-9])",
    rf"{_YEAR}[-/](?P<month>0[1-9]|1[0-2])(?![0-9/-])",
    "(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])(?![0-9])",
    rf"{_YEAR} ?(?:[-/]|–) ?(?P<short_year>[0-9]{{2}})(?![0-9/–-]|[.,:][0-9])",
    rf"(?P<day>3[01]|2[0-9]|1[3-9])/(?P<month>1[0-2]|0?[1-9])/{_EN_YEAR}",
    rf"(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|2[0-9]|1[3-9])/{_EN_YEAR}",
    rf"(?:1[0-2]|0?[1-9])/(?:1[0-2]|0?[1-9])/{_EN_YEAR}",
    rf"{_EN_DAY}{_EN_LAST_DAY} (?:of )?{_EN_MONTH}(?:{_OF_YEAR})?",
    _ZH_MONTH,
    rf"(?:{_YEAR} ?年)?{_ZH_MONTHS}",
    "(?P<decade>[12]?[0-9]{2}0)(?: ?年代|'?s(?![A-Za-z]))",
    "(?P<last_century>20 ?世纪) ?(?P<short_decade>[1-9]0|[一二三四五六七八九]十) ?年代",
    "(?P<short_decade>[2-9]0) ?年代",
    "(?P<century>[12]?[0-9])(?: ?世纪|(?:st|nd|rd|th)[ -]century)",
    rf"(?<=[Ii]n ){_EN_YEAR}",
    rf"(?:(?<=[Ss]ince )|(?<=[Uu]ntil )|(?<=[Yy]ear )){_EN_YEAR}",
)
_LATIN_FIRST = (
    rf"{_WEEKDAY}{_EN_MONTH} {_EN_DAY}{_EN_LAST_DAY}(?:{_OF_YEAR})?",
    rf"{_WEEKDAY}(?:the )?{_EN_DAY}{_EN_LAST_DAY} (?:of )?{_EN_MONTH}(?:{_OF_YEAR})?",
    rf"{_EN_MONTH}{_OF_YEAR}",
    f"(?P<month>{'|'.join(month for month in MONTHS if month not in ('March', 'May'))})(?![A-Za-z])",
    "(?:(?<=[Ii]n )|(?<=[Ll]ast )|(?<=[Ss]ince ))(?P<month>March|May)(?![A-Za-z])",
    "(?P<month>March)(?=$|[,;.)–-]| to | through )",
    "'(?P<short_decade>[1-9]0)s(?![A-Za-z])",
    rf"(?:the )?(?P<century>{'|'.join(_CENTURIES)})[ -]century",
    rf"Q(?P<q>[1-4])(?![0-9A-Za-z])(?:{_OF_YEAR})?",
    rf"(?:the )?(?P<quarter>first|second|third|fourth)[ -]quarter(?![A-Za-z])(?:{_OF_YEAR})?",
    rf"(?:the )?(?P<half>first|second)[ -]half{_OF_YEAR}",
    rf"H(?P<half>[12]) {_EN_YEAR}",
    rf"(?:the )?(?P<part>start|beginning|middle|end|early|late|mid)(?: of |[ -]){_THE_YEAR}(?!'?s)",
    r"(?P<relative>last year|this year|next year)(?!['A-Za-z])",
)
_HAN = [re.compile(pattern) for pattern in _HAN_FIRST]
_DIGIT = [re.compile(pattern) for pattern in _DIGIT_FIRST]
_LATIN = [re.compile(pattern, re.IGNORECASE if "month" not in pattern else 0) for pattern in _LATIN_FIRST]
_JOINT = re.compile(r" ?[-–—~至到] ?| to | through ")


def read_date(text: str, start: int) -> Value | None:
    """The longest date that begins at ``start`` of normalised, Simplified text."""
    first = text[start : start + 1]
    patterns = _DIGIT if first.isdigit() else _LATIN if first.isascii() else _HAN
    longest: re.Match[str] | None = None
    for pattern in patterns:
        match = pattern.match(text, start)
        if match and (longest is None or match.end() > longest.end()) and _is_sound(match):
            longest = match
    return _date(longest) if longest else None


def join_dates(text: str, first: Value, second: Value) -> Value | None:
    """Two dates with nothing but a dash or 'to' between them as one range; the first may borrow the year."""
    between = (
        text[max(0, first.start - 8) : first.start].lower() == "between " and text[first.end : second.start] == " and "
    )
    joined = between or _JOINT.fullmatch(text, first.end, second.start)
    if {first.kind, second.kind} != {"date"} or not joined:
        return None
    low, high = first.low, second.high
    if low < 10_000 <= high:
        low += high // 10_000 * 10_000
    elif high < 10_000 <= low:
        high += low // 10_000 * 10_000
    return replace(first, low=low, high=high, unit="range", end=second.end) if low < high else None


def resolved(value: Value, reference_year: int) -> Value:
    """A relative date as a date, given the year that 'this year' means."""
    shift = reference_year * 10_000
    return replace(value, kind="date", low=value.low + shift, high=value.high + shift)


def _is_sound(match: re.Match[str]) -> bool:
    """Whether two years or months can be a range: rising; and years recent where no 年 says what they are."""
    parts = match.groupdict()
    if parts.get("last_month"):
        return _month(parts["month"]) < _number(parts["last_month"])
    if parts.get("short_year"):
        return int(parts["year"]) % 100 < int(parts["short_year"])
    last = int(parts.get("last_year") or 0)
    if not last:
        return True
    first = int(match.group("year"))
    return first < last and ("年" in match.group() or (first >= 1800 and last <= 2100))


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: int
    high: int
    unit: str


def _date(match: re.Match[str]) -> Value:
    parts = {name: text for name, text in match.groupdict().items() if text}
    relative = parts.get("relative", "").lower()
    year = RELATIVE_YEARS[relative] if relative else _year(parts.get("year", "")) or 0
    if "minguo" in parts:
        year = int(parts["minguo"]) + 1911
    bounds = _long_bounds(parts, year) or _within_year(parts)
    shift = 0 if bounds.unit in ("decade", "century", "range") and bounds.low > 10_000 else year * 10_000
    low, high = Fraction(bounds.low + shift), Fraction(bounds.high + shift)
    kind: Kind = "relative" if relative else "date"
    return Value(kind, low, high, bounds.unit, "exactly", match.start(), match.end())


def _long_bounds(parts: dict[str, str], year: int) -> _Bounds | None:
    """Decades, centuries and ranges of years, with their years in the bounds."""
    if "last_year" in parts or "short_year" in parts:
        last = int(parts.get("last_year") or year // 100 * 100 + int(parts["short_year"]))
        return _Bounds(year * 10_000 + 101, last * 10_000 + 1231, "range")
    if "century" in parts:
        first = ((_CENTURIES.get(parts["century"].lower()) or _number(parts["century"])) - 1) * 100 + 1
        return _Bounds(first * 10_000 + 101, (first + 99) * 10_000 + 1231, "century")
    if "decade" in parts or "short_decade" in parts:
        tens = _number(parts.get("short_decade", "0"))
        first = _year(parts.get("decade", "")) or tens + (1900 if tens >= 30 or "last_century" in parts else 2000)
        return _Bounds(first * 10_000 + 101, (first + 9) * 10_000 + 1231, "decade")
    return None


def _within_year(parts: dict[str, str]) -> _Bounds:
    """First and last day as MMDD; every month ends on day 31, which only has to be the same everywhere."""
    if "month" in parts:
        return _days(parts, _month(parts["month"]) * 100)
    quarter = _order(parts.get("quarter") or parts.get("q", ""))
    if quarter:
        return _Bounds(quarter * 300 - 199, quarter * 300 + 31, "quarter")
    half = _order(parts.get("half", ""))
    if half:
        return _Bounds(half * 600 - 499, half * 600 + 31, "half")
    part = _PARTS.get(parts.get("part", "").lower())
    return _Bounds(*_PART_BOUNDS[part], part) if part else _Bounds(101, 1231, "year")


def _days(parts: dict[str, str], month: int) -> _Bounds:
    """One day, a month, or a range of either; ``month`` is its number times 100."""
    if "last_month" in parts:
        return _Bounds(month + 1, _number(parts["last_month"]) * 100 + 31, "range")
    day, last = _number(parts.get("day", "0")), _number(parts.get("last_day", "0"))
    if last > day:
        return _Bounds(month + day, month + last, "range")
    return _Bounds(month + day, month + day, "day") if day else _Bounds(month + 1, month + 31, "month")


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text else positional_value(text)


def _number(text: str) -> int:
    return int(text) if text.isascii() else han_value(text) or 0


def _order(text: str) -> int:
    return _ORDER.get(text.lower()) or (_number(text) if text else 0)


def _month(text: str) -> int:
    if text[0].isascii() and text[0].isalpha():
        return next(number for number, name in enumerate(MONTHS, start=1) if name.startswith(text[:3].capitalize()))
    return _number(text)
