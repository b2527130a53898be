"""Finds the values in a text, in order, each as long as possible, with offsets into the original text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from rag.text import Normalised, normalise, simplify
from rag.types import Span
from rag.values.dates import join_dates, read_date, resolved
from rag.values.han import HAN_NUMERAL
from rag.values.ordinals import read_ordinal, read_time
from rag.values.quantities import read_quantity
from rag.values.shares import read_share
from rag.values.units import CURRENCY_SIGN
from rag.values.value import Comparator, Value

_REACH = 120
"""How far around a span a value that it cuts can reach."""
_BLANK = "\x00"

_READERS: tuple[Callable[[str, int], Value | None], ...] = (
    read_date,
    read_time,
    read_share,
    read_ordinal,
    read_quantity,
)
_EN_START = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|an?(?=[ -][hmbtdqfs])|half|several(?= )"
    "|twice|tens|dozens|hundreds|thousands|millions|billions|trillions"
    "|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|[a-z]+teenth|twentieth"
    "|the(?= (?:[0-9]|first|second|third|fourth|start|beginning|middle|end|early|late))|last|this|next|q[1-4]|h[12]"
    "|start|beginning|middle|end|early|late|mid"
    "|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    "|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_START = re.compile(
    rf"(?<![A-Za-z0-9])(?:{_EN_START})(?![a-z])|{CURRENCY_SIGN.pattern}"
    r"|(?<![A-Za-z0-9-])(?:(?<![一-鿿])[-−](?=[0-9])|[-−](?=[0-9.]{1,9} ?%))|负(?=[0-9])"
    rf"|[0-9'{HAN_NUMERAL}数几半第首前去今本明后过上下中早凌傍晚]",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"0[0-9]+(?:-[0-9]+)*(?![.:0-9])|[0-9]+(?:\.[0-9]+){2,}|[0-9]{3,4}-[0-9]{3,4}-[0-9]{3,4}"
    r"|[0-9]{3,4}-[0-9]{7,8}(?![0-9])|24/7"
)
"""Digits that name something: telephone numbers, versions, codes with a leading zero."""
_RUN = re.compile(rf"[0-9]+(?:[.,][0-9]+)*[A-Za-z]*|[{HAN_NUMERAL}]+|[A-Za-z]+|.", re.DOTALL)
_VERSION = re.compile(r"[0-9]\.0(?![0-9%])")
_VERSION_OF = re.compile(r"[A-Za-z]{2} ?$|[业版链育造务市院商]$")
_GLUED = re.compile(r"(?:[A-Za-z_]|(?<![A-Za-z])(?!(?:mid|pre|post|non)-)[A-Za-z]+-|[A-Za-z0-9]\.|公元前?)$")

_NOT_ONE = re.compile(r"(?:\b(?:no|any|every|some|each|this|that|which|the) |一)$", re.IGNORECASE)
_ONE_OF = re.compile(r"(?: of| another|'s)(?![a-z])|-", re.IGNORECASE)

_BEFORE: dict[Comparator, str] = {
    "up to": "不超过|不多于|不高于|最多|至多|多达|up to|at most|no more than|not more than|as many as|a maximum of",
    "at least": "不少于|不低于|不小于|至少|最少|起码|at least|no fewer than|no less than|not less than|a minimum of",
    "about": "大约|大概|(?<![条预节合纽签邀契公履违制])约[为有]?|about|around|approximately"
    "|roughly|some|circa|estimated",
    "nearly": "将近|接近|几近|(?<![最附])近|nearly|almost|close to|just under",
    "less than": "少于|不足|低于|不到|小于|fewer than|less than|under|below",
    "more than": "超过|超出|突破|超|逾|多于|高于|大于|过|上|more than|over|above|exceed(?:ing|s|ed)?|in excess of"
    "|upwards of|greater than",
}
_AFTER: dict[Comparator, str] = {
    "about": "左右|上下|or so",
    "at least": "[及或]?以上|(?:or|and) (?:more|above)|[+](?![0-9])",
    "up to": "[及或]?以下|以内|之内|or (?:less|fewer|below)",
}
_COMPARATORS: tuple[Comparator, ...] = tuple(_BEFORE)
_BEFORE_PATTERN = re.compile(
    "(?:"
    + "|".join(rf"(?P<c{i}>(?<![A-Za-z])(?:{_BEFORE[name]}))" for i, name in enumerate(_COMPARATORS))
    + ")(?: the)? ?$",
    re.IGNORECASE,
)
_AFTER_PATTERNS = {name: re.compile(f" ?(?:{pattern})", re.IGNORECASE) for name, pattern in _AFTER.items()}
_ROUND = "十百千万亿半"


def values_in(text: str, reference_year: int | None = None) -> list[Value]:
    """Every value of a text, in order and without overlaps; relative years become dates when told which year it is."""
    view = _view(text)
    found: list[Value] = []
    position = 0
    while start := _START.search(view.text, position):
        value = _read(view.text, start.start())
        if value is None:
            position = _skip(view.text, start.start())
            continue
        position = value.end
        if value.kind == "relative" and reference_year is not None:
            value = resolved(value, reference_year)
        joined = join_dates(view.text, found[-1], value) if found else None
        found[-1 if joined else len(found) :] = [joined or value]
    return [_placed(view, value) for value in found]


def whole_value(text: str, start: int, end: int) -> Span:
    """The span widened so that it cuts no number, unit or date in half: 月18日 becomes 2月18日."""
    left, right = max(0, start - _REACH), min(len(text), end + _REACH)
    for value in values_in(text[left:right]):
        first, last = value.start + left, value.end + left
        if first < end and start < last:
            start, end = min(start, first), max(end, last)
    return Span(start, end)


def _read(text: str, start: int) -> Value | None:
    """The longest value that begins at ``start``; None where the characters only name something (5G, COVID-19)."""
    found = [value for reader in _READERS if (value := reader(text, start)) is not None]
    name = _NAME.match(text, start)
    best = max(found, key=lambda value: value.end, default=None)
    if best is None or (name and name.end() >= best.end + (best.kind == "date")) or _is_name(text, best):
        return None
    return replace(_as_years(text, best), comparator=_comparator(text, best))


def _is_name(text: str, value: Value) -> bool:
    """Whether letters, hyphens or dots glue the characters into a name: 5G, T2, COVID-19, 工业4.0."""
    start, end = value.start, value.end
    after = text[end : end + 1]
    if text[start].isdigit() and _GLUED.search(text, max(0, start - 12), start):
        return True
    if text[end - 1].isdigit() and (after == _BLANK or (after.isascii() and after.isalpha() and value.unit != "day")):
        return True
    if value.kind == "number" and value.unit is None and re.compile("[一-鿿]-").match(text, max(0, start - 2)):
        return text[start].isdigit()
    if value.kind == "number" and value.unit is None and _VERSION.fullmatch(text, start, end):
        return _VERSION_OF.search(text, max(0, start - 3), start) is not None
    is_one = value.unit is None and value.low == value.high == 1 and text[start:end].lower() == "one"
    return is_one and bool(_ONE_OF.match(text, end) or _NOT_ONE.search(text, max(0, start - 8), start))


def _as_years(text: str, value: Value) -> Value:
    """2016 to 2020 as a range of years rather than of things."""
    is_range = value.kind == "number" and value.unit is None and value.low != value.high
    if is_range and re.fullmatch(r"(?:1[89]|20)[0-9]{2}\D+(?:1[89]|20)[0-9]{2}", text[value.start : value.end]):
        return replace(value, kind="date", unit="range", low=value.low * 10_000 + 101, high=value.high * 10_000 + 1231)
    return value


def _comparator(text: str, value: Value) -> Comparator:
    """What the words around a value say of it: 约, more than, 以上."""
    if value.comparator != "exactly" or value.kind in ("ordinal", "relative"):
        return value.comparator
    for comparator, pattern in _AFTER_PATTERNS.items():
        if pattern.match(text, value.end):
            return comparator
    before = _BEFORE_PATTERN.search(text, max(0, value.start - 24), value.start)
    if before is None or before.lastgroup is None:
        return "exactly"
    if before.group().strip() in ("过", "上") and text[value.start] not in _ROUND:
        return "exactly"
    return _COMPARATORS[int(before.lastgroup[1:])]


def _skip(text: str, start: int) -> int:
    match = _NAME.match(text, start) or _RUN.match(text, start)
    return match.end() if match else start + 1


def _view(text: str) -> Normalised:
    """The text as the readers see it: normalised, Simplified, superscripts blanked (10² is not 102)."""
    view = normalise(text)
    if text.isascii():
        return view
    characters = list(simplify(view.text))
    for index, origin in enumerate(view.offsets[:-1]):
        is_mark = ord(text[origin]) > 127 and unicodedata.category(text[origin]) == "No"
        if is_mark and not (index and characters[index - 1] in ("m", "t")):
            characters[index] = _BLANK
    return Normalised("".join(characters), view.offsets)


def _placed(view: Normalised, value: Value) -> Value:
    span = view.span(value.start, value.end)
    return replace(value, start=span.start, end=span.end)
