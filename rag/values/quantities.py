"""Reads the quantity at a position of a text: counts, measures, durations, money, percentages, and ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from rag.values.english import read_words
from rag.values.han import read_han, read_several
from rag.values.numerals import Numeral, read_digits, shared_scale
from rag.values.units import CLASSIFIER, CURRENCY_AFTER, CURRENCY_BEFORE, CURRENCY_SIGN, UNIT_FORMS, UNIT_WORD, UNITS
from rag.values.value import Comparator, Kind, Value

_MINUS = re.compile("[-−负](?=[0-9$€£¥])")
_TO = re.compile(" ?[-–—~至到] ?| to | or ")
_AND = re.compile(" and ")
_CONTINUES = re.compile("[-/:.][0-9]|[A-Za-z]")
_HALF_UNIT = re.compile(
    "半(?=个?(?:月|年|天|小时|钟头|世纪|季度))|half(?:-| an? )(?=year|month|week|day|hour|minute|century|decade|mile)",
    re.I,
)
_PERCENT = re.compile(
    " ?(?:(?P<pp>个?百分点|percentage[ -]points?)|(?P<percent>%|per ?cent(?!age))|(?P<mille>‰))", re.IGNORECASE
)
_HAN_DURATION = re.compile("个(?P<more>[多余半]?)(?P<unit>月|小时|钟头|星期|礼拜|季度|世纪)")
_DURATIONS = {"月": "month", "小时": "hour", "钟头": "hour", "星期": "week", "礼拜": "week"} | {
    "季度": "quarter",
    "世纪": "century",
}
_UNIT_JOINT = re.compile("[ -]?")
_AFTER_UNIT = re.compile("(?P<more>[多余](?![家种位名个])|半(?![年天月]))")
_NOT_A_UNIT = {
    "年": "级轻会报",
    "周": "年边一二三四五六日末期报刊",
    "天": "空然津地",
    "米": "饭其",
    "人": "工民均类才脸体力造身生事",
    "升": "至到级值幅学",
    "元": "旦素宵老组件方",
    "克": "服",
}
"""Characters after which a unit is really the head of a word: 3年级, 5元素."""
_EXCEEDS = re.compile("(?:[逾超近约达上]|(?<![通经])过)$")
_NOT_A_SPAN = re.compile("民国|令和|平成|昭和|(?<![0-9])..0[0-9] ?年|(?:^|^.)0[0-9] ?年")
"""Before or at a number that says which year it is: 民国41年, 08年."""
_TWICE = re.compile("twice(?![A-Za-z])", re.IGNORECASE)
_SHORT = 8
"""A text this short can be nothing but a number: 六."""
_TIMES = ("time", "calendar")


@dataclass(frozen=True, slots=True)
class _Part:
    """A number with what was written around it."""

    numeral: Numeral
    kind: Kind
    unit: str | None
    end: int
    prefixed: bool = False
    """Whether the currency stands before the number."""
    measured: bool = False
    """Whether a unit, classifier or currency was written."""


def read_quantity(text: str, start: int) -> Value | None:
    """The longest quantity that begins at ``start``, two bounds of a range taken together."""
    first = _read_part(text, start)
    if first is None:
        return None
    second = _second_bound(text, start, first)
    if second is not None:
        unit = second if second.measured else first
        low = shared_scale(first.numeral, second.numeral).low
        return _value(unit, low, second.numeral.high, start, second.end)
    alone = len(text) <= _SHORT and not text[:start].strip() and not text[first.end :].strip(" 。.")
    if first.numeral.weak and not first.measured and not alone:
        return None
    return _value(first, first.numeral.low, first.numeral.high, start, first.end)


def read_numeral(text: str, start: int, *, money: bool = False) -> Numeral | None:
    """The number in any script that begins at ``start``; ``money`` allows the letters of $5m."""
    first = text[start : start + 1]
    if not first:
        return None
    if first.isascii():
        return read_digits(text, start, money=money) if first.isdigit() else read_words(text, start)
    return read_several(text, start) if first in "数几" else read_han(text, start)


def _value(part: _Part, low: Fraction, high: Fraction, start: int, end: int) -> Value:
    share = {"%": Fraction(1, 100), "pp": Fraction(1, 100), "‰": Fraction(1, 1000)}
    factor = share[part.unit] if part.kind == "percent" and part.unit else Fraction(1)
    return Value(part.kind, low * factor, high * factor, part.unit, part.numeral.comparator, start, end)


def _second_bound(text: str, start: int, first: _Part) -> _Part | None:
    """The upper bound of a range, where one follows and both bounds are of one kind."""
    joint = _TO.match(text, first.end)
    if joint is None and text[max(0, start - 8) : start].lower() == "between ":
        joint = _AND.match(text, first.end)
    second = _read_part(text, joint.end()) if joint else None
    if second is None or (second.numeral.weak and not second.measured) or _CONTINUES.match(text, second.end):
        return None
    if second.numeral.comparator != "exactly" or first.numeral.comparator != "exactly":
        return None
    if first.measured and not first.prefixed and (first.kind, first.unit) != (second.kind, second.unit):
        return None
    if first.prefixed and second.measured and first.unit != second.unit:
        return None
    return second if shared_scale(first.numeral, second.numeral).low < second.numeral.high else None


def _read_part(text: str, start: int) -> _Part | None:
    minus = _MINUS.match(text, start)
    at = minus.end() if minus else start
    sign = CURRENCY_SIGN.match(text, at)
    at = sign.end() if sign else at
    at += sign is not None and text[at : at + 1] == " "
    if _TWICE.match(text, at):
        return _Part(Numeral(Fraction(2), Fraction(2), at + 5, form="words"), "number", "x", at + 5, measured=True)
    half = _HALF_UNIT.match(text, at)
    half_numeral = Numeral(Fraction(1, 2), Fraction(1, 2), half.end(), form="han", weak=True) if half else None
    numeral = half_numeral or read_numeral(text, at, money=sign is not None)
    if numeral is None:
        return None
    if minus:
        numeral = replace(numeral, low=-numeral.high, high=-numeral.low)
    if sign:
        trailing = text[numeral.end : numeral.end + 1] in ("元", "圆")
        return _Part(numeral, "money", CURRENCY_BEFORE[sign.group().lower()], numeral.end + trailing, True, True)
    if numeral.weak and text[at] in "百千万" and _EXCEEDS.search(text, max(0, at - 2), at):
        numeral = replace(numeral, weak=False)
    part = _percentage(text, numeral) or _measure(text, numeral) or _count(text, numeral)
    return None if part.unit == "year" and _NOT_A_SPAN.match(text, max(0, at - 2)) else part


def _percentage(text: str, numeral: Numeral) -> _Part | None:
    match = _PERCENT.match(text, numeral.end)
    if match is None:
        return None
    unit = "pp" if match.group("pp") else "%" if match.group("percent") else "‰"
    return _Part(numeral, "percent", unit, match.end(), measured=True)


def _measure(text: str, numeral: Numeral) -> _Part | None:
    """A number with a unit or a currency after it."""
    months = _HAN_DURATION.match(text, numeral.end)
    if months:
        numeral = _with_more(numeral, months.group("more"))
        return _Part(numeral, "duration", _DURATIONS[months.group("unit")], months.end(), measured=True)
    at = numeral.end
    at += text[at : at + 1] == "个" and text[at - 1] == "半"
    unit_at = _UNIT_JOINT.match(text, at)
    match = UNIT_WORD.match(text, unit_at.end() if unit_at else at)
    if match is None or text[match.end() : match.end() + 1] in {*_NOT_A_UNIT.get(match.group(), "")}:
        return None
    word = match.group().lower()
    if word in CURRENCY_AFTER:
        return _Part(numeral, "money", CURRENCY_AFTER[word], match.end(), measured=True)
    unit = UNIT_FORMS[word]
    more = _AFTER_UNIT.match(text, match.end()) if unit == "x" or UNITS[unit].dimension in _TIMES else None
    numeral = _with_more(numeral, more.group() if more else "")
    kind: Kind = "duration" if UNITS[unit].dimension in _TIMES else "number"
    return _Part(numeral, kind, unit, more.end() if more else match.end(), measured=True)


def _count(text: str, numeral: Numeral) -> _Part:
    """A bare number or one with a classifier, which carries no meaning of its own."""
    classifier = CLASSIFIER.match(text, numeral.end) if numeral.form != "words" else None
    if (
        classifier
        and text[numeral.end - 1 : classifier.end()] not in ("一起", "一部", "一大")
        and text[numeral.end - 1] != "零"
    ):
        return _Part(numeral, "number", None, classifier.end(), measured=True)
    return _Part(numeral, "number", None, numeral.end)


def _with_more(numeral: Numeral, more: str) -> Numeral:
    """两个多月 is more than two months, 一年半 a year and a half."""
    if more == "半":
        return replace(numeral, low=numeral.low + Fraction(1, 2), high=numeral.high + Fraction(1, 2))
    comparator: Comparator = "more than" if more else numeral.comparator
    return replace(numeral, comparator=comparator)
