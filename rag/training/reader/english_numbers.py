"""Chinese numbers, dates, shares and ranks to the way English writes them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import lru_cache

from rag.training.reader.function_words import MEASURE_NAMES, MEASURES, MONTHS, ORDINALS

_DIGIT = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_NUMERAL = "[零〇○一二三四五六七八九两十百千万亿]"
AMOUNT = f"(?:\\d[\\d,]*(?:\\.\\d+)?[十百千万亿]*|{_NUMERAL}+)"


def _english_number(value: float) -> str:
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if value >= size and (value / size * 1000).is_integer():
            return f"{value / size:g} {name}"
    return f"{int(value):,}" if value == int(value) and value >= 10_000 else f"{value:g}"


@lru_cache(maxsize=10_000)
def _chinese_value(text: str) -> float | None:
    """二百五十 is 250, 838万 is 8,380,000, 一九六三 is 1963; None where the characters are no number."""
    match = re.match(r"(\d[\d,]*(?:\.\d+)?)([十百千万亿]*)$", text)
    if match:
        value = float(match[1].replace(",", ""))
        for scale in match[2]:
            value *= _SCALE[scale]
        return round(value, 6)
    if text and all(character in _DIGIT for character in text):
        return float("".join(str(_DIGIT[character]) for character in text))
    if text[:1] not in {*_DIGIT, "十"} or any(
        character not in _DIGIT and character not in _SCALE for character in text
    ):
        return None
    total = section = digit = 0
    for character in text:
        if character in _DIGIT:
            digit = _DIGIT[character]
        elif _SCALE[character] < 10**4:
            section += (digit or 1) * _SCALE[character]
            digit = 0
        else:
            total = (total + section + digit) * _SCALE[character]
            section = digit = 0
    return float(total + section + digit)


def _say_date(text: str, rng: random.Random) -> str | None:
    year, _, rest = text.partition("年")
    value = _chinese_value(year)
    if value is None:
        return None
    if not rest:
        return rng.choice((f"{value:g}", f"in {value:g}", f"{value:g}"))
    day = _say_month(rest, rng)
    return f"{day}, {value:g}" if any(c in rest for c in "日号") else f"{day} {value:g}"


def _say_month(text: str, rng: random.Random) -> str | None:
    month, _, day = text.partition("月")
    number, of_month = _chinese_value(month), _chinese_value(day[:-1]) if day else 0
    if not number or number > 12 or of_month is None:
        return None
    return MONTHS[int(number) - 1] + (f" {of_month:g}" if of_month else "")


def _say_decade(text: str, rng: random.Random) -> str:
    century, _, decade = text.removesuffix("年代").rpartition("世纪")
    tens = _chinese_value(decade) or 0
    if century:
        tens += 100 * ((_chinese_value(century) or 1) - 1)
    return f"{tens:g}s"


def _say_century(text: str, rng: random.Random) -> str:
    return f"{_th(int(_chinese_value(text.removeprefix('第').removesuffix('世纪')) or 0))} century"


def _say_king(text: str, rng: random.Random) -> str:
    return _ROMAN[int(_chinese_value(text[:-1]) or 0)]


_ROMAN = "0 I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split()


def _say_percent(text: str, rng: random.Random) -> str:
    value = text.rstrip("%") if text.endswith("%") else f"{_chinese_value(text[3:]) or 0:g}"
    return f"{value}%" if rng.random() < 0.7 else f"{value} percent"


def _say_ordinal(text: str, rng: random.Random) -> str | None:
    value = _chinese_value(text[1:].rstrip(MEASURES))
    if value is None:
        return None
    return ORDINALS[int(value)] if value < 10 else _th(int(value))


def _th(value: int) -> str:
    ending = "th" if value % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def _say_count(text: str, rng: random.Random) -> str | None:
    """An amount without its measure word; None where the numerals are part of a word, as in 一些 and 千万."""
    match = re.match(rf"({AMOUNT})([多余几]?)(个月|个?小时|分钟|[{MEASURES}年天岁元人]?)(.*)$", text)
    if match is None:
        return None
    amount, more, measure, money = match.groups()
    spelled = not amount[0].isdigit()
    if spelled and len(amount) == 1 and (not measure or measure in "人家天" or (measure in "年" and amount == "一")):
        return None
    if spelled and len(amount) > 1 and all(character in _DIGIT for character in amount) and len(amount) < 4:
        return None
    value = _chinese_value(amount)
    if value is None:
        return None
    number = amount if re.fullmatch(r"[\d,.]+", amount) else _english_number(value)
    if value < 11 and spelled:
        number = ("a", "one")[rng.random() < 0.6] if value == 1 else _SMALL[int(value)]
    number = f"more than {number}" if more else number
    if money:
        currency = {"美元": "dollars", "欧元": "euros", "英镑": "pounds", "日元": "yen"}[money]
        return f"{number} {currency}"
    named = MEASURE_NAMES.get(measure, "")
    return f"{number} {named.removesuffix('s') if value == 1 else named}".strip()


_SMALL = "zero one two three four five six seven eight nine ten".split()
READ: dict[str, Callable[[str, random.Random], str | None]] = {
    "date": _say_date,
    "month": _say_month,
    "decade": _say_decade,
    "century": _say_century,
    "king": _say_king,
    "percent": _say_percent,
    "ordinal": _say_ordinal,
    "count": _say_count,
}
