"""Reads digits with the scales of both languages: 8,380,000, 838万, 5亿3000万, 8.38 million, $5m."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from rag.values.value import Comparator

SCALE_WORDS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"k": 10**3, "mn": 10**6, "mln": 10**6, "m": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12, "t": 10**12}
HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}
NOT_A_SCALE = "(?!千?(?:瓦|赫|卡|帕|字节|比特)|[米克])"
"""A scale before one of these belongs to the unit: 兆瓦 is a megawatt, 千米 a kilometre."""

_RUN = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9])|[0-9]{1,15}(?![0-9]))(?:\.[0-9]{1,12}(?![0-9]))?")
HAN_SCALE = re.compile(
    rf"(?P<before>[多余几]?) ?(?P<scale>(?:[十百千]?(?:万亿|[万亿兆])|[百千](?![0-9])){NOT_A_SCALE})(?P<after>[多余]?)"
)
LATIN_SCALE = re.compile(r"[ -]?(thousand|million|billion|trillion|mln|mn|bn|tn)(?![A-Za-z])", re.IGNORECASE)
_LETTER_SCALE = re.compile(r"([KkMmBbTt])(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and where it ends. ``scale`` is its last multiplier, which a bound before it may share (3–4 million)."""

    low: Fraction
    high: Fraction
    end: int
    scale: int = 1
    comparator: Comparator = "exactly"
    form: Literal["digits", "han", "words"] = "digits"
    weak: bool = False
    """Only a number when a unit or classifier follows: 三 in 三家 but not in 三亚."""


def read_digits(text: str, start: int, *, money: bool = False) -> Numeral | None:
    """The number in digits at ``start``; ``money`` allows the letters of $5m, which elsewhere may be metres."""
    run = _RUN.match(text, start)
    if run is None:
        return None
    value = Fraction(run.group().replace(",", ""))
    number = Numeral(value, value, run.end())
    latin = LATIN_SCALE.match(text, run.end())
    if latin:
        word = latin.group(1).lower()
        return scaled(number, SCALE_WORDS.get(word) or _SHORT_SCALES[word], latin.end())
    letter = _LETTER_SCALE.match(text, run.end())
    if letter and (money or letter.group() in "kKM") and (money or run.group() not in ("2", "4", "8")):
        return scaled(number, _SHORT_SCALES[letter.group().lower()], letter.end())
    return with_han_scales(text, number)


def scaled(number: Numeral, scale: int, end: int) -> Numeral:
    """The number times its scale, which ends at ``end``."""
    return replace(number, low=number.low * scale, high=number.high * scale, scale=scale, end=end)


def with_han_scales(text: str, number: Numeral) -> Numeral:
    """Digits with Chinese scales, pieces of falling scale added: 5亿3000万, 400多万."""
    scale = HAN_SCALE.match(text, number.end)
    if scale is None:
        more = text[number.end : number.end + 1] in ("多", "余")
        return replace(number, end=number.end + more, comparator="more than") if more else number
    number = scaled(number, scale_of(scale.group("scale")), scale.end())
    if scale.group("before") or scale.group("after"):
        return replace(number, comparator="more than")
    run = _RUN.match(text, number.end)
    if run is None:
        return number
    value = Fraction(run.group().replace(",", ""))
    rest = with_han_scales(text, Numeral(value, value, run.end()))
    clipped = rest.scale == 1 and len(run.group()) < 3
    if clipped or rest.low >= number.scale:
        return number
    return replace(rest, low=number.low + rest.low, high=number.high + rest.high)


def scale_of(characters: str) -> int:
    """The product of Chinese scale characters: 万亿 is 10 to the 12th."""
    scale = 1
    for character in characters:
        scale *= HAN_SCALES[character]
    return scale


def shared_scale(low: Numeral, high: Numeral) -> Numeral:
    """The first bound of a range, with the scale of the second where only that one was written: 3–4 million."""
    if low.scale > 1 or high.scale == 1 or low.low > high.low / high.scale:
        return low
    return replace(low, low=low.low * high.scale, high=low.high * high.scale, scale=high.scale)
