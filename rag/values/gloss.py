"""Words the values of a quote in the other language: 838万平方呎 as 8.38 million sq ft, over 400 as 超过400."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from rag.text import fold
from rag.types import Language
from rag.values.date_words import chinese_date, english_date
from rag.values.scan import values_in
from rag.values.units import CURRENCIES, UNITS
from rag.values.value import Comparator, Value

_HAN = re.compile("[一-鿿]")
_LATIN = re.compile("[A-Za-z]")
_EN_SCALES = ((10**12, " trillion"), (10**9, " billion"), (10**6, " million"))
_ZH_SCALES = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))
_ZH_SEVERAL = {10: "数十", 100: "数百", 1000: "数千", 10**4: "数万", 10**5: "数十万", 10**6: "数百万"} | {
    10**7: "数千万",
    10**8: "数亿",
    10**9: "数十亿",
    10**12: "数万亿",
}
_ZH_COMPARATORS: dict[Comparator, str] = {
    "exactly": "",
    "several": "",
    "about": "约",
    "nearly": "近",
    "more than": "超过",
    "at least": "至少",
    "less than": "不到",
    "up to": "最多",
}
_EN_SEVERAL = {10: "dozens", 100: "hundreds", 1000: "thousands", 10**4: "tens of thousands"} | {
    10**5: "hundreds of thousands",
    10**6: "millions",
    10**7: "tens of millions",
    10**8: "hundreds of millions",
    10**9: "billions",
}
_PARTS = {
    2: "half",
    3: "third",
    4: "quarter",
    5: "fifth",
    6: "sixth",
    7: "seventh",
    8: "eighth",
    9: "ninth",
    10: "tenth",
}
_SMALL = "zero one two three four five six seven eight nine".split()
_RANKS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_HAN_DIGITS = "零一二三四五六七八九十"


def gloss(text: str, language: Language) -> str | None:
    """The values of a quote, readable in ``language``; None where there are none or they read the same already."""
    if language == "en" and not _HAN.search(text):
        return None
    if language == "zh" and _HAN.search(text) and not _LATIN.search(text):
        return None
    pieces = [_piece(value, text, language) for value in values_in(text)]
    kept = [piece for piece in dict.fromkeys(pieces) if piece]
    return ("; " if language == "en" else "；").join(kept) or None


def _piece(value: Value, text: str, language: Language) -> str | None:
    """One value in words, or None where the reader of ``language`` can read what is written."""
    written = text[value.start : value.end]
    is_read = _HAN.search(written) if language == "zh" else _LATIN.search(written) and not _HAN.search(written)
    if is_read or _is_article(value):
        return None
    words = _english(value) if language == "en" else _chinese(value)
    return None if _bare(words) in _bare(text) else words


def _is_article(value: Value) -> bool:
    return value.unit is None and value.low == value.high == 1


def _bare(text: str) -> str:
    return re.sub("[–—~～至]", "-", re.sub(r"[\s,]", "", fold(text)))


def _english(value: Value) -> str:
    lead = "" if value.comparator in ("exactly", "several") else f"{value.comparator} "
    if value.kind in ("date", "relative"):
        return lead + english_date(value)
    if value.kind == "time":
        return _clock(value)
    if value.kind == "ordinal":
        return _english_rank(int(value.low))
    if value.kind == "percent":
        return lead + _english_share(value)
    if value.comparator == "several":
        return _several(value, _EN_SEVERAL, "several times ", " of ")
    return lead + _with_unit_en(value)


def _chinese(value: Value) -> str:
    lead = _ZH_COMPARATORS[value.comparator]
    if value.kind in ("date", "relative"):
        return lead + chinese_date(value)
    if value.kind == "time":
        return _clock(value)
    if value.kind == "ordinal":
        number = int(value.low)
        return "第" + (_HAN_DIGITS[number] if number <= 10 else str(number))
    if value.kind == "percent":
        return lead + _chinese_share(value)
    if value.comparator == "several":
        return _several(value, _ZH_SEVERAL, "数倍于", "")
    return lead + _with_unit_zh(value)


def _with_unit_en(value: Value) -> str:
    amount = _amount(value, _EN_SCALES)
    if value.kind == "money" and value.unit:
        shown = CURRENCIES[value.unit].en
        return amount + shown if shown.startswith(" ") else shown + amount
    if value.unit is None:
        return amount
    if value.low == value.high == Fraction(1, 2) and value.kind == "duration":
        return f"half {'an' if value.unit == 'hour' else 'a'} {_unit_en(value.unit, 1)}"
    return f"{amount} {_unit_en(value.unit, value.high)}"


def _with_unit_zh(value: Value) -> str:
    amount = _amount(value, _ZH_SCALES)
    if value.kind == "money" and value.unit:
        currency = CURRENCIES[value.unit]
        return amount + currency.zh if currency.zh else currency.en + amount
    return amount + (UNITS[value.unit].zh if value.unit else "")


def _unit_en(unit: str, amount: Fraction | int) -> str:
    return UNITS[unit].en.replace("(s)", "" if amount == 1 else "s")


def _several(value: Value, names: dict[int, str], otherwise: str, of: str) -> str:
    """Hundreds of kilometres, 数百公里."""
    amount = names.get(int(value.low)) or f"{otherwise}{value.low}"
    if value.unit is None:
        return amount
    if value.unit in CURRENCIES:
        currency = CURRENCIES[value.unit]
        return amount + (f" of {value.unit}" if of else currency.zh or value.unit)
    return amount + of + (_unit_en(value.unit, 2) if of else UNITS[value.unit].zh)


def _english_share(value: Value) -> str:
    part, of = value.low.numerator, value.low.denominator
    if value.unit == "fraction" and of in _PARTS and part < 10:
        if of == 2:
            return "half"
        return f"{_SMALL[part]} {_PARTS[of]}{'s' if part > 1 else ''}"
    return _percentage(value) + (" percentage points" if value.unit == "pp" else "%")


def _chinese_share(value: Value) -> str:
    part, of = value.low.numerator, value.low.denominator
    if value.unit == "fraction" and part <= 10 and of <= 10:
        return "一半" if of == 2 else f"{_HAN_DIGITS[of]}分之{_HAN_DIGITS[part]}"
    return _percentage(value) + ("个百分点" if value.unit == "pp" else "%")


def _percentage(value: Value) -> str:
    return "–".join(dict.fromkeys(_plain(bound * 100) for bound in (value.low, value.high)))


def _english_rank(number: int) -> str:
    if number <= 10:
        return _RANKS[number - 1]
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _clock(value: Value) -> str:
    return f"{int(value.low) // 60}:{int(value.low) % 60:02d}"


def _amount(value: Value, scales: tuple[tuple[int, str], ...]) -> str:
    """The bounds with the largest scale that leaves them short: 8.38 million, 3–4 million, 838万."""
    for scale, name in scales:
        short = all((bound * 1000 / scale).denominator == 1 for bound in (value.low, value.high))
        if abs(value.high) >= scale and short:
            bounds = dict.fromkeys(_plain(bound / scale) for bound in (value.low, value.high))
            return "–".join(bounds) + name
    return "–".join(dict.fromkeys(_plain(bound) for bound in (value.low, value.high)))


def _plain(number: Fraction) -> str:
    """Decimal digits, exact where they end and else to two places; grouped from 10,000 on."""
    digits = Decimal(number.numerator) / Decimal(number.denominator)
    if Fraction(digits) != number:
        digits = round(digits, 2)
    text = f"{digits:,f}" if abs(number) >= 10_000 else f"{digits:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
