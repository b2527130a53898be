"""Reads Chinese numerals: 三百二十五万, 三点五, 三千五, 三四百万 (a range), 十几, 数百."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from rag.values.numerals import HAN_SCALE, HAN_SCALES, NOT_A_SCALE, Numeral, scale_of, scaled

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
HAN_DIGIT = "[零〇一二两三四五六七八九]"
HAN_NUMERAL = "零〇一二两三四五六七八九十百千万亿兆"
_MAX_RUN = 24

_HAN_RUN = re.compile(rf"[{HAN_NUMERAL}]+")
_HAN_DECIMALS = re.compile(f"点({HAN_DIGIT}{{1,12}})([万亿兆]{{0,2}})(?![钟])")
_HAN_PAIR = re.compile("(?P<low>[一二两三四五六七八])(?P<comma>、?)(?P<high>[二两三四五六七八九])")
_SECTION = re.compile(
    f"(?:({HAN_DIGIT}?)千)?(?:零?({HAN_DIGIT}?)百)?(?:零?({HAN_DIGIT}?)十)?[零〇]?([一二两三四五六七八九]?)"
)
_SCALE_ENDS = re.compile(NOT_A_SCALE)
_SEVERAL = re.compile(r"(?<![多少人总次指参])[数几](?P<scale>[十百千]?[万亿]{0,2})(?!分)")


def read_han(text: str, start: int) -> Numeral | None:
    """The Chinese numeral at ``start``; None for an overlong run and for one that is no number, such as 万一."""
    run = han_run(text, start)
    if len(run) > _MAX_RUN:
        return None
    pair = _HAN_PAIR.search(text, start, start + len(run) + 2)
    if pair and (pair.group("comma") or pair.end() <= start + len(run)) and pair.start() <= start + len(run):
        between = _read_between(text, start, pair)
        if between:
            return between
    return _read_exact_han(text, start, run)


def han_run(text: str, start: int) -> str:
    """The unbroken run of numeral characters at ``start``, without a final scale that opens a unit (兆瓦, 千米)."""
    match = _HAN_RUN.match(text, start)
    run = match.group() if match else ""
    if len(run) > 1 and run[-1] in "千兆" and not _SCALE_ENDS.match(text, start + len(run)):
        return run[:-1]
    return run


def _read_between(text: str, start: int, pair: re.Match[str]) -> Numeral | None:
    """Two digits side by side are a range: 三四百万 is 3–4 million, 三、四倍 is 3–4 times."""
    low_digit, high_digit = DIGITS[pair.group("low")], DIGITS[pair.group("high")]
    if high_digit != low_digit + 1 and (pair.group() != "三五"):
        return None
    head, tail = text[start : pair.start()], han_run(text, pair.end())
    if len(tail) > _MAX_RUN or tail[:1] in DIGITS:
        return None
    low, high = han_value(head + pair.group("low") + tail), han_value(head + pair.group("high") + tail)
    if low is None or high is None or low >= high:
        return None
    more = text[pair.end() + len(tail) : pair.end() + len(tail) + 1] == "多"
    return Numeral(
        Fraction(low), Fraction(high), pair.end() + len(tail) + more, _last_scale(tail), form="han", weak=not tail
    )


def _read_exact_han(text: str, start: int, run: str) -> Numeral | None:
    value = han_value(run)
    end = start + len(run)
    if value is None:
        return None
    weak = len(run) == 1 or run[0] in "百千"
    number = Numeral(Fraction(value), Fraction(value), end, _last_scale(run), form="han", weak=weak)
    decimals = _HAN_DECIMALS.match(text, end)
    if decimals:
        digits = "".join(str(DIGITS[character]) for character in decimals.group(1))
        scale = scale_of(decimals.group(2))
        exact = (value + Fraction(int(digits), 10 ** len(digits))) * scale
        return replace(number, low=exact, high=exact, end=decimals.end(), scale=scale, weak=False)
    if text[end : end + 1] in ("多", "余", "几") and value % 10 == 0 and value:
        scale_run = HAN_SCALE.match(text, end)
        if scale_run and scale_run.group("before"):
            number = scaled(number, scale_of(scale_run.group("scale")), scale_run.end())
            return replace(number, comparator="more than", weak=False)
        return replace(number, end=end + 1, comparator="more than", weak=text[end] != "几")
    return number


def han_value(run: str) -> int | None:
    """A run of Chinese numerals with multipliers as a number; None for 万一, 一一 and other runs that are not one."""
    for character in "兆亿万":
        left, found, right = run.rpartition(character)
        if not found:
            continue
        times, rest = han_value(left), _rest_value(right, HAN_SCALES[character])
        if times is None or rest is None or rest >= HAN_SCALES[character]:
            return None
        return times * HAN_SCALES[character] + rest
    return _section_value(run)


def _rest_value(run: str, scale: int) -> int | None:
    if not run:
        return 0
    if len(run) == 1 and DIGITS.get(run, 0):
        return DIGITS[run] * scale // 10
    return han_value(run.lstrip("零〇"))


def _section_value(run: str) -> int | None:
    """A numeral below 10,000: 三百二十五, and the clipped 三千五 for 3500."""
    match = _SECTION.fullmatch(run) if run[:1] not in ("零", "〇") else None
    if not run or (run not in ("零", "〇") and (match is None or run[-1] in "零〇")):
        return None
    if match is None:
        return 0
    total = sum(
        (DIGITS[digit] if digit else 1) * scale
        for digit, scale in zip(match.groups()[:3], (1000, 100, 10), strict=True)
        if digit is not None
    )
    ones = DIGITS.get(match.group(4), 0)
    if len(run) > 1 and ones and run[-2] in "百千":
        return total + ones * HAN_SCALES[run[-2]] // 10
    return total + ones


def positional_value(run: str) -> int | None:
    """Chinese digits read one by one, as in 二〇一七; None when a multiplier is among them."""
    if not run or any(character not in DIGITS for character in run):
        return None
    return int("".join(str(DIGITS[character]) for character in run))


def _last_scale(run: str) -> int:
    scales = re.search(r"[十百千]?[万亿兆]+$", run)
    return scale_of(scales.group()) if scales else HAN_SCALES.get(run[-1:], 1)


def read_several(text: str, start: int) -> Numeral | None:
    """Several of a scale: 数百, 几十万."""
    match = _SEVERAL.match(text, start)
    if match is None or not match.group("scale"):
        return None
    value = Fraction(scale_of(match.group("scale")))
    return Numeral(value, value, match.end(), comparator="several", form="han")
