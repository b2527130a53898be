"""Values (numbers, money, dates) and how two compare: equal, covering, or supporting a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Literal

from rag.values.units import AMBIGUOUS_CURRENCIES, UNITS

Kind = Literal["number", "percent", "money", "duration", "date", "relative", "time", "ordinal"]
Comparator = Literal["exactly", "about", "nearly", "more than", "at least", "less than", "up to", "several"]

_SUPPORTS: dict[Comparator, frozenset[Comparator]] = {
    "exactly": frozenset({"exactly", "about", "nearly", "more than", "at least", "less than", "up to"}),
    "about": frozenset({"about", "exactly", "nearly", "more than"}),
    "nearly": frozenset({"nearly", "about"}),
    "more than": frozenset({"more than", "at least"}),
    "at least": frozenset({"at least", "more than", "exactly"}),
    "less than": frozenset({"less than", "nearly", "up to"}),
    "up to": frozenset({"up to", "less than", "exactly"}),
    "several": frozenset({"several"}),
}
"""The claim's comparator to the comparators of a source that bear it out."""

_ABOVE = frozenset({"more than", "at least"})
_BELOW = frozenset({"less than", "nearly", "up to"})


@dataclass(frozen=True, slots=True)
class Value:
    """A quantity or date in a text; ``text[start:end]`` is its number and unit, without 'about' or 'more than'.

    ``low`` and ``high`` differ only in a range (3–4 million) and in dates. A percentage is a share of one: 27.5% is
    ``Fraction(275, 1000)``. A date is its first and last day as YYYYMMDD: August 2017 is 20170801 to 20170831; without
    a year YYYY is 0, and in a relative date it counts years from now (去年 is -1). A time is minutes after midnight.
    """

    kind: Kind
    low: Fraction
    high: Fraction
    unit: str | None
    """A key of UNITS, an ISO 4217 code, or for dates the granularity; None for a bare count (12, 12家)."""
    comparator: Comparator
    start: int
    end: int

    @property
    def is_range(self) -> bool:
        """Whether two bounds were written: 3–4 million, 2016–2020."""
        return self.low != self.high if self.kind not in ("date", "relative") else self.unit == "range"


def same(a: Value, b: Value) -> bool:
    """Whether two values are equal; a missing unit fits any unit but a percentage, and 'less' never fits 'more'."""
    if (a.comparator == "several") != (b.comparator == "several"):
        return False
    if (a.comparator in _ABOVE and b.comparator in _BELOW) or (a.comparator in _BELOW and b.comparator in _ABOVE):
        return False
    if "date" in (a.kind, b.kind):
        return _days(a) is not None and _days(a) == _days(b)
    if a.unit is None or b.unit is None:
        return _kinds_fit(a, b) and (a.low, a.high) == (b.low, b.high)
    return _kinds_fit(a, b) and _units_fit(a, b) and _base(a) == _base(b)


def covers(a: Value, b: Value) -> bool:
    """Whether date ``b`` lies within date ``a``: 2017 covers August 2017, February 18 covers 2019-02-18."""
    outer, inner = _days(a), _days(b)
    if outer is None or inner is None:
        return a.kind == b.kind == "relative" and a.low <= b.low and b.high <= a.high
    if outer[0] < 10_000 and inner[0] // 10_000 == inner[1] // 10_000:
        inner = (inner[0] % 10_000, inner[1] % 10_000)
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def within(a: Value, b: Value) -> bool:
    """Whether all that ``a`` can be lies in ``b``: 40,000 in "10,001 to 60,000", "more than 9" in "over 9".

    A missing unit fits any; a date lies within another as ``covers`` says.
    """
    if "date" in (a.kind, b.kind):
        return covers(b, a)
    if not (_kinds_fit(a, b) and _units_fit(a, b)):
        return False
    (low, high), (least, most) = _bounds(a), _bounds(b)
    return least <= low and high <= most


def apart(a: Value, b: Value) -> bool:
    """Whether nothing that ``a`` can be is anything that ``b`` can be: "more than 30 days" and "up to 21 days".

    False for dates, and for what cannot be compared.
    """
    if "date" in (a.kind, b.kind) or not (_kinds_fit(a, b) and _units_fit(a, b)):
        return False
    (low, high), (least, most) = _bounds(a), _bounds(b)
    return high < least or most < low


def agrees(claim: Value, source: Value) -> bool:
    """Whether the source supports the claim: equal values, or a date that the claim gives less precisely.

    A plain number is supported by 'more than' that number (compare the comparators to tell). A unit or currency that
    the claim names must be named by the source too.
    """
    if source.comparator not in _SUPPORTS[claim.comparator]:
        return False
    if source.kind in ("date", "relative") and not claim.is_range and not source.is_range:
        return covers(claim, source)
    if claim.unit is not None and source.unit is None and not _is_soft(claim.unit) and claim.kind != "date":
        return False
    return same(claim, source)


def without(text: str, values: Sequence[Value]) -> str:
    """The text with its values blanked, so that words are compared apart from numbers."""
    characters = list(text)
    for value in values:
        characters[value.start : value.end] = " " * (value.end - value.start)
    return "".join(characters)


def _days(value: Value) -> tuple[Fraction, Fraction] | None:
    """First and last day of a date, or of the years a bare number can be; None for other values."""
    if value.kind == "date":
        return value.low, value.high
    bare = value.kind == "number" and value.unit is None
    if bare and all(bound.denominator == 1 and 1000 <= bound <= 2999 for bound in (value.low, value.high)):
        return value.low * 10_000 + 101, value.high * 10_000 + 1231
    return None


def _kinds_fit(a: Value, b: Value) -> bool:
    if a.kind == b.kind:
        return True
    return "number" in (a.kind, b.kind) and {a.kind, b.kind} <= {"number", "money", "duration"}


def _units_fit(a: Value, b: Value) -> bool:
    if a.unit == b.unit or a.unit is None or b.unit is None:
        return True
    if a.kind == b.kind == "percent":
        return "pp" not in (a.unit, b.unit)
    if a.kind == b.kind == "money":
        return b.unit in AMBIGUOUS_CURRENCIES.get(a.unit, ()) or a.unit in AMBIGUOUS_CURRENCIES.get(b.unit, ())
    if a.unit in UNITS and b.unit in UNITS:
        return UNITS[a.unit].dimension == UNITS[b.unit].dimension
    return False


def _base(value: Value) -> tuple[Fraction, Fraction]:
    """The bounds in the base unit of the dimension, so that two weeks equal 14 days."""
    factor = UNITS[value.unit].factor if value.unit in UNITS else Fraction(1)
    return value.low * factor, value.high * factor


def _bounds(value: Value) -> tuple[tuple[Fraction | float, int], tuple[Fraction | float, int]]:
    """The least and the most that a value can be, each with 1 or -1 where the bound itself lies just outside."""
    low, high = _base(value)
    if value.comparator in _ABOVE and low == high:
        return (low, int(value.comparator == "more than")), (inf, 0)
    if value.comparator in _BELOW and low == high:
        return (-inf, 0), (high, -int(value.comparator != "up to"))
    return (low, 0), (high, 0)


def _is_soft(unit: str) -> bool:
    return unit in UNITS and UNITS[unit].dimension == "count"
