"""Words for a date in English or Chinese."""

from __future__ import annotations

from rag.values.dates import MONTHS
from rag.values.value import Value

_ORDER_EN = ("first", "second", "third", "fourth")
_ORDER_ZH = "一二三四"
_PARTS_EN = {"start": "the start of ", "middle": "mid-", "end": "the end of "}
_PARTS_ZH = {"start": "年初", "middle": "年中", "end": "年底"}
_RELATIVE_EN = {-2: "the year before last", -1: "last year", 0: "this year", 1: "next year", 2: "the year after next"}
_RELATIVE_ZH = {-2: "前年", -1: "去年", 0: "今年", 1: "明年", 2: "后年"}


def english_date(value: Value) -> str:
    """August 2017, first quarter of 2021, October last year, 2016–2020."""
    low, high = int(value.low), int(value.high)
    if value.unit == "decade":
        return f"{low // 10_000}s"
    if value.unit == "century":
        return (
            f"{low // 1_000_000 + 1}{'st' if low // 1_000_000 % 10 == 0 and low // 1_000_000 != 10 else 'th'} century"
        )
    if value.unit == "range":
        return _english_range(low, high)
    year = _RELATIVE_EN[low // 10_000] if value.kind == "relative" else str(low // 10_000 or "")
    return _english_in_year(value.unit or "", low % 10_000, year, relative=value.kind == "relative")


def chinese_date(value: Value) -> str:
    """2017年8月, 2021年第一季度, 去年10月, 2016年至2020年."""
    low, high = int(value.low), int(value.high)
    if value.unit == "decade":
        return f"{low // 10_000}年代"
    if value.unit == "century":
        return f"{low // 1_000_000 + 1}世纪"
    if value.unit == "range":
        unit = _granularity(low, high)
        first, last = _chinese_in_year(unit, low), _chinese_in_year(unit, high)
        shared = low // 100 == high // 100
        return f"{first}至{high % 100}日" if unit == "day" and shared else f"{first}至{last}"
    if value.kind == "relative":
        return _RELATIVE_ZH[low // 10_000] + _chinese_in_year(value.unit or "", low % 10_000)
    return _chinese_in_year(value.unit or "", low)


def _english_in_year(unit: str, day: int, year: str, *, relative: bool = False) -> str:
    month, of_year = MONTHS[day // 100 - 1], f" of {year}" if year else ""
    if unit == "day":
        return f"{month} {day % 100}" + (f"{'' if relative else ','} {year}" if year else "")
    if unit == "month":
        return f"{month} {year}".strip()
    if unit == "quarter":
        return f"{_ORDER_EN[day // 300]} quarter{of_year}"
    if unit == "half":
        return f"{_ORDER_EN[day // 600]} half{of_year}"
    return _PARTS_EN.get(unit, "") + year


def _chinese_in_year(unit: str, day: int) -> str:
    """``day`` as YYYYMMDD or MMDD."""
    number, day = day // 10_000, day % 10_000
    year = f"{number}年" if number else ""
    if unit == "day":
        return f"{year}{day // 100}月{day % 100}日"
    if unit == "month":
        return f"{year}{day // 100}月"
    if unit == "quarter":
        return f"{year}第{_ORDER_ZH[day // 300]}季度"
    if unit == "half":
        return f"{year}{'上下'[day // 600]}半年"
    return (year.removesuffix("年") if unit in _PARTS_ZH else year) + _PARTS_ZH.get(unit, "")


def _english_range(low: int, high: int) -> str:
    unit = _granularity(low, high)
    years = [str(bound // 10_000 or "") for bound in (low, high)]
    if unit == "year":
        return "–".join(years)
    shared = years[0] == years[1]
    first = _english_in_year(unit, low % 10_000, "" if shared else years[0])
    return f"{first} to {_english_in_year(unit, high % 10_000, years[1])}"


def _granularity(low: int, high: int) -> str:
    if low % 10_000 == 101 and high % 10_000 == 1231:
        return "year"
    return "month" if low % 100 == 1 and high % 100 == 31 else "day"
